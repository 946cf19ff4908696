/**
 * Picking and adding by arrays of integers and by masks. All of it is two primitives of `move.ts`, rows
 * picked and rows added, on an axis or on the flattened array; what is found once with integers is a
 * position there.
 */
import { filled, fromData, MLArray, rowMajor, type TypedArray } from './array.ts'
import { copy, toArray, toIndices, toMask, type ArrayData, type IntegerData } from './create.ts'
import { add, toOperands, where } from './elementwise.ts'
import {
  broadcastToError,
  rankError,
  sameRankError,
  scatterError,
  unrankedError,
} from './errors.ts'
import { eachRow } from './loop.ts'
import { flatten, reshape, slice, spread, spreadRows, takeRows, windowAt } from './move.ts'
import {
  broadcastShapes,
  broadcastStrides,
  sameShape,
  sizeOf,
  stridesOf,
  toAxis,
  type Shape,
} from './shape.ts'

type AxisOption = { readonly axis?: number | undefined }

/** The elements at positions in row-major order, in a shape of their own. */
export function gather(x: MLArray, positions: Int32Array, shape: Shape): MLArray {
  return reshape(takeRows(x, undefined, positions), shape)
}

/** Zeros of a shape with elements added at positions in row-major order. */
function scatter(values: MLArray, positions: Int32Array, shape: Shape): MLArray {
  return reshape(spreadRows(flatten(values), 0, positions, sizeOf(shape)), shape)
}

// ---- Along an axis ----

/** The rows at the indices along an axis, or elements of the flattened array. */
export function take(x: MLArray, indices: IntegerData, { axis }: AxisOption = {}): MLArray {
  const along = axis === undefined ? undefined : toAxis(axis, x.shape, 'take')
  const size = along === undefined ? x.size : x.shape[along]!
  const { shape, positions } = toIndices(indices, size, 'take', along ?? 0)
  const rows = takeRows(x, along, positions)
  if (shape.length === 1) return rows
  if (along === undefined) return reshape(rows, shape)
  return reshape(rows, [...x.shape.slice(0, along), ...shape, ...x.shape.slice(along + 1)])
}

type Lines = { readonly strides: Shape; readonly step: number }

/** The lines along an axis of an array in row-major order: where each starts, and its step. */
function linesAlong(axis: number, shape: Shape): Lines {
  const strides = stridesOf(shape)
  return { strides: strides.with(axis, 0), step: strides[axis]! }
}

/**
 * The positions of one element for each index: those of the line that it stands in, which the strides lead
 * to, and `step` times the index along it.
 */
function alongLines(lines: Lines, indices: Int32Array, strides: Shape, shape: Shape): Int32Array {
  const positions = new Int32Array(sizeOf(shape))
  let at = 0
  eachRow(shape, [lines.strides, strides], [0, 0], ([i, j], length, [di, dj]) => {
    for (let n = 0, line = i!, read = j!; n < length; n++, line += di!, read += dj!)
      positions[at++] = line + lines.step * indices[read]!
  })
  return positions
}

/**
 * One element of a line along the axis for each index. The indices have as many axes as the array, and both
 * broadcast along the others.
 */
export function takeAlongAxis(
  x: MLArray,
  given: IntegerData,
  { axis = -1 }: AxisOption = {},
): MLArray {
  const along = toAxis(axis, x.shape, 'takeAlongAxis')
  const indices = toArray(given, 'takeAlongAxis', 'float64')
  if (indices.ndim !== x.ndim) throw sameRankError('takeAlongAxis', indices.shape, x.shape)
  const { positions } = toIndices(indices, x.shape[along]!, 'takeAlongAxis', along)
  const lines = x.shape.with(along, 1)
  const shape = broadcastShapes(lines, indices.shape, 'takeAlongAxis')
  const { strides, step } = linesAlong(along, x.shape)
  const chosen = alongLines(
    { strides: broadcastStrides(lines, strides, shape), step },
    positions,
    broadcastStrides(indices.shape, stridesOf(indices.shape), shape),
    shape,
  )
  return gather(x, chosen, shape)
}

/** Values as an array beside `x`: numbers in lists take its dtype, mixed dtypes become float64. */
function beside(x: MLArray, values: ArrayData, op: string): [MLArray, MLArray] {
  return toOperands(op, [x, toArray(values, op, x.dtype)]) as [MLArray, MLArray]
}

/**
 * The array with values added: each at its index along the axis, and elsewhere at the place where it stands
 * itself. The indices may be smaller than the values, of which they then use the first.
 */
export function scatterAdd(
  given: MLArray,
  axis: number,
  index: IntegerData,
  addends: ArrayData,
): MLArray {
  const along = toAxis(axis, given.shape, 'scatterAdd')
  const [x, values] = beside(given, addends, 'scatterAdd')
  const { shape, positions } = toIndices(index, x.shape[along]!, 'scatterAdd', along)
  if (shape.length !== x.ndim) throw sameRankError('scatterAdd', shape, x.shape)
  const source = values.ndim === 0 ? spread(values, shape) : values
  const fits =
    source.ndim === x.ndim &&
    shape.every((n, i) => n <= source.shape[i]! && (i === along || n <= x.shape[i]!))
  if (!fits) throw scatterError(shape, values.shape, x.shape, along)
  const places = alongLines(linesAlong(along, x.shape), positions, stridesOf(shape), shape)
  return add(x, scatter(corner(source, shape), places, x.shape))
}

/** The first elements along every axis. */
function corner(x: MLArray, shape: Shape): MLArray {
  if (sameShape(x.shape, shape)) return x
  const origin = shape.map(() => 0)
  return slice(x, windowAt(origin, shape))
}

/** The array with rows added along an axis, each at its index; values broadcast to the rows. */
export function indexAdd(
  given: MLArray,
  axis: number,
  indices: IntegerData,
  addends: ArrayData,
): MLArray {
  const along = toAxis(axis, given.shape, 'indexAdd')
  const [x, values] = beside(given, addends, 'indexAdd')
  const { shape, positions } = toIndices(indices, x.shape[along]!, 'indexAdd', along)
  if (shape.length > 1) throw rankError('indexAdd', 'at most 1 for indices', shape)
  const rows = x.shape.with(along, positions.length)
  if (!sameShape(broadcastShapes(rows, values.shape, 'indexAdd'), rows))
    throw broadcastToError(values.shape, rows, 'indexAdd')
  return add(x, spreadRows(spread(values, rows), along, positions, x.shape[along]!))
}

// ---- On the flattened array ----

/**
 * The array with values in the places of some elements, counted in row-major order. Values are repeated as
 * often as they are needed; where an index stands twice the last value stays.
 */
export function put(given: MLArray, indices: IntegerData, replacements: ArrayData): MLArray {
  const [x, values] = beside(given, replacements, 'put')
  const { positions } = toIndices(indices, x.size, 'put')
  if (values.size === 0 || positions.length === 0) return copy(x)
  const isReplaced = filled(x.shape, 0, x.dtype)
  const sources = new Int32Array(x.size)
  positions.forEach((position, i) => {
    isReplaced.storage.data[position] = 1
    sources[position] = i % values.size
  })
  return where(isReplaced, gather(values, sources, x.shape), x)
}

/** The elements where the mask is 1, in row-major order; array and mask broadcast. */
export function maskedSelect(x: MLArray, given: IntegerData): MLArray {
  const mask = toMask(given, 'maskedSelect')
  const shape = broadcastShapes(x.shape, mask.shape, 'maskedSelect')
  const chosen = placesOfNonzero(rowMajor(spread(mask, shape)))
  if (sameShape(x.shape, shape)) return takeRows(x, undefined, chosen)
  const places = rowMajor(spread(numbersOf(x), shape))
  return takeRows(
    x,
    undefined,
    chosen.map((place) => places[place]!),
  )
}

/** An array of the shape of `x` that counts its elements in row-major order. */
function numbersOf(x: MLArray): MLArray {
  return fromData(
    Float64Array.from({ length: x.size }, (_, i) => i),
    x.shape,
  )
}

function placesOfNonzero(data: TypedArray): Int32Array {
  const places = new Int32Array(data.length)
  let count = 0
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) places[count++] = i
  return places.slice(0, count)
}

/** Where elements are not 0 (NaN is not 0): their indices along each axis, in row-major order, untracked. */
export function nonzero(x: MLArray): MLArray[] {
  if (x.ndim === 0) throw unrankedError('nonzero')
  const places = placesOfNonzero(rowMajor(x))
  const steps = stridesOf(x.shape)
  return x.shape.map((n, axis) => {
    const indices = new Float64Array(places.length)
    const step = steps[axis]!
    for (let i = 0; i < places.length; i++) indices[i] = Math.floor(places[i]! / step) % n
    return fromData(indices, [places.length])
  })
}
