/**
 * Reductions: the primitives (sum, extremes, running sum), and what only counts or points.
 */
import { dot, type Value } from '@smol/value'
import { filled, fromData, MLArray, rowMajor, type TypedArray } from './array.ts'
import { arrays, where } from './elementwise.ts'
import { map } from './run.ts'
import { emptyError } from './errors.ts'
import { eachRow } from './loop.ts'
import { flip, flatten, moveToEnd, reshape, spread } from './move.ts'
import { record, type ArrayNode, type ArrayOperation } from './node.ts'
import { groups, numbered, summed } from './scalar.ts'
import {
  broadcastStrides,
  reducedShape,
  sameShape,
  sizeOf,
  stridesOf,
  toAxes,
  toAxis,
  type Shape,
} from './shape.ts'

export type ReduceOptions = {
  /** The axes to reduce; all of them where it is missing, none for `[]`. */
  readonly axis?: number | readonly number[] | undefined
  /** Keep the reduced axes with size 1. Default `false`. */
  readonly keepdims?: boolean | undefined
}

/** Folds the reduced axes away, in double precision; the result has them with size 1. */
function fold(
  x: MLArray,
  axes: readonly number[],
  start: number,
  step: (sum: number, element: number) => number,
  dtype = x.dtype,
): MLArray {
  const shape = reducedShape(x.shape, axes, true)
  const sums = new Float64Array(sizeOf(shape)).fill(start)
  const { data } = x.storage
  const strides = broadcastStrides(shape, stridesOf(shape), x.shape)
  eachRow(x.shape, [x.strides, strides], [x.offset, 0], ([i, j], length, [di, dj]) => {
    if (dj === 0) {
      let result = sums[j!]!
      if (step === plus) result += sumRun(data, i!, length, di!)
      else
        for (let n = 0, read = i!; n < length; n++, read += di!) result = step(result, data[read]!)
      sums[j!] = result
    } else {
      for (let n = 0, read = i!, at = j!; n < length; n++, read += di!, at += dj!)
        sums[at] = step(sums[at]!, data[read]!)
    }
  })
  return fromData(dtype === 'float32' ? Float32Array.from(sums) : sums, shape)
}

/** Longer runs are halved. */
const BLOCK = 128

/**
 * The sum of a run of elements by halves, whose rounding error grows with log n instead of n: N. J. Higham,
 * "The accuracy of floating point summation", SIAM J. Sci. Comput. 14 (1993), section 3. Within a block eight
 * sums run side by side. The order is NumPy's, so that results agree to the bit.
 */
function sumRun(data: TypedArray, from: number, length: number, step: number): number {
  if (length > BLOCK) {
    const half = Math.floor(length / 16) * 8
    return sumRun(data, from, half, step) + sumRun(data, from + half * step, length - half, step)
  }
  let total = 0
  let n = 0
  if (length >= 8) {
    eight.fill(0)
    for (; n + 8 <= length; n += 8)
      for (let k = 0; k < 8; k++) eight[k]! += data[from + (n + k) * step]!
    const [a, b, c, d, e, f, g, h] = eight as unknown as Eight
    total = a + b + (c + d) + (e + f + (g + h))
  }
  for (; n < length; n++) total += data[from + n * step]!
  return total
}

type Eight = [number, number, number, number, number, number, number, number]
const eight = new Float64Array(8)

/** Takes the axes of size 1 away that a reduction with `keepdims: false` does not show. */
function dropped(y: MLArray, shape: Shape, axes: readonly number[], keepdims = false): MLArray {
  return keepdims ? y : reshape(y, reducedShape(shape, axes, false))
}

// ---- Sum ----

/** A sum in reverse is a repetition. */
const SUM: ArrayOperation = {
  name: 'sum',
  readsA: 0,
  unroll: summed,
  vjp: (dy, node) => spread(dy, node.inputShape(0)),
  jvp: ([dx], node) => sumKeeping(dx!, node.params as readonly number[]),
}

const plus = (a: number, b: number): number => a + b

function sumKeeping(x: MLArray, axes: readonly number[]): MLArray {
  return record(SUM, fold(x, axes, 0, plus), [x], axes)
}

/** The sum over the axes; 0 of nothing. */
export function sum(x: MLArray, { axis, keepdims }: ReduceOptions = {}, op = 'sum'): MLArray {
  const axes = toAxes(axis, x.shape, op)
  return dropped(sumKeeping(x, axes), x.shape, axes, keepdims)
}

/** Broadcasting in reverse: the sum over the axes along which `shape` was repeated. */
export function sumTo(x: MLArray, shape: Shape): MLArray {
  if (sameShape(x.shape, shape)) return x
  const lead = x.ndim - shape.length
  const axes = x.shape.flatMap((n, axis) =>
    axis < lead || (shape[axis - lead] === 1 && n !== 1) ? [axis] : [],
  )
  return reshape(sumKeeping(x, axes), shape)
}

// ---- Extremes ----

type Extreme = {
  readonly op: ArrayOperation
  readonly f: (a: number, b: number) => number
  readonly start: number
}

const isSame = (a: number, b: number): number => (a === b || (a !== a && b !== b) ? 1 : 0)

/** A mask of the elements that are the extreme. */
function chosenIn(node: ArrayNode): MLArray {
  const x = node.input(0).detach()
  const y = spread(node.value!.detach(), x.shape)
  return map(isSame, x.shape, x.dtype, [x, y])
}

/** The largest in reverse: the elements that are it share the gradient evenly, all others get 0. */
function extreme(name: string, f: (a: number, b: number) => number, start: number): Extreme {
  return {
    op: {
      name,
      readsA: 1 | 8,
      vjp: (dy, node) => {
        const chosen = chosenIn(node)
        const share = arrays.div(dy, sumKeeping(chosen, node.params as readonly number[]))
        return where(chosen, spread(share, chosen.shape), 0)
      },
      jvp: ([dx], node) => {
        const axes = node.params as readonly number[]
        const chosen = chosenIn(node)
        return arrays.div(sumKeeping(where(chosen, dx!, 0), axes), sumKeeping(chosen, axes))
      },
      // Each of the n largest counts 1/n.
      unroll: ([x], node) => {
        const places = rowMajor(spread(numbered(node.shape), x!.shape))
        return groups(places, sizeOf(node.shape)).map((group) => {
          const elements = group.map((i) => x!.values[i]!)
          const best = elements.map((element) => element.data).reduce((a, b) => f(a, b), start)
          const chosen = elements.filter((element) => isSame(element.data, best) === 1)
          return dot(
            chosen,
            chosen.map(() => 1 / chosen.length),
          )
        })
      },
    },
    f,
    start,
  }
}

const MAX = extreme('max', Math.max, -Infinity)
const MIN = extreme('min', Math.min, Infinity)

function reduceExtreme(
  { op, f, start }: Extreme,
  x: MLArray,
  { axis, keepdims }: ReduceOptions,
): MLArray {
  const axes = toAxes(axis, x.shape, op.name)
  refuseNothing(x, axes, op.name)
  return dropped(record(op, fold(x, axes, start, f), [x], axes), x.shape, axes, keepdims)
}

function refuseNothing(x: MLArray, axes: readonly number[], op: string): void {
  if (axes.some((axis) => x.shape[axis] === 0)) throw emptyError(op, x.shape)
}

/** The largest element; NaN if one is NaN. Equal ones share the gradient evenly. */
export function max(x: MLArray, options: ReduceOptions = {}): MLArray {
  return reduceExtreme(MAX, x, options)
}

/** The smallest element; NaN if one is NaN. Equal ones share the gradient evenly. */
export function min(x: MLArray, options: ReduceOptions = {}): MLArray {
  return reduceExtreme(MIN, x, options)
}

// ---- Indices and masks ----

export type ArgOptions = {
  readonly axis?: number | undefined
  readonly keepdims?: boolean | undefined
}

function argExtreme(
  x: MLArray,
  { axis, keepdims = false }: ArgOptions,
  op: string,
  wins: (a: number, b: number) => boolean,
): MLArray {
  const shown = axis === undefined ? x.shape.map((_, i) => i) : [toAxis(axis, x.shape, op)]
  refuseNothing(x, shown, op)
  const rows = moveToEnd(x.detach(), shown)
  const data = rowMajor(rows)
  const shape = reducedShape(x.shape, shown, keepdims)
  const y = filled(shape, 0, 'float64')
  const length = shown.reduce((n, i) => n * x.shape[i]!, 1)
  for (let row = 0; row < y.size; row++) {
    let best = row * length
    for (let at = best + 1; at < (row + 1) * length; at++) {
      // The first NaN wins; a NaN that leads is never beaten.
      if (data[best] === data[best] && (wins(data[at]!, data[best]!) || data[at] !== data[at]))
        best = at
    }
    y.storage.data[row] = best - row * length
  }
  return y
}

/** The index of the largest element (the first of equal ones; the first NaN), untracked. */
export function argmax(x: MLArray, options: ArgOptions = {}): MLArray {
  return argExtreme(x, options, 'argmax', (a, b) => a > b)
}

/** The index of the smallest element (the first of equal ones; the first NaN), untracked. */
export function argmin(x: MLArray, options: ArgOptions = {}): MLArray {
  return argExtreme(x, options, 'argmin', (a, b) => a < b)
}

function counted(
  x: MLArray,
  { axis, keepdims }: ReduceOptions,
  op: string,
  start: number,
  step: (sum: number, element: number) => number,
  dtype = x.dtype,
): MLArray {
  const axes = toAxes(axis, x.shape, op)
  return dropped(fold(x.detach(), axes, start, step, dtype), x.shape, axes, keepdims)
}

/** A mask: 1 where some element is not 0 (NaN is not 0); 0 of nothing. */
export function any(x: MLArray, options: ReduceOptions = {}): MLArray {
  return counted(x, options, 'any', 0, (found, element) => (found || element !== 0 ? 1 : 0))
}

/** A mask: 1 where no element is 0; 1 of nothing. */
export function all(x: MLArray, options: ReduceOptions = {}): MLArray {
  return counted(x, options, 'all', 1, (held, element) => (held && element !== 0 ? 1 : 0))
}

const countStep = (n: number, element: number): number => (element === 0 ? n : n + 1)

/** How many elements are not 0, untracked. */
export function countNonzero(x: MLArray, options: ReduceOptions = {}): MLArray {
  // As all integers, in float64: float32 counts to 2²⁴ only.
  return counted(x, options, 'countNonzero', 0, countStep, 'float64')
}

// ---- Running sum ----

/** A running sum in reverse runs the other way. */
const CUMSUM: ArrayOperation = {
  name: 'cumsum',
  readsA: 0,
  unroll: ([x], node) => {
    const axis = node.params as number
    const step = stridesOf(node.shape)[axis]!
    const sums: Value[] = []
    x!.values.forEach((value, i) => {
      const row = Math.floor(i / step) % node.shape[axis]!
      sums.push(row === 0 ? value : sums[i - step]!.add(value))
    })
    return sums
  },
  vjp: (dy, node) => {
    const axis = node.params as number
    return flip(running(flip(dy, { axis }), axis), { axis })
  },
  jvp: ([dx], node) => running(dx!, node.params as number),
}

function running(x: MLArray, axis: number): MLArray {
  const y = filled(x.shape, 0, x.dtype)
  const from = x.storage.data
  const to = y.storage.data
  const starts = reducedShape(x.shape, [axis], true)
  if (x.size === 0) return record(CUMSUM, y, [x], axis)
  eachRow(starts, [x.strides, y.strides], [x.offset, 0], ([i, j], rows, [di, dj]) => {
    for (let row = 0; row < rows; row++) {
      let total = 0
      let read = i! + row * di!
      let at = j! + row * dj!
      for (let n = 0; n < x.shape[axis]!; n++, read += x.strides[axis]!, at += y.strides[axis]!) {
        total += from[read]!
        to[at] = total
      }
    }
  })
  return record(CUMSUM, y, [x], axis)
}

/** The running sum along an axis, or of all elements in row-major order. */
export function cumsum(x: MLArray, { axis }: { readonly axis?: number | undefined } = {}): MLArray {
  return axis === undefined ? running(flatten(x), 0) : running(x, toAxis(axis, x.shape, 'cumsum'))
}
