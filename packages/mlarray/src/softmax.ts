/**
 * Softmax, log-softmax, and the surprisal that cross-entropy is made of: along the last axis one primitive each,
 * forward and backward in a few passes over a row; along others, compositions of what is in reduce.ts and
 * elementwise.ts, which are also what tests compare with.
 */
import { sum as sumOfValues, type Value } from '@smol/value'
import { isRecording } from '@smol/value/graph'
import { operations, READS_OUTPUT } from '@smol/value/ops'
import { allocate, filled, resultOf, rowMajor, type MLArray, type TypedArray } from './array.ts'
import { applyRow, compare, mul, where } from './elementwise.ts'
import { sizeError } from './errors.ts'
import { sumRun } from './fold.ts'
import { reshape } from './move.ts'
import { recordOne, type ArrayNode, type ArrayOperation } from './node.ts'
import { max, sum } from './reduce.ts'
import { map } from './run.ts'
import type { Scalars, Unroll } from './scalar.ts'
import { reducedShape, toAxis } from './shape.ts'
import { runRowsOf, runSurprisal, type Picked, type RowKernel } from './vector.ts'

const { sub, div, exp, log } = operations

// ---- Compositions ----

/** The largest element along the axes as a constant, 0 where that is infinite or there is none: what to take away before `exp`. */
export function shift(x: MLArray, axes: readonly number[]): MLArray {
  const shape = reducedShape(x.shape, axes, true)
  if (axes.some((axis) => x.shape[axis] === 0)) return filled(shape, 0, x.dtype)
  const largest = max(x.detach(), { axis: axes, keepdims: true })
  return map(finiteOr0, shape, x.dtype, [largest])
}

function finiteOr0(x: number): number {
  return Math.abs(x) === Infinity ? 0 : x
}

/**
 * `log Σ eᶻ`, axes kept, of what `shift` has been taken away from. Where every z is −Infinity the sum is 0,
 * and the logarithm's derivative would be infinite: hence the inner `where`.
 */
export function logOfSum(z: MLArray, axis: readonly number[]): MLArray {
  const total = sum(applyRow(exp, z), { axis, keepdims: true })
  const isZero = compare('eq', total, 0)
  return where(isZero, -Infinity, applyRow(log, where(isZero, 1, total)))
}

/** Softmax along the axes, at most one. */
export function composedSoftmax(x: MLArray, axis: readonly number[]): MLArray {
  const powers = applyRow(exp, applyRow(sub, x, shift(x, axis)))
  return applyRow(div, powers, sum(powers, { axis, keepdims: true }))
}

/** Log-softmax along the axes, at most one. */
export function composedLogSoftmax(x: MLArray, axis: readonly number[]): MLArray {
  // Not x − logsumexp(x): that rounds to the digits of x, which may be far larger than the result.
  const z = applyRow(sub, x, shift(x, axis))
  return applyRow(sub, z, logOfSum(z, axis))
}

// ---- Rows of numbers ----

/** What to take away from a row. */
function shiftOf(x: TypedArray, from: number, n: number): number {
  let largest = -Infinity
  for (let i = from; i < from + n; i++) largest = Math.max(largest, x[i]!)
  return finiteOr0(largest)
}

/** Powers of a row less what is taken away from it, and their sum. */
function powersOf(
  out: TypedArray,
  at: number,
  x: TypedArray,
  from: number,
  n: number,
  less: number,
): number {
  for (let i = 0; i < n; i++) out[at + i] = Math.exp(x[from + i]! - less)
  return 0 + sumRun(out, at, n, 1)
}

/** The plain kernels: a row of `out` from rows of `a` and `b`. */
const plain: Readonly<
  Record<RowKernel, (out: TypedArray, at: number, n: number, a: TypedArray, b: TypedArray) => void>
> = {
  softmax: (out, at, n, x) => {
    const total = powersOf(out, at, x, at, n, shiftOf(x, at, n))
    for (let i = at; i < at + n; i++) out[i] = out[i]! / total
  },
  softmaxVjp: (dx, at, n, y, dy) => {
    for (let i = at; i < at + n; i++) dx[i] = y[i]! * dy[i]!
    const total = sumRun(dx, at, n, 1)
    for (let i = at; i < at + n; i++) dx[i] = y[i]! * (dy[i]! - total)
  },
  logSoftmax: (out, at, n, x) => {
    const less = shiftOf(x, at, n)
    const total = Math.log(powersOf(out, at, x, at, n, less))
    for (let i = at; i < at + n; i++) out[i] = x[i]! - less - total
  },
  logSoftmaxVjp: (dx, at, n, y, dy) => {
    const total = sumRun(dy, at, n, 1)
    for (let i = at; i < at + n; i++) dx[i] = dy[i]! - Math.exp(y[i]!) * total
  },
}

/** What a kernel of rows makes of operands of one shape. */
function runRows(name: RowKernel, a: MLArray, b: MLArray = a): MLArray {
  const y = resultOf(a.shape, a.dtype)
  const n = a.shape[a.ndim - 1]!
  const out = y.storage.data
  const [first, second] = [rowMajor(a), rowMajor(b)]
  if (runRowsOf(name, out, n, first, second)) return y
  for (let at = 0; at < out.length; at += n) plain[name](out, at, n, first, second)
  return y
}

// ---- Primitives ----

const last = { axis: -1, keepdims: true } as const

/** A function of the Values of a row, which are less their largest. */
function unrolledRows(of: (row: readonly Value[], index: number) => readonly Value[]): Unroll {
  return ([x]: readonly Scalars[]) => {
    const { values, shape } = x!
    const n = shape[shape.length - 1]!
    return Array.from({ length: values.length / n }, (_, k) => {
      const row = values.slice(k * n, (k + 1) * n)
      const less = shiftOf(
        Float64Array.from(row, (value) => value.data),
        0,
        n,
      )
      return of(
        row.map((value) => value.sub(less)),
        k,
      )
    }).flat()
  }
}

/** Of a softmax y the Jacobian is diag(y) − y yᵀ, its own transpose. */
const SOFTMAX: ArrayOperation = {
  name: 'softmax',
  readsA: READS_OUTPUT,
  unroll: unrolledRows((row) => {
    const powers = row.map((z) => z.exp())
    const total = sumOfValues(powers)
    return powers.map((power) => power.div(total))
  }),
  vjp: (dy, node) =>
    isRecording() ? softmaxJvp(dy, node) : runRows('softmaxVjp', node.value!, dy),
  jvp: ([dx], node) => softmaxJvp(dx!, node),
}

function softmaxJvp(dx: MLArray, node: ArrayNode): MLArray {
  const y = node.value!
  return mul(y, applyRow(sub, dx, sum(mul(y, dx), last)))
}

/** Of a log-softmax y the Jacobian is I − 1 (eʸ)ᵀ. */
const LOG_SOFTMAX: ArrayOperation = {
  name: 'logSoftmax',
  readsA: READS_OUTPUT,
  unroll: unrolledRows((row) => {
    const total = sumOfValues(row.map((z) => z.exp())).log()
    return row.map((z) => z.sub(total))
  }),
  vjp: (dy, node) => {
    const y = node.value!
    if (!isRecording()) return runRows('logSoftmaxVjp', y, dy)
    return applyRow(sub, dy, mul(applyRow(exp, y), sum(dy, last)))
  },
  jvp: ([dx], node) => applyRow(sub, dx!, sum(mul(applyRow(exp, node.value!), dx!), last)),
}

export type SoftmaxOptions = {
  /** The axis along which the result sums to 1. Default −1. */
  readonly axis?: number
}

/** The axis as a list, empty for rank 0, and whether elements along it follow each other. */
function alongRows(x: MLArray, { axis = -1 }: SoftmaxOptions, op: string): [number[], boolean] {
  if (x.ndim === 0 && (axis === -1 || axis === 0)) return [[], false]
  const along = toAxis(axis, x.shape, op)
  return [[along], along === x.ndim - 1 && x.size > 0]
}

/** `eˣ / Σ eˣ` along an axis, without overflow; 1 for rank 0. */
export function softmax(x: MLArray, options: SoftmaxOptions = {}): MLArray {
  const [axis, isLast] = alongRows(x, options, 'softmax')
  return isLast ? recordOne(SOFTMAX, runRows('softmax', x), x) : composedSoftmax(x, axis)
}

/** `log(softmax(x))` without leaving the logarithm; 0 for rank 0. */
export function logSoftmax(x: MLArray, options: SoftmaxOptions = {}): MLArray {
  const [axis, isLast] = alongRows(x, options, 'logSoftmax')
  return isLast ? recordOne(LOG_SOFTMAX, runRows('logSoftmax', x), x) : composedLogSoftmax(x, axis)
}

// ---- Surprisal ----

/** In reverse, softmax − 1 at the index. */
const SURPRISAL: ArrayOperation = {
  name: 'surprisal',
  readsA: 1,
  unroll: ([x], node) =>
    unrolledRows((row, k) => [
      sumOfValues(row.map((z) => z.exp()))
        .log()
        .sub(row[(node.params as Picked).indices[k]!]!),
    ])([x!], node),
  vjp: (dy, node) => {
    const x = node.input(0)
    if (isRecording()) return mul(slopeOf(node), reshape(dy, [...dy.shape, 1]))
    const dx = resultOf(x.shape, x.dtype)
    surprisalReverse(dx.storage.data, x, node.params as Picked, rowMajor(dy))
    return dx
  },
  jvp: ([dx], node) => sum(mul(slopeOf(node), dx!), { axis: -1 }),
}

function slopeOf(node: ArrayNode): MLArray {
  const x = node.input(0)
  const { indices } = node.params as Picked
  const n = x.shape[x.ndim - 1]!
  const chosen = filled(x.shape, 0, x.dtype)
  indices.forEach((index, row) => (chosen.storage.data[row * n + index] = 1))
  return applyRow(sub, softmax(x), chosen)
}

function surprisalReverse(dx: TypedArray, x: MLArray, picked: Picked, dy: TypedArray): void {
  const n = x.shape[x.ndim - 1]!
  const data = rowMajor(x)
  if (runSurprisal(n, data, picked, dy, dx)) return
  const { indices, saved } = picked
  for (let row = 0, at = 0; row < indices.length; row++, at += n) {
    const [less, total, share] = [saved[2 * row]!, saved[2 * row + 1]!, dy[row]!]
    for (let i = at; i < at + n; i++) dx[i] = share * Math.exp(data[i]! - less - total)
    const place = at + indices[row]!
    dx[place] = share * (Math.exp(data[place]! - less - total) - 1)
  }
}

/**
 * `−log softmax(x)` at one index of each row, along the last axis: how surprising it is, in nats.
 *
 * Shape: `[..., n]` and as many indices as rows → `[...]`. The indices must be integers below n.
 *
 * @throws ShapeError where there are more or fewer indices than rows.
 */
export function surprisal(x: MLArray, indices: Int32Array): MLArray {
  const n = x.shape[x.ndim - 1] ?? 1
  const shape = x.shape.slice(0, -1)
  const y = resultOf(shape, x.dtype)
  if (indices.length !== y.size) throw sizeError('surprisal', indices.length, shape)
  const saved = allocate(2 * y.size, x.dtype)
  const picked: Picked = { indices, saved }
  const [data, out] = [rowMajor(x), y.storage.data]
  if (!runSurprisal(n, data, picked, out)) {
    const work = allocate(n, x.dtype)
    for (let row = 0, at = 0; row < indices.length; row++, at += n) {
      const less = shiftOf(data, at, n)
      const total = Math.log(powersOf(work, 0, data, at, n, less))
      saved[2 * row] = less
      saved[2 * row + 1] = total
      out[row] = total - (data[at + indices[row]!]! - less)
    }
  }
  return recordOne(SURPRISAL, y, x, picked)
}
