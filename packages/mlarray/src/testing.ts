/**
 * The entry point `@smol/mlarray/testing`: derivatives by the graph against what small steps show.
 *
 * A derivative is checked along random directions through all elements of all inputs at once, which takes
 * two evaluations however many there are; only where it fails are elements tried one by one, to name the
 * culprit. A second derivative is the first one of a recorded first one, and so on. It knows no test runner.
 */
import { Value } from '@smol/value'
import { CONSTANT, gradients, Node, withRecording } from '@smol/value/graph'
import { copyOf, filled, fromData, MLArray as Untyped, rowMajor } from './array.ts'
import { add, astype, mul } from './elementwise.ts'
import { derivativeError, functionError, optionError, resultError } from './errors.ts'
import { backward, grad } from './gradient.ts'
import { asLeaf, nodeOf } from './node.ts'
import { checkOptions } from './options.ts'
import { Generator } from './random.ts'
import { sum } from './reduce.ts'
import { stridesOf } from './shape.ts'
import type { MLArray } from './typed.ts'

/** Which derivatives are compared with central differences, and how closely. */
export type CheckGradsOptions = {
  /** Up to which derivative to check. Default 1. */
  readonly order?: number
  /** How many random directions to try for each order. Default 3. */
  readonly directions?: number
  /** Fixes the directions. Default 0. */
  readonly seed?: number
  /**
   * What the two figures may differ by, relative to the larger and to 1. Default 1e-5, and 1e-3 where an
   * input is float32.
   */
  readonly tolerance?: number
}

/** What a function gets for the inputs: arrays for arrays, Values for Values and numbers. */
export type Handed<A extends readonly unknown[]> = {
  -readonly [K in keyof A]: A[K] extends MLArray ? A[K] : Value
}

type Input = Untyped | Value
type Differentiable = (...inputs: Input[]) => Input

/**
 * Compares the derivatives of `f` at `inputs`, as a plain pass and as a recorded one compute them, with
 * central differences in float64. An array that `f` returns is weighted at random and summed.
 *
 * @throws Error where they differ, with the input, the numeric and the analytic figure.
 * @throws TypeError where `f` is no function, or there is no such option. @throws RangeError where one is not accepted.
 * @example
 * checkGrads((x, w) => x.matmul(w).tanh(), [randn([2, 3]), randn([3, 4])], { order: 2 })
 */
export function checkGrads<const A extends readonly (MLArray | Value | number)[]>(
  f: (...inputs: Handed<A>) => MLArray | Value,
  inputs: A,
  options: CheckGradsOptions = {},
): void {
  if (typeof f !== 'function') throw functionError('checkGrads', f)
  checkOptions('checkGrads', options, ['order', 'directions', 'seed', 'tolerance'])
  const { order = 1, directions = 3, seed = 0 } = options
  if (!Number.isInteger(order) || order < 1)
    throw optionError('checkGrads', 'order', 'an integer ≥ 1', order)
  // With none, nothing would be checked.
  if (!Number.isInteger(directions) || directions < 1)
    throw optionError('checkGrads', 'directions', 'an integer ≥ 1', directions)
  if (!Array.isArray(inputs)) throw optionError('checkGrads', 'inputs', 'a list', inputs)
  const given = (inputs as readonly unknown[]).map(toInput)
  const isSingle = given.some((x) => x instanceof Untyped && x.dtype === 'float32')
  const { tolerance = isSingle ? 1e-3 : 1e-5 } = options
  if (typeof tolerance !== 'number' || !(tolerance >= 0))
    throw optionError('checkGrads', 'tolerance', '≥ 0', tolerance)
  const random = new Generator(seed)
  for (let k = 0; k < directions; k++) {
    let current = weighted(f as unknown as Differentiable, new Generator(seed + k))
    for (let n = 1; n <= order; n++) {
      const direction = given.map((x) => randomLike(x, random))
      normalise(direction)
      check(current, given, direction, n, tolerance)
      current = along(current, direction)
    }
  }
}

function toInput(x: unknown): Input {
  if (x instanceof Untyped || x instanceof Value) return x
  if (typeof x === 'number') return new Value(x)
  throw optionError('checkGrads', 'inputs', 'arrays, Values and numbers', x)
}

// ---- Functions of inputs ----

/** `f` with its result weighted at random and summed to one number. */
function weighted(f: Differentiable, random: Generator): Differentiable {
  let weights: Untyped | undefined
  return (...inputs) => {
    const y: unknown = f(...inputs)
    if (y instanceof Value) return y
    if (!(y instanceof Untyped)) throw resultError('checkGrads', y)
    weights ??= randomLike(astype(y.detach(), 'float64'), random) as Untyped
    return sum(mul(y, astype(weights, y.dtype)))
  }
}

/** The derivative of `f` along a direction, recorded, as a function of the same inputs. */
function along(f: Differentiable, direction: readonly Input[]): Differentiable {
  return (...inputs) => {
    return derivatives(f(...inputs), inputs)
      .map((slope, i) => inner(slope, direction[i]!))
      .reduce((total, term) => add(total, term), filled([], 0, 'float64'))
  }
}

function derivatives(y: Input, inputs: readonly Input[]): (Input | undefined)[] {
  const root: Node = y instanceof Value ? y : nodeOf(y)
  const upstream =
    y instanceof Value ? new Value(1, { requiresGrad: false }) : filled([], 1, y.dtype)
  const nodes = inputs.map((x): Node => (x instanceof Value ? x : nodeOf(x)))
  return gradients(root, upstream, nodes) as (Input | undefined)[]
}

/** The inner product of a gradient and a direction, in float64. */
function inner(slope: Input | undefined, direction: Input): Untyped {
  if (slope === undefined) return filled([], 0, 'float64')
  const toward = direction instanceof Value ? direction.data : direction
  const terms =
    slope instanceof Value
      ? mul(filled([], 1, 'float64'), slope.mul(toward as number))
      : mul(astype(slope, 'float64'), toward)
  return sum(terms)
}

/** The inputs as leaves of a graph of their own, moved along a direction. */
function leavesAt(inputs: readonly Input[], direction?: readonly Input[], step = 0): Input[] {
  return inputs.map((x, i) => {
    const toward = direction?.[i]
    if (x instanceof Value) return new Value(x.data + step * ((toward as Value)?.data ?? 0))
    const data = copyOf(x, toward === undefined ? x.dtype : 'float64')
    const moves = toward === undefined ? [] : rowMajor(toward as Untyped)
    for (let k = 0; k < moves.length; k++) data[k]! += step * moves[k]!
    return asLeaf(fromData(data, x.shape))
  })
}

const numberOf = (y: Input): number => (y instanceof Value ? y.data : rowMajor(y)[0]!)

const evaluate = (f: Differentiable, leaves: Input[]): number =>
  withRecording(true, () => numberOf(f(...leaves)))

// ---- The comparison ----

// The step at which the error of cutting the series, of the order h², meets that of rounding, ε/h.
const STEP = Math.cbrt(Number.EPSILON)

/** The slope of `f` along a direction: by small steps, by a plain pass, and by a recorded one. */
function slopes(
  f: Differentiable,
  inputs: readonly Input[],
  direction: readonly Input[],
): [numeric: number, plain: number, recorded: number] {
  const plain = plainSlope(f, inputs, direction)
  const largest = inputs
    .flatMap((x) => (x instanceof Value ? [x.data] : Array.from(rowMajor(x))))
    .reduce((most, x) => Math.max(most, Math.abs(x)), 1)
  const h = STEP * largest
  const moved = (by: number): number => evaluate(f, leavesAt(inputs, direction, by))
  const numeric = (moved(h) - moved(-h)) / (2 * h)
  return [numeric, plain, evaluate(along(f, direction), leavesAt(inputs))]
}

function plainSlope(
  f: Differentiable,
  inputs: readonly Input[],
  direction: readonly Input[],
): number {
  const leaves = leavesAt(inputs)
  const y = withRecording(true, () => f(...leaves))
  if (y instanceof Value) {
    if (y.operation !== CONSTANT) y.backward()
  } else if (y.requiresGrad) backward(y)
  const terms = leaves.map((leaf, i) => {
    const slope = leaf instanceof Value ? new Value(leaf.grad, { requiresGrad: false }) : grad(leaf)
    return numberOf(inner(slope, direction[i]!))
  })
  return terms.reduce((total, term) => total + term, 0)
}

function check(
  f: Differentiable,
  inputs: readonly Input[],
  direction: readonly Input[],
  order: number,
  tolerance: number,
): void {
  const wrong = ([numeric, ...analytic]: readonly number[]): number | undefined =>
    analytic.find(
      // Written so that NaN is wrong.
      (x) => !(Math.abs(numeric! - x) <= tolerance * Math.max(1, Math.abs(numeric!), Math.abs(x))),
    )
  const whole = slopes(f, inputs, direction)
  const figure = wrong(whole)
  if (figure === undefined) return
  for (const [place, unit] of units(inputs)) {
    const alone = slopes(f, inputs, unit)
    const found = wrong(alone)
    if (found !== undefined) throw derivativeError(order, place, alone[0], found)
  }
  throw derivativeError(order, 'a random direction through all inputs', whole[0], figure)
}

// ---- Directions ----

function randomLike(x: Input, random: Generator): Input {
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  if (x instanceof Value) return new Value(normal(), { requiresGrad: false })
  return fromData(Float64Array.from({ length: x.size }, normal), x.shape)
}

/** Makes a direction of length 1. */
function normalise(direction: readonly Input[]): void {
  const squares = direction.map((x) =>
    x instanceof Value
      ? x.data ** 2
      : Array.from(rowMajor(x)).reduce((total, d) => total + d * d, 0),
  )
  const length = Math.sqrt(squares.reduce((total, square) => total + square, 0)) || 1
  for (const x of direction) {
    if (x instanceof Value) x.data /= length
    else rowMajor(x).forEach((d, i, data) => (data[i] = d / length))
  }
}

/** The directions along one element each, and what to call them. */
function* units(
  inputs: readonly Input[],
): globalThis.Generator<[place: string, direction: Input[]]> {
  const zeros = (): Input[] =>
    inputs.map((x) =>
      x instanceof Value ? new Value(0, { requiresGrad: false }) : filled(x.shape, 0, 'float64'),
    )
  for (const [i, x] of inputs.entries()) {
    const name = `input ${x.label ?? i}`
    const size = x instanceof Value ? 1 : x.size
    for (let k = 0; k < size; k++) {
      const direction = zeros()
      const own = direction[i]!
      if (own instanceof Value) own.data = 1
      else own.storage.data[k] = 1
      const steps = x instanceof Value ? [] : stridesOf(x.shape)
      const index = steps.map((step, axis) => Math.floor(k / step) % (x as Untyped).shape[axis]!)
      const at = x instanceof Value ? x.data : rowMajor(x)[k]!
      yield [`${name}${index.length > 0 ? `[${index.join(', ')}]` : ''} = ${at}`, direction]
    }
  }
}
