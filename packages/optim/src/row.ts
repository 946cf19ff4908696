/**
 * What an optimiser is: one row with its slots, its defaults, its update rule and its source.
 *
 * A rule says what becomes of one number, over an arithmetic (`arithmetic.ts`): the same line takes the
 * step on typed arrays and explains it on plain numbers. Groups, steps, skipping and saving are never in a
 * row; `optimizer.ts` does them once.
 */
import type { Arithmetic } from './arithmetic.ts'
import type { Shape } from '@smol/mlarray'

/** What every row with an update rule has among its settings. */
export type CommonSettings = {
  /** The length of a step. A schedule multiplies or replaces it. */
  learningRate: number
  /** How strongly parameters are drawn to 0. */
  weightDecay: number
  /** Go uphill. Default `false`. */
  maximize: boolean
}

/** What the rule reads: the parameter, its gradient, and the slots. */
export type Operands<T, Slot extends string> = {
  readonly [K in Slot | 'parameter' | 'gradient']: T
}

/**
 * What the rule gives: the new parameter and slots, under their names. What else it names (a denominator,
 * say) appears in explanations.
 */
type Results<T> = { readonly parameter: T } & { readonly [name: string]: T | number }

/** What the rule reads beside settings: the same for all numbers of a parameter in one step. */
export type Factors = { readonly [name: string]: number }

/** What a parameter remembers beside its slots. */
export type Moment = {
  /** The step that is being taken, counted from 1. */
  readonly step: number
  /** Whether this step is the first with the slots that the settings ask for. */
  readonly first: boolean
  /** The numbers that the row keeps, as the step before left them. */
  readonly kept: Factors
  readonly shape: Shape
}

export type Row<S extends object, Slot extends string = never, F extends Factors = Factors> = {
  /** The name of the class. */
  readonly name: string
  /** The update as mathematics; `g` is the gradient, `θ` the parameter, `α` the learning rate. */
  readonly formula: string
  /** Where it was published: paper and algorithm or equation. */
  readonly source: string
  readonly defaults: S
  /** The slots that the settings need, each with what it starts from. */
  readonly slots: (settings: S) => { readonly [K in Slot]?: number }
  /** The numbers that the row keeps for each parameter, with what they start from. */
  readonly kept?: (settings: S) => Factors
  /** What is the same for all numbers of a parameter; new values of what is kept, under their names. */
  readonly factors: (settings: S, moment: Moment) => F
  /** The law for one number. */
  readonly update: <T, M>(
    m: Arithmetic<T, M>,
    x: Operands<T, Slot>,
    settings: S,
    factors: F,
  ) => Results<T>
  /** Where a step depends on a whole matrix: a first law, and what is done with its result. */
  readonly matrix?: Matrix<S, Slot, F>
}

/** A step in two passes. What `transform` makes of the `direction`s is the gradient of the second. */
type Matrix<S, Slot extends string, F> = {
  readonly direction: <T, M>(
    m: Arithmetic<T, M>,
    x: Operands<T, Slot>,
    settings: S,
    factors: F,
  ) => { readonly direction: T; readonly [name: string]: T | number }
  readonly transform: (direction: Float64Array, shape: Shape, settings: S) => Float64Array
}

/** A row whatever its settings and slots: what the runner works with. */
export type AnyRow = Row<CommonSettings, string>

/**
 * The gradient of what is minimised: turned round for `maximize`, with weight decay as the gradient of
 * `½ weightDecay θ²` where it belongs to the loss.
 */
export function descent<T, M>(
  m: Arithmetic<T, M>,
  x: Operands<T, never>,
  { maximize, weightDecay }: CommonSettings,
): T {
  const g = uphillOrDownhill(m, x.gradient, maximize)
  return weightDecay === 0 ? g : m.add(g, m.mul(weightDecay, x.parameter))
}

export function uphillOrDownhill<T, M>(m: Arithmetic<T, M>, gradient: T, maximize: boolean): T {
  return maximize ? m.mul(-1, gradient) : gradient
}

/** Weight decay beside the gradient, arXiv:1711.05101: the parameter shrinks by a factor. */
export function shrunk<T, M>(
  m: Arithmetic<T, M>,
  parameter: T,
  { learningRate, weightDecay }: CommonSettings,
): T {
  return weightDecay === 0 ? parameter : m.mul(1 - learningRate * weightDecay, parameter)
}
