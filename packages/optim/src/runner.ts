/**
 * One step of one parameter: a row's rule as a pass over its memory, and what the rule needs around it.
 */
import { Pass, type PassExpression } from '@smol/mlarray/kernels'
import type { Parameter, TypedArray } from './parameter.ts'
import type { AnyRow, Factors, Moment, Operands } from './row.ts'

/** What an optimiser remembers of a parameter. */
export type State = {
  /** Steps taken. */
  step: number
  kept: Factors
  readonly slots: Record<string, TypedArray>
  /** The pass over parameter, gradient and the slots, once it has been asked for. */
  pass?: Pass | undefined
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
    state.pass = undefined
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
  const { matrix, update } = row
  const { slots } = state
  const memory = Object.values(slots)
  const law: PassExpression = (m, x) =>
    update(m, x as typeof x & Operands<never, never>, settings, factors)
  const pass = (state.pass ??= passOver(['parameter', 'gradient', ...Object.keys(slots)]))
  parameter.change(row.name, (elements) => {
    let dy = gradient
    if (matrix !== undefined) {
      dy = elements.slice()
      passOver(['parameter', 'gradient', 'direction', ...Object.keys(slots)]).run(
        (m, x) => matrix.direction(m, x, settings, factors),
        [elements, gradient, dy, ...memory],
      )
      dy.set(matrix.transform(Float64Array.from(dy), parameter.shape, settings))
    }
    pass.run(law, [elements, dy, ...memory])
  })
  state.step = moment.step
  state.kept = pick(factors, Object.keys(moment.kept))
}

const passes = new Map<string, Pass>()

/** Passes over arrays of the same names share what they have compiled. */
function passOver(names: readonly string[]): Pass {
  const key = names.join()
  let pass = passes.get(key)
  if (pass === undefined) passes.set(key, (pass = new Pass(names)))
  return pass
}

function pick(from: Factors, names: readonly string[]): Factors {
  return names.length === 0
    ? NO_STATE.kept
    : Object.fromEntries(names.map((name) => [name, from[name]!]))
}
