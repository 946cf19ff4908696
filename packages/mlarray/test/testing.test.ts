// The checker of derivatives must find what is wrong, and say where.
import { describe, expect, test } from 'vitest'
import { MLArray, Value } from '../src/index.ts'
import { checkGrads } from '../src/testing.ts'

const x = new MLArray([
  [0.5, -1, 2],
  [1.5, 0.25, -0.75],
])

/** a²/2, whose gradient a is cut off from a. */
const halfSquare = (a: MLArray): MLArray =>
  a.square().mul(0.5).detach().add(a.sub(a.detach()).mul(a.detach()))

describe('accepts', () => {
  test('arrays and Values together, up to the third order', () => {
    const w = new MLArray([[1], [-2], [0.5]], { label: 'w' })
    expect(() => {
      checkGrads((a, b, v) => a.matmul(b).tanh().mul(v).at(1, 0).mul(v), [x, w, new Value(2)], {
        order: 3,
      })
    }).not.toThrow()
  })

  test('numbers, and a function that depends on nothing', () => {
    expect(() => checkGrads((a) => a.sign(), [3], { order: 2 })).not.toThrow()
    expect(() => checkGrads(() => new MLArray(1), [x], { order: 2 })).not.toThrow()
  })

  test('float32, with room for its rounding', () => {
    expect(() =>
      checkGrads((a) => a.exp().sum({ axis: 0 }), [x.astype('float32')], { order: 2 }),
    ).not.toThrow()
  })

  test('an input of no elements', () => {
    expect(() => checkGrads((a) => a.sum(), [new MLArray([])])).not.toThrow()
  })
})

describe('refuses', () => {
  test('a gradient that lacks a term', () => {
    const w = new MLArray([1, 2, 3], { label: 'w' })
    expect(() => checkGrads((a, b) => a.mul(b.detach()), [x, w])).toThrow(
      /^checkGrads: first derivative at input w\[0\] = 1: numeric .*, analytic 0\.$/,
    )
  })

  test('a second derivative that is wrong where the first is right', () => {
    expect(() => checkGrads(halfSquare, [x])).not.toThrow()
    expect(() => checkGrads(halfSquare, [x], { order: 2 })).toThrow(
      /^checkGrads: second derivative at/,
    )
  })

  test('a derivative of NaN', () => {
    expect(() => checkGrads((a) => a.sqrt(), [new MLArray([-1])])).toThrow('numeric NaN')
  })

  test('what is no function of arrays', () => {
    expect(() =>
      checkGrads((a) => a.item() as never, [new MLArray(1)]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: checkGrads: the function must return an MLArray or a Value, got 1.]`,
    )
    expect(() => checkGrads(x.exp() as never, [x])).toThrow(
      'checkGrads: expected a function, got an object (MLArray).',
    )
    expect(() => checkGrads((a) => a, ['1' as never])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: checkGrads: inputs must be arrays, Values and numbers, got the string "1".]`,
    )
    expect(() =>
      checkGrads((a) => a, new MLArray([1]) as never),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: checkGrads: inputs must be a list, got an object (MLArray).]`,
    )
    expect(() => checkGrads((a) => a, [1], { order: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: checkGrads: order must be an integer ≥ 1, got 0.]`,
    )
  })

  test.each([
    [{ tol: 1 }, "checkGrads: there is no option 'tol'; expected order, directions, seed, toler"],
    [2, 'checkGrads: options are an object { order?, directions?, seed?, tolerance? }, got 2.'],
    [{ directions: 0 }, 'checkGrads: directions must be an integer ≥ 1, got 0.'],
    [{ directions: NaN }, 'checkGrads: directions must be an integer ≥ 1, got NaN.'],
    [{ tolerance: -1 }, 'checkGrads: tolerance must be ≥ 0, got -1.'],
    [{ tolerance: NaN }, 'checkGrads: tolerance must be ≥ 0, got NaN.'],
    [{ tolerance: '1' }, 'checkGrads: tolerance must be ≥ 0, got the string "1".'],
  ])('the options %o', (options, message) => {
    expect(() => checkGrads((a) => a.exp(), [1], options as never)).toThrow(message)
  })
})
