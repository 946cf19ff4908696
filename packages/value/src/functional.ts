/**
 * Functions in, derivatives out: `grad`, `valueAndGrad`, `hessian` and `jvp`, in JAX's words.
 *
 * Each of them calls `f` at nodes of its own and asks for derivatives with respect to those alone. So
 * they nest, variables of an outer one are constants to an inner one, and nobody's `grad` is touched.
 */
import { functionError, resultTypeError, tangentsError } from './errors.ts'
import { gradients, isRecording, LEAF, tangent, withRecording, type Node } from './graph.ts'
import { ScalarOperation } from './operation.ts'
import type { UnaryRow } from './ops.ts'
import { constant, toValue } from './operand.ts'
import { within } from './stack.ts'
import { Value } from './value.ts'

/** A number or Value for each Value that a function takes. */
export type Operands<A extends readonly Value[]> = { [K in keyof A]: Value | number }

/** One result for a function of one argument, else one for each. */
export type PerOperand<A extends readonly Value[], T = Value> = A extends readonly [Value]
  ? T
  : number extends A['length']
    ? T | T[]
    : { [K in keyof A]: T }

/** Leaves functions of any number of arguments to the general signature. */
type FixedArity<F> = F extends (...xs: infer A) => Value
  ? number extends A['length']
    ? never
    : unknown
  : never

/** What `jvp` takes: of a function of one argument the number itself, else a list. */
export type Point<A extends readonly Value[]> = A extends readonly [Value]
  ? Value | number
  : Readonly<Operands<A>>

const SAME: UnaryRow = { f: (x) => x, df: () => 1 }
const IDENTITY = /* @__PURE__ */ new ScalarOperation('identity', SAME)

/** A node of its own for a Value, linked to it if it is tracked: a derivative may be the Value itself, which may change. */
function linkTo(x: Value): Value {
  return x.requiresGrad ? new Value(x.data, undefined, IDENTITY, x) : x
}

/**
 * The function that gives the derivative of `f`: one Value for a function of one argument, a list with
 * one for each argument otherwise.
 *
 * @example
 * grad((x) => x.pow(3))(3).data // → 27
 * grad(grad((x) => x.pow(3)))(3).data // → 18
 */
export function grad<F extends (x: Value) => Value>(
  f: F & FixedArity<F>,
): (x: Value | number) => Value
export function grad<A extends readonly Value[]>(
  f: (...xs: A) => Value,
): (...xs: Operands<A>) => PerOperand<A>
export function grad<A extends readonly Value[]>(
  f: (...xs: A) => Value,
): (...xs: Operands<A>) => PerOperand<A> {
  checkFunction('grad', f, grad)
  return function derivative(...xs) {
    return valueAndGradOf('grad', derivative, f, xs)[1]
  }
}

/** As `grad`, with the value of `f` before the gradient, from one evaluation. */
export function valueAndGrad<F extends (x: Value) => Value>(
  f: F & FixedArity<F>,
): (x: Value | number) => [value: Value, gradient: Value]
export function valueAndGrad<A extends readonly Value[]>(
  f: (...xs: A) => Value,
): (...xs: Operands<A>) => [value: Value, gradient: PerOperand<A>]
export function valueAndGrad<A extends readonly Value[]>(
  f: (...xs: A) => Value,
): (...xs: Operands<A>) => [value: Value, gradient: PerOperand<A>] {
  checkFunction('valueAndGrad', f, valueAndGrad)
  return function derivative(...xs) {
    return valueAndGradOf('valueAndGrad', derivative, f, xs)
  }
}

function valueAndGradOf<A extends readonly Value[]>(
  name: string,
  caller: unknown,
  f: (...xs: A) => Value,
  xs: Operands<A>,
): [value: Value, gradient: PerOperand<A>] {
  return transform(name, caller, f, xs, (y, inputs) => {
    const found = derivatives(y, inputs)
    return { flat: [y, ...found], shape: ([value, ...dxs]) => [value!, perOperand<A>(dxs)] }
  })
}

/**
 * The function that gives the second derivatives of `f`: one Value for a function of one argument, a
 * matrix (a list of rows) otherwise.
 */
export function hessian<F extends (x: Value) => Value>(
  f: F & FixedArity<F>,
): (x: Value | number) => Value
export function hessian<A extends readonly Value[]>(
  f: (...xs: A) => Value,
): (...xs: Operands<A>) => PerOperand<A, PerOperand<A>>
export function hessian<A extends readonly Value[]>(
  f: (...xs: A) => Value,
): (...xs: Operands<A>) => PerOperand<A, PerOperand<A>> {
  checkFunction('hessian', f, hessian)
  return function derivative(...xs) {
    return transform('hessian', derivative, f, xs, (y, inputs) => {
      const flat = derivatives(y, inputs).flatMap((dx) => derivatives(dx, inputs))
      const n = inputs.length
      const shape = (all: Value[]): PerOperand<A, PerOperand<A>> =>
        perOperand(inputs.map((_, i) => perOperand<A>(all.slice(i * n, i * n + n))))
      return { flat, shape }
    })
  }
}

/**
 * Jacobian-vector product, by forward mode: the function that gives `f` at a point, and how fast it
 * changes as the point moves along `tangents`.
 *
 * @throws RangeError where a point and its tangents differ in length.
 * @example
 * const [y, dy] = jvp((x) => x.pow(3))(3, 1)
 * dy.data // → 27
 */
export function jvp<F extends (x: Value) => Value>(
  f: F & FixedArity<F>,
): (point: Value | number, tangents: Value | number) => [value: Value, tangent: Value]
export function jvp<A extends readonly Value[]>(
  f: (...xs: A) => Value,
): (point: Point<A>, tangents: Point<A>) => [value: Value, tangent: Value]
export function jvp<A extends readonly Value[]>(
  f: (...xs: A) => Value,
): (point: Point<A>, tangents: Point<A>) => [value: Value, tangent: Value] {
  checkFunction('jvp', f, jvp)
  return function derivative(point, tangents) {
    const xs = toOperands(point)
    const given = toOperands(tangents)
    if (xs.length !== given.length) throw tangentsError(xs.length, given.length, derivative)
    const dxs = Array.from(given, (dx) => toValue(dx, 'jvp', derivative))
    return transform('jvp', derivative, f, xs, (y, inputs) => {
      // What does not move has no tangent, whatever its derivatives.
      const moving = inputs
        .map((input, i) => [input, linkTo(dxs[i]!)] as const)
        .filter(([, dx]) => dx.requiresGrad || dx.data !== 0)
      const dy = tangent(y, new Map(moving)) ?? constant(0)
      return { flat: [y, dy], shape: (flat) => flat as [Value, Value] }
    })
  }
}

function checkFunction(name: string, f: unknown, caller: unknown): void {
  if (typeof f !== 'function') throw functionError(name, 'a function of Values', f, caller)
}

type Outcome<R> = { readonly flat: readonly Value[]; readonly shape: (flat: Value[]) => R }

/**
 * Calls `f` at fresh nodes and hands its result to `differentiate`. A fresh node is linked to the Value
 * that it stands for where that is tracked, so that an outer derivative sees through; else it is a leaf,
 * and what depends on no other leaf leaves here untracked. Errors name the operation, and start at `caller`.
 */
function transform<R>(
  name: string,
  caller: unknown,
  f: (...xs: never) => Value,
  xs: readonly (Value | number)[],
  differentiate: (y: Value, inputs: readonly Value[]) => Outcome<R>,
): R {
  const linked = isRecording()
  // Holes of a list are seen as they come, however many there are.
  const given = Array.from(xs, (x) => toValue(x, name, caller))
  const differentiated = (): R => {
    const inputs = given.map((x) => (linked && x.requiresGrad ? linkTo(x) : new Value(x.data)))
    const y = f(...(inputs as never))
    if (!(y instanceof Value)) throw resultTypeError(name, y)
    const { flat, shape } = differentiate(y, inputs)
    const hasOtherLeaf = otherLeavesThan(new Set(inputs))
    return shape(flat.map((x) => (linked && hasOtherLeaf(x) ? x : x.detach())))
  }
  return within(caller, () => withRecording(true, differentiated))
}

/** Says of nodes whether they depend on another leaf than these; every node is looked at once, however many ask. */
function otherLeavesThan(own: ReadonlySet<Node>): (root: Node) => boolean {
  const known = new Map<Node, boolean>()
  return (root) => {
    const waiting = [root]
    for (let node = waiting.at(-1); node !== undefined; node = waiting.at(-1)) {
      const { length } = waiting
      if (!known.has(node))
        for (const input of node.inputs) if (!known.has(input)) waiting.push(input)
      // A node's turn comes when all of its inputs are known.
      if (waiting.length > length) continue
      waiting.pop()
      const isOther = node.operation === LEAF && !own.has(node)
      known.set(node, isOther || node.inputs.some((input) => known.get(input)))
    }
    return known.get(root)!
  }
}

function derivatives(y: Value, inputs: readonly Value[]): Value[] {
  return gradients(y, constant(1), inputs).map((dx) => (dx as Value | undefined) ?? constant(0))
}

function perOperand<A extends readonly Value[], T = Value>(
  results: readonly T[],
): PerOperand<A, T> {
  return (results.length === 1 ? results[0] : results) as PerOperand<A, T>
}

function toOperands(point: unknown): readonly (Value | number)[] {
  return (Array.isArray(point) ? point : [point]) as readonly (Value | number)[]
}
