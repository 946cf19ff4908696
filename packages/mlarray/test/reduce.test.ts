// Reductions at their corners: nothing, NaN, ties, zeros, and numbers that overflow on the way.
import { describe, expect, test } from 'vitest'
import { arange, jvp, MLArray, zeros, type DType } from '../src/index.ts'
import { derivatives } from './sample.ts'

/** The gradient of the sum of `f(x)`. */
function gradient(
  f: (x: MLArray) => MLArray,
  list: readonly number[],
  dtype: DType = 'float64',
): unknown {
  const x = new MLArray(list, { dtype })
  f(x).backward()
  return x.grad().toList()
}

describe('of nothing', () => {
  const none = zeros([0])
  const rows = zeros([2, 0])

  test('sums, products and norms have a value', () => {
    expect(none.sum().item()).toBe(0)
    expect(none.prod().item()).toBe(1)
    expect(none.norm().item()).toBe(0)
    expect([1, 0, Infinity, -Infinity, 3].map((ord) => none.norm({ ord }).item())).toEqual([
      0, 0, 0, 0, 0,
    ])
    expect(none.logsumexp().item()).toBe(-Infinity)
    expect(rows.sum({ axis: 1 }).toList()).toEqual([0, 0])
    expect(rows.prod({ axis: 1, keepdims: true }).toList()).toEqual([[1], [1]])
    expect([none.any().item(), none.all().item(), none.countNonzero().item()]).toEqual([0, 1, 0])
  })

  test('means and variances are NaN', () => {
    expect([none.mean(), none.var(), none.std()].map((y) => y.item())).toEqual([NaN, NaN, NaN])
    expect(new MLArray([3]).var({ ddof: 1 }).item()).toBe(NaN)
    expect(new MLArray([3]).std({ ddof: 1 }).item()).toBe(NaN)
    expect(new MLArray([3]).var({ ddof: 2 }).item()).toBe(NaN)
  })

  test.each(['max', 'min', 'argmax', 'argmin'] as const)('%s is refused', (name) => {
    const of = (x: MLArray, axis?: number): MLArray =>
      (x[name] as (options?: object) => MLArray).call(x, axis === undefined ? undefined : { axis })
    expect(() => of(none)).toThrow(`${name}: `)
    expect(() => of(rows, 1)).toThrow(RangeError)
    expect(() => of(zeros([0, 0]), 0)).toThrow(RangeError)
    expect(of(rows, 0).shape).toEqual([0])
  })

  test('gradients have the shape of nothing', () => {
    const x = zeros([2, 0])
    x.sum({ axis: 1 })
      .add(x.prod({ axis: 1 }))
      .add(x.logsumexp({ axis: 1 }))
      .backward()
    expect(x.grad().shape).toEqual([2, 0])
  })

  test.each<[string, (x: MLArray) => MLArray]>([
    ['a product', (x) => x.prod({ axis: 1 })],
    ['a median', (x) => x.median({ axis: 1 })],
    ['quantiles', (x) => x.quantile([0.5, 1], { axis: 1, keepdims: true })],
    ['a diagonal matrix', (x) => x.flatten().diag(-2)],
  ])('%s has a gradient, of that shape', (_, f) => {
    const x = zeros([2, 0])
    f(x).backward()
    expect(x.grad().shape).toEqual([2, 0])
    expect(jvp(f)(x, x)[1].shape).toEqual(f(x).shape)
  })
})

describe('over no axis', () => {
  const x = new MLArray([
    [1, -2],
    [0, 4],
  ])

  test('everything stays, in memory of its own', () => {
    for (const name of ['sum', 'mean', 'prod', 'max', 'min'] as const) {
      const y = x[name]({ axis: [] })
      expect(y.toList()).toEqual([
        [1, -2],
        [0, 4],
      ])
      expect(y).not.toBe(x)
    }
    expect(x.std({ axis: [] }).toList()).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect(x.norm({ axis: [] }).toList()).toEqual([
      [1, 2],
      [0, 4],
    ])
    expect(x.any({ axis: [] }).toList()).toEqual([
      [1, 1],
      [0, 1],
    ])
  })

  test('a product over one element is no view', () => {
    const one = new MLArray([5])
    for (const y of [
      one.prod(),
      one.cumprod(),
      one.cumprod({ axis: 0 }),
      one.tile(1),
      one.roll(0),
    ]) {
      expect(() => y.assign(7)).toThrow('cannot be changed')
    }
    expect(one.item()).toBe(5)
  })
})

describe('NaN', () => {
  const x = new MLArray([3, NaN, 5, NaN])

  test('is the largest and the smallest, and the first of them wins', () => {
    expect([x.max().item(), x.min().item()]).toEqual([NaN, NaN])
    expect([x.argmax().item(), x.argmin().item()]).toEqual([1, 1])
    expect([x.sum().item(), x.mean().item(), x.prod().item()]).toEqual([NaN, NaN, NaN])
    expect([x.any().item(), x.all().item(), x.countNonzero().item()]).toEqual([1, 1, 4])
  })

  test('shares the gradient of the maximum that it is', () => {
    expect(gradient((y) => y.max(), [3, NaN, 5, NaN])).toEqual([0, 0.5, 0, 0.5])
  })
})

describe('ties', () => {
  test('share the gradient of a maximum evenly', () => {
    expect(gradient((x) => x.max(), [2, 5, 5, 1])).toEqual([0, 0.5, 0.5, 0])
    expect(gradient((x) => x.min(), [2, 5, 2, 2])).toEqual([1 / 3, 0, 1 / 3, 1 / 3])
    const x = new MLArray([
      [1, 1],
      [1, 0],
    ])
    x.max({ axis: [0, 1] }).backward()
    expect(x.grad().toList()).toEqual([
      [1 / 3, 1 / 3],
      [1 / 3, 0],
    ])
  })

  test('give the first index', () => {
    const x = new MLArray([
      [1, 4, 4],
      [7, 7, 0],
    ])
    expect(x.argmax({ axis: 1 }).toList()).toEqual([1, 0])
    expect([x.argmax().item(), x.argmin({ axis: -1, keepdims: true }).toList()]).toEqual([
      3,
      [[0], [2]],
    ])
    expect(x.argmax().requiresGrad).toBe(false)
  })
})

describe('at kinks', () => {
  test('the norm at 0 and the deviation of equal numbers have gradient 0', () => {
    expect(gradient((x) => x.norm(), [0, 0])).toEqual([0, 0])
    expect(gradient((x) => x.norm({ ord: 3 }), [0, 0])).toEqual([0, 0])
    expect(gradient((x) => x.norm({ ord: 1 }), [0, -2])).toEqual([0, -1])
    expect(gradient((x) => x.std(), [4, 4, 4])).toEqual([0, 0, 0])
  })

  test.each([0.5, 0.9, 1.5, 3, -1, -0.5])(
    'so has a norm of order %d where elements are 0',
    (ord) => {
      const slopes = gradient((x) => x.norm({ ord }), [0, 2, -3]) as number[]
      expect(slopes[0]).toBe(0)
      // An element 0 is not there for orders above 0, and makes the norm 0 below.
      const others = ord > 0 ? gradient((x) => x.norm({ ord }), [2, -3]) : [0, 0]
      expect(slopes.slice(1).map((slope) => slope + 0)).toEqual(others)
      const x = new MLArray([0, 2, -3])
      x.norm({ ord }).backward({ createGraph: true })
      x.gradNode()!.backward()
      expect(x.grad().isFinite().all().item()).toBe(1)
    },
  )

  test('and so have their second derivatives', () => {
    const x = new MLArray([4, 4])
    x.std().backward({ createGraph: true })
    x.gradNode()!.backward()
    expect(x.grad().toList()).toEqual([0, 0])
  })
})

describe('products with zeros', () => {
  test('have exact gradients', () => {
    expect(gradient((x) => x.prod(), [2, 0, 3])).toEqual([0, 6, 0])
    expect(gradient((x) => x.prod(), [2, 0, 0])).toEqual([0, 0, 0])
    expect(gradient((x) => x.prod(), [5])).toEqual([1])
    expect(gradient((x) => x.cumprod(), [2, 0, 3])).toEqual([1, 8, 0])
  })

  test.each([[[2, 0, 3, 5]], [[0, 0, 3, 5]], [[0, 0, 0, 1]]])(
    'and second derivatives: %j',
    (list) => {
      expect(derivatives((x) => x.prod(), [new MLArray(list)])).toBe('right')
      expect(derivatives((x) => x.cumprod(), [new MLArray(list)])).toBe('right')
    },
  )
})

describe('products run from the first element to the last', () => {
  // Pairs of large or of small elements would leave the range of the dtype, what is before each does not.
  const list = [1e200, 1e-200, 1e200, 1e-200, 3]

  test('and overflow only where they do so', () => {
    expect(new MLArray(list).prod().item()).toBe(3)
    expect(new MLArray([list, list]).T.prod({ axis: 0 }).toList()).toEqual([3, 3])
    expect(new MLArray(list.slice(1)).cumprod().toList()).toEqual([1e-200, 1, 1e-200, 3e-200])
    expect(new MLArray([[1e200], [1e200], [1e-200]]).cumprod({ axis: 0 }).toList()).toEqual([
      [1e200],
      [Infinity],
      [Infinity],
    ])
  })

  test('and so do their gradients', () => {
    const others = [3e-200, 3e200, 3e-200, 3e200, 1]
    expect(gradient((x) => x.prod(), list)).toEqual(others)
    expect(gradient((x) => x.cumprod().slice(-1), list)).toEqual(others)
  })

  test('in double precision, also in float32', () => {
    const x = new MLArray([2 ** 100, 2 ** 100, 2 ** -100, 2 ** -90], { dtype: 'float32' })
    const y = x.prod()
    expect([y.dtype, y.item()]).toEqual(['float32', 2 ** 10])
    y.backward()
    expect(x.grad().toList()).toEqual([2 ** -90, 2 ** -90, 2 ** 110, 2 ** 100])
  })
})

describe('far from 1', () => {
  test('the variance is computed in two passes', () => {
    expect(new MLArray([1e9, 1e9 + 1, 1e9 + 2]).var().item()).toBeCloseTo(2 / 3, 14)
  })

  test('logsumexp and softmax neither overflow nor lose digits', () => {
    expect(new MLArray([1000, 1000]).logsumexp().item()).toBe(1000 + Math.LN2)
    expect(new MLArray([-1000, -1000]).logsumexp().item()).toBe(-1000 + Math.LN2)
    expect(new MLArray([-Infinity, -Infinity]).logsumexp().item()).toBe(-Infinity)
    expect(new MLArray([Infinity, 1]).logsumexp().item()).toBe(Infinity)
    expect(new MLArray([1e4, 1e4 - 1]).softmax().toList()).toEqual([
      0.7310585786300049, 0.2689414213699951,
    ])
    expect(new MLArray([0, -800]).logSoftmax().toList()).toEqual([0, -800])
    // log(1 + e^−0.5) keeps its digits beside logits of 1e12, which have none to spare.
    expect(new MLArray([1e12, 1e12 - 0.5]).logSoftmax().toList()).toEqual([
      -0.4740769841801067, -0.9740769841801067,
    ])
    expect([new MLArray(7).softmax().item(), new MLArray(7).logSoftmax().item()]).toEqual([1, 0])
  })

  test('norms neither overflow nor underflow', () => {
    expect(new MLArray([3e200, -4e200]).norm().item() / 5e200).toBeCloseTo(1, 15)
    expect(new MLArray([3e-200, 4e-200]).norm().item()).toBeCloseTo(5e-200, 210)
    expect(new MLArray([1e308, 1e308]).norm().item()).toBeCloseTo(Math.SQRT2 * 1e308, -295)
    expect(new MLArray([[1e150], [2]]).norm({ axis: 1, ord: 3 }).toList()).toEqual([1e150, 2])
    const slopes = gradient((x) => x.norm(), [3e200, -4e200]) as number[]
    expect(slopes[0]).toBeCloseTo(0.6, 15)
    expect(slopes[1]).toBeCloseTo(-0.8, 15)
    expect(new MLArray([3e30, 4e30], { dtype: 'float32' }).norm().item()).toBeCloseTo(5e30, -25)
  })

  test.each([
    ['float64', 2 ** -1074],
    ['float64', 2 ** -1030],
    ['float32', 2 ** -149],
    ['float32', 2 ** -130],
  ] as const)('norms of subnormal numbers have slopes, %s from %d on', (dtype, least) => {
    const x = [3 * least, 0, -4 * least]
    expect(new MLArray(x, { dtype }).norm().item()).toBe(5 * least)
    const slopes = gradient((z) => z.norm(), x, dtype) as number[]
    const whole = gradient((z) => z.norm(), [3, 0, -4], dtype) as number[]
    slopes.forEach((slope, i) => expect(slope).toBeCloseTo(whole[i]!, 6))
    const cubic = gradient((z) => z.norm({ ord: 3 }), x, dtype) as number[]
    const wholeCubic = gradient((z) => z.norm({ ord: 3 }), [3, 0, -4], dtype) as number[]
    cubic.forEach((slope, i) => expect(slope).toBeCloseTo(wholeCubic[i]!, 6))
  })

  test('the norm of infinities is infinite for orders below 0, too', () => {
    expect(new MLArray([Infinity, -Infinity]).norm({ ord: -1 }).item()).toBe(Infinity)
    expect(new MLArray([Infinity, 2]).norm({ ord: -1 }).item()).toBe(2)
  })

  test('sums keep their digits however long they are', () => {
    // Added one after the other, a million tenths are 100000.00000133288.
    expect(new MLArray(new Float64Array(1e6).fill(0.1)).sum().item()).toBe(100000.00000000003)
    const single = new MLArray(new Float32Array(1e6).fill(0.1))
    expect(single.sum().item()).toBe(Math.fround(1e6 * Math.fround(0.1)))
  })

  test('sums of long rows of views are right', () => {
    const columns = arange(2000).reshape([1000, 2]).T
    expect(columns.sum({ axis: 1 }).toList()).toEqual([999000, 1000000])
    expect(columns.flip().sum({ axis: 1 }).toList()).toEqual([1000000, 999000])
  })

  test('counts and indices are exact in float32', () => {
    const x = new MLArray([1, 2], { dtype: 'float32' })
    expect([x.countNonzero().dtype, x.argmax().dtype]).toEqual(['float64', 'float64'])
    expect([x.any().dtype, x.sum().dtype, x.mean().dtype]).toEqual([
      'float32',
      'float32',
      'float32',
    ])
  })
})

describe('masked logits', () => {
  const logits = [-Infinity, 1, -Infinity, 2]

  test('get gradient exactly 0', () => {
    const shares = gradient((x) => x.logsumexp(), logits) as number[]
    expect([shares[0], shares[2]]).toEqual([0, 0])
    expect(shares[3]).toBeCloseTo(0.7310585786300049, 15)
    const slopes = gradient((x) => x.softmax().mul(new MLArray([1, 2, 3, 4])), logits) as number[]
    expect([slopes[0]! + 0, slopes[2]! + 0]).toEqual([0, 0])
    expect(slopes[1]! + slopes[3]!).toBeCloseTo(0, 15)
    expect(gradient((x) => x.logsumexp(), [-Infinity, -Infinity])).toEqual([0, 0])
  })
})
