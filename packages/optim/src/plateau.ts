/**
 * The one schedule that looks at a metric, and so keeps state.
 */
import { within } from '@smol/mlarray/kernels'
import { metricError, optimizerError, optionError, stateError } from './errors.ts'
import { checkOptions } from './options.ts'
import { checkGroupIndex, Optimizer } from './optimizer.ts'
import { recordOf, restore, save, type SavedNumber } from './state.ts'

/** What counts as an improvement of the metric, and what happens without one. */
export type ReduceOnPlateauOptions = {
  /** Whether the metric is to become small or large. Default `'min'`. */
  readonly mode?: 'min' | 'max'
  /** By what a learning rate is multiplied, < 1. Default 0.1. */
  readonly factor?: number
  /** Metrics without improvement that are borne with. Default 10. */
  readonly patience?: number
  /** What an improvement must exceed. Default 1e-4. */
  readonly threshold?: number
  /** Whether the threshold is a share of the best metric or a difference. Default `'rel'`. */
  readonly thresholdMode?: 'rel' | 'abs'
  /** Metrics after a reduction that are not counted. Default 0. */
  readonly cooldown?: number
  /** No learning rate falls below it: one for all groups, or one for each. Default 0. */
  readonly minLearningRate?: number | readonly number[]
  /** A smaller reduction is not made. Default 1e-8. */
  readonly eps?: number
  /** The group whose learning rate is reduced. Default all. */
  readonly group?: number
}

/** What the watch on a metric has seen, as a plain object that `JSON.stringify` takes. */
export type ReduceOnPlateauState = {
  readonly best: SavedNumber
  readonly badMetrics: number
  readonly cooldown: number
}

type Settings = Required<Omit<ReduceOnPlateauOptions, 'group'>>

const DEFAULTS: Settings = {
  mode: 'min',
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: 'rel',
  cooldown: 0,
  minLearningRate: 0,
  eps: 1e-8,
}

const isCount = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 0
const atLeast0 = (x: unknown): boolean => typeof x === 'number' && x >= 0

const ACCEPTED: readonly [keyof Settings, string, (x: unknown) => boolean][] = [
  ['mode', "'min' or 'max'", (x) => x === 'min' || x === 'max'],
  ['factor', '≥ 0 and < 1', (x) => atLeast0(x) && (x as number) < 1],
  ['patience', 'an integer ≥ 0', isCount],
  ['threshold', '≥ 0', atLeast0],
  ['thresholdMode', "'rel' or 'abs'", (x) => x === 'rel' || x === 'abs'],
  ['cooldown', 'an integer ≥ 0', isCount],
  [
    'minLearningRate',
    '≥ 0',
    (x) => (Array.isArray(x) ? !x.includes(undefined) && x.every(atLeast0) : atLeast0(x)),
  ],
  ['eps', '≥ 0', atLeast0],
]

/**
 * Reduces learning rates when a metric has stopped improving: by `factor`, after more than `patience`
 * metrics in a row that are not better than the best by the threshold.
 *
 * A schedule that is attached too goes on from the reduced learning rate.
 *
 * @throws RangeError where an option is not accepted. @see torch.optim.lr_scheduler.ReduceLROnPlateau
 * @example
 * const plateau = new ReduceOnPlateau(optimizer, { patience: 3 })
 * plateau.step(validationLoss) // after each epoch
 */
export class ReduceOnPlateau {
  readonly #optimizer: Optimizer
  readonly #settings: Settings
  readonly #group: number | undefined
  #best: number
  #badMetrics = 0
  #cooldown = 0

  constructor(optimizer: Optimizer, options: ReduceOnPlateauOptions = {}) {
    this.#settings = within(new.target, () => settingsOf(optimizer, options))
    this.#optimizer = optimizer
    this.#group = options.group
    this.#best = this.#settings.mode === 'min' ? Infinity : -Infinity
  }

  /** The best metric so far. */
  get best(): number {
    return this.#best
  }

  /**
   * Takes note of a metric.
   *
   * @returns whether learning rates were reduced.
   */
  step(metric: number): boolean {
    return within(ReduceOnPlateau.prototype.step, () => {
      if (typeof metric !== 'number') throw metricError('ReduceOnPlateau', 'metric', metric)
      if (this.#isBetter(metric)) {
        this.#best = metric
        this.#badMetrics = 0
      } else this.#badMetrics++
      if (this.#cooldown > 0) {
        this.#cooldown--
        this.#badMetrics = 0
      }
      if (this.#badMetrics <= this.#settings.patience) return false
      this.#reduce()
      this.#cooldown = this.#settings.cooldown
      this.#badMetrics = 0
      return true
    })
  }

  stateDict(): ReduceOnPlateauState {
    return { best: save(this.#best), badMetrics: this.#badMetrics, cooldown: this.#cooldown }
  }

  /** @throws RangeError where the state is none of this class. */
  loadStateDict(state: ReduceOnPlateauState): void {
    return within(ReduceOnPlateau.prototype.loadStateDict, () => {
      const { best, badMetrics, cooldown } = recordOf('ReduceOnPlateau', 'it', state)
      const restored = restore('ReduceOnPlateau', 'best', best)
      if (!isCount(badMetrics))
        throw stateError('ReduceOnPlateau', 'badMetrics', badMetrics, 'an integer')
      if (!isCount(cooldown))
        throw stateError('ReduceOnPlateau', 'cooldown', cooldown, 'an integer')
      this.#best = restored
      this.#badMetrics = badMetrics
      this.#cooldown = cooldown
    })
  }

  #isBetter(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.#settings
    const sign = mode === 'min' ? -1 : 1
    const bound =
      thresholdMode === 'rel' ? this.#best * (1 + sign * threshold) : this.#best + sign * threshold
    return mode === 'min' ? metric < bound : metric > bound
  }

  #reduce(): void {
    const { factor, minLearningRate, eps } = this.#settings
    this.#optimizer.groups.forEach((group, i) => {
      if (this.#group !== undefined && i !== this.#group) return
      const least = typeof minLearningRate === 'number' ? minLearningRate : minLearningRate[i]!
      const { learningRate } = group.settings as { learningRate: number }
      const reduced = Math.max(learningRate * factor, least)
      if (learningRate - reduced > eps) group.set({ learningRate: reduced })
    })
  }
}

/** @throws RangeError or TypeError where an option is not accepted. */
function settingsOf(optimizer: Optimizer, options: ReduceOnPlateauOptions): Settings {
  if (!Optimizer.isMade(optimizer)) throw optimizerError('ReduceOnPlateau', optimizer)
  checkOptions('ReduceOnPlateau', options, [...Object.keys(DEFAULTS), 'group'])
  const { group, ...given } = options
  const defined = Object.entries(given).filter(([, value]) => value !== undefined)
  const settings: Settings = { ...DEFAULTS, ...Object.fromEntries(defined) }
  for (const [name, accepted, holds] of ACCEPTED) {
    const value = settings[name]
    if (!holds(value)) throw optionError('ReduceOnPlateau', name, accepted, value)
  }
  const count = optimizer.groups.length
  checkGroupIndex('ReduceOnPlateau', group, count)
  const { minLearningRate } = settings
  if (Array.isArray(minLearningRate) && minLearningRate.length !== count)
    throw optionError('ReduceOnPlateau', 'minLearningRate', `a list of ${count}`, minLearningRate)
  return settings
}
