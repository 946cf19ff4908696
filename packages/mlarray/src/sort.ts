/**
 * Order: positions are found once on plain numbers, and values are gathered from there, so that their
 * gradients go back to where they came from. NaN is last, in both directions.
 */
import { fromData, MLArray, rowMajor, type TypedArray } from './array.ts'
import { toArray, type ArrayData } from './create.ts'
import { optionError, rankError } from './errors.ts'
import { gather, takeAlongAxis } from './gather.ts'
import { moveaxis, moveToEnd } from './move.ts'
import { sizeOf, toAxis } from './shape.ts'

export type SortOptions = {
  /** Default −1. */
  readonly axis?: number | undefined
  /** The largest first. Default `false`. */
  readonly descending?: boolean | undefined
}

/** The positions of a row's numbers in order, to be read before the next row. */
type Find = (data: TypedArray, start: number) => Int32Array

/** So many positions are found by insertion, more by merging. */
const FEW = 16

/** Finds the first `k` positions in the order of the `n` numbers of a row: equal ones as they stand, NaN last. */
function sorter(n: number, k: number, isDescending: boolean): Find {
  if (k > FEW) return (data, start) => orderOf(data.subarray(start, start + n), isDescending)
  const positions = new Int32Array(k)
  const keys = new Float64Array(k)
  return (data, start) => {
    insert(data, start, n, isDescending, positions, keys)
    return positions
  }
}

/** With NaN after all numbers. */
function goesBefore(a: number, b: number): boolean {
  return a < b || (b !== b && a === a)
}

/** Keeps the first of what has been seen in order, as many as there is room for. */
function insert(
  data: TypedArray,
  start: number,
  n: number,
  isDescending: boolean,
  positions: Int32Array,
  keys: Float64Array,
): void {
  const k = keys.length
  if (k === 0) return
  for (let i = 0; i < n; i++) {
    const x = data[start + i]!
    const key = isDescending ? -x : x
    if (i >= k && !goesBefore(key, keys[k - 1]!)) continue
    let place = Math.min(i, k - 1)
    for (; place > 0 && goesBefore(key, keys[place - 1]!); place--) {
      keys[place] = keys[place - 1]!
      positions[place] = positions[place - 1]!
    }
    keys[place] = key
    positions[place] = i
  }
}

/** The positions of a row's numbers in order: equal ones as they stand, NaN last. */
export function orderOf(row: TypedArray, descending: boolean): Int32Array {
  const positions = new Int32Array(row.length)
  const keys = new Float64Array(row.length)
  let numbers = 0
  let nans = row.length
  // Forward for numbers and backward for NaN, so that the NaNs are turned around below.
  for (let i = 0; i < row.length; i++) {
    const key = row[i]!
    if (key === key) {
      keys[numbers] = descending ? -key : key
      positions[numbers++] = i
    } else positions[--nans] = i
  }
  positions.subarray(nans).reverse()
  positions.set(merged(positions.subarray(0, numbers), keys.subarray(0, numbers)))
  return positions
}

/**
 * The positions in ascending order of their keys, by merging runs twice as long each time, the left one
 * first where keys are equal. A loop over typed arrays: calls of a comparison take several times as long.
 */
function merged(positions: Int32Array, keys: Float64Array): Int32Array {
  const n = positions.length
  let from = positions
  let to: Int32Array = new Int32Array(n)
  let fromKeys = keys
  let toKeys: Float64Array = new Float64Array(n)
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(start + width, n)
      const end = Math.min(start + 2 * width, n)
      let i = start
      let j = middle
      for (let k = start; k < end; k++) {
        const isLeft = i < middle && (j >= end || fromKeys[i]! <= fromKeys[j]!)
        const next = isLeft ? i++ : j++
        toKeys[k] = fromKeys[next]!
        to[k] = from[next]!
      }
    }
    ;[from, to] = [to, from]
    ;[fromKeys, toKeys] = [toKeys, fromKeys]
  }
  return from
}

// ---- Single ranks ----

/** More ranks take as long as to put all numbers in order. */
const MANY = 32

/**
 * Finds the positions of the ranks, given in ascending order, among the `n` numbers of a row: those that they
 * have in the order of all. Where a row has a NaN, that of the last NaN stands for every rank.
 */
export function selector(n: number, ranks: readonly number[]): Find {
  const positions = new Int32Array(ranks.length)
  if (n <= FEW || ranks.length > MANY) {
    const find = sorter(n, n, false)
    return (data, start) => {
      const order = find(data, start)
      const last = order[n - 1]!
      const hasNaN = Number.isNaN(data[start + last])
      ranks.forEach((rank, i) => (positions[i] = hasNaN ? last : order[rank]!))
      return positions
    }
  }
  const keys = new Float64Array(n)
  return (data, start) => {
    const row = data.subarray(start, start + n)
    let last = n - 1
    while (last >= 0 && row[last] === row[last]) last--
    if (last >= 0) return positions.fill(last)
    keys.set(row)
    let low = 0
    ranks.forEach((rank, i) => {
      select(keys, low, n - 1, rank)
      positions[i] = placeOf(keys, rank, row)
      low = rank
    })
    return positions
  }
}

/** Where the number that stands at `rank`, after smaller and equal ones, stands in the row: of equal ones in order. */
function placeOf(keys: Float64Array, rank: number, row: TypedArray): number {
  const key = keys[rank]!
  let before = 0
  for (let i = 0; i < rank; i++) if (keys[i] === key) before++
  let place = row.indexOf(key)
  for (; before > 0; before--) place = row.indexOf(key, place + 1)
  return place
}

/** Below so many numbers a sample does not pay. */
const SAMPLED = 600

/**
 * Moves the number of rank `k` of those from `low` to `high` to its place, smaller and equal ones before it.
 * What divides them is chosen beside that rank in a sample, so that few numbers are left to look at: R. W.
 * Floyd and R. L. Rivest, "Algorithm 489: SELECT", CACM 18 (1975).
 */
function select(keys: Float64Array, low: number, high: number, k: number): void {
  while (low < high) {
    const n = high - low + 1
    if (n > SAMPLED) {
      const share = (k - low + 1) / n
      const size = 0.5 * n ** (2 / 3)
      const margin = 0.5 * Math.sqrt(Math.log(n) * size * (1 - size / n)) * Math.sign(share - 0.5)
      const from = Math.max(low, Math.floor(k - share * size + margin))
      const to = Math.min(high, Math.floor(k + (1 - share) * size + margin))
      select(keys, from, to, k)
    }
    const pivot = keys[k]!
    let i = low
    let j = high
    while (i <= j) {
      while (keys[i]! < pivot) i++
      while (keys[j]! > pivot) j--
      if (i > j) break
      const key = keys[i]!
      keys[i++] = keys[j]!
      keys[j--] = key
    }
    if (k > j) low = i
    if (k < i) high = j
  }
}

// ---- Orders ----

/** The first `k` positions of the order along an axis, as an array of indices. */
function ranked(x: MLArray, axis: number, k: number, isDescending: boolean): MLArray {
  const lines = moveToEnd(x.detach(), [axis])
  const n = x.shape[axis]!
  const shape = [...lines.shape.slice(0, -1), k]
  const indices = new Float64Array(sizeOf(shape))
  const data = rowMajor(lines)
  const find = sorter(n, k, isDescending)
  for (let at = 0, start = 0; at < indices.length; at += k, start += n) {
    const order = find(data, start)
    for (let i = 0; i < k; i++) indices[at + i] = order[i]!
  }
  return moveaxis(fromData(indices, shape), -1, axis)
}

/** The indices that put an axis in order, untracked; equal elements keep theirs, NaN is last. */
export function argsort(x: MLArray, { axis = -1, descending = false }: SortOptions = {}): MLArray {
  const along = toAxis(axis, x.shape, 'argsort')
  return ranked(x, along, x.shape[along]!, descending)
}

/** The elements in order along an axis; equal ones keep theirs, NaN is last. */
export function sort(x: MLArray, { axis = -1, descending = false }: SortOptions = {}): MLArray {
  const along = toAxis(axis, x.shape, 'sort')
  return takeAlongAxis(x, ranked(x, along, x.shape[along]!, descending), { axis: along })
}

export type TopkOptions = {
  /** Default −1. */
  readonly axis?: number | undefined
  /** Whether the largest are wanted, or the smallest. Default `true`. */
  readonly largest?: boolean | undefined
}

/** The `k` largest (or smallest) elements along an axis in order, and their indices. */
export function topk(
  x: MLArray,
  k: number,
  { axis = -1, largest = true }: TopkOptions = {},
): { values: MLArray; indices: MLArray } {
  const along = toAxis(axis, x.shape, 'topk')
  const n = x.shape[along]!
  if (!Number.isInteger(k) || k < 0 || k > n)
    throw optionError('topk', 'k', `an integer from 0 to ${n}, the size of axis ${along}`, k)
  const indices = ranked(x, along, k, largest)
  return { values: takeAlongAxis(x, indices, { axis: along }), indices }
}

// ---- Different values ----

type Runs = {
  /** Where each value first stands. */
  readonly first: Int32Array
  readonly inverse: Float64Array
  readonly counts: Float64Array
}

/** Runs of equal numbers in the order of all elements. */
function runsOf(x: MLArray, isSame: (a: number, b: number) => boolean): Runs {
  const data = rowMajor(x)
  const first: number[] = []
  const counts: number[] = []
  const inverse = new Float64Array(data.length)
  for (const position of orderOf(data, false)) {
    if (first.length === 0 || !isSame(data[first.at(-1)!]!, data[position]!)) {
      first.push(position)
      counts.push(0)
    }
    counts[counts.length - 1]!++
    inverse[position] = first.length - 1
  }
  return { first: new Int32Array(first), inverse, counts: new Float64Array(counts) }
}

/** The different values in ascending order, NaN once and last; gradients go to where each first stands. */
export function unique(x: MLArray): MLArray {
  const { first } = runsOf(x, (a, b) => a === b || (a !== a && b !== b))
  return gather(x, first, [first.length])
}

/**
 * The different values in ascending order, where each first stands in the flattened array, for each element
 * the index of its value, and how often each stands. No NaN equals another here.
 */
export function uniqueAll(x: MLArray): {
  values: MLArray
  indices: MLArray
  inverseIndices: MLArray
  counts: MLArray
} {
  const { first, inverse, counts } = runsOf(x, (a, b) => a === b)
  return {
    values: gather(x, first, [first.length]),
    indices: fromData(new Float64Array(first), [first.length]),
    inverseIndices: fromData(inverse, x.shape),
    counts: fromData(counts, [counts.length]),
  }
}

// ---- Places in a sorted array ----

export type SearchOptions = {
  /** Before or after elements that are equal. Default `'left'`. */
  readonly side?: 'left' | 'right'
}

/** Where each value would have to be inserted into this sorted array, untracked; NaN belongs last. */
export function searchsorted(
  x: MLArray,
  values: ArrayData,
  { side = 'left' }: SearchOptions = {},
): MLArray {
  if (x.ndim !== 1) throw rankError('searchsorted', '1', x.shape)
  if (side !== 'left' && side !== 'right')
    throw optionError('searchsorted', 'side', "'left' or 'right'", side)
  const sorted = rowMajor(x)
  const given = toArray(values, 'searchsorted', 'float64')
  const data = rowMajor(given)
  const places = new Float64Array(data.length)
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const element = sorted[middle]!
      const isPast = side === 'left' ? goesBefore(element, value) : !goesBefore(value, element)
      if (isPast) low = middle + 1
      else high = middle
    }
    places[i] = low
  }
  return fromData(places, given.shape)
}
