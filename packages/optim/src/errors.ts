/**
 * Every message of this package, one function each. A message says what was asked, what was given and
 * what would be accepted; the same data stand as fields on the error.
 */
import { rangeError, typeError } from '@smol/mlarray/kernels'

/** A value in an error message: short, and harmless whatever it is. */
function show(given: unknown, depth = 0): string {
  if (typeof given === 'string') return `the string ${JSON.stringify(given.slice(0, LONGEST))}`
  if (Array.isArray(given)) {
    if (given.length > 8 || depth > 3) return `a list of ${given.length}`
    const text = Array.from(given, (x) => show(x, depth + 1)).join(', ')
    return text.length > 2 * LONGEST ? `a list of ${given.length}` : `[${text}]`
  }
  if (typeof given === 'object' && given !== null) return `an object (${className(given)})`
  return typeof given === 'function' ? 'a function' : String(given)
}

/** How much of a text is shown. */
const LONGEST = 100

/** A label, a path or a name of somebody else's: in quotes, unless it can only be a name. */
function quote(name: string): string {
  return /^[\w.[\]]{1,100}$/.test(name) ? name : JSON.stringify(name.slice(0, LONGEST))
}

/** A phrase of our own in which somebody else's names may stand. */
function phrase(text: string): string {
  return /^[^\p{Cc}]{0,300}$/u.test(text) ? text : JSON.stringify(text.slice(0, LONGEST))
}

/** What is given may throw when it is looked at. */
function className(given: object): string {
  try {
    const name: unknown = given.constructor?.name ?? 'no class'
    const text = String(name).slice(0, LONGEST)
    return /^[\w$ ]*$/.test(text) ? text : JSON.stringify(text)
  } catch {
    return 'no class'
  }
}

export function optionError(
  op: string,
  option: string,
  accepted: string,
  given: unknown,
): RangeError {
  return rangeError(op, `${option} must be ${accepted}, got ${show(given)}.`, { option, given })
}

export function unknownOptionError(
  op: string,
  option: string,
  known: readonly string[],
): TypeError {
  const message = `there is no option ${quote(option)}; the options are ${known.join(', ')}.`
  return typeError(op, message, { option, known })
}

export function optionsError(op: string, known: readonly string[], given: unknown): TypeError {
  const message = `options are an object with some of ${known.join(', ')}, got ${show(given)}.`
  return typeError(op, message, { given, known })
}

export function functionError(op: string, what: string, given: unknown): TypeError {
  return typeError(op, `${what} must be a function, got ${show(given)}.`, { given })
}

/** @param kind what not all of them are. */
export function optimizerError(op: string, given: unknown, kind = ''): TypeError {
  return typeError(op, `expected an optimiser of this package${kind}, got ${show(given)}.`, {
    given,
  })
}

export function groupError(op: string, given: unknown): TypeError {
  return typeError(op, `expected a group, { parameters, …options }, got ${show(given)}.`, { given })
}

export function nestingError(op: string, limit: number): RangeError {
  return rangeError(op, `lists and objects of parameters are nested deeper than ${limit}.`)
}

export function partsError(op: string, limit: number): RangeError {
  return rangeError(op, `lists and objects of parameters have more than ${limit} parts.`)
}

export function scheduleResultError(op: string, what: string, given: unknown): TypeError {
  return typeError(op, `the schedule must give the ${what} as a number, got ${show(given)}.`, {
    given,
  })
}

/** @param metric the name under which it was given, in an object of others. */
export function stepResultError(
  op: string,
  what: string,
  given: unknown,
  metric?: string,
): TypeError {
  const isArray = typeof (given as { item?: unknown } | null | undefined)?.item === 'function'
  const hint = isArray ? ' item() is the number of an array.' : ''
  const where = metric === undefined ? '' : ` as ${quote(metric)}`
  const accepted = what === 'step' ? 'a number, an object of numbers,' : 'an object of numbers,'
  const message = `${what} must give ${accepted} or nothing, got ${show(given)}${where}.${hint}`
  return typeError(op, message, { given })
}

export function iteratorError(op: string, epochs: number): TypeError {
  const message = `batches are an iterator, which gives them once, and there are ${epochs} epochs. A list, batches() or an object with [Symbol.iterator] gives them in each.`
  return typeError(op, message, { epochs })
}

export function nesterovError(op: string, momentum: unknown, dampening: unknown): RangeError {
  const message = `nesterov needs a momentum > 0 and a dampening of 0, got ${show(momentum)} and ${show(dampening)}.`
  return rangeError(op, message, { option: 'nesterov', momentum, dampening })
}

export function parameterError(op: string, where: string, given: unknown): TypeError {
  const message = `expected MLArrays, Values, or lists and plain objects of them, got ${show(given)}${where && ` at ${quote(where)}`}.${listHint(given)}`
  return typeError(op, message, { given })
}

/** How what holds parameters becomes a list of them. */
function listHint(given: unknown): string {
  if (typeof given !== 'object' || given === null || ArrayBuffer.isView(given)) return ''
  if (given instanceof Map) return ' [...map.values()] is a list of its parts.'
  if (Symbol.iterator in given) return ' [...parameters] makes a list of it.'
  return Object.values(given).some(canBackward)
    ? ' Object.values(model) is a list of its fields.'
    : ''
}

function canBackward(x: unknown): boolean {
  return typeof (x as { backward?: unknown } | null | undefined)?.backward === 'function'
}

export function noParametersError(op: string): TypeError {
  return typeError(op, 'there are no parameters: the list is empty.')
}

export function noGradientError(op: string): TypeError {
  const message =
    'no parameter has a gradient. A step comes after backward() of what was computed from them, and before zeroGrad().'
  return typeError(op, message)
}

export function untrackedParameterError(op: string, where: string): TypeError {
  const message = `parameter ${quote(where)} is untracked, as by requiresGrad: false, noGrad or detach(). A new MLArray or Value of its data is tracked.`
  return typeError(op, message, { parameter: where })
}

export function resultParameterError(op: string, where: string, madeBy: string): TypeError {
  const message = `parameter ${quote(where)} is the result of ${madeBy}; only what was not computed can be a parameter. detach() and a new MLArray or Value make one.`
  return typeError(op, message, { parameter: where, madeBy })
}

export function twoGroupsError(op: string, where: string): TypeError {
  return typeError(op, `parameter ${quote(where)} is in another group already.`, {
    parameter: where,
  })
}

export function mixedGroupsError(op: string): TypeError {
  return typeError(
    op,
    'a list holds either parameters or groups ({ parameters, …options }), not both.',
  )
}

export function foreignParameterError(op: string): TypeError {
  return typeError(op, 'this optimiser has no such parameter.')
}

export function groupIndexError(op: string, index: unknown, count: number): RangeError {
  return rangeError(op, `group must be an integer from 0 to ${count - 1}, got ${show(index)}.`, {
    option: 'group',
    given: index,
  })
}

export function elementIndexError(op: string, index: unknown, size: number): RangeError {
  return rangeError(op, `index must be an integer from 0 to ${size - 1}, got ${show(index)}.`, {
    option: 'index',
    given: index,
  })
}

export function matrixError(op: string, where: string, shape: readonly number[]): RangeError {
  const message = `parameter ${quote(where)} must be a matrix, got shape [${shape.join(', ')}]; another optimiser can take the others.`
  return rangeError(op, message, { parameter: where, shapes: [shape] })
}

export function momentumError(op: string): TypeError {
  return typeError(
    op,
    'the schedule cycles momentum, and there is neither momentum nor beta1; cycleMomentum: false leaves it alone.',
  )
}

export function scheduleError(op: string, given: unknown): TypeError {
  return typeError(
    op,
    `schedule must be a function of the step and the learning rate, got ${show(given)}.`,
    { given },
  )
}

export function beyondError(op: string, step: number, totalSteps: number): RangeError {
  return rangeError(op, `step ${step} is beyond totalSteps, ${totalSteps}.`, { step, totalSteps })
}

export function milestonesError(op: string, schedules: number, milestones: unknown): RangeError {
  const message = `${schedules} schedules need ${schedules - 1} ascending milestones, got ${show(milestones)}.`
  return rangeError(op, message, { option: 'milestones', given: milestones })
}

/** What is given and expected are phrases where they are strings. */
export function stateError(
  op: string,
  what: string,
  given: unknown,
  expected: string | number,
): RangeError {
  const found = typeof given === 'string' ? phrase(given) : show(given)
  const message = `the state does not fit: ${phrase(what)} is ${found}, expected ${expected}.`
  return rangeError(op, message, { what, given, expected })
}

/** @param shape that of an array. */
export function metricError(
  op: string,
  what: 'metric' | 'loss',
  given: unknown,
  shape?: readonly number[],
): TypeError {
  const of = shape === undefined ? '' : ` of shape [${shape.join(', ')}]`
  return typeError(op, `expected the ${what} as a number, got ${show(given)}${of}.`, { given })
}

export function closureError(op: string, given: unknown): TypeError {
  const message = `step needs a function that clears the gradients, computes the loss, calls backward() and returns the loss; got ${show(given)}.`
  return typeError(op, message, { given })
}

export function oneGroupError(op: string): TypeError {
  return typeError(op, 'takes one group of parameters only.')
}

export function dataSetError(op: string, given: unknown): TypeError {
  return typeError(op, `expected a list or typed array of items, got ${show(given)}.`, { given })
}

export function metricMissingError(
  op: string,
  metric: string,
  known: readonly string[],
): RangeError {
  const others = known.slice(0, 20).map(quote).join(', ') || 'none'
  const message = `there is no metric ${quote(metric)}; this epoch has ${others}.`
  return rangeError(op, message, { option: 'metric', given: metric, known })
}
