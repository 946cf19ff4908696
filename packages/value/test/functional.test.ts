// grad, valueAndGrad, hessian and jvp: exact, nested, and without a trace on anybody's nodes.
import { describe, expect, test } from 'vitest'
import { grad, hessian, jvp, noGrad, Value, valueAndGrad } from '../src/index.ts'

const cube = (x: Value): Value => x.pow(3)

describe('grad', () => {
  test('is the derivative, at numbers and at Values', () => {
    expect([grad(cube)(2).data, grad(cube)(new Value(2)).data]).toEqual([12, 12])
  })

  test('nests to any order', () => {
    expect(grad(grad(cube))(2).data).toBe(12)
    expect(grad(grad(grad(cube)))(2).data).toBe(6)
    expect(grad(grad(grad(grad(cube))))(2).data).toBe(0)
  })

  test('of several arguments is a list', () => {
    const [dx, dy] = grad((x: Value, y: Value) => x.mul(x).mul(y))(3, 5)
    expect([dx.data, dy.data]).toEqual([30, 9])
  })

  test('does not confuse its variable with an outer one', () => {
    // d/dx [x · d/dy (x + y)] = 1; a confused inner derivative would be 2.
    expect(grad((x) => x.mul(grad((y) => x.add(y))(1)))(1).data).toBe(1)
    expect(grad((x) => x.mul(grad((y) => x.mul(y))(x)))(3).data).toBe(6)
    expect(grad((x) => grad((y) => x.mul(y).mul(y))(x))(3).data).toBe(12)
  })

  test('leaves no trace', () => {
    const x = new Value(2)
    const w = new Value(10)
    const y = x.mul(w)
    grad((z) => z.mul(y).mul(w))(x)
    expect([x.grad, w.grad, y.grad, x.gradNode]).toEqual([0, 0, 0, undefined])
  })

  test('is differentiable in what it is given and in what it closes over', () => {
    const [x, w] = [new Value(2), new Value(10)]
    grad((z) => z.pow(3).mul(w))(x).backward()
    expect([x.grad, w.grad]).toEqual([120, 12])
  })

  test('is untracked where nothing that it depends on is tracked', () => {
    const results = [grad(cube)(2), grad(cube)(new Value(2, { requiresGrad: false }))]
    expect(results.map((dx) => dx.requiresGrad)).toEqual([false, false])
  })

  test('works within noGrad, untracked', () => {
    const dx = noGrad(() => grad(cube)(new Value(2)))
    expect([dx.data, dx.requiresGrad]).toEqual([12, false])
  })

  test('is 0 where the function does not depend on its argument', () => {
    expect(grad(() => new Value(3))(2).data).toBe(0)
    expect(grad((x: Value, _y: Value) => x)(2, 5).map((dx) => dx.data)).toEqual([1, 0])
  })

  test('agrees with a backward pass through it', () => {
    const x = new Value(0.3)
    grad((z) => z.sin().exp())(x).backward()
    expect(x.grad).toBeCloseTo(grad(grad((z) => z.sin().exp()))(0.3).data, 14)
  })
})

test('valueAndGrad evaluates once', () => {
  let calls = 0
  const [y, dx] = valueAndGrad((x) => {
    calls++
    return x.exp()
  })(1)
  expect([calls, y.data, dx.data]).toEqual([1, Math.E, Math.E])
})

test('hessian is one number, or a matrix', () => {
  expect(hessian(cube)(2).data).toBe(12)
  const rows = hessian((x: Value, y: Value) => x.mul(x).mul(y).add(y.pow(3)))(2, 3)
  expect(rows.map((row) => row.map((x) => x.data))).toEqual([
    [6, 4],
    [4, 18],
  ])
})

describe('jvp', () => {
  test('is exact, in one argument and in several', () => {
    const [y, dy] = jvp(cube)(2, 1)
    expect([y.data, dy.data]).toEqual([8, 12])
    const [, dz] = jvp((a: Value, b: Value) => a.mul(b).add(a.clip(0, 5)))([2, 3], [1, 10])
    expect(dz.data).toBe(24)
  })

  test('nests with itself and with grad', () => {
    expect(jvp((x) => jvp(cube)(x, 1)[1])(2, 1)[1].data).toBe(12)
    expect(grad((x) => jvp(cube)(x, 1)[1])(2).data).toBe(12)
    expect(jvp((x) => grad(cube)(x))(2, 1)[1].data).toBe(12)
    expect(jvp((x) => x.mul(jvp((y) => x.add(y))(1, 1)[1]))(1, 1)[1].data).toBe(1)
  })

  test('is differentiable in its tangents', () => {
    const dx = new Value(5)
    jvp(cube)(2, dx)[1].backward()
    expect(dx.grad).toBe(12)
  })

  test('gives no Value of its caller back, which may change', () => {
    const dx = new Value(5)
    const [, dy] = jvp((x) => x.add(1))(2, dx)
    dx.data = 7
    expect(dy.data).toBe(5)
    dy.backward()
    expect(dx.grad).toBe(1)
  })
})

test('jvp is finite where grad is: nothing comes of what was not chosen or does not move', () => {
  const f = (x: Value): Value => x.relu().sqrt().add(x.maximum(2).sub(2).cbrt())
  expect([grad(f)(-1).data, jvp(f)(-1, 1)[1].data]).toEqual([0, 0])
  expect([grad(grad(f))(-1).data, jvp(grad(f))(-1, 1)[1].data]).toEqual([0, 0])
  const g = (a: Value, b: Value): Value => a.square().add(b.sqrt())
  expect(jvp(g)([3, 0], [1, 0])[1].data).toBe(6)
  expect(jvp(g)([3, 0], [1, 1])[1].data).toBe(Infinity)
  expect(grad((db) => jvp(g)([3, 4], [0, db])[1])(0).data).toBe(1 / 4)
})
