/**
 * Arrays from what a user has: nested lists, typed arrays, Values, other arrays; and arrays of given numbers.
 */
import { Value } from '@smol/value'
import {
  allocate,
  copyOf,
  filled,
  fromData,
  MLArray,
  rowMajor,
  type DType,
  type TypedArray,
} from './array.ts'
import { fromValues, refuseOtherCopy } from './element.ts'
import { astype, commonDType } from './elementwise.ts'
import {
  arrayError,
  classError,
  detachedError,
  dtypeError,
  elementError,
  indexError,
  integersError,
  maskError,
  nestingError,
  optionError,
  raggedError,
  sizeError,
  tooLargeError,
} from './errors.ts'
import { reshape, stackAlong } from './move.ts'
import { asLeaf, record, type ArrayOperation } from './node.ts'
import { unchanged } from './scalar.ts'
import { checkOptions, CREATE, isPlain } from './options.ts'
import { sameShape, sizeOf, toShape, type Shape } from './shape.ts'

/** A typed array of numbers of any width. */
type NumericBuffer = ArrayLike<number> & { readonly BYTES_PER_ELEMENT: number }

/** What an array can be made from. */
export type ArrayData = number | Value | MLArray | NumericBuffer | readonly ArrayData[]

export type CreationOptions = {
  readonly dtype?: DType
  readonly requiresGrad?: boolean
  readonly label?: string
}

export type ArrayOptions = CreationOptions & { readonly shape?: Shape }

// ---- Defaults ----

let defaultDType: DType = 'float64'

/** The dtype of arrays for which none is given; `float64` until this says otherwise. */
export function setDefaultDtype(dtype: DType): void {
  defaultDType = checkDType(dtype, 'setDefaultDtype')
}

export function checkDType(dtype: DType, op: string): DType {
  if (dtype !== 'float64' && dtype !== 'float32') throw dtypeError(op, dtype)
  return dtype
}

// ---- From data ----

/** A copy in reverse is the gradient itself. */
export const COPY: ArrayOperation = {
  name: 'copy',
  readsA: 0,
  unroll: unchanged,
  vjp: (dy) => dy,
  jvp: ([dx]) => dx!,
}

/** The same elements in memory of their own. */
export function copy(x: MLArray): MLArray {
  return record(COPY, fromData(copyOf(x), x.shape), [x])
}

/** `new MLArray(data, options)`: memory of its own, and a leaf unless gradients flow on to where it came from. */
export function fromUser(data: ArrayData, options: ArrayOptions = {}): MLArray {
  checkOptions('MLArray', options, [...CREATE, 'shape'])
  const { shape, requiresGrad = true } = options
  if (options.dtype !== undefined) checkDType(options.dtype, 'MLArray')
  const made = toArray(data, 'MLArray', options.dtype)
  const cast = astype(made, options.dtype ?? made.dtype)
  const shaped = shape === undefined ? cast : withShape(cast, shape)
  const isShared = data instanceof MLArray && shaped.storage === data.storage
  const own = isShared ? copy(shaped) : shaped
  // Untracked, it is not the result of an operation any more, and may be changed in place.
  return finish(requiresGrad ? own : fromData(rowMajor(own), own.shape), requiresGrad, options)
}

function withShape(flat: MLArray, given: Shape): MLArray {
  const shape = toShape(given, 'MLArray')
  if (flat.size !== sizeOf(shape)) throw sizeError('MLArray', flat.size, shape)
  return reshape(flat, shape)
}

/** Tracks a new array and labels it, as its options say. */
function finish(
  y: MLArray,
  isTracked: boolean,
  { requiresGrad = isTracked, label }: CreationOptions,
): MLArray {
  if (requiresGrad && !y.requiresGrad) asLeaf(y)
  if (label !== undefined) y.label = label
  return y
}

function isBuffer(data: unknown): data is NumericBuffer {
  return ArrayBuffer.isView(data) && 'length' in data
}

/**
 * What a user gave, as an array: itself if it is one, untracked unless it holds tracked Values or arrays.
 *
 * @throws TypeError in the name of `op` where something else is in it than numbers.
 */
export function toArray(data: ArrayData, op = 'MLArray', dtype?: DType): MLArray {
  if (data instanceof MLArray) return data
  if (isBuffer(data)) return fromBuffer(data, op, dtype)
  if (Array.isArray(data)) {
    const claim = claimOf(data, op)
    // Lists may stand in lists many times, and so claim far more than there is in memory; of nothing, too.
    const many = sizeOf(claim.map((n) => Math.max(n, 1)))
    if (many > 2 ** 32) throw tooLargeError(op, claim, many)
    if (holdsArrays(data, claim)) return fromRows(data, op, dtype)
  }
  const elements: (number | Value)[] = []
  const shape = collect(data, elements, op)
  return fromValues(elements, shape, dtype ?? defaultDType)
}

/** @throws TypeError where the elements are no numbers, or are not there any more. */
function checkBuffer(data: NumericBuffer, op: string): void {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    throw elementError(op, data[0] ?? data)
  if (data.length > 0) return
  try {
    // This is refused by what has no memory, and not by what is empty.
    ;(data as Float64Array).values()
  } catch {
    throw detachedError(op)
  }
}

function fromBuffer(data: NumericBuffer, op: string, given: DType | undefined): MLArray {
  checkBuffer(data, op)
  const dtype = given ?? (data instanceof Float32Array ? 'float32' : defaultDType)
  const elements = allocate(data.length, dtype)
  elements.set(data)
  return fromData(elements, [data.length])
}

/** A list with arrays in it: its rows, one above the other. */
function fromRows(list: readonly ArrayData[], op: string, dtype: DType | undefined): MLArray {
  const rows = Array.from(list, (row) => toArray(row, op, dtype))
  rows.forEach((row, i) => {
    if (!sameShape(row.shape, rows[0]!.shape)) throw raggedError(i, rows[0]!.shape, row.shape)
  })
  const common = dtype ?? commonDType(rows)
  return stackAlong(
    rows.map((row) => astype(row, common)),
    0,
  )
}

/** What is nested deeper is a mistake, if not a list that holds itself. */
const DEEPEST = 64

/** The shape that lists claim by their first rows: only what has it is looked into. */
function claimOf(data: unknown, op: string): number[] {
  const shape: number[] = []
  let x = data
  for (; Array.isArray(x); x = x[0] as unknown) {
    if (shape.length === DEEPEST) throw nestingError(op, DEEPEST)
    shape.push(x.length)
  }
  if (isBuffer(x)) shape.push(x.length)
  return shape
}

/** Whether an array is in it; undefined where something is that does not belong there, as `collect` will say. */
function holdsArrays(
  list: readonly unknown[],
  claim: readonly number[],
  depth = 1,
): boolean | undefined {
  // Not `some`, which looks for what there is between holes.
  for (let i = 0; i < list.length; i++) {
    const x = list[i]
    if (typeof x === 'number') continue
    if (x instanceof MLArray) return true
    if (Array.isArray(x)) {
      if (x.length !== claim[depth]) return undefined
      const found = holdsArrays(x, claim, depth + 1)
      if (found !== false) return found
    } else if (!(x instanceof Value) && !isBuffer(x)) return undefined
  }
  return false
}

const SCALAR: Shape = []

/** Appends the elements in row-major order, and gives the shape. */
function collect(data: unknown, elements: (number | Value)[], op: string): Shape {
  if (typeof data === 'number' || data instanceof Value) {
    elements.push(data)
    return SCALAR
  }
  if (isBuffer(data)) {
    checkBuffer(data, op)
    for (let i = 0; i < data.length; i++) elements.push(data[i]!)
    return [data.length]
  }
  refuseOtherCopy(data, op)
  if (!Array.isArray(data)) throw elementError(op, data)
  let first = SCALAR
  // Not `forEach`, which passes over holes.
  for (let i = 0; i < data.length; i++) {
    if (i > 0 && Array.isArray(data[i])) {
      const claim = claimOf(data[i], op)
      if (!sameShape(claim, first)) throw raggedError(i, first, claim)
    }
    const x: unknown = data[i]
    let shape = SCALAR
    // Without a call for each number.
    if (typeof x === 'number') elements.push(x)
    else shape = collect(x, elements, op)
    if (i === 0) first = shape
    else if (!sameShape(shape, first)) throw raggedError(i, first, shape)
  }
  return [data.length, ...first]
}

// ---- Masks and indices ----

/** What stands for a mask or for indices. */
export type IntegerData = MLArray | NumericBuffer | NestedNumbers
type NestedNumbers = number | readonly (NestedNumbers | NumericBuffer)[]

/** A mask, untracked. @throws RangeError where something else than 0 and 1 is in it. */
export function toMask(data: IntegerData, op: string): MLArray {
  const mask = toArray(data, op).detach()
  const elements = rowMajor(mask)
  for (let i = 0; i < elements.length; i++) {
    const x = elements[i]!
    // In one comparison, which a processor foresees, where it cannot know whether an element is 0.
    if (x * (x - 1) !== 0) throw maskError(op, x)
  }
  return mask
}

/**
 * Indices into an axis of `size`, negative ones counted from the end, with their shape.
 *
 * @throws RangeError where one is no integer or out of range.
 */
export function toIndices(
  data: IntegerData,
  size: number,
  op: string,
  axis = 0,
): { shape: Shape; positions: Int32Array } {
  const indices = toArray(data, op, 'float64').detach()
  const numbers = rowMajor(indices)
  // A loop, since `from` with a function takes many times as long; so elsewhere, too.
  const positions = new Int32Array(numbers.length)
  for (let i = 0; i < numbers.length; i++) {
    const index = numbers[i]!
    if (!Number.isInteger(index)) throw integersError(op, index)
    if (index < -size || index >= size) throw indexError(op, index, size, axis)
    positions[i] = index < 0 ? index + size : index
  }
  return { shape: indices.shape, positions }
}

// ---- Of given numbers ----

function constant(
  op: string,
  shape: number | Shape,
  value: number,
  options: CreationOptions,
): MLArray {
  if (typeof value !== 'number') throw elementError(op, value)
  return finish(filled(toShape(shape, op), value, dtypeFor(options, op)), true, options)
}

/** The same number everywhere in the shape of another array, and in its dtype where the options name none. */
function constantLike(op: string, x: MLArray, value: number, options: CreationOptions): MLArray {
  if (!(x instanceof MLArray)) throw arrayError(op, x)
  checkOptions(op, options, CREATE)
  return constant(op, x.shape, value, { ...options, dtype: options.dtype ?? x.dtype })
}

/** All elements `value`. */
export function full(shape: number | Shape, value: number, options: CreationOptions = {}): MLArray {
  return constant('full', shape, value, options)
}

/** All elements 0. */
export function zeros(shape: number | Shape, options: CreationOptions = {}): MLArray {
  return constant('zeros', shape, 0, options)
}

/** All elements 1. */
export function ones(shape: number | Shape, options: CreationOptions = {}): MLArray {
  return constant('ones', shape, 1, options)
}

/** Zeros in the shape and dtype of another array. */
export function zerosLike(x: MLArray, options: CreationOptions = {}): MLArray {
  return constantLike('zerosLike', x, 0, options)
}

/** Ones in the shape and dtype of another array. */
export function onesLike(x: MLArray, options: CreationOptions = {}): MLArray {
  return constantLike('onesLike', x, 1, options)
}

/** `value` in the shape and dtype of another array. */
export function fullLike(x: MLArray, value: number, options: CreationOptions = {}): MLArray {
  return constantLike('fullLike', x, value, options)
}

/** An array of `n` numbers that `f` gives, untracked unless the options say otherwise. */
function generated(
  op: string,
  shape: Shape,
  f: (index: number) => number,
  options: CreationOptions,
): MLArray {
  const y = filled(toShape(shape, op), 0, dtypeFor(options, op))
  const { data } = y.storage
  for (let i = 0; i < data.length; i++) data[i] = f(i)
  return finish(y, false, options)
}

/** Numbers from `start` up to `stop`, which is left out; `arange(stop)` starts at 0. Untracked. */
export function arange(
  start: number,
  stop?: number | CreationOptions,
  step?: number | CreationOptions,
  options?: CreationOptions,
): MLArray {
  // Options may follow any number.
  if (options === undefined) {
    if (isPlain(step)) return range(start, stop as number | undefined, 1, step)
    if (step === undefined && isPlain(stop)) return range(start, undefined, 1, stop)
  }
  return range(start, stop as number | undefined, step as number | undefined, options)
}

function range(
  start: number,
  stop: number | undefined,
  step = 1,
  options: CreationOptions = {},
): MLArray {
  const [from, to] = stop === undefined ? [0, start] : [start, stop]
  for (const x of [from, to, step])
    if (!Number.isFinite(x)) throw optionError('arange', 'start, stop and step', 'finite', x)
  if (step === 0) throw optionError('arange', 'step', 'other than 0', step)
  // As NumPy has it, to the bit: from the distance of the first two.
  const distance = from + step - from
  return generated(
    'arange',
    [Math.max(0, Math.ceil((to - from) / step))],
    (i) => (i === 1 ? from + step : from + i * distance),
    options,
  )
}

/** `num` numbers at equal distances from `start` to `stop`, both included. Untracked. */
export function linspace(
  start: number,
  stop: number,
  num: number | CreationOptions = 50,
  options?: CreationOptions,
): MLArray {
  // Options may follow any number.
  if (options === undefined && isPlain(num)) return spaced(start, stop, 50, num)
  return spaced(start, stop, num as number, options)
}

function spaced(start: number, stop: number, num: number, options: CreationOptions = {}): MLArray {
  for (const x of [start, stop])
    if (!Number.isFinite(x)) throw optionError('linspace', 'start and stop', 'finite', x)
  if (!Number.isInteger(num) || num < 0) throw optionError('linspace', 'num', 'an integer ≥ 0', num)
  const step = (stop - start) / (num - 1)
  return generated(
    'linspace',
    [num],
    (i) => (i > 0 && i === num - 1 ? stop : start + (i === 0 ? 0 : i * step)),
    options,
  )
}

/** Ones on the k-th diagonal of an `n` × `m` matrix (k > 0 lies above the main one). Untracked. */
export function eye(
  n: number,
  options: CreationOptions & { readonly m?: number; readonly k?: number } = {},
): MLArray {
  checkOptions('eye', options, [...CREATE, 'm', 'k'])
  const { m = n, k = 0, ...rest } = options
  if (!Number.isInteger(k)) throw optionError('eye', 'k', 'an integer', k)
  return generated('eye', [n, m], (i) => ((i % m) - Math.floor(i / m) === k ? 1 : 0), rest)
}

/** A row of zeros with a 1 at its class, for every index. Untracked. */
export function oneHot(
  indices: IntegerData,
  numClasses: number,
  options: CreationOptions = {},
): MLArray {
  if (!Number.isInteger(numClasses) || numClasses < 0)
    throw optionError('oneHot', 'numClasses', 'an integer ≥ 0', numClasses)
  const given = toArray(indices, 'oneHot', 'float64').detach()
  const positions = rowMajor(given)
  for (const index of positions) {
    if (!Number.isInteger(index)) throw integersError('oneHot', index)
    if (index < 0 || index >= numClasses) throw classError(index, numClasses)
  }
  return generated(
    'oneHot',
    [...given.shape, numClasses],
    (i) => (positions[Math.floor(i / numClasses)] === i % numClasses ? 1 : 0),
    options,
  )
}

export function dtypeFor(options: CreationOptions, op: string): DType {
  checkOptions(op, options, CREATE)
  return checkDType(options.dtype ?? defaultDType, op)
}

/** An array of new numbers, tracked unless the options say otherwise. */
export function tracked(data: TypedArray, shape: Shape, options: CreationOptions): MLArray {
  return finish(fromData(data, shape), true, options)
}
