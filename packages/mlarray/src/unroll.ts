/**
 * An array's history opened down to its scalars.
 */
import { dot, sum, Value } from '@smol/value'
import { CONSTANT, LEAF, topologicalOrder, withRecording, type Node } from '@smol/value/graph'
import { apply, ScalarOperation } from '@smol/value/ops'
import { MLArray as Untyped } from './array.ts'
import { elementAt, sourceOf } from './element.ts'
import { arrayError, optionError, unrollChangedError, unrollLimitError } from './errors.ts'
import { ArrayNode, nodeOf, type ArrayOperation } from './node.ts'
import { checkOptions } from './options.ts'
import { sizeOf, type Shape } from './shape.ts'
import type { MLArray } from './typed.ts'

/** Values nested as the shape of an array; a Value for rank 0. */
export type NestedValues = Value | NestedValues[]

/** How far `unroll` may go. */
export type UnrollOptions = {
  /** How many Values to make at most. Default 100,000. */
  readonly limit?: number
}

/**
 * The history of `y` down to its leaves, rebuilt in scalar Values, nested as the shape of `y`. The leaves are
 * the elements of the leaf arrays, so that `backward` from there fills the gradients of the arrays.
 *
 * @throws RangeError where it takes more Values than the limit, which it names.
 * @throws TypeError where the data of an array or a Value has changed since something was computed from it.
 */
export function unroll(y: MLArray, options: UnrollOptions = {}): NestedValues {
  checkOptions('unroll', options, ['limit'])
  const { limit = 100_000 } = options
  if (!(y instanceof Untyped)) throw arrayError('unroll', y)
  const array = y as unknown as Untyped
  if (!Number.isInteger(limit) || limit < 1)
    throw optionError('unroll', 'limit', 'an integer ≥ 1', limit)
  const root = nodeOf(array)
  const order = y.requiresGrad ? topologicalOrder(root) : [root]
  const needed = order.reduce(
    (count, node) => count + (node instanceof ArrayNode ? sizeOf(node.shape) : 1),
    0,
  )
  if (needed > limit) throw unrollLimitError(needed, limit)
  return nested(scalarsBehind(root), y.shape)
}

/** The elements of a node, rebuilt on those of its leaves or of nodes whose elements are known. */
export function scalarsBehind(
  root: Node,
  given: ReadonlyMap<Node, readonly Value[]> = new Map(),
): readonly Value[] {
  const known = new Map(given)
  const order = root.requiresGrad ? topologicalOrder(root) : [root]
  withRecording(true, () => {
    for (const node of order) {
      checkUnchanged(node)
      known.set(node, scalarsOf(node, known))
    }
  })
  return known.get(root)!
}

/** Refuses a result of data that has changed since: it would not be rebuilt, but something else. */
function checkUnchanged(node: Node): void {
  // Views and elements show what their array holds now.
  const isLive = node instanceof ArrayNode ? node.mutable : sourceOf(node as Value)
  const changed = isLive ? undefined : node.inputs.find((input) => input.changedAt > node.stamp)
  if (changed !== undefined) throw unrollChangedError(node.op, changed.changedBy)
}

/** The elements of a node, whose inputs are known unless they are constants. */
function scalarsOf(node: Node, known: ReadonlyMap<Node, readonly Value[]>): readonly Value[] {
  const own = known.get(node)
  if (own !== undefined) return own
  if (!(node instanceof ArrayNode)) return [scalarOf(node as Value, known)]
  if (node.operation === LEAF || node.operation === CONSTANT) {
    return Array.from({ length: sizeOf(node.shape) }, (_, i) => elementAt(node.value!, i))
  }
  const { unroll: meaning } = node.operation as ArrayOperation
  const inputs = node.inputs.map((input) => ({
    values: scalarsOf(input, known),
    shape: input instanceof ArrayNode ? input.shape : [],
  }))
  return meaning(inputs, node)
}

/** A Value rebuilt on rebuilt inputs, since it may have been made from elements of results. */
function scalarOf(value: Value, known: ReadonlyMap<Node, readonly Value[]>): Value {
  if (value.operation === LEAF || value.operation === CONSTANT) return value
  const source = sourceOf(value)
  if (source !== undefined) return scalarsOf(source.node, known)[source.index]!
  const inputs = value.inputs.map((input) => scalarsOf(input, known)[0]!)
  const { operation } = value
  if (operation instanceof ScalarOperation)
    return apply(operation, inputs[0]!, inputs[1], inputs[2])
  if (operation.name === 'sum') return sum(inputs)
  const n = inputs.length >> 1
  return dot(inputs.slice(0, n), inputs.slice(n, 2 * n), inputs[2 * n])
}

function nested(values: readonly Value[], shape: Shape): NestedValues {
  const nest = (axis: number, start: number, size: number): NestedValues => {
    if (axis === shape.length) return values[start]!
    const step = size / shape[axis]!
    return Array.from({ length: shape[axis]! }, (_, i) => nest(axis + 1, start + i * step, step))
  }
  return nest(0, 0, values.length)
}
