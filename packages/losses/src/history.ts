/**
 * What the graph shows of how an array was made.
 */
import type { MLArray } from '@smol/mlarray'

/**
 * Whether an array is the result of a softmax: in its graph it is `e^z / Σ e^z`, or so named, and it sums to
 * 1 along the axis, or along any where none is named. An array that is not tracked has no history, and is taken
 * as it is.
 */
export function isSoftmax(x: MLArray, along?: number): boolean {
  if (!x.requiresGrad || x.size === 0 || !isNormalisedExponential(x)) return false
  const axes = along === undefined ? x.shape.map((_, axis) => axis) : [along]
  const sums = axes.map((axis) => x.detach().sum({ axis }).toTypedArray())
  return sums.some((each) => each.every((sum) => Math.abs(sum - 1) < 1e-3))
}

function isNormalisedExponential(x: MLArray): boolean {
  if (x.op !== 'div') return x.op === 'softmax'
  // An element's only input is the node of its array.
  const node = x.at(...x.shape.map(() => 0)).a
  const sum = node?.b
  return node?.a?.op === 'exp' && sum?.op === 'sum' && sum.a === node.a
}
