// Operations of a user's own, on arrays, Values and numbers.
import { describe, expect, test } from 'vitest'
import { customOp, hessian, MLArray, Value } from '../src/index.ts'
import { derivativesOfViews } from './sample.ts'
import { readings } from './readings.ts'
import { sample } from './sample.ts'

const cube = customOp('cube', { f: (x) => x ** 3, df: (m, x) => m.mul(3, m.square(x)) })
const scaled = customOp('scaled', {
  f: (a, b) => a * b * b,
  da: (m, _a, b) => m.square(b),
  db: (m, a, b) => m.mul(2, m.mul(a, b)),
  fallback: 2,
})
const lerp = customOp('lerp', {
  f: (a, b, t) => a + t * (b - a),
  da: (m, _a, _b, t) => m.sub(1, t),
  db: (_m, _a, _b, t) => t,
  dc: (m, a, b) => m.sub(b, a),
})

describe('a custom operation', () => {
  test('applies to arrays element by element, to Values and to numbers', () => {
    expect(cube(new MLArray([1, 2])).toList()).toEqual([1, 8])
    expect(cube(new MLArray([1, 2])).op).toBe('cube')
    expect([cube(2).data, cube(new Value(3)).data]).toEqual([8, 27])
  })

  test('broadcasts, with Values and numbers among the operands', () => {
    expect(scaled(new MLArray([[1], [2]]), new MLArray([1, 3])).toList()).toEqual([
      [1, 9],
      [2, 18],
    ])
    expect(scaled(3, new MLArray([1, 2])).toList()).toEqual([3, 12])
    expect(scaled(new MLArray([1, 2])).toList()).toEqual([4, 8])
    const t = new Value(0.25)
    const y = lerp(new MLArray([0, 4]), 8, t)
    y.sum().backward()
    expect([y.toList(), t.grad]).toEqual([[2, 5], 12])
  })

  test('of three operands may read its result in a derivative', () => {
    const product = customOp('product', {
      f: (a, b, c) => a * b * c,
      da: (m, a, _b, _c, y) => m.div(y, a),
      db: (m, _a, b, _c, y) => m.div(y, b),
      dc: (m, _a, _b, c, y) => m.div(y, c),
    })
    const [a, b, c] = [new MLArray([2, 3]), new MLArray([5, 7]), new MLArray([11, 13])] as const
    product(a, b, c).backward()
    expect([a, b, c].map((x) => x.grad().toList())).toEqual([
      [55, 91],
      [22, 39],
      [10, 21],
    ])
    product(a, b, c).backward({ createGraph: true })
    expect(a.gradNode()!.requiresGrad).toBe(true)
  })

  test('has derivatives of every order, as every view, in both dtypes', () => {
    expect(derivativesOfViews((x) => cube(x), [[2, 3]])).toEqual({})
    expect(
      derivativesOfViews(
        (a, b) => scaled(a, b),
        [
          [2, 3],
          [2, 1],
        ],
      ),
    ).toEqual({})
    expect(
      derivativesOfViews(
        (a, b, c) => lerp(a, b, c),
        [
          [2, 3],
          [2, 3],
          [2, 1],
        ],
      ),
    ).toEqual({})
    expect(hessian((x: MLArray) => cube(x).sum())(new MLArray([1, 2])).toList()).toEqual([
      [6, 0],
      [0, 12],
    ])
    expect(readings((a, b, c) => lerp(a, b, c), [sample([2, 3]), sample([3]), sample([])])).toBe(
      'same',
    )
  })

  test('refuses rows, operands and results that are none', () => {
    const x = new MLArray([1, 2])
    const broken = customOp('broken', { f: () => undefined as never, df: () => 1 })
    expect(() => customOp('', { f: Math.sin, df: () => 1 })).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: customOp: the name must be a text of 1 to 100 characters on one line.]`,
    )
    expect(() => customOp('half', { f: Math.sin } as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: customOp half: needs df, or da and db, or da, db and dc; got none.]`,
    )
    expect(() =>
      customOp('own', { f: Math.sin, df: (_m, v) => (v as number) * 2 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: customOp own: a derivative must compute with the operations of m, as m.mul(2, x), and choose with m.where, only.]`,
    )
    expect(() => broken(x)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: customOp broken: f must return a number, got undefined.]`,
    )
    expect(() => lerp(x, x, undefined as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: lerp: expected an MLArray, a Value or a number, got undefined.]`,
    )
    expect(() => (lerp as (...xs: unknown[]) => unknown)(x, x)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: customOp lerp: takes 3 operands, got 2.]`,
    )
    expect(() => (cube as (...xs: unknown[]) => unknown)(x, x)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: customOp cube: takes 1 operand, got 2.]`,
    )
    expect(() => cube('x' as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: cube: expected a number or a Value, got the string "x".]`,
    )
    expect(() => scaled(new MLArray([1, 2, 3]) as MLArray, x)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: scaled: shapes [3] and [2] do not broadcast: axis -1 is 3 and 2.]`,
    )
  })
})
