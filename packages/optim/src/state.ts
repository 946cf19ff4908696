/**
 * The state of an optimiser as plain data, and back: exactly, also through JSON.
 */
import { stateError } from './errors.ts'
import type { ParameterGroup } from './group.ts'
import type { Rule } from './optimizer.ts'
import { check, isPlainObject } from './options.ts'
import type { Parameter, TypedArray } from './parameter.ts'
import type { State } from './runner.ts'

/** A number that survives JSON. */
export type SavedNumber = number | 'NaN' | 'Infinity' | '-Infinity' | '-0'

/** A word stands for itself or for a number that JSON has not. */
type SavedSetting = number | boolean | string | readonly SavedNumber[]

/** What an optimiser remembers of one parameter. */
export type ParameterState = {
  readonly step: number
  readonly kept: { readonly [name: string]: SavedNumber }
  readonly slots: { readonly [name: string]: readonly SavedNumber[] }
}

/** An optimiser's state as data: see `stateDict`. */
export type OptimizerState = {
  readonly optimizer: string
  /** By the place of the parameter among all. */
  readonly state: { readonly [parameter: string]: ParameterState }
  readonly groups: readonly {
    readonly settings: { readonly [name: string]: SavedSetting }
    readonly scheduleStep: number
    /** The shapes of the parameters. */
    readonly parameters: readonly (readonly number[])[]
  }[]
  readonly skippedSteps: number
}

// ---- Numbers ----

export function save(x: number): SavedNumber {
  if (Object.is(x, -0)) return '-0'
  return Number.isFinite(x) ? x : (String(x) as SavedNumber)
}

export const saveAll = (numbers: ArrayLike<number>): SavedNumber[] => Array.from(numbers, save)

const WORDS: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity', '-0'])

export function restore(op: string, what: string, saved: unknown): number {
  if (typeof saved === 'number') return saved
  if (WORDS.has(saved)) return Number(saved)
  throw stateError(
    op,
    what,
    typeof saved === 'string' ? JSON.stringify(saved.slice(0, 100)) : saved,
    'a number',
  )
}

export function restoreAll(op: string, what: string, saved: unknown, into: TypedArray): TypedArray {
  const length = Array.isArray(saved) ? saved.length : saved
  if (length !== into.length) throw stateError(op, `the length of ${what}`, length, into.length)
  return into.map((_, i) => restore(op, what, (saved as unknown[])[i]))
}

// ---- Optimisers ----

type AnyGroup = ParameterGroup<object>

export function writeState(
  op: string,
  groups: readonly AnyGroup[],
  states: ReadonlyMap<Parameter, State>,
  skippedSteps: number,
): OptimizerState {
  const members = groups.flatMap((group) => group.members)
  const state = members.flatMap((parameter, i) => {
    const each = states.get(parameter)
    return each === undefined ? [] : [[i, writeParameter(each)] as const]
  })
  return {
    optimizer: op,
    state: Object.fromEntries(state),
    groups: groups.map((group) => ({
      settings: mapValues(group.settings as Record<string, unknown>, saveSetting),
      scheduleStep: group.scheduleStep,
      parameters: group.members.map(({ shape }) => [...shape]),
    })),
    skippedSteps,
  }
}

function writeParameter({ step, kept, slots }: State): ParameterState {
  return { step, kept: mapValues(kept, save), slots: mapValues(slots, saveAll) }
}

function saveSetting(setting: unknown): SavedSetting {
  if (typeof setting === 'number') return save(setting)
  return Array.isArray(setting) ? saveAll(setting as number[]) : (setting as boolean | string)
}

type Loaded = {
  readonly states: ReadonlyMap<Parameter, State>
  readonly settings: readonly object[]
  readonly scheduleSteps: readonly number[]
  readonly skippedSteps: number
}

/** Checks all of a state against the parameters before anything is taken from it. */
export function readState<S>(
  { name: op, defaults, kept, slots }: Rule<S>,
  groups: readonly AnyGroup[],
  given: OptimizerState,
  allocate: (parameter: Parameter) => TypedArray,
): Loaded {
  checkState(op, given)
  if (given.optimizer !== op) throw stateError(op, 'the optimizer', given.optimizer, op)
  expectSame(op, 'the number of groups', given.groups.length, groups.length)
  groups.forEach((group, i) => {
    const saved = given.groups[i]!.parameters
    expectSame(op, `the number of parameters of group ${i}`, saved.length, group.members.length)
    group.members.forEach(({ shape }, j) =>
      expectSame(op, `the shape of parameter ${j} of group ${i}`, show(saved[j]!), show(shape)),
    )
  })
  const members = groups.flatMap((group) => group.members)
  const states = new Map<Parameter, State>()
  // Slots that only other settings than the defaults need may be lacking: these may just have been changed.
  const required = { kept: missing(kept?.(defaults) ?? {}), slots: missing(slots(defaults)) }
  for (const [i, saved] of Object.entries(given.state)) {
    const parameter = /^\d+$/.test(i) ? members[Number(i)] : undefined
    if (parameter === undefined)
      throw stateError(op, 'the place of a parameter', i, `less than ${members.length}`)
    const all = {
      ...saved,
      kept: { ...required.kept, ...saved.kept },
      slots: { ...required.slots, ...saved.slots },
    }
    states.set(
      parameter,
      readParameter(op, `parameter ${i}`, all, () => allocate(parameter)),
    )
  }
  return {
    states,
    settings: groups.map((group, i) => readSettings(op, group, given.groups[i]!.settings)),
    scheduleSteps: given.groups.map(({ scheduleStep }) => scheduleStep),
    skippedSteps: given.skippedSteps,
  }
}

/** The same names without what they stand for, which is refused where it is read. */
function missing(remembered: object): Record<string, never> {
  return mapValues({ ...remembered }, () => undefined as never)
}

function readParameter(
  op: string,
  where: string,
  { step, kept, slots }: ParameterState,
  allocate: () => TypedArray,
): State {
  return {
    step,
    kept: mapValues(kept, (x, name) => restore(op, `${name} of ${where}`, x)),
    slots: mapValues(slots, (x, name) => restoreAll(op, `${name} of ${where}`, x, allocate())),
  }
}

function readSettings(op: string, group: AnyGroup, saved: Record<string, SavedSetting>): object {
  const names = Object.keys(group.settings).toSorted().join(', ')
  expectSame(op, 'the list of settings', Object.keys(saved).toSorted().join(', '), names)
  return mapValues(saved, (setting, name) => {
    const restored = Array.isArray(setting)
      ? setting.map((x) => restore(op, name, x))
      : typeof setting === 'string' && WORDS.has(setting)
        ? Number(setting)
        : setting
    check(op, name, restored)
    return restored
  })
}

function expectSame(op: string, what: string, given: unknown, expected: unknown): void {
  if (given !== expected) throw stateError(op, what, given, expected as string | number)
}

const show = (shape: readonly number[]): string => `[${shape.slice(0, 100).join(', ')}]`

const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0

/** @throws RangeError where it is no plain object: a text that was not parsed, say. */
export function recordOf<T extends object>(op: string, what: string, given: T): T
export function recordOf(op: string, what: string, given: unknown): Record<string, unknown>
export function recordOf(op: string, what: string, given: unknown): unknown {
  if (isPlainObject(given)) return given
  const text = typeof given === 'string' ? `the text ${JSON.stringify(given.slice(0, 40))}` : given
  throw stateError(op, what, text, 'an object')
}

/** @throws RangeError where it has not the parts of a state. */
export function checkState(op: string, given: OptimizerState): void {
  const { optimizer, groups, state, skippedSteps } = recordOf(op, 'it', given)
  if (typeof optimizer !== 'string') throw stateError(op, 'the optimizer', optimizer, 'a name')
  if (!isCount(skippedSteps)) throw stateError(op, 'skippedSteps', skippedSteps, 'an integer')
  checkEach(op, 'groups', groups, (group, i) => checkGroup(op, `group ${i}`, group))
  for (const [i, parameter] of Object.entries(recordOf(op, 'state', state))) {
    const where = `parameter ${i}`
    const { step, kept, slots } = recordOf(op, where, parameter)
    if (!isCount(step)) throw stateError(op, `the step of ${where}`, step, 'an integer')
    for (const [name, x] of Object.entries(recordOf(op, `kept of ${where}`, kept)))
      restore(op, `${name} of ${where}`, x)
    recordOf(op, `slots of ${where}`, slots)
  }
}

function checkGroup(op: string, where: string, group: unknown): void {
  const { settings, scheduleStep, parameters } = recordOf(op, where, group)
  if (!isCount(scheduleStep))
    throw stateError(op, `the scheduleStep of ${where}`, scheduleStep, 'an integer')
  checkEach(op, `parameters of ${where}`, parameters, (shape, i) =>
    checkEach(op, `the shape of parameter ${i} of ${where}`, shape, (n) => {
      if (!isCount(n))
        throw stateError(op, `the shape of parameter ${i} of ${where}`, n, 'integers')
    }),
  )
  for (const [name, setting] of Object.entries(recordOf(op, `settings of ${where}`, settings)))
    if (Array.isArray(setting)) checkEach(op, name, setting, (x) => restore(op, name, x))
    else if (!['number', 'boolean', 'string'].includes(typeof setting))
      throw stateError(op, `${name} of ${where}`, setting, 'a setting')
}

/** Holes are seen as they come, however many there are. */
function checkEach(
  op: string,
  what: string,
  list: unknown,
  hold: (x: unknown, i: number) => void,
): void {
  if (!Array.isArray(list)) throw stateError(op, what, list, 'a list')
  for (let i = 0; i < list.length; i++) hold(list[i], i)
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, x]) => [name, change(x, name)]))
}
