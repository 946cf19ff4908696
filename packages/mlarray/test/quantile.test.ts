// Order statistics: against sorted lists, what NumPy prints, NaN and infinities, and derivatives.
import { array, assert, constantFrom, double, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arange, MLArray, zeros } from '../src/index.ts'
import { derivatives, derivativesOfViews, sample } from './sample.ts'

describe('median', () => {
  test('the middle, or the mean of the two', () => {
    assert(
      property(array(integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 9 }), (list) => {
        const sorted = list.toSorted((a, b) => a - b)
        const middle = (sorted[(list.length - 1) >> 1]! + sorted[list.length >> 1]!) / 2
        expect(new MLArray(list).median().item()).toBe(middle)
      }),
    )
  })

  test('over axes, kept or not', () => {
    const x = new MLArray([
      [1, 9, 2],
      [4, 3, 8],
    ])
    expect(x.median({ axis: 0 }).toList()).toEqual([2.5, 6, 5])
    expect(x.median({ axis: [-1], keepdims: true }).toList()).toEqual([[2], [4]])
    expect(x.median({ axis: [0, 1] }).toList()).toBe(3.5)
    expect(x.median({ axis: [] }).toList()).toEqual(x.toList())
    expect(new MLArray(3).median().item()).toBe(3)
  })

  test('of nothing, NaN, infinities and large numbers', () => {
    expect(zeros([0]).median().item()).toBeNaN()
    expect(zeros([0, 2]).median({ axis: 0 }).toList()).toEqual([NaN, NaN])
    expect(zeros([0, 2]).median({ axis: 1 }).shape).toEqual([0])
    expect(new MLArray([1, NaN, 2]).median().item()).toBeNaN()
    expect(new MLArray([Infinity, Infinity]).median().item()).toBe(Infinity)
    expect(new MLArray([1e308, -1e308]).median().item()).toBe(0)
  })
})

describe('quantile', () => {
  // numpy.quantile([[10, 7, 4], [3, 2, 1]], q, axis), of its documentation
  test('what NumPy prints', () => {
    const x = new MLArray([
      [10, 7, 4],
      [3, 2, 1],
    ])
    expect(x.quantile(0.5).item()).toBe(3.5)
    expect(x.quantile(0.5, { axis: 0 }).toList()).toEqual([6.5, 4.5, 2.5])
    expect(x.quantile(0.5, { axis: 1, keepdims: true }).toList()).toEqual([[7], [2]])
    expect(x.quantile([0.1, 0.8], { axis: 1 }).toList()).toEqual([
      [4.6, 1.2],
      [8.8, 2.6],
    ])
    expect(x.quantile([[0], [1]], { axis: [0, 1], keepdims: true }).shape).toEqual([2, 1, 1, 1])
    expect(x.quantile(new MLArray([0, 1])).toList()).toEqual([1, 10])
  })

  // python3 -c "import numpy as np; print(np.quantile([0.1, 0.7, 1.3, -2.9, 5.1], [0.15, 0.2, 0.33, 0.4, 0.95]).tolist())"
  test('to the last bit', () => {
    const y = new MLArray([0.1, 0.7, 1.3, -2.9, 5.1]).quantile([0.15, 0.2, 0.33, 0.4, 0.95])
    expect(y.toList()).toEqual([
      -1.1, -0.4999999999999999, 0.29200000000000004, 0.46, 4.339999999999999,
    ])
  })

  test('never decreases in q, and meets the ends', () => {
    const numbers = array(double({ min: -1e9, max: 1e9, noNaN: true }), {
      minLength: 1,
      maxLength: 8,
    })
    const share = double({ min: 0, max: 1, noNaN: true })
    assert(
      property(numbers, share, share, (list, p, q) => {
        const x = new MLArray(list)
        const [low, high] = [Math.min(p, q), Math.max(p, q)]
        const [first, a, b, last] = x.quantile([0, low, high, 1]).toList()
        expect(a).toBeLessThanOrEqual(b!)
        // -0 and 0 are one number in order.
        expect([first! + 0, last! + 0]).toEqual([Math.min(...list) + 0, Math.max(...list) + 0])
      }),
    )
  })

  test('of nothing and of NaN is NaN, and infinite ends make none', () => {
    expect(zeros([0]).quantile([0.5]).toList()).toEqual([NaN])
    expect(
      new MLArray([
        [1, NaN],
        [1, 2],
      ])
        .quantile(0, { axis: 1 })
        .toList(),
    ).toEqual([NaN, 1])
    const q = constantFrom(0, 0.25, 0.5, 0.75)
    assert(
      property(q, (share) => {
        expect(new MLArray([1, Infinity]).quantile(share).item()).toBe(share === 0 ? 1 : Infinity)
        expect(new MLArray([-Infinity, 1]).quantile(share).item()).toBe(-Infinity)
        expect(new MLArray([Infinity, Infinity]).quantile(share).item()).toBe(Infinity)
      }),
    )
  })

  test('of no lines, and in float32', () => {
    expect(zeros([0, 2]).quantile([0.1, 0.2], { axis: 1 }).shape).toEqual([2, 0])
    const x = new MLArray([1, 2], { dtype: 'float32' })
    expect([x.quantile(0.3).dtype, x.quantile(0.3).item()]).toEqual(['float32', Math.fround(1.3)])
  })
})

describe('derivatives', () => {
  test('over every axis', () => {
    for (const axis of [0, 1, -1, [0, 2]]) {
      const options = { axis, keepdims: true } as const
      expect(
        derivativesOfViews((x) => x.median(options as object).square(), [[2, 3, 2]], { to: 1 }),
      ).toEqual({})
      expect(
        derivativesOfViews((x) => x.quantile([0.3, 0.9], options).square(), [[2, 3, 2]], { to: 1 }),
      ).toEqual({})
    }
    expect(derivatives((x) => x.quantile(0.5, { axis: [] }).square(), [sample([3])])).toBe('right')
  })

  test('go to the elements beside the rank, by their weights', () => {
    const x = new MLArray([4, 1, 1, 3])
    x.quantile(0.25).backward()
    expect(x.grad().toList()).toEqual([0, 0.25, 0.75, 0])
    const y = new MLArray([4, 0, 1, 1])
    y.quantile(0.5).backward()
    expect(y.grad().toList()).toEqual([0, 0, 0.5, 0.5])
    const z = new MLArray([-Infinity, 1, 2])
    z.quantile(0.25).backward()
    expect(z.grad().toList()).toEqual([0.5, 0.5, 0])
  })
})

describe('long lines', () => {
  const numbers: Record<string, (i: number, n: number) => number> = {
    'all different': (i, n) => (i * 7919) % n,
    'up and down': (i, n) => Math.min(i, n - i),
    'few different': (i) => (i * i) % 5,
    'of zeros': (i) => (i % 3 === 0 ? -0 : 0),
    'with infinities': (i) => [Infinity, 1, -Infinity, 2][(i * i) % 4]!,
    'with NaN': (i) => (i % 8 === 3 ? NaN : i % 6),
  }

  test.for(Object.entries(numbers))('%s: the elements that a stable order has there', ([, f]) => {
    for (const parts of [4, 64])
      for (const n of [17, 65, 1025, 3969].filter((length) => length > parts)) {
        const x = new MLArray(Array.from({ length: n }, (_, i) => f(i, n)))
        const list = x.toList()
        const order = x.argsort().toList()
        const last = order[n - 1]!
        const places = Array.from({ length: parts + 1 }, (_, i) =>
          Number.isNaN(list[last]) ? last : order[(i * (n - 1)) / parts]!,
        )
        const grad = Array.from(list, () => 0)
        for (const place of places) grad[place]!++
        const y = x.quantile(places.map((_, i) => i / parts))
        y.backward()
        expect(x.grad().toList()).toEqual(grad)
        expect(y.toList().map((k) => k + 0)).toEqual(places.map((k) => list[k]! + 0))
      }
  })

  test('each has its own', () => {
    const rows = [0, 100, 200].map((from) =>
      Array.from({ length: 100 }, (_, i) => from + ((i * 37) % 100)),
    )
    expect(new MLArray(rows).median({ axis: 1 }).toList()).toEqual([49.5, 149.5, 249.5])
  })
})

test('errors', () => {
  const x = arange(3)
  expect(() => x.quantile(1.5)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: quantile: q must be from 0 to 1, got 1.5.]`,
  )
  expect(() => x.quantile([0, NaN])).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: quantile: q must be from 0 to 1, got NaN.]`,
  )
  // @ts-expect-error -- as the types say, too
  expect(() => x.quantile(0.5, { axis: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: quantile: axis 1 is out of range for shape [3]; expected -1 … 0.]`,
  )
  expect(() => x.median({ axis: [0, 0] as never })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: median: axes [0, 0] of shape [3] name an axis twice.]`,
  )
})
