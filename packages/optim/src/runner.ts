/**
 * One step of one parameter: a row's rule over blocks of memory, and what the rule needs around it.
 */
import { BLOCK, blocks, load, startBlock, store, type Block } from './arithmetic.ts'
import type { Parameter, TypedArray } from './parameter.ts'
import type { AnyRow, Factors, Moment, Operands } from './row.ts'
import { trace } from './trace.ts'

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

/** Takes a step: the rule, block by block, and the state after it. */
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
    if (row.matrix === undefined) {
      runRule(row, row.update, elements, elements, gradient, state, settings, factors)
    } else {
      const direction = new Float64Array(parameter.size)
      const law: Law = (m, x, o, c) => {
        const { direction: parameter_, ...slots } = row.matrix!.direction(m, x, o, c)
        return { parameter: parameter_, ...slots }
      }
      runRule(row, law, elements, direction, gradient, state, settings, factors)
      const changed = row.matrix.transform(direction, parameter.shape, settings)
      runRule(row, row.update, elements, elements, changed, state, settings, factors)
    }
  })
  state.step = moment.step
  state.kept = pick(factors, Object.keys(moment.kept))
}

type Law = AnyRow['update']

/** A law over all elements; what it calls `parameter` goes to `target`. */
function runRule(
  row: AnyRow,
  law: Law,
  elements: TypedArray,
  target: TypedArray,
  gradient: TypedArray,
  { slots }: State,
  settings: AnyRow['defaults'],
  factors: Factors,
): void {
  const names = Object.keys(row.slots(settings))
  if (elements.length >= WORTH_TRACING) {
    const { text, numbers } = trace((m) => law(m, namesAsOperands(names), settings, factors), names)
    const loop = row.loops[text]
    if (loop !== undefined) {
      const memory = names.map((name) => slots[name]!)
      loop(target, elements, gradient, memory as never, numbers as never)
      return
    }
  }
  const x: { [name: string]: Block; parameter: Block; gradient: Block } = {
    parameter: NO_BLOCK,
    gradient: NO_BLOCK,
  }
  for (let start = 0; start < elements.length; start += BLOCK) {
    startBlock(Math.min(BLOCK, elements.length - start))
    x.parameter = load(elements, start)
    x.gradient = load(gradient, start)
    for (const name of names) x[name] = load(slots[name]!, start)
    const y = law(blocks, x as Operands<Block, string>, settings, factors)
    store(target, start, y.parameter)
    for (const name of names) if (y[name] !== undefined) store(slots[name]!, start, y[name])
  }
}

/** From so many numbers on, a generated loop is worth looking up. */
const WORTH_TRACING = 256

function namesAsOperands(slots: readonly string[]): Operands<string, string> {
  const x: Record<string, string> = {}
  for (const name of slots) x[name] = name
  return { ...x, parameter: 'parameter', gradient: 'gradient' }
}

const NO_BLOCK: Block = new Float64Array(0)

function pick(from: Factors, names: readonly string[]): Factors {
  return names.length === 0
    ? NO_STATE.kept
    : Object.fromEntries(names.map((name) => [name, from[name]!]))
}
