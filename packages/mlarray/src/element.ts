/**
 * Where arrays and Values meet: an element as a Value, and Values as an array. Gradients cross both ways.
 */
import { toValue, Value } from '@smol/value'
import {
  BRAND,
  CONSTANT,
  gradNodeOf,
  isRecording,
  watcher,
  type Node,
  type Operation,
} from '@smol/value/graph'
import { allocate, fromData, MLArray, positionOf, type DType } from './array.ts'
import { writeAt } from './mutate.ts'
import { nodeOf, ValuesNode, type ArrayNode, type ArrayOperation } from './node.ts'
import { place, windowOf } from './move.ts'
import { sizeOf, type Shape } from './shape.ts'

const AT: Operation = { name: 'at', readsA: 0 }

/** An element of an array: live, in both directions. */
class Element extends Value {
  readonly #array: MLArray
  /** Where it lies in the storage. */
  readonly #position: number
  /** Its number in row-major order. */
  readonly index: number

  constructor(array: MLArray, position: number, index: number) {
    if (array.requiresGrad) super(0, undefined, AT, nodeOf(array))
    else super(0, undefined, CONSTANT)
    this.#array = array
    this.#position = position
    this.index = index
  }

  override get data(): number {
    return this.#array.storage.data[this.#position]!
  }

  override set data(data: number) {
    writeAt(this.#array, this.#position, data)
  }

  override get changedBy(): string {
    return this.#array.storage.changedBy
  }

  override get changedAt(): number {
    return this.#array.storage.stamp
  }

  override get grad(): number {
    return this.#array.graphNode?.gradientAt(this.index) ?? 0
  }

  override set grad(grad: number) {
    this.#array.graphNode?.setGradientAt(this.index, grad)
  }

  /** One element of the array's gradient: what reached it on other ways is in it, too. */
  override get gradNode(): Value | undefined {
    const { graphNode } = this.#array
    const gradient = graphNode && gradNodeOf<MLArray>(graphNode)
    return gradient && elementAt(gradient, this.index)
  }

  override zeroGrad(): void {
    super.zeroGrad()
    if (this.grad !== 0) this.grad = 0
  }

  override detach(): Value {
    return new Value(this.data, { requiresGrad: false })
  }

  /** An element in reverse is that element of an array of zeros. */
  override vjp(dy: Value): Value {
    const { shape, dtype } = this.#array
    const one = fromValues(
      [dy],
      shape.map(() => 1),
      dtype,
    )
    // The engine gives every node the gradient of its own kind: here an array goes to an array.
    return place(one, shape, windowOf(shape, this.index)) as unknown as Value
  }

  override jvp(dxs: readonly unknown[]): Value {
    return elementAt(dxs[0] as MLArray, this.index)
  }

  override pull(): void {
    ;(this.a as ArrayNode).receiveAt(this.index, this.ownGrad)
  }
}

/** Lets the Value of another copy of `@smol/value` be refused in the words of this one. */
export function refuseOtherCopy(x: unknown, op: string): void {
  if (typeof x === 'object' && x !== null && BRAND in x) toValue(x as unknown as Value, op)
}

/** Where a Value that is an element of a tracked array comes from. */
export function sourceOf(
  value: Value,
): { readonly node: ArrayNode; readonly index: number } | undefined {
  return value instanceof Element && value.a !== undefined
    ? { node: value.a as ArrayNode, index: value.index }
    : undefined
}

/** Element number `index` in row-major order; the same Value whenever it is asked for. */
export function elementAt(array: MLArray, index: number): Value {
  array.elements ??= new Map()
  const known = array.elements.get(index) as Value | undefined
  if (known !== undefined) return known
  const element = new Element(array, positionOf(array, index), index)
  array.elements.set(index, element)
  if (watcher !== undefined) watcher.made(AT, element, [array])
  return element
}

/** Values in reverse are the elements of the gradient. */
const FROM_VALUES: ArrayOperation = {
  name: 'fromValues',
  variadic: true,
  readsA: 0,
  unroll: (inputs) => inputs.map(({ values }) => values[0]!),
  vjp: (dy, _node, index) => elementAt(dy, index),
  jvp: (dxs, node) =>
    fromValues(
      (dxs as readonly (Value | undefined)[]).map((dx) => dx ?? 0),
      node.shape,
      node.dtype,
    ),
}

/** @throws TypeError where it has the class of a Value, and was never made. */
function numberOf(value: Value): number {
  return value.operation === undefined ? toValue(value, 'MLArray').data : value.data
}

/** An array of Values and numbers, given in row-major order. */
export function fromValues(
  values: readonly (Value | number)[],
  shape: Shape,
  dtype: DType,
): MLArray {
  const data = allocate(sizeOf(shape), dtype)
  let isTracked = false
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (typeof value === 'number') data[i] = value
    else {
      data[i] = numberOf(value)
      if (value.operation !== CONSTANT) isTracked = true
    }
  }
  const y = fromData(data, shape)
  if (isRecording() && isTracked) {
    const nodes: Node[] = values.map((value) =>
      typeof value === 'number' ? new Value(value, { requiresGrad: false }) : value,
    )
    y.storage.madeBy = FROM_VALUES.name
    y.graphNode = new ValuesNode(y, FROM_VALUES, undefined, undefined, nodes)
  }
  if (watcher !== undefined) {
    const given = values.filter((value) => typeof value !== 'number')
    if (given.length > 0) watcher.made(FROM_VALUES, y, given)
  }
  return y
}
