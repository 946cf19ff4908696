/**
 * A node of the computation graph: what made it, and how a gradient goes from it to its inputs.
 *
 * Nothing here knows what a node stores. A scalar keeps a number, an array keeps a typed array; each kind
 * extends the class and says what its data and gradients are. When things happen is the matter of
 * `graph.ts`.
 */
import { changedInputError, nodeError } from './errors.ts'

/** What made a node. The rows of operation tables are operations. */
export type Operation = {
  readonly name: string
  /** Nodes of a variadic operation keep their inputs in `list`, not in `a` and `b`. */
  readonly variadic?: boolean
  /**
   * Whose data the gradient of `a` reads, as bits: 1 for that of `a`, 2 for that of `b`, 8 for the
   * result's own. Of a variadic operation: what any of its gradients reads, 4 being for the third input and all
   * after it.
   */
  readonly readsA?: number
  /** The same for the gradient of `b`. */
  readonly readsB?: number
  /** Of a variadic operation, closer than `readsA`: whether a gradient that is wanted reads the data of an input. */
  readonly reads?: (list: readonly Node[], index: number) => boolean
}

/** The bit of the result, which no assignment changes, in what a gradient reads. */
export const READS_OUTPUT = 8

/** Made by the user, and its gradient is wanted. */
export const LEAF: Operation = { name: 'leaf' }
/** No gradient goes here: made by the user without `requiresGrad`, or from such nodes alone. */
export const CONSTANT: Operation = { name: 'constant' }

const NO_NODES: readonly Node[] = []

/** @throws TypeError where `x` is no node, or has the class of one and was never made. */
export function checkNode(op: string, x: unknown, caller: unknown): void {
  if (!(x instanceof Node) || x.operation === undefined) throw nodeError(op, x, caller)
}

/**
 * A node's `state` is a number of bits: four flags, and from ONE_CONSUMER up a count.
 *
 * FRESH: the gradient is of an earlier pass, and what comes first replaces it. So it is with every result
 * while no pass is under way; a leaf only adds up.
 */
export const FRESH = 1
/** There are hooks (in `aside.ts`). */
export const HOOKED = 2
/** There is a gradient as a node (in `aside.ts`). */
export const HAS_GRAD_NODE = 4
/** A pass has counted the consumers of this node itself. */
export const COUNTED = 8
/** From here up: how many consumers have not yet sent their share of the gradient. */
export const ONE_CONSUMER = 16

/**
 * One step of a computation: what made it (`operation`), and from what (`a` and `b`, or `list`).
 *
 * `G` is the kind's gradient in differentiable form: `Value` for scalars. There are few fields, since
 * collecting the garbage is what scalar graphs spend their time on.
 */
export abstract class Node<G = unknown> {
  // `declare`, since a field that is first defined as undefined and then assigned costs twice.
  declare readonly operation: Operation
  /** The first input; undefined where there is a list. */
  declare readonly a: Node | undefined
  /** The second input, or the list: in one place, so that all nodes of a kind are laid out alike. */
  declare private readonly rest: Node | readonly Node[] | undefined
  /** @internal */
  declare state: number
  /** @internal When the node was made, or when its data last changed. */
  declare stamp: number

  /** Of one or two inputs, of no first one and a list, or of none: a leaf or a constant. */
  constructor(operation: Operation, a?: Node, rest?: Node | readonly Node[]) {
    this.operation = operation
    this.a = a
    this.rest = rest
    this.stamp = clock
    // Consumers are counted here, where the inputs are at hand: it often spares the pass a walk (`isWhole`).
    if (a !== undefined) {
      this.state = FRESH
      ends++
      consume(a)
      if (rest !== undefined) consume(rest as Node)
    } else if (rest !== undefined) {
      this.state = FRESH
      ends++
      consumeAll(rest as readonly Node[])
    } else this.state = 0
  }

  /** The name of what made this node; `leaf` or `constant` where nothing did. */
  get op(): string {
    return this.operation.name
  }

  /** The second of two inputs. */
  get b(): Node | undefined {
    return this.a === undefined ? undefined : (this.rest as Node | undefined)
  }

  /** The inputs of a variadic operation. */
  get list(): readonly Node[] {
    return this.a === undefined && this.rest !== undefined
      ? (this.rest as readonly Node[])
      : NO_NODES
  }

  /** What this node was made from, in the order of the operation's arguments. */
  get inputs(): readonly Node[] {
    const { a, b } = this
    if (a === undefined) return this.list
    return b === undefined ? [a] : [a, b]
  }

  /** Whether gradients flow to this node. */
  get requiresGrad(): boolean {
    return this.operation !== CONSTANT
  }

  /** The clock when the data that this node stands for last changed. */
  get changedAt(): number {
    return this.stamp
  }

  /** What changed the data last, for a message. */
  get changedBy(): string {
    return 'an assignment'
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
   * Jacobian-vector product: the tangent of this node, given those of its inputs (at least one is given), in
   * differentiable operations. `undefined` stands for one that is zero whatever comes after.
   */
  abstract jvp(dxs: readonly unknown[]): G | undefined

  /**
   * Adds this node's share to the stored gradients of its inputs: one share for each that is tracked, since
   * shares are counted. A kind may override it to be faster.
   */
  pull(): void {
    const dy = this.readGrad()
    for (const [i, input] of this.inputs.entries()) {
      if (input.operation !== CONSTANT) input.receive(this.vjp(dy, i))
    }
  }

  /** Takes a consumer's share of the gradient. */
  receive(gradient: G): void {
    if (this.countShare()) this.setGrad(gradient)
    else this.addGrad(gradient)
  }

  /**
   * Counts off a share of the gradient that has come; after the last it is this node's turn.
   *
   * @returns whether it replaces what is stored, instead of adding to it: the first share of a result does.
   */
  countShare(): boolean {
    const { state } = this
    // A leaf that nothing waits for: no pass has to reach it.
    if (state < ONE_CONSUMER) return false
    const left = (state & ~FRESH) - ONE_CONSUMER
    this.state = left
    if (left < ONE_CONSUMER) complete.push(this)
    return (state & FRESH) !== 0
  }

  toString(): string {
    return `${this.constructor.name}(op=${this.op})`
  }

  /** What a drawing says of this node below its operation and label, line by line. */
  describe(): readonly string[] {
    return []
  }
}

// ---- Consumers ----

// The nodes to which the last share has come, in the pass under way.
let complete: Node[] = []

/**
 * Says where nodes go when their gradient is complete, and returns where they went before. Every pass has a
 * list of its own: one that all of them share was slower by a twentieth (decision 0001).
 */
export function collectIn(nodes: Node[]): Node[] {
  const before = complete
  complete = nodes
  return before
}

// Of the results that were made at the present time of the clock: how many no other was made from, and
// whether all were made from leaves and each other alone.
let ends = 0
let isClosed = true

/** Counts a consumer of `input`, which is being made: with the first, `input` is no end any more. */
function consume(input: Node): void {
  const { state } = input
  if (state === 0) return
  if ((state & FRESH) === 0 || input.stamp !== clock) {
    isClosed = false
    return
  }
  input.state = state + ONE_CONSUMER
  if (state < ONE_CONSUMER) ends--
}

function consumeAll(list: readonly Node[]): void {
  for (let i = 0; i < list.length; i++) consume(list[i]!)
}

/**
 * Whether the graph of `root` is all that was recorded since data last changed or a pass was made. Every
 * result but `root` then has a consumer, and so leads to `root`: the counts are right as they stand.
 */
export function isWhole(root: Node): boolean {
  const { stamp, state } = root
  return ends === 1 && isClosed && stamp === clock && (state & FRESH) !== 0 && state < ONE_CONSUMER
}

// ---- Time ----

// Advances whenever data changes. A node that was made before its input changed has a smaller stamp.
let clock = 0
let lastChange = 0

/** Advances the clock, so that what was recorded before is told from what comes after. */
export function tick(): number {
  ends = 0
  isClosed = true
  return ++clock
}

/** Notes that the data of `node` has just changed. */
export function markChanged(node: { stamp: number }): void {
  lastChange = tick()
  node.stamp = lastChange
}

/** Whether data has changed since a time of the clock. */
export function hasChangedSince(time: number): boolean {
  return lastChange > time
}

/** An input whose data changed after the node was made, and is read by the gradients that are wanted. */
export function changedInput(node: Node): Node | undefined {
  // Nothing at all has changed since.
  if (node.stamp >= lastChange) return undefined
  const { operation, a, b } = node
  if (a === undefined) return changedInList(node)
  let reads = a.operation === CONSTANT ? 0 : operation.readsA!
  if (b !== undefined && b.operation !== CONSTANT) reads |= operation.readsB!
  if ((reads & 1) !== 0 && a.changedAt > node.stamp) return a
  return (reads & 2) !== 0 && b!.changedAt > node.stamp ? b : undefined
}

/** Refuses a node whose rules would read data that changed after the node was made. */
export function checkUnchanged(node: Node): void {
  const changed = changedInput(node)
  if (changed !== undefined) throw changedInputError(node.op, changed.changedBy)
}

function changedInList({ operation, list, stamp }: Node): Node | undefined {
  const mask = operation.readsA!
  if ((mask & ~READS_OUTPUT) === 0) return undefined
  const isRead = (index: number): boolean =>
    operation.reads?.(list, index) ?? (mask & (1 << Math.min(index, 2))) !== 0
  return list.find((x, i) => x.changedAt > stamp && isRead(i))
}
