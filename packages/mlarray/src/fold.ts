/**
 * Kernels of reductions: sums and extremes of runs and of columns, and any other fold element by element. It
 * knows no graph.
 */
import { copyOf, filled, fromData, MLArray, resultOf, type TypedArray } from './array.ts'
import { eachRows, type Two } from './loop.ts'
import { broadcastStrides, otherAxes, reducedShape, stridesOf, type Shape } from './shape.ts'
import { reduceVector } from './vector.ts'

/** Takes an element in. */
export type Step = (result: number, element: number) => number

// ---- Layouts ----

/** Each result is made of `n` elements that stand `inner` elements apart, and so do `inner` results side by side. */
type Layout = { readonly n: number; readonly inner: number }

/** How the elements of each result lie; undefined where they do not lie evenly. */
function layoutOf({ shape, contiguous }: MLArray, axes: readonly number[]): Layout | undefined {
  if (!contiguous) return undefined
  let [n, inner] = [1, 1]
  let isOuter = false
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!
    if (size === 1) continue
    if (!axes.includes(axis)) {
      if (n === 1) inner *= size
      else isOuter = true
    } else if (isOuter) return undefined
    else n *= size
  }
  return n === 1 ? { n, inner: 1 } : { n, inner }
}

/** Folds the axes away, in double precision, into a result of the shape `shape`, wherever elements lie. */
export function foldAny(
  x: MLArray,
  axes: readonly number[],
  shape: Shape,
  start: number,
  step: Step,
): MLArray {
  const kept = reducedShape(x.shape, axes, true)
  const y = filled(shape, start, x.dtype)
  const results = x.dtype === 'float64' ? y.storage.data : new Float64Array(y.size).fill(start)
  const { data } = x.storage
  const strides = broadcastStrides(kept, stridesOf(kept), x.shape)
  eachRows(x.shape, [x.strides, strides], [x.offset, 0], (starts, length, steps, count, downs) => {
    let [i, j] = starts as Two
    const [di, dj] = steps as Two
    const [downI, downJ] = downs as Two
    const isSum = dj === 0 && step === plus
    for (let row = 0; row < count; row++, i += downI, j += downJ) {
      if (isSum) results[j]! += sumRun(data, i, length, di)
      else
        for (let n = 0, read = i, at = j; n < length; n++, read += di, at += dj)
          results[at] = step(results[at]!, data[read]!)
    }
  })
  if (results !== y.storage.data) y.storage.data.set(results)
  return y
}

// ---- Sums ----

const plus: Step = (a, b) => a + b

/** The sums over the axes, in double precision, as an array of the shape `shape`. */
export function sumOver(x: MLArray, axes: readonly number[], shape: Shape): MLArray {
  const layout = layoutOf(x, axes)
  if (x.size === 0 || layout === undefined) return foldAny(x, axes, shape, 0, plus)
  const { n, inner } = layout
  const y = resultOf(shape, x.dtype)
  const out = y.storage.data
  const { data } = x.storage
  if (reduceVector('sum', out, data, x.offset, x.size, n, inner)) return y
  for (let at = 0, from = x.offset; at < out.length; at += inner, from += n * inner) {
    // From 0, so that a sum of −0 is 0.
    if (inner === 1) out[at] = 0 + sumRun(data, from, n, 1)
    else sumColumns(out, at, data, from, inner, n)
  }
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
  to: number,
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
  for (let j = 0; j < columns; j++) out[to + j] = sums[j]!
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
  if (x.size === 0) return filled(shape, start, x.dtype)
  const layout = layoutOf(x, axes)
  if (layout === undefined) return extremeOver(...ordered(x, axes), shape, isMax)
  const { n, inner } = layout
  const y = resultOf(shape, x.dtype)
  const out = y.storage.data
  const { data } = x.storage
  if (reduceVector(isMax ? 'max' : 'min', out, data, x.offset, x.size, n, inner)) return y
  if (inner > 1) out.fill(start)
  for (let at = 0, from = x.offset; at < out.length; at += inner, from += n * inner) {
    if (inner === 1) out[at] = isMax ? maxRun(data, from, n) : minRun(data, from, n)
    else extremeColumns(out, at, data, from, inner, n, isMax)
  }
  return y
}

/** The extremes of the columns of a matrix, beside what is there. */
function extremeColumns(
  out: TypedArray,
  to: number,
  data: TypedArray,
  from: number,
  columns: number,
  rows: number,
  isMax: boolean,
): void {
  for (let row = 0, at = from; row < rows; row++, at += columns)
    for (let j = 0; j < columns; j++) {
      const [before, element] = [out[to + j]!, data[at + j]!]
      out[to + j] = isMax ? Math.max(before, element) : Math.min(before, element)
    }
}

/** A copy in which the reduced axes are the last, so that the elements of each result follow each other. */
function ordered(
  { shape, strides, storage, offset }: MLArray,
  axes: readonly number[],
): [MLArray, number[]] {
  const kept = otherAxes(shape, axes)
  const order = [...kept, ...axes]
  const along = (list: Shape): number[] => order.map((axis) => list[axis]!)
  const moved = new MLArray(storage, along(shape), along(strides), offset)
  return [fromData(copyOf(moved), moved.shape), axes.map((_, i) => kept.length + i)]
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
