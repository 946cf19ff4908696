/**
 * What all optimisers have: groups of parameters, steps, and a state that can be saved.
 *
 * The mathematics is in the rows. An optimiser knows no loss and no model, and changes parameters in place,
 * so that they stay the same objects.
 */
import type { MLArray, Value } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import {
  foreignParameterError,
  groupIndexError,
  matrixError,
  noGradientError,
  optionError,
  twoGroupsError,
} from './errors.ts'
import { explain, type Explanation } from './explain.ts'
import { ParameterGroup, toGroups, type Group, type OptimizerOptions } from './group.ts'
import { checkOptions, settle } from './options.ts'
import type { Parameter, Parameters, TypedArray } from './parameter.ts'
import type { AnyRow } from './row.ts'
import { NO_STATE, stepParameter, type State } from './runner.ts'
import type { Schedule } from './schedule.ts'
import { readState, writeState, type OptimizerState } from './state.ts'

/** What an optimiser is, as far as it does not matter how it takes a step. */
export type Rule<S> = {
  readonly name: string
  readonly defaults: S
  /** What is remembered of each parameter: see `Row`. */
  kept?(settings: S): object
  slots(settings: S): object
  /** There where a step depends on a whole matrix. */
  readonly matrix?: unknown
}

/** What trains parameters: the part that does not depend on how a step is taken. */
export abstract class Optimizer<S extends object = object> {
  readonly name: string
  /** Steps that were not taken since a gradient was NaN or infinite. */
  skippedSteps = 0
  protected readonly rule: Rule<S>
  protected readonly states = new Map<Parameter, State>()
  readonly #defaults: S
  readonly #groups: ParameterGroup<S>[] = []
  readonly #schedule: Schedule | undefined
  readonly #skipNonFinite: boolean

  constructor(
    rule: Rule<S>,
    parameters: Parameters | Group<S> | readonly Group<S>[],
    options: OptimizerOptions<S>,
  ) {
    const { name, defaults } = rule
    const known = [...Object.keys(defaults), 'schedule', 'skipNonFinite']
    const given = within(new.target, () => {
      checkOptions(name, options, known)
      const { schedule, skipNonFinite = false, ...settings } = options
      if (typeof skipNonFinite !== 'boolean')
        throw optionError(name, 'skipNonFinite', 'true or false', skipNonFinite)
      // Settings that a group lacks are the optimiser's, and those that it lacks the row's.
      const settled = settle<S>(name, defaults, settings as unknown as Partial<S>)
      return { schedule, skipNonFinite, settled }
    })
    this.name = name
    this.rule = rule
    this.#schedule = given.schedule
    this.#skipNonFinite = given.skipNonFinite
    this.#defaults = given.settled
    within(new.target, () => {
      for (const group of toGroups<S>(name, parameters)) this.addGroup(group)
    })
  }

  /** @internal Whether it was made by a constructor of this package. */
  static isMade(x: unknown): x is Optimizer {
    return typeof x === 'object' && x !== null && #groups in x
  }

  /** The groups, in the order in which they were added. */
  get groups(): readonly ParameterGroup<S>[] {
    return this.#groups
  }

  /**
   * Adds a group; settings that it does not name are those of the optimiser.
   *
   * @throws TypeError where a parameter is untracked, a result, or in another group.
   * @throws RangeError where a setting is not accepted.
   */
  addGroup(group: Group<S>): ParameterGroup<S> {
    return within(Optimizer.prototype.addGroup, () => {
      const added = new ParameterGroup<S>(this.name, group, this.#defaults, this.#schedule)
      const taken = new Set(this.members)
      added.members.forEach((parameter, i) => {
        const where = parameter.owner.label ?? String(i)
        if (taken.has(parameter)) throw twoGroupsError(this.name, where)
        if (this.rule.matrix !== undefined && parameter.shape.length !== 2)
          throw matrixError(this.name, where, parameter.shape)
      })
      this.#groups.push(added)
      return added
    })
  }

  /** Lets a schedule say the learning rate from the next step on: in one group, or in all. */
  attach(schedule: Schedule | undefined, options: { readonly group?: number } = {}): void {
    return within(Optimizer.prototype.attach, () => {
      checkOptions(this.name, options, ['group'])
      const { group } = options
      checkGroupIndex(this.name, group, this.#groups.length)
      const chosen = group === undefined ? this.#groups : [this.#groups[group]!]
      for (const each of chosen) each.checkSchedule(schedule)
      for (const each of chosen) each.attach(schedule)
    })
  }

  /** The learning rate of each group in the next step. */
  learningRates(): number[] {
    return within(Optimizer.prototype.learningRates, () => {
      return this.#groups.map(
        ({ scheduled }) => (scheduled as { learningRate: number }).learningRate,
      )
    })
  }

  /** Clears the gradients of all parameters. */
  zeroGrad(): void {
    for (const { members } of this.#groups) for (const parameter of members) parameter.zeroGrad()
  }

  /**
   * The settings, the steps and the slots, as data that goes through JSON unchanged: numbers that JSON has
   * not (NaN, ±Infinity, −0) are strings.
   */
  stateDict(): OptimizerState {
    return writeState(this.name, this.#groups, this.states, this.skippedSteps)
  }

  /**
   * Takes over a state that `stateDict` gave. Schedules are functions and not part of it: attach them
   * before, and they go on where they were.
   *
   * @throws RangeError where it does not fit the parameters; nothing has changed then.
   */
  loadStateDict(state: OptimizerState): void {
    return within(Optimizer.prototype.loadStateDict, () => {
      const loaded = readState(this.rule, this.#groups, state, (parameter) =>
        this.allocateSlot(parameter),
      )
      this.states.clear()
      for (const [parameter, each] of loaded.states) this.states.set(parameter, each)
      loaded.settings.forEach((settings, i) => this.#groups[i]!.set(settings))
      loaded.scheduleSteps.forEach((step, i) => (this.#groups[i]!.scheduleStep = step))
      this.skippedSteps = loaded.skippedSteps
    })
  }

  protected get members(): Parameter[] {
    return this.#groups.flatMap(({ members }) => members)
  }

  /** Memory for one slot of a parameter. */
  protected allocateSlot(parameter: Parameter): TypedArray {
    return parameter.allocate()
  }

  /**
   * Whether this step must not be taken; it is counted then.
   *
   * @throws TypeError where it has nothing to go by: nothing else would tell of the `backward()` that is missing.
   */
  protected skips(): boolean {
    if (!this.#groups.some(({ members }) => members.some(hasGradient)))
      throw noGradientError(this.name)
    if (!this.#skipNonFinite) return false
    const skip = this.members.some((parameter) => !isFinite(parameter.gradient()))
    if (skip) this.skippedSteps++
    return skip
  }
}

/** An optimiser with a row: all but `LBFGS`, whose step takes a closure. `optimizer: RowOptimizer` is any that steps. */
export abstract class RowOptimizer<S extends object = object> extends Optimizer<S> {
  get #row(): AnyRow {
    return this.rule as unknown as AnyRow
  }

  /**
   * Changes the parameters in place by their gradients; a parameter without a gradient is left alone, and
   * the step does not count for it. A Value that a backward pass has once reached has a gradient, even if it
   * is 0.
   *
   * @returns whether the step was taken: `false` where `skipNonFinite` prevented it.
   * @throws TypeError where no parameter has a gradient.
   */
  step(): boolean {
    return within(RowOptimizer.prototype.step, () => {
      if (this.skips()) return false
      // Schedules first: one that refuses the step must leave everything as it is.
      const settings = this.groups.map(({ scheduled }) => scheduled as AnyRow['defaults'])
      this.groups.forEach((group, i) => {
        for (const parameter of group.members) {
          const gradient = parameter.gradient()
          if (gradient === undefined) continue
          stepParameter(this.#row, settings[i]!, parameter, gradient, this.#stateOf(parameter))
        }
        group.scheduleStep++
      })
      return true
    })
  }

  /**
   * What the next `step()` would do to one number, by the rule that `step()` runs: as data, and as text
   * (`toString`). Nothing changes.
   *
   * @param index its place in row-major order, or one index per axis; not needed for a Value.
   * @example
   * console.log(String(optimizer.explainUpdate(w, [0, 1])))
   */
  explainUpdate(parameter: MLArray | Value, index: number | readonly number[] = 0): Explanation {
    const owns = ({ owner }: Parameter): boolean => owner === parameter
    return within(RowOptimizer.prototype.explainUpdate, () => {
      const group = this.groups.find(({ members }) => members.some(owns))
      if (group === undefined) throw foreignParameterError(this.name)
      const member = group.members.find(owns)!
      const settings = group.scheduled as AnyRow['defaults']
      return explain(this.#row, settings, member, this.states.get(member) ?? NO_STATE, index)
    })
  }

  #stateOf(parameter: Parameter): State {
    let state = this.states.get(parameter)
    if (state === undefined) {
      state = { ...NO_STATE, slots: {} }
      this.states.set(parameter, state)
    }
    return state
  }
}

/** @throws RangeError where there is no such group. */
export function checkGroupIndex(op: string, index: unknown, count: number): void {
  const isIndex = Number.isInteger(index) && (index as number) >= 0 && (index as number) < count
  if (index !== undefined && !isIndex) throw groupIndexError(op, index, count)
}

function hasGradient(parameter: Parameter): boolean {
  return parameter.gradient() !== undefined
}

function isFinite(numbers: TypedArray | undefined): boolean {
  if (numbers === undefined) return true
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i]!)) return false
  return true
}
