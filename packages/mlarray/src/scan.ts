/**
 * Running sums and products along an axis, and the product of all. A product runs from the first element to
 * the last, as NumPy's does, so that it overflows only where what it has come to does.
 *
 * No derivative divides by an element, which may be 0: those of products are linear recurrences, whose own
 * derivatives are recurrences that run the other way.
 */
import type { Value } from '@smol/value'
import { READS_OUTPUT } from '@smol/value/ops'
import { filled, resultOf, type MLArray } from './array.ts'
import { copy } from './create.ts'
import { add, astype, mul, total } from './elementwise.ts'
import { foldAny, type Step } from './fold.ts'
import { eachRow } from './loop.ts'
import { alongAxis, flip, join, moveToEnd, part, place, reshape, windowAlong } from './move.ts'
import { record, recordOne, type ArrayOperation } from './node.ts'
import { sum, type ReduceOptions } from './reduce.ts'
import type { Scalars } from './scalar.ts'
import { reducedShape, sizeAlong, sizeOf, stridesOf, toAxes } from './shape.ts'

type AxisOption = { readonly axis?: number | undefined }

/** Walks the lines along an axis of arrays of one shape: where each array's line starts. */
function eachLine(
  arrays: readonly MLArray[],
  axis: number,
  line: (i: number, j: number, k: number) => void,
): void {
  const [{ shape }] = arrays as [MLArray]
  if (sizeOf(shape) === 0) return
  const starts = shape.with(axis, 1)
  const strides = arrays.map((x) => x.strides)
  const offsets = arrays.map((x) => x.offset)
  eachRow(starts, strides, offsets, ([i, j, k = 0], lines, [di, dj, dk = 0]) => {
    for (let n = 0; n < lines; n++) line(i! + n * di!, j! + n * dj!, k + n * dk)
  })
}

/** What runs along the lines of an array: sums or products, in double precision. */
function accumulated(x: MLArray, axis: number, isProduct: boolean): MLArray {
  const y = resultOf(x.shape, x.dtype)
  const [from, to] = [x.storage.data, y.storage.data]
  const [n, di, dj] = [x.shape[axis]!, x.strides[axis]!, y.strides[axis]!]
  const line = isProduct
    ? (i: number, j: number): void => {
        let productSoFar = 1
        for (let k = 0; k < n; k++, i += di, j += dj) to[j] = productSoFar *= from[i]!
      }
    : (i: number, j: number): void => {
        let sumSoFar = 0
        for (let k = 0; k < n; k++, i += di, j += dj) to[j] = sumSoFar += from[i]!
      }
  eachLine([x, y], axis, line)
  return y
}

/** What runs along the lines of Values. */
function accumulatedValues(
  { values, shape }: Scalars,
  axis: number,
  step: (result: Value, value: Value) => Value,
): Value[] {
  const stride = stridesOf(shape)[axis]!
  const results: Value[] = []
  values.forEach((value, i) => {
    const row = Math.floor(i / stride) % shape[axis]!
    results.push(row === 0 ? value : step(results[i - stride]!, value))
  })
  return results
}

// ---- Sums ----

/** A running sum in reverse runs the other way. */
const CUMSUM: ArrayOperation = {
  name: 'cumsum',
  readsA: 0,
  unroll: ([x], node) => accumulatedValues(x!, node.params as number, (a, b) => a.add(b)),
  vjp: (dy, node) => {
    const axis = node.params as number
    return flip(runningSum(flip(dy, { axis }), axis), { axis })
  },
  jvp: ([dx], node) => runningSum(dx!, node.params as number),
}

function runningSum(x: MLArray, axis: number): MLArray {
  return recordOne(CUMSUM, accumulated(x, axis, false), x, axis)
}

/** The running sum along an axis, or of all elements in row-major order. */
export function cumsum(x: MLArray, { axis }: AxisOption = {}): MLArray {
  return runningSum(...alongAxis(x, axis, 'cumsum'))
}

// ---- Recurrences ----

type Recurrence = { readonly axis: number; readonly isReversed: boolean }

/** `[first, x₁ y₀, x₂ y₁, …]` along an axis of at least two. */
function timesBefore(x: MLArray, y: MLArray, axis: number, first: MLArray): MLArray {
  const n = x.shape[axis]!
  return join([first, mul(part(x, axis, 1, n - 1), part(y, axis, 0, n - 1))], axis, 'recurrence')
}

/** `[x₁ y₁, x₂ y₂, …, 0]` along an axis of at least two. */
function timesFromSecond(x: MLArray, y: MLArray, axis: number): MLArray {
  const n = x.shape[axis]!
  const product = mul(part(x, axis, 1, n - 1), part(y, axis, 1, n - 1))
  return join([product, zerosOf(x, axis)], axis, 'recurrence')
}

function zerosOf(x: MLArray, axis: number): MLArray {
  return filled(x.shape.with(axis, 1), 0, x.dtype)
}

/** The recurrence `sᵢ = aᵢ sᵢ₋₁ + bᵢ` in reverse runs the other way, and is `tᵢ = aᵢ₊₁ tᵢ₊₁ + bᵢ`. */
const RECURRENCE: ArrayOperation = {
  name: 'recurrence',
  readsA: 1 | READS_OUTPUT,
  readsB: 1,
  unroll: ([a, b], node) => {
    const { axis, isReversed } = node.params as Recurrence
    const stride = stridesOf(node.shape)[axis]!
    const n = node.shape[axis]!
    const results = [...b!.values]
    for (let k = 0; k < results.length; k++) {
      const i = isReversed ? results.length - 1 - k : k
      const row = Math.floor(i / stride) % n
      if (row === (isReversed ? n - 1 : 0)) continue
      const factor = a!.values[isReversed ? i + stride : i]!
      results[i] = factor.mul(results[isReversed ? i + stride : i - stride]!).add(results[i]!)
    }
    return results
  },
  vjp: (dy, node, index) => {
    const { axis, isReversed } = node.params as Recurrence
    const db = recurrence(node.input(0), dy, { axis, isReversed: !isReversed })
    if (index === 1) return db
    const y = node.value!
    const zeros = zerosOf(y, axis)
    return isReversed ? timesBefore(y, db, axis, zeros) : timesBefore(db, y, axis, zeros)
  },
  jvp: ([da, db], node) => {
    const params = node.params as Recurrence
    const { axis } = params
    const share = (x: MLArray): MLArray => {
      const y = node.value!
      return params.isReversed
        ? timesFromSecond(x, y, axis)
        : timesBefore(x, y, axis, zerosOf(y, axis))
    }
    return recurrence(node.input(0), total([db, da && share(da)]), params)
  },
}

/** The linear recurrence along an axis, at least one long, of arrays of one shape and dtype. */
export function recurrence(a: MLArray, b: MLArray, params: Recurrence): MLArray {
  const { axis, isReversed } = params
  const y = resultOf(a.shape, a.dtype)
  const [factors, addends, to] = [a.storage.data, b.storage.data, y.storage.data]
  const n = a.shape[axis]!
  const [readA, readB, write] = [a, b, y].map((x) => x.strides[axis]!) as [number, number, number]
  const first = isReversed ? n - 1 : 0
  const step = isReversed ? -1 : 1
  // The factor that leads to an element stands at it, or in reverse at the one before.
  const lead = isReversed ? readA : 0
  eachLine([a, b, y], axis, (i, j, at) => {
    let result = addends[j + first * readB]!
    to[at + first * write] = result
    for (let k = first + step; k >= 0 && k < n; k += step) {
      result = factors[i + k * readA + lead]! * result + addends[j + k * readB]!
      to[at + k * write] = result
    }
  })
  return record(RECURRENCE, y, [a, b], params)
}

// ---- Running products ----

/** A running product in reverse is a recurrence that runs the other way, times the product before each. */
const CUMPROD: ArrayOperation = {
  name: 'cumprod',
  readsA: 1 | READS_OUTPUT,
  unroll: ([x], node) => accumulatedValues(x!, node.params as number, (a, b) => a.mul(b)),
  vjp: (dy, node) => {
    const axis = node.params as number
    const t = recurrence(node.input(0), dy, { axis, isReversed: true })
    return timesBefore(t, node.value!, axis, part(t, axis, 0, 1))
  },
  jvp: ([dx], node) => {
    const axis = node.params as number
    const addends = timesBefore(dx!, node.value!, axis, part(dx!, axis, 0, 1))
    return recurrence(node.input(0), addends, { axis, isReversed: false })
  },
}

function runningProduct(x: MLArray, axis: number): MLArray {
  if (x.shape[axis]! < 2) return copy(x)
  return recordOne(CUMPROD, accumulated(x, axis, true), x, axis)
}

/** The running product along an axis, or of all elements in row-major order. */
export function cumprod(x: MLArray, { axis }: AxisOption = {}): MLArray {
  return runningProduct(...alongAxis(x, axis, 'cumprod'))
}

// ---- Products ----

const times: Step = (a, b) => a * b

/** A product in reverse is, for each element, the product of those before it and those after it. */
const PROD: ArrayOperation = {
  name: 'prod',
  readsA: 1,
  unroll: ([x], node) => {
    const n = x!.shape.at(-1)!
    return Array.from({ length: sizeOf(node.shape) }, (_, k) =>
      x!.values.slice(k * n, (k + 1) * n).reduce((a, b) => a.mul(b)),
    )
  },
  vjp: (dy, node) => mul(othersOf(node.input(0)), reshape(dy, [...dy.shape, 1])),
  jvp: ([dx], node) => sum(mul(othersOf(node.input(0)), dx!), { axis: -1 }),
}

/** For each element of a row of at least two the product of the others. */
function othersOf(rows: MLArray): MLArray {
  // What the product has come to may be far larger than the product, which float32 does not hold.
  const x = astype(rows, 'float64')
  const axis = x.ndim - 1
  const one = filled([...x.shape.slice(0, -1), 1], 1, 'float64')
  const last = place(one, x.shape, windowAlong(x.shape, axis, x.shape[axis]! - 1, 1))
  const after = recurrence(x, last, { axis, isReversed: true })
  const others = timesBefore(after, runningProduct(x, axis), axis, part(after, axis, 0, 1))
  return astype(others, rows.dtype)
}

/** The product; 1 of nothing. */
export function prod(x: MLArray, { axis, keepdims }: ReduceOptions = {}): MLArray {
  const axes = toAxes(axis, x.shape, 'prod')
  const shape = reducedShape(x.shape, axes, keepdims ?? false)
  const n = sizeAlong(x.shape, axes)
  if (n === 0) return add(sum(x, { axis, keepdims }), 1)
  if (n === 1) return copy(reshape(x, shape))
  const rest = reducedShape(x.shape, axes, false)
  const rows = reshape(moveToEnd(x, axes), [...rest, n])
  const y = recordOne(PROD, foldAny(rows, [rest.length], rest, 1, times), rows)
  return keepdims ? reshape(y, shape) : y
}
