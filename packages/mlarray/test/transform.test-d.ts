// The structure of arguments in the types of what transformations give.
import { describe, expectTypeOf, test } from 'vitest'
import {
  checkpoint,
  customOp,
  detectAnomaly,
  grad,
  hessian,
  jacobian,
  jvp,
  MLArray,
  ones,
  Value,
  valueAndGrad,
  vjp,
  vmap,
} from '../src/index.ts'

type Model = {
  readonly w: MLArray<[2, 3]>
  readonly b: Value
  readonly rest: readonly [MLArray<[4]>]
}
declare const model: Model
const x = ones([2])
const f = (p: Model, z: MLArray<[2]>): MLArray<[]> => z.matmul(p.w).sum().add(p.b)

describe('grad', () => {
  test('has the structure of one argument, and lists several', () => {
    expectTypeOf(grad((z: MLArray<[2]>) => z.sum())(x)).toEqualTypeOf<MLArray<[2]>>()
    expectTypeOf(grad((v: Value) => v.exp())(3)).toEqualTypeOf<Value>()
    const [dp, dz] = grad(f)(model, x)
    expectTypeOf(dp.w).toEqualTypeOf<MLArray<[2, 3]>>()
    expectTypeOf(dp.b).toEqualTypeOf<Value>()
    expectTypeOf(dp.rest[0]).toEqualTypeOf<MLArray<[4]>>()
    expectTypeOf(dz).toEqualTypeOf<MLArray<[2]>>()
    expectTypeOf(valueAndGrad(f)(model, x)[0]).toEqualTypeOf<MLArray<[]>>()
  })

  test('takes numbers for Values, in whatever structure', () => {
    grad(f)({ ...model, b: 2 }, x)
    // @ts-expect-error -- an array is no number
    grad(f)({ ...model, w: 2 }, x)
    // @ts-expect-error -- two arguments
    grad(f)(model)
    // @ts-expect-error -- another shape
    grad(f)(model, ones([3]))
    // @ts-expect-error -- the result is no array or Value
    grad((z: MLArray) => z.item())
  })

  test('nests', () => {
    const second = grad(grad((v: Value) => v.pow(3)))
    expectTypeOf(second(2)).toEqualTypeOf<Value>()
    expectTypeOf(
      grad((z: MLArray<[2]>) => grad((u: MLArray<[2]>) => u.sum())(z).sum())(x),
    ).toEqualTypeOf<MLArray<[2]>>()
  })
})

describe('jvp, vjp', () => {
  test('take the point, or a list of points, and give what f gives', () => {
    expectTypeOf(jvp((z: MLArray<[2]>) => z.sum())(x, x)).toEqualTypeOf<
      [value: MLArray<[]>, tangent: MLArray<[]>]
    >()
    expectTypeOf(jvp((z: MLArray<[2]>, v: Value) => z.mul(v))([x, 1], [x, 2])[1]).toEqualTypeOf<
      MLArray<[2]>
    >()
    const [, [dz, dv]] = vjp((z: MLArray<[2]>, v: Value) => z.mul(v))([x, 1], x)
    expectTypeOf(dz).toEqualTypeOf<MLArray<[2]>>()
    expectTypeOf(dv).toEqualTypeOf<Value>()
    // @ts-expect-error -- a tangent of another shape
    jvp((z: MLArray<[2]>) => z.sum())(x, ones([3]))
  })

  test('of trees', () => {
    const [y] = jvp((p: Model) => ({ s: p.w.sum(), t: p.b }))(model, { ...model, b: 1 })
    expectTypeOf(y).toEqualTypeOf<{ s: MLArray<[]>; t: Value }>()
    expectTypeOf(jvp(grad((z: MLArray<[2]>) => z.sum()))(x, x)[1]).toEqualTypeOf<MLArray<[2]>>()
  })
})

describe('matrices of derivatives', () => {
  test('have both shapes in one', () => {
    expectTypeOf(jacobian((z: MLArray<[2]>) => z.broadcastTo([3, 2]))(x)).toEqualTypeOf<
      MLArray<[3, 2, 2]>
    >()
    expectTypeOf(jacobian((z: MLArray) => z.exp())(x)).toEqualTypeOf<MLArray>()
    expectTypeOf(hessian((z: MLArray<[2]>) => z.sum())(x)).toEqualTypeOf<MLArray<[2, 2]>>()
    expectTypeOf(hessian((v: Value) => v.exp())(1)).toEqualTypeOf<Value>()
  })

  test('in blocks', () => {
    const [row] = hessian((p: Model, z: MLArray<[2]>) => f(p, z))(model, x)
    expectTypeOf(row.w[0].b).toEqualTypeOf<MLArray<[2, 3]>>()
    expectTypeOf(row.w[1]).toEqualTypeOf<MLArray<[2, 3, 2]>>()
    expectTypeOf(row.b[0].b).toEqualTypeOf<Value>()
  })
})

test('vmap gives arrays in the structure of a result', () => {
  const rows = ones([5, 2])
  expectTypeOf(vmap((z: MLArray) => z.sum())(rows)).toEqualTypeOf<MLArray>()
  const { s, t } = vmap((v: Value) => ({ s: v, t: [v.exp()] as const }))(rows)
  expectTypeOf(s).toEqualTypeOf<MLArray>()
  expectTypeOf(t[0]).toEqualTypeOf<MLArray>()
  // @ts-expect-error -- one argument
  vmap((z: MLArray) => z.sum())(rows, rows)
})

test('a checkpoint has the type of its function', () => {
  expectTypeOf(checkpoint((z: MLArray<[2]>) => z.expandDims(0))(x)).toEqualTypeOf<MLArray<[1, 2]>>()
  expectTypeOf(checkpoint((v: Value) => v.exp())(1)).toEqualTypeOf<Value>()
})

test('custom operations broadcast in their types', () => {
  const cube = customOp('cube', { f: (v) => v ** 3, df: (m, v) => m.mul(3, m.square(v)) })
  expectTypeOf(cube(x)).toEqualTypeOf<MLArray<[2]>>()
  expectTypeOf(cube(2)).toEqualTypeOf<Value>()
  const plus = customOp('plus', { f: (a, b) => a + b, da: () => 1, db: () => 1 })
  expectTypeOf(plus(ones([3, 1]), x)).toEqualTypeOf<MLArray<[3, 2]>>()
  expectTypeOf(plus(new Value(1), 2)).toEqualTypeOf<Value>()
  // @ts-expect-error -- two operands
  plus(x)
  // @ts-expect-error -- which broadcast
  plus(x, ones([3]))
})

test('detectAnomaly gives what its function gives, and takes no promise', () => {
  expectTypeOf(detectAnomaly(() => x.sum())).toEqualTypeOf<MLArray<[]>>()
  // @ts-expect-error -- nothing would be watched when it goes on
  void detectAnomaly(async () => 3)
})
