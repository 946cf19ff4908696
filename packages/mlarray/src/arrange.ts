/**
 * Movement that is composed of the primitives of `move.ts`.
 */
import { filled, MLArray, type DType } from './array.ts'
import { copy } from './create.ts'
import { toOperands, where } from './elementwise.ts'
import {
  arrayError,
  axesTypeError,
  emptyListError,
  listError,
  operandError,
  optionError,
  rankError,
  repeatsError,
  splitError,
} from './errors.ts'
import {
  alongAxis,
  broadcastTo,
  diagonal,
  flatten,
  join,
  part,
  place,
  reshape,
  stackAlong,
  takeRows,
  windowAt,
} from './move.ts'
import { checkOptions } from './options.ts'
import { toAxis, toShape, type Shape } from './shape.ts'

type AxisOption = { readonly axis?: number | undefined }

/** Arrays joined along an existing axis. Mixed dtypes become float64. */
export function concatenate(arrays: readonly MLArray[], options: AxisOption = {}): MLArray {
  checkOptions('concatenate', options, ['axis'])
  const operands = listOf(arrays, 'concatenate')
  return join(operands, toAxis(options.axis ?? 0, operands[0]!.shape, 'concatenate'), 'concatenate')
}

/** Arrays of one shape along a new axis. Mixed dtypes become float64. */
export function stack(arrays: readonly MLArray[], options: AxisOption = {}): MLArray {
  checkOptions('stack', options, ['axis'])
  return stackAlong(listOf(arrays, 'stack'), options.axis ?? 0)
}

function listOf(arrays: readonly MLArray[], op: string): MLArray[] {
  if (!Array.isArray(arrays)) throw listError(op, arrays)
  // Looked for first: a list of holes may be long.
  if (arrays.findIndex((x) => x === undefined) >= 0) throw operandError(op, undefined)
  const operands = toOperands(op, arrays as readonly MLArray[])
  if (operands.length === 0) throw emptyListError(op)
  return operands
}

/** Parts along an axis: a number of equal ones, or cut at the given positions. Views. */
export function split(
  x: MLArray,
  sections: number | readonly number[],
  options: AxisOption = {},
): MLArray[] {
  if (!(x instanceof MLArray)) throw arrayError('split', x)
  checkOptions('split', options, ['axis'])
  const along = toAxis(options.axis ?? 0, x.shape, 'split')
  const size = x.shape[along]!
  const cuts =
    typeof sections === 'number' ? equalCuts(sections, size, along) : cutsAt(sections, size, along)
  const bounds = [0, ...cuts, size]
  return bounds
    .slice(1)
    .map((end, i) => part(x, along, Math.min(bounds[i]!, end), Math.max(0, end - bounds[i]!)))
}

function equalCuts(n: number, size: number, axis: number): number[] {
  if (!Number.isInteger(n) || n < 1 || size % n !== 0) throw splitError(n, size, axis)
  return Array.from({ length: n - 1 }, (_, i) => ((i + 1) * size) / n)
}

/** As in NumPy: negative positions count from the end, and those past the end give empty parts. */
function cutsAt(positions: readonly number[], size: number, axis: number): number[] {
  if (!Array.isArray(positions)) throw splitError(positions, size, axis)
  return Array.from(positions as readonly number[], (position) => {
    if (!Number.isInteger(position)) throw splitError(positions, size, axis)
    return Math.max(0, Math.min(size, position < 0 ? position + size : position))
  })
}

/** Every element several times: along an axis, or of the flattened array. */
export function repeat(
  x: MLArray,
  repeats: number | readonly number[],
  { axis }: AxisOption = {},
): MLArray {
  const [source, along] = alongAxis(x, axis, 'repeat')
  const size = source.shape[along]!
  const given = typeof repeats === 'number' ? [repeats] : repeats
  const fits = Array.isArray(given) && (given.length === 1 || given.length === size)
  if (!fits || given.findIndex((n) => !Number.isInteger(n) || n < 0) >= 0)
    throw repeatsError(repeats, size, along)
  const countOf = (i: number): number => given[given.length === 1 ? 0 : i]!
  let count = 0
  for (let i = 0; i < size; i++) count += countOf(i)
  const positions = new Int32Array(toShape(source.shape.with(along, count), 'repeat')[along]!)
  for (let i = 0, at = 0; i < size; i++) {
    const end = at + countOf(i)
    while (at < end) positions[at++] = i
  }
  return takeRows(source, along, positions)
}

/** The array laid out several times along each axis. */
export function tile(x: MLArray, reps: number | Shape): MLArray {
  const given = toShape(reps, 'tile')
  const rank = Math.max(given.length, x.ndim)
  const counts = [...Array.from({ length: rank - given.length }, () => 1), ...given]
  const shape = [...Array.from({ length: rank - x.ndim }, () => 1), ...x.shape]
  const result = toShape(
    shape.map((n, axis) => n * counts[axis]!),
    'tile',
  )
  // An axis before each axis, repeated: then the pair of them as one.
  const paired = reshape(
    x,
    shape.flatMap((n) => [1, n]),
  )
  const repeated = broadcastTo(
    paired,
    shape.flatMap((n, axis) => [counts[axis]!, n]),
  )
  const tiled = reshape(repeated, result)
  return tiled.storage === x.storage ? copy(tiled) : tiled
}

/** Elements moved by `shift` places along axes, those that fall off entering at the other end; or along the flattened array. */
export function roll(
  x: MLArray,
  shift: number | readonly number[],
  { axis }: { readonly axis?: number | readonly number[] | undefined } = {},
): MLArray {
  if (axis === undefined) {
    const places = listOfShifts(shift).reduce((all, n) => all + n, 0)
    return reshape(rollAlong(flatten(x), places, 0), x.shape)
  }
  if (typeof axis !== 'number' && !Array.isArray(axis)) throw axesTypeError('roll', axis)
  const named = (typeof axis === 'number' ? [axis] : axis) as readonly number[]
  const axes = Array.from(named, (i) => toAxis(i, x.shape, 'roll'))
  const shifts = listOfShifts(shift)
  // The two lists broadcast, and an axis that is named twice is rolled twice.
  const steps = shifts.length === 1 ? axes.length : shifts.length
  if (axes.length !== steps && axes.length !== 1)
    throw optionError(
      'roll',
      'shift',
      `one number, or one for each of the ${axes.length} axes`,
      shift,
    )
  let y = steps === 0 ? copy(x) : x
  for (let i = 0; i < steps; i++) {
    y = rollAlong(y, shifts[shifts.length === 1 ? 0 : i]!, axes[axes.length === 1 ? 0 : i]!)
  }
  return y
}

function listOfShifts(shift: number | readonly number[]): readonly number[] {
  const list = typeof shift === 'number' ? [shift] : shift
  // Not `every`, which passes over holes.
  if (!Array.isArray(list) || list.findIndex((n) => !Number.isInteger(n)) >= 0)
    throw optionError('roll', 'shift', 'an integer or a list of them', shift)
  return list as readonly number[]
}

function rollAlong(x: MLArray, shift: number, axis: number): MLArray {
  const size = x.shape[axis]!
  if (size === 0) return copy(x)
  const places = ((shift % size) + size) % size
  const rest = size - places
  return join([part(x, axis, rest, places), part(x, axis, 0, rest)], axis, 'roll')
}

// ---- Padding ----

export type PadOptions = {
  readonly mode?: 'constant' | 'edge' | 'reflect' | 'symmetric' | 'wrap'
  readonly value?: number
}

function isWidth(pair: unknown): boolean {
  return (
    Array.isArray(pair) &&
    pair.length === 2 &&
    Array.from(pair).every((n) => Number.isInteger(n) && n >= 0)
  )
}

/** A border of `[before, after]` elements along each axis. */
export function pad(
  x: MLArray,
  widths: readonly (readonly [before: number, after: number])[],
  { mode = 'constant', value }: PadOptions = {},
): MLArray {
  const fits =
    Array.isArray(widths) && widths.length === x.ndim && Array.from(widths).every(isWidth)
  if (!fits)
    throw optionError(
      'pad',
      'widths',
      `one [before, after] of integers ≥ 0 for each of the ${x.ndim} axes`,
      widths,
    )
  toShape(
    x.shape.map((n, axis) => n + widths[axis]![0] + widths[axis]![1]),
    'pad',
  )
  if (value !== undefined && typeof value !== 'number')
    throw optionError('pad', 'value', 'a number', value)
  if (mode === 'constant') return padConstant(x, widths, value ?? 0)
  if (typeof mode !== 'string' || !Object.hasOwn(SOURCES, mode))
    throw optionError('pad', 'mode', "'constant', 'edge', 'reflect', 'symmetric' or 'wrap'", mode)
  if (value !== undefined)
    throw optionError('pad', 'value', "missing in other modes than 'constant'", value)
  const padded = widths.reduce((y, [before, after], axis) => {
    if (before + after === 0) return y
    const size = y.shape[axis]!
    if (size === 0) throw optionError('pad', 'mode', `'constant' where axis ${axis} is empty`, mode)
    const positions = new Int32Array(before + size + after)
    for (let i = 0; i < positions.length; i++) positions[i] = SOURCES[mode](i - before, size)
    return takeRows(y, axis, positions)
  }, x)
  return padded === x ? copy(x) : padded
}

function padConstant(
  x: MLArray,
  widths: readonly (readonly [number, number])[],
  value: number,
): MLArray {
  if (typeof value !== 'number') throw optionError('pad', 'value', 'a number', value)
  const shape = x.shape.map((n, axis) => n + widths[axis]![0] + widths[axis]![1])
  const start = widths.map(([before]) => before)
  const window = windowAt(start, x.shape)
  const placed = place(x, shape, window)
  if (value === 0) return placed
  return where(place(filled(x.shape, 1, x.dtype), shape, window), placed, value)
}

const modulo = (i: number, n: number): number => ((i % n) + n) % n

/** Which element stands at place `i` outside of an axis of size `n`. */
const SOURCES = {
  edge: (i: number, n: number) => Math.max(0, Math.min(n - 1, i)),
  wrap: modulo,
  // There and back, the ends counted once…
  reflect: (i: number, n: number) =>
    n === 1 ? 0 : n - 1 - Math.abs(modulo(i, 2 * n - 2) - (n - 1)),
  // …and counted twice.
  symmetric: (i: number, n: number) => Math.min(modulo(i, 2 * n), modulo(-1 - i, 2 * n)),
}

// ---- Triangles and diagonals ----

/** 1 where `holds(row, column)`, in the last two axes. */
function triangle(
  x: MLArray,
  op: string,
  holds: (row: number, column: number) => boolean,
): MLArray {
  if (x.ndim < 2) throw rankError(op, 'at least 2', x.shape)
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  return maskOf([rows, columns], x.dtype, (i) => holds(Math.floor(i / columns), i % columns))
}

function maskOf(shape: Shape, dtype: DType, holds: (index: number) => boolean): MLArray {
  const mask = filled(shape, 0, dtype)
  for (let i = 0; i < mask.size; i++) mask.storage.data[i] = holds(i) ? 1 : 0
  return mask
}

/** 0 below the k-th diagonal of the last two axes. */
export function triu(x: MLArray, k = 0): MLArray {
  checkK('triu', k)
  return where(
    triangle(x, 'triu', (row, column) => column - row >= k),
    x,
    0,
  )
}

/** 0 above the k-th diagonal of the last two axes. */
export function tril(x: MLArray, k = 0): MLArray {
  checkK('tril', k)
  return where(
    triangle(x, 'tril', (row, column) => column - row <= k),
    x,
    0,
  )
}

function checkK(op: string, k: number): void {
  if (!Number.isInteger(k)) throw optionError(op, 'k', 'an integer', k)
}

/** Of a vector the matrix with it on the k-th diagonal, of a matrix its k-th diagonal. */
export function diag(x: MLArray, k = 0): MLArray {
  checkK('diag', k)
  if (x.ndim === 2) return diagonal(x, k, 0, 1)
  if (x.ndim !== 1) throw rankError('diag', '1 or 2', x.shape)
  const n = x.size + Math.abs(k)
  return place(x, [n, n], {
    shape: x.shape,
    start: [Math.max(-k, 0), Math.max(k, 0)],
    steps: [[1, 1]],
  })
}
