/**
 * Arrays of random numbers of one distribution each, from any source of uniform ones.
 */
import { allocate, type MLArray } from './array.ts'
import { dtypeFor, tracked } from './create.ts'
import { optionError, possibleError } from './errors.ts'
import type { Source } from './sample.ts'
import { sizeOf, toShape, type Shape } from './shape.ts'
import type { CreationOptions } from './typed.ts'

/** The interval `[low, high)`, and the array that is filled from it. */
export type UniformOptions = CreationOptions & {
  /** The smallest. Default 0. */
  readonly low?: number
  /** What all numbers stay below. Default 1. */
  readonly high?: number
}

/** A normal distribution, and the array that is filled from it. */
export type NormalOptions = CreationOptions & {
  /** Default 0. */
  readonly mean?: number
  /** The standard deviation. Default 1. */
  readonly std?: number
}

/** Refuses weights of which none, or fewer than are wanted, can be drawn. */
export function checkWeights(op: string, weights: ArrayLike<number>, wanted: number): void {
  let possible = 0
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!
    if (!(weight >= 0 && weight < Infinity))
      throw optionError(op, 'a probability', 'finite and ≥ 0', weight)
    if (weight > 0) possible++
  }
  if (possible < wanted) throw possibleError(op, wanted, possible)
}

/** An untracked array of numbers that `draw` gives. */
export function drawn(
  op: string,
  shape: number | Shape,
  options: CreationOptions,
  draw: (index: number) => number,
): MLArray {
  const checked = toShape(shape, op)
  const data = allocate(sizeOf(checked), dtypeFor({ dtype: 'float64', ...options }, op))
  for (let i = 0; i < data.length; i++) data[i] = draw(i)
  return tracked(data, checked, { requiresGrad: false, ...options })
}

/** @throws RangeError where one is no number: lists and texts would be computed with as if they were. */
export function checkNumbers(op: string, given: Readonly<Record<string, unknown>>): void {
  for (const [name, x] of Object.entries(given))
    if (typeof x !== 'number') throw optionError(op, name, 'a number', x)
}

/** Uniform numbers from [low, high). */
export function uniform(
  source: Source,
  op: string,
  shape: number | Shape,
  { low = 0, high = 1, ...options }: UniformOptions,
): MLArray {
  const checked = toShape(shape, op)
  checkNumbers(op, { low, high })
  const width = high - low
  if (!(width >= 0 && width < Infinity))
    throw optionError(op, 'low and high', 'finite, low ≤ high', [low, high])
  const data = allocate(sizeOf(checked), dtypeFor(options, op))
  for (let i = 0; i < data.length; i++) {
    data[i] = low + width * source.next()
    // Rounding can reach the end, which is left out.
    if (data[i]! >= high) data[i] = low
  }
  return tracked(data, checked, options)
}

/** Normal numbers: G. E. P. Box and M. E. Muller, Ann. Math. Statist. 29 (1958). */
export function normal(
  source: Source,
  op: string,
  shape: number | Shape,
  { mean = 0, std = 1, ...options }: NormalOptions,
): MLArray {
  const checked = toShape(shape, op)
  checkNumbers(op, { mean, std })
  if (!(std >= 0 && std < Infinity)) throw optionError(op, 'std', 'finite and ≥ 0', std)
  if (!Number.isFinite(mean)) throw optionError(op, 'mean', 'finite', mean)
  const data = allocate(sizeOf(checked), dtypeFor(options, op))
  for (let i = 0; i < data.length; i += 2) {
    // 1 − u is never 0, so that the logarithm is finite.
    const radius = std * Math.sqrt(-2 * Math.log(1 - source.next()))
    const angle = 2 * Math.PI * source.next()
    data[i] = mean + radius * Math.cos(angle)
    if (i + 1 < data.length) data[i + 1] = mean + radius * Math.sin(angle)
  }
  return tracked(data, checked, options)
}
