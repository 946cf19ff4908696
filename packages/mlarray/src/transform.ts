/**
 * Functions in, derivatives out, for functions of arrays, Values, and lists and plain objects of them. The
 * names are JAX's.
 */
import type { Value } from '@smol/value'
import {
  argumentsOf,
  call,
  directionsFor,
  forward,
  fullLike,
  reverse,
  shapeOf,
  transformed,
  type Call,
} from './call.ts'
import { functionError, resultError, scalarResultError } from './errors.ts'
import { sizeOf } from './shape.ts'
import { located } from './stack.ts'
import type { Given, Leaf } from './tree.ts'
import type { MLArray } from './typed.ts'

/** The arguments of a function as one structure: the argument itself where there is one, else their list. */
export type Arguments<A extends readonly unknown[]> = A extends readonly [infer T] ? T : A

/** What a gradient has the structure of: Values also where numbers were welcome. */
export type GradientOf<T> = T extends MLArray
  ? T
  : T extends Value | number
    ? Value
    : { [K in keyof T]: GradientOf<T[K]> }

/** What a transformed function takes for the arguments of the original. */
export type GivenList<A extends readonly unknown[]> = { [K in keyof A]: Given<A[K]> }

/**
 * The function that gives the gradient of `f`, whose result is one number: of the structure of the argument,
 * in a list if there are several.
 *
 * @throws ShapeError where the result of `f` is not one number.
 * @example
 * grad((x: MLArray) => x.pow(3).sum())(new MLArray([1, 2])).toList() // → [ 3, 12 ]
 */
export function grad<A extends readonly unknown[]>(
  f: (...args: A) => MLArray | Value,
): (...args: GivenList<A>) => GradientOf<Arguments<A>> {
  checkFunction('grad', f, grad)
  return transformed(f.length, (...args) => valueAndGradOf('grad', f, args)[1])
}

/** As `grad`, with the result of `f` before the gradient, from one evaluation. */
export function valueAndGrad<A extends readonly unknown[], Y extends MLArray | Value>(
  f: (...args: A) => Y,
): (...args: GivenList<A>) => [value: Y, gradient: GradientOf<Arguments<A>>] {
  checkFunction('valueAndGrad', f, valueAndGrad)
  return transformed(f.length, (...args) => valueAndGradOf('valueAndGrad', f, args))
}

function valueAndGradOf<A extends readonly unknown[], Y extends MLArray | Value>(
  name: string,
  f: (...args: A) => Y,
  args: GivenList<A>,
): [value: Y, gradient: GradientOf<Arguments<A>>] {
  return call(name, f, args, ({ inputs, results, finish }) => {
    const y = oneNumber(name, results)
    const found = reverse([y], [fullLike(y, 1)], inputs.leaves)
    return [
      finish(y) as unknown as Y,
      inputs.rebuild(found.map(finish)) as GradientOf<Arguments<A>>,
    ]
  })
}

/** The result of a function that must be one number. */
export function oneNumber(op: string, { leaves, paths, rebuild }: Call['results']): Leaf {
  const [y] = leaves
  if (y === undefined || paths[0] !== '') throw resultError(op, rebuild(leaves))
  if (sizeOf(shapeOf(y)) !== 1) throw scalarResultError(op, shapeOf(y))
  return y
}

/** Refuses what cannot be called. */
export function checkFunction(op: string, f: unknown, caller: unknown): void {
  if (typeof f !== 'function') throw located(functionError(op, f), caller)
}

/**
 * Vector-Jacobian product, by reverse mode: the result of `f` at a point, and the gradient of the sum of its
 * elements weighted by `upstream`. Point and gradient are lists if `f` takes several arguments.
 *
 * @throws ShapeError where `upstream` differs in shape from the result.
 */
export function vjp<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
): (
  point: Given<Arguments<A>>,
  upstream: Given<Y>,
) => [value: Y, gradient: GradientOf<Arguments<A>>] {
  checkFunction('vjp', f, vjp)
  return transformed(2, (point, upstream) =>
    call('vjp', f, argumentsOf(f, point), ({ inputs, results, finish }) => {
      const dys = directionsFor(results, upstream, 'vjp')
      const found = reverse(results.leaves, dys, inputs.leaves)
      return [
        results.rebuild(results.leaves.map(finish)) as Y,
        inputs.rebuild(found.map(finish)) as GradientOf<Arguments<A>>,
      ]
    }),
  )
}

/**
 * Jacobian-vector product, by forward mode: the result of `f` at a point, and how fast it changes as the
 * point moves along `tangents`. Both are lists if `f` takes several arguments. Of a gradient,
 * `jvp(grad(f))(x, v)` is the product of the Hessian and `v`.
 *
 * @throws ShapeError where a tangent differs in shape from what moves along it.
 * @example
 * const [y, dy] = jvp((x: MLArray) => x.pow(3))(new MLArray([1, 2]), new MLArray([1, 0]))
 * dy.toList() // → [ 3, 0 ]
 */
export function jvp<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
): (point: Given<Arguments<A>>, tangents: Given<Arguments<A>>) => [value: Y, tangent: Y] {
  checkFunction('jvp', f, jvp)
  return transformed(2, (point, tangents) => {
    const args = argumentsOf(f, point)
    return call('jvp', f, args, ({ inputs, results, finish }) => {
      const isListOfOne = args === point && args.length === 1
      const given: unknown = isListOfOne ? argumentsOf(f, tangents)[0] : tangents
      const dxs = directionsFor(inputs, given, 'jvp')
      const found = forward(results.leaves, inputs.leaves, dxs)
      return [
        results.rebuild(results.leaves.map(finish)) as Y,
        results.rebuild(found.map(finish)) as Y,
      ]
    })
  })
}
