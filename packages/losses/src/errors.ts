/**
 * Every message of this package, one function each: what was asked, what was given, what would be
 * accepted, with the shapes; the same data as fields on the error.
 */
import { ShapeError, type Shape } from '@smol/mlarray'
import { rangeError, typeError } from '@smol/mlarray/kernels'

/** `[2, 3]` */
function show(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** ` at [0, 2]`, and nothing for the only element of rank 0. */
function place(at: Shape): string {
  return at.length === 0 ? '' : ` at ${show(at)}`
}

function showGiven(given: unknown): string {
  if (typeof given === 'string') return JSON.stringify(given.slice(0, LONGEST))
  if (Array.isArray(given)) return `a list of ${given.length}`
  if (typeof given === 'object' && given !== null) return `an object (${className(given)})`
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

function sizeOf(shape: Shape): number {
  return shape.reduce((size, n) => size * n, 1)
}

/** What would make the shape that is expected out of what was given, where that is one call. */
function reshapeHint(name: string, given: Shape, expected: Shape): string {
  return sizeOf(given) === sizeOf(expected) ? ` ${name}.reshape(${show(expected)}) would fit.` : ''
}

/** @param accepted `an MLArray`, with what else would do. */
export function kindError(
  op: string,
  name: string,
  { accepted, given }: { accepted: string; given: unknown },
): TypeError {
  const isList = Array.isArray(given) && accepted.includes('MLArray')
  const hint = isList ? ` new MLArray(${name}) makes an array of the list.` : ''
  return typeError(op, `${name} must be ${accepted}, got ${showGiven(given)}.${hint}`, { given })
}

/** What was said of the array that data were to become, said of the argument that they are. */
export function dataError(op: string, name: string, error: unknown): unknown {
  if (!(error instanceof Error && 'op' in error)) return error
  const message = `${name}: ${error.message.slice(`${String(error.op)}: `.length)}`
  if (error instanceof ShapeError) return new ShapeError(op, message, error.shapes)
  const made = error instanceof TypeError ? typeError : rangeError
  const given = 'given' in error ? { given: error.given } : {}
  return Object.assign(made(op, message, given), error, { op })
}

export function shapeError(op: string, name: string, given: Shape, expected: Shape): ShapeError {
  const hint = reshapeHint(name, given, expected)
  const message = `${name} must have shape ${show(expected)}, got ${show(given)}.${hint}`
  return new ShapeError(op, message, [given, expected])
}

export function classTargetsError(
  op: string,
  given: Shape,
  indices: Shape,
  probabilities: Shape,
): ShapeError {
  const message = `targets must be class indices of shape ${show(indices)} or probabilities of shape ${show(probabilities)}, got ${show(given)}.`
  // Never the samples' own axis: there may just be too many labels.
  const axis = probabilities.findIndex(
    (_, i) => i > 0 && show(probabilities.toSpliced(i, 1)) === show(given),
  )
  const hint = axis < 0 ? reshapeHint('targets', given, indices) : ` { axis: ${axis} } would fit.`
  return new ShapeError(op, message + hint, [given, indices, probabilities])
}

function oneOf(accepted: readonly string[]): string {
  const names = accepted.map((name) => `'${name}'`)
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`
}

export function reductionError(
  op: string,
  accepted: readonly string[],
  given: unknown,
): RangeError {
  const message = `reduction must be ${oneOf(accepted)}, got ${showGiven(given)}.`
  return rangeError(op, message, { reduction: given })
}

export function optionError(op: string, option: string, accepted: string, given: unknown) {
  return rangeError(op, `${option} must be ${accepted}, got ${showGiven(given)}.`, {
    option,
    given,
  })
}

export function optionsError(op: string, names: readonly string[], given: unknown): TypeError {
  const accepted = names.map((name) => `${name}?`).join(', ')
  const message = `options are an object { ${accepted} }, got ${showGiven(given)}.`
  return typeError(op, message, { given })
}

export function unknownOptionError(
  op: string,
  option: string,
  known: readonly string[],
): TypeError {
  const name = JSON.stringify(option.slice(0, LONGEST))
  const message = `there is no option ${name}; the options are ${known.join(', ')}.`
  return typeError(op, message, { option, known })
}

export function weightError(
  op: string,
  name: string,
  {
    given,
    to,
    shape,
    numClasses,
  }: { given: Shape; to: string; shape: Shape; numClasses?: number | undefined },
): ShapeError {
  const isOfClasses = given.length === 1 && given[0] === numClasses
  const hint = isOfClasses ? ' classWeight takes one number for each class.' : ''
  const message = `${name} of shape ${show(given)} does not broadcast to ${to} of shape ${show(shape)}.${hint}`
  return new ShapeError(op, message, [given, shape])
}

export function classWeightError(op: string, given: Shape, classes: number): ShapeError {
  const message = `classWeight must have one number for each of ${classes} classes, got shape ${show(given)}.`
  return new ShapeError(op, message, [given, [classes]])
}

export function axisError(op: string, axis: unknown, shape: Shape): RangeError {
  const range =
    shape.length === 0
      ? 'an array of rank 0 has no classes'
      : `expected ${-shape.length} … ${shape.length - 1}`
  return rangeError(
    op,
    `axis ${showGiven(axis)} is out of range for shape ${show(shape)}; ${range}.`,
    {
      axis,
      shape,
    },
  )
}

export function noClassesError(op: string, shape: Shape, axis: number): ShapeError {
  return new ShapeError(op, `no classes: axis ${axis} of shape ${show(shape)} is 0.`, [shape])
}

export function labelError(
  op: string,
  label: number,
  { at, classes }: { at: Shape; classes: number },
): RangeError {
  if (!Number.isInteger(label)) {
    return rangeError(op, `class index ${label}${place(at)} is not an integer.`, { label, at })
  }
  const range = `expected 0 … ${classes - 1}`
  const message = `class index ${label}${place(at)} is out of range for ${classes} classes; ${range}.`
  return rangeError(op, message, { label, at, classes })
}

export function probabilityError(
  op: string,
  name: string,
  { given, at, hint = '' }: { given: number; at: Shape; hint?: string },
): RangeError {
  const message = `${name} must be probabilities between 0 and 1, got ${given}${place(at)}.${hint}`
  return rangeError(op, message, { given, at })
}

export function signError(op: string, given: number, at: Shape): RangeError {
  const hint = given === 0 ? ' 2 · label − 1 makes these of 0 and 1.' : ''
  const message = `labels must be -1 or 1, got ${given}${place(at)}.${hint}`
  return rangeError(op, message, { given, at })
}

export function binaryLabelError(op: string, given: number, at: Shape): RangeError {
  return rangeError(op, `labels must be 0 or 1, got ${given}${place(at)}.`, { given, at })
}

export function varianceShapeError(op: string, given: Shape, predictions: Shape): ShapeError {
  const rows = predictions.slice(0, -1)
  const accepted = [predictions, [...rows, 1], rows].map(show)
  const message = `variances must have shape ${accepted[0]!}, ${accepted[1]!} or ${accepted[2]!}, or be a number, got ${show(given)}.`
  return new ShapeError(op, message, [given, predictions])
}

export function negativeError(
  op: string,
  name: string,
  { given, at, hint = '' }: { given: number; at: Shape; hint?: string },
): RangeError {
  return rangeError(op, `${name} must be ≥ 0, got ${given}${place(at)}.${hint}`, { given, at })
}

export function activationError(op: string, activation: 'sigmoid' | 'softmax'): RangeError {
  const message = `logits are the result of a ${activation}, and the loss takes the ${activation} itself. Give it what the ${activation} was given.`
  return rangeError(op, message, {})
}

export function likelihoodError(op: string): RangeError {
  const message =
    'predictions are the result of a softmax, and the loss takes their logarithms: logSoftmax gives these.'
  return rangeError(op, message, {})
}

export function rankError(op: string, name: string, given: Shape, accepted: string): ShapeError {
  return new ShapeError(op, `${name} must have shape ${accepted}, got ${show(given)}.`, [given])
}

export function blankLabelError(op: string, blank: number, at: Shape): RangeError {
  return rangeError(op, `labels must not be the blank ${blank}, got it${place(at)}.`, { blank, at })
}

export function lengthsError(op: string, name: string, given: Shape, expected: Shape): ShapeError {
  const message = `${name} must have one length for each sample, shape ${show(expected)}, got ${show(given)}.`
  return new ShapeError(op, message, [given, expected])
}

export function lengthError(
  op: string,
  name: string,
  { given, at, range }: { given: number; at: Shape; range: readonly [from: number, to: number] },
): RangeError {
  const message = `${name} must be integers from ${range[0]} to ${range[1]}, got ${given}${place(at)}.`
  return rangeError(op, message, { given, at, range })
}

export function joinedLabelsError(op: string, given: Shape, samples: number, total: number) {
  const message = `labels must have shape [${samples}, S], or [${total}] for all of them in a row, got ${show(given)}.`
  return new ShapeError(op, message, [given])
}

export function scoredLabelsError(
  op: string,
  given: Shape,
  predictions: Shape,
  expected: Shape,
): ShapeError {
  const message = `labels beside predictions of shape ${show(predictions)} must have shape ${show(expected)} or ${show(predictions)}, got ${show(given)}.`
  return new ShapeError(op, message, [given, predictions, expected])
}

export function averageError(op: string, accepted: readonly string[], given: unknown): RangeError {
  const message = `average must be ${oneOf(accepted)}, got ${showGiven(given)}.`
  return rangeError(op, message, { average: given })
}
