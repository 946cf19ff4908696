/**
 * What a loss is given, made ready: predictions as they are, all else as arrays of the right shape.
 */
import { MLArray, Value, type DType, type Shape } from '@smol/mlarray'
import type { EqualShape, Fits, ShapeFrom, Show } from '@smol/mlarray'
import { readElements } from '@smol/mlarray/kernels'
import { toValue } from '@smol/value'
import { dataError, kindError, probabilityError, shapeError, signError } from './errors.ts'
import { asArray, asTerm, type Term } from './term.ts'

/** A typed array of numbers, of whatever width. */
export type NumericBuffer = ArrayLike<number> & { readonly BYTES_PER_ELEMENT: number }

/** Numbers as an array, a typed array, or (nested) lists. */
export type ArrayData = MLArray | NumericBuffer | Value | number | readonly ArrayData[]

/** What an elementwise loss is of: an array, or one Value. */
export type Predictions = MLArray | Value

/** Data that must have the shape of the predictions, where both are known to the compiler. */
export type Alike<Op extends string, Name extends string, P, T> = T &
  Fits<
    EqualShape<
      ShapeFrom<T>,
      ShapeFrom<P>,
      `${Op}: ${Name} must have shape ${Show<ShapeFrom<P>>}, got ${Show<ShapeFrom<T>>}`
    >
  >

// ---- Shapes ----

export function sizeOf(shape: Shape): number {
  return shape.reduce((size, n) => size * n, 1)
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i])
}

/** The index of an element, given its position in row-major order. */
export function indexOf(position: number, shape: Shape): number[] {
  const index: number[] = []
  let rest = position
  for (const n of shape.toReversed()) {
    index.unshift(rest % n)
    rest = Math.floor(rest / n)
  }
  return index
}

// ---- Arrays ----

export function isBuffer(data: unknown): data is NumericBuffer {
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array
  return ArrayBuffer.isView(data) && 'length' in data && !isBig
}

/**
 * Data as an array. Lists, typed arrays and Values take the dtype of the array that they stand beside, and are
 * tracked where a tracked Value or array is among them.
 *
 * @throws TypeError, RangeError or ShapeError in the name of the loss where no array can be made of it.
 */
export function toArray(op: string, name: string, data: ArrayData, dtype: DType): MLArray {
  if (data instanceof MLArray) return data
  try {
    const made: MLArray = new MLArray(data as number[], { dtype })
    // Made of what is tracked it is a result, through which gradients flow; else a leaf, which needs none.
    return made.op === 'leaf' ? made.detach() : made
  } catch (error) {
    throw dataError(op, name, error)
  }
}

/** @throws TypeError where it is no array. */
export function arrayOf(op: string, name: string, x: unknown): MLArray {
  if (x instanceof MLArray) return x
  throw kindError(op, name, { accepted: 'an MLArray', given: x })
}

/**
 * Data of the shape that the predictions have.
 *
 * @throws ShapeError where the shapes differ: nothing is broadcast in silence.
 */
export function arrayBeside(op: string, name: string, data: ArrayData, x: MLArray): MLArray {
  const array = toArray(op, name, data, x.dtype)
  if (!sameShape(array.shape, x.shape)) throw shapeError(op, name, array.shape, x.shape)
  return array
}

// ---- Terms ----

/** Predictions as a term. */
export function predicted(op: string, predictions: Predictions, name = 'predictions'): Term {
  if (predictions instanceof MLArray) return asTerm(predictions)
  if (predictions instanceof Value) return asTerm(toValue(predictions, op))
  throw kindError(op, name, { accepted: 'an MLArray or a Value', given: predictions })
}

/** What stands beside the predictions, element by element. */
export function beside(op: string, name: string, data: ArrayData, predictions: Predictions): Term {
  if (!(predictions instanceof Value)) return asTerm(arrayBeside(op, name, data, predictions))
  if (data instanceof Value) return asTerm(toValue(data, op))
  if (typeof data === 'number') return asTerm(new Value(data, { requiresGrad: false }))
  throw kindError(op, name, { accepted: 'a number or a Value beside a Value', given: data })
}

/** Predictions and targets as the terms of a formula. */
export function pair(
  op: string,
  predictions: Predictions,
  targets: ArrayData,
): readonly [predictions: Term, targets: Term] {
  const p = predicted(op, predictions)
  return [p, beside(op, 'targets', targets, predictions)]
}

/** Predictions, and for each a label −1 or 1. */
export function pairWithSigns(
  op: string,
  predictions: Predictions,
  labels: ArrayData,
): readonly [predictions: Term, labels: Term] {
  const p = predicted(op, predictions)
  return [p, signs(op, beside(op, 'labels', labels, predictions), predictions)]
}

/**
 * Labels −1 and 1, in the dtype of the predictions.
 *
 * @throws RangeError where one is another number.
 */
export function signs(op: string, labels: Term, predictions: Predictions): Term {
  checkEach(
    labels,
    (label) => label === -1 || label === 1,
    (given, at) => signError(op, given, at),
  )
  return predictions instanceof Value
    ? labels.detach()
    : asTerm(asArray(labels).detach().astype(predictions.dtype))
}

// ---- Elements ----

/** Throws what `fail` makes of the first element for which `holds` is false, and of its index. */
export function checkEach(
  x: Term,
  holds: (element: number) => boolean,
  fail: (element: number, at: Shape) => Error,
): void {
  const given = x as unknown as Predictions
  const [data, shape] =
    given instanceof Value ? [[given.data], []] : [readElements(given), given.shape]
  for (let i = 0; i < data.length; i++)
    if (!holds(data[i]!)) throw fail(data[i]!, indexOf(i, shape))
}

/** @throws RangeError where an element is outside [0, 1]. NaN is left to the loss, which it goes through. */
export function checkProbabilities(op: string, name: string, x: Term, hint = ''): void {
  checkEach(
    x,
    (p) => !(p < 0 || p > 1),
    (given, at) => probabilityError(op, name, { given, at, hint }),
  )
}
