/**
 * `Value`: a number that remembers how it was computed.
 *
 * A Value is the scalar kind of graph node. Its methods are the rows of `ops.ts`, installed in a loop (what they do
 * stands in `apply.ts`); a gradient passes it by the rows' derivatives (`chain.ts`), over numbers in a plain pass and
 * over Values where gradients are to be differentiated again. The idea is micrograd's.
 */
import {
  argumentError,
  coercionError,
  dataError,
  functionError,
  gradError,
  resultAssignedError,
} from './errors.ts'
import { apply, applyBinary, applyUnary } from './apply.ts'
import { values } from './arithmetic.ts'
import { pullByRow, pullList, times, weigh, type ListOperation } from './chain.ts'
import {
  backward,
  CONSTANT,
  gradNodeOf,
  labelOf,
  LEAF,
  markChanged,
  Node,
  onGradient,
  setGradNode,
  setLabel,
  type Operation,
} from './graph.ts'
import { constant, toValue } from './operand.ts'
import { operations, type ScalarOperation } from './operation.ts'
import { checkOptions } from './options.ts'
import {
  comparisons,
  numbers,
  type binary,
  type ComparisonName,
  type ternary,
  type unary,
} from './ops.ts'
import { within } from './stack.ts'
import { BRAND, VERSION } from './version.ts'

/** What a new leaf of the graph is called, and whether it gets a gradient. */
export type ValueOptions = {
  /** A name that drawings and `toString` show. */
  readonly label?: string
  /** Whether its gradient is wanted. Default `true`. */
  readonly requiresGrad?: boolean
}

/** What a backward pass starts from, and whether it is recorded. */
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
  [K in keyof Omit<typeof ternary, 'where'>]: (b: Value | number, c: Value | number) => Value
}
type ComparisonMethods = { [K in keyof typeof comparisons]: (other: Value | number) => boolean }

/** The rows of the tables of operations as methods. */
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
   * @throws TypeError where `data` is no number, or an option is unknown or of a wrong type.
   * @example
   * const a = new Value(2, { label: 'a' })
   * const y = a.mul(3).add(1)
   * y.backward()
   * a.grad // → 3
   */
  constructor(data: number, options?: ValueOptions)
  /** @internal A node of another origin than the user's hand. */
  constructor(
    data: number,
    options: undefined,
    op: Operation,
    a?: Node,
    rest?: Node | readonly Node[],
  )
  constructor(
    data: number,
    options?: ValueOptions,
    operation?: Operation,
    a?: Node,
    rest?: Node | readonly Node[],
  ) {
    super(operation ?? originOf(data, options), a, rest)
    this.ownData = data
    this.ownGrad = 0
    if (options !== undefined) setLabel(this, options.label, this.constructor)
  }

  /** The number. Assigning to it changes a leaf in place, unrecorded. */
  get data(): number {
    return this.ownData
  }

  set data(data: number) {
    if (typeof data !== 'number') throw dataError(data, setterOf('data'))
    if (this.operation !== LEAF && this.operation !== CONSTANT)
      throw resultAssignedError(this.op, setterOf('data'))
    this.ownData = data
    markChanged(this)
  }

  /** The derivative that backward passes have left here; 0 before any. */
  get grad(): number {
    return this.ownGrad
  }

  set grad(grad: number) {
    if (typeof grad !== 'number') throw gradError(grad, setterOf('grad'))
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
    setLabel(this, label, setterOf('label'))
  }

  /**
   * Computes the derivative of this Value with respect to everything that it was made from. Leaves add it
   * to their `grad`; Values in between have `grad` set to the result of this pass.
   *
   * @throws TypeError where this Value is untracked, or data that a derivative reads has changed since.
   */
  backward(options: BackwardOptions = {}): void {
    checkOptions('backward', options, ['upstream', 'createGraph'], this.backward)
    const { upstream = 1, createGraph = false } = options
    const dy = toValue(upstream, 'backward', this.backward)
    within(this.backward, () => backward(this, dy, createGraph))
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
  onGradient(hook: (gradient: Value) => Value | number | void): () => void {
    if (typeof hook !== 'function')
      throw functionError('onGradient', 'a function of a Value', hook, this.onGradient)
    return onGradient(this, (gradient) => {
      const replaced = hook(gradient)
      return replaced === undefined ? undefined : toValue(replaced, 'onGradient')
    })
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
    if (this.countShare()) this.ownGrad = gradient
    else this.ownGrad += gradient
  }

  override plus(x: Value, y: Value): Value {
    return x.add(y)
  }

  override get list(): readonly Value[] {
    return super.list as readonly Value[]
  }

  /** The chain rule: the gradient of this Value, times its partial derivative in that input. */
  override vjp(dy: Value, index: number): Value {
    const { selects } = this.operation as ScalarOperation
    return times(dy, this.partial(index), selects) ?? constant(0)
  }

  /** The same forward: the sum of the inputs' tangents, each times the partial derivative in it. */
  override jvp(dxs: readonly (Value | undefined)[]): Value | undefined {
    const { selects } = this.operation as ScalarOperation
    const terms = dxs.map((dx, i) => dx && times(dx, this.partial(i), selects))
    return terms.reduce((sum, term) => (sum && term ? sum.add(term) : (sum ?? term)))
  }

  /** The law of `vjp` on plain numbers. Sums and products come first: they are most of every program. */
  override pull(): void {
    const op = this.operation
    const dy = this.ownGrad
    const a = this.a as Value
    const b = this.b as Value | undefined
    if (op === ADD) {
      if (a.operation !== CONSTANT) a.accumulate(dy)
      if (b!.operation !== CONSTANT) b!.accumulate(dy)
    } else if (op === MUL) {
      if (a.operation !== CONSTANT) a.accumulate(dy * b!.data)
      if (b!.operation !== CONSTANT) b!.accumulate(dy * a.data)
    } else if (a === undefined) pullList(this, dy)
    else if (b === undefined) this.pullUnary(a)
    else pullByRow(this, op as ScalarOperation, [a, b], dy)
  }

  /** A row on one operand. Apart, since V8 compiles the rule and what is around it into a short method only. */
  private pullUnary(x: Value): void {
    const { partials, selects } = this.operation as ScalarOperation
    const partial = partials[0]!<number, boolean>(numbers, x.data, this.data)
    x.accumulate(weigh(this.ownGrad, partial, selects))
  }

  /** The partial derivative in one input, as a Value that can be differentiated. */
  private partial(index: number): Value | number {
    const op = this.operation as ListOperation | ScalarOperation
    if (!('partials' in op)) return op.partial(this, index)
    const rule = op.partials[index]!
    return rule<Value, boolean>(values, ...(this.inputs as readonly Value[]), this)
  }

  /** `Value(data=2, grad=0, op=mul, label="a")`; the operation and the label where there is one. */
  override toString(): string {
    const { data, grad, operation, label } = this
    const made = operation === LEAF || operation === CONSTANT ? '' : `, op=${operation.name}`
    const named = label === undefined ? '' : `, label=${JSON.stringify(label)}`
    return `Value(data=${data}, grad=${grad}${made}${named})`
  }

  /** What `JSON.stringify` writes: the number, or null for NaN and Infinity. */
  toJSON(): number {
    return this.data
  }

  override describe(): readonly string[] {
    return [`data ${this.data}`, `grad ${this.grad}`]
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
  checkOptions('Value', options, ['label', 'requiresGrad'], Value)
  return options?.requiresGrad === false ? CONSTANT : LEAF
}

/** The setter itself, for the stack of an error. */
function setterOf(name: 'data' | 'grad' | 'label'): unknown {
  return Object.getOwnPropertyDescriptor(Value.prototype, name)!.set
}

// ---- The rows as methods ----

type Method = (this: Value, ...operands: (Value | number | undefined)[]) => unknown

function method(op: ScalarOperation): Method {
  const { name, fallback } = op
  if (op.arity === 1) {
    return function self(this: Value, extra) {
      // JavaScript would pass over it, and `round(1)` would round to an integer.
      if (extra !== undefined) throw argumentError(name, extra, self)
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
