// slice, index and set against a slow reading of the rules, on generated index expressions.
import { array, assert, constant, constantFrom, integer, oneof, property, tuple } from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  arange,
  MLArray,
  noGrad,
  setDefaultDtype,
  zeros,
  type IndexItem,
  type Shape,
  type SliceItem,
} from '../src/index.ts'
import { derivatives, derivativesOfViews, sample } from './sample.ts'

// ---- The rules, read literally ----

/** Python's range of a slice, by walking: which places of an axis of `n` it visits. */
function visited(text: string, n: number): number[] {
  const [start = '', stop = '', step = ''] = text.split(':')
  const by = step === '' ? 1 : Number(step)
  const wrap = (part: string, missing: number): number => {
    if (part === '') return missing
    const place = Number(part) < 0 ? Number(part) + n : Number(part)
    return by > 0 ? Math.min(Math.max(place, 0), n) : Math.min(Math.max(place, -1), n - 1)
  }
  const places: number[] = []
  const end = wrap(stop, by > 0 ? n : -1)
  for (let at = wrap(start, by > 0 ? 0 : n - 1); by > 0 ? at < end : at > end; at += by)
    places.push(at)
  return places
}

type Nested = number | Nested[]

const shapeOf = (list: Nested): number[] =>
  Array.isArray(list) ? [list.length, ...(list.length > 0 ? shapeOf(list[0]!) : [])] : []

const broadcast = (shapes: readonly Shape[]): number[] => {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((shape) => shape[shape.length - rank + i] ?? 1)
    return sizes.find((n) => n !== 1) ?? 1
  })
}

/** The number in a nested list at an index of a shape that it broadcasts to. */
function lookUp(list: Nested, index: readonly number[]): number {
  let found = list
  for (const i of index.slice(index.length - shapeOf(list).length)) {
    found = (found as Nested[])[(found as Nested[]).length === 1 ? 0 : i]!
  }
  return found as number
}

/** All indices of a shape in row-major order. */
const indicesOf = (shape: Shape): number[][] =>
  shape.reduce<number[][]>(
    (before, n) => before.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]],
  )

/** The shape of `x.index(...items)`, and for each element the index in `x` that it comes from. */
function chosen(shape: Shape, items: readonly IndexItem[]): { shape: number[]; from: number[][] } {
  const used = items.filter((item) => item !== null && item !== '...').length
  const dots = items.includes('...') ? items.indexOf('...') : items.length
  const filled: IndexItem[] = [
    ...items.slice(0, dots),
    ...Array.from({ length: shape.length - used }, () => ':'),
    ...items.slice(dots + 1),
  ]
  const hasArrays = items.some((item) => Array.isArray(item))
  const isAdvanced = (item: IndexItem): boolean =>
    Array.isArray(item) || (hasArrays && typeof item === 'number')
  const arrays = filled.filter(isAdvanced) as Nested[]
  const shared = broadcast([[], ...arrays.map(shapeOf)])
  const pattern = items.map((item) => (isAdvanced(item) ? 'a' : '-')).join('')
  const isTogether = /^-*a+-*$/.test(pattern)
  // The axes of the result, in order: each knows how long it is and which item it belongs to.
  const first = isTogether ? filled.findIndex(isAdvanced) : 0
  const axes: { n: number; item: number }[] = []
  filled.forEach((item, i) => {
    if (hasArrays && i === first) shared.forEach((n) => axes.push({ n, item: -1 }))
    if (item === null) axes.push({ n: 1, item: i })
    else if (typeof item === 'string')
      axes.push({ n: visited(item, shape[axisOf(filled, i)]!).length, item: i })
  })
  const result = axes.map(({ n }) => n)
  const from = indicesOf(result).map((index) => {
    const joint = index.filter((_, k) => axes[k]!.item === -1)
    return filled.flatMap((item, i) => {
      if (item === null) return []
      const n = shape[axisOf(filled, i)]!
      const place =
        typeof item === 'string'
          ? visited(item, n)[index[axes.findIndex((axis) => axis.item === i)]!]!
          : typeof item === 'number'
            ? item
            : lookUp(item as Nested, joint)
      return [place < 0 ? place + n : place]
    })
  })
  return { shape: result, from }
}

const axisOf = (items: readonly IndexItem[], i: number): number =>
  items.slice(0, i).filter((item) => item !== null).length

const numberAt = (x: MLArray, index: readonly number[]): number =>
  index.reduce<Nested>((list, i) => (list as Nested[])[i]!, x.toList() as Nested) as number

// ---- Generated index expressions ----

const bound = oneof(constant(''), integer({ min: -6, max: 6 }).map(String))
const range = tuple(bound, bound, constantFrom('', ':', ':1', ':2', ':-1', ':-2', ':-3', ':7')).map(
  ([start, stop, step]) => `${start}:${stop}${step}`,
)

/** An array of integers within ±n, of a shape that broadcasts to [2, 3]. */
const arrayWithin = (n: number): Arbitrary<IndexItem> => {
  const place = integer({ min: -n, max: n - 1 })
  const row = oneof(
    array(place, { minLength: 3, maxLength: 3 }),
    array(place, { minLength: 1, maxLength: 1 }),
  )
  return oneof(
    row,
    array(array(place, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 2 }),
    array(array(place, { minLength: 1, maxLength: 1 }), { minLength: 2, maxLength: 2 }),
  ) as Arbitrary<IndexItem>
}

/** An index of an array, with or without arrays of integers in it. */
const expression = (shape: Shape, withArrays: boolean): Arbitrary<IndexItem[]> => {
  const items = shape.map((n): Arbitrary<IndexItem> => {
    if (n === 0) return range
    const place = integer({ min: -n, max: n - 1 })
    return withArrays ? oneof(range, place, arrayWithin(n), arrayWithin(n)) : oneof(range, place)
  })
  return tuple(
    tuple(...items),
    integer({ min: 0, max: shape.length }),
    array(integer({ min: 0, max: shape.length }), { maxLength: 2 }),
    // Where an ellipsis stands, and how many axes it takes; none where it is past the end.
    integer({ min: 0, max: shape.length + 2 }),
    integer({ min: 0, max: shape.length }),
  ).map(([all, count, news, dots, taken]) => {
    const hasDots = dots + taken <= shape.length
    const named: IndexItem[] = hasDots ? all.toSpliced(dots, taken, '...') : all.slice(0, count)
    for (const place of news) named.splice(Math.min(place, named.length), 0, null)
    return named
  })
}

const shapes = constantFrom<Shape>([4], [3, 4], [2, 3, 4], [3, 1, 2, 4], [], [0], [2, 0, 3])
const views = constantFrom<(shape: Shape) => MLArray>(
  (shape) => arange(sizeOf(shape)).reshape(shape),
  (shape) => arange(sizeOf(shape)).reshape(shape.toReversed()).T,
  (shape) => arange(sizeOf(shape)).reshape(shape).flip(),
  (shape) =>
    arange(2 * sizeOf(shape))
      .reshape([2, ...shape])
      .slice(1),
)
const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1)

const cases = (withArrays: boolean): Arbitrary<[MLArray, IndexItem[]]> =>
  tuple(shapes, views).chain(([shape, view]) =>
    expression(shape, withArrays).map((items): [MLArray, IndexItem[]] => [view(shape), items]),
  )

describe('generated index expressions', () => {
  test('slice is a view of what the rules choose', () => {
    assert(
      property(cases(false), ([x, items]) => {
        const y = x.slice(...(items as SliceItem[]))
        const { shape, from } = chosen(x.shape, items)
        expect([...y.shape]).toEqual(shape)
        expect(Array.from(y.toTypedArray())).toEqual(from.map((index) => numberAt(x, index)))
        // What is written to the array shows in the view.
        x.set('...', 7)
        expect(Array.from(y.toTypedArray())).toEqual(from.map(() => 7))
      }),
      { numRuns: 1000 },
    )
  })

  test('index gathers what the rules choose', () => {
    assert(
      property(cases(true), ([x, items]) => {
        const y = x.index(...items)
        const { shape, from } = chosen(x.shape, items)
        expect([...y.shape]).toEqual(shape)
        expect(Array.from(y.toTypedArray())).toEqual(from.map((index) => numberAt(x, index)))
      }),
      { numRuns: 2000 },
    )
  })

  test('set writes there, the last value staying', () => {
    assert(
      property(cases(true), ([x, items]) => {
        const { shape, from } = chosen(x.shape, items)
        const expected = new Map(indicesOf(x.shape).map((i) => [String(i), numberAt(x, i)]))
        from.forEach((index, i) => expected.set(String(index), 100 + i))
        expect(x.set(items, arange(100, 100 + sizeOf(shape)).reshape(shape))).toBe(x)
        expect(Array.from(x.toTypedArray())).toEqual([...expected.values()])
      }),
      { numRuns: 1000 },
    )
  })

  test('the gradient counts how often an element was chosen', () => {
    assert(
      property(cases(true), ([given, items]) => {
        const x = new MLArray(given)
        const counts = zeros(x.shape)
        for (const index of chosen(x.shape, items).from) counts.at(...index).data += 1
        x.index(...items).backward()
        expect(x.grad().toList()).toEqual(counts.toList())
      }),
      { numRuns: 500 },
    )
  })
})

describe('NumPy prints', () => {
  const x = arange(24).reshape([2, 3, 4])

  // python3 -c "import numpy as np; x = np.arange(24).reshape(2, 3, 4); print(x[0, 1:, ::-1, ..., None].tolist())"
  test('slices', () => {
    expect(x.slice(0, '1:', '::-1', '...', null).toList()).toEqual([
      [[7], [6], [5], [4]],
      [[11], [10], [9], [8]],
    ])
    expect(x.slice('::-1', '...', '-3::2').toList()).toEqual([
      [
        [13, 15],
        [17, 19],
        [21, 23],
      ],
      [
        [1, 3],
        [5, 7],
        [9, 11],
      ],
    ])
    expect(x.slice('5:', -1).shape).toEqual([0, 4])
    expect(x.slice(-1, -1, -1).toList()).toBe(23)
    expect(x.slice(' 0 : 2 ', ' : : +2 ').shape).toEqual([2, 2, 4])
    expect(
      x.slice('-99999999999999999999:99999999999999999999:99999999999999999999').shape,
    ).toEqual([1, 3, 4])
  })

  test('where the axes of arrays stand', () => {
    const y = zeros([5, 2, 3, 4], { requiresGrad: false })
    expect(y.index([0, 1], [[0], [1]], ':').shape).toEqual([2, 2, 3, 4])
    expect(y.index(':', [0, 1], [0, 1]).shape).toEqual([5, 2, 4])
    expect(y.index(':', [0, 1], ':', [0, 1]).shape).toEqual([2, 5, 3])
    expect(y.index(':', [0, 1], null, [0, 1]).shape).toEqual([2, 5, 1, 4])
    expect(y.index(':', 0, [0, 1]).shape).toEqual([5, 2, 4])
    expect(y.index(0, ':', [0, 1]).shape).toEqual([2, 2, 4])
    // An ellipsis separates, although it stands for no axis here.
    expect(y.index(':', ':', [0, 1], '...', 0).shape).toEqual([2, 5, 2])
    expect(x.index([0, 1], [1, 2]).toList()).toEqual([
      [4, 5, 6, 7],
      [20, 21, 22, 23],
    ])
  })
})

describe('derivatives', () => {
  test('of slices', () => {
    expect(derivativesOfViews((x) => x.slice('::-1', null, '1:', 1).square(), [[2, 3, 2]])).toEqual(
      {},
    )
  })

  test.each<[string, IndexItem[]]>([
    ['one array', [':', [0, 0, 2]]],
    [
      'two arrays',
      [
        [[1], [0]],
        [0, 2],
      ],
    ],
    ['arrays apart', [[1, 0], ':', [1, 1]]],
    ['an integer beside an array', [1, null, '::-1', [0, 0]]],
  ])('of %s', (_, items) => {
    expect(derivativesOfViews((x) => x.index(...items).square(), [[2, 3, 2]])).toEqual({})
  })

  test('of nothing', () => {
    expect(derivatives((x) => x.index([], 0).square(), [sample([2, 3])])).toBe('right')
    expect(derivatives((x) => x.slice('2:', 0).square(), [sample([2, 3])])).toBe('right')
    expect(derivatives((x) => x.slice(null, '...').square(), [sample([])])).toBe('right')
  })
})

describe('kinds of indices', () => {
  const x = arange(6).reshape([2, 3])

  test('arrays, typed arrays and lists are alike', () => {
    const expected = [
      [3, 4, 5],
      [0, 1, 2],
    ]
    for (const rows of [[1, 0], Int8Array.of(-1, 0), new MLArray([1, 0], { dtype: 'float32' })]) {
      expect(x.index(rows).toList()).toEqual(expected)
    }
    expect(x.index(x.slice(':', 0).argmax(), '1:').toList()).toEqual([4, 5])
  })

  test('an index without arrays gives a view, and one with arrays a copy', () => {
    const y = zeros([2, 2])
    const view = y.index(0, ':')
    const copy = y.index([0], ':')
    y.set('...', 1)
    expect([view.toList(), copy.toList()]).toEqual([[1, 1], [[0, 0]]])
  })

  test('the dtype stays', () => {
    const y = x.astype('float32')
    expect([y.slice(0).dtype, y.index([0]).dtype]).toEqual(['float32', 'float32'])
  })

  test('Values of a view are elements of the same graph', () => {
    const y = new MLArray([1, 2, 3])
    y.slice('::-1').at(0).mul(5).backward()
    expect(y.grad().toList()).toEqual([0, 0, 5])
  })
})

describe('set', () => {
  test('one item, and lists of several', () => {
    const x = zeros([2, 3])
    x.set(1, [1, 2, 3])
    x.set([0, '1:'], 5)
    x.set(
      [
        [0, 1],
        [0, 0],
      ],
      [8, 9],
    )
    expect(x.toList()).toEqual([
      [8, 5, 5],
      [9, 2, 3],
    ])
    x.set(Int32Array.of(1), 0)
    x.set([[0]], [[7, 7, 7]])
    expect(x.toList()).toEqual([
      [7, 7, 7],
      [0, 0, 0],
    ])
  })

  test('writes through views, and reads before it writes', () => {
    const x = new MLArray([1, 2, 3, 4])
    x.slice('::2').set(0, 10)
    x.set('1:', x.slice(':-1'))
    expect(x.toList()).toEqual([10, 10, 2, 3])
    x.set([[3, 2, 1, 0]], x)
    expect(x.toList()).toEqual([3, 2, 10, 10])
  })

  test.each<[string, IndexItem | IndexItem[]]>([
    ['at an integer', 0],
    ['at an array', [[0]]],
  ])('is unrecorded, and a pass over an earlier use refuses: %s', (_, at) => {
    const x = new MLArray([1, 2])
    const y = x.square().sum()
    x.set(at, 3)
    expect(() => y.backward()).toThrow('changed')
    x.square().sum().backward()
    expect(x.grad().toList()).toEqual([6, 4])
  })

  test('works on what was computed without recording', () => {
    const x = noGrad(() => new MLArray([1, 2]).mul(2))
    expect(x.set([[1, 1]], [5, 6]).toList()).toEqual([2, 6])
  })
})

describe('errors', () => {
  const x = zeros([2, 3])

  test('name what was given and what is accepted', () => {
    const any = (item: unknown): SliceItem => item as SliceItem
    // @ts-expect-error -- as the types say, too
    expect(() => x.slice(0, 0, 0)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: slice: 3 indices are too many for shape [2, 3] of 2 axes.]`,
    )
    expect(() => x.slice('...', 0, '...')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: slice: '...' may stand once in an index.]`,
    )
    expect(() => x.slice(2)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: slice: index 2 is out of range for axis 0 of size 2; expected an integer from -2 to 1.]`,
    )
    expect(() => x.slice(0, -4)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: slice: index -4 is out of range for axis 1 of size 3; expected an integer from -3 to 2.]`,
    )
    expect(() => x.slice('::0')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: slice: the step of the range '::0' must not be 0.]`,
    )
    expect(() => x.slice('1')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: slice: '1' is no range; expected 'start:stop' or 'start:stop:step' in integers, each of which may be missing, or '...'.]`,
    )
    expect(() => x.slice('1.5:')).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: slice: '1.5:' is no range; expected 'start:stop' or 'start:stop:step' in integers, each of which may be missing, or '...'.]`,
    )
    expect(() => x.slice(0.5)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: slice: expected an integer, a range such as '1:5:2', null or '...', got 0.5.]`,
    )
    expect(() => x.slice(any([0, 1]))).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: slice: expected an integer, a range such as '1:5:2', null or '...', got [0, 1]. Arrays of integers go to index, masks to maskedSelect.]`,
    )
    expect(() => x.slice(any(undefined))).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: slice: expected an integer, a range such as '1:5:2', null or '...', got undefined.]`,
    )
    expect(() => x.index(any(true))).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: index: expected an integer, an array or list of integers, a range such as '1:5:2', null or '...', got true.]`,
    )
    expect(() => x.index([0, 2])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: index: index 2 is out of range for axis 0 of size 2; expected an integer from -2 to 1.]`,
    )
    expect(() => x.index([0.5])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: index: indices must be integers, got 0.5.]`,
    )
    expect(() => x.index([0, 1], [0, 1, 2])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: index: shapes [2] and [3] do not broadcast: axis -1 is 2 and 3.]`,
    )
    expect(() => zeros([0]).slice(0)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: slice: index 0 is out of range for axis 0 of size 0; it has no elements.]`,
    )
    expect(() => zeros([]).index([0])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: index: 1 index is too many for shape [] of 0 axes.]`,
    )
  })

  test('of set leave everything as it was', () => {
    expect(() => x.set([0, 5], 1)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: set: index 5 is out of range for axis 1 of size 3; expected an integer from -3 to 2.]`,
    )
    expect(() => x.set(0, [1, 2])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: set: shapes [3] and [2] do not broadcast: axis -1 is 3 and 2.]`,
    )
    expect(() => x.set(0, [[1], [2]])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: set: shape [2, 1] does not broadcast to [3].]`,
    )
    expect(() => x.set([[0, 1], 0], [1, 2, 3])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: set: shapes [2] and [3] do not broadcast: axis -1 is 2 and 3.]`,
    )
    expect(() => x.set([[0, 9], 0], 1)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: set: index 9 is out of range for axis 0 of size 2; expected an integer from -2 to 1.]`,
    )
    expect(() => x.mul(2).set(0, 1)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: set: the result of mul cannot be changed in place. Make a changed copy instead: where, put, scatterAdd and indexAdd carry gradients.]`,
    )
    expect(() =>
      x
        .mul(2)
        .slice(0)
        .set([[0]], 1),
    ).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: set: the result of mul cannot be changed in place. Make a changed copy instead: where, put, scatterAdd and indexAdd carry gradients.]`,
    )
    expect(x.toList()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
  })
})

test('where float32 is the default, lists of indices and values keep their digits', () => {
  setDefaultDtype('float32')
  try {
    const x = zeros([2], { dtype: 'float64' })
    x.set(0, 0.1)
    x.slice('1:').assign(0.2)
    expect(x.toList()).toEqual([0.1, 0.2])
    expect(() => x.take([2 ** 24 + 1])).toThrow('index 16777217')
    expect(new MLArray([0, 1], { dtype: 'float64' }).quantile(0.1).item()).toBe(0.1)
    expect(new MLArray([0.1], { dtype: 'float64' }).searchsorted(0.1).item()).toBe(0)
  } finally {
    setDefaultDtype('float64')
  }
})
