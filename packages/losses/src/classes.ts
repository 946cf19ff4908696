/**
 * The axis of the classes, labels that name one of them each, and weights of classes.
 */
import { MLArray, onesLike, where, type Shape } from '@smol/mlarray'
import type { EqualShape, Fits, ReduceShape, ShapeFrom, Show } from '@smol/mlarray'
import { axisError, classWeightError, labelError, noClassesError, shapeError } from './errors.ts'
import { indexOf, isBuffer, sameShape, sizeOf, toArray, type ArrayData } from './input.ts'

// ---- The axis ----

/** Where the classes lie. */
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
export function classesOf(
  op: string,
  { shape }: { readonly shape: Shape },
  axis = shape.length === 1 ? 0 : 1,
): Classes {
  if (!Number.isInteger(axis) || axis < -shape.length || axis >= shape.length)
    throw axisError(op, axis, shape)
  const along = axis < 0 ? axis + shape.length : axis
  const count = shape[along]!
  if (count === 0) throw noClassesError(op, shape, along)
  return { axis: along, count, outer: shape.filter((_, i) => i !== along) }
}

// ---- Labels ----

/** Labels, or targets, that must have the shape without the axis of the classes, where it is known. */
export type LabelsBeside<Op extends string, P, T, X extends number | undefined> = T &
  Fits<
    OuterShape<Op, ShapeFrom<P>, X> extends infer O
      ? O extends Shape
        ? EqualShape<
            ShapeFrom<T>,
            O,
            `${Op}: labels must have shape ${Show<O>}, got ${Show<ShapeFrom<T>>}`
          >
        : O
      : never
  >

/** Class indices of the shape without the axis of the classes, or probabilities of the whole shape. */
export type TargetsBeside<Op extends string, P, T, X extends number | undefined> = T &
  Fits<
    EqualShape<ShapeFrom<T>, ShapeFrom<P>, 'indices'> extends 'indices'
      ? OuterShape<Op, ShapeFrom<P>, X> extends infer O
        ? O extends Shape
          ? EqualShape<
              ShapeFrom<T>,
              O,
              `${Op}: targets must be class indices of shape ${Show<O>} or probabilities of shape ${Show<ShapeFrom<P>>}, got ${Show<ShapeFrom<T>>}`
            >
          : O
        : never
      : unknown
  >

/** Without the axis of the classes, or a message where there is no such axis. */
type OuterShape<Op extends string, S extends Shape, X extends number | undefined> = ReduceShape<
  Op,
  S,
  X extends number ? X : S['length'] extends 1 ? 0 : 1,
  false
>

/** How labels become a loss: where the classes lie, which labels do not count, what each class weighs. */
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
  readonly shape: Shape
  /** How many count. */
  readonly total: number
  /** 1 for a label that counts, else 0; nothing where all count. */
  readonly counted: MLArray | undefined
}

/** Numbers in row-major order with their shape; a typed array is read as it lies. */
export function numbersIn(
  op: string,
  name: string,
  data: ArrayData,
): {
  readonly shape: Shape
  readonly flat: ArrayLike<number>
} {
  if (isBuffer(data)) return { shape: [data.length], flat: data }
  const array = toArray(op, name, data, 'float64')
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
  const { shape, flat } = numbersIn(op, 'labels', data)
  if (!sameShape(shape, outer)) throw shapeError(op, 'labels', shape, outer)
  const indices = new Int32Array(flat.length)
  const ignored: number[] = []
  for (let i = 0; i < flat.length; i++) {
    const label = flat[i]!
    if (label === ignoreIndex) ignored.push(i)
    else if (Number.isInteger(label) && label >= 0 && label < count) indices[i] = label
    else throw labelError(op, label, { at: indexOf(i, shape), classes: count })
  }
  const total = flat.length - ignored.length
  return {
    indices,
    shape,
    total,
    counted: ignored.length > 0 ? without(ignored, shape) : undefined,
  }
}

function without(ignored: readonly number[], shape: Shape): MLArray {
  const mask = new Float32Array(sizeOf(shape)).fill(1)
  for (const i of ignored) mask[i] = 0
  return untracked(mask, shape)
}

function untracked(data: Float32Array | Float64Array, shape: Shape): MLArray {
  return new MLArray(data, { shape, requiresGrad: false })
}

/** `x`, and 0 for the samples that are ignored, so that nothing of them (not even NaN) goes on. */
export function hideIgnored(x: MLArray, { counted }: Labels, axis?: number): MLArray {
  if (counted === undefined) return x
  const mask = axis === undefined ? counted : counted.expandDims(axis)
  return choose(mask.astype(x.dtype), x, 0)
}

/** `a` where the mask is 1, else `b`. */
export function choose(mask: MLArray, a: MLArray | number, b: MLArray | number): MLArray {
  return where<MLArray, MLArray | number, MLArray | number>(mask, a, b)
}

/** Where the label of each sample stands, for an operation along the axis of the classes. */
function positions({ indices, shape }: Labels, { axis }: Classes): MLArray {
  const along = [...shape.slice(0, axis), 1, ...shape.slice(axis)]
  return new MLArray(indices, { shape: along, requiresGrad: false })
}

/** The element that its label names, of each sample; along the axis, which stays as 1. */
export function pick(x: MLArray, labels: Labels, classes: Classes): MLArray {
  return x.takeAlongAxis(positions(labels, classes), { axis: classes.axis })
}

/** 1 for the classes that are not the sample's own, else 0. */
export function othersThan(labels: Labels, classes: Classes, x: MLArray): MLArray {
  const ones: MLArray = onesLike(x, { requiresGrad: false })
  return ones.scatterAdd(classes.axis, positions(labels, classes), -1)
}

// ---- Weights ----

/** One weight for each class, in the dtype of the loss, along the axis of the classes. */
export function classWeightOf(
  op: string,
  data: ArrayData,
  x: MLArray,
  { count, axis }: Classes,
): MLArray {
  const weight = toArray(op, 'classWeight', data, x.dtype).detach().astype(x.dtype)
  if (!sameShape(weight.shape, [count])) throw classWeightError(op, weight.shape, count)
  return weight.reshape(x.shape.map((_, i) => (i === axis ? count : 1)))
}

/** The weight of each sample's class, 0 where the label is ignored, and the sum of these weights. */
export function weightsOf(
  { indices, counted, shape }: Labels,
  classWeight: MLArray,
): { readonly each: MLArray; readonly total: number } {
  const byClass = classWeight.toTypedArray()
  const counts = counted?.toTypedArray()
  const each = new Float64Array(indices.length)
  for (let i = 0; i < each.length; i++) each[i] = (counts?.[i] ?? 1) * byClass[indices[i]!]!
  return {
    each: untracked(each, shape).astype(classWeight.dtype),
    total: each.reduce((sum, weight) => sum + weight, 0),
  }
}
