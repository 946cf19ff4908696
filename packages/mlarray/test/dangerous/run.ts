// What `dangerous.test.ts` runs in a process with little memory.
// @boundaries-ignore what tests share stands with the lowest package
import { deep, holes, tell } from '../../../value/test/fuzz/dangerous.ts'
import * as smol from '../../src/index.ts'
import { fromNpy } from '../../src/npy.ts'
import { fromNpz } from '../../src/npz.ts'
import { fromSafetensors } from '../../src/safetensors.ts'
import { npyFile, tensorsFile, zipFile } from '../files/build.ts'

const x = new smol.MLArray([[1, 2], [3, 4]]) // prettier-ignore
const generator = new smol.Generator(1)

const header = (shape: string): string =>
  `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`
const tensor = (shape: readonly number[], end: number): Uint8Array =>
  tensorsFile({ a: { dtype: 'F64', shape, data_offsets: [0, end] } }, new Uint8Array(8))

await tell({
  zeros: () => smol.zeros([1e9, 1e9]),
  ones: () => smol.ones([1e9, 1e9]),
  full: () => smol.full([2 ** 40, 2 ** 12], 1),
  eye: () => smol.eye(1e9),
  'arange of tiny steps': () => smol.arange(0, 1, 1e-300),
  'arange of the smallest step': () => smol.arange(0, 1, 5e-324),
  'arange far': () => smol.arange(0, 1e308),
  linspace: () => smol.linspace(0, 1, 1e15),
  oneHot: () => smol.oneHot([0, 1], 1e15),
  randn: () => smol.randn([1e9, 1e9]),
  permutation: () => generator.permutation(1e15),
  choice: () => generator.choice(5, [1e9, 1e9]),
  integers: () => generator.integers(0, 9, [1e9, 1e9]),
  repeat: () => x.repeat(1e15, { axis: 0 }),
  tile: () => x.tile([1e9, 1e9]),
  pad: () => x.pad([[1e15, 0], [0, 0]]), // prettier-ignore
  diag: () => new smol.MLArray([1, 2]).diag(1e15),
  outer: () =>
    smol
      .zeros([1e6])
      .outer(smol.zeros([1e6]))
      .outer(smol.zeros([1e6])),
  'lists of nothing': () => smol.zeros([1e9, 0]).toList(),
  'lists of one number': () => smol.ones([1]).broadcastTo([1e9]).toList(),
  'a list of holes': () => new smol.MLArray(holes()),
  'a shape of holes': () => smol.zeros(holes()),
  'concatenate of holes': () => smol.concatenate(holes()),
  'stack of holes': () => smol.stack(holes()),
  'deep lists': () => new smol.MLArray(deep()),
  'add deep lists': () => x.add(deep()),
  'grad of deep lists': () => smol.grad((y: smol.MLArray) => y.sum())(deep()),
  'grad of holes': () => smol.grad((y: smol.MLArray) => y.sum())(holes()),
  'npy of a huge shape': () =>
    fromNpy(npyFile(header('(1000000000, 1000000000)'), new Uint8Array(8))),
  'npy of more than integers': () =>
    fromNpy(npyFile(header(`(${'9'.repeat(40)},)`), new Uint8Array(8))),
  'npy of parentheses': () => fromNpy(npyFile(header('('.repeat(5e4)), new Uint8Array(8))),
  'safetensors of a huge shape': () => fromSafetensors(tensor([1e9, 1e9], 8e18)),
  'safetensors of lists': () => fromSafetensors(tensorsFile('['.repeat(1e5), new Uint8Array(8))),
  'npz of a lie': () =>
    fromNpz(
      zipFile([
        { name: 'a.npy', bytes: new Uint8Array(8), method: 0, size: 2 ** 32 - 2, checksum: 0 },
      ]),
    ),
})
