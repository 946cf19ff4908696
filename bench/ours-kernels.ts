// The kernels of @smol/mlarray by the names of their operations, on operands in the
// kernels' memory, where the design keeps arrays that live long, into an existing result.
import type { Contender, Work } from './contender.ts'
import { floats, MATRIX, MILLION } from './data.ts'
import { entryOf } from './ours.ts'

/** Looked up by name, since older commits do not have them. */
type Kernels = Partial<
  Pick<typeof import('../packages/mlarray/dist/kernels.js'), 'residentElements' | 'vectorKernel'>
>

/** Sizes of the result and of the operands, and the kernel's layout where it needs one. */
type Case = readonly [out: number, operands: readonly number[], layout?: readonly number[]]

const SQUARE = MATRIX * MATRIX
const CASES: Readonly<Record<string, readonly [kernel: string, ...Case]>> = {
  add: ['add', MILLION, [MILLION, MILLION]],
  mul: ['mul', MILLION, [MILLION, MILLION]],
  'row-add': ['add', SQUARE, [SQUARE, MATRIX]],
  exp: ['exp', MILLION, [MILLION]],
  tanh: ['tanh', MILLION, [MILLION]],
  sum: ['sum', 1, [MILLION], [1, MILLION, 1]],
  max: ['max', 1, [MILLION], [1, MILLION, 1]],
  'sum-axis0': ['sum', MATRIX, [SQUARE], [1, MATRIX, MATRIX]],
  'sum-axis1': ['sum', MATRIX, [SQUARE], [MATRIX, MATRIX, 1]],
  softmax: ['softmax', SQUARE, [SQUARE], [MATRIX, MATRIX]],
}

export async function load(root: string): Promise<Contender> {
  const kernels = (await import(entryOf(root, 'mlarray', 'kernels.js'))) as Kernels
  const { residentElements, vectorKernel } = kernels
  if (residentElements === undefined || vectorKernel === undefined)
    return { version: '', works: {} }
  const work =
    (name: string, size: number, operands: readonly number[], layout?: readonly number[]) =>
    (): Work => {
      const kernel = vectorKernel(name, 'float32')!
      const out = residentElements(size, 'float32')
      const given = operands.map((length, i) => {
        const operand = residentElements(length, 'float32')
        operand.set(floats(length, i + 1))
        return operand
      })
      return { run: () => kernel(out, given, layout), result: () => out }
    }
  return {
    version: '',
    works: Object.fromEntries(
      Object.entries(CASES).map(([name, [kernel, ...rest]]) => [name, work(kernel, ...rest)]),
    ),
  }
}
