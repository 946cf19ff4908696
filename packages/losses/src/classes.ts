/**
 * The axis of the classes, labels that name one of them each, and weights of classes.
 */
import { MLArray, oneHot, where, type Shape } from '@smol/mlarray'
import { axisError, classWeightError, labelError, noClassesError, shapeError } from './errors.ts'
import { indexOf, sameShape, sizeOf, toArray, type ArrayData, type NumericBuffer } from './input.ts'

// ---- The axis ----

export type AxisOption = {
  /** The axis of the classes. Default 1, or 0 for a single sample of rank 1. */
  readonly axis?: number
}

/** The classes of an array: along which axis they lie, how many there are, and the shape without it. */
export type Classes = {
  readonly axis: number
  readonly count: number
  readonly outer: Shape
}

/** @throws RangeError where the axis does not exist, or has no classes. */
export function classesOf(op: string, { shape }: MLArray, { axis }: AxisOption): Classes {
  const given = axis ?? (shape.length === 1 ? 0 : 1)
  if (!Number.isInteger(given) || given < -shape.length || given >= shape.length)
    throw axisError(op, given, shape)
  const along = given < 0 ? given + shape.length : given
  const count = shape[along]!
  if (count === 0) throw noClassesError(op, shape, along)
  return { axis: along, count, outer: shape.filter((_, i) => i !== along) }
}

// ---- Labels ----

export type LabelOptions = AxisOption & {
  /** A label that does not count: its loss is 0, and `'mean'` leaves it out. Default −100. */
  readonly ignoreIndex?: number
  /** One weight for each class. */
  readonly classWeight?: ArrayData
}

/** A class for each sample. */
export type Labels = {
  /** In row-major order; 0 for a label that is ignored. */
  readonly indices: Int32Array
  /** 1 for a label that counts, else 0; nothing where all count. */
  readonly counted: MLArray | undefined
  readonly shape: Shape
}

/** Numbers in row-major order with their shape; a typed array is read as it lies. */
function flatten(data: ArrayData): { readonly shape: Shape; readonly flat: ArrayLike<number> } {
  if (ArrayBuffer.isView(data)) {
    const flat = data as unknown as NumericBuffer
    return { shape: [flat.length], flat }
  }
  const array = toArray(data, 'float64')
  return { shape: array.shape, flat: array.toTypedArray() }
}

/**
 * Labels that fit the classes.
 *
 * @throws RangeError where one is no integer, or names a class that does not exist.
 */
export function labelsOf(
  op: string,
  data: ArrayData,
  { count, outer }: Classes,
  ignoreIndex?: number,
): Labels {
  const { shape, flat } = flatten(data)
  if (!sameShape(shape, outer)) throw shapeError(op, 'targets', shape, outer)
  const indices = new Int32Array(flat.length)
  const ignored: number[] = []
  for (let i = 0; i < flat.length; i++) {
    const label = flat[i]!
    if (label === ignoreIndex) ignored.push(i)
    else if (Number.isInteger(label) && label >= 0 && label < count) indices[i] = label
    else throw labelError(op, label, { at: indexOf(i, shape), classes: count })
  }
  return { indices, counted: ignored.length === 0 ? undefined : maskWithout(ignored, shape), shape }
}

function maskWithout(ignored: readonly number[], shape: Shape): MLArray {
  const mask = new Float32Array(sizeOf(shape)).fill(1)
  for (const i of ignored) mask[i] = 0
  return untracked(mask, shape)
}

function untracked(data: Float32Array | Float64Array, shape: Shape): MLArray {
  return new MLArray(data, { shape, requiresGrad: false }) as MLArray
}

/** `x`, and 0 for the samples that are ignored, so that nothing of them (not even NaN) goes on. */
export function hideIgnored(x: MLArray, { counted }: Labels, axis?: number): MLArray {
  if (counted === undefined) return x
  const mask = (axis === undefined ? counted : counted.expandDims(axis)) as MLArray
  return where(mask.astype(x.dtype), x, 0) as MLArray
}

/**
 * The element that its label names, of each sample. It is selected, not multiplied by a one-hot row: a
 * logit of −Infinity elsewhere must not turn into NaN.
 */
export function pick(x: MLArray, { indices, shape }: Labels, { axis, count }: Classes): MLArray {
  const rows: MLArray = oneHot(indices, count, { dtype: x.dtype })
  const named: MLArray = rows.reshape([...shape, count]).moveaxis(-1, axis)
  return (where(named, x, 0) as MLArray).sum({ axis })
}

// ---- Weights ----

/** One weight for each class, in the dtype of the loss, along the axis of the classes. */
export function classWeightOf(
  op: string,
  data: ArrayData,
  x: MLArray,
  { count, axis }: Classes,
): MLArray {
  const weight = toArray(data, x.dtype).detach().astype(x.dtype)
  if (!sameShape(weight.shape, [count])) throw classWeightError(op, weight.shape, count)
  return weight.reshape(x.shape.map((_, i) => (i === axis ? count : 1)))
}

/** The weight of each sample's class, and the sum over those that count; without `classWeight` they weigh 1. */
export function labelWeights(
  { indices, counted, shape }: Labels,
  classWeight: MLArray | undefined,
): { readonly each: MLArray | undefined; readonly total: number } {
  const byClass = classWeight?.toTypedArray()
  const counts = counted?.toTypedArray()
  const each = Float64Array.from(
    indices,
    (label, i) => (counts?.[i] ?? 1) * (byClass?.[label] ?? 1),
  )
  return {
    each: classWeight && untracked(each, shape).astype(classWeight.dtype),
    total: each.reduce((sum, weight) => sum + weight, 0),
  }
}
