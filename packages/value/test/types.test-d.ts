// Types: what must compile, with what type, and what must not.
import { expectTypeOf, test } from 'vitest'
import {
  customOp,
  dot,
  grad,
  hessian,
  jvp,
  noGrad,
  sum,
  Value,
  valueAndGrad,
  where,
} from '../src/index.ts'
import type { ComparisonName } from '../src/ops.ts'

const x = new Value(1, { label: 'x', requiresGrad: true })

test('methods', () => {
  expectTypeOf(x.add(1)).toEqualTypeOf<Value>()
  expectTypeOf(x.pow(x).tanh().clip(0, x)).toEqualTypeOf<Value>()
  expectTypeOf(x.softplus().elu(2).leakyRelu(x)).toEqualTypeOf<Value>()
  expectTypeOf(x.lt(2)).toEqualTypeOf<boolean>()
  expectTypeOf<Value[ComparisonName]>().toEqualTypeOf<(other: Value | number) => boolean>()
  expectTypeOf(x.data).toEqualTypeOf<number>()
  expectTypeOf(x.gradNode).toEqualTypeOf<Value | undefined>()
  // @ts-expect-error a binary operation needs its operand
  x.add()
  // @ts-expect-error a string is no operand
  x.mul('2')
  // @ts-expect-error a unary operation takes none
  x.exp(2)
  // @ts-expect-error both bounds are needed
  x.clip(0)
  // @ts-expect-error Values are not added with +
  x + x // oxlint-disable-line no-unused-expressions
  // @ts-expect-error where is a function
  x.where(1, 2)
  // @ts-expect-error unknown option
  expectTypeOf(new Value(1, { name: 'x' }))
  // @ts-expect-error what made a node cannot be assigned
  x.a = x
})

test('functions', () => {
  expectTypeOf(sum([1, x])).toEqualTypeOf<Value>()
  expectTypeOf(dot([x], [1], 2)).toEqualTypeOf<Value>()
  expectTypeOf(where(x.gt(0), x, 0)).toEqualTypeOf<Value>()
  expectTypeOf(noGrad(() => 'result')).toEqualTypeOf<string>()
  // @ts-expect-error a promise is refused
  void noGrad(async () => x)
  // @ts-expect-error a list is needed
  sum(x)
})

test('one argument gives one gradient, several give a tuple', () => {
  const one = (a: Value): Value => a
  const two = (a: Value, b: Value): Value => a.mul(b)
  expectTypeOf(grad(one)(1)).toEqualTypeOf<Value>()
  expectTypeOf(grad((a) => a.exp())(x)).toEqualTypeOf<Value>()
  expectTypeOf(grad(grad(one))(1)).toEqualTypeOf<Value>()
  expectTypeOf(grad(two)(1, x)).toEqualTypeOf<[a: Value, b: Value]>()
  expectTypeOf(valueAndGrad(two)(1, 2)).toEqualTypeOf<
    [value: Value, gradient: [a: Value, b: Value]]
  >()
  expectTypeOf(valueAndGrad(one)(1)).toEqualTypeOf<[value: Value, gradient: Value]>()
  expectTypeOf(hessian(one)(1)).toEqualTypeOf<Value>()
  expectTypeOf(hessian(two)(1, 2)[0][1]).toEqualTypeOf<Value>()
  expectTypeOf(jvp(one)(1, 1)).toEqualTypeOf<[value: Value, tangent: Value]>()
  expectTypeOf(jvp(two)([1, x], [1, 0])).toEqualTypeOf<[value: Value, tangent: Value]>()
  // @ts-expect-error two arguments are needed
  grad(two)(1)
  // @ts-expect-error the function must return a Value
  grad((a: Value) => a.data)
  // @ts-expect-error one tangent for each argument
  jvp(two)([1, 2], [1])
})

test('custom operations', () => {
  const cube = customOp('cube', { f: (a) => a ** 3, df: (m, a) => m.mul(3, m.square(a)) })
  expectTypeOf(cube).toEqualTypeOf<(x: Value | number) => Value>()
  expectTypeOf(grad(cube)(2)).toEqualTypeOf<Value>()
  const blend = customOp('blend', {
    f: (a, b, t) => a + t * (b - a),
    da: (m, _a, _b, t) => m.sub(1, t),
    db: (_m, _a, _b, t) => t,
    dc: (m, a, b) => m.sub(b, a),
  })
  expectTypeOf(blend(1, x, 0.5)).toEqualTypeOf<Value>()
  // @ts-expect-error no derivative
  customOp('bare', { f: (a: number) => a })
  // @ts-expect-error a derivative computes with m
  customOp('cosine', { f: Math.sin, df: (_m, a) => Math.cos(a) })
})
