/**
 * Kernels of reductions: sums and extremes of runs and of columns, and any other fold element by element. It
 * knows no graph.
 */
import { filled, resultOf, type DType, type MLArray, type TypedArray } from './array.ts'
import { eachRow } from './loop.ts'
import { broadcastStrides, reducedShape, stridesOf, type Shape } from './shape.ts'
import { reduceVector } from './vector.ts'

/** Takes an element in. */
export type Step = (result: number, element: number) => number

// ---- Layouts ----

/** How many elements that follow each other make one of the result; 0 where they do not follow each other. */
function runLength({ shape, contiguous }: MLArray, axes: readonly number[]): number {
  if (!contiguous) return 0
  let length = 1
  let isKept = false
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue
    if (!axes.includes(axis)) isKept = true
    else if (isKept) return 0
    else length *= shape[axis]!
  }
  return length
}

/** How many columns are folded row by row; 0 where the reduced axes are not the first. */
function columnsOf({ shape, contiguous }: MLArray, axes: readonly number[]): number {
  if (!contiguous) return 0
  let columns = 1
  let isReduced = false
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue
    if (axes.includes(axis)) isReduced = true
    else if (isReduced) return 0
    else columns *= shape[axis]!
  }
  return columns
}

/** Folds the axes away, in double precision, into a result of the shape `shape`, wherever elements lie. */
export function foldAny(
  x: MLArray,
  axes: readonly number[],
  shape: Shape,
  start: number,
  step: Step,
  dtype: DType = x.dtype,
): MLArray {
  const kept = reducedShape(x.shape, axes, true)
  const y = filled(shape, start, dtype)
  const results = dtype === 'float64' ? y.storage.data : new Float64Array(y.size).fill(start)
  const { data } = x.storage
  const strides = broadcastStrides(kept, stridesOf(kept), x.shape)
  eachRow(x.shape, [x.strides, strides], [x.offset, 0], ([i, j], length, [di, dj]) => {
    if (dj === 0 && step === plus) results[j!]! += sumRun(data, i!, length, di!)
    else
      for (let n = 0, read = i!, at = j!; n < length; n++, read += di!, at += dj!)
        results[at] = step(results[at]!, data[read]!)
  })
  if (results !== y.storage.data) y.storage.data.set(results)
  return y
}

// ---- Sums ----

const plus: Step = (a, b) => a + b

/** The sums over the axes, in double precision, as an array of the shape `shape`. */
export function sumOver(x: MLArray, axes: readonly number[], shape: Shape): MLArray {
  const length = runLength(x, axes)
  const columns = columnsOf(x, axes)
  if (x.size === 0 || (length === 0 && columns === 0)) return foldAny(x, axes, shape, 0, plus)
  const y = resultOf(shape, x.dtype)
  const out = y.storage.data
  const { data } = x.storage
  if (reduceVector('sum', out, data, x.offset, x.size, length, columns)) return y
  if (length > 0) {
    for (let at = 0, from = x.offset; at < out.length; at++, from += length)
      // From 0, so that a sum of −0 is 0.
      out[at] = 0 + sumRun(data, from, length, 1)
  } else sumColumns(out, data, x.offset, columns, x.size / columns)
  return y
}

/** Longer runs are halved. */
const BLOCK = 128

/**
 * The sum of a run of elements by halves, whose rounding error grows with log n instead of n: N. J. Higham,
 * "The accuracy of floating point summation", SIAM J. Sci. Comput. 14 (1993), section 3. Within a block eight
 * sums run side by side. The order is NumPy's, so that results agree to the bit.
 */
export function sumRun(data: TypedArray, from: number, length: number, step: number): number {
  if (length > BLOCK) {
    const half = Math.floor(length / 16) * 8
    return sumRun(data, from, half, step) + sumRun(data, from + half * step, length - half, step)
  }
  let total = 0
  let at = from
  let left = length
  if (left >= 8) {
    let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0]
    for (; left >= 8; left -= 8) {
      a += data[at]!
      b += data[(at += step)]!
      c += data[(at += step)]!
      d += data[(at += step)]!
      e += data[(at += step)]!
      f += data[(at += step)]!
      g += data[(at += step)]!
      h += data[(at += step)]!
      at += step
    }
    total = a + b + (c + d) + (e + f + (g + h))
  }
  for (; left > 0; left--, at += step) total += data[at]!
  return total
}

/** Sums of columns while a row is worked on. */
let scratch = new Float64Array(1024)

/** The sums of the columns of a matrix, each from the first row to the last; four rows for each pass. */
function sumColumns(
  out: TypedArray,
  data: TypedArray,
  from: number,
  columns: number,
  rows: number,
): void {
  if (scratch.length < columns) scratch = new Float64Array(columns)
  const sums = scratch
  for (let j = 0; j < columns; j++) sums[j] = 0
  let row = 0
  let at = from
  for (; row + 4 <= rows; row += 4, at += 4 * columns) {
    const [second, third, fourth] = [at + columns, at + 2 * columns, at + 3 * columns]
    for (let j = 0; j < columns; j++)
      sums[j] = sums[j]! + data[at + j]! + data[second + j]! + data[third + j]! + data[fourth + j]!
  }
  for (; row < rows; row++, at += columns)
    for (let j = 0; j < columns; j++) sums[j]! += data[at + j]!
  for (let j = 0; j < columns; j++) out[j] = sums[j]!
}

// ---- Extremes ----

/** The largest or smallest elements over the axes, NaN where one is NaN, as an array of the shape `shape`. */
export function extremeOver(
  x: MLArray,
  axes: readonly number[],
  shape: Shape,
  isMax: boolean,
): MLArray {
  const start = isMax ? -Infinity : Infinity
  const length = runLength(x, axes)
  const columns = columnsOf(x, axes)
  if (x.size === 0 || (length === 0 && columns === 0))
    return foldAny(x, axes, shape, start, isMax ? Math.max : Math.min)
  const y = resultOf(shape, x.dtype)
  const out = y.storage.data
  const { data } = x.storage
  let from = x.offset
  if (reduceVector(isMax ? 'max' : 'min', out, data, from, x.size, length, columns)) return y
  if (length > 0) {
    for (let at = 0; at < out.length; at++, from += length)
      out[at] = isMax ? maxRun(data, from, length) : minRun(data, from, length)
    return y
  }
  out.fill(start)
  for (const end = from + x.size; from < end; from += columns)
    for (let j = 0; j < columns; j++) {
      const element = data[from + j]!
      out[j] = isMax ? Math.max(out[j]!, element) : Math.min(out[j]!, element)
    }
  return y
}

// Four at a time, since each has to wait for the one before it.

function maxRun(data: TypedArray, from: number, length: number): number {
  let [a, b, c, d] = [-Infinity, -Infinity, -Infinity, -Infinity]
  const end = from + length
  let at = from
  for (; at + 4 <= end; at += 4) {
    a = Math.max(a, data[at]!)
    b = Math.max(b, data[at + 1]!)
    c = Math.max(c, data[at + 2]!)
    d = Math.max(d, data[at + 3]!)
  }
  for (; at < end; at++) a = Math.max(a, data[at]!)
  return Math.max(Math.max(a, b), Math.max(c, d))
}

function minRun(data: TypedArray, from: number, length: number): number {
  let [a, b, c, d] = [Infinity, Infinity, Infinity, Infinity]
  const end = from + length
  let at = from
  for (; at + 4 <= end; at += 4) {
    a = Math.min(a, data[at]!)
    b = Math.min(b, data[at + 1]!)
    c = Math.min(c, data[at + 2]!)
    d = Math.min(d, data[at + 3]!)
  }
  for (; at < end; at++) a = Math.min(a, data[at]!)
  return Math.min(Math.min(a, b), Math.min(c, d))
}
