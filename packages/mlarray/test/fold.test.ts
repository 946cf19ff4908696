// Reductions of what lies in a row or in columns give, to the bit, what the fold over any strides gives.
import { describe, expect, test } from 'vitest'
import { MLArray as Untyped, type DType } from '../src/array.ts'
import { extremeOver, foldAny, sumOver } from '../src/fold.ts'
import { Generator, MLArray } from '../src/index.ts'
import { reducedShape, type Shape } from '../src/shape.ts'

const SHAPES: readonly Shape[] = [
  [],
  [1],
  [7],
  [8],
  [300],
  [0],
  [3, 0],
  [5, 9],
  [1, 4],
  [6, 1],
  [131, 3],
  [2, 3, 4],
  [3, 1, 5],
  [1, 17, 2, 1],
]
const DTYPES: readonly DType[] = ['float64', 'float32']

/** The same elements twice: in row-major order from an offset, and with gaps between them. */
function both(shape: Shape, dtype: DType, change: (x: number, i: number) => number): Untyped[] {
  const size = shape.reduce((all, n) => all * n, 1)
  const random = new Generator(size)
  const data = Array.from({ length: size }, (_, i) => change(random.normal().item(), i))
  const packed = new MLArray([7, ...data], { dtype }) as unknown as Untyped
  const spaced = new MLArray(
    [7, ...data].flatMap((x) => [x, -5]),
    { dtype },
  ) as unknown as Untyped
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((all, n) => all * n, 1))
  const doubled = strides.map((step) => 2 * step)
  return [
    new Untyped(packed.storage, shape, strides, 1),
    new Untyped(spaced.storage, shape, doubled, 2),
  ]
}

/** Every set of axes. */
const setsOf = (shape: Shape): number[][] =>
  Array.from({ length: 2 ** shape.length }, (_, bits) =>
    shape.flatMap((__, axis) => (bits & (1 << axis) ? [axis] : [])),
  )

const cases = SHAPES.flatMap((shape) => DTYPES.map((dtype) => [shape, dtype] as const))

describe.each(cases)('%j, %s', (shape, dtype) => {
  test('sums', () => {
    const [packed, spaced] = both(shape, dtype, (x, i) => (i % 5 === 0 ? x * 1e6 : -x))
    for (const axes of setsOf(shape)) {
      const expected = sumOver(spaced!, axes, reducedShape(shape, axes, false))
      const y = sumOver(packed!, axes, expected.shape)
      expect([y.dtype, y.storage.data]).toStrictEqual([dtype, expected.storage.data])
    }
  })

  test.each([true, false])('extremes (max: %s), with NaN and −0', (isMax) => {
    const [packed, spaced] = both(shape, dtype, (x, i) => (i % 11 === 10 ? NaN : i % 3 ? x : -0))
    for (const axes of setsOf(shape)) {
      const left = reducedShape(shape, axes, true)
      const [start, step] = isMax ? [-Infinity, Math.max] : [Infinity, Math.min]
      const expected = foldAny(spaced!, axes, left, start, step)
      const y = extremeOver(packed!, axes, left, isMax)
      expect([y.dtype, y.storage.data]).toStrictEqual([dtype, expected.storage.data])
    }
  })
})

test('a sum of −0 is 0', () => {
  expect(new MLArray([-0, -0]).sum().item()).toBe(0)
  expect(new MLArray([[-0, -0]]).sum({ axis: 0 }).toList()).toEqual([0, 0])
})
