/**
 * Schedules: the learning rate as a pure function of the step, PyTorch's of those names.
 *
 * Step t, counted from 0, is the one that uses the value at t. A schedule keeps nothing and knows no
 * optimiser; `attach` or the option `schedule` gives it to one.
 */
import { within } from '@smol/mlarray/kernels'
import { anneal } from './cycle.ts'
import { milestonesError, scheduleError } from './errors.ts'
import { settle } from './schedule-option.ts'

/** The learning rate at a step, given the one that the optimiser was made with. */
export interface Schedule {
  (step: number, learningRate: number): number
  /** The momentum at a step (`beta1` where there is no momentum), where the schedule cycles it too. */
  readonly momentum?: (step: number) => number
}

/**
 * `α · factor` for the first `totalIters` steps, then `α`. Defaults 1/3 and 5.
 * @see torch.optim.lr_scheduler.ConstantLR
 */
export function constant(options: { factor?: number; totalIters?: number } = {}): Schedule {
  const defaults = { factor: 1 / 3, totalIters: 5 }
  const { factor, totalIters } = settle(constant, 'constant', defaults, options)
  return (t, learningRate) => (t < totalIters ? learningRate * factor : learningRate)
}

/**
 * `α gamma^⌊t / stepSize⌋`. Default gamma 0.1.
 * @see torch.optim.lr_scheduler.StepLR
 */
export function step(options: { stepSize: number; gamma?: number }): Schedule {
  const { stepSize, gamma } = settle<{ stepSize: number; gamma: number }>(
    step,
    'step',
    { stepSize: undefined!, gamma: 0.1 },
    options,
  )
  return (t, learningRate) => learningRate * gamma ** Math.floor(t / stepSize)
}

/**
 * `α gammaⁿ` after n milestones; one that is named twice counts twice. Default gamma 0.1.
 * @see torch.optim.lr_scheduler.MultiStepLR
 */
export function multiStep(options: { milestones: readonly number[]; gamma?: number }): Schedule {
  const defaults = { milestones: undefined!, gamma: 0.1 }
  const { milestones, gamma } = settle<{ milestones: readonly number[]; gamma: number }>(
    multiStep,
    'multiStep',
    defaults,
    options,
  )
  return (t, learningRate) => learningRate * gamma ** milestones.filter((m) => m <= t).length
}

/**
 * `α gammaᵗ`.
 * @see torch.optim.lr_scheduler.ExponentialLR
 */
export function exponential(options: { gamma: number }): Schedule {
  const { gamma } = settle<{ gamma: number }>(
    exponential,
    'exponential',
    { gamma: undefined! },
    options,
  )
  return (t, learningRate) => learningRate * gamma ** t
}

/**
 * From `α · startFactor` in a straight line to `α · endFactor` at step `totalIters`. Defaults 1/3, 1, 5.
 * @see torch.optim.lr_scheduler.LinearLR
 */
export function linear(
  options: { startFactor?: number; endFactor?: number; totalIters?: number } = {},
): Schedule {
  const defaults = { startFactor: 1 / 3, endFactor: 1, totalIters: 5 }
  const { startFactor, endFactor, totalIters } = settle(linear, 'linear', defaults, options)
  return (t, learningRate) =>
    t >= totalIters
      ? learningRate * endFactor
      : learningRate * (startFactor + ((endFactor - startFactor) * t) / totalIters)
}

/**
 * `α (1 − t / totalIters)^power`, 0 from `totalIters` on. Defaults 5 and 1.
 * @see torch.optim.lr_scheduler.PolynomialLR
 */
export function polynomial(options: { totalIters?: number; power?: number } = {}): Schedule {
  const { totalIters, power } = settle(
    polynomial,
    'polynomial',
    { totalIters: 5, power: 1 },
    options,
  )
  return (t, learningRate) => (t >= totalIters ? 0 : learningRate * (1 - t / totalIters) ** power)
}

/**
 * Half a cosine from `α` to `etaMin` at step `tMax`, and up again after it. Default etaMin 0.
 *
 * arXiv:1608.03983, equation 5, without its restarts. @see torch.optim.lr_scheduler.CosineAnnealingLR
 */
export function cosine(options: { tMax: number; etaMin?: number }): Schedule {
  const { tMax, etaMin } = settle<{ tMax: number; etaMin: number }>(
    cosine,
    'cosine',
    { tMax: undefined!, etaMin: 0 },
    options,
  )
  return (t, learningRate) => anneal.cos(learningRate, etaMin, t / tMax)
}

/**
 * Half a cosine over `t0` steps, then again from `α` over `tMult` times as many, and so on. Defaults: tMult
 * 1, etaMin 0.
 *
 * arXiv:1608.03983, equation 5. @see torch.optim.lr_scheduler.CosineAnnealingWarmRestarts
 */
export function cosineRestarts(options: { t0: number; tMult?: number; etaMin?: number }): Schedule {
  const defaults = { t0: undefined!, tMult: 1, etaMin: 0 }
  const { t0, tMult, etaMin } = settle<Required<typeof options>>(
    cosineRestarts,
    'cosineRestarts',
    defaults,
    options,
  )
  return (t, learningRate) => {
    // Round n starts at t0 (tMultⁿ − 1) / (tMult − 1): found by walking, since logarithms round.
    let start = 0
    let period = t0
    if (tMult === 1) start = t - (t % period)
    else for (; t >= start + period && period < Infinity; period *= tMult) start += period
    return anneal.cos(learningRate, etaMin, (t - start) / period)
  }
}

/**
 * `α · factor(t)`.
 *
 * @throws TypeError where `factor` is no function.
 * @see torch.optim.lr_scheduler.LambdaLR
 */
export function lambda(factor: (step: number) => number): Schedule {
  return within(lambda, () => {
    if (typeof factor !== 'function') throw scheduleError('lambda', factor)
    return (t, learningRate) => learningRate * factor(t)
  })
}

/**
 * One schedule after the other, each counting from 0 at its milestone.
 *
 * @throws RangeError where the milestones do not ascend, or are not one fewer than the schedules.
 * @see torch.optim.lr_scheduler.SequentialLR
 */
export function sequential(
  schedules: readonly Schedule[],
  milestones: readonly number[],
): Schedule {
  return within(sequential, () => {
    if (!Array.isArray(schedules)) throw scheduleError('sequential', schedules)
    for (const each of schedules)
      if (typeof each !== 'function') throw scheduleError('sequential', each)
    const isFitting = Array.isArray(milestones) && milestones.length === schedules.length - 1
    const ascends = (m: unknown, i: number): boolean =>
      typeof m === 'number' && m > (milestones[i - 1] ?? 0)
    if (!isFitting || !Array.from(milestones).every(ascends))
      throw milestonesError('sequential', schedules.length, milestones)
    const pick = (t: number): readonly [Schedule, number] => {
      const passed = milestones.filter((m) => m <= t).length
      return [schedules[passed]!, passed === 0 ? t : t - milestones[passed - 1]!]
    }
    return withMomentum(
      (t, learningRate) => {
        const [schedule, own] = pick(t)
        return schedule(own, learningRate)
      },
      schedules,
      (t) => {
        const [schedule, own] = pick(t)
        return schedule.momentum?.(own)
      },
    )
  })
}

/**
 * For `steps` steps in a straight line from `startFactor` of what `schedule` starts with up to it, then
 * `schedule` from its step 0 on; without one, the optimiser's learning rate. Default startFactor 1/3.
 *
 * @throws RangeError where `steps` is no integer ≥ 0, or `startFactor` is not > 0 and ≤ 1.
 * @see torch.optim.lr_scheduler.LinearLR before another in SequentialLR
 */
export function warmup(
  options: { steps: number; startFactor?: number },
  schedule: Schedule = (_t, learningRate) => learningRate,
): Schedule {
  const defaults = { steps: undefined!, startFactor: 1 / 3 }
  const { steps, startFactor } = settle<Required<typeof options>>(
    warmup,
    'warmup',
    defaults,
    options,
  )
  within(warmup, () => {
    if (typeof schedule !== 'function') throw scheduleError('warmup', schedule)
  })
  return withMomentum(
    (t, learningRate) =>
      t >= steps
        ? schedule(t - steps, learningRate)
        : schedule(0, learningRate) * (startFactor + ((1 - startFactor) * t) / steps),
    [schedule],
    (t) => schedule.momentum?.(Math.max(0, t - steps)),
  )
}

/** A schedule that cycles momentum where one of `parts` does. */
function withMomentum(
  schedule: (t: number, learningRate: number) => number,
  parts: readonly Schedule[],
  momentum: (t: number) => number | undefined,
): Schedule {
  if (!parts.some((part) => part.momentum)) return schedule
  return Object.assign(schedule, { momentum: momentum as (t: number) => number })
}
