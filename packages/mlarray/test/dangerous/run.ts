// Calls that ask for more than any machine has, one after the other in a process with little memory. For each, a
// line of JSON: what was thrown, and by how much the most memory that the process has ever had has grown.
import { resourceUsage } from 'node:process'
import * as smol from '../../src/index.ts'
import { fromNpy } from '../../src/npy.ts'
import { fromNpz } from '../../src/npz.ts'
import { fromSafetensors } from '../../src/safetensors.ts'
import { npyFile, tensorsFile, zipFile } from '../files/build.ts'

const x = new smol.MLArray([[1, 2], [3, 4]]) // prettier-ignore
const generator = new smol.Generator(1)
const any = (given: unknown): never => given as never
// oxlint-disable-next-line unicorn/no-new-array -- a list of holes is meant
const holes = (): never => any(new Array(2 ** 32 - 1))

function deep(): never {
  let list: unknown = 1
  for (let i = 0; i < 1e5; i++) list = [list]
  return any(list)
}

const header = (shape: string): string =>
  `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`
const tensor = (shape: readonly number[], end: number): Uint8Array =>
  tensorsFile({ a: { dtype: 'F64', shape, data_offsets: [0, end] } }, new Uint8Array(8))

const calls: Readonly<Record<string, () => unknown>> = {
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
}

for (const [name, call] of Object.entries(calls)) {
  console.log(JSON.stringify({ begins: name }))
  const before = resourceUsage().maxRSS
  let thrown: unknown
  try {
    // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
    await call()
  } catch (error) {
    thrown = error
  }
  const { op, message } = (thrown ?? {}) as { op?: unknown; message?: unknown }
  const grown = Math.round((resourceUsage().maxRSS - before) / 1024)
  console.log(JSON.stringify({ name, op, message, grown }))
}
