/**
 * What a loss is given, made ready: predictions as they are, all else as arrays of the right shape.
 */
import { MLArray, Value, type DType, type Shape } from '@smol/mlarray'
import { predictionsError, probabilityError, shapeError } from './errors.ts'
import { asTerm, type Term } from './term.ts'

/** A typed array of numbers, of whatever width. */
export type NumericBuffer = ArrayLike<number> & { readonly BYTES_PER_ELEMENT: number }

/** Numbers as an array, a typed array, or (nested) lists. */
export type ArrayData = MLArray | NumericBuffer | Value | number | readonly ArrayData[]

/** What an elementwise loss is of: an array, or one Value. */
export type Predictions = MLArray | Value

/** Data as an array. Lists and typed arrays take the dtype of the array that they stand beside. */
export function toArray(data: ArrayData, dtype: DType): MLArray {
  return data instanceof MLArray
    ? data
    : new MLArray(data as number[], { dtype, requiresGrad: false })
}

/** `predictions`, once it is known that they are an array. */
export function arrayOf(op: string, name: string, x: unknown): MLArray {
  if (x instanceof MLArray) return x
  throw predictionsError(op, name, x)
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((size, n) => size * n, 1)
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i])
}

/**
 * What stands beside the predictions, element by element.
 *
 * @throws ShapeError where the shapes differ: nothing is broadcast in silence.
 */
export function beside(op: string, name: string, data: ArrayData, predictions: Predictions): Term {
  if (predictions instanceof Value) {
    if (data instanceof Value) return asTerm(data)
    if (typeof data === 'number') return asTerm(new Value(data, { requiresGrad: false }))
  }
  const { shape, dtype } = arrayOf(op, 'predictions', predictions)
  const array = toArray(data, dtype)
  if (!sameShape(array.shape, shape)) throw shapeError(op, name, array.shape, shape)
  return asTerm(array)
}

/** Predictions and targets as the terms of a formula; targets get no gradient. */
export function pair(
  op: string,
  predictions: Predictions,
  targets: ArrayData,
): readonly [predictions: Term, targets: Term] {
  return [asTerm(predictions), beside(op, 'targets', targets, predictions).detach()]
}

/** The index, in an array of this shape, of an element in row-major order. */
export function indexOf(position: number, shape: Shape): number[] {
  let rest = position
  return shape
    .map((_, i) => shape[shape.length - 1 - i]!)
    .map((n) => {
      const at = rest % n
      rest = Math.floor(rest / n)
      return at
    })
    .reverse()
}

/** The numbers of an array or Value, in row-major order. */
export function numbersOf(x: MLArray | Value): ArrayLike<number> {
  return x instanceof MLArray ? x.toTypedArray() : [x.data]
}

/** @throws RangeError where an element is outside [0, 1]; NaN passes, and goes through the loss. */
export function checkProbabilities(op: string, name: string, x: MLArray | Value, hint = ''): void {
  const data = numbersOf(x)
  for (let i = 0; i < data.length; i++) {
    const given = data[i]!
    if (given < 0 || given > 1) {
      const at = indexOf(i, x instanceof MLArray ? x.shape : [])
      throw probabilityError(op, name, { given, at, hint })
    }
  }
}
