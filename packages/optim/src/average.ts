/**
 * An exponential moving average of parameters: what training ends with, without its last jitter.
 */
import { within } from '@smol/mlarray/kernels'
import { functionError, optionError, stateError } from './errors.ts'
import { checkOptions } from './options.ts'
import { collect, type Parameter, type Parameters, type TypedArray } from './parameter.ts'
import { recordOf, restoreAll, saveAll, type SavedNumber } from './state.ts'

const NAME = 'ExponentialMovingAverage'

/** The averages and their count, as a plain object that `JSON.stringify` takes. */
export type AverageState = {
  readonly updates: number
  readonly averages: readonly (readonly SavedNumber[])[]
}

/**
 * `a ← decay · a + (1 − decay) θ` after each step; the first update copies.
 *
 * With `decay: (n) => n / (n + 1)`, from where training has come close, it is the plain mean of stochastic weight
 * averaging (arXiv:1803.05407).
 *
 * @see torch.optim.swa_utils.AveragedModel, with get_ema_multi_avg_fn or without
 * @example
 * const average = new ExponentialMovingAverage([w, b], { decay: 0.99 })
 * average.update() // after each optimizer.step()
 * average.with(() => evaluate())
 */
export class ExponentialMovingAverage {
  readonly #members: readonly Parameter[]
  readonly #averages: TypedArray[]
  readonly #decay: (updates: number) => number
  #updates = 0

  /**
   * @param options.decay how much of the average is kept, from 0 to 1: always, or by the number of updates so far.
   *   Default 0.999.
   */
  constructor(
    parameters: Parameters,
    options: { readonly decay?: number | ((updates: number) => number) } = {},
  ) {
    const { decay, members } = within(new.target, () => {
      checkOptions(NAME, options, ['decay'])
      const { decay: given = 0.999 } = options
      const follow = typeof given === 'function' ? given : () => given
      if (follow !== given) checkDecay(given)
      return { decay: follow, members: collect(NAME, parameters) }
    })
    this.#decay = decay
    this.#members = members
    this.#averages = this.#members.map((parameter) => parameter.read().slice())
  }

  /** How many times the parameters have been taken in. */
  get updates(): number {
    return this.#updates
  }

  /** Takes in the parameters as they are. */
  update(): void {
    const decay = this.#decay(this.#updates)
    within(ExponentialMovingAverage.prototype.update, () => checkDecay(decay))
    const rest = 1 - decay
    this.#members.forEach((parameter, i) => {
      const average = this.#averages[i]!
      const now = parameter.read()
      if (this.#updates === 0) average.set(now)
      else
        for (let j = 0; j < average.length; j++) average[j] = decay * average[j]! + rest * now[j]!
    })
    this.#updates++
  }

  /** Writes the averages into the parameters, for good. */
  copyTo(): void {
    this.#members.forEach((parameter, i) =>
      parameter.change(NAME, (elements) => elements.set(this.#averages[i]!)),
    )
  }

  /** Runs `fn` with the averages as parameters, and restores them: also where `fn` throws. */
  with<T>(fn: () => T): T {
    within(ExponentialMovingAverage.prototype.with, () => {
      if (typeof fn !== 'function') throw functionError(NAME, 'what is run', fn)
    })
    const before = this.#members.map((parameter) => parameter.read().slice())
    const restore = (): void =>
      this.#members.forEach((parameter, i) =>
        parameter.change(NAME, (elements) => elements.set(before[i]!)),
      )
    this.copyTo()
    let result: T
    try {
      result = fn()
    } catch (error) {
      restore()
      throw error
    }
    if (!(result instanceof Promise)) {
      restore()
      return result
    }
    return result.finally(restore) as T
  }

  stateDict(): AverageState {
    return { updates: this.#updates, averages: this.#averages.map((average) => saveAll(average)) }
  }

  /** @throws RangeError where the state does not fit; nothing has changed then. */
  loadStateDict(state: AverageState): void {
    return within(ExponentialMovingAverage.prototype.loadStateDict, () => {
      const { updates, averages } = recordOf(NAME, 'it', state)
      if (!Number.isSafeInteger(updates) || updates < 0)
        throw stateError(NAME, 'updates', updates, 'an integer')
      if (!Array.isArray(averages)) throw stateError(NAME, 'averages', averages, 'a list')
      if (averages.length !== this.#members.length)
        throw stateError(NAME, 'the number of parameters', averages.length, this.#members.length)
      const loaded = this.#averages.map((average, i) =>
        restoreAll(NAME, `the average of parameter ${i}`, averages[i], average),
      )
      this.#averages.splice(0, loaded.length, ...loaded)
      this.#updates = updates
    })
  }
}

/** @throws RangeError where it is no share. */
function checkDecay(decay: unknown): void {
  if (typeof decay !== 'number' || !(decay >= 0 && decay <= 1))
    throw optionError(NAME, 'decay', 'from 0 to 1', decay)
}
