/**
 * Movement of elements: views where the memory allows, and the operations that reverse them.
 *
 * Five primitives carry all of it: `reshape`, `transpose`, `broadcastTo`, `slice` (with diagonals and
 * reversed axes) and `take`. What they are in reverse stands above each row.
 */
import { copyOf, filled, fromData, MLArray, regionOf, resultOf } from './array.ts'
import {
  broadcastToError,
  concatenateError,
  moveaxisError,
  permutationError,
  squeezeError,
  stackError,
} from './errors.ts'
import { addElements, copyElements, eachRow, type Region } from './loop.ts'
import { record, recordOne, type ArrayOperation } from './node.ts'
import { sumTo } from './reduce.ts'
import { moved, numbered, pick, summed } from './scalar.ts'
import {
  broadcastsTo,
  broadcastStrides,
  inferShape,
  otherAxes,
  reducedShape,
  reshapeStrides,
  sameShape,
  sizeOf,
  namedAxes,
  toAxes,
  toAxis,
  toShape,
  unravel,
  type Shape,
} from './shape.ts'

// ---- Reshape ----

/** A reshape in reverse is a reshape back. */
const RESHAPE: ArrayOperation = {
  name: 'reshape',
  readsA: 0,
  unroll: moved,
  vjp: (dy, node) => reshapeTo(dy, node.inputShape(0)),
  jvp: ([dx], node) => reshapeTo(dx!, node.shape),
}

/** The same elements in row-major order under another shape; a view where the memory allows. */
export function reshape(x: MLArray, shape: number | Shape): MLArray {
  return reshapeTo(x, inferShape(shape, x.shape))
}

/** `reshape` where the shape is known to fit. */
export function reshapeTo(x: MLArray, shape: Shape): MLArray {
  return recordOne(RESHAPE, reshaped(x, shape), x)
}

function reshaped(x: MLArray, shape: Shape): MLArray {
  if (x.contiguous) return new MLArray(x.storage, shape, undefined, x.offset)
  const strides = reshapeStrides(x.shape, x.strides, shape)
  if (strides === undefined) return fromData(copyOf(x), shape)
  return new MLArray(x.storage, shape, strides, x.offset)
}

/** All elements in one axis; a view where the memory allows. */
export function flatten(x: MLArray): MLArray {
  return reshapeTo(x, [x.size])
}

/** The array with an axis of it, or where none is given the flattened array with its only one. */
export function alongAxis(
  x: MLArray,
  axis: number | undefined,
  op: string,
): [x: MLArray, axis: number] {
  return axis === undefined ? [flatten(x), 0] : [x, toAxis(axis, x.shape, op)]
}

/** Axes of size 1 taken away: all of them, or those named. */
export function squeeze(
  x: MLArray,
  { axis }: { readonly axis?: number | readonly number[] } = {},
): MLArray {
  const ones = x.shape.flatMap((n, i) => (n === 1 ? [i] : []))
  const axes = axis === undefined ? ones : toAxes(axis, x.shape, 'squeeze')
  for (const i of axes) if (x.shape[i] !== 1) throw squeezeError(x.shape, i)
  return reshapeTo(x, reducedShape(x.shape, axes, false))
}

/** New axes of size 1, at the places that `axis` names in the result. */
export function expandDims(x: MLArray, axis: number | readonly number[]): MLArray {
  const rank = x.ndim + (Array.isArray(axis) ? axis.length : 1)
  const axes = namedAxes(axis, x.shape, 'expandDims', rank)
  const rest = x.shape.slice()
  return reshapeTo(
    x,
    Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : rest.shift()!)),
  )
}

// ---- Transpose ----

/** A permutation in reverse is the inverse permutation. */
const TRANSPOSE: ArrayOperation = {
  name: 'transpose',
  readsA: 0,
  unroll: moved,
  vjp: (dy, node) => permute(dy, inverse(node.params as readonly number[])),
  jvp: ([dx], node) => permute(dx!, node.params as readonly number[]),
}

function inverse(axes: readonly number[]): number[] {
  return axes.map((_, axis) => axes.indexOf(axis))
}

/** The axes in the order given, or reversed; a view. */
export function transpose(x: MLArray, axes?: readonly number[]): MLArray {
  if (axes === undefined) return permute(x, toAxes(undefined, x.shape, 'transpose').reverse())
  if (!Array.isArray(axes) || axes.length !== x.ndim) throw permutationError(axes, x.shape)
  return permute(x, toAxes(axes, x.shape, 'transpose'))
}

function permute(x: MLArray, axes: readonly number[]): MLArray {
  const shape = axes.slice()
  const strides = axes.slice()
  for (let i = 0; i < axes.length; i++) {
    shape[i] = x.shape[axes[i]!]!
    strides[i] = x.strides[axes[i]!]!
  }
  return recordOne(TRANSPOSE, new MLArray(x.storage, shape, strides, x.offset), x, axes)
}

/** Two axes exchanged; a view. */
export function swapaxes(x: MLArray, axis1: number, axis2: number): MLArray {
  const i = toAxis(axis1, x.shape, 'swapaxes')
  const j = toAxis(axis2, x.shape, 'swapaxes')
  const axes = toAxes(undefined, x.shape, 'swapaxes')
  axes[i] = j
  axes[j] = i
  return permute(x, axes)
}

/** Axes moved to other places, the rest in order; a view. */
export function moveaxis(
  x: MLArray,
  source: number | readonly number[],
  destination: number | readonly number[],
): MLArray {
  const from = namedAxes(source, x.shape, 'moveaxis')
  const to = namedAxes(destination, x.shape, 'moveaxis')
  if (from.length !== to.length) throw moveaxisError(source, destination)
  const rest = otherAxes(x.shape, from)
  return permute(
    x,
    x.shape.map((_, axis) => (to.includes(axis) ? from[to.indexOf(axis)]! : rest.shift()!)),
  )
}

// ---- Broadcast ----

/** A repetition in reverse is a sum. */
const BROADCAST: ArrayOperation = {
  name: 'broadcastTo',
  readsA: 0,
  unroll: moved,
  vjp: (dy, node) => sumTo(dy, node.inputShape(0)),
  jvp: ([dx], node) => spread(dx!, node.shape),
}

/** The array repeated to a larger shape; a view. */
export function broadcastTo(x: MLArray, shape: number | Shape): MLArray {
  const target = toShape(shape, 'broadcastTo')
  if (!broadcastsTo(x.shape, target)) throw broadcastToError(x.shape, target)
  return repeated(x, target)
}

/** `broadcastTo` where the shapes are known to fit. */
export function spread(x: MLArray, shape: Shape): MLArray {
  return sameShape(x.shape, shape) ? x : repeated(x, shape)
}

function repeated(x: MLArray, shape: Shape): MLArray {
  const strides = broadcastStrides(x.shape, x.strides, shape)
  return recordOne(BROADCAST, new MLArray(x.storage, shape, strides, x.offset), x)
}

// ---- Slice ----

/**
 * A window on an array: its shape, where it starts, and for each of its axes the step that it takes along
 * every axis of the array. Slices step along one axis each, a diagonal along two at once.
 */
export type Window = {
  readonly shape: Shape
  readonly start: readonly number[]
  readonly steps: readonly (readonly number[])[]
}

/** A window whose axes are those of the array, from `start`, each by its own step. */
export function windowAt(
  start: readonly number[],
  shape: Shape,
  steps: readonly number[] = shape.map(() => 1),
): Window {
  return {
    shape,
    start,
    steps: steps.map((step, i) => shape.map((_, j) => (i === j ? step : 0))),
  }
}

/** The window of one element, with an axis of size 1 for each axis of the array. */
export function windowOf(shape: Shape, index: number): Window {
  return windowAt(
    unravel(index, shape),
    shape.map(() => 1),
  )
}

/** A window along whole axes, except that `axis` runs from `start` for `length`. */
export function windowAlong(shape: Shape, axis: number, start: number, length: number): Window {
  const origin = shape.map(() => 0)
  return windowAt(origin.with(axis, start), shape.with(axis, length))
}

function locate(
  window: Window,
  strides: Shape,
  offset: number,
): [strides: number[], offset: number] {
  const along = (moves: readonly number[]): number =>
    moves.reduce((sum, n, axis) => sum + n * strides[axis]!, 0)
  return [window.steps.map(along), offset + along(window.start)]
}

/** The elements of a window on an array that starts with its memory. */
function regionIn(x: MLArray, window: Window): Region {
  const [strides, offset] = locate(window, x.strides, 0)
  return { data: x.storage.data, strides, offset }
}

/** A window in reverse puts the elements back where they came from, into zeros. */
const SLICE: ArrayOperation = {
  name: 'slice',
  readsA: 0,
  unroll: moved,
  vjp: (dy, node) => place(dy, node.inputShape(0), node.params as Window),
  addTo: (sum, dy, node) => {
    const window = node.params as Window
    addElements(window.shape, regionIn(sum, window), regionOf(dy))
  },
  jvp: ([dx], node) => slice(dx!, node.params as Window),
}

/** What is put into zeros in reverse is a window. */
const PLACE: ArrayOperation = {
  name: 'place',
  readsA: 0,
  unroll: summed,
  vjp: (dy, node) => slice(dy, node.params as Window),
  jvp: ([dx], node) => place(dx!, node.shape, node.params as Window),
}

/** The elements of a window; a view. */
export function slice(x: MLArray, window: Window): MLArray {
  const [strides, offset] = locate(window, x.strides, x.offset)
  return record(SLICE, new MLArray(x.storage, window.shape, strides, offset), [x], window)
}

/** The elements along whole axes, except that `axis` runs from `start` for `length`; a view. */
export function part(x: MLArray, axis: number, start: number, length: number): MLArray {
  return slice(x, windowAlong(x.shape, axis, start, length))
}

/** Zeros of a shape with `x` in a window of them. */
export function place(x: MLArray, shape: Shape, window: Window): MLArray {
  const y = resultOf(shape, x.dtype)
  copyElements(window.shape, regionIn(y, window), regionOf(x))
  return record(PLACE, y, [x], window)
}

/** The order of the elements reversed along all axes, or along those named; a view. */
export function flip(
  x: MLArray,
  { axis }: { readonly axis?: number | readonly number[] } = {},
): MLArray {
  const axes = toAxes(axis, x.shape, 'flip')
  const start = x.shape.map((n, i) => (axes.includes(i) ? Math.max(n - 1, 0) : 0))
  const steps = x.shape.map((_, i) => (axes.includes(i) ? -1 : 1))
  return slice(x, windowAt(start, x.shape, steps))
}

/** The k-th diagonal of the last two axes (above the main one for k > 0), as a new last axis; a view. */
export function diagonal(x: MLArray, k: number, axis1: number, axis2: number): MLArray {
  const rest = otherAxes(x.shape, [axis1, axis2])
  const length = Math.max(
    0,
    Math.min(x.shape[axis1]! + Math.min(k, 0), x.shape[axis2]! - Math.max(k, 0)),
  )
  const start = x.shape.map((_, axis) =>
    length === 0 ? 0 : axis === axis1 ? Math.max(-k, 0) : axis === axis2 ? Math.max(k, 0) : 0,
  )
  const steps = rest.map((axis) => x.shape.map((_, j) => (j === axis ? 1 : 0)))
  steps.push(x.shape.map((_, j) => (j === axis1 || j === axis2 ? 1 : 0)))
  return slice(x, { shape: [...rest.map((axis) => x.shape[axis]!), length], start, steps })
}

// ---- Concatenate ----

type Joint = { readonly axis: number; readonly starts: readonly number[] }

/** Joined arrays in reverse are the parts. */
const CONCATENATE: ArrayOperation = {
  name: 'concatenate',
  variadic: true,
  readsA: 0,
  unroll: (inputs, node) => {
    let first = 0
    const numbers = inputs.map(({ values, shape }) =>
      numbered(shape, (first += values.length) - values.length),
    )
    const { axis } = node.params as Joint
    return pick(
      inputs.flatMap(({ values }) => values),
      join(numbers, axis, 'concatenate'),
    )
  },
  vjp: (dy, node, index) => {
    const { axis, starts } = node.params as Joint
    return part(dy, axis, starts[index]!, node.inputShape(index)[axis]!)
  },
  jvp: (dxs, node) => {
    const { axis } = node.params as Joint
    return join(
      dxs.map((dx, i) => dx ?? filled(node.inputShape(i), 0, node.dtype)),
      axis,
      'concatenate',
    )
  },
}

/** Arrays of one dtype joined along an existing axis. */
export function join(arrays: readonly MLArray[], axis: number, op: string): MLArray {
  const [first] = arrays as [MLArray]
  const starts: number[] = []
  let total = 0
  for (const x of arrays) {
    const fits =
      x.ndim === first.ndim && x.shape.every((n, i) => i === axis || n === first.shape[i])
    if (!fits) throw concatenateError(op, first.shape, x.shape, axis)
    starts.push(total)
    total += x.shape[axis]!
  }
  const y = resultOf(first.shape.with(axis, total), first.dtype)
  arrays.forEach((x, k) => {
    copyElements(x.shape, { ...regionOf(y), offset: starts[k]! * y.strides[axis]! }, regionOf(x))
  })
  return record(CONCATENATE, y, arrays, { axis, starts } satisfies Joint)
}

/** Arrays of one shape along a new axis. */
export function stackAlong(arrays: readonly MLArray[], axis: number): MLArray {
  const [first] = arrays as [MLArray]
  for (const x of arrays)
    if (!sameShape(x.shape, first.shape)) throw stackError(first.shape, x.shape)
  const at = toAxis(axis, first.shape, 'stack', first.ndim + 1)
  return join(
    arrays.map((x) => expandDims(x, at)),
    at,
    'stack',
  )
}

// ---- Take ----

type Positions = { readonly axis: number; readonly positions: Int32Array }

/** Without an axis, rows are the elements in row-major order: a node for them would have a gradient of its own. */
type Picked = { readonly axis: number | undefined; readonly positions: Int32Array }

/** Picked rows in reverse are added where they came from: twice where one was picked twice. */
const TAKE: ArrayOperation = {
  name: 'take',
  readsA: 0,
  unroll: moved,
  vjp: (dy, node) => {
    const { axis, positions } = node.params as Picked
    const shape = node.inputShape(0)
    if (axis !== undefined) return spreadRows(dy, axis, positions, shape[axis]!)
    return reshapeTo(spreadRows(dy, 0, positions, sizeOf(shape)), shape)
  },
  addTo: (sum, dy, node) => {
    const { axis, positions } = node.params as Picked
    copyRows(dy, ...rowsOf(sum, axis), positions, true)
  },
  jvp: ([dx], node) => {
    const { axis, positions } = node.params as Picked
    return takeRows(dx!, axis, positions)
  },
}

function rowsOf(x: MLArray, axis: number | undefined): [x: MLArray, axis: number] {
  return axis === undefined ? [reshaped(x, [x.size]), 0] : [x, axis]
}

/** Rows added to places in reverse are picked from there. */
const INDEX_ADD: ArrayOperation = {
  name: 'indexAdd',
  readsA: 0,
  unroll: summed,
  vjp: (dy, node) => {
    const { axis, positions } = node.params as Positions
    return takeRows(dy, axis, positions)
  },
  jvp: ([dx], node) => {
    const { axis, positions } = node.params as Positions
    return spreadRows(dx!, axis, positions, node.shape[axis]!)
  },
}

/** The rows along an axis, or where there is none the elements, at the given positions, which are in range. */
export function takeRows(x: MLArray, axis: number | undefined, positions: Int32Array): MLArray {
  const [rows, along] = rowsOf(x, axis)
  const y = resultOf(rows.shape.with(along, positions.length), x.dtype)
  copyRows(rows, y, along, positions, false)
  return record(TAKE, y, [x], { axis, positions } satisfies Picked)
}

/** Zeros of `size` rows along an axis, with the rows of `x` added at the given positions. */
export function spreadRows(x: MLArray, axis: number, positions: Int32Array, size: number): MLArray {
  const y = resultOf(x.shape.with(axis, size), x.dtype)
  copyRows(x, y, axis, positions, true)
  return record(INDEX_ADD, y, [x], { axis, positions } satisfies Positions)
}

function copyRows(
  x: MLArray,
  y: MLArray,
  axis: number,
  positions: Int32Array,
  adding: boolean,
): void {
  const rowShape = x.shape.with(axis, 1)
  if (sizeOf(rowShape) === 0) return
  const from = x.storage.data
  const to = y.storage.data
  const stepY = y.strides[axis]!
  const stepX = x.strides[axis]!
  eachRow(rowShape, [y.strides, x.strides], [y.offset, x.offset], ([i, j], length, [di, dj]) => {
    for (let row = 0; row < positions.length; row++) {
      const position = positions[row]!
      let at = i! + (adding ? position : row) * stepY
      let get = j! + (adding ? row : position) * stepX
      if (adding) for (let n = 0; n < length; n++, at += di!, get += dj!) to[at]! += from[get]!
      else for (let n = 0; n < length; n++, at += di!, get += dj!) to[at] = from[get]!
    }
  })
}

/** The named axes moved to the end, in their order; a view. */
export function moveToEnd(x: MLArray, axes: readonly number[]): MLArray {
  return permute(x, [...otherAxes(x.shape, axes), ...axes])
}
