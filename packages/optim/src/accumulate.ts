/**
 * Several micro-batches, one step: for batches that are too large for memory.
 */
import { within } from '@smol/mlarray/kernels'
import { optimizerError, optionError } from './errors.ts'
import { checkOptions } from './options.ts'
import { Optimizer } from './optimizer.ts'
import { parameterOf } from './parameter.ts'

/**
 * Lets gradients add up over `steps` backward passes before the optimiser takes one step with their mean.
 *
 * Call `step()` after each `backward()`, and never `zeroGrad()`. With losses that are means over micro-batches
 * of one size, the step is that of the whole batch.
 *
 * @example
 * const accumulation = new GradientAccumulation(optimizer, { steps: 4 })
 * for (const batch of microBatches) {
 *   loss(batch).backward()
 *   accumulation.step()
 * }
 * accumulation.flush()
 */
export class GradientAccumulation {
  readonly #optimizer: Optimizer & { step(): unknown }
  readonly #steps: number
  readonly #average: boolean
  #pending = 0

  /**
   * @param options.steps how many backward passes make a step.
   * @param options.average divide by their number. Default `true`; `false` where losses are sums.
   */
  constructor(
    optimizer: Optimizer & { step(): unknown },
    options: { readonly steps: number; readonly average?: boolean },
  ) {
    const { steps, average = true } = within(new.target, () => checked(optimizer, options))
    this.#optimizer = optimizer
    this.#steps = steps
    this.#average = average
  }

  /** Backward passes since the last step. */
  get pending(): number {
    return this.#pending
  }

  /**
   * Counts a backward pass; with the last of them the optimiser steps and gradients are cleared.
   *
   * @returns whether that was so.
   */
  step(): boolean {
    return within(GradientAccumulation.prototype.step, () => {
      this.#pending++
      return this.#pending === this.#steps && this.flush()
    })
  }

  /**
   * Steps with what has come together, averaged over the passes that there were.
   *
   * @returns whether there was anything.
   */
  flush(): boolean {
    return within(GradientAccumulation.prototype.flush, () => {
      if (this.#pending === 0) return false
      if (this.#average && this.#pending > 1) this.#divide(this.#pending)
      this.#pending = 0
      this.#optimizer.step()
      this.#optimizer.zeroGrad()
      return true
    })
  }

  #divide(count: number): void {
    for (const owner of this.#optimizer.groups.flatMap(({ parameters }) => parameters)) {
      const parameter = parameterOf(owner)
      const gradient = parameter.gradient()
      if (gradient !== undefined) parameter.replaceGradient(gradient.map((x) => x / count))
    }
  }
}

type AccumulationOptions = { readonly steps: number; readonly average?: boolean }

function checked(optimizer: Optimizer, options: AccumulationOptions): AccumulationOptions {
  if (!Optimizer.isMade(optimizer)) throw optimizerError('GradientAccumulation', optimizer)
  checkOptions('GradientAccumulation', options, ['steps', 'average'])
  const { steps, average = true } = options
  if (!Number.isSafeInteger(steps) || steps < 1)
    throw optionError('GradientAccumulation', 'steps', 'an integer ≥ 1', steps)
  if (typeof average !== 'boolean')
    throw optionError('GradientAccumulation', 'average', 'true or false', average)
  return { steps, average }
}
