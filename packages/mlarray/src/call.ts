/**
 * A call of a user's function on behalf of a transformation: at nodes of the call's own, so that
 * transformations nest and nobody's gradient is touched, with derivatives in both directions for all of its
 * arguments and results at once.
 */
import { Value } from '@smol/value'
import {
  gradients,
  isRecording,
  LEAF,
  Node,
  tangent,
  topologicalOrder,
  withRecording,
  type Operation,
} from '@smol/value/graph'
import { apply, ScalarOperation } from '@smol/value/ops'
import { filled, MLArray as Untyped } from './array.ts'
import { copy, COPY } from './create.ts'
import { astype } from './elementwise.ts'
import { elementAt, fromValues } from './element.ts'
import { directionError, treeStructureError } from './errors.ts'
import { asLeaf, nodeOf, record, type ArrayOperation } from './node.ts'
import { sameShape, type Shape } from './shape.ts'
import { answerOf, publicly } from './stack.ts'
import { takeApart, type Leaf, type Parts } from './tree.ts'

// ---- Leaves of either kind ----

export function nodeFor(x: Leaf): Node {
  return x instanceof Untyped ? nodeOf(x) : x
}

export function shapeOf(x: Leaf): Shape {
  return x instanceof Untyped ? x.shape : []
}

/** The same number everywhere, of the kind, shape and dtype of `x`. */
export function fullLike(x: Leaf, value: number): Leaf {
  return x instanceof Untyped
    ? filled(x.shape, value, x.dtype)
    : new Value(value, { requiresGrad: false })
}

/**
 * A direction as the kind of thing that it is a direction of. A copy, since a derivative may be the direction itself,
 * and the user may change what was given.
 */
function alike(dx: Leaf, x: Leaf, op: string): Leaf {
  if (!sameShape(shapeOf(dx), shapeOf(x))) throw directionError(op, shapeOf(x), shapeOf(dx))
  if (x instanceof Value) return apply(IDENTITY, dx instanceof Value ? dx : elementAt(dx, 0))
  if (dx instanceof Value) return fromValues([dx], [], x.dtype)
  return dx.dtype === x.dtype ? copy(dx) : astype(dx, x.dtype)
}

// ---- Fresh nodes ----

/** The place of an argument in an inner function, linked to the outer one. */
const IDENTITY_OF_ARRAY: ArrayOperation = { ...COPY, name: 'identity' }
const IDENTITY = /* @__PURE__ */ new ScalarOperation('identity', {
  f: (x: number) => x,
  df: () => 1,
})

/** A node of a call's own for a leaf: linked to it where an outer derivative may look through. */
export function fresh(x: Leaf, linked: boolean): Leaf {
  const isLinked = linked && x.requiresGrad
  if (x instanceof Value) return isLinked ? apply(IDENTITY, x) : new Value(x.data)
  const own = new Untyped(x.storage, x.shape, x.strides, x.offset)
  return isLinked ? record(IDENTITY_OF_ARRAY, own, [x]) : asLeaf(own)
}

// ---- Calls ----

export type Call = {
  readonly inputs: Parts
  readonly results: Parts
  /** A result for the caller: without history where that leads to this call's own leaves only. */
  readonly finish: (x: Leaf) => Leaf
}

/** Calls `f` at fresh nodes, and hands over what goes in and what comes out. */
export function call<R>(
  op: string,
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
  use: (call: Call) => R,
): R {
  const linked = isRecording()
  const given = takeApart(args, op)
  return withRecording(true, () => {
    const leaves = given.leaves.map((x) => fresh(x, linked))
    const results = takeApart(answerOf(f, given.rebuild(leaves) as never[]), op, true)
    const own = new Set(leaves.map(nodeFor))
    const finish = (x: Leaf): Leaf => (linked && leadsElsewhere(x, own) ? x : x.detach())
    const rebuild = (parts: readonly unknown[]): unknown => {
      const trees = given.rebuild(parts) as unknown[]
      return trees.length === 1 ? trees[0] : trees
    }
    const paths = args.length === 1 ? given.paths.map((path) => path.slice(3)) : given.paths
    return use({ inputs: { leaves, paths, rebuild }, results, finish })
  })
}

function leadsElsewhere(x: Leaf, own: ReadonlySet<Node>): boolean {
  if (!x.requiresGrad) return false
  return topologicalOrder(nodeFor(x)).some((node) => node.operation === LEAF && !own.has(node))
}

/** The arguments that a point stands for: one where the function takes one, else those in the list. */
export function argumentsOf(f: { readonly length: number }, point: unknown): readonly unknown[] {
  return f.length !== 1 && Array.isArray(point) ? point : [point]
}

/** The leaves of a tree of directions, each in the place of the part that it is a direction of. */
export function directionsFor(parts: Parts, tree: unknown, op: string): Leaf[] {
  const given = takeApart(tree, op)
  const byPath = new Map(given.paths.map((path, i) => [path, given.leaves[i]!]))
  const other = given.paths.find((path) => !parts.paths.includes(path))
  if (other !== undefined) throw treeStructureError(op, 'unknown', other)
  return parts.leaves.map((x, i) => {
    const dx = byPath.get(parts.paths[i]!)
    if (dx === undefined) throw treeStructureError(op, 'missing', parts.paths[i]!)
    return alike(dx, x, op)
  })
}

/**
 * A function that a transformation gives: it says that it takes as many arguments as the original, so that
 * transformations of it know, and the stacks of its errors start at the line that called it.
 */
export function transformed<G extends (...args: never[]) => unknown>(length: number, g: G): G {
  return Object.defineProperty(publicly(g), 'length', { value: length, configurable: true }) as G
}

// ---- Derivatives of several results ----

const RESULTS: Operation = { name: 'results', variadic: true, readsA: 0 }

/** Several results as one root, so that one sweep serves them all. Its gradient is a list. */
class Results extends Node<readonly unknown[]> {
  readonly holdsGrad = false

  constructor(list: readonly Node[]) {
    super(RESULTS, undefined, list)
  }

  vjp(dy: readonly unknown[], index: number): unknown {
    return dy[index]
  }

  jvp(dxs: readonly unknown[]): readonly unknown[] {
    return dxs
  }

  // No pass stores anything here: both derivatives below are asked for, not left behind.
  readGrad(): readonly unknown[] {
    return []
  }

  setGrad(): void {}

  addGrad(): void {}

  plus(x: readonly unknown[]): readonly unknown[] {
    return x
  }
}

/** The gradients of the inputs, given those of the results. */
export function reverse(
  ys: readonly Leaf[],
  dys: readonly Leaf[],
  inputs: readonly Leaf[],
): Leaf[] {
  const found = gradients(new Results(ys.map(nodeFor)), dys, inputs.map(nodeFor))
  return found.map((dx, i) => (dx as Leaf | undefined) ?? fullLike(inputs[i]!, 0))
}

/** The tangents of the results, given those of the inputs. */
export function forward(
  ys: readonly Leaf[],
  inputs: readonly Leaf[],
  dxs: readonly Leaf[],
): Leaf[] {
  const seeds = new Map<Node, unknown>(inputs.map((input, i) => [nodeFor(input), dxs[i]!]))
  const found = tangent(new Results(ys.map(nodeFor)), seeds) as readonly Leaf[] | undefined
  return ys.map((y, i) => found?.[i] ?? fullLike(y, 0))
}
