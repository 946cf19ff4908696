/**
 * Arrays in the graph: the kind of node that stands for an array, and how an operation is recorded.
 */
import type { Value } from '@smol/value'
import {
  CONSTANT,
  gradNodeOf,
  isRecording,
  LEAF,
  Node,
  setGradNode,
  watcher,
  type Operation,
} from '@smol/value/graph'
import { READS_OUTPUT } from '@smol/value/ops'
import {
  copyOf,
  filled,
  fromData,
  MLArray,
  positionOf,
  resultOf,
  type DType,
  type Storage,
} from './array.ts'
import { add, sumOf } from './elementwise.ts'
import { show } from './errors.ts'
import { showText } from './print.ts'
import type { Unroll } from './scalar.ts'
import { sizeOf, type Shape } from './shape.ts'

/** What an array operation must say of itself to take part in the graph. */
export interface ArrayOperation extends Operation {
  /** Whether every element of the result is made from those of the operands in its place. */
  readonly elementwise?: boolean
  /** The gradient of input `index`, in differentiable operations. */
  vjp(dy: MLArray, node: ArrayNode, index: number): unknown
  /**
   * The same for the only input where nothing is recorded, added to the `sum` of the shares that have come: of
   * use where most of it is 0, so that many parts of one array do not make an array of its size each.
   */
  addTo?(sum: MLArray, dy: MLArray, node: ArrayNode): void
  /** The tangent of the result, in differentiable operations; `undefined` stands for zeros, not for all inputs. */
  jvp(dxs: readonly (MLArray | undefined)[], node: ArrayNode): MLArray
  /** The same on Values, element by element. */
  readonly unroll: Unroll
}

/** The place of an array in the graph. */
export class ArrayNode extends Node<MLArray> {
  // `declare`, since a field that is first defined as undefined and then assigned costs twice.
  declare readonly shape: Shape
  declare readonly dtype: DType
  /** The operation's settings (axes, positions, …), of the type that its row knows. */
  declare readonly params: unknown
  /** The array, where some gradient reads it: always for leaves and constants. */
  declare value: MLArray | undefined
  declare gradient: MLArray | undefined
  declare private ownsGradient: boolean
  /** Memory that may change later; nothing for results, which never change. */
  declare readonly mutable: Storage | undefined

  constructor(
    array: MLArray,
    operation: Operation,
    params?: unknown,
    a?: Node,
    rest?: Node | readonly Node[],
  ) {
    super(operation, a, rest)
    const { storage } = array
    this.shape = array.shape
    this.dtype = storage.dtype
    this.params = params
    this.value = undefined
    this.gradient = undefined
    this.ownsGradient = false
    this.mutable = storage.madeBy === '' ? storage : undefined
  }

  override get changedBy(): string {
    return this.mutable?.changedBy ?? ''
  }

  override get changedAt(): number {
    return this.mutable === undefined ? this.stamp : this.mutable.stamp
  }

  override get holdsGrad(): boolean {
    return this.gradient !== undefined
  }

  override readGrad(): MLArray {
    this.ownsGradient = false
    return this.gradient ?? filled(this.shape, 0, this.dtype)
  }

  override setGrad(gradient: MLArray): void {
    this.gradient = sealed(gradient)
    this.ownsGradient = false
  }

  override addGrad(gradient: MLArray): void {
    const before = this.gradient
    this.setGrad(before === undefined ? gradient : sumOf(before, gradient))
    this.ownsGradient = before !== undefined
  }

  override pull(): void {
    const dy = this.readGrad()
    const operation = this.operation as ArrayOperation
    const { a, b } = this
    if (a === undefined) {
      this.list.forEach((input, i) => {
        if (input.operation !== CONSTANT) input.receive(operation.vjp(dy, this, i))
      })
      return
    }
    if (operation.addTo !== undefined) (a as ArrayNode).receivePart(this, operation, dy)
    else if (a.operation !== CONSTANT) a.receive(operation.vjp(dy, this, 0))
    if (b !== undefined && b.operation !== CONSTANT) b.receive(operation.vjp(dy, this, 1))
  }

  /** One element of the gradient, in row-major order. */
  gradientAt(index: number): number {
    const { gradient } = this
    return gradient === undefined ? 0 : gradient.storage.data[positionOf(gradient, index)]!
  }

  setGradientAt(index: number, value: number): void {
    this.ownGradient().storage.data[index] = value
  }

  /** Takes a share of the gradient that concerns one element only. */
  receiveAt(index: number, share: number): void {
    if (this.countShare()) this.zeroGrad()
    this.ownGradient().storage.data[index]! += share
  }

  /** Takes a share of the gradient that concerns a part of the elements only. */
  private receivePart(consumer: ArrayNode, operation: ArrayOperation, dy: MLArray): void {
    if (this.countShare()) this.zeroGrad()
    if (this.gradient !== undefined) operation.addTo!(this.ownGradient(), dy, consumer)
    else {
      this.setGrad(operation.vjp(dy, consumer, 0) as MLArray)
      this.ownsGradient = true
    }
  }

  /** The gradient in row-major memory that nobody else reads. */
  private ownGradient(): MLArray {
    const { gradient } = this
    if (this.ownsGradient && gradient !== undefined) return gradient
    const own =
      gradient === undefined
        ? resultOf(this.shape, this.dtype)
        : fromData(copyOf(gradient), this.shape)
    this.gradient = sealed(own)
    this.ownsGradient = true
    return own
  }

  override plus(x: MLArray, y: MLArray): MLArray {
    return add(x, y)
  }

  override vjp(dy: MLArray, index: number): unknown {
    return (this.operation as ArrayOperation).vjp(dy, this, index)
  }

  override jvp(dxs: readonly unknown[]): MLArray {
    return (this.operation as ArrayOperation).jvp(dxs as readonly (MLArray | undefined)[], this)
  }

  zeroGrad(): void {
    this.gradient = undefined
    if (gradNodeOf(this) !== undefined) setGradNode(this, undefined)
  }

  /** The node of input `index`. */
  inputNode(index: number): ArrayNode {
    const { a, b } = this
    return (a === undefined ? this.list[index] : index === 0 ? a : b) as ArrayNode
  }

  /** The data of input `index`, which the row said it reads. */
  input(index: number): MLArray {
    return this.inputNode(index).value!
  }

  /** The shape, and the numbers where they are kept and few. */
  override describe(): readonly string[] {
    const few = this.value !== undefined && sizeOf(this.shape) <= 9
    return [`shape ${show(this.shape)}`, ...(few ? showText(this.value!).split('\n') : [])]
  }

  /** The shape of input `index`. */
  inputShape(index: number): Shape {
    return this.inputNode(index).shape
  }
}

/** The same data without history, not to be changed in place: several nodes may hold it as gradient. */
function sealed(array: MLArray): MLArray {
  const { storage } = array
  if (storage.madeBy === '') storage.madeBy = 'grad'
  return array.graphNode === undefined ? array : array.detach()
}

/** The node of an array that was made from Values. */
export class ValuesNode extends ArrayNode {
  override pull(): void {
    this.list.forEach((value, i) => {
      if (value.operation !== CONSTANT) (value as Value).accumulate(this.gradientAt(i))
    })
  }
}

/** The node of an array, made at first use. */
export function nodeOf(array: MLArray): ArrayNode {
  return array.graphNode ?? setNode(array, new ArrayNode(array, CONSTANT))
}

/** Makes an array a leaf of the graph. */
export function asLeaf(array: MLArray): MLArray {
  setNode(array, new ArrayNode(array, LEAF))
  return array
}

function setNode(array: MLArray, node: ArrayNode): ArrayNode {
  node.value = array
  array.graphNode = node
  return node
}

/**
 * Makes `y` the recorded result of an operation on `inputs`, if recording is on and one of them is tracked.
 * The data of an input, and that of `y`, are kept where a gradient that may be asked for reads them.
 */
export function record(
  op: ArrayOperation,
  y: MLArray,
  inputs: readonly MLArray[],
  params?: unknown,
): MLArray {
  if (inputs.length === 1) return recordOne(op, y, inputs[0]!, params)
  if (inputs.length === 2 && !op.variadic) return recordTwo(op, y, inputs[0]!, inputs[1]!, params)
  if (isRecording() && inputs.some(isTracked)) setResult(op, y, inputs, params)
  if (watcher !== undefined) watcher.made(op, y, inputs)
  return y
}

/** `record` of an operation on one input: without lists, since most operations are small. */
export function recordOne(op: ArrayOperation, y: MLArray, x: MLArray, params?: unknown): MLArray {
  if (isRecording() && isTracked(x)) {
    if (op.variadic) setResult(op, y, [x], params)
    else {
      if (x.storage !== y.storage) y.storage.madeBy = op.name
      const a = x.graphNode!
      const node = new ArrayNode(y, op, params, a)
      const reads = op.readsA ?? 0
      if ((reads & 1) !== 0) a.value = x
      if ((reads & READS_OUTPUT) !== 0) node.value = y
      y.graphNode = node
    }
  }
  if (watcher !== undefined) watcher.made(op, y, [x])
  return y
}

/** `record` of an operation on two inputs that is not variadic. */
export function recordTwo(
  op: ArrayOperation,
  y: MLArray,
  x1: MLArray,
  x2: MLArray,
  params?: unknown,
): MLArray {
  if (isRecording()) {
    const first = isTracked(x1)
    const second = isTracked(x2)
    if (first || second) {
      if (x1.storage !== y.storage && x2.storage !== y.storage) y.storage.madeBy = op.name
      const a = nodeOf(x1)
      const b = nodeOf(x2)
      const node = new ArrayNode(y, op, params, a, b)
      const reads = (first ? (op.readsA ?? 0) : 0) | (second ? (op.readsB ?? 0) : 0)
      if ((reads & 1) !== 0) a.value = x1
      if ((reads & 2) !== 0) b.value = x2
      if ((reads & READS_OUTPUT) !== 0) node.value = y
      y.graphNode = node
    }
  }
  if (watcher !== undefined) watcher.made(op, y, [x1, x2])
  return y
}

function isTracked(x: MLArray): boolean {
  const { graphNode } = x
  return graphNode !== undefined && graphNode.operation !== CONSTANT
}

function setResult(
  op: ArrayOperation,
  y: MLArray,
  inputs: readonly MLArray[],
  params: unknown,
): void {
  const isView = inputs.some((x) => x.storage === y.storage)
  if (!isView) y.storage.madeBy = op.name
  const nodes = inputs.map(nodeOf)
  const node = new ArrayNode(y, op, params, undefined, nodes)
  let reads = 0
  inputs.forEach((x, i) => {
    if (isTracked(x)) reads |= readsOf(op, i)
  })
  inputs.forEach((x, i) => {
    if (reads & (1 << Math.min(i, 2))) nodes[i]!.value = x
  })
  if (reads & READS_OUTPUT) node.value = y
  y.graphNode = node
}

function readsOf(op: ArrayOperation, index: number): number {
  return (index === 1 && !op.variadic ? op.readsB : op.readsA) ?? 0
}
