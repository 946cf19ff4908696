/**
 * Order statistics: the elements that stand next to a rank, and what lies between them. Their derivatives
 * go to those elements.
 */
import { operations } from '@smol/value/ops'
import { fromData, type MLArray, rowMajor } from './array.ts'
import { toArray, type ArrayData } from './create.ts'
import { applyRow, where } from './elementwise.ts'
import { map } from './run.ts'
import { optionError } from './errors.ts'
import { gather } from './gather.ts'
import { moveToEnd, reshape, spread } from './move.ts'
import type { ReduceOptions } from './reduce.ts'
import { reducedShape, sizeAlong, sizeOf, toAxes, type Shape } from './shape.ts'
import { selector } from './sort.ts'
import { mean } from './statistic.ts'

const { add, sub, mul, div } = operations

/** Lines of elements along the last axes: those that each result of a reduction is made of. */
type Lines = { readonly x: MLArray; readonly count: number; readonly length: number }

function linesOf(x: MLArray, axes: readonly number[]): Lines {
  const count = sizeOf(reducedShape(x.shape, axes, false))
  return { x: moveToEnd(x, axes), count, length: sizeAlong(x.shape, axes) }
}

/** The elements on either side of a place in order. */
type Ends = [low: MLArray, high: MLArray]

/** For each list of ranks the elements that have them, line by line; a NaN where a line has one. */
function ranked({ x, count, length }: Lines, lists: readonly (readonly number[])[]): MLArray[] {
  const ranks = [...new Set(lists.flat())].toSorted((a, b) => a - b)
  const data = rowMajor(x)
  const find = selector(length, ranks)
  const places = new Int32Array(count * ranks.length)
  for (let line = 0; line < count; line++) {
    const found = find(data, line * length)
    for (let k = 0; k < ranks.length; k++) places[k * count + line] = line * length + found[k]!
  }
  return lists.map((list) => {
    const positions = new Int32Array(list.length * count)
    list.forEach((rank, i) => {
      const from = ranks.indexOf(rank) * count
      positions.set(places.subarray(from, from + count), i * count)
    })
    return gather(x, positions, [list.length, count])
  })
}

/** The middle element along the axes, or the mean of the two; NaN of nothing and where an element is NaN. */
export function median(x: MLArray, { axis, keepdims = false }: ReduceOptions = {}): MLArray {
  const axes = toAxes(axis, x.shape, 'median')
  const shape = reducedShape(x.shape, axes, keepdims)
  const lines = linesOf(x, axes)
  if (lines.length === 0) return mean(x, { axis, keepdims })
  const last = lines.length - 1
  const middle = Math.floor(last / 2)
  if (last % 2 === 0) return reshape(ranked(lines, [[middle]])[0]!, shape)
  const [low, high] = ranked(lines, [[middle], [middle + 1]]) as Ends
  return reshape(applyRow(div, applyRow(add, low, high), 2), shape)
}

/**
 * The value that a share `q` of the elements along the axes does not exceed, between two elements linearly
 * interpolated. A list of `q` gives a list of results, in first axes. NaN of nothing and where an element
 * is NaN.
 */
export function quantile(
  x: MLArray,
  q: ArrayData,
  { axis, keepdims = false }: ReduceOptions = {},
): MLArray {
  const axes = toAxes(axis, x.shape, 'quantile')
  const shares = toArray(q, 'quantile', 'float64').detach()
  const list = Array.from(rowMajor(shares))
  for (const share of list)
    if (!(share >= 0 && share <= 1)) throw optionError('quantile', 'q', 'from 0 to 1', share)
  const shape = [...shares.shape, ...reducedShape(x.shape, axes, keepdims)]
  const lines = linesOf(x, axes)
  if (lines.length === 0) return spread(mean(x, { axis, keepdims }), shape)
  const ranks = list.map((share) => share * (lines.length - 1))
  const [low, high] = ranked(lines, [ranks.map(Math.floor), ranks.map(Math.ceil)]) as Ends
  const weights = ranks.map((rank) => rank - Math.floor(rank))
  return reshape(between(low, high, weights), shape)
}

const isInfinite = (end: number): boolean => Math.abs(end) === Infinity

/**
 * `low + t (high − low)`, counted from the end that is nearer, so that both ends are met exactly and the
 * result never decreases in `t`; and from the finite end, so that an infinite one makes no NaN.
 */
function between(low: MLArray, high: MLArray, weights: readonly number[]): MLArray {
  const shape: Shape = [weights.length, 1]
  const t = fromData(Float64Array.from(weights), shape)
  const rest = fromData(
    Float64Array.from(weights, (weight) => 1 - weight),
    shape,
  )
  const maskOf = (holds: (low: number, high: number, weight: number) => boolean): MLArray =>
    map((a, b, weight) => (holds(a, b, weight) ? 1 : 0), low.shape, low.dtype, [low, high, t])
  const fromHigh = maskOf((a, b, weight) => (weight >= 0.5 ? !isInfinite(b) : isInfinite(a)))
  const isOneEnd = maskOf((a, b) => a === b && isInfinite(a))
  const gap = where(isOneEnd, 0, applyRow(sub, high, low))
  const inDType = (x: MLArray): MLArray => map((a) => a, shape, low.dtype, [x])
  return where(
    fromHigh,
    applyRow(sub, high, applyRow(mul, gap, inDType(rest))),
    applyRow(add, low, applyRow(mul, gap, inDType(t))),
  )
}
