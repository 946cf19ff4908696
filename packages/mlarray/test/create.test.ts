// Arrays from what a user has, and arrays of given numbers.
import { describe, expect, test } from 'vitest'
import {
  arange,
  eye,
  full,
  fullLike,
  linspace,
  MLArray,
  oneHot,
  ones,
  onesLike,
  setDefaultDtype,
  Value,
  zeros,
  zerosLike,
} from '../src/index.ts'

type Loose = new (data: unknown, options?: unknown) => MLArray
const Any = MLArray as unknown as Loose

describe('new MLArray', () => {
  test('of numbers, nested as deep as one likes', () => {
    expect([new MLArray(3).shape, new MLArray([]).shape, new MLArray([[], []]).shape]).toEqual([
      [],
      [0],
      [2, 0],
    ])
    expect(new MLArray([[[1], [2]]]).shape).toEqual([1, 2, 1])
    expect(
      new MLArray([
        [1, 2],
        [3, 4],
      ]).toList(),
    ).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  test('of typed arrays of every width, alone and in lists', () => {
    expect(new MLArray(Float32Array.of(1, 2)).dtype).toBe('float32')
    expect(new MLArray(Uint8Array.of(1, 255)).toList()).toEqual([1, 255])
    expect(new MLArray(Int16Array.of(-1, 2)).dtype).toBe('float64')
    expect(new MLArray([Float64Array.of(1, 2), [3, 4]]).toList()).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(new MLArray(Float64Array.of(1, 2, 3, 4), { shape: [2, 2] }).toList()).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  test('does not share the memory that it was given', () => {
    const data = Float64Array.of(1, 2)
    const x = new MLArray(data)
    data[0] = 9
    expect(x.toList()).toEqual([1, 2])
    x.toTypedArray()[0] = 9
    expect(x.toList()).toEqual([1, 2])
  })

  test('of arrays joins them, in a dtype for all', () => {
    const single = new MLArray([1, 2], { dtype: 'float32' })
    expect(new MLArray([single, single]).dtype).toBe('float32')
    expect(new MLArray([single, new MLArray([3, 4])]).dtype).toBe('float64')
    expect(new MLArray([single, [3, 4]] as never).toList()).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(new MLArray([[single.sum(), 5]] as never).toList()).toEqual([[3, 5]])
  })

  test('takes a dtype, a label, a shape', () => {
    const x = new MLArray([0.1, 2], { dtype: 'float32', label: 'x', shape: [2, 1] })
    expect([x.dtype, x.label, x.shape, x.at(0, 0).data]).toEqual([
      'float32',
      'x',
      [2, 1],
      Math.fround(0.1),
    ])
    x.label = undefined
    expect(x.label).toBeUndefined()
  })

  test('describes itself', () => {
    const x = new MLArray([[1, 2, 3]])
    expect([x.ndim, x.size, x.dtype, x.op, x.exp().op]).toEqual([2, 3, 'float64', 'leaf', 'exp'])
    expect(new MLArray(x, { requiresGrad: false }).op).toBe('constant')
  })

  test.each([
    ['a string', '1'],
    ['strings', ['1', '2']],
    ['nothing', undefined],
    ['null', null],
    ['true', [true]],
    ['a hole', [1, , 2]], // oxlint-disable-line no-sparse-arrays
    ['BigInt', [1n]],
    ['BigInts', BigInt64Array.of(1n)],
    ['an object', { length: 1, 0: 1 }],
    ['a date', new Date()],
    ['a view of bytes', new DataView(new ArrayBuffer(8))],
    ['ragged', [[1, 2], [3]]],
    ['ragged the other way', [1, [2]]],
    ['ragged arrays', [new MLArray([1, 2]), new MLArray([1])]],
    ['an array beside a number', [new MLArray([1, 2]), 3]],
  ])('refuses %s', (_, data) => {
    expect(() => new Any(data)).toThrow(/^MLArray: (expected numbers|ragged list)/)
  })

  test('refuses lists that hold themselves', () => {
    const list: unknown[] = []
    list.push(list)
    expect(() => new Any(list)).toThrow('nested deeper than 64')
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(() => new Any(deep)).toThrow('nested deeper than 64')
  })

  test('refuses options that it does not have', () => {
    expect(() => new Any([1], { dtpye: 'float32' })).toThrow("there is no option 'dtpye'")
    expect(() => new Any([1], 'float32')).toThrow('options are an object')
    expect(() => new Any([1], { requiresGrad: 1 })).toThrow('requiresGrad must be true or false')
    expect(() => new Any([1], { dtype: 'int8' })).toThrow("dtype must be 'float64' or 'float32'")
    expect(() => new Any([1, 2], { shape: [3] })).toThrow('2 elements do not fill shape [3]')
    expect(() => new Any([1], { label: 3 })).toThrow(TypeError)
  })
})

describe('of one number', () => {
  test('zeros, ones, full and those like another array', () => {
    expect([zeros(2).toList(), ones([1, 2]).toList(), full([2], -3).toList()]).toEqual([
      [0, 0],
      [[1, 1]],
      [-3, -3],
    ])
    const x = new MLArray([[1], [2]], { dtype: 'float32' })
    expect(zerosLike(x).toList()).toEqual([[0], [0]])
    expect(onesLike(x, { dtype: 'float64' }).dtype).toBe('float64')
    expect([fullLike(x, 7).toList(), fullLike(x, 7).dtype]).toEqual([[[7], [7]], 'float32'])
    expect(Object.is(full(1, -0).item(), -0)).toBe(true)
  })

  test.each([
    [[NaN]],
    [[-1]],
    [[1.5]],
    [[Infinity]],
    [[1e6, 1e6]],
    [[2 ** 53, 2]],
    [['3']],
    ['3'],
    [null],
    [undefined],
    [[[2]]],
    [new MLArray([2])],
  ])('a shape %j is refused before memory is taken', (shape) => {
    expect(() => zeros(shape as never)).toThrow(
      /^zeros: (a dimension must be|expected a dimension|shape)/,
    )
    expect(() => ones(shape as never)).toThrow(/^ones: /)
    expect(() => full(shape as never, 1)).toThrow(/^full: /)
  })

  test('full takes a number, and …Like an array', () => {
    expect(() => full([2], '1' as never)).toThrow('full: ')
    expect(() => zerosLike([1, 2] as never)).toThrow('zerosLike: expected an MLArray, got [1, 2].')
    expect(() => fullLike(new MLArray(1), 'a' as never)).toThrow('fullLike: expected numbers')
    expect(() => zerosLike(new MLArray(1), { dtype: 'int8' as never })).toThrow('zerosLike: dtype')
  })
})

describe('ranges', () => {
  test('arange is to the bit what NumPy computes', () => {
    expect(arange(0.1, 0.9, 0.1).toList()).toEqual([
      0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6, 0.7000000000000001, 0.8,
    ])
    expect(arange(3).toList()).toEqual([0, 1, 2])
    expect(arange(5, 1, -2).toList()).toEqual([5, 3])
    expect(arange(3).requiresGrad).toBe(false)
    expect(arange(3, undefined, 1, { dtype: 'float32', requiresGrad: true }).requiresGrad).toBe(
      true,
    )
  })

  test.each([[[NaN]], [[0, Infinity]], [[0, 1, 0]], [[0, 1, NaN]], [['3']], [[]], [[0, 1e12]]])(
    'arange refuses %j',
    (given) => {
      expect(() => (arange as (...g: unknown[]) => unknown)(...given)).toThrow(/^arange: /)
    },
  )

  test('options stand behind as many numbers as there are', () => {
    const options = { dtype: 'float32', requiresGrad: true, label: 'x' } as const
    const given = [
      arange(3, options),
      arange(3, undefined, options),
      arange(3, undefined, undefined, options),
      arange(1, 4, options),
      arange(1, 4, 1, options),
      linspace(0, 1, options),
      linspace(0, 1, 3, options),
    ]
    expect(given.map(({ dtype, requiresGrad, label }) => [dtype, requiresGrad, label])).toEqual(
      given.map(() => ['float32', true, 'x']),
    )
    expect(given.map((x) => x.at(-1).data)).toEqual([2, 2, 2, 3, 3, 1, 1])
    expect(given.map((x) => x.size)).toEqual([3, 3, 3, 3, 3, 50, 3])
  })

  test.each([
    [[5, { dtpe: 'float32' }], "arange: there is no option 'dtpe'; expected dtype, requires"],
    [[5, { dtype: 'int8' }], 'arange: dtype must be '],
    [[5, 'float32'], 'arange: start, stop and step must be finite, got the string "float32".'],
    [[0, new Value(5)], 'arange: start, stop and step must be finite, got an object (Value).'],
    [[0, 5, null], 'arange: start, stop and step must be finite, got null.'],
    [[5, {}, 2], 'arange: start, stop and step must be finite, got an object (Object).'],
    [[5, {}, {}], 'arange: start, stop and step must be finite, got an object (Object).'],
    [[{ dtype: 'float32' }], 'arange: start, stop and step must be finite, got an object (Object'],
    [[0, 5, 1, 'float32'], 'arange: options are an object { dtype?, requiresGrad?, label? }, got'],
  ])('what is refused of arange(...%o) is said', (given, message) => {
    expect(() => (arange as (...g: unknown[]) => unknown)(...given)).toThrow(message)
  })

  test.each([
    [[0, 1, { n: 3 }], "linspace: there is no option 'n'; expected dtype, requiresGrad, label."],
    [[0, 1, {}, {}], 'linspace: num must be an integer ≥ 0, got an object (Object).'],
    [[0, { dtype: 'float32' }], 'linspace: start and stop must be finite, got an object (Object).'],
  ])('what is refused of linspace(...%o) is said', (given, message) => {
    expect(() => (linspace as (...g: unknown[]) => unknown)(...given)).toThrow(message)
  })

  test('linspace meets both ends exactly', () => {
    expect(linspace(0, 1, 5).toList()).toEqual([0, 0.25, 0.5, 0.75, 1])
    expect(linspace(0, 0.7, 8).at(-1).data).toBe(0.7)
    expect([linspace(2, 3, 1).toList(), linspace(2, 3, 0).toList(), linspace(0, 1).size]).toEqual([
      [2],
      [],
      50,
    ])
    for (const num of [-1, 2.5, NaN, '3'])
      expect(() => linspace(0, 1, num as number)).toThrow('linspace: num must be an integer ≥ 0')
    expect(() => linspace(0, NaN)).toThrow('linspace: ')
  })

  test('eye has any number of columns and any diagonal', () => {
    expect(eye(2).toList()).toEqual([
      [1, 0],
      [0, 1],
    ])
    expect(eye(2, { m: 3, k: 1 }).toList()).toEqual([
      [0, 1, 0],
      [0, 0, 1],
    ])
    expect(eye(3, { m: 2, k: -1 }).toList()).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
    ])
    expect(eye(2, { k: 5 }).toList()).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect([eye(0).shape, eye(2, { m: 0 }).shape]).toEqual([
      [0, 0],
      [2, 0],
    ])
    for (const k of [0.5, NaN]) expect(() => eye(3, { k })).toThrow('eye: k must be an integer')
    expect(() => eye(-1)).toThrow('eye: a dimension')
  })

  test('oneHot has a row for every index', () => {
    expect(oneHot([2, 0], 3).toList()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ])
    expect(oneHot([[1], [0]], 2).toList()).toEqual([[[0, 1]], [[1, 0]]])
    expect(oneHot(Uint8Array.of(1), 2).toList()).toEqual([[0, 1]])
    expect([oneHot(1, 3).toList(), oneHot([], 3).shape]).toEqual([
      [0, 1, 0],
      [0, 3],
    ])
    for (const index of [-1, 3, 0.5, NaN]) expect(() => oneHot([index], 3)).toThrow(/^oneHot: /)
    expect(() => oneHot([0], -1)).toThrow('oneHot: numClasses must be an integer ≥ 0')
    expect(() => oneHot(['1'] as never, 2)).toThrow('oneHot: expected numbers')
  })
})

test('the default dtype is that of a program', () => {
  setDefaultDtype('float32')
  try {
    expect([
      zeros(1).dtype,
      new MLArray([1]).dtype,
      new MLArray([new Value(1)]).dtype,
      arange(2).dtype,
    ]).toEqual(Array.from({ length: 4 }, () => 'float32'))
    expect(new MLArray([1], { dtype: 'float64' }).dtype).toBe('float64')
  } finally {
    setDefaultDtype('float64')
  }
  expect(() => setDefaultDtype('int8' as never)).toThrow('setDefaultDtype: ')
})
