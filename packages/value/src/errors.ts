/**
 * Every message of this package, one function each. A message says what was asked, what was given and
 * what would be accepted; the same data stand as fields on the error.
 */

/**
 * Adds the fields, and lets the stack start at the line that called `caller`. Below an uncaught error Node writes out
 * the fields that it may see: no graph.
 */
function located<E extends Error>(error: E, fields: object, caller?: unknown): E {
  const { captureStackTrace } = Error as {
    captureStackTrace?: (error: Error, below: unknown) => void
  }
  if (typeof caller === 'function') captureStackTrace?.(error, caller)
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

export function operandError(op: string, given: unknown, caller?: unknown): TypeError {
  return located(
    new TypeError(`${op}: expected a number or a Value, got ${show(given)}.`),
    { op, given },
    caller,
  )
}

/** Of an object that has the class of a Value, and never went through its constructor. */
export function unmadeError(op: string, caller?: unknown): TypeError {
  const message = `${op}: expected a number or a Value, got an object that inherits from Value and was never made.`
  return located(new TypeError(message), { op }, caller)
}

export function nodeError(op: string, given: unknown, caller?: unknown): TypeError {
  return located(
    new TypeError(`${op}: expected a Value, got ${show(given)}.`),
    { op, given },
    caller,
  )
}

export function foreignNodeError(op: string, given: unknown, caller?: unknown): TypeError {
  const kind = String(given).slice(0, LONGEST)
  const message = `${op}: a Value knows no ${kind}; write ${kind}.${op}(value), with the ${kind} first.`
  return located(new TypeError(message), { op, kind }, caller)
}

export function twoCopiesError(
  op: string,
  given: unknown,
  own: string,
  caller?: unknown,
): TypeError {
  const other = String(given).slice(0, LONGEST)
  const message = `${op}: this Value comes from another copy of @smol/value (version ${other}; this one is ${own}). Install one copy only.`
  return located(new TypeError(message), { op, versions: [own, other] }, caller)
}

export function dataError(given: unknown, caller?: unknown): TypeError {
  return located(
    new TypeError(`Value: data must be a number, got ${show(given)}.`),
    { op: 'Value', given },
    caller,
  )
}

export function gradError(given: unknown): TypeError {
  const message = `Value: grad must be a number, got ${show(given)}.`
  return located(new TypeError(message), { op: 'Value', given })
}

export function functionError(
  op: string,
  expected: string,
  given: unknown,
  caller?: unknown,
): TypeError {
  const message = `${op}: expected ${expected}, got ${show(given)}.`
  return located(new TypeError(message), { op, given }, caller)
}

export function resultAssignedError(op: string): TypeError {
  const message = `Value: the data of a result of ${op} cannot be assigned; assign to what it was made from, or to detach().`
  return located(new TypeError(message), { op })
}

export function listError(
  op: string,
  argument: string,
  given: unknown,
  caller?: unknown,
): TypeError {
  return located(
    new TypeError(`${op}: ${argument} must be a list of numbers and Values, got ${show(given)}.`),
    { op, given },
    caller,
  )
}

export function lengthsError(op: string, a: number, b: number, caller?: unknown): RangeError {
  return located(
    new RangeError(`${op}: a has ${a} elements and b has ${b}.`),
    { op, lengths: [a, b] },
    caller,
  )
}

export function coercionError(caller?: unknown): TypeError {
  const message =
    'Value: a Value is no JavaScript number. Write a.add(b) for a + b, a.lt(b) or a.data < b.data to compare.'
  return located(new TypeError(message), { op: 'Value' }, caller)
}

export function untrackedRootError(): TypeError {
  const message =
    'backward: the root is untracked: it was made in noGrad or a hook, or from nothing that requires a gradient.'
  return located(new TypeError(message), { op: 'backward' })
}

export function changedInputError(op: string, changedBy: string): TypeError {
  const message = `backward: the data of an input of ${op} was changed by ${changedBy} after it was used; its gradient would be wrong.`
  return located(new TypeError(message), { op, changedBy })
}

export function nestedPassError(op: string): TypeError {
  const message = `backward: a pass over this graph is under way (at a node made by ${op}); a hook may only run one over another graph.`
  return located(new TypeError(message), { op })
}

export function promiseError(caller: unknown): TypeError {
  const message =
    'noGrad: the function returned a promise; recording would be on again before it ends.'
  return located(new TypeError(message), { op: 'noGrad' }, caller)
}

export function resultTypeError(op: string, given: unknown): TypeError {
  return located(new TypeError(`${op}: the function must return a Value, got ${show(given)}.`), {
    op,
    given,
  })
}

export function optionError(
  op: string,
  option: string,
  accepted: string,
  given: unknown,
  caller?: unknown,
): RangeError {
  const message = `${op}: ${option} must be ${accepted}, got ${show(given)}.`
  return located(new RangeError(message), { op, option, given }, caller)
}

export function optionsError(
  op: string,
  names: readonly string[],
  given: unknown,
  caller?: unknown,
): TypeError {
  const accepted = names.map((name) => `${name}?`).join(', ')
  const message = `${op}: options are an object { ${accepted} }, got ${show(given)}.`
  return located(new TypeError(message), { op, given }, caller)
}

export function unknownOptionError(
  op: string,
  option: string,
  known: readonly string[],
  caller?: unknown,
): TypeError {
  const message = `${op}: there is no option ${JSON.stringify(option.slice(0, LONGEST))}; the options are ${known.join(', ')}.`
  return located(new TypeError(message), { op, option, known }, caller)
}

export function flagError(op: string, option: string, given: unknown, caller?: unknown): TypeError {
  const message = `${op}: ${option} must be true or false, got ${show(given)}.`
  return located(new TypeError(message), { op, option, given }, caller)
}

export function rowError(name: string, problem: string, caller?: unknown): TypeError {
  const message = `customOp${name === '' ? '' : ` ${name}`}: ${problem}.`
  return located(new TypeError(message), { op: name || 'customOp' }, caller)
}

export function labelError(given: unknown): TypeError {
  const message = `label: expected a string, got ${show(given)}.`
  return located(new TypeError(message), { op: 'label', given })
}

export function tangentsError(inputs: number, tangents: number, caller?: unknown): RangeError {
  const message = `jvp: the point has length ${inputs}, and the tangents have length ${tangents}.`
  return located(new RangeError(message), { op: 'jvp', lengths: [inputs, tangents] }, caller)
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
