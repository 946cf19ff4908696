/**
 * Reductions that are compositions of others: their derivatives of every order follow.
 */
import { operations } from '@smol/value/ops'
import { rowMajor, type MLArray } from './array.ts'
import { applyRow, compare, mul, where } from './elementwise.ts'
import { map } from './run.ts'
import { optionError } from './errors.ts'
import { reshape } from './move.ts'
import { max, min, sum, type ReduceOptions } from './reduce.ts'
import { reducedShape, sizeAlong, toAxes } from './shape.ts'
import { logOfSum, shift } from './softmax.ts'

const { sub, div, sqrt, square, abs, pow } = operations

/** How many elements each result of a reduction is made of. */
function countOf(x: MLArray, { axis }: ReduceOptions, op: string): number {
  if (axis === undefined) return x.size
  return sizeAlong(x.shape, toAxes(axis, x.shape, op))
}

/** The mean; NaN of nothing. */
export function mean(x: MLArray, options: ReduceOptions = {}): MLArray {
  return meanOf(x, options, 'mean')
}

function meanOf(x: MLArray, options: ReduceOptions, op: string): MLArray {
  return applyRow(div, sum(x, options, op), countOf(x, options, op))
}

export type VarianceOptions = ReduceOptions & {
  /** Delta degrees of freedom: the divisor is `n − ddof`. Default 0. */
  readonly ddof?: number
}

/** The variance, in two passes: the mean, then the mean of the squared differences from it. */
export function variance(x: MLArray, options: VarianceOptions = {}): MLArray {
  return varianceOf(x, options, 'var')
}

function varianceOf(x: MLArray, { ddof = 0, ...options }: VarianceOptions, op: string): MLArray {
  if (!Number.isFinite(ddof)) throw optionError(op, 'ddof', 'a finite number', ddof)
  const n = countOf(x, options, op)
  const differences = applyRow(sub, x, meanOf(x, { ...options, keepdims: true }, op))
  return applyRow(div, sum(applyRow(square, differences), options), Math.max(n - ddof, 0))
}

/** The standard deviation; of equal numbers it is 0 with gradient 0. */
export function std(x: MLArray, options: VarianceOptions = {}): MLArray {
  return rootOrZero(varianceOf(x, options, 'std'))
}

/** `√x` whose derivative at 0 is 0 and not infinite: the inner `where` keeps the root away from 0. */
function rootOrZero(x: MLArray): MLArray {
  const isZero = compare('eq', x, 0)
  return where(isZero, 0, applyRow(sqrt, where(isZero, 1, x)))
}

export type NormOptions = ReduceOptions & {
  /** The order of the vector norm: any number, `Infinity` and `-Infinity` included. Default 2. */
  readonly ord?: number
}

/** The vector norm `(Σ |x|^ord)^(1/ord)`; 0 of nothing, and its gradient at 0 is 0. */
export function norm(x: MLArray, { ord = 2, ...options }: NormOptions = {}): MLArray {
  if (typeof ord !== 'number' || Number.isNaN(ord))
    throw optionError('norm', 'ord', 'a number', ord)
  const axes = toAxes(options.axis, x.shape, 'norm')
  if (axes.some((axis) => x.shape[axis] === 0)) return sum(x, options)
  if (ord === 0) return sum(compare('ne', x, 0), options)
  if (ord === 1) return sum(applyRow(abs, x), options)
  if (ord === Infinity) return max(applyRow(abs, x), options)
  if (ord === -Infinity) return min(applyRow(abs, x), options)
  const unit = unitOf(x, axes)
  if (unit === undefined) return powerNorm(x, ord, options)
  const y = powerNorm(applyRow(div, x, unit), ord, options)
  return mul(y, reshape(unit, y.shape))
}

function powerNorm(x: MLArray, ord: number, options: ReduceOptions): MLArray {
  if (ord === 2) return rootOrZero(sum(applyRow(square, x), options))
  // The slope of |x|^ord at 0 may be infinite, where that of |x| is 0: hence the inner `where`.
  const none = compare('eq', x, 0)
  const terms = applyRow(pow, where(none, 1, applyRow(abs, x)), ord)
  const powers = sum(where(none, ord > 0 ? 0 : Infinity, terms), options)
  const isZero = compare('eq', powers, 0)
  const ofZero = ord > 0 ? 0 : Infinity
  return where(isZero, ofZero, applyRow(pow, where(isZero, 1, powers), 1 / ord))
}

/** The exponents of the smallest powers of two whose reciprocals, which slopes are multiplied by, are finite. */
const LEAST = { float32: -126, float64: -1022 }

/** The power of two below a size, but no smaller than `least`; 1 for 0 and what is not finite. */
function powerNear(size: number, least: number): number {
  if (size === 0 || !Number.isFinite(size)) return 1
  return 2 ** Math.max(least, Math.min(1023, Math.floor(Math.log2(size))))
}

/**
 * Where powers of the elements could leave the range of the dtype, a power of two near the largest of each
 * vector: a norm of quotients by it, times it, is the same norm without overflow, and division is exact.
 */
function unitOf(x: MLArray, axes: readonly number[]): MLArray | undefined {
  const largest = max(applyRow(abs, x.detach()), { axis: axes, keepdims: true })
  const [low, high] = x.dtype === 'float32' ? [1e-8, 1e8] : [1e-60, 1e60]
  if (rowMajor(largest).every((size) => size === 0 || (size > low && size < high))) return undefined
  const near = (size: number): number => powerNear(size, LEAST[x.dtype])
  return map(near, largest.shape, x.dtype, [largest])
}

/** `log Σ eˣ` without overflow; −Infinity of nothing. */
export function logsumexp(x: MLArray, options: ReduceOptions = {}): MLArray {
  const axes = toAxes(options.axis, x.shape, 'logsumexp')
  const largest = shift(x, axes)
  const y = applyRow(operations.add, logOfSum(applyRow(sub, x, largest), axes), largest)
  return options.keepdims ? y : reshape(y, reducedShape(x.shape, axes, false))
}
