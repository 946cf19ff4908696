/**
 * Schedules with a shape of their own: they set the learning rate, whatever the optimiser's is, and may cycle
 * the momentum too.
 */
import { within } from '@smol/mlarray/kernels'
import { beyondError } from './errors.ts'
import { checkOptions } from './options.ts'
import { settle } from './schedule-option.ts'
import type { Schedule } from './schedule.ts'

/** From one number to another, by the share of the way: along half a cosine, or straight. */
export const anneal = {
  cos: (from: number, to: number, share: number) =>
    to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share)),
  linear: (from: number, to: number, share: number) => from + (to - from) * share,
}

/** How high the learning rate rises, and over how many steps it falls again. */
export type OneCycleOptions = {
  readonly maxLearningRate: number
  readonly totalSteps: number
  /** The share of the steps in which the learning rate rises. Default 0.3. */
  readonly pctStart?: number
  /** Default `'cos'`. */
  readonly anneal?: 'cos' | 'linear'
  /** It starts from `maxLearningRate / divFactor`. Default 25. */
  readonly divFactor?: number
  /** It ends at that divided by `finalDivFactor`. Default 1e4. */
  readonly finalDivFactor?: number
  /** Fall to the start first, then to the end. Default `false`. */
  readonly threePhase?: boolean
  /** Whether momentum (or beta1) falls while the learning rate rises, and back. Default `true`. */
  readonly cycleMomentum?: boolean
  /** Default 0.85. */
  readonly baseMomentum?: number
  /** Default 0.95. */
  readonly maxMomentum?: number
}

/**
 * Up to `maxLearningRate` and down to almost nothing, once; the optimiser's own learning rate is not used.
 *
 * arXiv:1708.07120.
 *
 * @throws RangeError where an option is out of its range; the schedule throws one beyond `totalSteps`.
 * @see torch.optim.lr_scheduler.OneCycleLR
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const o = settle<Required<OneCycleOptions>>(oneCycle, 'oneCycle', ONE_CYCLE, options)
  const start = o.maxLearningRate / o.divFactor
  const end = start / o.finalDivFactor
  // The learning rates and momenta between which phases run, and the steps at which they end.
  const rates = o.threePhase
    ? [start, o.maxLearningRate, start, end]
    : [start, o.maxLearningRate, end]
  const momenta = o.threePhase
    ? [o.maxMomentum, o.baseMomentum, o.maxMomentum, o.maxMomentum]
    : [o.maxMomentum, o.baseMomentum, o.maxMomentum]
  const rise = o.pctStart * o.totalSteps
  const ends = o.threePhase
    ? [0, rise - 1, 2 * rise - 2, o.totalSteps - 1]
    : [0, rise - 1, o.totalSteps - 1]
  const at = (values: readonly number[], t: number): number => {
    if (t > o.totalSteps) throw beyondError('oneCycle', t, o.totalSteps)
    let phase = 1
    while (phase < ends.length - 1 && t > ends[phase]!) phase++
    const length = ends[phase]! - ends[phase - 1]!
    // A phase of no length is over as it begins.
    const share = length === 0 ? 1 : (t - ends[phase - 1]!) / length
    return anneal[o.anneal](values[phase - 1]!, values[phase]!, share)
  }
  const schedule = (t: number): number => within(schedule, () => at(rates, t))
  const momentum = (t: number): number => within(momentum, () => at(momenta, t))
  return o.cycleMomentum ? Object.assign(schedule, { momentum }) : schedule
}

const ONE_CYCLE: Required<OneCycleOptions> = {
  maxLearningRate: undefined!,
  totalSteps: undefined!,
  pctStart: 0.3,
  anneal: 'cos',
  divFactor: 25,
  finalDivFactor: 1e4,
  threePhase: false,
  cycleMomentum: true,
  baseMomentum: 0.85,
  maxMomentum: 0.95,
}

/** Between which learning rates a cycle runs, and how fast. */
export type CyclicOptions = {
  /** The lowest learning rate. */
  readonly base: number
  /** The highest learning rate. */
  readonly max: number
  /** Steps in which it rises. Default 2000. */
  readonly stepSizeUp?: number
  /** Steps in which it falls. Default `stepSizeUp`. */
  readonly stepSizeDown?: number
  /** Whether peaks stay, are halved in each cycle, or shrink by `gammaᵗ`. Default `'triangular'`. */
  readonly mode?: 'triangular' | 'triangular2' | 'expRange'
  /** Default 1. */
  readonly gamma?: number
  /** Whether momentum (or beta1) falls while the learning rate rises, and back. Default `true`. */
  readonly cycleMomentum?: boolean
  /** Default 0.8. */
  readonly baseMomentum?: number
  /** Default 0.9. */
  readonly maxMomentum?: number
}

const CYCLIC: Required<CyclicOptions> = {
  base: undefined!,
  max: undefined!,
  stepSizeUp: 2000,
  stepSizeDown: undefined!,
  mode: 'triangular',
  gamma: 1,
  cycleMomentum: true,
  baseMomentum: 0.8,
  maxMomentum: 0.9,
}

/**
 * Up from `base` to `max` and down, again and again; the optimiser's own learning rate is not used.
 *
 * arXiv:1506.01186, section 3.2. @see torch.optim.lr_scheduler.CyclicLR
 */
export function cyclic(options: CyclicOptions): Schedule {
  within(cyclic, () => checkOptions('cyclic', options, Object.keys(CYCLIC)))
  const { stepSizeUp = CYCLIC.stepSizeUp } = options
  const o = settle<Required<CyclicOptions>>(
    cyclic,
    'cyclic',
    { ...CYCLIC, stepSizeDown: stepSizeUp },
    options,
  )
  const total = o.stepSizeUp + o.stepSizeDown
  const ratio = o.stepSizeUp / total
  const height = (t: number): number => {
    const cycle = Math.floor(1 + t / total)
    const x = 1 + t / total - cycle
    const up = x <= ratio ? x / ratio : (x - 1) / (ratio - 1)
    if (o.mode === 'triangular') return up
    return up * (o.mode === 'triangular2' ? 1 / 2 ** (cycle - 1) : o.gamma ** t)
  }
  const schedule = (t: number): number => o.base + (o.max - o.base) * height(t)
  const momentum = (t: number): number =>
    o.maxMomentum - (o.maxMomentum - o.baseMomentum) * height(t)
  return o.cycleMomentum ? Object.assign(schedule, { momentum }) : schedule
}
