/**
 * The walk over arrays of one shape and any strides that every plain kernel is written with. It knows
 * shapes and positions, neither arrays nor data.
 */
import type { Shape } from './shape.ts'

/** What is done with a row: where each array starts, how many elements, and the step of each array. */
export type Row = (starts: readonly number[], length: number, steps: readonly number[]) => void

/** What is done with rows one below the other: as many, and the step of each array from one to the next. */
export type Rows = (
  starts: readonly number[],
  length: number,
  steps: readonly number[],
  count: number,
  downs: readonly number[],
) => void

/**
 * Walks several arrays of one shape in row-major order, a row (a run of the last axes that all of them step
 * through evenly) at a time.
 */
export function eachRow(
  shape: Shape,
  strides: readonly Shape[],
  offsets: readonly number[],
  row: Row,
): void {
  eachRows(shape, strides, offsets, (starts, length, steps, count, downs) => {
    const at = starts.slice()
    for (let n = 0; n < count; n++) {
      row(at, length, steps)
      for (let k = 0; k < at.length; k++) at[k]! += downs[k]!
    }
  })
}

/** The same with the rows along an axis at a time: a call for each would cost more than three elements do. */
export function eachRows(
  shape: Shape,
  strides: readonly Shape[],
  offsets: readonly number[],
  rows: Rows,
): void {
  const [outer, outerStrides, length, steps] = splitRow(shape, strides)
  if (length === 0 || outer.includes(0)) return
  const count = outer.pop() ?? 1
  const downs = outerStrides.map((s) => s.pop() ?? 0)
  const starts = offsets.slice()
  const index = outer.map(() => 0)
  for (;;) {
    rows(starts, length, steps, count, downs)
    let axis = outer.length - 1
    for (; axis >= 0; axis--) {
      index[axis]!++
      for (let k = 0; k < starts.length; k++) starts[k]! += outerStrides[k]![axis]!
      if (index[axis]! < outer[axis]!) break
      for (let k = 0; k < starts.length; k++) starts[k]! -= outerStrides[k]![axis]! * outer[axis]!
      index[axis] = 0
    }
    if (axis < 0) return
  }
}

/** The longest run of last axes that all arrays step through evenly, and the axes before it. */
function splitRow(
  shape: Shape,
  strides: readonly Shape[],
): [outer: number[], outerStrides: readonly number[][], length: number, steps: readonly number[]] {
  let axis = shape.length - 1
  while (axis >= 0 && shape[axis] === 1) axis--
  if (axis < 0) return [[], strides.map(() => []), 1, strides.map(() => 0)]
  let length = shape[axis]!
  const steps = strides.map((s) => s[axis]!)
  while (
    axis > 0 &&
    (shape[axis - 1] === 1 || strides.every((s, k) => s[axis - 1] === steps[k]! * length))
  ) {
    axis--
    length *= shape[axis]!
  }
  return [shape.slice(0, axis), strides.map((s) => s.slice(0, axis)), length, steps]
}

/** Memory and how to read it. */
export type Region = {
  readonly data: { [position: number]: number }
  readonly strides: Shape
  readonly offset: number
}

/** A number for each of two arrays. */
export type Two = readonly [number, number]

/** Copies the elements of `from` to `to`, both read as arrays of `shape`. */
export function copyElements(shape: Shape, to: Region, from: Region): void {
  const target = to.data
  const source = from.data
  const strides = [to.strides, from.strides]
  eachRows(shape, strides, [to.offset, from.offset], (starts, length, steps, count, downs) => {
    let [i, j] = starts as Two
    const [di, dj] = steps as Two
    const [downI, downJ] = downs as Two
    for (let row = 0; row < count; row++, i += downI, j += downJ)
      for (let n = 0, at = i, read = j; n < length; n++, at += di, read += dj)
        target[at] = source[read]!
  })
}

/** Adds the elements of `from` to those of `to`, both read as arrays of `shape`. */
export function addElements(shape: Shape, to: Region, from: Region): void {
  const target = to.data
  const source = from.data
  const strides = [to.strides, from.strides]
  eachRow(shape, strides, [to.offset, from.offset], ([i, j], length, [di, dj]) => {
    for (let n = 0, at = i!, read = j!; n < length; n++, at += di!, read += dj!)
      target[at]! += source[read]!
  })
}
