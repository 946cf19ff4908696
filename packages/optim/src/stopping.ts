/**
 * Ending a training that has stopped improving.
 */
import { within } from '@smol/mlarray/kernels'
import { metricMissingError, optionError } from './errors.ts'
import { checkOptions } from './options.ts'
import { collect, type Parameters } from './parameter.ts'
import type { Callback, Progress } from './train.ts'

/** Which metric is watched, and how long training goes on without an improvement. */
export type EarlyStoppingOptions = {
  /** The name of the metric that is watched after each epoch. Default `'loss'`. */
  readonly metric?: string
  /** Whether it is to become small or large. Default `'min'`. */
  readonly mode?: 'min' | 'max'
  /** Epochs without improvement that are borne with. Default 3. */
  readonly patience?: number
  /** What an improvement must exceed. Default 0. */
  readonly minDelta?: number
  /** Parameters that get the numbers of the best epoch back at the end. */
  readonly restore?: Parameters
}

/** A callback that ends a training, and knows which epoch was the best. */
export interface EarlyStopping extends Callback {
  /** The metric of the best epoch; before the first, what every metric is better than: Infinity or −Infinity. */
  readonly best: number
  /** The best epoch, whose numbers `restore` brings back, counted from 1; 0 before the first. */
  readonly bestEpoch: number
}

/**
 * A callback that stops after more than `patience` epochs in a row without a better metric. NaN is never
 * better. A new training starts it anew.
 *
 * @throws RangeError where an option is not accepted, or an epoch has no such metric.
 * @example
 * const stopping = earlyStopping({ metric: 'validationLoss', patience: 5, restore: [w, b] })
 * await train({ epochs: 100, batches, step, validate, callbacks: [stopping] })
 * console.log(`epoch ${stopping.bestEpoch}: ${stopping.best}`)
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  return within(earlyStopping, () => {
    checkOptions('earlyStopping', options, ['metric', 'mode', 'patience', 'minDelta', 'restore'])
    const { metric = 'loss', mode = 'min', patience = 3, minDelta = 0, restore } = options
    if (typeof metric !== 'string')
      throw optionError('earlyStopping', 'metric', 'the name of a metric', metric)
    if (mode !== 'min' && mode !== 'max')
      throw optionError('earlyStopping', 'mode', "'min' or 'max'", mode)
    if (!Number.isSafeInteger(patience) || patience < 0)
      throw optionError('earlyStopping', 'patience', 'an integer ≥ 0', patience)
    if (typeof minDelta !== 'number' || !(minDelta >= 0))
      throw optionError('earlyStopping', 'minDelta', '≥ 0', minDelta)
    const members = restore === undefined ? [] : collect('earlyStopping', restore)
    const sign = mode === 'min' ? -1 : 1
    const numbers = () => members.map((parameter) => parameter.read().slice())
    const nothing = { metric: sign * -Infinity, epoch: 0 }
    let best = nothing
    let badEpochs = 0
    let kept = numbers()
    const callback = ({ kind, epoch, metrics }: Progress): 'stop' | undefined =>
      within(callback, () => {
        if (kind === 'start') {
          best = nothing
          badEpochs = 0
          kept = numbers()
        }
        if (kind === 'end')
          members.forEach((parameter, i) =>
            parameter.change('earlyStopping', (elements) => elements.set(kept[i]!)),
          )
        if (kind !== 'epochEnd') return undefined
        const value = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined
        if (value === undefined)
          throw metricMissingError('earlyStopping', metric, Object.keys(metrics))
        if (sign * value > sign * best.metric + minDelta) {
          best = { metric: value, epoch }
          badEpochs = 0
          kept = numbers()
          return undefined
        }
        badEpochs++
        return badEpochs > patience ? 'stop' : undefined
      })
    return Object.defineProperties(callback, {
      best: { get: () => best.metric },
      bestEpoch: { get: () => best.epoch },
    }) as EarlyStopping
  })
}
