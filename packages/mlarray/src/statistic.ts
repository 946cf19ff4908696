/**
 * Reductions that are compositions of others: their derivatives of every order follow.
 */
import { operations } from '@smol/value/ops'
import { filled, type MLArray } from './array.ts'
import { applyRow, compare, map, mul, where } from './elementwise.ts'
import { optionError } from './errors.ts'
import { flatten, join, moveToEnd, reshape, slice, windowAlong } from './move.ts'
import { max, min, sum, type ReduceOptions } from './reduce.ts'
import { reducedShape, toAxes, toAxis } from './shape.ts'

const { sub, div, exp, log, sqrt, square, abs, pow } = operations

/** How many elements each result of a reduction is made of. */
function countOf(x: MLArray, { axis }: ReduceOptions, op: string): number {
  return toAxes(axis, x.shape, op).reduce((n, i) => n * x.shape[i]!, 1)
}

/** The mean; NaN of nothing. */
export function mean(x: MLArray, options: ReduceOptions = {}): MLArray {
  return applyRow(div, sum(x, options), countOf(x, options, 'mean'))
}

export type VarianceOptions = ReduceOptions & {
  /** Delta degrees of freedom: the divisor is `n − ddof`. Default 0. */
  readonly ddof?: number
}

/** The variance, in two passes: the mean, then the mean of the squared differences from it. */
export function variance(x: MLArray, options: VarianceOptions = {}): MLArray {
  const { ddof = 0 } = options
  if (!Number.isFinite(ddof)) throw optionError('var', 'ddof', 'a finite number', ddof)
  const n = countOf(x, options, 'var')
  const differences = applyRow(sub, x, mean(x, { ...options, keepdims: true }))
  return applyRow(div, sum(applyRow(square, differences), options), Math.max(n - ddof, 0))
}

/** The standard deviation; of equal numbers it is 0 with gradient 0. */
export function std(x: MLArray, options: VarianceOptions = {}): MLArray {
  return rootOrZero(variance(x, options))
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
  if (countOf(x, options, 'norm') === 0) return sum(x, options)
  if (ord === 2) return rootOrZero(sum(applyRow(square, x), options))
  const sizes = applyRow(abs, x)
  if (ord === 1) return sum(sizes, options)
  if (ord === Infinity) return max(sizes, options)
  if (ord === -Infinity) return min(sizes, options)
  if (ord === 0) return sum(compare('ne', x, 0), options)
  const powers = sum(applyRow(pow, sizes, ord), options)
  const isZero = compare('eq', powers, 0)
  return where(isZero, 0, applyRow(pow, where(isZero, 1, powers), 1 / ord))
}

/** The largest element along the axes as a constant, 0 where that is infinite or there is none: what to take away before `exp`. */
function shift(x: MLArray, axes: readonly number[]): MLArray {
  const shape = reducedShape(x.shape, axes, true)
  if (axes.some((axis) => x.shape[axis] === 0)) return filled(shape, 0, x.dtype)
  const largest = max(x.detach(), { axis: axes, keepdims: true })
  return map((m) => (Math.abs(m!) === Infinity ? 0 : m!), shape, x.dtype, [largest])
}

/** `log Σ eˣ` without overflow; −Infinity of nothing. */
export function logsumexp(x: MLArray, options: ReduceOptions = {}): MLArray {
  const axes = toAxes(options.axis, x.shape, 'logsumexp')
  const largest = shift(x, axes)
  const total = sum(applyRow(exp, applyRow(sub, x, largest)), { axis: axes, keepdims: true })
  // Where all logits are −Infinity the sum is 0, and the logarithm's derivative would be infinite.
  const isZero = compare('eq', total, 0)
  const y = applyRow(
    operations.add,
    where(isZero, -Infinity, applyRow(log, where(isZero, 1, total))),
    largest,
  )
  return options.keepdims ? y : reshape(y, reducedShape(x.shape, axes, false))
}

export type SoftmaxOptions = {
  /** The axis along which the result sums to 1. Default −1. */
  readonly axis?: number
}

function softmaxAxes(x: MLArray, { axis = -1 }: SoftmaxOptions, op: string): number[] {
  return x.ndim === 0 && (axis === -1 || axis === 0) ? [] : [toAxis(axis, x.shape, op)]
}

/** `eˣ / Σ eˣ` along an axis, without overflow; 1 for rank 0. */
export function softmax(x: MLArray, options: SoftmaxOptions = {}): MLArray {
  const axis = softmaxAxes(x, options, 'softmax')
  const powers = applyRow(exp, applyRow(sub, x, shift(x, axis)))
  return applyRow(div, powers, sum(powers, { axis, keepdims: true }))
}

/** `log(softmax(x))` without leaving the logarithm; 0 for rank 0. */
export function logSoftmax(x: MLArray, options: SoftmaxOptions = {}): MLArray {
  const axis = softmaxAxes(x, options, 'logSoftmax')
  return applyRow(sub, x, logsumexp(x, { axis, keepdims: true }))
}

/**
 * The product; 1 of nothing. Halves are multiplied until one row is left, so that the derivative is exact
 * where elements are 0: no product is divided by an element.
 */
export function prod(x: MLArray, { axis, keepdims }: ReduceOptions = {}): MLArray {
  const axes = toAxes(axis, x.shape, 'prod')
  const rest = reducedShape(x.shape, axes, false)
  let rows = reshape(moveToEnd(x, axes), [...rest, axes.reduce((n, i) => n * x.shape[i]!, 1)])
  const last = rest.length
  if (rows.shape[last] === 0)
    return filled(reducedShape(x.shape, axes, keepdims ?? false), 1, x.dtype)
  const part = (start: number, length: number): MLArray =>
    slice(rows, windowAlong(rows.shape, last, start, length))
  while (rows.shape[last]! > 1) {
    const n = rows.shape[last]!
    const half = Math.floor(n / 2)
    const product = mul(part(0, half), part(half, half))
    rows = n % 2 === 0 ? product : join([product, part(n - 1, 1)], last, 'prod')
  }
  return reshape(rows, reducedShape(x.shape, axes, keepdims ?? false))
}

/**
 * The running product along an axis, or of all elements in row-major order. In round k every element is
 * multiplied by the one 2^k places before it (Hillis and Steele, CACM 29, 1986), exact where some are 0.
 */
export function cumprod(
  x: MLArray,
  { axis }: { readonly axis?: number | undefined } = {},
): MLArray {
  const along = axis === undefined ? 0 : toAxis(axis, x.shape, 'cumprod')
  let y = axis === undefined ? flatten(x) : x
  const n = y.shape[along]!
  for (let distance = 1; distance < n; distance *= 2) {
    const part = (start: number, length: number): MLArray =>
      slice(y, windowAlong(y.shape, along, start, length))
    y = join(
      [part(0, distance), mul(part(distance, n - distance), part(0, n - distance))],
      along,
      'cumprod',
    )
  }
  return y
}
