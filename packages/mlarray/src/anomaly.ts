/**
 * A search for the first NaN or infinity of a computation, forward and backward. It watches what the graph
 * tells a watcher, and remembers for every result where the user asked for it. Outside of it nothing is
 * remembered.
 */
import { Value } from '@smol/value'
import { Node, topologicalOrder, watched, type Operation, type Watcher } from '@smol/value/graph'
import { ScalarOperation } from '@smol/value/ops'
import { MLArray as Untyped, rowMajor } from './array.ts'
import { anomalyError, anomalyPromiseError, type AnomalyReport } from './errors.ts'
import { spread } from './move.ts'
import { ArrayNode, type ArrayOperation } from './node.ts'
import { foldersOf, placeIn, traced, type Place } from './place.ts'
import { numbered } from './scalar.ts'
import { stridesOf, type Shape } from './shape.ts'
import { located } from './stack.ts'
import { checkFunction } from './transform.ts'

/**
 * Runs `fn`, in which the first NaN or infinity that an operation makes, in forward or backward, throws: with
 * the operation, its inputs' shapes, the numbers that it was made from, and the line of the program that asked
 * for it. An infinity from infinities that the program itself put in is none. In forward the error comes when
 * it is known whether a `where` takes the other branch at that place, and at the latest before `backward` and
 * at the end of `fn`. Every operation in `fn` costs a stack; outside of it nothing does.
 *
 * @throws Error for the first anomaly, with `op`, `shapes`, `index`, `line` and `phase`.
 * @throws TypeError where `fn` returns a promise.
 */
export function detectAnomaly<T>(fn: () => T extends PromiseLike<unknown> ? never : T): T {
  checkFunction('detectAnomaly', fn, detectAnomaly)
  const search = new Search()
  return watched(search, () => {
    // The innermost lines are of this file and of `watched`: so these packages' lines are known.
    search.folders = foldersOf(traced(), 3)
    const result: unknown = fn()
    search.throwPending()
    if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function')
      throw located(anomalyPromiseError(), detectAnomaly)
    return result as T
  })
}

/** What a node was made from, and where. */
type Made = { readonly inputs: readonly object[]; readonly trace: Error }

/** An anomaly that was made in forward, and has not been shown yet. */
type Pending = { readonly report: AnomalyReport; readonly trace: Error }

class Search implements Watcher {
  folders: readonly string[] = []
  /** By the memory of an array, or the Value. */
  readonly #pending = new WeakMap<object, Pending>()
  readonly #calls = new WeakMap<Node, Made>()
  #first: Pending | undefined
  /** How many derivatives are being computed inside one another: what they make between is their own affair. */
  #depth = 0
  #root: Node | undefined

  made(op: Operation, y: object, inputs: readonly object[]): void {
    const trace = traced()
    const node = y instanceof Untyped ? y.graphNode : (y as Node)
    if (node !== undefined) this.#calls.set(node, { inputs, trace })
    if (this.#depth > 0) return
    const held = inputs.map((x) => this.#pending.get(ownerOf(x))).find((x) => x !== undefined)
    const at = anomalyIn(y, inputs)
    if (held === undefined) {
      if (at === undefined) return
      const pending = { report: reportOf(op, y, inputs, at), trace }
      this.#first ??= pending
      this.#pending.set(ownerOf(y), pending)
    } else if (at !== undefined || isBad(y)) this.#pending.set(ownerOf(y), held)
    else if (op.name === 'where')
      this.#throw({ ...held.report, masked: this.#place(trace).line ?? '' }, held.trace)
    else this.#throw(held.report, held.trace)
  }

  passes(root: Node): void {
    if (this.#depth > 0) return
    this.throwPending()
    this.#root = root
  }

  derives<T>(
    node: Node,
    dy: unknown,
    derive: () => T,
    derived: (result: T) => readonly unknown[],
  ): T {
    this.#depth++
    let result: T
    try {
      result = derive()
    } finally {
      this.#depth--
    }
    derived(result).forEach((share, i) => {
      const at = isNumbers(share) ? firstBad(numbersOf(share)) : -1
      if (at >= 0) this.#throwDerived(node, dy, i, share as object, at)
    })
    return result
  }

  throwPending(): void {
    if (this.#first !== undefined) this.#throw(this.#first.report, this.#first.trace)
  }

  #place(trace: Error | undefined): Place {
    return trace === undefined ? { line: undefined, stack: '' } : placeIn(trace, this.folders)
  }

  #throw(report: AnomalyReport, trace: Error | undefined): never {
    this.#first = undefined
    const { line, stack } = this.#place(trace)
    throw anomalyError(report, line, stack)
  }

  #throwDerived(node: Node, dy: unknown, index: number, share: object, at: number): never {
    const call = this.#calls.get(node)
    const isTangent = dy === undefined
    const result = isTangent ? at : placeInResult(node, node.inputs[index]!, dy, at)
    const report: AnomalyReport = {
      phase: isTangent ? 'tangent' : 'gradient',
      op: node.op,
      shapes: node.inputs.map(shapeOf),
      input: index,
      index: indexOf(at, shapeOf(share)),
      value: numbersOf(share)[at]!,
      from: (call?.inputs ?? []).map((x) => readAt(x, node.operation, shapeOf(node), result)),
      dy: result === undefined || isTangent ? undefined : numbersOf(dy as object)[result],
    }
    const mask = report.dy === 0 ? this.#maskOver(node) : undefined
    const masked = mask && (this.#place(this.#calls.get(mask)?.trace).line ?? '')
    this.#throw(masked === undefined ? report : { ...report, masked }, call?.trace)
  }

  /** The `where` nearest to `node` that has it behind one of its branches. */
  #maskOver(node: Node): Node | undefined {
    if (this.#root === undefined) return undefined
    const behind = new Set([node])
    for (const consumer of topologicalOrder(this.#root)) {
      const branches = consumer.op === 'where' ? consumer.inputs.slice(1) : consumer.inputs
      if (!branches.some((input) => behind.has(input))) continue
      if (consumer.op === 'where') return consumer
      behind.add(consumer)
    }
    return undefined
  }
}

// ---- Numbers of nodes and arrays ----

const isNumbers = (x: unknown): x is Untyped | Value => x instanceof Untyped || x instanceof Value

function ownerOf(x: object): object {
  return x instanceof Untyped ? x.storage : x
}

function numbersOf(x: object): ArrayLike<number> {
  return x instanceof Untyped ? rowMajor(x) : [(x as Value).data]
}

function shapeOf(x: object): Shape {
  return x instanceof Untyped || x instanceof ArrayNode ? x.shape : []
}

/** Where the first NaN is, else the first infinity; −1 where there is neither. */
function firstBad(numbers: ArrayLike<number>): number {
  let infinite = -1
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isNaN(numbers[i])) return i
    if (infinite < 0 && !Number.isFinite(numbers[i])) infinite = i
  }
  return infinite
}

const isBad = (x: object): boolean => firstBad(numbersOf(x)) >= 0

/** Where `y` has a NaN, or an infinity though no input has one. */
function anomalyIn(y: object, inputs: readonly object[]): number | undefined {
  const numbers = numbersOf(y)
  const at = firstBad(numbers)
  if (at < 0) return undefined
  return Number.isNaN(numbers[at]) || !inputs.some(isBad) ? at : undefined
}

function indexOf(at: number, shape: Shape): number[] {
  return stridesOf(shape).map((step, axis) => Math.floor(at / step) % shape[axis]!)
}

// ---- What it was made from ----

function isElementwise(op: Operation): boolean {
  return op instanceof ScalarOperation || (op as Partial<ArrayOperation>).elementwise === true
}

function reportOf(op: Operation, y: object, inputs: readonly object[], at: number): AnomalyReport {
  const shape = shapeOf(y)
  return {
    phase: 'forward',
    op: op.name,
    shapes: inputs.map(shapeOf),
    index: indexOf(at, shape),
    value: numbersOf(y)[at]!,
    from: inputs.map((x) => readAt(x, op, shape, at)),
  }
}

/** Which element of an operand meets element `at` of the result. */
function placeInOperand(operand: Shape, result: Shape, at: number): number {
  return rowMajor(spread(numbered(operand), result))[at]!
}

/** Which element of an elementwise result made element `at` of an input's gradient: one with gradient 0 if there is one. */
function placeInResult(node: Node, input: Node, dy: unknown, at: number): number | undefined {
  if (!isElementwise(node.operation)) return undefined
  const places = Array.from(rowMajor(spread(numbered(shapeOf(input)), shapeOf(node))))
  const met = places.flatMap((place, i) => (place === at ? [i] : []))
  const numbers = numbersOf(dy as object)
  return met.find((i) => numbers[i] === 0) ?? met[0]
}

type Range = readonly [from: number, to: number]

/** What an input holds where element `at` of the result is made: a range where that is not one element. */
function readAt(
  input: object,
  op: Operation,
  result: Shape,
  at: number | undefined,
): number | Range {
  const numbers = numbersOf(input)
  if (numbers.length === 1) return numbers[0]!
  if (at === undefined || !isElementwise(op)) return rangeOf(numbers)
  return numbers[placeInOperand(shapeOf(input), result, at)]!
}

function rangeOf(numbers: ArrayLike<number>): Range {
  let from = Infinity
  let to = -Infinity
  for (let i = 0; i < numbers.length; i++) {
    from = Math.min(from, numbers[i]!)
    to = Math.max(to, numbers[i]!)
  }
  return [from, to]
}
