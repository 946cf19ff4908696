/**
 * One step of one parameter: a row's rule as a pass over its memory, and what the rule needs around it.
 */
import { Pass } from '@smol/mlarray/kernels'
import type { Arithmetic } from './arithmetic.ts'
import type { Parameter, TypedArray } from './parameter.ts'
import type { AnyRow, Factors, Moment, Operands } from './row.ts'

/** What an optimiser remembers of a parameter. */
export type State = {
  /** Steps taken. */
  step: number
  kept: Factors
  readonly slots: Record<string, TypedArray>
}

export const NO_STATE: State = { step: 0, kept: {}, slots: {} }

/** Makes the slots that the settings ask for and the state lacks. */
export function withSlots(
  row: AnyRow,
  settings: AnyRow['defaults'],
  parameter: Parameter,
  state: State,
): Moment {
  let first = false
  const wanted = row.slots(settings)
  for (const name in wanted) {
    if (name in state.slots) continue
    first = true
    const initial = wanted[name]!
    const slot = parameter.allocate()
    state.slots[name] = initial === 0 ? slot : slot.fill(initial)
  }
  const kept = state.step === 0 && row.kept ? row.kept(settings) : state.kept
  return { step: state.step + 1, first, kept, shape: parameter.shape }
}

/** Takes a step: the rule over all elements, and the state after it. */
export function stepParameter(
  row: AnyRow,
  settings: AnyRow['defaults'],
  parameter: Parameter,
  gradient: TypedArray,
  state: State,
): void {
  const moment = withSlots(row, settings, parameter, state)
  const factors = row.factors(settings, moment)
  parameter.change(row.name, (elements) => {
    const { slots } = state
    if (row.matrix === undefined) {
      runLaw(row.update, { parameter: elements, gradient, ...slots }, settings, factors)
      return
    }
    const direction = elements.slice()
    const memory = { parameter: elements, gradient, direction, ...slots }
    runLaw(row.matrix.direction, memory, settings, factors)
    const changed = row.matrix.transform(Float64Array.from(direction), parameter.shape, settings)
    direction.set(changed)
    runLaw(row.update, { ...memory, gradient: direction }, settings, factors)
  })
  state.step = moment.step
  state.kept = pick(factors, Object.keys(moment.kept))
}

/** A law of a row: what it gives under a name of the memory goes there. */
type Law = <T, M>(
  m: Arithmetic<T, M>,
  x: Operands<T, string>,
  settings: AnyRow['defaults'],
  factors: Factors,
) => Readonly<Record<string, T | number>>

const passes = new Map<string, Pass>()

/** Runs a law over all elements of a parameter and of what belongs to it. */
function runLaw(
  law: Law,
  memory: Readonly<Record<string, TypedArray>>,
  settings: AnyRow['defaults'],
  factors: Factors,
): void {
  const names = Object.keys(memory)
  const key = names.join()
  let pass = passes.get(key)
  if (pass === undefined) passes.set(key, (pass = new Pass(names)))
  pass.run(
    (m, x) => law(m, x as typeof x & Operands<never, never>, settings, factors),
    Object.values(memory),
  )
}

function pick(from: Factors, names: readonly string[]): Factors {
  return names.length === 0
    ? NO_STATE.kept
    : Object.fromEntries(names.map((name) => [name, from[name]!]))
}
