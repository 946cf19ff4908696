/**
 * A training loop: epochs, batches, callbacks and progress. What a step does is the caller's.
 */
import { within } from '@smol/mlarray/kernels'
import { functionError, iteratorError, optionError, stepResultError } from './errors.ts'
import { checkOptions, isPlainObject } from './options.ts'

/** Numbers by name. */
export type Metrics = Readonly<Record<string, number>>

/** What a callback is told: enough to draw a bar, a curve, or to decide to stop. */
export type Progress = {
  readonly kind: 'start' | 'epochStart' | 'step' | 'epochEnd' | 'end'
  /** The epoch, counted from 1; 0 before the first. */
  readonly epoch: number
  readonly epochs: number
  /** Steps taken in this epoch, and steps that an epoch has (undefined where batches do not say). */
  readonly step: number
  readonly stepsPerEpoch: number | undefined
  /** Steps taken in all. */
  readonly totalSteps: number
  /** After a step: its metrics. After an epoch: the means over its steps, with those of `validate`. */
  readonly metrics: Metrics
  /** Means over the steps of this epoch so far. */
  readonly means: Metrics
  readonly elapsedMs: number
  /** Steps per second since the start. */
  readonly rate: number
  /** An estimate from the steps so far; undefined before the first, or where batches have no length. */
  readonly remainingMs: number | undefined
}

/** Is told what happens; `'stop'` ends the training after this event. */
export type Callback = (progress: Progress) => 'stop' | void | Promise<'stop' | void>

/** What a training runs over, and what it does at each step. */
export type TrainingOptions<B> = {
  readonly epochs: number
  /** Iterated over once in each epoch: so no generator, but for a single one. */
  readonly batches: Iterable<B> & { readonly length?: number }
  /** Does all that a step needs, clipping among it, and returns the loss or metrics, if anything. */
  readonly step: (
    batch: B,
    at: { readonly epoch: number; readonly step: number },
  ) => number | Metrics | void
  /** Called after each epoch: the place to evaluate, under `noGrad`. Its metrics join the epoch's. */
  readonly validate?: (epoch: number) => Metrics | Promise<Metrics>
  /** Called in their order at each event: the place to stop at a NaN, or to save the best state. */
  readonly callbacks?: readonly Callback[]
  /** Give the page time to draw and react, after each step that ends more than so many ms after the last pause. */
  readonly yieldEveryMs?: number
}

/** What a training has left: its metrics, epoch by epoch. */
export type TrainingHistory = {
  /** The metrics of each epoch: means over its steps, and those of `validate`. */
  readonly epochs: readonly Metrics[]
  readonly totalSteps: number
  /** Whether a callback ended it early. */
  readonly stopped: boolean
}

/**
 * Runs `step` for every batch in every epoch. A number that it returns is the metric `loss`.
 *
 * @throws RangeError where an option is not accepted; what `step` or a callback throws goes through.
 * @example
 * const history = await train({
 *   epochs: 10,
 *   batches: batches(data, { size: 32, shuffle: 1 }),
 *   step(batch) {
 *     const loss = lossOf(batch)
 *     optimizer.zeroGrad()
 *     loss.backward()
 *     optimizer.step()
 *     return loss.item()
 *   },
 *   callbacks: [({ kind, epoch, means }) => { if (kind === 'epochEnd') console.log(epoch, means.loss) }],
 * })
 */
export async function train<B>(options: TrainingOptions<B>): Promise<TrainingHistory> {
  within(train, () => checkTraining(options))
  return new Training(options).run()
}

const OPTIONS = ['epochs', 'batches', 'step', 'validate', 'callbacks', 'yieldEveryMs']

/** @throws RangeError or TypeError where an option is not accepted. */
function checkTraining<B>(options: TrainingOptions<B>): void {
  checkOptions('train', options, OPTIONS)
  const { epochs, batches, step, validate, callbacks = [], yieldEveryMs } = options
  if (!Number.isSafeInteger(epochs) || epochs < 0)
    throw optionError('train', 'epochs', 'an integer ≥ 0', epochs)
  if (yieldEveryMs !== undefined && !(typeof yieldEveryMs === 'number' && yieldEveryMs >= 0))
    throw optionError('train', 'yieldEveryMs', '≥ 0', yieldEveryMs)
  if (typeof (batches as Partial<Iterable<B>> | null | undefined)?.[Symbol.iterator] !== 'function')
    throw optionError('train', 'batches', 'what can be iterated over', batches)
  // It would be at its end in the second epoch, and nothing would tell of it.
  const isIterator = typeof (batches as Partial<Iterator<B>>).next === 'function'
  if (isIterator && epochs > 1) throw iteratorError('train', epochs)
  if (typeof step !== 'function') throw functionError('train', 'step', step)
  if (validate !== undefined && typeof validate !== 'function')
    throw functionError('train', 'validate', validate)
  if (!Array.isArray(callbacks))
    throw optionError('train', 'callbacks', 'a list of functions', callbacks)
  for (const callback of callbacks as unknown[])
    if (typeof callback !== 'function') throw functionError('train', 'a callback', callback)
}

/** What a step or a validation gives, as metrics. */
function metricsOf(what: string, result: unknown): Metrics {
  if (result === undefined) return {}
  // A number from a validation would hide the mean loss of the steps.
  if (typeof result === 'number' && what === 'step') return { loss: result }
  if (!isPlainObject(result)) throw stepResultError('train', what, result)
  for (const [name, metric] of Object.entries(result))
    if (typeof metric !== 'number') throw stepResultError('train', what, metric, name)
  return result as Metrics
}

class Training<B> {
  readonly #options: TrainingOptions<B>
  readonly #start = Date.now()
  readonly #history: Metrics[] = []
  #epoch = 0
  #step = 0
  #totalSteps = 0
  #lastPause = Date.now()
  #stopped = false
  #sums = new Means()

  constructor(options: TrainingOptions<B>) {
    this.#options = options
  }

  async run(): Promise<TrainingHistory> {
    await this.#tell('start', {})
    // One epoch after the other is the point here.
    /* oxlint-disable no-await-in-loop */
    while (this.#epoch < this.#options.epochs && !this.#stopped) {
      this.#epoch++
      await this.#runEpoch()
    }
    /* oxlint-enable no-await-in-loop */
    await this.#tell('end', this.#history.at(-1) ?? {})
    return { epochs: this.#history, totalSteps: this.#totalSteps, stopped: this.#stopped }
  }

  async #runEpoch(): Promise<void> {
    const { batches, step, validate } = this.#options
    this.#step = 0
    this.#sums = new Means()
    await this.#tell('epochStart', {})
    // An epoch without a step has no metrics, and draws no order from a generator.
    if (this.#stopped) return
    for (const batch of batches) {
      if (this.#stopped) break
      const metrics = metricsOf('step', step(batch, { epoch: this.#epoch, step: this.#totalSteps }))
      this.#step++
      this.#totalSteps++
      this.#sums.add(metrics, sizeOf(batch))
      // oxlint-disable-next-line no-await-in-loop -- a step follows the one before
      await this.#tell('step', metrics)
      // oxlint-disable-next-line no-await-in-loop
      await this.#pause()
    }
    const validated = metricsOf('validate', await validate?.(this.#epoch))
    const metrics = { ...this.#sums.means(), ...validated }
    this.#history.push(metrics)
    await this.#tell('epochEnd', metrics)
  }

  async #tell(kind: Progress['kind'], metrics: Metrics): Promise<void> {
    const { callbacks = [] } = this.#options
    if (callbacks.length === 0) return
    const progress = this.#progress(kind, metrics)
    for (const callback of callbacks) {
      // oxlint-disable-next-line no-await-in-loop -- callbacks are called in their order
      if ((await callback(progress)) === 'stop') this.#stopped = true
    }
  }

  #progress(kind: Progress['kind'], metrics: Metrics): Progress {
    const { epochs, batches } = this.#options
    const elapsedMs = Date.now() - this.#start
    const done = this.#totalSteps
    const stepsPerEpoch = batches.length
    const left = stepsPerEpoch === undefined ? undefined : stepsPerEpoch * epochs - done
    return {
      kind,
      epoch: this.#epoch,
      epochs,
      step: this.#step,
      stepsPerEpoch,
      totalSteps: done,
      metrics,
      means: this.#sums.means(),
      elapsedMs,
      rate: elapsedMs === 0 ? 0 : (1000 * done) / elapsedMs,
      remainingMs: left === undefined || done === 0 ? undefined : (elapsedMs / done) * left,
    }
  }

  async #pause(): Promise<void> {
    const { yieldEveryMs } = this.#options
    if (yieldEveryMs === undefined || Date.now() - this.#lastPause < yieldEveryMs) return
    await yieldToPage()
    this.#lastPause = Date.now()
  }
}

/** Means of metrics, weighted by the sizes of batches. */
class Means {
  readonly #sums = new Map<string, { sum: number; weight: number }>()

  add(metrics: Metrics, weight: number): void {
    for (const [name, value] of Object.entries(metrics)) {
      const entry = this.#sums.get(name) ?? { sum: 0, weight: 0 }
      entry.sum += weight * value
      entry.weight += weight
      this.#sums.set(name, entry)
    }
  }

  means(): Metrics {
    return Object.fromEntries([...this.#sums].map(([name, x]) => [name, x.sum / x.weight]))
  }
}

/** How many items a batch has; 1 where it does not say. */
function sizeOf(batch: unknown): number {
  const { length } = (batch ?? {}) as { length?: unknown }
  return typeof length === 'number' && length > 0 ? length : 1
}

type Host = {
  readonly scheduler?: { readonly yield?: () => Promise<void> }
  readonly setTimeout: (then: () => void, ms: number) => unknown
}

/** Lets the host draw, react and run timers: by its scheduler where it has one. */
async function yieldToPage(): Promise<void> {
  const host = globalThis as unknown as Host
  if (host.scheduler?.yield) return host.scheduler.yield()
  await new Promise<void>((resolve) => {
    host.setTimeout(resolve, 0)
  })
}
