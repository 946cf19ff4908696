/**
 * Every message of this package, one function each: what was asked, what was given, what would be
 * accepted, with the shapes; the same data as fields on the error.
 */
import type { Shape } from './shape.ts'
import { startWith } from './stack.ts'

/** A wrong shape, with the operation and the shapes as fields. */
export class ShapeError extends RangeError {
  override readonly name = 'ShapeError'
  readonly op: string
  readonly shapes: readonly Shape[]

  constructor(op: string, message: string, shapes: readonly Shape[]) {
    super(`${op}: ${message}`)
    this.op = op
    this.shapes = shapes
  }
}

/** `[2, 3]` */
export function show(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** What was given, in few words whatever it is: it may hold itself, or throw when it is looked at. */
export function showGiven(given: unknown, depth = 0): string {
  if (typeof given === 'string') return `the string ${JSON.stringify(given.slice(0, LONGEST))}`
  if (Array.isArray(given)) {
    if (given.length > 8 || depth > 3) return `a list of ${given.length}`
    const text = Array.from(given, (x) => showGiven(x, depth + 1)).join(', ')
    return text.length > 2 * LONGEST ? `a list of ${given.length}` : `[${text}]`
  }
  if (typeof given === 'object' && given !== null) return `an object (${className(given)})`
  if (typeof given === 'bigint') return `${given}n`
  return typeof given === 'function' ? 'a function' : String(given)
}

/** How much of a text is shown. */
const LONGEST = 100

function className(given: object): string {
  try {
    const name: unknown = given.constructor?.name ?? 'no class'
    const text = String(name).slice(0, LONGEST)
    return /^[\w$ ]*$/.test(text) ? text : JSON.stringify(text)
  } catch {
    return 'no class'
  }
}

/** `op: message`, with `op` and what else is known as fields. */
export const typeError = (op: string, message: string, fields: object = {}): TypeError =>
  withFields(new TypeError(`${op}: ${message}`), { op, ...fields })

/** The same, of what is out of range. */
export const rangeError = (op: string, message: string, fields: object = {}): RangeError =>
  withFields(new RangeError(`${op}: ${message}`), { op, ...fields })

/** Adds the fields. Below an uncaught error Node writes out those that it may see: no array with its whole graph. */
function withFields<E extends Error>(error: E, fields: object): E {
  for (const [name, value] of Object.entries(fields)) {
    const enumerable = name === 'shapes' || Object(value) !== value
    Object.defineProperty(error, name, { value, enumerable, writable: true, configurable: true })
  }
  return error
}

export function broadcastError(
  op: string,
  a: Shape,
  b: Shape,
  axis: number,
  m: number,
  n: number,
): ShapeError {
  return new ShapeError(
    op,
    `shapes ${show(a)} and ${show(b)} do not broadcast: axis ${axis} is ${m} and ${n}.`,
    [a, b],
  )
}

export function broadcastToError(shape: Shape, target: Shape, op = 'broadcastTo'): ShapeError {
  return new ShapeError(op, `shape ${show(shape)} does not broadcast to ${show(target)}.`, [
    shape,
    target,
  ])
}

export function matmulError(a: Shape, b: Shape): ShapeError {
  const m = a.at(-1)!
  const n = b.at(b.length === 1 ? 0 : -2)!
  const hint = b.length > 1 && m === b.at(-1) ? ' b.T would fit.' : ''
  const message = `inner dimensions differ: ${show(a)} @ ${show(b)} (${m} ≠ ${n}).${b.length === 2 ? hint : ''}`
  return new ShapeError('matmul', message, [a, b])
}

export function tensordotError(axes: unknown, a: Shape, b: Shape): RangeError {
  const most = Math.min(a.length, b.length)
  const message = `axes must be an integer from 0 to ${most}, or a list of axes of ${show(a)} and one of as many of ${show(b)}, got ${showGiven(axes)}.`
  return rangeError('tensordot', message, { axes, shapes: [a, b] })
}

export function scalarOperandError(op: string, a: Shape, b: Shape): ShapeError {
  return new ShapeError(
    op,
    `operands must have rank 1 or more, got ${show(a)} and ${show(b)}; mul takes scalars.`,
    [a, b],
  )
}

export function contractionError(
  op: string,
  a: Shape,
  b: Shape,
  axisA: number,
  axisB: number,
): ShapeError {
  const message = `axis ${axisA} of ${show(a)} and axis ${axisB} of ${show(b)} differ: ${a[axisA]} and ${b[axisB]}.`
  return new ShapeError(op, message, [a, b])
}

export function reshapeError(shape: Shape, target: Shape): ShapeError {
  const size = shape.reduce((product, n) => product * n, 1)
  const wanted = target.reduce((product, n) => product * n, 1)
  const count = target.includes(-1) ? '' : ` (${wanted} elements)`
  return new ShapeError(
    'reshape',
    `${size} elements of shape ${show(shape)} cannot become ${show(target)}${count}.`,
    [shape, target],
  )
}

export function axisError(
  op: string,
  axis: unknown,
  shape: Shape,
  rank: number,
): RangeError | TypeError {
  if (!Number.isInteger(axis)) {
    const make = typeof axis === 'number' ? rangeError : typeError
    return make(op, `an axis must be an integer, got ${showGiven(axis)}.`, {
      axis,
      shapes: [shape],
    })
  }
  const range = rank === 0 ? 'it has no axes' : `expected ${-rank} … ${rank - 1}`
  return rangeError(
    op,
    `axis ${showGiven(axis)} is out of range for shape ${show(shape)}; ${range}.`,
    { axis, shapes: [shape] },
  )
}

export function axesTypeError(op: string, axes: unknown): TypeError {
  return typeError(op, `expected an axis or a list of axes, got ${showGiven(axes)}.`, { axes })
}

export function axesRepeatedError(op: string, axes: unknown, shape: Shape): RangeError {
  return rangeError(op, `axes ${showGiven(axes)} of shape ${show(shape)} name an axis twice.`, {
    axes,
    shapes: [shape],
  })
}

export function permutationError(axes: unknown, shape: Shape): RangeError {
  const given = showGiven(axes)
  const wanted = `each of the ${shape.length} axes of shape ${show(shape)} once`
  const message = Array.isArray(axes)
    ? `axes ${given} must name ${wanted}.`
    : `axes must be a list with ${wanted}, got ${given}.`
  return rangeError('transpose', message, { axes, shapes: [shape] })
}

export function moveaxisError(source: unknown, destination: unknown): RangeError {
  const message = `as many axes must be moved as there are places, got ${showGiven(source)} and ${showGiven(destination)}.`
  return rangeError('moveaxis', message, { axes: [source, destination] })
}

export function shapeTypeError(op: string, given: unknown): TypeError {
  return typeError(op, `expected a dimension or a list of dimensions, got ${showGiven(given)}.`, {
    given,
  })
}

export function dimensionError(op: string, n: unknown): RangeError {
  return rangeError(op, `a dimension must be an integer ≥ 0, got ${showGiven(n)}.`, { given: n })
}

export function tooLargeError(op: string, shape: Shape, size: number): RangeError {
  return rangeError(op, `shape ${show(shape)} has ${size} elements, more than 2³².`, {
    shapes: [shape],
  })
}

export function listsError(shape: Shape, parts: number): RangeError {
  const message = `shape ${show(shape)} is ${parts} lists and numbers, more than 2²⁷.`
  return rangeError('toList', message, { shapes: [shape] })
}

export function memoryError(size: number, dtype: string): RangeError {
  return rangeError('MLArray', `there is no memory for ${size} elements of ${dtype}.`, { size })
}

export function squeezeError(shape: Shape, axis: number): ShapeError {
  return new ShapeError(
    'squeeze',
    `axis ${axis} of shape ${show(shape)} is ${shape[axis]}, not 1.`,
    [shape],
  )
}

export function raggedError(row: number, first: Shape, other: Shape): ShapeError {
  const rest = first.length === 1 && other.length === 1 ? `has ${other[0]}` : describe(other)
  return new ShapeError('MLArray', `ragged list: row 0 ${describe(first)}, row ${row} ${rest}.`, [
    first,
    other,
  ])
}

function describe(row: Shape): string {
  if (row.length === 0) return 'is a number'
  if (row.length > 1) return `has shape ${show(row)}`
  return `has ${row[0]} ${row[0] === 1 ? 'element' : 'elements'}`
}

export function nestingError(op: string, limit: number): RangeError {
  return rangeError(op, `lists are nested deeper than ${limit}.`)
}

export function treeSizeError(op: string, limit: number): RangeError {
  return rangeError(op, `lists and objects have more than ${limit} parts.`, { limit })
}

export function elementError(op: string, given: unknown): TypeError {
  const hint = typeof given === 'boolean' ? ' Write 1 for true and 0 for false.' : ''
  const message = `expected numbers, Values, arrays or nested lists of them, got ${showGiven(given)}.${hint}`
  return typeError(op, message, { given })
}

export function sizeError(op: string, size: number, shape: Shape): ShapeError {
  return new ShapeError(op, `${size} elements do not fill shape ${show(shape)}.`, [shape])
}

export function passArraysError(
  names: readonly string[],
  arrays: readonly (Float64Array | Float32Array)[],
): TypeError {
  const given = arrays.map(
    (x, i) => `${names[i]} ${x.length} × ${x.BYTES_PER_ELEMENT === 4 ? 'float32' : 'float64'}`,
  )
  return typeError('Pass', `expected arrays of one length and dtype, got ${given.join(', ')}.`, {
    given,
  })
}

export function passOperationError(name: string, known: readonly string[]): TypeError {
  const message = `there is no operation ${JSON.stringify(name.slice(0, LONGEST))}; the operations are ${known.join(', ')}.`
  return typeError('Pass', message, { operation: name, known })
}

export function passOperandError(where: string, given: unknown): TypeError {
  const message = `${where} needs arrays of the pass, results of its operations, or numbers, got ${showGiven(given)}.`
  return typeError('Pass', message, { given })
}

export function passResultError(given: unknown): TypeError {
  const message = `an expression gives an object of new elements by name, got ${showGiven(given)}.`
  return typeError('Pass', message, { given })
}

export function passLengthError(most: number): RangeError {
  return rangeError(
    'Pass',
    `an expression may have at most ${most} arrays and results, and as many numbers.`,
    {
      most,
    },
  )
}

export function emptyError(op: string, shape: Shape): ShapeError {
  return new ShapeError(
    op,
    `no elements along the reduced axes of shape ${show(shape)}; it has no value for nothing.`,
    [shape],
  )
}

export function itemError(shape: Shape): ShapeError {
  return new ShapeError(
    'item',
    `only an array of one element is a number; this one has shape ${show(shape)}.`,
    [shape],
  )
}

export function indexError(op: string, index: unknown, size: number, axis: number): RangeError {
  const range =
    size === 0 ? 'it has no elements' : `expected an integer from ${-size} to ${size - 1}`
  const message = `index ${showGiven(index)} is out of range for axis ${axis} of size ${size}; ${range}.`
  return rangeError(op, message, { index, axis })
}

export function indexCountError(count: number, shape: Shape): RangeError {
  return rangeError(
    'at',
    `expected ${shape.length} indices for shape ${show(shape)}, got ${count}.`,
    { shapes: [shape] },
  )
}

export function dtypeError(op: string, given: unknown): TypeError {
  return typeError(op, `dtype must be 'float64' or 'float32', got ${showGiven(given)}.`, { given })
}

export function optionError(
  op: string,
  option: string,
  accepted: string,
  given: unknown,
): RangeError {
  return rangeError(op, `${option} must be ${accepted}, got ${showGiven(given)}.`, {
    option,
    given,
  })
}

export function optionsError(op: string, names: readonly string[], given: unknown): TypeError {
  const accepted = names.map((name) => `${name}?`).join(', ')
  return typeError(op, `options are an object { ${accepted} }, got ${showGiven(given)}.`, { given })
}

export function unknownOptionError(op: string, name: string, names: readonly string[]): TypeError {
  const message = `there is no option '${name}'; expected ${names.join(', ')}.`
  return typeError(op, message, { option: name })
}

export function flagError(op: string, option: string, given: unknown): TypeError {
  return typeError(op, `${option} must be true or false, got ${showGiven(given)}.`, {
    option,
    given,
  })
}

export function labelError(op: string, given: unknown): TypeError {
  return typeError(op, `label must be a string, got ${showGiven(given)}.`, {
    option: 'label',
    given,
  })
}

export function hookError(given: unknown): TypeError {
  return typeError('onGradient', `expected a function, got ${showGiven(given)}.`, { given })
}

export function hookResultError(shape: Shape, given: unknown): TypeError {
  const message = `the hook of an array of shape ${show(shape)} must return an array of that shape, or nothing, got ${showGiven(given)}.`
  return typeError('onGradient', message, { given, shapes: [shape] })
}

export function overlapError(op: string, shape: Shape): TypeError {
  const message = `elements of this view of shape ${show(shape)} share memory, since it was broadcast; assign to what was broadcast.`
  return typeError(op, message, { shapes: [shape] })
}

export function assignedResultError(op: string, madeBy: string): TypeError {
  const hint = 'Make a changed copy instead: where, put, scatterAdd and indexAdd carry gradients.'
  return typeError(op, `the result of ${madeBy} cannot be changed in place. ${hint}`, { madeBy })
}

/** Of an object that has the class of an array, and never went through its constructor. */
export function unmadeError(): TypeError {
  return typeError('MLArray', 'got an object that inherits from MLArray and was never made.')
}

export function detachedError(op: string): TypeError {
  return typeError(op, 'the memory of a typed array is gone: its buffer was transferred or shrank.')
}

const COUNTS = ['no argument', 'one argument', 'two arguments', 'three arguments']

/** Of what JavaScript would pass over, and NumPy or PyTorch would not; `isListed` where it could stand in a list. */
export function argumentsError(
  op: string,
  given: readonly unknown[],
  accepted: number,
  isListed: boolean,
): TypeError {
  const shown = given.map((each) => showGiven(each))
  const isList = isListed && given.every((each) => typeof each === 'number')
  const list = isList ? ` Dimensions and axes stand in one list: [${shown.join(', ')}].` : ''
  const message = `expected ${COUNTS[accepted]}, got ${shown.join(' and ')}.${list}`
  return typeError(op, message, { given })
}

export function operandError(op: string, given: unknown): TypeError {
  return typeError(op, `expected an MLArray, a Value or a number, got ${showGiven(given)}.`, {
    given,
  })
}

export function arrayError(op: string, given: unknown): TypeError {
  return typeError(op, `expected an MLArray, got ${showGiven(given)}.`, { given })
}

export function listError(op: string, given: unknown): TypeError {
  return typeError(op, `expected a list of arrays, got ${showGiven(given)}.`, { given })
}

export function classError(index: number, count: number): RangeError {
  return rangeError(
    'oneHot',
    count === 0
      ? `there are no classes for index ${index}.`
      : `index ${index} is no class; expected 0 … ${count - 1}.`,
    { index },
  )
}

export function untrackedError(op: string, shape: Shape): TypeError {
  return typeError(
    op,
    `this array of shape ${show(shape)} is untracked: it was made in noGrad or a hook, or from nothing that requires a gradient.`,
    { shapes: [shape] },
  )
}

export function upstreamError(shape: Shape, upstream: Shape): ShapeError {
  return new ShapeError(
    'backward',
    `the upstream gradient must have the shape ${show(shape)} of the root, got ${show(upstream)}.`,
    [shape, upstream],
  )
}

export function einsumError(
  subscripts: string,
  problem: string,
  shapes: readonly Shape[],
): ShapeError {
  return new ShapeError('einsum', `'${subscripts.slice(0, LONGEST)}': ${problem}`, shapes)
}

export function subscriptsError(given: unknown): TypeError {
  return typeError('einsum', `subscripts must be a string, got ${showGiven(given)}.`, { given })
}

export function concatenateError(op: string, first: Shape, other: Shape, axis: number): ShapeError {
  return new ShapeError(
    op,
    `shapes ${show(first)} and ${show(other)} differ elsewhere than on axis ${axis}.`,
    [first, other],
  )
}

export function stackError(first: Shape, other: Shape): ShapeError {
  return new ShapeError('stack', `shapes ${show(first)} and ${show(other)} differ.`, [first, other])
}

export function splitError(sections: unknown, size: number, axis: number): RangeError {
  return rangeError(
    'split',
    `axis ${axis} of size ${size} cannot be cut by ${showGiven(sections)}; expected a number of equal parts, or ascending positions.`,
    { sections },
  )
}

export function coercionError(): TypeError {
  return typeError(
    'MLArray',
    'an MLArray is no JavaScript number. Write a.add(b) for a + b, a.lt(b) to compare, a.item() for the number of one element.',
  )
}

export function maskError(op: string, given: unknown): RangeError {
  return rangeError(op, `a mask holds 0 and 1 only, got ${showGiven(given)}.`, { given })
}

export function integersError(op: string, given: unknown): RangeError {
  return rangeError(op, `indices must be integers, got ${showGiven(given)}.`, { given })
}

export function emptyListError(op: string): TypeError {
  return typeError(op, 'expected a list of at least one array.')
}

export function rankError(op: string, accepted: string, shape: Shape): ShapeError {
  return new ShapeError(op, `the rank must be ${accepted}, got shape ${show(shape)}.`, [shape])
}

export function repeatsError(repeats: unknown, size: number, axis: number): RangeError {
  const message = `repeats must be an integer ≥ 0, or ${size} of them for axis ${axis}, got ${showGiven(repeats)}.`
  return rangeError('repeat', message, { repeats })
}

export function iterationError(): TypeError {
  return typeError(
    'MLArray',
    'an array of rank 0 has no axis to iterate over; item() gives its number, at() its Value.',
  )
}

export function resultError(op: string, given: unknown): TypeError {
  return typeError(op, `the function must return an MLArray or a Value, got ${showGiven(given)}.`, {
    given,
  })
}

export function otherResultError(op: string): TypeError {
  return typeError(
    op,
    'the function gave another result when it was run again; what it uses must not change before a derivative is asked for.',
  )
}

export function derivativeError(
  order: number,
  place: string,
  numeric: number,
  analytic: number,
): Error {
  const ordinal =
    order === 1 ? 'first' : order === 2 ? 'second' : order === 3 ? 'third' : `${order}th`
  const message = `checkGrads: ${ordinal} derivative at ${place}: numeric ${numeric}, analytic ${analytic}.`
  return Object.assign(new Error(message), { op: 'checkGrads', order, numeric, analytic })
}

export function unrollLimitError(needed: number, limit: number): RangeError {
  return rangeError('unroll', `it takes ${needed} Values, more than the limit of ${limit}.`, {
    needed,
    limit,
  })
}

export function unrollChangedError(op: string, changedBy: string): TypeError {
  const problem = `the data of an input of ${op} was changed by ${changedBy} after it was used; unrolled, it would have other values.`
  return typeError('unroll', problem, { changedBy })
}

export function treeError(op: string, given: unknown): TypeError {
  const accepted = 'arrays, Values, numbers, and lists and plain objects of them'
  return typeError(op, `arguments must be ${accepted}; got ${showGiven(given)}.`, { given })
}

export function scalarResultError(op: string, shape: Shape): ShapeError {
  return new ShapeError(op, `the function must return one number, got shape ${show(shape)}.`, [
    shape,
  ])
}

export function directionError(op: string, expected: Shape, given: Shape): ShapeError {
  return new ShapeError(
    op,
    `expected a direction of shape ${show(expected)}, got ${show(given)}.`,
    [expected, given],
  )
}

export function treeStructureError(
  op: string,
  problem: 'missing' | 'unknown',
  path: string,
): TypeError {
  const place = path === '' ? 'the argument' : path.replace(/^\./, '')
  const message =
    problem === 'missing'
      ? `a direction for ${place} is missing.`
      : `a direction is given for ${place}, where nothing stands.`
  return typeError(op, message, { path })
}

export function functionError(op: string, given: unknown): TypeError {
  return typeError(op, `expected a function, got ${showGiven(given)}.`, { given })
}

export function rowResultError(name: string, given: unknown): TypeError {
  return typeError(`customOp ${name}`, `f must return a number, got ${showGiven(given)}.`, {
    given,
  })
}

export function batchSizeError(sizes: readonly number[]): RangeError {
  const problem =
    sizes.length === 0
      ? 'no argument has an axis of samples'
      : `arguments have ${sizes.join(' and ')} samples`
  return rangeError('vmap', `${problem}; expected the same number in each.`, { sizes })
}

export function noSamplesError(): RangeError {
  const message =
    'there are no samples, so that the shape of a result is unknown; expected at least 1.'
  return rangeError('vmap', message, {})
}

export function batchAxesError(axes: number, args: number): RangeError {
  return rangeError('vmap', `inAxes has length ${axes} for ${args} arguments.`, { axes, args })
}

// ---- Anomalies ----

/** What is known of a NaN or infinity. */
export type AnomalyReport = {
  readonly phase: 'forward' | 'gradient' | 'tangent'
  readonly op: string
  /** Of the inputs of the operation. */
  readonly shapes: readonly Shape[]
  /** Which input's gradient it is in. */
  readonly input?: number
  /** Where in the result, gradient or tangent. */
  readonly index: readonly number[]
  readonly value: number
  /** What each input holds there, or from where to where it ranges; nothing where that was not watched. */
  readonly from: readonly (number | readonly [number, number])[]
  /** The gradient of the result there. */
  readonly dy?: number | undefined
  /** The line of a `where` that takes the other branch there. */
  readonly masked?: string
}

export function anomalyError(
  report: AnomalyReport,
  line: string | undefined,
  stack: string,
): Error {
  const error = new Error(
    `detectAnomaly: ${anomalyText(report)}${calledAt(line)}.${maskText(report)}`,
  )
  if (stack !== '') startWith(error, stack)
  return Object.assign(error, { ...report, line })
}

function anomalyText({ phase, op, shapes, input, index, value, from, dy }: AnomalyReport): string {
  const place = index.length === 0 ? '' : ` at ${show(index)}`
  const source = from.length === 0 ? '' : ` from ${from.map(showRange).join(' and ')}`
  const given = `${shapes.length === 1 ? 'shape' : 'shapes'} ${shapes.map(show).join(' and ')}`
  if (phase === 'forward') {
    const cameIn = from.flat().some(Number.isNaN) ? ', of which the NaN came in with the data' : ''
    return `${op} of ${given} made ${value}${place}${source}${cameIn}`
  }
  const what = phase === 'tangent' ? 'the tangent' : `the gradient of input ${input}`
  const weighed =
    dy === undefined ? '' : `${source === '' ? ' from' : ' and'} the gradient ${dy} of its result`
  return `${what} of ${op} of ${given} became ${value}${place}${source}${weighed}`
}

function showRange(x: number | readonly [number, number]): string {
  if (typeof x === 'number') return String(x)
  return x[0] === x[1] ? `elements of ${x[0]}` : `elements from ${x[0]} to ${x[1]}`
}

function calledAt(line: string | undefined): string {
  return line === undefined ? '' : `; called at ${line}`
}

function maskText({ masked, op, phase }: AnomalyReport): string {
  if (masked === undefined) return ''
  const at = masked === '' ? '' : ` at ${masked}`
  const why =
    phase === 'forward'
      ? `but in reverse the gradient 0 that it sends back becomes NaN wherever the derivative of ${op} is infinite or NaN`
      : `but the gradient 0 that it sends back was multiplied by a derivative that is infinite or NaN`
  return ` The where${at} takes the other branch there, ${why}. Mask what goes into ${op} as well, as in where(mask, where(mask, x, 1).${op}(), 0).`
}

export function anomalyPromiseError(): TypeError {
  return typeError(
    'detectAnomaly',
    'the function returned a promise; nothing would be watched any more when it goes on.',
    {},
  )
}

// ---- Indexing ----

export function indexItemError(op: string, given: unknown, takesArrays: boolean): TypeError {
  const arrays = takesArrays ? 'an array or list of integers, ' : ''
  const hint =
    !takesArrays && typeof given === 'object'
      ? ' Arrays of integers go to index, masks to maskedSelect.'
      : ''
  const message = `expected an integer, ${arrays}a range such as '1:5:2', null or '...', got ${showGiven(given)}.${hint}`
  return typeError(op, message, { given })
}

export function rangeTextError(op: string, text: string): RangeError {
  const message = `'${text.slice(0, LONGEST)}' is no range; expected 'start:stop' or 'start:stop:step' in integers, each of which may be missing, or '...'.`
  return rangeError(op, message, { given: text })
}

export function rangeStepError(op: string, text: string): RangeError {
  return rangeError(op, `the step of the range '${text.slice(0, LONGEST)}' must not be 0.`, {
    given: text,
  })
}

export function tooManyIndicesError(op: string, count: number, shape: Shape): RangeError {
  const indices = count === 1 ? 'index is' : 'indices are'
  const message = `${count} ${indices} too many for shape ${show(shape)} of ${shape.length} axes.`
  return rangeError(op, message, { shapes: [shape] })
}

export function ellipsisError(op: string): RangeError {
  return rangeError(op, `'...' may stand once in an index.`)
}

export function sameRankError(op: string, indices: Shape, shape: Shape): ShapeError {
  const message = `indices of shape ${show(indices)} must have as many axes as shape ${show(shape)}.`
  return new ShapeError(op, message, [indices, shape])
}

export function scatterError(
  indices: Shape,
  values: Shape,
  shape: Shape,
  axis: number,
): ShapeError {
  const message = `indices of shape ${show(indices)} must reach no further than values of shape ${show(values)}, nor, on other axes than ${axis}, than the array of shape ${show(shape)}.`
  return new ShapeError('scatterAdd', message, [indices, values, shape])
}

export function unrankedError(op: string): RangeError {
  return rangeError(op, 'an array of rank 0 has no axes; flatten() gives it one.', { shapes: [[]] })
}

// ---- Linear algebra ----

export function squareError(op: string, shape: Shape): ShapeError {
  return new ShapeError(
    op,
    `a square matrix or a stack of them is expected, got shape ${show(shape)}.`,
    [shape],
  )
}

export function solveError(a: Shape, b: Shape): ShapeError {
  const message = `${a.at(-1)} equations of shape ${show(a)} need as many rows on the right-hand side, got shape ${show(b)}.`
  return new ShapeError('solve', message, [a, b])
}

/** `the matrix of shape [2, 2]`, or which one of a stack. */
function matrixIn(shape: Shape, batch: readonly number[]): string {
  return batch.length === 0
    ? `the matrix of shape ${show(shape)}`
    : `matrix ${show(batch)} of shape ${show(shape)}`
}

export function singularError(
  op: string,
  shape: Shape,
  batch: readonly number[],
  column: number,
  part: number,
): RangeError {
  const cause =
    part === 0
      ? `singular: column ${column} has no pivot`
      : `singular to rounding: a change of column ${column} by ${part.toPrecision(2)} of itself makes it so`
  const message = `${matrixIn(shape, batch)} is ${cause}.`
  return rangeError(op, message, { shapes: [shape], batch, column })
}

export function indefiniteError(
  shape: Shape,
  batch: readonly number[],
  column: number,
  pivot: number,
): RangeError {
  const message = `${matrixIn(shape, batch)} is not positive definite: pivot ${column} is ${pivot}.`
  return rangeError('cholesky', message, { shapes: [shape], batch, pivot })
}

export function asymmetricError(
  shape: Shape,
  batch: readonly number[],
  [row, column]: readonly [number, number],
  [below, above]: readonly [number, number],
): RangeError {
  const message = `${matrixIn(shape, batch)} is not symmetric: [${row}, ${column}] is ${below}, [${column}, ${row}] is ${above}.`
  return rangeError('cholesky', message, { shapes: [shape], batch })
}

// ---- Random numbers ----

export function probabilitiesError(op: string, expected: string, shape: Shape): ShapeError {
  return new ShapeError(op, `expected ${expected}, got shape ${show(shape)}.`, [shape])
}

export function possibleError(op: string, wanted: number, possible: number): RangeError {
  const option = op === 'choice' ? 'replace' : 'replacement'
  const hint = possible > 0 ? ` With ${option}: true one is enough.` : ''
  const message = `at least ${wanted} of the probabilities must be above 0, ${possible} ${possible === 1 ? 'is' : 'are'}.${hint}`
  return rangeError(op, message, { wanted, possible })
}

export function stateError(given: unknown): TypeError {
  const message = `a state is what a generator's state gave: { algorithm: 'xoshiro128**', words: [four integers from 0 to 2³² − 1, not all 0] }, got ${showGiven(given)}.`
  return typeError('Generator', message, { given })
}

export function shuffleError(given: unknown): TypeError {
  const message = `expected an array, a typed array or a list, got ${showGiven(given)}.`
  return typeError('shuffle', message, { given })
}

// ---- Kernels ----

export function kernelSetError(given: unknown): RangeError {
  const message = `expected 'plain', 'simd', 'relaxed' or nothing, got ${showGiven(given)}.`
  return rangeError('setKernels', message, { given })
}

export function threadsError(given: unknown): RangeError {
  return rangeError('setThreads', `expected an integer from 1 to 64, got ${showGiven(given)}.`, {
    given,
  })
}

export function lostThreadError(): Error {
  const message = 'a thread has ended before its time: one thread runs from now on.'
  return Object.assign(new Error(`setThreads: ${message}`), { op: 'setThreads' })
}

export function residentError(kernel: string): RangeError {
  const message = `${kernel}: every array must lie in the kernels' memory, as residentElements gives it.`
  return rangeError('vectorKernel', message, { kernel })
}
