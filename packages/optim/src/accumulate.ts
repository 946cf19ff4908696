/**
 * Several micro-batches, one step: for batches that are too large for memory.
 */
import { within } from '@smol/mlarray/kernels'
import { functionError, optimizerError, optionError } from './errors.ts'
import { checkOptions } from './options.ts'
import { Optimizer, RowOptimizer } from './optimizer.ts'
import { changed } from './parameter.ts'

const NAME = 'GradientAccumulation'

/** How many micro-batches make a step, and what becomes of their gradients before it. */
export type GradientAccumulationOptions = {
  /** How many backward passes make a step. */
  readonly steps: number
  /** Divide by their number. Default `true`; `false` where losses are sums. */
  readonly average?: boolean
  /** Called before each step, with the gradients ready that it will use: the place to clip them. */
  readonly beforeStep?: () => void
}

/**
 * Lets gradients add up over `steps` backward passes before the optimiser takes one step with their mean.
 *
 * Call `step()` after each `backward()`, and never `zeroGrad()`. With losses that are means over micro-batches
 * of one size, the step is that of the whole batch.
 *
 * @example
 * const accumulation = new GradientAccumulation(optimizer, {
 *   steps: 4,
 *   beforeStep: () => clipGradNorm(model, 1),
 * })
 * for (const batch of microBatches) {
 *   loss(batch).backward()
 *   accumulation.step()
 * }
 * accumulation.flush()
 */
export class GradientAccumulation {
  readonly #optimizer: RowOptimizer
  readonly #options: Required<GradientAccumulationOptions>
  #pending = 0

  constructor(optimizer: RowOptimizer, options: GradientAccumulationOptions) {
    this.#options = within(new.target, () => checked(optimizer, options))
    this.#optimizer = optimizer
  }

  /** Backward passes since the last step. */
  get pending(): number {
    return this.#pending
  }

  /**
   * Counts a backward pass; with the last of them the optimiser steps and gradients are cleared.
   *
   * @returns whether it took a step.
   */
  step(): boolean {
    if (this.#pending + 1 < this.#options.steps) {
      this.#pending++
      return false
    }
    return this.#take(this.#pending + 1, GradientAccumulation.prototype.step)
  }

  /**
   * Steps with what has come together, averaged over the passes that there were.
   *
   * @returns whether the optimiser took a step: not where nothing has come together.
   */
  flush(): boolean {
    return this.#pending > 0 && this.#take(this.#pending, GradientAccumulation.prototype.flush)
  }

  #take(count: number, caller: unknown): boolean {
    const { average, beforeStep } = this.#options
    const members = this.#optimizer.groups.flatMap((group) => group.members)
    const sums = members.map((parameter) => parameter.gradient()?.slice())
    try {
      if (average && count > 1)
        members.forEach((parameter, i) => {
          if (sums[i]) parameter.replaceGradient(changed(sums[i], (x) => x / count))
        })
      beforeStep()
      const taken = within(caller, () => this.#optimizer.step())
      this.#pending = 0
      this.#optimizer.zeroGrad()
      return taken
    } catch (error) {
      // A step that was refused leaves all as it was, so that the same call can be made again.
      members.forEach((parameter, i) => {
        if (sums[i]) parameter.replaceGradient(sums[i])
      })
      throw error
    }
  }
}

function checked(
  optimizer: RowOptimizer,
  options: GradientAccumulationOptions,
): Required<GradientAccumulationOptions> {
  if (!Optimizer.isMade(optimizer) || !(optimizer instanceof RowOptimizer))
    throw optimizerError(NAME, optimizer, ' whose step takes no closure')
  checkOptions(NAME, options, ['steps', 'average', 'beforeStep'])
  const { steps, average = true, beforeStep = () => {} } = options
  if (!Number.isSafeInteger(steps) || steps < 1)
    throw optionError(NAME, 'steps', 'an integer ≥ 1', steps)
  if (typeof average !== 'boolean') throw optionError(NAME, 'average', 'true or false', average)
  if (typeof beforeStep !== 'function') throw functionError(NAME, 'beforeStep', beforeStep)
  return { steps, average, beforeStep }
}
