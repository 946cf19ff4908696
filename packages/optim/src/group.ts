/**
 * Groups of parameters: each with settings and a schedule of its own.
 */
import type { MLArray, Value } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import {
  groupError,
  mixedGroupsError,
  momentumError,
  scheduleError,
  scheduleResultError,
} from './errors.ts'
import { checkOptions, isPlainObject, settle } from './options.ts'
import { collect, type Parameter, type Parameters } from './parameter.ts'
import type { Schedule } from './schedule.ts'

/** Parameters with settings that differ from the optimiser's. */
export type Group<S> = Partial<S> & {
  readonly parameters: Parameters
  /** What the learning rate is at each step. */
  readonly schedule?: Schedule
}

/** The hyperparameters that differ from the defaults, and what an optimiser does with steps. */
export type OptimizerOptions<S> = Partial<S> & {
  /** What the learning rate is at each step, in every group that has no schedule of its own. */
  readonly schedule?: Schedule
  /** Whether a step with a gradient that is NaN or infinite is not taken, but counted. Default `false`. */
  readonly skipNonFinite?: boolean
}

/** A group of an optimiser. */
export class ParameterGroup<S extends object> {
  /** @internal */
  readonly members: readonly Parameter[]
  readonly #op: string
  #settings: S
  #schedule: Schedule | undefined
  #stepsOfSchedule = 0

  /** @internal */
  constructor(op: string, given: Group<S>, defaults: S, schedule?: Schedule) {
    if (!isPlainObject(given)) throw groupError(op, given)
    checkOptions(op, given, ['parameters', ...Object.keys(defaults), 'schedule'])
    const { parameters, schedule: own = schedule, ...settings } = given
    this.#op = op
    this.#settings = settle<S>(op, defaults, settings as unknown as Partial<S>)
    this.members = collect(op, parameters)
    this.attach(own)
    // `group.learningRate = …` in place of `set` would do nothing, and nobody would know.
    Object.preventExtensions(this)
  }

  get parameters(): readonly (MLArray | Value)[] {
    return this.members.map(({ owner }) => owner)
  }

  /** The settings, before the schedule. */
  get settings(): S {
    return this.#settings
  }

  /** How many steps have followed the present schedule. */
  get scheduleStep(): number {
    return this.#stepsOfSchedule
  }

  /** @internal */
  set scheduleStep(step: number) {
    this.#stepsOfSchedule = step
  }

  get schedule(): Schedule | undefined {
    return this.#schedule
  }

  /**
   * Changes settings from the next step on.
   *
   * @throws RangeError where one is not accepted; none has changed then.
   */
  set(changes: Partial<S>): void {
    return within(ParameterGroup.prototype.set, () => {
      this.#settings = settle(this.#op, this.#settings, changes)
    })
  }

  /** Lets a schedule say the learning rate from now on, its step 0 being the next; undefined removes it. */
  attach(schedule: Schedule | undefined): void {
    return within(ParameterGroup.prototype.attach, () => {
      this.checkSchedule(schedule)
      this.#schedule = schedule
      this.#stepsOfSchedule = 0
    })
  }

  /** @internal @throws TypeError where it is no schedule, or none for these settings. */
  checkSchedule(schedule: Schedule | undefined): void {
    if (schedule === undefined) return
    if (typeof schedule !== 'function') throw scheduleError(this.#op, schedule)
    if (schedule.momentum && momentumName(this.#settings) === undefined)
      throw momentumError(this.#op)
  }

  /** The settings that the next step uses. */
  get scheduled(): S {
    if (this.#schedule === undefined) return this.#settings
    const { learningRate } = this.#settings as { learningRate?: number }
    const t = this.#stepsOfSchedule
    const scheduled: unknown = this.#schedule(t, learningRate!)
    if (!isNumber(scheduled)) throw scheduleResultError(this.#op, 'learning rate', scheduled)
    const now = { ...this.#settings, learningRate: scheduled } as S
    const momentum: unknown = this.#schedule.momentum?.(t)
    if (momentum === undefined) return now
    if (!isNumber(momentum)) throw scheduleResultError(this.#op, 'momentum', momentum)
    ;(now as Record<string, number>)[momentumName(now)!] = momentum
    return now
  }
}

/** NaN is none: it would be in all parameters after the step. */
function isNumber(x: unknown): x is number {
  return typeof x === 'number' && !Number.isNaN(x)
}

/** What a schedule that cycles momentum sets: PyTorch's rule. */
function momentumName(settings: object): string | undefined {
  return ['momentum', 'beta1'].find((name) => name in settings)
}

/** Parameters or groups as groups. */
export function toGroups<S>(
  op: string,
  given: Parameters | Group<S> | readonly Group<S>[],
): readonly Group<S>[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  let groups = 0
  for (const item of list) {
    // A hole ends it, since there may be billions; what it stands among will be refused.
    if (item === undefined) break
    if (isPlainObject(item) && 'parameters' in item) groups++
  }
  if (groups === 0) return [{ parameters: given } as Group<S>]
  if (groups < list.length) throw mixedGroupsError(op)
  return list as readonly Group<S>[]
}
