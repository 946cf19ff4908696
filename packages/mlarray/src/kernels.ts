/**
 * The entry point `@smol/mlarray/kernels`: the elements of arrays and gradients as memory, for packages that
 * update parameters in place, and what their errors are like and where they begin. Nothing here is recorded.
 */
import {
  allocate,
  copyOf,
  fromData,
  regionOf,
  rowMajor,
  type DType,
  type MLArray as Untyped,
  type TypedArray,
} from './array.ts'
import { sizeError, untrackedError } from './errors.ts'
import { copyElements } from './loop.ts'
import { checkMutable, noteChange } from './mutate.ts'
import { nodeOf } from './node.ts'
import { isContiguous, stridesOf } from './shape.ts'
import { surprisal as surprisalOf } from './softmax.ts'
import type { MLArray } from './typed.ts'
import { keepAlive, wasm } from './wasm.ts'

/**
 * Lets `change` rewrite the elements of a leaf, or of a view of one, which it gets in row-major order. The
 * array stays the same object; a backward pass over an earlier use of it refuses, naming `op`.
 *
 * @throws TypeError where the array is the result of an operation; `change` is not called then.
 */
export function changeElements(
  x: MLArray,
  op: string,
  change: (elements: TypedArray) => void,
): void {
  const array = x as unknown as Untyped
  checkMutable(array, op)
  const elements = elementsOf(array)
  change(elements)
  if (!isContiguous(array.shape, array.strides)) {
    copyElements(array.shape, regionOf(array), {
      data: elements,
      strides: stridesOf(array.shape),
      offset: 0,
    })
  }
  noteChange(array, op)
}

/** The elements of an array in row-major order, for reading only: its own memory where it has that order. */
export function readElements(x: MLArray): TypedArray {
  return elementsOf(x as unknown as Untyped)
}

function elementsOf(x: Untyped): TypedArray {
  const elements = rowMajor(x)
  const { data } = x.storage
  return elements === data ? data : keepAlive(elements, data)
}

/** The elements of the gradient, for reading only; undefined where no pass has left one. */
export function readGradient(x: MLArray): TypedArray | undefined {
  const { graphNode } = x as unknown as Untyped
  return graphNode?.gradient === undefined ? undefined : elementsOf(graphNode.readGrad())
}

/**
 * Replaces the gradient by a copy of `elements`, in row-major order.
 *
 * @throws TypeError where the array is untracked.
 * @throws ShapeError where there are more or fewer elements than the array has.
 */
export function replaceGradient(x: MLArray, elements: TypedArray): void {
  const array = x as unknown as Untyped
  if (!array.requiresGrad) throw untrackedError('replaceGradient', array.shape)
  if (elements.length !== array.size)
    throw sizeError('replaceGradient', elements.length, array.shape)
  const copy = copyOf(fromData(elements, array.shape), array.dtype)
  nodeOf(array).setGrad(fromData(copy, array.shape))
}

export { rangeError, typeError } from './errors.ts'
export { within } from './stack.ts'

export type { Declared } from './state.ts'

export { Pass, type PassArithmetic, type PassExpression } from './pass.ts'

/**
 * Moves the elements of an array, and of all views of it, to the memory of the kernels, where they stay: for
 * arrays that live long and are used often, such as parameters. Nothing else changes.
 *
 * @returns whether they are there now: not where the plain kernels serve, nor where that memory is full.
 */
export function keepResident(x: MLArray): boolean {
  const { storage } = x as unknown as Untyped
  const engine = wasm()
  if (engine === undefined) return false
  if (storage.data.buffer === engine.memory.buffer) return true
  const data = engine.resident(storage.data.length, storage.dtype)
  if (data === undefined) return false
  data.set(storage.data)
  storage.data = data
  return true
}

/** Zeros for what goes with such an array and lives as long: in the memory of the kernels, or in ordinary memory. */
export function residentElements(length: number, dtype: DType): TypedArray {
  return wasm()?.resident(length, dtype) ?? allocate(length, dtype)
}

export { vectorKernel, type VectorKernel } from './vector.ts'

/**
 * `−log softmax(x)` at one index of each row, along the last axis, in nats; recorded, with gradients of every
 * order. Cross-entropy is made of it.
 *
 * Shape: `[..., n]` and as many indices as rows → `[...]`. The indices must be integers below n.
 *
 * @throws ShapeError where there are more or fewer indices than rows.
 */
export const surprisal = surprisalOf as unknown as (x: MLArray, indices: Int32Array) => MLArray
