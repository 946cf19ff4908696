/**
 * What few nodes have: hooks, gradients as nodes, labels. It stands beside the nodes, since a field would
 * cost every node; a flag in a node's `state` says where there is something to look up.
 */
import { labelError } from './errors.ts'
import { HAS_GRAD_NODE, HOOKED, type Node } from './node.ts'

type Flagged = { state: number }

/** Sees a node's gradient once it is complete, and may return another one to be used instead. */
export type GradientHook<G> = (gradient: G) => G | undefined | void

const hooks = new WeakMap<Flagged, Set<GradientHook<unknown>>>()
const gradNodes = new WeakMap<Flagged, unknown>()
const labels = new WeakMap<object, string>()

/** Adds a hook to a node; the result removes it. */
export function addHook<G>(node: Flagged, hook: GradientHook<G>): () => void {
  // An entry of its own, so that the same function can be added twice and removed once.
  const entry: GradientHook<unknown> = (gradient) => hook(gradient as G)
  const registered = hooks.get(node) ?? new Set()
  hooks.set(node, registered.add(entry))
  node.state |= HOOKED
  return () => {
    registered.delete(entry)
    if (registered.size === 0) node.state &= ~HOOKED
  }
}

/** What the hooks of a node make of its gradient. */
export function runHooks(node: Flagged, gradient: unknown): unknown {
  let result = gradient
  for (const hook of hooks.get(node) ?? []) result = hook(result) ?? result
  return result
}

/** The stored gradient as a node, where a pass with `createGraph` left one. */
export function gradNodeOf<G>(node: Node<G>): G | undefined {
  return node.state & HAS_GRAD_NODE ? (gradNodes.get(node) as G) : undefined
}

/** Replaces the gradient as a node. */
export function setGradNode(node: Flagged, gradient: unknown): void {
  if (gradient === undefined) {
    gradNodes.delete(node)
    node.state &= ~HAS_GRAD_NODE
  } else {
    gradNodes.set(node, gradient)
    node.state |= HAS_GRAD_NODE
  }
}

/** The label of a node or array. */
export function labelOf(owner: object): string | undefined {
  return labels.get(owner)
}

/** Gives a node or array a label, or takes it away; an error names its `caller`. */
export function setLabel(owner: object, label: string | undefined, caller?: unknown): void {
  if (label === undefined) labels.delete(owner)
  else if (typeof label === 'string') labels.set(owner, label)
  else throw labelError(label, caller)
}
