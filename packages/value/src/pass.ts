/**
 * Reverse mode on what nodes store: numbers, typed arrays. It is `propagate` of `graph.ts` without a list and a map,
 * since a training step spends its time here: how many shares of its gradient a node waits for, one from each time
 * it is an input, is counted on the node itself, and after the last it is that node's turn.
 *
 * This file and `graph.ts` need each other, at call time only.
 */
import { runHooks, setGradNode } from './aside.ts'
import { changedInputError, nestedPassError } from './errors.ts'
import { topologicalOrder } from './graph.ts'
import {
  changedInput,
  checkUnchanged,
  collectIn,
  CONSTANT,
  COUNTED,
  FRESH,
  HAS_GRAD_NODE,
  hasChangedSince,
  HOOKED,
  isWhole,
  LEAF,
  ONE_CONSUMER,
  tick,
  type Node,
} from './node.ts'
import { vjpOf, watched, watcher } from './watch.ts'

/**
 * Adds the derivative of `root`, weighted by `upstream`, to what leaves store, and sets what nodes between store.
 * Recording has counted already, so that one walk is enough where what was recorded is this graph and nothing
 * else (`isWhole`).
 */
export function backwardStored<G>(root: Node<G>, upstream: G): void {
  const whole = isWhole(root)
  const hooked = whole ? [] : countConsumers(root)
  const waiting: Node[] = []
  const outer = collectIn(waiting)
  underWay.push(whole ? root.stamp : NEVER)
  // No count stands for what is recorded in a pass, nor for more of the same graph after it.
  const start = tick()
  let isDone = false
  try {
    // The root has a share to wait for as well, the only one that no consumer sends.
    root.state += ONE_CONSUMER
    root.receive(upstream)
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) settle(node, start)
    isDone = true
  } finally {
    tick()
    underWay.pop()
    collectIn(outer)
    for (const [leaf, grad] of hooked) if ((leaf.state & FRESH) === 0) leaf.addGrad(grad)
    if (!isDone) forget(root)
  }
}

/** A node whose gradient is complete: its hooks see it, and it goes on to the inputs. The pass has a `start`. */
function settle(node: Node, start: number): void {
  if (node.state & HAS_GRAD_NODE) setGradNode(node, undefined)
  if (node.state & HOOKED) node.setGrad(runHooks(node, node.readGrad()))
  node.state = atRest(node)
  if (node.operation === LEAF) return
  // Hooks may change data: what has changed before the pass was found when it began.
  if (hasChangedSince(start)) checkUnchanged(node)
  if (watcher === undefined) node.pull()
  else pullWatched(node)
}

/** The state of a node that waits for nothing. */
function atRest(node: Node): number {
  const aside = node.state & (HAS_GRAD_NODE | HOOKED)
  return node.operation === LEAF ? aside : aside | FRESH
}

/** After an error no node waits for anything. */
function forget(root: Node): void {
  for (const node of topologicalOrder(root)) node.state = atRest(node)
}

/** What `pull` does, share by share for the watcher to see. */
function pullWatched(node: Node): void {
  const dy = node.readGrad()
  for (const [i, input] of node.inputs.entries()) {
    if (input.operation === CONSTANT) continue
    const dx = vjpOf(node, dy, i)
    // What it is added to may be of an earlier pass.
    watched(undefined, () => input.receive(dx))
  }
}

type HookedLeaf = readonly [leaf: Node, grad: unknown]

/**
 * Counts anew, and looks for data that has changed. A leaf with hooks is made fresh, since a hook sees this
 * pass's gradient alone; what the leaf held is returned.
 */
function countConsumers(root: Node): HookedLeaf[] {
  const hooked: HookedLeaf[] = []
  let stale: Node | undefined
  root.state = (root.state & (COUNTED - 1)) | COUNTED
  const waiting = [root]
  for (let node: Node | undefined = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.operation === LEAF && node.state & HOOKED) {
      hooked.push([node, node.readGrad()])
      node.state |= FRESH
    }
    const { a, b } = node
    if (a !== undefined) {
      count(a, waiting)
      if (b !== undefined) count(b, waiting)
    } else if (node.operation.variadic) {
      const { list } = node
      for (let i = 0; i < list.length; i++) count(list[i]!, waiting)
    }
    if (changedInput(node) !== undefined) stale ??= node
  }
  if (stale === undefined) return hooked
  forget(root)
  throw changedInputError(stale.op, changedInput(stale)!.changedBy)
}

function count(input: Node, waiting: Node[]): void {
  const { state } = input
  if (state & COUNTED) input.state = state + ONE_CONSUMER
  // A leaf with nothing aside only adds up: no pass has to reach it.
  else if (state !== 0 && input.operation !== CONSTANT) {
    // Without what recording has counted, which may lead elsewhere.
    input.state = (state & (COUNTED - 1)) + COUNTED + ONE_CONSUMER
    waiting.push(input)
  }
}

// ---- Passes within passes ----

/**
 * The running passes, more than one where a hook runs a pass: of a graph that was made whole the stamp that all
 * its nodes have, of any other the stamp of no node.
 */
const underWay: number[] = []
const NEVER = -1

/** Inside a hook: a pass over nodes that an outer one has not finished would spoil what they have. */
export function refuseSharedNodes(root: Node): void {
  if (underWay.length === 0) return
  const shared = topologicalOrder(root).find(isPending)
  if (shared !== undefined) throw nestedPassError(shared.op)
}

/** Whether a running pass has still to finish a node. */
function isPending(node: Node): boolean {
  if (node.state === atRest(node)) return false
  return (node.state & COUNTED) !== 0 || underWay.includes(node.stamp)
}
