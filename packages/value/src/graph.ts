/**
 * Reverse-mode differentiation, and forward mode: the passes over a graph of nodes.
 *
 * A node was made from its inputs by an operation, and is one of their consumers. It says how a gradient goes from it
 * to an input (`vjp`, see `node.ts`); this file decides when, and knows nothing of numbers. Nodes of which no gradient
 * is wanted (`CONSTANT`) are passed over, all others are tracked. First the order, then the pass as mathematics has it
 * (`propagate`; the same on what nodes store, where training spends its time, is `pass.ts`), last forward mode.
 */
import { addHook, gradNodeOf, runHooks, setGradNode, type GradientHook } from './aside.ts'
import { untrackedRootError } from './errors.ts'
import { checkNode, checkUnchanged, CONSTANT, HOOKED, LEAF, tick, type Node } from './node.ts'
import { backwardStored, refuseSharedNodes } from './pass.ts'
import { withRecording } from './recording.ts'
import { jvpOf, vjpOf, watched, watcher } from './watch.ts'

export { gradNodeOf, labelOf, setGradNode, setLabel, type GradientHook } from './aside.ts'
export { CONSTANT, LEAF, markChanged, Node, type Operation } from './node.ts'
export { isRecording, noGrad, withRecording } from './recording.ts'
export { BRAND, KIND } from './version.ts'
export { watched, watcher, type Watcher } from './watch.ts'

// ---- Order ----

/**
 * The tracked nodes that `root` depends on, `root` included, inputs before what was made from them.
 *
 * The first walk counts how many consumers each node has (how often it is an input), the second counts them
 * off and lists a node when the last is done: A. B. Kahn, "Topological sorting of large networks", CACM 5
 * (1962). Both take the node that was found last, so that neighbours in memory follow each other; a chain of a
 * million nodes needs no recursion, and a node that 2^1000 paths lead to is listed once.
 *
 * @throws TypeError where `root` is no node.
 */
export function topologicalOrder(root: Node): Node[] {
  checkNode('topologicalOrder', root, topologicalOrder)
  const consumers = new Map<Node, number>()
  const waiting = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const input of node.inputs) {
      if (input.operation === CONSTANT) continue
      const found = consumers.get(input)
      if (found === undefined) waiting.push(input)
      consumers.set(input, (found ?? 0) + 1)
    }
  }
  const order: Node[] = []
  waiting.push(root)
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    order.push(node)
    for (const input of node.inputs) {
      if (input.operation === CONSTANT) continue
      const left = consumers.get(input)! - 1
      consumers.set(input, left)
      if (left === 0) waiting.push(input)
    }
  }
  return order.reverse()
}

// ---- Reverse mode ----

/**
 * The derivatives of `root` (times `upstream`) with respect to the nodes in `wanted`, or to all of them.
 *
 * A node acts on the root through everything that was made from it, and each of these adds a term, its share: the
 * root's derivative with respect to that result, times that result's derivative with respect to the node (the chain
 * rule). `vjp` is that product. The order is from the root to its inputs, so that a node has all its shares when its
 * turn comes to hand its own derivative on.
 *
 * Nothing is handed on by the nodes in `ends`, and their hooks do not run. The products are operations on nodes,
 * so that with recording on the derivatives can be differentiated again.
 */
function propagate(
  root: Node,
  upstream: unknown,
  order: readonly Node[],
  wanted?: ReadonlySet<Node>,
  ends?: ReadonlySet<Node>,
): Map<Node, unknown> {
  const found = new Map<Node, unknown>([[root, upstream]])
  let hooksRan = false
  for (const node of order.toReversed()) {
    if (!found.has(node) || ends?.has(node)) continue
    let dy = found.get(node)
    if (node.state & HOOKED) {
      found.set(node, (dy = runHooks(node, dy)))
      hooksRan = true
    }
    if (node.operation === LEAF) continue
    // A hook may change data, too.
    if (hooksRan) checkUnchanged(node)
    node.inputs.forEach((input, i) => {
      if (input.operation === CONSTANT || (wanted && !wanted.has(input))) return
      const dx = vjpOf(node, dy, i)
      found.set(input, found.has(input) ? input.plus(found.get(input), dx) : dx)
    })
  }
  return found
}

/**
 * The derivative of `root`, weighted by `upstream`, with respect to each of `wrt`, in differentiable
 * form; `undefined` where `root` does not depend on it. Nothing is stored on any node, and only what
 * lies between is computed. With `areShares` it is a part of a larger pass, which adds what is found to other
 * shares and goes on from there: nodes of `wrt` hand nothing on, and their hooks wait.
 */
export function gradients<G>(
  root: Node<G>,
  upstream: G,
  wrt: readonly Node[],
  areShares = false,
): unknown[] {
  if (root.operation === CONSTANT) return wrt.map(() => undefined)
  watcher?.passes(root)
  const order = topologicalOrder(root)
  const wanted = new Set(wrt)
  for (const node of order) {
    if (!node.inputs.some((input) => wanted.has(input))) continue
    checkUnchanged(node)
    wanted.add(node)
  }
  const found = propagate(root, upstream, order, wanted, new Set(areShares ? wrt : []))
  return wrt.map((node) => found.get(node))
}

/**
 * Adds the derivative of `root`, weighted by `upstream`, to the gradient of every leaf, and sets the
 * gradient of every node between. With `createGraph` the gradients are recorded, and `gradNode` has them.
 *
 * @throws TypeError where `root` is untracked, where data that a rule reads has changed since, or where
 *   another pass over the same nodes is under way; nothing has changed then. Also where a hook changes such data.
 */
export function backward<G>(root: Node<G>, upstream: G, createGraph = false): void {
  if (root.operation === CONSTANT) throw untrackedRootError()
  refuseSharedNodes(root)
  watcher?.passes(root)
  if (createGraph) backwardRecorded(root, upstream)
  else withRecording(false, () => backwardStored(root, upstream))
}

/** A pass whose gradients are nodes; they are stored at the end. */
function backwardRecorded<G>(root: Node<G>, upstream: G): void {
  const order = topologicalOrder(root)
  order.forEach(checkUnchanged)
  const found = withRecording(true, () => propagate(root, upstream, order))
  watched(undefined, () => storeGradients(found))
  // The next pass has to reach the leaves, which now have gradients as nodes.
  tick()
}

function storeGradients(found: ReadonlyMap<Node, unknown>): void {
  for (const [node, dy] of found) {
    if (node.operation === LEAF && node.holdsGrad) {
      setGradNode(node, node.plus(gradNodeOf(node) ?? node.readGrad(), dy))
      node.addGrad(dy)
    } else {
      setGradNode(node, dy)
      node.setGrad(dy)
    }
  }
}

// ---- Hooks ----

/**
 * Calls `hook` with the gradient of `node` in every pass, when it is complete and before it goes on to
 * the inputs. What the hook returns, unless undefined, takes its place.
 *
 * @returns a function that removes the hook.
 */
export function onGradient<G>(node: Node<G>, hook: GradientHook<G>): () => void {
  // A pass that has not counted would not reach a leaf.
  if (node.operation === LEAF) tick()
  return addHook(node, hook)
}

// ---- Forward mode ----

/**
 * The tangent of `root` when the nodes of `seeds` move along theirs, in differentiable form; `undefined`
 * where it does not depend on them. One sweep from inputs to results over the recorded graph.
 */
export function tangent<G>(root: Node<G>, seeds: ReadonlyMap<Node, unknown>): G | undefined {
  const found = new Map<Node, unknown>(seeds)
  if (root.operation === CONSTANT) return undefined
  for (const node of topologicalOrder(root)) {
    if (found.has(node)) continue
    const dxs = node.inputs.map((input) => found.get(input))
    if (dxs.some((dx) => dx !== undefined)) {
      checkUnchanged(node)
      const dy = jvpOf(node, dxs)
      if (dy !== undefined) found.set(node, dy)
    }
  }
  return found.get(root) as G | undefined
}
