/**
 * Reductions: the primitives (sum, extremes), and what only counts or points.
 */
import { dot } from '@smol/value'
import { filled, MLArray, rowMajor } from './array.ts'
import { arrays, astype, compare, where } from './elementwise.ts'
import { emptyError } from './errors.ts'
import { extremeOver, sumOver } from './fold.ts'
import { moveToEnd, reshapeTo, spread } from './move.ts'
import { recordOne, type ArrayNode, type ArrayOperation } from './node.ts'
import { map } from './run.ts'
import { groups, numbered, summed } from './scalar.ts'
import { reducedShape, sameShape, sizeAlong, sizeOf, toAxes, toAxis, type Shape } from './shape.ts'

export type ReduceOptions = {
  /** The axes to reduce; all of them where it is missing, none for `[]`. */
  readonly axis?: number | readonly number[] | undefined
  /** Keep the reduced axes with size 1. Default `false`. */
  readonly keepdims?: boolean | undefined
}

// ---- Sum ----

/** The axes of a reduction. */
type Reduction = {
  readonly axes: readonly number[]
  /** The shape under which the result broadcasts to the operand. */
  readonly kept: Shape
}

/** The result of a reduction, or its gradient, repeated to the shape of the operand. */
function unreduced(y: MLArray, node: ArrayNode): MLArray {
  const { kept } = node.params as Reduction
  return spread(sameShape(y.shape, kept) ? y : reshapeTo(y, kept), node.inputShape(0))
}

/** A sum in reverse is a repetition. */
const SUM: ArrayOperation = {
  name: 'sum',
  readsA: 0,
  unroll: summed,
  vjp: (dy, node) => unreduced(dy, node),
  jvp: ([dx], node) => sumLike(dx!, node),
}

/** The sum over the axes of a reduction, in the shape of its result. */
function sumLike(x: MLArray, node: ArrayNode): MLArray {
  return sumAs(x, node.shape, node.params as Reduction)
}

function sumAs(x: MLArray, shape: Shape, reduction: Reduction): MLArray {
  return recordOne(SUM, sumOver(x, reduction.axes, shape), x, reduction)
}

/** The shape that a reduction leaves, and what it must remember. */
function reductionOf(
  x: MLArray,
  axes: readonly number[],
  keepdims = false,
): [shape: Shape, reduction: Reduction] {
  const shape = axes.length === x.ndim && !keepdims ? [] : reducedShape(x.shape, axes, keepdims)
  // Axes that are missing in front are as good as axes of size 1.
  const isAligned = keepdims || axes.every((axis) => axis < axes.length)
  return [shape, { axes, kept: isAligned ? shape : reducedShape(x.shape, axes, true) }]
}

/** The sum over the axes; 0 of nothing. */
export function sum(x: MLArray, { axis, keepdims }: ReduceOptions = {}, op = 'sum'): MLArray {
  return sumAs(x, ...reductionOf(x, toAxes(axis, x.shape, op), keepdims))
}

/** Broadcasting in reverse: the sum over the axes along which `shape` was repeated. */
export function sumTo(x: MLArray, shape: Shape): MLArray {
  if (sameShape(x.shape, shape)) return x
  const lead = x.ndim - shape.length
  const axes: number[] = []
  for (let axis = 0; axis < x.ndim; axis++)
    if (axis < lead || (shape[axis - lead] === 1 && x.shape[axis] !== 1)) axes.push(axis)
  return sumAs(x, shape, { axes, kept: shape })
}

// ---- Extremes ----

type Extreme = {
  readonly op: ArrayOperation
  readonly isMax: boolean
}

const isSame = (a: number, b: number): number => (a === b || (a !== a && b !== b) ? 1 : 0)

/** A mask of the elements that are the extreme. */
function chosenIn(node: ArrayNode): MLArray {
  const x = node.input(0).detach()
  const y = unreduced(node.value!.detach(), node)
  return map(isSame, x.shape, x.dtype, [x, y])
}

/** An extreme in reverse: the elements that are it share the gradient evenly, all others get 0. */
function extreme(name: string, isMax: boolean): Extreme {
  return {
    op: {
      name,
      readsA: 1 | 8,
      vjp: (dy, node) => {
        const chosen = chosenIn(node)
        return where(chosen, unreduced(arrays.div(dy, sumLike(chosen, node)), node), 0)
      },
      jvp: ([dx], node) => {
        const chosen = chosenIn(node)
        return arrays.div(sumLike(where(chosen, dx!, 0), node), sumLike(chosen, node))
      },
      // Each of the n largest counts 1/n.
      unroll: ([x], node) => {
        const places = rowMajor(unreduced(numbered(node.shape), node))
        return groups(places, sizeOf(node.shape)).map((group) => {
          const elements = group.map((i) => x!.values[i]!)
          const numbers = elements.map((element) => element.data)
          const best = numbers.reduce((a, b) => (isMax ? Math.max(a, b) : Math.min(a, b)))
          const chosen = elements.filter((element) => isSame(element.data, best) === 1)
          return dot(
            chosen,
            chosen.map(() => 1 / chosen.length),
          )
        })
      },
    },
    isMax,
  }
}

const MAX = extreme('max', true)
const MIN = extreme('min', false)

function reduceExtreme(
  { op, isMax }: Extreme,
  x: MLArray,
  { axis, keepdims }: ReduceOptions,
): MLArray {
  const axes = toAxes(axis, x.shape, op.name)
  refuseNothing(x, axes, op.name)
  const [shape, reduction] = reductionOf(x, axes, keepdims)
  return recordOne(op, extremeOver(x, axes, shape, isMax), x, reduction)
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

function argExtreme(x: MLArray, { axis, keepdims = false }: ArgOptions, isMax: boolean): MLArray {
  const op = isMax ? 'argmax' : 'argmin'
  const shown = axis === undefined ? x.shape.map((_, i) => i) : [toAxis(axis, x.shape, op)]
  refuseNothing(x, shown, op)
  const rows = moveToEnd(x.detach(), shown)
  const data = rowMajor(rows)
  const shape = reducedShape(x.shape, shown, keepdims)
  const y = filled(shape, 0, 'float64')
  const length = sizeAlong(x.shape, shown)
  for (let row = 0; row < y.size; row++) {
    const start = row * length
    let place = 0
    let best = data[start]!
    // The first NaN wins: none is beaten.
    for (let i = 1; i < length && best === best; i++) {
      const element = data[start + i]!
      if ((isMax ? element > best : element < best) || element !== element) {
        best = element
        place = i
      }
    }
    y.storage.data[row] = place
  }
  return y
}

/** The index of the largest element (the first of equal ones; the first NaN), untracked. */
export function argmax(x: MLArray, options: ArgOptions = {}): MLArray {
  return argExtreme(x, options, true)
}

/** The index of the smallest element (the first of equal ones; the first NaN), untracked. */
export function argmin(x: MLArray, options: ArgOptions = {}): MLArray {
  return argExtreme(x, options, false)
}

/** How many elements are 0, or are not, as all integers in float64: float32 counts to 2²⁴ only. */
function counted(
  x: MLArray,
  { axis, keepdims = false }: ReduceOptions,
  op: string,
  comparison: 'eq' | 'ne',
): MLArray {
  const axes = toAxes(axis, x.shape, op)
  const mask = astype(compare(comparison, x.detach(), 0), 'float64')
  return sumOver(mask, axes, reducedShape(x.shape, axes, keepdims))
}

/** A mask: 1 where some element is not 0 (NaN is not 0); 0 of nothing. */
export function any(x: MLArray, options: ReduceOptions = {}): MLArray {
  return astype(compare('ne', counted(x, options, 'any', 'ne'), 0), x.dtype)
}

/** A mask: 1 where no element is 0; 1 of nothing. */
export function all(x: MLArray, options: ReduceOptions = {}): MLArray {
  return astype(compare('eq', counted(x, options, 'all', 'eq'), 0), x.dtype)
}

/** How many elements are not 0, untracked. */
export function countNonzero(x: MLArray, options: ReduceOptions = {}): MLArray {
  return counted(x, options, 'countNonzero', 'ne')
}
