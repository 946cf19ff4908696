// Order: against JavaScript's own stable sort, with NaN last in both directions, and derivatives.
import { array, assert, boolean, constantFrom, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arange, MLArray, zeros } from '../src/index.ts'
import { derivatives, derivativesOfViews, sample } from './sample.ts'

const element = constantFrom(-Infinity, -2, -1, -0, 0, 1, 2, Infinity, NaN)

/** Indices in order, found by inserting one after the other. */
function inserted(list: readonly number[], descending: boolean): number[] {
  const isBefore = (a: number, b: number): boolean =>
    Number.isNaN(b) ? !Number.isNaN(a) : descending ? a > b : a < b
  return list.reduce<number[]>((order, value, i) => {
    const place = order.findIndex((other) => isBefore(value, list[other]!))
    return order.toSpliced(place < 0 ? order.length : place, 0, i)
  }, [])
}

describe('sort and argsort', () => {
  test('of generated rows with ties, NaN and infinities', () => {
    assert(
      property(array(element, { maxLength: 20 }), boolean(), (list, descending) => {
        const x = new MLArray(list, { shape: [list.length] })
        const order = inserted(list, descending)
        expect(x.argsort({ descending }).toList()).toEqual(order)
        expect(x.sort({ descending }).toList()).toEqual(order.map((i) => list[i]))
      }),
      { numRuns: 500 },
    )
  })

  test('along every axis of views', () => {
    const x = new MLArray([
      [3, 1, 2],
      [0, 5, 1],
    ])
    expect(x.sort({ axis: -1 }).toList()).toEqual([
      [1, 2, 3],
      [0, 1, 5],
    ])
    expect(x.sort({ axis: 0, descending: true }).toList()).toEqual([
      [3, 5, 2],
      [0, 1, 1],
    ])
    expect(x.T.sort({ axis: -2 }).toList()).toEqual([
      [1, 0],
      [2, 1],
      [3, 5],
    ])
    expect(x.slice(':', '::-1').argsort({ axis: 1 }).toList()).toEqual([
      [1, 0, 2],
      [2, 0, 1],
    ])
  })

  test('of no elements, in both dtypes, indices untracked', () => {
    expect(zeros([0, 3]).sort({ axis: 0 }).shape).toEqual([0, 3])
    expect(zeros([2, 0]).argsort().shape).toEqual([2, 0])
    const x = new MLArray([2, 1], { dtype: 'float32' })
    expect([x.sort({ axis: -1 }).dtype, x.argsort().dtype, x.argsort().requiresGrad]).toEqual([
      'float32',
      'float64',
      false,
    ])
  })
})

describe('topk', () => {
  test('the largest or smallest in order, with their indices', () => {
    const x = new MLArray([
      [3, 1, 2, 3],
      [0, NaN, 1, 4],
    ])
    const { values, indices } = x.topk(2)
    expect(values.toList()).toEqual([
      [3, 3],
      [4, 1],
    ])
    expect(indices.toList()).toEqual([
      [0, 3],
      [3, 2],
    ])
    expect(x.topk(1, { axis: 0, largest: false }).values.toList()).toEqual([[0, 1, 1, 3]])
    expect(x.topk(0).values.shape).toEqual([2, 0])
    expect(zeros([0, 3]).topk(0, { axis: 0 }).indices.shape).toEqual([0, 3])
  })

  test('is the beginning of the sorted array', () => {
    assert(
      property(array(element, { minLength: 3, maxLength: 9 }), boolean(), (list, largest) => {
        const x = new MLArray(list)
        const sorted = x.sort({ descending: largest }).slice(':3')
        expect(x.topk(3, { largest }).values.toList()).toEqual(sorted.toList())
      }),
    )
  })
})

describe('unique', () => {
  test('different values in order, NaN once', () => {
    expect(
      new MLArray([
        [2, NaN, 1],
        [NaN, 2, 0],
      ])
        .unique()
        .toList(),
    ).toEqual([0, 1, 2, NaN])
    expect(new MLArray(3).unique().toList()).toEqual([3])
    expect(zeros([0, 2]).unique().shape).toEqual([0])
  })

  // numpy.unique_all(numpy.array([[3, 1, 3], [1, 1, 2]]))
  test('uniqueAll also says where and how often', () => {
    const { values, indices, inverseIndices, counts } = new MLArray([
      [3, 1, 3],
      [1, 1, 2],
    ]).uniqueAll()
    expect(values.toList()).toEqual([1, 2, 3])
    expect(indices.toList()).toEqual([1, 5, 0])
    expect(inverseIndices.toList()).toEqual([
      [2, 0, 2],
      [0, 0, 1],
    ])
    expect(counts.toList()).toEqual([3, 1, 2])
    expect(new MLArray([NaN, NaN]).uniqueAll().counts.toList()).toEqual([1, 1])
  })

  test('values, inverse and counts rebuild the array', () => {
    assert(
      property(array(integer({ min: -3, max: 3 }), { maxLength: 12 }), (list) => {
        const x = new MLArray(list, { shape: [list.length] })
        const { values, inverseIndices, counts } = x.uniqueAll()
        expect(values.toList()).toEqual([...new Set(list)].toSorted((a, b) => a - b))
        expect(values.take(inverseIndices).toList()).toEqual(list)
        expect(counts.sum().item()).toBe(list.length)
      }),
    )
  })

  test('gradients go to the first of equal elements', () => {
    const x = new MLArray([2, 1, 2])
    x.unique()
      .mul(new MLArray([10, 20]))
      .backward()
    expect(x.grad().toList()).toEqual([20, 10, 0])
  })
})

describe('searchsorted', () => {
  test('counts what lies before', () => {
    const sorted = array(constantFrom(-1, 0, 1, 1.5, Infinity, NaN), { maxLength: 8 })
    assert(
      property(sorted, constantFrom(-2, -1, 0, 1, 2, Infinity, NaN), (list, value) => {
        const x = new MLArray(list, { shape: [list.length] }).sort({ axis: 0 })
        const rank = (a: number): number => (Number.isNaN(a) ? Number.MAX_VALUE : Math.min(a, 1e9))
        const below = list.filter((a) => rank(a) < rank(value)).length
        const upTo = list.filter((a) => rank(a) <= rank(value)).length
        expect(x.searchsorted(value).item()).toBe(below)
        expect(x.searchsorted([[value]], { side: 'right' }).toList()).toEqual([[upTo]])
      }),
      { numRuns: 500 },
    )
  })
})

describe('derivatives', () => {
  test('of sorted values', () => {
    for (const axis of [0, 1, -1]) {
      expect(
        derivativesOfViews((x) => x.sort({ axis }).mul(sample([2, 3])), [[2, 3]], { from: 0 }),
      ).toEqual({})
      expect(derivativesOfViews((x) => x.topk(2, { axis }).values.square(), [[2, 3]])).toEqual({})
    }
    expect(derivatives((x) => x.sort({ descending: true }).square(), [sample([2, 0])])).toBe(
      'right',
    )
  })

  test('of ties: each place has its own element', () => {
    const x = new MLArray([1, 0, 1])
    x.sort({ descending: true }).mul(arange(3)).backward()
    expect(x.grad().toList()).toEqual([0, 2, 1])
  })

  test('of different values', () => {
    expect(derivativesOfViews((x) => x.unique().square(), [[2, 3]])).toEqual({})
  })
})

test('errors', () => {
  const x = zeros([2, 3])
  const side = (given: string): object => ({ side: given })
  expect(() => x.sort({ axis: 2 as 1 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: sort: axis 2 is out of range for shape [2, 3]; expected -2 … 1.]`,
  )
  expect(() => new MLArray(1).argsort({ axis: -1 as never })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: argsort: axis -1 is out of range for shape []; it has no axes.]`,
  )
  const slip: object = { decreasing: true }
  expect(() => x.sort({ ...slip })).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: sort: there is no option 'decreasing'; expected axis, descending.]`,
  )
  expect(() => x.argsort(slip)).toThrow('decreasing')
  expect(() => x.topk(1, slip)).toThrow('decreasing')
  expect(() => x.topk(1, { largest: 1 as never })).toThrow('largest')
  expect(() => x.topk(4)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: topk: k must be an integer from 0 to 3, the size of axis 1, got 4.]`,
  )
  expect(() => x.topk(-1, { axis: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: topk: k must be an integer from 0 to 2, the size of axis 0, got -1.]`,
  )
  expect(() => x.searchsorted(1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: searchsorted: the rank must be 1, got shape [2, 3].]`,
  )
  expect(() => arange(3).searchsorted(1, side('middle'))).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: searchsorted: side must be 'left' or 'right', got the string "middle".]`,
  )
})
