// Functions of functions: closed forms, nesting, structure, and that nobody's gradient is touched.
import { watched, type Watcher } from '@smol/value/graph'
import { integer, assert, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  concatenate,
  grad,
  hessian,
  jacobian,
  jvp,
  MLArray,
  noGrad,
  onesLike,
  solve,
  Value,
  valueAndGrad,
  vjp,
  zerosLike,
} from '../src/index.ts'
import { checkGrads } from '../src/testing.ts'
import { sample } from './sample.ts'

const x = new MLArray([1, 2])
const a = new MLArray([
  [2, 1],
  [1, 3],
])
/** xᵀ a x / 2, whose gradient is a x and whose Hessian is a. */
const quadratic = (z: MLArray): MLArray => z.matmul(a).matmul(z).mul(0.5)

type Model = { readonly w: MLArray; readonly bias: Value; readonly rest: readonly [MLArray] }
const model: Model = {
  w: new MLArray([[0.5], [-1]]),
  bias: new Value(0.3),
  rest: [new MLArray([2, 1])],
}
const batch = new MLArray([
  [1, 2],
  [0.5, -1],
  [3, 0],
])
const loss = ({ w, bias, rest }: Model, input: MLArray): MLArray =>
  input.mul(rest[0]).matmul(w).add(bias).tanh().square().mean()

describe('grad', () => {
  test('has the closed form', () => {
    expect(grad(quadratic)(x).toList()).toEqual([4, 7])
    expect(grad((v: Value) => v.pow(3))(2).data).toBe(12)
  })

  test('has the structure of the argument, in a list where there are several', () => {
    const [ofModel, ofInput] = grad(loss)(model, batch)
    expect(ofModel.w.shape).toEqual([2, 1])
    expect(ofModel.bias).toBeInstanceOf(Value)
    expect(ofModel.rest[0].shape).toEqual([2])
    expect(ofInput.shape).toEqual([3, 2])
    const y = loss(model, batch)
    y.backward()
    expect(ofModel.w.toList()).toEqual(model.w.grad().toList())
    expect(ofModel.bias.data).toBe(model.bias.grad)
    model.w.zeroGrad()
    model.bias.zeroGrad()
    model.rest[0].zeroGrad()
    batch.zeroGrad()
  })

  test("touches nobody's gradient, and does not see outer ones", () => {
    const z = new MLArray([3])
    grad((u: MLArray) => u.mul(z).sum())(z)
    expect(z.grad().toList()).toEqual([0])
  })

  test('is untracked where nothing tracked is behind it', () => {
    const constant = new MLArray([3], { requiresGrad: false })
    expect(grad((u: MLArray) => u.square().sum())(constant).requiresGrad).toBe(false)
    expect(noGrad(() => grad((u: MLArray) => u.square().sum())(x)).requiresGrad).toBe(false)
  })

  test('reaches outer arrays through backward', () => {
    const w = new MLArray([2, 5])
    grad((u: MLArray) => u.square().mul(w).sum())(x)
      .sum()
      .backward()
    expect(w.grad().toList()).toEqual([2, 4])
    expect(x.grad().toList()).toEqual([4, 10])
    x.zeroGrad()
  })

  test('valueAndGrad has the result first', () => {
    const [y, dy] = valueAndGrad(quadratic)(x)
    expect([y.item(), dy.toList()]).toEqual([9, [4, 7]])
  })

  test('of what f does not depend on is zeros', () => {
    const [dx, dv] = grad((u: MLArray, v: Value) => u.mul(0).sum().detach().add(v.mul(0)))(x, 3)
    expect([dx.toList(), dv.data]).toEqual([[0, 0], 0])
  })
})

describe('perturbations are not confused', () => {
  test('an inner derivative takes outer variables for constants', () => {
    const outer = grad((v: Value) => v.mul(grad((u: Value) => v.add(u))(1)))
    expect(outer(2).data).toBe(1)
    const arrays = grad((v: MLArray) => v.mul(grad((u: MLArray) => v.mul(u).sum())(v)).sum())
    expect(arrays(x).toList()).toEqual([2, 4])
  })

  test('in forward mode', () => {
    const inner = (v: MLArray): MLArray =>
      jvp((u: MLArray) => v.mul(u))(onesLike(x), onesLike(x))[1].mul(v)
    expect(jvp(inner)(x, onesLike(x))[1].toList()).toEqual([2, 4])
  })
})

describe('nesting', () => {
  test('to the fourth order', () => {
    let f = (v: Value): Value => v.pow(5)
    for (const wanted of [80, 160, 240, 240]) {
      f = grad(f) as (v: Value) => Value
      expect(f(new Value(2)).data).toBe(wanted)
    }
  })

  test('forward over forward, reverse over forward and forward over reverse agree', () => {
    const f = (z: MLArray): MLArray => z.sin().mul(z.flip()).sum()
    const along = (g: (z: MLArray) => MLArray) => (z: MLArray) => jvp(g)(z, onesLike(z))[1]
    const reverse = (g: (z: MLArray) => MLArray) => (z: MLArray) => grad(g)(z).sum()
    const all = [along(along(f)), reverse(along(f)), along(reverse(f)), reverse(reverse(f))]
    const [first, ...others] = all.map((second) => second(x).item())
    for (const other of others) expect(other).toBeCloseTo(first!, 12)
  })

  test('derivatives of derivatives pass the check of derivatives', () => {
    const slope = (w: MLArray): MLArray =>
      grad((z: MLArray) => z.matmul(w).tanh().square().sum())(sample([2, 3]))
    expect(() => checkGrads(slope, [sample([3, 2])], { order: 2 })).not.toThrow()
  })
})

describe('vjp and jvp', () => {
  test('are rows and columns of the Jacobian', () => {
    const f = (z: MLArray): MLArray => z.square().mul(z.sum())
    const [y, dx] = vjp(f)(x, new MLArray([1, 10]))
    const [same, dy] = jvp(f)(x, new MLArray([1, 10]))
    const whole = jacobian(f)(x)
    expect(y.toList()).toEqual(same.toList())
    expect(dx.toList()).toEqual(new MLArray([1, 10]).matmul(whole).toList())
    expect(dy.toList()).toEqual(whole.matmul(new MLArray([1, 10])).toList())
  })

  test('take a list for several arguments, and trees in and out', () => {
    const f = (z: MLArray, v: Value): { s: MLArray; t: Value } => ({ s: z.mul(v), t: v.exp() })
    const [y, dy] = jvp(f)([x, 0], [new MLArray([0, 1]), 2])
    expect([y.s.toList(), y.t.data, dy.s.toList(), dy.t.data]).toEqual([[0, 0], 1, [2, 4], 2])
    const [, [dz, dv]] = vjp(f)([x, 0], { s: new MLArray([1, 1]), t: 5 })
    expect([dz.toList(), dv.data]).toEqual([[0, 0], 8])
  })

  test('find directions by name, in any order', () => {
    const f = (p: { u: Value; v: Value }): Value => p.u.mul(10).add(p.v)
    expect(jvp(f)({ u: 0, v: 0 }, { v: 2, u: 1 })[1].data).toBe(12)
  })

  test('jvp of grad is the product of the Hessian and a direction, for trees too', () => {
    const v = new MLArray([1, -1])
    expect(jvp(grad(quadratic))(x, v)[1].toList()).toEqual(a.matmul(v).toList())
    const direction: Model = { w: onesLike(model.w), bias: new Value(1), rest: [x] }
    const [, [tangent]] = jvp(grad(loss))([model, batch], [direction, zerosLike(batch)])
    const [, [both]] = vjp(grad(loss))([model, batch], [direction, zerosLike(batch)])
    // The Hessian is symmetric.
    expect(tangent.w.allClose(both.w)).toBe(true)
    expect(tangent.bias.data).toBeCloseTo(both.bias.data, 12)
    expect(tangent.rest[0].allClose(both.rest[0])).toBe(true)
  })

  test('jvp makes no pass in reverse, through any kind of operation', () => {
    let passes = 0
    let reversed = 0
    const counting: Watcher = {
      made: () => undefined,
      passes: () => void passes++,
      derives: (_node, dy, derive) => {
        if (dy !== undefined) reversed++
        return derive()
      },
    }
    const f = (z: MLArray): MLArray =>
      concatenate([
        solve(a, z.matmul(a)).max().reshape([1]),
        z.cumsum().astype('float32').softmax(),
      ])
    const [, dy] = watched(counting, () => jvp(f)(x, onesLike(x)))
    expect([passes, reversed, dy.shape]).toEqual([0, 0, [3]])
    watched(counting, () => grad((z: MLArray) => f(z).sum())(x))
    expect(passes).toBe(1)
    expect(reversed).toBeGreaterThan(5)
  })

  test('agree with each other in random directions: ⟨w, J v⟩ = ⟨Jᵀ w, v⟩', () => {
    const f = (z: MLArray): MLArray => z.softmax().cumsum({ axis: 0 }).matmul(z.T)
    assert(
      property(integer({ min: 1, max: 4 }), integer({ min: 1, max: 4 }), (m, n) => {
        const v = sample([m, n], 'float64', { start: 1 })
        const w = sample([m, m], 'float64', { start: 2 })
        const z = sample([m, n])
        const forward = jvp(f)(z, v)[1].mul(w).sum().item()
        const reverse = vjp(f)(z, w)[1].mul(v).sum().item()
        expect(forward).toBeCloseTo(reverse, 10)
      }),
    )
  })

  test('cast directions to what they are directions of', () => {
    const single = x.detach().astype('float32')
    const [, dy] = jvp((z: MLArray) => z.mul(2))(single, new MLArray([1, 1]))
    expect(dy.dtype).toBe('float32')
    const [, dx] = vjp((z: MLArray) => z.sum())(single, new Value(3) as never)
    expect(dx.toList()).toEqual([3, 3])
  })

  // One array for all directions, as who takes a Jacobian apart would have it.
  test.each([
    ['a sum', (z: MLArray): MLArray => z.add(1), [1, 0]],
    ['a view', (z: MLArray): MLArray => z.slice('::-1'), [0, 1]],
    ['the argument itself', (z: MLArray): MLArray => z, [1, 0]],
  ])('of %s stay where the direction is changed afterwards', (_, f, first) => {
    for (const transform of [jvp, vjp] as (typeof jvp)[]) {
      const direction = zerosLike(x, { requiresGrad: false })
      const found = [0, 1].map((i) => {
        direction.assign(0)
        direction.set(i, 1)
        return transform(f)(x, direction)[1]
      })
      expect(found.map((each) => each.toList())).toEqual([first, first.toReversed()])
    }
  })

  test('of Values stay where the direction is changed afterwards', () => {
    const along = new Value(3)
    const [, dy] = jvp((v: Value) => v.add(1))(2, along)
    const [, dv] = vjp((v: Value) => v.add(1))(2, along)
    along.data = 5
    expect([dy.data, dv.data]).toEqual([3, 3])
  })

  test('follow the direction where that is tracked', () => {
    const direction = new MLArray([3, 4])
    jvp((z: MLArray) => z.add(1))(x, direction)[1]
      .square()
      .sum()
      .backward()
    expect(direction.grad().toList()).toEqual([6, 8])
    const along = new Value(3)
    vjp((v: Value) => v.mul(2))(1, along)[1]
      .square()
      .backward()
    expect(along.grad).toBe(24)
  })
})

describe('matrices of derivatives', () => {
  test('the Jacobian has the shape [...result, ...argument], whichever way it is computed', () => {
    const wide = jacobian((z: MLArray) => z.sum({ axis: 0 }))(sample([2, 3]))
    const tall = jacobian((z: MLArray) => z.broadcastTo([4, 2]))(x)
    expect([wide.shape, tall.shape]).toEqual([
      [3, 2, 3],
      [4, 2, 2],
    ])
    expect(tall.sum({ axis: 0 }).toList()).toEqual([
      [4, 0],
      [0, 4],
    ])
    expect(wide.slice(1).toList()).toEqual([
      [0, 1, 0],
      [0, 1, 0],
    ])
  })

  test('of trees is a tree of trees', () => {
    const f = (z: MLArray, v: Value): { s: MLArray; t: Value } => ({ s: z.mul(v), t: v.square() })
    const { s, t } = jacobian(f)(x, 3)
    expect([s[0].toList(), s[1].toList()]).toEqual([
      [
        [3, 0],
        [0, 3],
      ],
      [1, 2],
    ])
    expect([t[0].toList(), t[1].data]).toEqual([[0, 0], 6])
  })

  test('the Hessian of a quadratic form is its matrix', () => {
    expect(hessian(quadratic)(x).toList()).toEqual([
      [2, 1],
      [1, 3],
    ])
    expect(hessian((v: Value) => v.pow(4))(2).data).toBe(48)
  })

  test('the Hessian in blocks, arrays and Values together', () => {
    const f = (z: MLArray, v: Value): MLArray => z.square().sum().mul(v).mul(v)
    const [[zz, zv], [vz, vv]] = hessian(f)(x, 3)
    expect(zz.toList()).toEqual([
      [18, 0],
      [0, 18],
    ])
    expect([zv.toList(), vz.toList(), vv.data]).toEqual([[12, 24], [12, 24], 10])
  })

  test('the Hessian is the Jacobian of the gradient', () => {
    const f = (z: MLArray): MLArray => z.logsumexp().mul(z.norm())
    expect(hessian(f)(x).allClose(jacobian(grad(f))(x))).toBe(true)
  })

  test('of nothing have no elements', () => {
    const none = new MLArray([])
    expect(jacobian((z: MLArray) => z.exp())(none).shape).toEqual([0, 0])
    expect(hessian((z: MLArray) => z.sum())(none).shape).toEqual([0, 0])
  })
})

describe('refuses', () => {
  const message = (fn: () => unknown): string => {
    try {
      fn()
    } catch (error) {
      return String(error)
    }
    return 'nothing'
  }

  test('what is no function, argument or result of one', () => {
    expect(message(() => grad(3 as never))).toMatchInlineSnapshot(
      `"TypeError: grad: expected a function, got 3."`,
    )
    expect(message(() => grad((z: MLArray) => z.sum())('x' as never))).toMatchInlineSnapshot(
      `"TypeError: grad: arguments must be arrays, Values, numbers, and lists and plain objects of them; got the string "x"."`,
    )
    expect(message(() => grad((z: MLArray) => z.square())(x))).toMatchInlineSnapshot(
      `"ShapeError: grad: the function must return one number, got shape [2]."`,
    )
    expect(message(() => grad((z: MLArray) => z.sum().item() as never)(x))).toMatchInlineSnapshot(
      `"TypeError: grad: the function must return an MLArray or a Value, got 3."`,
    )
    expect(message(() => valueAndGrad((z: MLArray) => z.square())(x))).toMatchInlineSnapshot(
      `"ShapeError: valueAndGrad: the function must return one number, got shape [2]."`,
    )
    expect(message(() => hessian((() => [x]) as never)(x as never))).toMatchInlineSnapshot(
      `"TypeError: hessian: the function must return an MLArray or a Value, got [an object (MLArray)]."`,
    )
  })

  test('directions of another shape or structure', () => {
    const f = (p: { u: MLArray }): MLArray => p.u.sum()
    expect(message(() => jvp(quadratic)(x, new MLArray([1])))).toMatchInlineSnapshot(
      `"ShapeError: jvp: expected a direction of shape [2], got [1]."`,
    )
    expect(message(() => jvp(f)({ u: x }, {} as never))).toMatchInlineSnapshot(
      `"TypeError: jvp: a direction for u is missing."`,
    )
    expect(message(() => jvp(f)({ u: x }, { u: x, v: x } as never))).toMatchInlineSnapshot(
      `"TypeError: jvp: a direction is given for v, where nothing stands."`,
    )
    expect(message(() => vjp(quadratic)(x, new MLArray([1, 2])))).toMatchInlineSnapshot(
      `"ShapeError: vjp: expected a direction of shape [], got [2]."`,
    )
  })
})
