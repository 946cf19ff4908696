/**
 * Indexing: `x.slice(…)` by integers and ranges, always a view; `x.index(…)` with arrays of integers among
 * them; and `x.set(…)`, which writes where they read.
 *
 * An index is understood item by item, one `Part` each. What only moves becomes one `Window`; arrays of
 * integers then pick rows of that view. The rules are NumPy's:
 * https://numpy.org/doc/stable/user/basics.indexing.html
 */
import { copyOf, filled, fromData, MLArray, rowMajor } from './array.ts'
import { toArray, toIndices, type ArrayData, type IntegerData } from './create.ts'
import {
  broadcastToError,
  ellipsisError,
  indexError,
  indexItemError,
  rangeStepError,
  rangeTextError,
  tooManyIndicesError,
} from './errors.ts'
import type { SliceItem } from './index-type.ts'
import { eachRow } from './loop.ts'
import { reshape, slice as lookThrough, spread, takeRows, transpose, type Window } from './move.ts'
import { assign, checkMutable, noteChange } from './mutate.ts'
import {
  broadcastShapes,
  broadcastStrides,
  sameShape,
  sizeOf,
  stridesOf,
  type Shape,
} from './shape.ts'

/** What `slice` takes, or an array of integers. */
export type IndexItem = SliceItem | IntegerData

type Indices = { readonly shape: Shape; readonly positions: Int32Array }

/** One item of an index, understood. */
type Part = {
  /** The axis that it chooses from; none for a new axis. */
  readonly axis?: number
  readonly start: number
  readonly step: number
  /** How many elements of the axis it chooses. */
  readonly length: number
  /** Whether an axis is left in the result. */
  readonly isShown: boolean
  /** Of an array of integers. */
  readonly indices?: Indices
}

// ---- Understanding an index ----

/** The parts of an index: one for each axis of the array, and the new axes between. */
function parse(items: readonly IndexItem[], shape: Shape, op: string): Part[] {
  // First, since a list of holes may be long.
  if (items.findIndex((item) => item === undefined) >= 0)
    throw indexItemError(op, undefined, op !== 'slice')
  const used = items.filter((item) => item !== null && item !== '...').length
  if (used > shape.length) throw tooManyIndicesError(op, used, shape)
  const dots = items.indexOf('...')
  if (items.lastIndexOf('...') !== dots) throw ellipsisError(op)
  const whole = Array.from({ length: shape.length - used }, () => ':')
  const all =
    dots < 0 ? [...items, ...whole] : [...items.slice(0, dots), ...whole, ...items.slice(dots + 1)]
  let next = 0
  return all.map((item) => {
    if (item === null) return { start: 0, step: 0, length: 1, isShown: true }
    const axis = next++
    return partOf(item, axis, shape[axis]!, op)
  })
}

function partOf(item: IndexItem, axis: number, size: number, op: string): Part {
  if (typeof item === 'string') return { axis, isShown: true, ...rangeOf(item, size, op) }
  if (typeof item === 'number') {
    if (!Number.isInteger(item)) throw indexItemError(op, item, op !== 'slice')
    if (item < -size || item >= size) throw indexError(op, item, size, axis)
    const start = item < 0 ? item + size : item
    return { axis, start, step: 1, length: 1, isShown: false }
  }
  if (op === 'slice' || !isArray(item)) throw indexItemError(op, item, op !== 'slice')
  const indices = toIndices(item, size, op, axis)
  return { axis, start: 0, step: 1, length: size, isShown: true, indices }
}

function isArray(item: unknown): item is MLArray | Exclude<IntegerData, number> {
  return item instanceof MLArray || Array.isArray(item) || ArrayBuffer.isView(item)
}

const RANGE = /^\s*([+-]?\d+)?\s*:\s*([+-]?\d+)?\s*(?::\s*([+-]?\d+)?\s*)?$/

/** Where a range starts, how it steps and how often: Python's `slice.indices`. */
function rangeOf(
  text: string,
  size: number,
  op: string,
): { start: number; step: number; length: number } {
  const found = RANGE.exec(text)
  if (found === null) throw rangeTextError(op, text)
  const [from, to, by = 1] = found
    .slice(1)
    .map((part) => (part === undefined ? part : Number(part)))
  if (by === 0) throw rangeStepError(op, text)
  // A step past the end of the axis is taken at most once, however long it is.
  const step = Math.max(-size - 1, Math.min(size + 1, by))
  const [lowest, highest] = step > 0 ? [0, size] : [-1, size - 1]
  const clamp = (place: number): number =>
    Math.max(lowest, Math.min(highest, place < 0 ? place + size : place))
  const start = from === undefined ? (step > 0 ? lowest : highest) : clamp(from)
  const stop = to === undefined ? (step > 0 ? highest : lowest) : clamp(to)
  const length = Math.max(0, Math.ceil((stop - start) / step))
  // Of nothing, any place will do, and 0 is one in memory.
  return { start: length === 0 ? 0 : start, step, length }
}

// ---- Slices ----

function windowOf(parts: readonly Part[], shape: Shape): Window {
  const shown = parts.filter((part) => part.isShown)
  return {
    shape: shown.map((part) => part.length),
    start: parts.filter((part) => part.axis !== undefined).map((part) => part.start),
    steps: shown.map((part) => shape.map((_, axis) => (axis === part.axis ? part.step : 0))),
  }
}

/** The elements that integers, ranges and new axes choose; a view. */
export function sliceItems(x: MLArray, ...items: readonly SliceItem[]): MLArray {
  return lookThrough(x, windowOf(parse(items, x.shape, 'slice'), x.shape))
}

// ---- Arrays of integers ----

const isAdvanced = (item: IndexItem): boolean => item !== null && typeof item !== 'string'

/** Whether arrays and integers stand next to each other, so that the result's axes can stand in their place. */
function standTogether(items: readonly IndexItem[]): boolean {
  const places = items.flatMap((item, i) => (isAdvanced(item) ? [i] : []))
  return places.every((place, i) => place === places[0]! + i)
}

/** Several index arrays as one over the axes that they index, taken as a single axis in row-major order. */
function ravel(choices: readonly Indices[], sizes: Shape, op: string): Indices {
  if (choices.length === 1) return choices[0]!
  const shape = choices.reduce<Shape>((all, own) => broadcastShapes(all, own.shape, op), [])
  const steps = stridesOf(sizes)
  const positions = new Int32Array(sizeOf(shape))
  choices.forEach((choice, k) => {
    const strides = broadcastStrides(choice.shape, stridesOf(choice.shape), shape)
    eachRow(shape, [stridesOf(shape), strides], [0, 0], ([i, j], length, [di, dj]) => {
      for (let n = 0, at = i!, read = j!; n < length; n++, at += di!, read += dj!)
        positions[at]! += choice.positions[read]! * steps[k]!
    })
  })
  return { shape, positions }
}

const ZERO: Indices = { shape: [], positions: Int32Array.of(0) }

/**
 * The elements at arrays of integers, broadcast against each other, among integers, ranges and new axes.
 * The axes of the arrays stand where they stood, or first where something stands between them.
 */
export function index(x: MLArray, ...items: readonly IndexItem[]): MLArray {
  return indexAs(x, items, 'index')
}

function indexAs(x: MLArray, items: readonly IndexItem[], op: string): MLArray {
  const parts = parse(items, x.shape, op)
  if (parts.every((part) => part.indices === undefined))
    return lookThrough(x, windowOf(parts, x.shape))
  // Beside arrays an integer counts as one: here a range of one element, of which it is the first.
  const open = parts.map((part) => ({ ...part, isShown: true }))
  const chosen = parts.flatMap((part, i) =>
    part.indices !== undefined || !part.isShown ? [i] : [],
  )
  const rest = parts.flatMap((_, i) => (chosen.includes(i) ? [] : [i]))
  const first = standTogether(items) ? chosen[0]! : 0
  const view = permuted(looked(x, open), [...rest.slice(0, first), ...chosen, ...rest.slice(first)])
  const sizes = chosen.map((i) => open[i]!.length)
  const before = view.shape.slice(0, first)
  const after = view.shape.slice(first + chosen.length)
  const { shape, positions } = ravel(
    chosen.map((i) => parts[i]!.indices ?? ZERO),
    sizes,
    op,
  )
  const rows = takeRows(reshaped(view, [...before, sizeOf(sizes), ...after]), first, positions)
  return reshaped(rows, [...before, ...shape, ...after])
}

// The three below leave out what would change nothing, and so a node of the graph.

function looked(x: MLArray, parts: readonly Part[]): MLArray {
  const isWhole =
    parts.length === x.ndim &&
    parts.every(
      ({ axis, step, length }) => step === 1 && axis !== undefined && length === x.shape[axis],
    )
  return isWhole ? x : lookThrough(x, windowOf(parts, x.shape))
}

function permuted(x: MLArray, axes: readonly number[]): MLArray {
  return axes.every((axis, i) => axis === i) ? x : transpose(x, axes)
}

function reshaped(x: MLArray, shape: Shape): MLArray {
  return sameShape(x.shape, shape) ? x : reshape(x, shape)
}

// ---- Writing ----

/**
 * Replaces the elements at an index in place, unrecorded, by values that broadcast to what it chooses; at a
 * place that it names twice the last one stays.
 *
 * @throws TypeError on the result of an operation.
 */
export function set(x: MLArray, at: IndexItem | readonly IndexItem[], given: ArrayData): MLArray {
  const items = (Array.isArray(at) ? at : [at]) as readonly IndexItem[]
  checkMutable(x, 'set')
  const values = toArray(given, 'set', x.dtype).detach()
  const parts = parse(items, x.shape, 'set')
  if (items.some((item) => isArray(item))) setAt(x, items, values)
  else assign(lookThrough(x.detach(), windowOf(parts, x.shape)), values, 'set')
  return x
}

function setAt(x: MLArray, items: readonly IndexItem[], values: MLArray): void {
  const places = indexAs(placesOf(x), items, 'set')
  if (!sameShape(broadcastShapes(places.shape, values.shape, 'set'), places.shape))
    throw broadcastToError(values.shape, places.shape, 'set')
  const from = values.storage === x.storage ? fromData(copyOf(values), values.shape) : values
  const elements = rowMajor(spread(from, places.shape))
  rowMajor(places).forEach((place, i) => (x.storage.data[place] = elements[i]!))
  noteChange(x, 'set')
}

/** An array that holds for each element of `x` where it lies in the storage. */
function placesOf(x: MLArray): MLArray {
  const y = filled(x.shape, 0, 'float64')
  const { data } = y.storage
  eachRow(x.shape, [y.strides, x.strides], [0, x.offset], ([i, j], length, [di, dj]) => {
    for (let n = 0, at = i!, place = j!; n < length; n++, at += di!, place += dj!) data[at] = place
  })
  return y
}
