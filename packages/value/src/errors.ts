/**
 * Every message of this package, one function each. A message says what was asked, what was given and
 * what would be accepted; the same data stand as fields on the error.
 */
import { startAt } from './stack.ts'

/**
 * Adds the fields, and lets the stack start at the line that called `caller`. Below an uncaught error Node writes out
 * the fields that it may see: no graph.
 */
function located<E extends Error>(error: E, fields: object, caller?: unknown): E {
  startAt(error, caller)
  for (const [name, value] of Object.entries(fields)) {
    const enumerable = Object(value) !== value
    Object.defineProperty(error, name, { value, enumerable, writable: true, configurable: true })
  }
  return error
}

/** A value in an error message: short, and harmless whatever it is. */
function show(given: unknown): string {
  if (typeof given === 'string') return `the string ${JSON.stringify(given.slice(0, LONGEST))}`
  if (Array.isArray(given)) return 'a list'
  if (typeof given === 'object' && given !== null) return `an object (${className(given)})`
  if (typeof given === 'bigint') return `the bigint ${given}`
  return typeof given === 'function' ? 'a function' : String(given)
}

/** How much of a text is shown. */
const LONGEST = 100

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

/** `op: problem`, with `op` and what else is known as fields. */
function typeError(op: string, problem: string, fields: object, caller?: unknown): TypeError {
  return located(new TypeError(`${op}: ${problem}`), { op, ...fields }, caller)
}

function rangeError(op: string, problem: string, fields: object, caller?: unknown): RangeError {
  return located(new RangeError(`${op}: ${problem}`), { op, ...fields }, caller)
}

/** Something else than what is `wanted` was given. */
function unexpected(op: string, wanted: string, given: unknown, caller?: unknown): TypeError {
  return typeError(op, `${wanted}, got ${show(given)}.`, { given }, caller)
}

export function operandError(op: string, given: unknown, caller?: unknown): TypeError {
  return unexpected(op, 'expected a number or a Value', given, caller)
}

export function argumentError(op: string, given: unknown, caller: unknown): TypeError {
  return unexpected(op, 'expected no argument', given, caller)
}

/** Of an object that has the class of a Value, and never went through its constructor. */
export function unmadeError(op: string, caller?: unknown): TypeError {
  const problem =
    'expected a number or a Value, got an object that inherits from Value and was never made.'
  return typeError(op, problem, {}, caller)
}

export function nodeError(op: string, given: unknown, caller?: unknown): TypeError {
  return unexpected(op, 'expected a Value', given, caller)
}

/** Of a method whose operand is of a foreign kind; where the order of operands makes no difference, it helps. */
export function foreignNodeError(
  op: string,
  given: unknown,
  isSymmetric: boolean,
  caller?: unknown,
): TypeError {
  const kind = String(given).slice(0, LONGEST)
  const hint = isSymmetric
    ? `write ${kind}.${op}(value), with the ${kind} first`
    : 'make one of the Value first'
  return typeError(op, `a Value knows no ${kind}; ${hint}.`, { kind }, caller)
}

export function twoCopiesError(
  op: string,
  given: unknown,
  own: string,
  caller?: unknown,
): TypeError {
  const other = String(given).slice(0, LONGEST)
  const problem = `this Value comes from another copy of @smol/value (version ${other}; this one is ${own}). Install one copy only.`
  return typeError(op, problem, { versions: [own, other] }, caller)
}

export function dataError(given: unknown, caller?: unknown): TypeError {
  return unexpected('Value', 'data must be a number', given, caller)
}

export function gradError(given: unknown, caller: unknown): TypeError {
  return unexpected('Value', 'grad must be a number', given, caller)
}

export function functionError(
  op: string,
  expected: string,
  given: unknown,
  caller?: unknown,
): TypeError {
  return unexpected(op, `expected ${expected}`, given, caller)
}

export function resultAssignedError(op: string, caller: unknown): TypeError {
  const problem = `the data of a result of ${op} cannot be assigned; assign to what it was made from, or to detach().`
  return typeError('Value', problem, { op }, caller)
}

export function listError(
  op: string,
  argument: string,
  given: unknown,
  caller?: unknown,
): TypeError {
  return unexpected(op, `${argument} must be a list of numbers and Values`, given, caller)
}

export function lengthsError(op: string, a: number, b: number, caller?: unknown): RangeError {
  return rangeError(op, `a has ${a} elements and b has ${b}.`, { lengths: [a, b] }, caller)
}

export function coercionError(caller?: unknown): TypeError {
  const problem =
    'a Value is no JavaScript number. Write a.add(b) for a + b, a.lt(b) or a.data < b.data to compare.'
  return typeError('Value', problem, {}, caller)
}

export function untrackedRootError(): TypeError {
  const problem =
    'the root is untracked: it was made in noGrad or a hook, or from nothing that requires a gradient.'
  return typeError('backward', problem, {})
}

export function changedInputError(op: string, changedBy: string): TypeError {
  const problem = `the data of an input of ${op} was changed by ${changedBy} after it was used; its gradient would be wrong.`
  return typeError('backward', problem, { op, changedBy })
}

export function nestedPassError(op: string): TypeError {
  const problem = `a pass over this graph is under way (at a node made by ${op}); a hook may only run one over another graph.`
  return typeError('backward', problem, { op })
}

export function promiseError(caller: unknown): TypeError {
  const problem = 'the function returned a promise; recording would be on again before it ends.'
  return typeError('noGrad', problem, {}, caller)
}

export function resultTypeError(op: string, given: unknown): TypeError {
  return unexpected(op, 'the function must return a Value', given)
}

export function optionError(
  op: string,
  option: string,
  accepted: string,
  given: unknown,
  caller?: unknown,
): RangeError {
  const problem = `${option} must be ${accepted}, got ${show(given)}.`
  return rangeError(op, problem, { option, given }, caller)
}

export function optionsError(
  op: string,
  names: readonly string[],
  given: unknown,
  caller?: unknown,
): TypeError {
  const accepted = names.map((name) => `${name}?`).join(', ')
  return unexpected(op, `options are an object { ${accepted} }`, given, caller)
}

export function unknownOptionError(
  op: string,
  option: string,
  known: readonly string[],
  caller?: unknown,
): TypeError {
  const problem = `there is no option ${JSON.stringify(option.slice(0, LONGEST))}; the options are ${known.join(', ')}.`
  return typeError(op, problem, { option, known }, caller)
}

export function flagError(op: string, option: string, given: unknown, caller?: unknown): TypeError {
  const problem = `${option} must be true or false, got ${show(given)}.`
  return typeError(op, problem, { option, given }, caller)
}

export function rowError(name: string, problem: string, caller?: unknown): TypeError {
  const message = `customOp${name === '' ? '' : ` ${name}`}: ${problem}.`
  return located(new TypeError(message), { op: name || 'customOp' }, caller)
}

export function labelError(given: unknown, caller?: unknown): TypeError {
  return unexpected('label', 'expected a string', given, caller)
}

export function tangentsError(inputs: number, tangents: number, caller: unknown): RangeError {
  const problem = `the point has length ${inputs}, and the tangents have length ${tangents}.`
  return rangeError('jvp', problem, { lengths: [inputs, tangents] }, caller)
}

export function gradientMismatchError(
  order: number,
  where: string,
  at: unknown,
  numeric: number,
  analytic: number,
): Error {
  const ordinal = ['first', 'second', 'third'][order - 1] ?? `${order}th`
  const message = `checkGrads: ${ordinal} derivative at ${where} = ${String(at)}: numeric ${numeric}, analytic ${analytic}.`
  return located(new Error(message), { op: 'checkGrads', order, numeric, analytic })
}
