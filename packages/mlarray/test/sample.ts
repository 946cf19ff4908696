// Arrays for tests, as they lie in memory in different ways, and the check that every operation goes through.
import { MLArray, split, type DType } from '../src/index.ts'
import { checkGrads, type CheckGradsOptions, type Handed } from '../src/testing.ts'

type Shape = readonly number[]

type Range = { readonly from?: number; readonly to?: number; readonly start?: number }

/** Numbers that look random, from -2 to 2 if not said otherwise, hardly two of them alike. */
export function numbers(size: number, { from = -2, to = 2, start = 0 }: Range = {}): number[] {
  return Array.from(
    { length: size },
    (_, i) => from + (to - from) * (((i + start * 0.317) * 0.6180339887 + 0.237) % 1),
  )
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1)
}

export function sample(shape: Shape, dtype: DType = 'float64', range: Range = {}): MLArray {
  return new MLArray(numbers(sizeOf(shape), range), { shape, dtype })
}

/** Ways to lie in memory: each is a function that has the shape `shape`, of an array of the shape `of`. */
export const views: Record<string, { of: (shape: Shape) => Shape; as: (x: MLArray) => MLArray }> = {
  contiguous: { of: (shape) => shape, as: (x) => x },
  transposed: { of: (shape) => shape.toReversed(), as: (x) => x.T },
  flipped: { of: (shape) => shape, as: (x) => x.flip() },
  offset: { of: (shape) => [3, ...shape], as: (x) => split(x, 3)[1].reshape(x.shape.slice(1)) },
  strided: {
    of: (shape) => [...shape, 2],
    as: (x) => split(x, 2, { axis: -1 })[1].reshape(x.shape.slice(0, -1)),
  },
  broadcast: {
    of: (shape) => shape.slice(1),
    as: (x) => x.expandDims(0).broadcastTo([2, ...x.shape]),
  },
}

/** `'right'`, or what is wrong with the first and second derivatives of `f`, their shapes and dtypes. */
export function derivatives<const A extends readonly MLArray[]>(
  f: (...inputs: Handed<A>) => MLArray,
  inputs: A,
  options: CheckGradsOptions = {},
): string {
  try {
    checkGrads(f, inputs, { order: 2, directions: 1, ...options })
  } catch (error) {
    return String(error)
  }
  const leaves = inputs.map((x) => new MLArray(x.detach()))
  const y = f(...(leaves as unknown as Handed<A>))
  if (y.requiresGrad) y.backward()
  for (const [i, leaf] of leaves.entries()) {
    const gradient = leaf.grad()
    if (String(gradient.shape) !== String(leaf.shape))
      return `gradient ${i} has shape [${gradient.shape.join(', ')}]`
    if (gradient.dtype !== leaf.dtype) return `gradient ${i} is ${gradient.dtype}`
  }
  return 'right'
}

/** As `derivatives`, with every input as each view in turn and in both dtypes. */
export function derivativesOfViews(
  f: (...inputs: MLArray[]) => MLArray,
  shapes: readonly Shape[],
  range: Range = {},
): Record<string, string> {
  const verdicts: Record<string, string> = {}
  for (const [name, view] of Object.entries(views)) {
    if (name === 'broadcast' && shapes.some((shape) => shape[0] !== 2)) continue
    for (const dtype of ['float64', 'float32'] as const) {
      const inputs = shapes.map((shape, i) => sample(view.of(shape), dtype, { start: i, ...range }))
      const verdict = derivatives((...leaves) => f(...leaves.map(view.as)), inputs, {
        order: dtype === 'float64' ? 2 : 1,
      })
      if (verdict !== 'right') verdicts[`${name} ${dtype}`] = verdict
    }
  }
  return verdicts
}
