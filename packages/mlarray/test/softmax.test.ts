// Softmax, log-softmax and surprisal as primitives: beside the compositions, on every set of kernels.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grad, MLArray, randn, type DType } from '../src/index.ts'
import { residentElements, surprisal as recorded, vectorKernel } from '../src/kernels.ts'
import { composedLogSoftmax, composedSoftmax } from '../src/softmax.ts'
import { checkGrads } from '../src/testing.ts'
import { setKernels, startMemory } from '../src/wasm.ts'

const composed = { softmax: composedSoftmax, logSoftmax: composedLogSoftmax } as unknown as Record<
  'softmax' | 'logSoftmax',
  (x: MLArray, axis: readonly number[]) => MLArray
>
const names = ['softmax', 'logSoftmax'] as const

/** The largest difference, in units of the last digit of 1. */
function distance(a: MLArray, b: MLArray): number {
  const unit = a.dtype === 'float32' ? 2 ** -23 : 2 ** -52
  const wanted = b.toTypedArray()
  return Math.max(
    0,
    ...Array.from(a.toTypedArray(), (x, i) =>
      Object.is(x, wanted[i]) ? 0 : Math.abs(x - wanted[i]!) / Math.max(1, Math.abs(x)) / unit,
    ),
  )
}

/** The value, the gradient of a plain pass, that of a recorded one, and the gradient of that. */
function orders(f: (x: MLArray) => MLArray, x: MLArray, weight: MLArray): MLArray[] {
  const once = (z: MLArray): MLArray => f(z).mul(weight).sum() as MLArray
  const first = grad(once as never) as unknown as (z: MLArray) => MLArray
  const second = grad(((z: MLArray) => first(z).square().sum()) as never)
  const leaf = new MLArray(x.toTypedArray(), { shape: [...x.shape], dtype: x.dtype }) as MLArray
  once(leaf).backward()
  return [f(x), leaf.grad(), first(x), (second as unknown as (z: MLArray) => MLArray)(x)]
}

describe.each(['plain', 'simd', 'relaxed'] as const)('%s', (set) => {
  beforeAll(() => setKernels(set))
  afterAll(() => setKernels())

  test.each(names)('%s and its derivatives are those of the composition', (name) => {
    for (const dtype of ['float64', 'float32'] as DType[]) {
      for (const shape of [[1], [5], [3, 4], [2, 3, 33], [70, 10], [3, 1000], [1, 20_000]]) {
        const x = randn(shape, { dtype }).mul(3) as MLArray
        const weight = randn(shape, { dtype, requiresGrad: false }) as MLArray
        const got = orders((z) => z[name](), x, weight)
        const wanted = orders((z) => composed[name](z, [shape.length - 1]), x, weight)
        got.forEach((y, order) => {
          const scale = order < 3 ? 1 : Math.sqrt(shape.at(-1)!)
          expect(distance(y, wanted[order]!), `${dtype} ${String(shape)} ${order}`).toBeLessThan(
            (name === 'softmax' ? 8 : 40) * scale,
          )
        })
      }
    }
  })

  test.each(names)('%s at infinities and NaN is the composition', (name) => {
    const rows = [
      [1, -Infinity, 2, 3, -Infinity],
      [Infinity, 1, 2, 3, 4],
      [NaN, 1, 2, 3, 4],
      [1, 2, 3, 4, NaN],
      [-Infinity, -Infinity, -Infinity, -Infinity, -Infinity],
      [1e30, 1, -1e30, 0, -0],
      [-1000, -1100, -1001, -2000, -1003],
    ]
    for (const dtype of ['float64', 'float32'] as DType[]) {
      const x = new MLArray(Array.from({ length: 40 }, (_, i) => rows[i % rows.length]!).flat(), {
        shape: [40, 5],
        dtype,
      })
      const [y, wanted] = [x[name](), composed[name](x, [1])]
      expect(y.isNaN().toList()).toEqual(wanted.isNaN().toList())
      const finite = (z: MLArray): MLArray => z.maskedSelect(z.isFinite())
      expect(y.isFinite().toList()).toEqual(wanted.isFinite().toList())
      expect(distance(finite(y as never), finite(wanted))).toBeLessThan(4)
    }
  })

  test.each(names)('%s: a masked logit has gradient exactly 0', (name) => {
    const x = new MLArray(
      Array.from({ length: 200 }, (_, i) => (i % 5 === 3 ? -Infinity : i % 7)),
      { shape: [20, 10] },
    )
    x[name]().slice(null, 0).sum().backward()
    expect(
      x
        .grad()
        .slice(null, 3)
        .toTypedArray()
        .every((slope) => slope === 0),
    ).toBe(true)
  })

  test('the surprisal is −log softmax at an index, with all derivatives', () => {
    for (const dtype of ['float64', 'float32'] as DType[]) {
      for (const shape of [[5], [3, 4], [2, 3, 33], [70, 10], [3, 1000], [2, 20_000]]) {
        const n = shape.at(-1)!
        const x = randn(shape, { dtype }).mul(3) as MLArray
        const indices = Int32Array.from({ length: x.size / n }, (_, i) => (7 * i + n - 1) % n)
        const at = new MLArray(indices, { shape: [...shape.slice(0, -1), 1], requiresGrad: false })
        const oracle = (z: MLArray): MLArray =>
          composed
            .logSoftmax(z, [shape.length - 1])
            .takeAlongAxis(at, { axis: -1 })
            .squeeze({ axis: -1 })
            .neg()
        const weight = randn(shape.slice(0, -1), { dtype, requiresGrad: false }) as MLArray
        const got = orders((z) => recorded(z, indices), x, weight)
        const wanted = orders(oracle, x, weight)
        got.forEach((y, order) =>
          expect(distance(y, wanted[order]!), `${dtype} ${String(shape)} ${order}`).toBeLessThan(
            order < 3 ? 8 : 40,
          ),
        )
      }
    }
  })
})

// 32 rows of 511 numbers are a block, to the byte; a vector more would be beyond the end of the memory.
describe.each(['float32', 'float64'] as const)(
  'rows that fill a block without whole vectors, %s',
  (dtype) => {
    const n = 511
    const x = randn([32, n], { dtype }) as MLArray

    test.each(names)('%s and its gradient', (name) => {
      for (const set of ['simd', 'relaxed'] as const) {
        startMemory()
        setKernels(set)
        const y = x[name]()
        expect(distance(y, composed[name](x, [1]))).toBeLessThan(8)
        startMemory()
        expect(() => y.backward()).not.toThrow()
      }
      setKernels()
    })

    test('surprisal and its gradient', () => {
      startMemory()
      const y = recorded(x, new Int32Array(32)).sum() as MLArray
      startMemory()
      expect(() => y.backward()).not.toThrow()
    })

    test('no array beside the result is written to', () => {
      const [z, y, next] = [32 * n, 32 * n, 16].map((size) => residentElements(size, dtype))
      next!.fill(7)
      vectorKernel('softmax', dtype)!(y!, [z!], [32, n])
      expect(y!.every((share) => Math.abs(share - 1 / n) < 1e-8)).toBe(true)
      expect(next!.every((element) => element === 7)).toBe(true)
    })
  },
)

test('the surprisal has one index for each row', () => {
  expect(() =>
    recorded(randn([2, 3]) as never, Int32Array.of(1)),
  ).toThrowErrorMatchingInlineSnapshot(`[ShapeError: surprisal: 1 elements do not fill shape [2].]`)
})

test('forward mode and central differences agree with the rules', () => {
  const x = randn([3, 4]) as MLArray
  const indices = Int32Array.of(0, 3, 1)
  for (const f of [
    (z: MLArray) => z.softmax(),
    (z: MLArray) => z.logSoftmax(),
    (z: MLArray) => recorded(z, indices),
  ])
    expect(() => checkGrads(f as never, [x] as never)).not.toThrow()
})
