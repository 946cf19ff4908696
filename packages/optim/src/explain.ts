/**
 * What a step does to one number: the row's rule on plain numbers, with everything that it names.
 */
import { numbersOf } from './arithmetic.ts'
import { elementIndexError } from './errors.ts'
import type { Parameter } from './parameter.ts'
import type { AnyRow, Factors, Operands } from './row.ts'
import { withSlots, type State } from './runner.ts'

/** What the next step would do to one number of a parameter. */
export type Explanation = {
  readonly optimizer: string
  readonly formula: string
  readonly source: string
  /** The step of this parameter, counted from 1. */
  readonly step: number
  /** The place of the number, in row-major order. */
  readonly index: number
  /** Undefined where there is none: the parameter is skipped then. */
  readonly gradient: number | undefined
  readonly learningRate: number
  /** The settings of the step, the schedule applied. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Bias corrections, step sizes and the like. */
  readonly factors: Factors
  /** Moments and buffers. */
  readonly slots: Readonly<Record<string, { readonly before: number; readonly after: number }>>
  /** What else the rule names: denominators, directions. */
  readonly quantities: Readonly<Record<string, number>>
  /** What weight decay takes in this step, `1 − αλ` of it or `λθ`: the term `weightDecay · before`. */
  readonly decay: number
  readonly before: number
  readonly after: number
  /** The same as text, one line each. */
  readonly text: string
  readonly toString: () => string
}

export function explain(
  row: AnyRow,
  settings: AnyRow['defaults'],
  parameter: Parameter,
  known: State,
  given: number | readonly number[],
): Explanation {
  const index = toIndex(parameter, given)
  // A copy of the list of slots, so that those which the step would make are made here only.
  const state = { ...known, slots: { ...known.slots } }
  const moment = withSlots(row, settings, parameter, state)
  const factors = row.factors(settings, moment)
  const before = parameter.read()[index]!
  const gradient = parameter.gradient()?.[index]
  const result =
    gradient === undefined
      ? { parameter: before }
      : resultAt(row, settings, parameter, state, index, factors)
  const { parameter: after, ...named } = result
  const explanation = {
    optimizer: row.name,
    formula: row.formula,
    source: row.source,
    step: moment.step,
    index,
    gradient,
    learningRate: settings.learningRate,
    settings,
    factors,
    ...slotsAndOthers(state, index, named),
    decay: (settings.weightDecay ?? 0) * before,
    before,
    after,
  }
  const text = describe(explanation)
  return { ...explanation, text, toString: () => text }
}

/** What a rule has named beside the parameter: slots, which are stored, and the rest. */
function slotsAndOthers(
  { slots: memory }: State,
  index: number,
  named: Readonly<Record<string, number>>,
): Pick<Explanation, 'slots' | 'quantities'> {
  const slots = Object.entries(memory).map(([name, slot]) => {
    const before = slot[index]!
    return [name, { before, after: named[name] ?? before }] as const
  })
  const others = Object.entries(named).filter(([name]) => !(name in memory))
  return { slots: Object.fromEntries(slots), quantities: Object.fromEntries(others) }
}

type Result = Readonly<Record<string, number>> & { readonly parameter: number }

/** The rule at one number. A rule for matrices needs the direction of all of them first. */
function resultAt(
  row: AnyRow,
  settings: AnyRow['defaults'],
  parameter: Parameter,
  state: State,
  index: number,
  factors: Factors,
): Result {
  const elements = parameter.read()
  const gradients = parameter.gradient()!
  const operands = (i: number, gradient: number): Operands<number, string> => {
    const x: Record<string, number> & Operands<number, never> = {
      parameter: elements[i]!,
      gradient,
    }
    for (const name in state.slots) x[name] = state.slots[name]![i]!
    return x
  }
  const { matrix } = row
  const numbers = numbersOf(elements instanceof Float32Array ? 'float32' : 'float64')
  if (matrix === undefined)
    return row.update(numbers, operands(index, gradients[index]!), settings, factors)
  const laws = Array.from(gradients, (gradient, i) =>
    matrix.direction(numbers, operands(i, gradient), settings, factors),
  )
  const direction = Float64Array.from(laws, (law) => law.direction)
  const orthogonal = matrix.transform(direction, parameter.shape, settings)[index]!
  const result = row.update(numbers, operands(index, orthogonal), settings, factors)
  return { ...laws[index]!, orthogonal, ...result }
}

function toIndex({ shape, size }: Parameter, given: number | readonly number[]): number {
  const index =
    typeof given === 'number'
      ? given
      : Array.isArray(given) &&
          given.length === shape.length &&
          shape.every(
            (n, axis) => Number.isInteger(given[axis]) && given[axis]! >= 0 && given[axis]! < n,
          )
        ? given.reduce((sum, i, axis) => sum * shape[axis]! + i, 0)
        : Number.NaN
  if (!Number.isInteger(index) || index < 0 || index >= size)
    throw elementIndexError('explainUpdate', given, size)
  return index
}

type Told = Omit<Explanation, 'text' | 'toString'>

function describe(x: Told): string {
  const head = `${x.optimizer}, step ${x.step}, number ${x.index} of the parameter`
  if (x.gradient === undefined)
    return `${head}: no gradient, so it is skipped and stays ${x.before}.`
  const decay =
    x.decay === 0 ? [] : [['weight decay', `${String(x.settings['weightDecay'])} · ${x.before}`]]
  const lines = [
    ['gradient', String(x.gradient)],
    ...decay,
    ...Object.entries(x.slots).map(([name, slot]) => [name, `${slot.before} → ${slot.after}`]),
    ...Object.entries(x.factors).map(([name, value]) => [name, String(value)]),
    ...Object.entries(x.quantities).map(([name, value]) => [name, String(value)]),
    ['learning rate', String(x.learningRate)],
    ['parameter', `${x.before} → ${x.after}`],
  ] as [string, string][]
  const width = Math.max(...lines.map(([name]) => name.length))
  return [
    head,
    `${x.formula}   (${x.source})`,
    ...lines.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
  ].join('\n')
}
