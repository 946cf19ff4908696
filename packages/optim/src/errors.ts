/**
 * Every message of this package, one function each. A message says what was asked, what was given and
 * what would be accepted; the same data stand as fields on the error.
 */
const typeError = (op: string, message: string, fields: object = {}): TypeError =>
  Object.assign(new TypeError(`${op}: ${message}`), { op }, fields)

const rangeError = (op: string, message: string, fields: object = {}): RangeError =>
  Object.assign(new RangeError(`${op}: ${message}`), { op }, fields)

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

/** What is given may throw when it is looked at. */
function className(given: object): string {
  try {
    const name: unknown = given.constructor?.name ?? 'no class'
    return String(name).slice(0, LONGEST)
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
  return typeError(op, `there is no option ${option}; the options are ${known.join(', ')}.`, {
    option,
    known,
  })
}

export function nesterovError(op: string, momentum: unknown, dampening: unknown): RangeError {
  const message = `nesterov needs a momentum > 0 and a dampening of 0, got ${show(momentum)} and ${show(dampening)}.`
  return rangeError(op, message, { option: 'nesterov', momentum, dampening })
}

export function parameterError(op: string, where: string, given: unknown): TypeError {
  const message = `expected MLArrays, Values, or lists and plain objects of them, got ${show(given)}${where && ` at ${where}`}.`
  return typeError(op, message, { given })
}

export function noParametersError(op: string): TypeError {
  return typeError(op, 'there are no parameters: the list is empty.')
}

export function untrackedParameterError(op: string, where: string): TypeError {
  return typeError(op, `parameter ${where} is untracked: it was made with requiresGrad: false.`, {
    parameter: where,
  })
}

export function resultParameterError(op: string, where: string, madeBy: string): TypeError {
  const message = `parameter ${where} is the result of ${madeBy}; only what was not computed can be a parameter. detach() and a new MLArray or Value make one.`
  return typeError(op, message, { parameter: where, madeBy })
}

export function twoGroupsError(op: string, where: string): TypeError {
  return typeError(op, `parameter ${where} is in another group already.`, { parameter: where })
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
  const message = `parameter ${where} must be a matrix, got shape [${shape.join(', ')}]; another optimiser can take the others.`
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
  const found = typeof given === 'string' ? given : show(given)
  const message = `the state does not fit: ${what} is ${found}, expected ${expected}.`
  return rangeError(op, message, { what, given, expected })
}

export function metricError(op: string, given: unknown): TypeError {
  return typeError(op, `expected the metric as a number, got ${show(given)}.`, { given })
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
  const message = `there is no metric ${metric}; this epoch has ${known.join(', ') || 'none'}.`
  return rangeError(op, message, { option: 'metric', given: metric, known })
}
