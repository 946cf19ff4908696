/**
 * Functions in, derivatives out, for functions of arrays, Values, and lists and plain objects of them.
 *
 * Each transformation calls `f` at nodes of its own and asks for derivatives with respect to those alone, so
 * that they nest, and nobody's gradient is touched. The names are JAX's.
 */
import { Value } from '@smol/value'
import {
  gradients,
  isRecording,
  LEAF,
  tangent,
  topologicalOrder,
  withRecording,
  type Node,
} from '@smol/value/graph'
import { apply, ScalarOperation } from '@smol/value/ops'
import { filled, MLArray as Untyped } from './array.ts'
import { scalarResultError, resultError, tangentError } from './errors.ts'
import { fromValues } from './element.ts'
import { join, place, reshape, windowOf } from './move.ts'
import { asLeaf, nodeOf, record, type ArrayOperation } from './node.ts'
import { moved } from './scalar.ts'
import { sameShape, sizeOf, type Shape } from './shape.ts'
import { takeApart, type Given, type Leaf } from './tree.ts'
import type { MLArray } from './typed.ts'

/** The arguments of a function as one structure: the argument itself where there is one, else their list. */
export type Arguments<A extends readonly unknown[]> = A extends readonly [infer T] ? T : A

type GivenList<A extends readonly unknown[]> = { [K in keyof A]: Given<A[K]> }

/** The place of an argument in an inner function, linked to the outer one. */
const IDENTITY_OF_ARRAY: ArrayOperation = {
  name: 'identity',
  readsA: 0,
  unroll: moved,
  vjp: (dy) => dy,
  jvp: ([dx]) => dx!,
}
const IDENTITY = new ScalarOperation('identity', { f: (x: number) => x, df: () => 1 })

function isTracked(x: Leaf): boolean {
  return x.requiresGrad
}

function nodeFor(x: Leaf): Node {
  return x instanceof Untyped ? nodeOf(x) : x
}

/** A node of this call's own for a leaf: linked to it where an outer derivative may look through. */
function fresh(x: Leaf, linked: boolean): Leaf {
  if (x instanceof Value) return linked && isTracked(x) ? apply(IDENTITY, x) : new Value(x.data)
  const copy = new Untyped(x.storage, x.shape, x.strides, x.offset)
  return linked && isTracked(x) ? record(IDENTITY_OF_ARRAY, copy, [x]) : asLeaf(copy)
}

type Call = {
  readonly y: Leaf
  readonly inputs: readonly Leaf[]
  /** Puts results into the structure of the arguments. */
  readonly rebuild: (parts: readonly unknown[]) => unknown
  /** A result for the caller: without history where that leads to this call's own leaves only. */
  readonly finish: (x: Leaf) => Leaf
}

/** Calls `f` at fresh nodes. */
function call<R>(
  op: string,
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
  use: (call: Call) => R,
): R {
  const linked = isRecording()
  const { leaves, rebuild } = takeApart(args, op)
  return withRecording(true, () => {
    const inputs = leaves.map((x) => fresh(x, linked))
    const y = f(...(rebuild(inputs) as never[]))
    if (!(y instanceof Value || y instanceof Untyped)) throw resultError(op, y)
    const own = new Set(inputs.map(nodeFor))
    const finish = (x: Leaf): Leaf => (linked && leadsElsewhere(x, own) ? x : x.detach())
    const unwrap = (parts: readonly unknown[]): unknown => {
      const trees = rebuild(parts) as unknown[]
      return trees.length === 1 ? trees[0] : trees
    }
    return use({ y, inputs, rebuild: unwrap, finish })
  })
}

function leadsElsewhere(x: Leaf, own: ReadonlySet<Node>): boolean {
  if (!isTracked(x)) return false
  return topologicalOrder(nodeFor(x)).some((node) => node.operation === LEAF && !own.has(node))
}

function shapeOf(x: Leaf): Shape {
  return x instanceof Untyped ? x.shape : []
}

function zeroLike(x: Leaf): Leaf {
  return x instanceof Untyped ? filled(x.shape, 0, x.dtype) : new Value(0, { requiresGrad: false })
}

function oneLike(x: Leaf): Leaf {
  return x instanceof Untyped ? filled(x.shape, 1, x.dtype) : new Value(1, { requiresGrad: false })
}

function reverse(y: Leaf, upstream: Leaf, inputs: readonly Leaf[]): Leaf[] {
  const found = gradients(nodeFor(y), upstream, inputs.map(nodeFor))
  return found.map((dx, i) => (dx as Leaf | undefined) ?? zeroLike(inputs[i]!))
}

/** The gradient of a function whose result is one number, in the structure of its arguments. */
export function grad<A extends readonly unknown[]>(
  f: (...args: A) => MLArray | Value,
): (...args: GivenList<A>) => Arguments<A> {
  const both = valueAndGrad(f)
  return (...args) => both(...args)[1]
}

/** As `grad`, with the result of `f` before the gradient, from one evaluation. */
export function valueAndGrad<A extends readonly unknown[], Y extends MLArray | Value>(
  f: (...args: A) => Y,
): (...args: GivenList<A>) => [value: Y, gradient: Arguments<A>] {
  return (...args) =>
    call('grad', f, args, ({ y, inputs, rebuild, finish }) => {
      if (sizeOf(shapeOf(y)) !== 1) throw scalarResultError('grad', shapeOf(y))
      const found = reverse(y, oneLike(y), inputs).map(finish)
      return [finish(y) as unknown as Y, rebuild(found) as Arguments<A>]
    })
}

/** Vector-Jacobian product: the result of `f`, and its gradient weighted by `upstream`. */
export function vjp<A extends readonly unknown[], Y extends MLArray | Value>(
  f: (...args: A) => Y,
): (point: Given<Arguments<A>>, upstream: Y) => [value: Y, gradient: Arguments<A>] {
  return (point, upstream) =>
    call('vjp', f, argumentsOf(f, point), ({ y, inputs, rebuild, finish }) => {
      const dy = upstream as unknown as Leaf
      if (!sameShape(shapeOf(dy), shapeOf(y))) throw tangentError('vjp', shapeOf(y), shapeOf(dy))
      return [
        finish(y) as unknown as Y,
        rebuild(reverse(y, dy, inputs).map(finish)) as Arguments<A>,
      ]
    })
}

/** Jacobian-vector product, by forward mode: the result of `f`, and how it changes as the point moves along `tangents`. */
export function jvp<A extends readonly unknown[], Y extends MLArray | Value>(
  f: (...args: A) => Y,
): (point: Given<Arguments<A>>, tangents: Given<Arguments<A>>) => [value: Y, tangent: Y] {
  return (point, tangents) =>
    call('jvp', f, argumentsOf(f, point), ({ y, inputs, finish }) => {
      const dxs = takeApart(argumentsOf(f, tangents), 'jvp').leaves
      if (dxs.length !== inputs.length) throw tangentError('jvp', [inputs.length], [dxs.length])
      dxs.forEach((dx, i) => {
        if (!sameShape(shapeOf(dx), shapeOf(inputs[i]!)))
          throw tangentError('jvp', shapeOf(inputs[i]!), shapeOf(dx))
      })
      return [finish(y) as unknown as Y, finish(forward(y, inputs, dxs)) as unknown as Y]
    })
}

function forward(y: Leaf, inputs: readonly Leaf[], dxs: readonly Leaf[]): Leaf {
  const seeds = new Map(inputs.map((input, i) => [nodeFor(input), dxs[i]!]))
  return (tangent(nodeFor(y) as Node<Leaf>, seeds) as Leaf | undefined) ?? zeroLike(y)
}

/** A function of one argument takes the point itself, of several a list. */
function argumentsOf(f: { readonly length: number }, point: unknown): readonly unknown[] {
  return f.length > 1 && Array.isArray(point) ? point : [point]
}

// ---- Matrices of derivatives ----

/** A Jacobian in structure: for every argument of `f` a block of shape `[...shape of f, ...shape of the argument]`. */
export type JacobianOf<A extends readonly unknown[]> = BlocksOf<Arguments<A>>

/** For each leaf of a tree a block: a Value where its shape is `[]`. */
export type BlocksOf<T> = T extends MLArray | Value | number
  ? MLArray | Value
  : { -readonly [K in keyof T]: BlocksOf<T[K]> }

/** A Hessian in structure: for every argument a tree of blocks, one for every argument. */
export type HessianOf<A extends readonly unknown[]> = RowsOf<Arguments<A>, Arguments<A>>
type RowsOf<T, U> = T extends MLArray | Value | number
  ? BlocksOf<U>
  : { -readonly [K in keyof T]: RowsOf<T[K], U> }

/**
 * All first derivatives of a function whose result is an array: in reverse mode, one pass for each element of
 * the result.
 */
export function jacobian<A extends readonly unknown[]>(
  f: (...args: A) => MLArray | Value,
): (...args: GivenList<A>) => JacobianOf<A> {
  return (...args) =>
    call('jacobian', f, args, ({ y, inputs, rebuild, finish }) => {
      const rows = basisOf(y).map((upstream) => reverse(y, upstream, inputs))
      const blocks = inputs.map((input, i) =>
        stacked(
          rows.map((row) => row[i]!),
          shapeOf(y),
          shapeOf(input),
          0,
        ),
      )
      return rebuild(blocks.map(finish)) as JacobianOf<A>
    })
}

/**
 * All second derivatives of a function whose result is one number: forward mode over the reverse mode, one
 * sweep for each element of the arguments.
 */
export function hessian<A extends readonly unknown[]>(
  f: (...args: A) => MLArray | Value,
): (...args: GivenList<A>) => HessianOf<A> {
  return (...args) =>
    call('hessian', f, args, ({ y, inputs, rebuild, finish }) => {
      if (sizeOf(shapeOf(y)) !== 1) throw scalarResultError('hessian', shapeOf(y))
      const gradient = reverse(y, oneLike(y), inputs)
      const rows = gradient.map((g) => {
        const blocks = inputs.map((input) => {
          const columns = basisOf(input).map((dx) => forward(g, [input], [dx]))
          return finish(stacked(columns, shapeOf(input), shapeOf(g), -1))
        })
        return rebuild(blocks)
      })
      return rebuild(rows) as HessianOf<A>
    })
}

/** The unit directions of an array or Value, in row-major order. */
function basisOf(x: Leaf): Leaf[] {
  if (x instanceof Value) return [oneLike(x)]
  return Array.from({ length: x.size }, (_, i) => {
    const one = filled(
      x.shape.map(() => 1),
      1,
      x.dtype,
    )
    return place(one, x.shape, windowOf(x.shape, i))
  })
}

/**
 * Derivatives along the unit directions of `outer`, each of shape `inner`, as one block: `[...outer, ...inner]`
 * for `axis` 0, `[...inner, ...outer]` for −1.
 */
function stacked(parts: readonly Leaf[], outer: Shape, inner: Shape, axis: 0 | -1): Leaf {
  if (outer.length === 0) return parts[0]!
  const shape = axis === 0 ? [...outer, ...inner] : [...inner, ...outer]
  if (parts.length === 0) return filled(shape, 0, 'float64')
  if (parts[0] instanceof Value) return fromValues(parts as readonly Value[], shape, 'float64')
  const arrays = (parts as readonly Untyped[]).map((part) =>
    reshape(part, axis === 0 ? [1, ...inner] : [...inner, 1]),
  )
  return reshape(join(arrays, axis === 0 ? 0 : inner.length, 'stack'), shape)
}
