/**
 * The computation graph: nodes, their order, and the passes over them.
 *
 * Nothing here knows what a node stores. A scalar keeps a number, an array keeps a typed array; both say
 * how a gradient goes from a result to its inputs (`vjp`), and this file decides when. The order comes
 * from counting consumers: A. B. Kahn, "Topological sorting of large networks", CACM 5 (1962).
 */
import { changedInputError, nestedPassError, untrackedRootError } from './errors.ts'

/** What made a node. The rows of operation tables are operations. */
export type Operation = {
  readonly name: string
  /** Nodes of a variadic operation keep their inputs in `list`, not in `a` and `b`. */
  readonly variadic?: boolean
  /**
   * Whose data the gradient of `a` reads: 0 for nobody's, 1 for that of `a`, 2 for that of `b`, 3 for
   * both. Of a variadic operation: whether any gradient reads any input.
   */
  readonly readsA?: number
  /** The same for the gradient of `b`. */
  readonly readsB?: number
}

/** Made by the user, and its gradient is wanted. */
export const LEAF: Operation = { name: 'leaf' }
/** No gradient goes here: made by the user without `requiresGrad`, or from such nodes alone. */
export const CONSTANT: Operation = { name: 'constant' }

/** Sees a node's gradient once it is complete, and may return another one to be used instead. */
export type GradientHook<G> = (gradient: G) => G | undefined | void

const NO_NODES: readonly Node[] = []

// A node's `state`: three flags, and above them the number of consumers that a pass still waits for.
const FRESH = 1 // the gradient is of an earlier pass: what comes first replaces it
const HOOKED = 2
const HAS_GRAD_NODE = 4
const ONE_CONSUMER = 8

/**
 * One step of a computation: what made it (`operation`), and from what (`a` and `b`, or `list`).
 *
 * A kind of node extends this class and says what its data and its gradients are. `G` is the kind's
 * gradient in differentiable form: `Value` for scalars. There are few fields, since collecting the
 * garbage is what scalar graphs spend their time on.
 */
export abstract class Node<G = unknown> {
  readonly operation: Operation
  readonly a: Node | undefined
  readonly b: Node | undefined
  /** @internal */
  state: number
  /** @internal When the node was made, or when its data last changed. */
  stamp: number

  constructor(op: Operation, a?: Node, b?: Node) {
    this.operation = op
    this.a = a
    this.b = b
    this.state = 0
    this.stamp = clock
  }

  /** The name of what made this node; `leaf` or `constant` where nothing did. */
  get op(): string {
    return this.operation.name
  }

  /** The inputs of a variadic operation. The class of such nodes overrides this. */
  get list(): readonly Node[] {
    return NO_NODES
  }

  /** What this node was made from, in the order of the operation's arguments. */
  get inputs(): readonly Node[] {
    if (this.a === undefined) return this.list
    return this.b === undefined ? [this.a] : [this.a, this.b]
  }

  /** Whether gradients flow to this node. */
  get requiresGrad(): boolean {
    return this.operation !== CONSTANT
  }

  /** The clock when the data that this node stands for last changed. */
  get changedAt(): number {
    return this.stamp
  }

  /** Whether a gradient other than zero may be stored. */
  abstract readonly holdsGrad: boolean
  /** The stored gradient, untracked. */
  abstract readGrad(): G
  /** Replaces the stored gradient. */
  abstract setGrad(gradient: G): void
  /** Adds to the stored gradient. */
  abstract addGrad(gradient: G): void
  /** The sum of two gradients of this node, in differentiable operations. */
  abstract plus(x: G, y: G): G
  /**
   * Vector-Jacobian product: the gradient of input `index`, given the gradient `dy` of this node, in
   * differentiable operations. Called for tracked inputs only.
   */
  abstract vjp(dy: G, index: number): unknown
  /**
   * Jacobian-vector product: the tangent of this node, given those of its inputs (`undefined` stands for
   * zero; at least one is given), in differentiable operations.
   */
  abstract jvp(dxs: readonly unknown[]): G

  /** Adds this node's share to the stored gradients of its inputs. A kind may override it to be faster. */
  pull(): void {
    const dy = this.readGrad()
    this.inputs.forEach((input, i) => {
      if (input.operation !== CONSTANT) input.receive(this.vjp(dy, i))
    })
  }

  /** Takes a consumer's share of the gradient. */
  receive(gradient: G): void {
    if (this.isFresh()) this.setGrad(gradient)
    else this.addGrad(gradient)
  }

  /** Whether nothing has been received in this pass; from now on, something has. */
  isFresh(): boolean {
    const fresh = (this.state & FRESH) !== 0
    this.state &= ~FRESH
    return fresh
  }
}

// ---- Recording ----

let recording = true

/** Whether operations are being recorded: not so inside `noGrad`. */
export function isRecording(): boolean {
  return recording
}

/** Runs `fn` with recording on or off, and restores what was before, also where `fn` throws. */
export function withRecording<T>(on: boolean, fn: () => T): T {
  const before = recording
  recording = on
  try {
    return fn()
  } finally {
    recording = before
  }
}

// ---- Mutation ----

// Advances whenever data changes. A node that was made before its input changed has a smaller stamp.
let clock = 0

/** Notes that the data of `node` has just changed. */
export function markChanged(node: { stamp: number }): void {
  node.stamp = ++clock
}

/** Refuses a node whose rules would read data that changed after the node was made. */
function checkUnchanged(node: Node): void {
  const { operation, a, b, stamp } = node
  if (a === undefined) {
    if (operation.readsA && node.list.some((input) => input.changedAt > stamp)) {
      throw changedInputError(operation.name)
    }
    return
  }
  let reads = a.operation === CONSTANT ? 0 : operation.readsA!
  if (b !== undefined && b.operation !== CONSTANT) reads |= operation.readsB!
  if ((reads & 1 && a.changedAt > stamp) || (reads & 2 && b!.changedAt > stamp)) {
    throw changedInputError(operation.name)
  }
}

// ---- Order ----

/** The tracked nodes that `root` depends on, `root` included, inputs before what was made from them. */
export function topologicalOrder(root: Node): Node[] {
  const order: Node[] = []
  consumersFirst(root, nothing, (node) => void order.push(node))
  return order.reverse()
}

function nothing(): void {}

/**
 * Calls `enter` with every tracked node that `root` depends on, then `visit` with each of them, consumers
 * before inputs.
 *
 * The first walk counts how many consumers each node has, the second counts them off and visits a node
 * when the last is done. Both take the node that was found last, so that neighbours in memory follow each
 * other; a chain of a million nodes needs no stack, and one that 2^1000 paths lead to is visited once.
 * When something throws, the counting off goes on without visits: the next pass finds all counts at 0.
 */
function consumersFirst(
  root: Node,
  enter: (node: Node) => void,
  visit: (node: Node) => void,
): void {
  if (passesUnderWay > 0) refuseSharedNodes(root)
  let failure: { readonly error: unknown } | undefined
  passesUnderWay++
  root.state |= root.operation === LEAF ? 0 : FRESH
  const waiting = [root]
  while (waiting.length > 0) {
    const node = waiting.pop()!
    eachTrackedInput(node, count, waiting)
    failure ??= attempt(enter, node)
  }
  waiting.push(root)
  while (waiting.length > 0) {
    const node = waiting.pop()!
    failure ??= attempt(visit, node)
    eachTrackedInput(node, release, waiting)
  }
  passesUnderWay--
  if (failure !== undefined) throw failure.error
}

function attempt(task: (node: Node) => void, node: Node): { readonly error: unknown } | undefined {
  try {
    task(node)
    return undefined
  } catch (error) {
    return { error }
  }
}

let passesUnderWay = 0

type Step = (input: Node, waiting: Node[]) => void

const count: Step = (input, waiting) => {
  if (input.state < ONE_CONSUMER) {
    waiting.push(input)
    if (input.operation !== LEAF) input.state |= FRESH
  }
  input.state += ONE_CONSUMER
}

const release: Step = (input, waiting) => {
  input.state -= ONE_CONSUMER
  if (input.state < ONE_CONSUMER) waiting.push(input)
}

function eachTrackedInput(node: Node, step: Step, waiting: Node[]): void {
  const { a, b } = node
  if (a !== undefined) {
    if (a.operation !== CONSTANT) step(a, waiting)
    if (b !== undefined && b.operation !== CONSTANT) step(b, waiting)
  } else if (node.operation.variadic) {
    for (const input of node.list) if (input.operation !== CONSTANT) step(input, waiting)
  }
}

/** Inside a hook: an order over nodes that the outer pass has not finished would spoil its counts. */
function refuseSharedNodes(root: Node): void {
  const reached = new Set([root])
  for (const node of reached) {
    if (node.state >= ONE_CONSUMER) throw nestedPassError(node.op)
    for (const input of node.inputs) if (input.operation !== CONSTANT) reached.add(input)
  }
}

// ---- Reverse mode ----

/**
 * Adds the derivative of `root`, weighted by `upstream`, to the gradient of every leaf, and sets the
 * gradient of every node between. With `createGraph` the gradients are recorded, and `gradNode` has them.
 *
 * @throws TypeError where `root` is untracked, where data that a rule reads has changed since, or where
 *   another pass over the same nodes is under way; nothing has changed then.
 */
export function backward<G>(root: Node<G>, upstream: G, createGraph = false): void {
  if (root.operation === CONSTANT) throw untrackedRootError()
  if (createGraph) backwardRecorded(root, upstream)
  else withRecording(false, () => backwardStored(root, upstream))
}

/** A pass on what nodes store: numbers, typed arrays. */
function backwardStored<G>(root: Node<G>, upstream: G): void {
  // A hook is to see this pass's gradient alone: what a hooked leaf holds already is put aside.
  const putAside: [leaf: Node, gradient: unknown][] = []
  const enter = (node: Node): void => {
    checkUnchanged(node)
    if (node.state & HOOKED && node.operation === LEAF) {
      putAside.push([node, node.readGrad()])
      node.state |= FRESH
    }
  }
  const visit = (node: Node): void => {
    if (node === root) root.receive(upstream)
    if (node.state & HAS_GRAD_NODE) setGradNode(node, undefined)
    if (node.state & HOOKED) node.setGrad(runHooks(node, node.readGrad()))
    if (node.operation !== LEAF) node.pull()
  }
  try {
    consumersFirst(root, enter, visit)
  } finally {
    for (const [leaf, gradient] of putAside) if (!leaf.isFresh()) leaf.addGrad(gradient)
  }
}

/** A pass whose gradients are nodes; they are stored at the end. */
function backwardRecorded<G>(root: Node<G>, upstream: G): void {
  const order = topologicalOrder(root).reverse()
  order.forEach(checkUnchanged)
  const found = withRecording(true, () => recordGradients(order, upstream))
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

/**
 * The derivative of `root`, weighted by `upstream`, with respect to each of `wrt`, in differentiable
 * form; `undefined` where `root` does not depend on it. Nothing is stored on any node, and only what
 * lies between is computed.
 */
export function gradients<G>(root: Node<G>, upstream: G, wrt: readonly Node[]): unknown[] {
  if (root.operation === CONSTANT) return wrt.map(() => undefined)
  const order = topologicalOrder(root)
  const wanted = new Set(wrt)
  for (const node of order) {
    if (!node.inputs.some((input) => wanted.has(input))) continue
    checkUnchanged(node)
    wanted.add(node)
  }
  const found = recordGradients(order.reverse(), upstream, wanted)
  return wrt.map((node) => found.get(node))
}

/** Gradients in differentiable operations, from `order[0]` to the nodes in `wanted` (to all without it). */
function recordGradients(
  order: readonly Node[],
  upstream: unknown,
  wanted?: ReadonlySet<Node>,
): Map<Node, unknown> {
  const found = new Map<Node, unknown>([[order[0]!, upstream]])
  for (const node of order) {
    if (!found.has(node)) continue
    const dy = node.state & HOOKED ? runHooks(node, found.get(node)) : found.get(node)
    found.set(node, dy)
    if (node.operation === LEAF) continue
    node.inputs.forEach((input, i) => {
      if (input.operation === CONSTANT || (wanted && !wanted.has(input))) return
      const dx = node.vjp(dy, i)
      found.set(input, found.has(input) ? input.plus(found.get(input), dx) : dx)
    })
  }
  return found
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
      found.set(node, node.jvp(dxs))
    }
  }
  return found.get(root) as G | undefined
}

// ---- What few nodes have: outside the nodes, since a field costs every node ----

const hooks = new WeakMap<Node, Set<GradientHook<unknown>>>()
const gradNodes = new WeakMap<Node, unknown>()

/**
 * Calls `hook` with the gradient of `node` in every pass, when it is complete and before it goes on to
 * the inputs. What the hook returns, unless undefined, takes its place.
 *
 * @returns a function that removes the hook.
 */
export function onGradient<G>(node: Node<G>, hook: GradientHook<G>): () => void {
  const registered = hooks.get(node) ?? new Set()
  hooks.set(node, registered.add(hook as GradientHook<unknown>))
  node.state |= HOOKED
  return () => {
    registered.delete(hook as GradientHook<unknown>)
    if (registered.size === 0) node.state &= ~HOOKED
  }
}

function runHooks(node: Node, gradient: unknown): unknown {
  let result = gradient
  for (const hook of hooks.get(node)!) result = hook(result) ?? result
  return result
}

/** The stored gradient as a node, where a pass with `createGraph` left one. */
export function gradNodeOf<G>(node: Node<G>): G | undefined {
  return node.state & HAS_GRAD_NODE ? (gradNodes.get(node) as G) : undefined
}

/** Replaces the gradient as a node. */
export function setGradNode<G>(node: Node<G>, gradient: G | undefined): void {
  if (gradient === undefined) {
    gradNodes.delete(node)
    node.state &= ~HAS_GRAD_NODE
  } else {
    gradNodes.set(node, gradient)
    node.state |= HAS_GRAD_NODE
  }
}

export { labelOf, setLabel } from './label.ts'
