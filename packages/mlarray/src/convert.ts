/**
 * Out of arrays: numbers, lists, Values, rows; and comparisons of whole arrays.
 */
import type { Value } from '@smol/value'
import { allocate, copyOf, rowMajor, type MLArray, type TypedArray } from './array.ts'
import { toArray, type ArrayData } from './create.ts'
import { elementAt } from './element.ts'
import {
  indexCountError,
  indexError,
  itemError,
  iterationError,
  listsError,
  optionError,
} from './errors.ts'
import { part, reshape } from './move.ts'
import { broadcastShapes, sameShape } from './shape.ts'
import { map } from './run.ts'

export type NestedList = number | NestedList[]

/** More lists and numbers no engine has room for, whether they have elements or not. */
const MOST_PARTS = 2 ** 27

/** Nested lists of numbers; a number for rank 0. */
export function toList(x: MLArray): NestedList {
  let parts = 1
  for (let axis = 0, lists = 1; axis < x.ndim; axis++) parts += lists *= x.shape[axis]!
  if (parts > MOST_PARTS) throw listsError(x.shape, parts)
  const data = rowMajor(x)
  const nest = (axis: number, start: number, size: number): NestedList => {
    if (axis === x.ndim) return data[start]!
    const n = x.shape[axis]!
    const step = size / n
    const list: NestedList[] = []
    for (let i = 0; i < n; i++) list.push(nest(axis + 1, start + i * step, step))
    return list
  }
  return nest(0, 0, x.size)
}

/** The number of an array of one element. */
export function item(x: MLArray): number {
  if (x.size !== 1) throw itemError(x.shape)
  return x.storage.data[x.offset]!
}

/** A copy of the elements in row-major order. */
export function toTypedArray(x: MLArray): TypedArray {
  // Not from a slab: its buffer may be handed on.
  return copyOf(x, x.dtype, allocate(x.size, x.dtype))
}

/** The element at an index, as a Value: live, and the same object whenever it is asked for. */
export function at(x: MLArray, ...indices: readonly number[]): Value {
  if (indices.length !== x.ndim) throw indexCountError(indices.length, x.shape)
  let position = 0
  indices.forEach((index, axis) => {
    const n = x.shape[axis]!
    if (!Number.isInteger(index) || index < -n || index >= n) throw indexError('at', index, n, axis)
    position = position * n + (index < 0 ? index + n : index)
  })
  return elementAt(x, position)
}

/** The rows of the first axis: Values of an array of rank 1, subarrays above. */
export function* iterate(x: MLArray): Generator<Value | MLArray, void, undefined> {
  if (x.ndim === 0) throw iterationError()
  for (let i = 0; i < x.shape[0]!; i++) {
    yield x.ndim === 1 ? elementAt(x, i) : reshape(part(x, 0, i, 1), x.shape.slice(1))
  }
}

export type Tolerance = {
  readonly rtol?: number
  readonly atol?: number
  readonly equalNan?: boolean
}

/** Whether `|x − other| ≤ atol + rtol · |other|` everywhere, after broadcasting; infinities equal themselves. */
export function allClose(
  x: MLArray,
  given: ArrayData,
  { rtol = 1e-5, atol = 1e-8, equalNan = false }: Tolerance = {},
): boolean {
  for (const [name, value] of [
    ['rtol', rtol],
    ['atol', atol],
  ] as const) {
    if (typeof value !== 'number' || !(value >= 0))
      throw optionError('allClose', name, '≥ 0', value)
  }
  const other = toArray(given, 'allClose')
  const shape = broadcastShapes(x.shape, other.shape, 'allClose')
  const isClose = (a: number, b: number): number => {
    if (a === b || (equalNan && a !== a && b !== b)) return 1
    return Math.abs(a - b) <= atol + rtol * Math.abs(b) && Math.abs(b) !== Infinity ? 1 : 0
  }
  return rowMajor(map(isClose, shape, 'float64', [x, other])).every((close) => close === 1)
}

/** Whether shape and elements are the same; NaN equals nothing. */
export function arrayEqual(x: MLArray, given: ArrayData): boolean {
  const other = toArray(given, 'arrayEqual')
  if (!sameShape(x.shape, other.shape)) return false
  const a = rowMajor(x)
  const b = rowMajor(other)
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  return i === a.length
}
