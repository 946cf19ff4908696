/**
 * `Value`: a number that remembers how it was computed.
 *
 * A Value is the scalar kind of graph node. Its methods are the rows of `ops.ts`, installed in a loop;
 * its gradient rules are the rows' derivatives, over numbers for a plain pass and over Values where the
 * gradients are to be differentiated again. The idea is micrograd's.
 */
import {
  coercionError,
  dataError,
  foreignNodeError,
  operandError,
  resultAssignedError,
  twoCopiesError,
} from './errors.ts'
import {
  backward,
  CONSTANT,
  gradNodeOf,
  isRecording,
  labelOf,
  LEAF,
  markChanged,
  Node,
  onGradient,
  setGradNode,
  setLabel,
  type GradientHook,
  type Operation,
} from './graph.ts'
import { operations, type ScalarOperation } from './operation.ts'
import {
  comparisons,
  numbers,
  type Arithmetic,
  type binary,
  type ComparisonName,
  type ternary,
  type unary,
} from './ops.ts'

declare const __VERSION__: string | undefined

/** The version of this package. */
export const VERSION: string = typeof __VERSION__ === 'string' ? __VERSION__ : 'unbuilt'

/** The brand by which a copy of this package recognises the Values of another. */
const BRAND = Symbol.for('@smol/value')

export type ValueOptions = {
  /** A name that drawings and `toString` show. */
  readonly label?: string
  /** Whether its gradient is wanted. Default `true`. */
  readonly requiresGrad?: boolean
}

export type BackwardOptions = {
  /** The gradient of the root itself. Default 1. */
  readonly upstream?: number | Value
  /** Record the gradients too, so that they can be differentiated: see `gradNode`. Default `false`. */
  readonly createGraph?: boolean
}

type UnaryMethods = { [K in keyof typeof unary]: () => Value }
type BinaryMethods = {
  [K in keyof typeof binary]: (typeof binary)[K] extends { readonly fallback: number }
    ? (other?: Value | number) => Value
    : (other: Value | number) => Value
}
type TernaryMethods = {
  [K in Exclude<keyof typeof ternary, 'where'>]: (b: Value | number, c: Value | number) => Value
}
type ComparisonMethods = { [K in keyof typeof comparisons]: (other: Value | number) => boolean }

export interface Value extends UnaryMethods, BinaryMethods, TernaryMethods, ComparisonMethods {}

const { add: ADD, mul: MUL } = operations

/** A number that remembers how it was computed. */
export class Value extends Node<Value> {
  declare private ownData: number
  /** What this node has received; `grad` may be kept elsewhere by a subclass. */
  declare protected ownGrad: number

  /**
   * A leaf of the graph.
   *
   * @throws TypeError where `data` is no number.
   * @example
   * const a = new Value(2, { label: 'a' })
   * const y = a.mul(3).add(1)
   * y.backward()
   * a.grad // → 3
   */
  constructor(data: number, options?: ValueOptions)
  /** @internal A node of another origin than the user's hand. */
  constructor(data: number, options: undefined, op: Operation, a?: Node, b?: Node)
  constructor(data: number, options?: ValueOptions, operation?: Operation, a?: Node, b?: Node) {
    super(operation ?? originOf(data, options), a, b)
    this.ownData = data
    this.ownGrad = 0
    if (options !== undefined) setLabel(this, options.label)
  }

  /** The number. Assigning to it changes a leaf in place, unrecorded. */
  get data(): number {
    return this.ownData
  }

  set data(data: number) {
    if (typeof data !== 'number') throw dataError(data)
    if (this.operation !== LEAF && this.operation !== CONSTANT) throw resultAssignedError(this.op)
    this.ownData = data
    markChanged(this)
  }

  /** The derivative that backward passes have left here; 0 before any. */
  get grad(): number {
    return this.ownGrad
  }

  set grad(grad: number) {
    this.ownGrad = grad
  }

  /** The gradient as a node of the graph, after `backward({ createGraph: true })`. */
  get gradNode(): Value | undefined {
    return gradNodeOf(this)
  }

  /** A name that drawings and `toString` show. */
  get label(): string | undefined {
    return labelOf(this)
  }

  set label(label: string | undefined) {
    setLabel(this, label)
  }

  /**
   * Computes the derivative of this Value with respect to everything that it was made from. Leaves add it
   * to their `grad`; Values in between have `grad` set to the result of this pass.
   *
   * @throws TypeError where this Value is untracked, or data that a derivative reads has changed since.
   */
  backward(options: BackwardOptions = {}): void {
    backward(this, toValue(options.upstream ?? 1, 'backward', this.backward), options.createGraph)
  }

  /** Sets this Value's gradient back to 0. */
  zeroGrad(): void {
    this.ownGrad = 0
    setGradNode(this, undefined)
  }

  /** The same number with no history, and untracked. */
  detach(): Value {
    return constant(this.data)
  }

  /**
   * Calls `hook` with this Value's gradient in every pass; a Value that it returns takes its place.
   *
   * @returns a function that removes the hook.
   */
  onGradient(hook: GradientHook<Value>): () => void {
    return onGradient(this, hook)
  }

  override get holdsGrad(): boolean {
    return this.ownGrad !== 0
  }

  override readGrad(): Value {
    return constant(this.ownGrad)
  }

  override setGrad(gradient: Value): void {
    this.ownGrad = gradient.data
  }

  override addGrad(gradient: Value): void {
    this.ownGrad += gradient.data
  }

  /** Takes a consumer's share of the gradient as a plain number. */
  accumulate(gradient: number): void {
    if (this.isFresh()) this.ownGrad = gradient
    else this.ownGrad += gradient
  }

  override plus(x: Value, y: Value): Value {
    return x.add(y)
  }

  override vjp(dy: Value, index: number): Value {
    return times(dy, this.partial(index, values), this.operation as ScalarOperation)
  }

  override jvp(dxs: readonly (Value | undefined)[]): Value {
    const terms = dxs.map(
      (dx, i) => dx && times(dx, this.partial(i, values), this.operation as ScalarOperation),
    )
    return terms.reduce((sum, term) => (sum && term ? sum.add(term) : (sum ?? term)))!
  }

  /** The same law on plain numbers. Sums and products come first: they are most of every program. */
  override pull(): void {
    const { operation: op } = this
    const dy = this.ownGrad
    const a = this.a as Value
    const b = this.b as Value
    if (op === ADD) {
      if (a.operation !== CONSTANT) a.accumulate(dy)
      if (b.operation !== CONSTANT) b.accumulate(dy)
    } else if (op === MUL) {
      if (a.operation !== CONSTANT) a.accumulate(dy * b.data)
      if (b.operation !== CONSTANT) b.accumulate(dy * a.data)
    } else this.pullByRow(op as ScalarOperation, a, b, dy)
  }

  private pullByRow(op: ScalarOperation, a: Value, b: Value | undefined, dy: number): void {
    if (a.operation !== CONSTANT) {
      const d =
        b === undefined
          ? op.da(numbers, a.data, this.data)
          : op.da(numbers, a.data, b.data, this.data)
      a.accumulate(d === 0 && op.selects ? 0 : dy * d)
    }
    if (b !== undefined && b.operation !== CONSTANT) {
      const d = op.db(numbers, a.data, b.data, this.data)
      b.accumulate(d === 0 && op.selects ? 0 : dy * d)
    }
  }

  /** The partial derivative in one input, over an arithmetic of Values. */
  private partial(index: number, m: Arithmetic<Value, boolean>): Value | number {
    const op = this.operation as ScalarOperation
    const rule = index === 0 ? op.da : index === 1 ? op.db : op.dc
    return rule(m, ...(this.inputs as readonly Value[]), this)
  }

  /** `Value(data=2, grad=0, op=mul, label=a)`; see `label.ts`. */
  override toString(): string {
    const { data, grad, operation, label } = this
    const made = operation === LEAF || operation === CONSTANT ? '' : `, op=${operation.name}`
    const named = label === undefined ? '' : `, label=${JSON.stringify(label)}`
    return `Value(data=${data}, grad=${grad}${made}${named})`
  }

  /** @throws TypeError always, but in text: `a + b` on Values would silently make a number. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString()
    throw coercionError(this[Symbol.toPrimitive])
  }

  /** What `console.log` shows in Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

Object.defineProperty(Value.prototype, BRAND, { value: VERSION })

function originOf(data: unknown, options: ValueOptions | undefined): Operation {
  if (typeof data !== 'number') throw dataError(data, Value)
  return options?.requiresGrad === false ? CONSTANT : LEAF
}

/** A Value that no gradient goes to. */
export function constant(data: number): Value {
  return new Value(data, undefined, CONSTANT)
}

/** A number or Value as a Value. */
export function toValue(x: Value | number, op: string, caller?: unknown): Value {
  if (x instanceof Value) return x
  if (typeof x === 'number') return constant(x)
  throw notAnOperand(x, op, caller)
}

function notAnOperand(x: unknown, op: string, caller: unknown): TypeError {
  if (x instanceof Node) return foreignNodeError(op, x.constructor.name, caller)
  const version = (x as { [BRAND]?: string } | null | undefined)?.[BRAND]
  return version === undefined
    ? operandError(op, x, caller)
    : twoCopiesError(op, version, VERSION, caller)
}

function times(dy: Value, partial: Value | number, op: ScalarOperation): Value {
  if (partial === 1) return dy
  if (partial === -1) return dy.neg()
  const zero = typeof partial === 'number' ? partial === 0 : partial.data === 0
  return zero && op.selects ? constant(0) : dy.mul(partial)
}

/** The result of an operation on a list of inputs. */
export abstract class ListValue extends Value {
  declare private readonly ownList: readonly Value[]

  constructor(data: number, op: Operation, list: readonly Value[]) {
    super(data, undefined, op)
    this.ownList = list
  }

  override get list(): readonly Value[] {
    return this.ownList
  }
}

/** The result of a row with three arguments. */
class TernaryValue extends ListValue {
  override pull(): void {
    const { list, operation, data } = this
    const [a, b, c] = list.map((input) => input.data) as [number, number, number]
    const { da, db, dc, selects } = operation as ScalarOperation
    ;[da, db, dc].forEach((rule, i) => {
      const input = list[i]!
      if (input.operation === CONSTANT) return
      const d = rule<number, boolean>(numbers, a, b, c, data)
      input.accumulate(d === 0 && selects ? 0 : this.grad * d)
    })
  }
}

/** Whether an operation on these inputs is to be recorded. */
export function isTracked(inputs: readonly Value[]): boolean {
  return isRecording() && inputs.some((input) => input.operation !== CONSTANT)
}

/** Applies a row to Values: what every method and every custom operation comes down to. */
export function apply(op: ScalarOperation, a: Value, b?: Value, c?: Value): Value {
  if (b === undefined) return applyUnary(op, a)
  return c === undefined ? applyBinary(op, a, b) : applyTernary(op, a, b, c)
}

function applyUnary(op: ScalarOperation, a: Value): Value {
  const tracked = isRecording() && a.operation !== CONSTANT
  return new Value(op.f(a.data), undefined, tracked ? op : CONSTANT, tracked ? a : undefined)
}

function applyBinary(op: ScalarOperation, a: Value, b: Value): Value {
  const x = a.data
  const y = b.data
  const data = op === ADD ? x + y : op === MUL ? x * y : op.f(x, y)
  if (!isRecording() || (a.operation === CONSTANT && b.operation === CONSTANT))
    return constant(data)
  return new Value(data, undefined, op, a, b)
}

function applyTernary(op: ScalarOperation, a: Value, b: Value, c: Value): Value {
  const inputs = [a, b, c]
  const data = op.f(a.data, b.data, c.data)
  return isTracked(inputs) ? new TernaryValue(data, op, inputs) : constant(data)
}

/**
 * `a` where the condition holds, else `b`. The one that is not taken gets gradient 0, whatever it is.
 * A number or Value as condition holds where it is not 0. @see numpy.where
 */
export function where(
  condition: boolean | Value | number,
  a: Value | number,
  b: Value | number,
): Value {
  const mask = typeof condition === 'boolean' ? Number(condition) : condition
  return apply(
    operations.where,
    toValue(mask, 'where', where).detach(),
    toValue(a, 'where', where),
    toValue(b, 'where', where),
  )
}

// ---- The rows as methods ----

type Method = (this: Value, ...operands: (Value | number | undefined)[]) => unknown

function method(op: ScalarOperation): Method {
  const { name, fallback } = op
  if (op.arity === 1) {
    return function (this: Value) {
      return applyUnary(op, this)
    }
  }
  if (op.arity === 3) {
    return function self(this: Value, b, c) {
      return apply(op, this, toValue(b!, name, self), toValue(c!, name, self))
    }
  }
  return function self(this: Value, b = fallback) {
    return applyBinary(op, this, toValue(b!, name, self))
  }
}

function comparison(name: ComparisonName): Method {
  const compare = comparisons[name]
  return function self(this: Value, b) {
    return compare(this.data, toValue(b!, name, self).data)
  }
}

function install(name: string, fn: Method): void {
  Object.defineProperty(Value.prototype, name, { value: fn, writable: true, configurable: true })
}

for (const [name, op] of Object.entries(operations)) if (name !== 'where') install(name, method(op))
for (const name of Object.keys(comparisons) as ComparisonName[]) install(name, comparison(name))

/** The arithmetic of Values: derivatives that can be differentiated. */
export const values = {
  ...Object.fromEntries(
    Object.keys({ ...operations, ...comparisons }).map((name) => [
      name,
      (x: Value | number, ...rest: unknown[]) =>
        (toValue(x, name) as unknown as Record<string, (...operands: unknown[]) => unknown>)[name]!(
          ...rest,
        ),
    ]),
  ),
  where,
} as unknown as Arithmetic<Value, boolean>
