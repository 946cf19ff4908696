// customOp: a row of a user's own.
import { expect, test } from 'vitest'
import { customOp, grad, Value } from '../src/index.ts'
import { checkGrads } from '../src/testing.ts'

const cube = customOp('cube', { f: (x) => x ** 3, df: (m, x) => m.mul(3, m.square(x)) })
const scaled = customOp('scaled', {
  f: (x, k) => k * Math.sin(x),
  da: (m, x, k) => m.mul(k, m.cos(x)),
  db: (m, x) => m.sin(x),
  fallback: 2,
})
const blend = customOp('blend', {
  f: (a, b, t) => a + t * (b - a),
  da: (m, _a, _b, t) => m.sub(1, t),
  db: (_m, _a, _b, t) => t,
  dc: (m, a, b) => m.sub(b, a),
})

test('gives a function of Values and numbers, tracked, with every derivative', () => {
  const x = new Value(2)
  const y = cube(x)
  y.backward()
  expect([y.op, y.data, x.grad, cube(3).data, cube(3).requiresGrad]).toEqual([
    'cube',
    8,
    12,
    27,
    false,
  ])
  expect([grad(grad(cube))(2).data, grad(grad(grad(cube)))(2).data]).toEqual([12, 6])
})

test('takes two and three arguments, and a fallback for the last', () => {
  expect([scaled(1).data, scaled(1, 3).data, blend(0, 10, 0.3).data]).toEqual([
    2 * Math.sin(1),
    3 * Math.sin(1),
    3,
  ])
  checkGrads((x, k) => scaled(x, k), [1, 3], { order: 2 })
  checkGrads(blend, [1, 2, 0.3], { order: 2 })
})

test('checks for changes only what its derivatives read', () => {
  const [a, b, k] = [new Value(1), new Value(2), new Value(3)]
  const y = scaled(a, k)
  k.data = 4
  expect(() => y.backward()).toThrow('scaled')
  const plus = customOp('plus', { f: (p, q) => p + q, da: () => 1, db: () => 1 })
  const z = plus(a, b)
  b.data = 7
  z.backward()
  expect([a.grad, b.grad]).toEqual([1, 1])
})

test('of three operands, reads its result alone and minds no change of the operands', () => {
  const exponential = customOp('exponential', {
    f: (a, b, c) => Math.exp(a + b + c),
    da: (_m, _a, _b, _c, y) => y,
    db: (_m, _a, _b, _c, y) => y,
    dc: (_m, _a, _b, _c, y) => y,
  })
  const a = new Value(1)
  const y = exponential(a, 2, 3)
  a.data = 7
  y.backward()
  expect(a.grad).toBe(Math.exp(6))
})

test('a derivative that chooses by a comparison in JavaScript is refused, since an array has many answers', () => {
  const f = (x: number): number => Math.max(x, 0)
  expect(() => customOp('ramp', { f, df: (m, x) => (m.gt(x, 0) ? 1 : 0) })).toThrow(
    'customOp ramp: a derivative must compute with the operations of m, as m.mul(2, x), and choose with m.where',
  )
  const ramp = customOp('ramp', { f, df: (m, x) => m.where(m.gt(x, 0), 1, 0) })
  expect([grad(ramp)(-1).data, grad(ramp)(2).data]).toEqual([0, 1])
})

test('a derivative with a Value from elsewhere, or with an operand too few, is refused at once', () => {
  const [f, w] = [(x: number): number => 3 * x, new Value(3)]
  const told = 'customOp triple: a derivative must compute with the operations of m'
  const missing = undefined as never
  expect(() => customOp('triple', { f, df: (m, x) => m.mul(m.sign(x), w as never) })).toThrow(told)
  expect(() => customOp('triple', { f, df: (m, x) => m.mul(x, missing) })).toThrow(told)
  expect(() => customOp('triple', { f, df: (m) => m.exp(missing) })).toThrow(told)
})
