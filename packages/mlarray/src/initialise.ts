/**
 * Starting values of weights. A matrix of weights has the shape `[fanIn, fanOut]`, as `x.matmul(w)` takes
 * it; axes before these two (the places of a convolution) count in both fans. Methods and constants are
 * those of `torch.nn.init`.
 */
import { allocate, type MLArray } from './array.ts'
import { dtypeFor, tracked, type CreationOptions } from './create.ts'
import { checkNumbers, normal, uniform } from './distribution.ts'
import { optionError, rankError } from './errors.ts'
import type { Generator } from './random.ts'
import { sourceOf, type RandomOptions } from './seed.ts'
import { sizeOf, toShape, type Shape } from './shape.ts'

/** By what an initialisation scales. */
export type GainOptions = RandomOptions & {
  /** What the numbers are multiplied by. Default 1. */
  readonly gain?: number
}

/** What He's initialisation keeps steady, and by what it scales. */
export type HeOptions = RandomOptions & {
  /** What the numbers are multiplied by. Default √2, which suits relu. */
  readonly gain?: number
  /** Whether signals keep their size forward (`'in'`) or gradients backward (`'out'`). Default `'in'`. */
  readonly fan?: 'in' | 'out'
}

type Fans = { readonly shape: number[]; readonly fanIn: number; readonly fanOut: number }

function fansOf(given: Shape, op: string): Fans {
  const shape = toShape(given, op)
  if (shape.length < 2) throw rankError(op, 'at least 2, for [fanIn, fanOut]', shape)
  const places = sizeOf(shape.slice(0, -2))
  return { shape, fanIn: places * shape.at(-2)!, fanOut: places * shape.at(-1)! }
}

function checkGain(op: string, gain: number): number {
  if (!Number.isFinite(gain)) throw optionError(op, 'gain', 'a finite number', gain)
  return gain
}

type Draw = typeof normalOf

/** Uniform numbers from ±√3 times the standard deviation, which gives them that one. */
function uniformOf(
  op: string,
  shape: Shape,
  std: number,
  [generator, options]: readonly [Generator, CreationOptions],
): MLArray {
  const bound = Math.sqrt(3) * Math.abs(std)
  return uniform(generator, op, shape, { ...options, low: -bound, high: bound })
}

function normalOf(
  op: string,
  shape: Shape,
  std: number,
  [generator, options]: readonly [Generator, CreationOptions],
): MLArray {
  return normal(generator, op, shape, { ...options, std: Math.abs(std) })
}

// ---- Xavier ----

function xavier(op: string, given: Shape, options: GainOptions, draw: Draw): MLArray {
  const [generator, { gain = 1, ...rest }] = sourceOf(op, options, ['gain'])
  const { shape, fanIn, fanOut } = fansOf(given, op)
  const fans = Math.max(fanIn + fanOut, 1)
  return draw(op, shape, checkGain(op, gain) * Math.sqrt(2 / fans), [generator, rest])
}

/**
 * Uniform on ±gain · √(6 / (fanIn + fanOut)): X. Glorot and Y. Bengio, "Understanding the difficulty of
 * training deep feedforward neural networks", AISTATS 2010, eq. 16.
 */
export function xavierUniform(shape: Shape, options: GainOptions = {}): MLArray {
  return xavier('xavierUniform', shape, options, uniformOf)
}

/** Normal with the standard deviation gain · √(2 / (fanIn + fanOut)): see `xavierUniform`. */
export function xavierNormal(shape: Shape, options: GainOptions = {}): MLArray {
  return xavier('xavierNormal', shape, options, normalOf)
}

// ---- He ----

function he(op: string, given: Shape, options: HeOptions, draw: Draw): MLArray {
  const [generator, all] = sourceOf(op, options, ['gain', 'fan'])
  const { gain = Math.SQRT2, fan = 'in', ...rest } = all
  if (fan !== 'in' && fan !== 'out') throw optionError(op, 'fan', "'in' or 'out'", fan)
  const { shape, fanIn, fanOut } = fansOf(given, op)
  const inputs = Math.max(fan === 'in' ? fanIn : fanOut, 1)
  return draw(op, shape, checkGain(op, gain) / Math.sqrt(inputs), [generator, rest])
}

/**
 * Uniform on ±gain · √(3 / fan): K. He et al., "Delving deep into rectifiers", arXiv:1502.01852, eq. 10.
 */
export function heUniform(shape: Shape, options: HeOptions = {}): MLArray {
  return he('heUniform', shape, options, uniformOf)
}

/** Normal with the standard deviation gain / √fan: see `heUniform`. */
export function heNormal(shape: Shape, options: HeOptions = {}): MLArray {
  return he('heNormal', shape, options, normalOf)
}

// ---- Orthogonal ----

/**
 * `gain` times a matrix whose rows or columns, whichever are fewer, are orthonormal, every such matrix
 * equally likely; axes before the last count as one. A. M. Saxe, J. L. McClelland and S. Ganguli,
 * arXiv:1312.6120; F. Mezzadri, "How to generate random matrices from the classical compact groups",
 * arXiv:math-ph/0609050.
 */
export function orthogonal(given: Shape, options: GainOptions = {}): MLArray {
  const [generator, { gain = 1, ...rest }] = sourceOf('orthogonal', options, ['gain'])
  const { shape } = fansOf(given, 'orthogonal')
  checkGain('orthogonal', gain)
  const columns = shape.at(-1)!
  const rows = sizeOf(shape.slice(0, -1))
  const count = Math.min(rows, columns)
  const length = Math.max(rows, columns)
  const vectors = orthonormal(generator, count, length)
  const data = allocate(rows * columns, dtypeFor(rest, 'orthogonal'))
  for (let i = 0; i < data.length; i++) {
    const row = Math.floor(i / columns)
    const column = i % columns
    data[i] = gain * (rows < columns ? vectors[row]![column]! : vectors[column]![row]!)
  }
  return tracked(data, shape, rest)
}

/**
 * Random orthonormal vectors: normal ones, from each of which what lies along those before is taken away.
 * Twice, since once loses digits (L. Giraud et al., Numer. Math. 101, 2005).
 */
function orthonormal(generator: Generator, count: number, length: number): Float64Array[] {
  const found: Float64Array[] = []
  while (found.length < count) {
    const draws = normal(generator, 'orthogonal', [length], { dtype: 'float64' })
    const vector = draws.storage.data as Float64Array
    for (let pass = 0; pass < 2; pass++) {
      for (const other of found) {
        const share = inner(vector, other)
        for (let i = 0; i < length; i++) vector[i]! -= share * other[i]!
      }
      const size = Math.sqrt(inner(vector, vector))
      for (let i = 0; i < length; i++) vector[i]! /= size
    }
    found.push(vector)
  }
  return found
}

function inner(a: Float64Array, b: Float64Array): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!
  return total
}

// ---- Truncated normal ----

/** A normal distribution, and where it is cut off. */
export type TruncatedNormalOptions = RandomOptions & {
  /** Of the normal distribution before it is cut. Default 0. */
  readonly mean?: number
  /** Of the normal distribution before it is cut. Default 1. */
  readonly std?: number
  /** The smallest number, itself and not in standard deviations. Default −2. */
  readonly low?: number
  /** The largest number. Default 2. */
  readonly high?: number
}

/** Normal numbers of which those outside of [low, high] do not occur. */
export function truncatedNormal(
  given: number | Shape,
  options: TruncatedNormalOptions = {},
): MLArray {
  const op = 'truncatedNormal'
  const [generator, all] = sourceOf(op, options, ['mean', 'std', 'low', 'high'])
  const { mean = 0, std = 1, low = -2, high = 2, ...rest } = all
  const shape = toShape(given, op)
  checkNumbers(op, { mean, std, low, high })
  if (!(std > 0 && std < Infinity)) throw optionError(op, 'std', 'finite and > 0', std)
  if (!Number.isFinite(mean)) throw optionError(op, 'mean', 'finite', mean)
  if (!(low < high)) throw optionError(op, 'low and high', 'low < high', [low, high])
  const data = allocate(sizeOf(shape), dtypeFor(rest, op))
  const from = (low - mean) / std
  const to = (high - mean) / std
  for (let i = 0; i < data.length; i++) {
    const x = mean + std * standardWithin(generator, from, to)
    data[i] = Math.max(low, Math.min(high, x))
  }
  return tracked(data, shape, rest)
}

/**
 * A standard normal number from [from, to], by rejection from whichever is close to it there: the normal
 * distribution, a uniform one, or an exponential tail. C. P. Robert, "Simulation of truncated normal
 * variables", Statistics and Computing 5 (1995), arXiv:0907.4010, sections 2.1 and 2.2.
 */
function standardWithin(random: Generator, from: number, to: number): number {
  if (to < 0) return -standardWithin(random, -to, -from)
  // The place in the interval where the density is largest.
  const peak = Math.max(from, 0)
  const rate = (peak + Math.sqrt(peak * peak + 4)) / 2
  const isTail = from > 0 && to - from > 1 / rate
  const isWide = from <= 0 && to - from > Math.sqrt(2 * Math.PI)
  for (;;) {
    if (isTail) {
      const x = from - Math.log(1 - random.next()) / rate
      if (x <= to && random.next() <= Math.exp(-((x - rate) ** 2) / 2)) return x
    } else if (isWide) {
      const x = oneNormal(random)
      if (x >= from && x <= to) return x
    } else {
      const x = from + (to - from) * random.next()
      if (random.next() <= Math.exp((peak * peak - x * x) / 2)) return x
    }
  }
}

function oneNormal(random: Generator): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()))
  return radius * Math.cos(2 * Math.PI * random.next())
}
