/**
 * What a user asks of gradients, on arrays.
 */
import {
  backward as runBackward,
  onGradient as addHook,
  gradNodeOf,
  withRecording,
  type GradientHook,
} from '@smol/value/graph'
import { filled, MLArray, resultOf } from './array.ts'
import { copy, toArray, type ArrayData } from './create.ts'
import { astype } from './elementwise.ts'
import { hookError, hookResultError, untrackedError, upstreamError } from './errors.ts'
import { assign as assignArray } from './mutate.ts'
import { spread } from './move.ts'
import { nodeOf } from './node.ts'
import { broadcastsTo, sameShape } from './shape.ts'
import { answerOf } from './stack.ts'

export type BackwardOptions = {
  readonly upstream?: MLArray | number
  readonly createGraph?: boolean
}

/** Computes the gradient of the sum of the elements, or of their sum weighted by `upstream`. */
export function backward(
  x: MLArray,
  { upstream = 1, createGraph = false }: BackwardOptions = {},
): void {
  if (!x.requiresGrad) throw untrackedError('backward', x.shape)
  runBackward(nodeOf(x), upstreamFor(x, upstream, createGraph), createGraph)
}

function upstreamFor(x: MLArray, upstream: MLArray | number, createGraph: boolean): MLArray {
  if (typeof upstream === 'number') {
    const y = resultOf(x.shape, x.dtype)
    y.storage.data.fill(upstream)
    return y
  }
  const given = astype(toArray(upstream, 'backward', x.dtype), x.dtype)
  if (!broadcastsTo(given.shape, x.shape)) throw upstreamError(x.shape, given.shape)
  // A copy, since nodes keep it as their gradient and the user may change what was given.
  return withRecording(createGraph, () => copy(spread(given, x.shape)))
}

/** The gradient that backward passes have left, untracked; zeros before any. */
export function grad(x: MLArray): MLArray {
  return x.requiresGrad ? nodeOf(x).readGrad() : filled(x.shape, 0, x.dtype)
}

/** The gradient as an array of the graph, after `backward({ createGraph: true })`. */
export function gradNode(x: MLArray): MLArray | undefined {
  return x.graphNode === undefined ? undefined : gradNodeOf<MLArray>(x.graphNode)
}

/** Sets the gradient back to zeros. */
export function zeroGrad(x: MLArray): void {
  x.graphNode?.zeroGrad()
}

/** Calls `hook` with the gradient in every pass; an array that it returns takes its place. */
export function onGradient(x: MLArray, hook: GradientHook<MLArray>): () => void {
  if (!x.requiresGrad) throw untrackedError('onGradient', x.shape)
  if (typeof hook !== 'function') throw hookError(hook)
  return addHook(nodeOf(x), (gradient: MLArray) => {
    const replaced: unknown = answerOf(hook, [gradient])
    if (replaced === undefined) return undefined
    if (!(replaced instanceof MLArray)) throw hookResultError(x.shape, replaced)
    if (!sameShape(replaced.shape, x.shape)) throw hookResultError(x.shape, replaced.shape)
    // A copy, since nodes keep it as their gradient and the user may change what the hook gave.
    return copy(astype(replaced, x.dtype))
  })
}

/** Replaces the elements in place, unrecorded, by values that broadcast to this shape. */
export function assign(x: MLArray, values: ArrayData): MLArray {
  assignArray(x, toArray(values, 'assign', x.dtype))
  return x
}
