/**
 * Checking derivatives: what the graph says against what small steps show.
 *
 * A direction through all inputs at once needs two evaluations however many inputs there are; only where
 * it fails are the inputs tried one by one, to name the culprit.
 */
import {
  functionError,
  gradientMismatchError,
  listError,
  optionError,
  resultTypeError,
} from './errors.ts'
import { gradients, withRecording } from './graph.ts'
import { constant, toValue } from './operand.ts'
import { checkOptions } from './options.ts'
import { within } from './stack.ts'
import { Value } from './value.ts'
import { sum } from './nary.ts'

/** Which derivatives are compared with central differences, and how closely. */
export type CheckGradsOptions = {
  /** Up to which derivative to check, 1 … 9; each takes several times as long as the one before. Default 1. */
  readonly order?: number
  /** How many random directions to try for each order, 1 … 1000. Default 3. */
  readonly directions?: number
  /** Fixes the directions. Default 0. */
  readonly seed?: number
  /** What the two figures may differ by, relative to the larger and to 1. Default 1e-5. */
  readonly tolerance?: number
}

type Differentiable = (...xs: Value[]) => Value

/**
 * Compares the derivatives of `f` at `inputs` with central differences, in random directions.
 *
 * @throws Error where they differ, with the input, the numeric and the analytic figure.
 * @throws TypeError where `f` is no function of Values, or `inputs` no list of numbers and Values.
 * @throws RangeError where an option is not accepted.
 * @example
 * checkGrads((x, y) => x.sin().mul(y), [1, 2], { order: 2 })
 */
export function checkGrads(
  f: (...xs: Value[]) => Value,
  inputs: readonly (Value | number)[],
  options: CheckGradsOptions = {},
): void {
  if (typeof f !== 'function')
    throw functionError('checkGrads', 'a function of Values', f, checkGrads)
  if (!Array.isArray(inputs)) throw listError('checkGrads', 'inputs', inputs, checkGrads)
  checkOptions('checkGrads', options, OPTIONS, checkGrads)
  const { order = 1, directions = 3, seed = 0, tolerance = 1e-5 } = options
  const refuse = (option: string, accepted: string, given: unknown): RangeError =>
    optionError('checkGrads', option, accepted, given, checkGrads)
  if (!isCount(order, 9)) throw refuse('order', 'an integer from 1 to 9', order)
  if (!isCount(directions, 1000))
    throw refuse('directions', 'an integer from 1 to 1000', directions)
  if (!Number.isSafeInteger(seed)) throw refuse('seed', 'an integer', seed)
  if (typeof tolerance !== 'number' || !(tolerance >= 0))
    throw refuse('tolerance', '≥ 0', tolerance)
  const at = Array.from(inputs, (x) => toValue(x, 'checkGrads', checkGrads).data)
  const names = inputs.map((x, i) => (x instanceof Value && x.label) || String(i))
  const random = directionsFrom(seed)
  within(checkGrads, () => {
    for (let k = 0; k < directions; k++) {
      let current: Differentiable = f
      for (let n = 1; n <= order; n++) {
        const direction = random(at.length)
        check(current, at, direction, { order: n, tolerance, names })
        current = along(current, direction)
      }
    }
  })
}

const OPTIONS = ['order', 'directions', 'seed', 'tolerance'] as const

const isCount = (given: unknown, most: number): boolean =>
  Number.isInteger(given) && (given as number) >= 1 && (given as number) <= most

type Check = {
  readonly order: number
  readonly tolerance: number
  readonly names: readonly string[]
}

function check(
  f: Differentiable,
  at: readonly number[],
  direction: readonly number[],
  { order, tolerance, names }: Check,
): void {
  const agree = (numeric: number, analytic: number): boolean =>
    Math.abs(numeric - analytic) <= tolerance * Math.max(1, Math.abs(numeric), Math.abs(analytic))
  const compare = (
    toward: readonly number[],
    size: number,
  ): [numeric: number, analytic: number] => [
    centralDifference(f, at, toward, STEP * size),
    evaluate(along(f, toward), at),
  ]
  // What is a small step for one input may be a long one for another.
  const sizes = at.map((x) => Math.max(1, Math.abs(x)))
  const largest = Math.max(1, ...sizes)
  if (agree(...compare(direction, largest))) return
  const whole = compare(direction, Math.min(largest, ...sizes))
  if (agree(...whole)) return
  for (const [i, name] of names.entries()) {
    const toward = at.map((_, j) => (i === j ? 1 : 0))
    const alone = compare(toward, sizes[i]!)
    if (!agree(...alone)) throw gradientMismatchError(order, `input ${name}`, at[i], ...alone)
  }
  throw gradientMismatchError(order, `direction [${direction.join(', ')}]`, at, ...whole)
}

/** The derivative of `f` along a direction, as a function of the same arguments. */
function along(f: Differentiable, direction: readonly number[]): Differentiable {
  return (...xs) => {
    const slopes = gradients(resultOf(f, xs), constant(1), xs) as (Value | undefined)[]
    return sum(slopes.map((slope, i) => (slope ? slope.mul(direction[i]!) : 0)))
  }
}

function resultOf(f: Differentiable, xs: Value[]): Value {
  const y: unknown = f(...xs)
  if (!(y instanceof Value)) throw resultTypeError('checkGrads', y)
  return y
}

function evaluate(f: Differentiable, at: readonly number[]): number {
  return withRecording(
    true,
    () =>
      resultOf(
        f,
        at.map((x) => new Value(x)),
      ).data,
  )
}

// The step at which the error of cutting the series, of the order h², meets that of rounding, ε/h; for inputs
// of size 1.
const STEP = Math.cbrt(Number.EPSILON)

function centralDifference(
  f: Differentiable,
  at: readonly number[],
  direction: readonly number[],
  h: number,
): number {
  const moved = (by: number): number[] => at.map((x, i) => x + by * direction[i]!)
  return (evaluate(f, moved(h)) - evaluate(f, moved(-h))) / (2 * h)
}

/** Unit vectors in random directions: the generator mulberry32, and Box and Muller's transform. */
function directionsFrom(seed: number): (size: number) => number[] {
  let state = seed >>> 0
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return (size) => {
    const direction = Array.from({ length: size }, normal)
    const length = Math.hypot(...direction) || 1
    return direction.map((x) => x / length)
  }
}
