/**
 * Arithmetic of shapes, strides and axes at run time. It knows no arrays.
 *
 * The rules are NumPy's: https://numpy.org/doc/stable/user/basics.broadcasting.html
 */
import {
  axisError,
  axesRepeatedError,
  axesTypeError,
  broadcastError,
  dimensionError,
  reshapeError,
  shapeTypeError,
  tooLargeError,
} from './errors.ts'

/** How many elements each axis has, the outermost first; `[]` is a single number. */
export type Shape = readonly number[]

/** One axis, several, or (missing) all of them. */
export type Axes = number | readonly number[] | undefined

/** How many elements a shape has; 1 for rank 0. */
export function sizeOf(shape: Shape): number {
  let size = 1
  for (const n of shape) size *= n
  return size
}

/** The strides of a contiguous array in row-major order, in elements. */
export function stridesOf(shape: Shape): number[] {
  // The usual ranks without a loop: every result of an operation passes here.
  if (shape.length === 2) return [shape[1]!, 1]
  if (shape.length === 1) return [1]
  const strides = shape.slice()
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step
    step *= shape[axis]!
  }
  return strides
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false
  return true
}

/** The index along each axis of element number `position` in row-major order. */
export function unravel(position: number, shape: Shape): number[] {
  const steps = stridesOf(shape)
  return shape.map((n, axis) => Math.floor(position / steps[axis]!) % n)
}

/** Whether elements in row-major order lie next to each other. */
export function isContiguous(shape: Shape, strides: Shape): boolean {
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return step === 0
    step *= shape[axis]!
  }
  return true
}

/** Checks a shape that the user gave. A number stands for a shape of rank 1. */
export function toShape(given: number | Shape, op: string): number[] {
  const shape = toDimensions(given, op)
  for (const n of shape)
    if (!Number.isInteger(n) || n < 0 || n > Number.MAX_SAFE_INTEGER) throw dimensionError(op, n)
  if (sizeOf(shape) > 2 ** 32) throw tooLargeError(op, shape, sizeOf(shape))
  return shape
}

function toDimensions(given: number | Shape, op: string): number[] {
  if (typeof given === 'number') return [given]
  if (!Array.isArray(given)) throw shapeTypeError(op, given)
  // What is no number is found before a list with holes, however long, is copied.
  for (let i = 0; i < given.length; i++)
    if (typeof given[i] !== 'number') throw dimensionError(op, given[i])
  return (given as Shape).slice()
}

/** A negative axis counted from the end. */
export function toAxis(axis: number, shape: Shape, op: string, rank = shape.length): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    throw axisError(op, axis, shape, rank)
  return axis < 0 ? axis + rank : axis
}

/** A list of different axes, in the order given. */
export function toAxes(axes: Axes, shape: Shape, op: string, rank = shape.length): number[] {
  if (axes === undefined) {
    const all: number[] = []
    for (let axis = 0; axis < rank; axis++) all.push(axis)
    return all
  }
  if (typeof axes === 'number') return [toAxis(axes, shape, op, rank)]
  if (!Array.isArray(axes)) throw axesTypeError(op, axes)
  // One more than there are axes names one twice, however long the list is.
  const length = Math.min(axes.length, rank + 1)
  const list = Array.from({ length }, (_, i) => toAxis(axes[i] as number, shape, op, rank))
  if (new Set(list).size !== list.length) throw axesRepeatedError(op, axes, shape)
  return list
}

/** Axes that must be given: nothing does not stand for all of them. */
export function namedAxes(
  axes: number | readonly number[],
  shape: Shape,
  op: string,
  rank = shape.length,
): number[] {
  if (axes === undefined) throw axesTypeError(op, axes)
  return toAxes(axes, shape, op, rank)
}

/** The axes that are not among these, in order. */
export function otherAxes(shape: Shape, axes: readonly number[]): number[] {
  return shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
}

/** The product of the sizes of these axes. */
export function sizeAlong(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((size, axis) => size * shape[axis]!, 1)
}

/** The shape that operands broadcast to. */
export function broadcastShapes(a: Shape, b: Shape, op: string): Shape {
  if (b.length === 0 || sameShape(a, b)) return a
  if (a.length === 0) return b
  const rank = Math.max(a.length, b.length)
  const shape = (a.length === rank ? a : b).slice()
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const m = a[a.length - fromEnd] ?? 1
    const n = b[b.length - fromEnd] ?? 1
    if (m !== n && m !== 1 && n !== 1) throw broadcastError(op, a, b, -fromEnd, m, n)
    shape[rank - fromEnd] = m === 1 ? n : m
  }
  return shape
}

/** Whether a shape broadcasts to `target`. */
export function broadcastsTo(shape: Shape, target: Shape): boolean {
  const lead = target.length - shape.length
  return lead >= 0 && shape.every((n, axis) => n === 1 || n === target[axis + lead])
}

/** Strides that read an array of `shape` as if it had the shape `target`: 0 along repeated axes. */
export function broadcastStrides(shape: Shape, strides: Shape, target: Shape): Shape {
  if (sameShape(shape, target)) return strides
  const lead = target.length - shape.length
  const result = target.slice()
  for (let axis = 0; axis < target.length; axis++) {
    const own = axis - lead
    result[axis] = own < 0 || (shape[own] === 1 && target[axis] !== 1) ? 0 : strides[own]!
  }
  return result
}

/** The shape that a reduction leaves, and the axes as a sorted list. */
export function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): number[] {
  if (keepdims) return shape.map((n, axis) => (axes.includes(axis) ? 1 : n))
  return shape.filter((_, axis) => !axes.includes(axis))
}

/** A shape with one `-1` in it filled in. */
export function inferShape(given: number | Shape, shape: Shape): number[] {
  const wanted = toDimensions(given, 'reshape')
  const size = sizeOf(shape)
  const open = wanted.indexOf(-1)
  if (open >= 0) {
    const rest = sizeOf(wanted.filter((_, axis) => axis !== open))
    if (rest === 0 || size % rest !== 0 || wanted.lastIndexOf(-1) !== open)
      throw reshapeError(shape, wanted)
    wanted[open] = size / rest
  }
  const checked = toShape(wanted, 'reshape')
  if (sizeOf(checked) !== size) throw reshapeError(shape, wanted)
  return checked
}

/**
 * Strides under which the same memory reads as `target`, or undefined where only a copy can.
 *
 * Runs of axes with the same product of sizes on both sides are matched; such a run must be contiguous in
 * itself. This is what NumPy does in `reshape` without copying.
 */
export function reshapeStrides(shape: Shape, strides: Shape, target: Shape): number[] | undefined {
  if (sizeOf(shape) === 0) return stridesOf(target)
  const from: [size: number, stride: number][] = []
  shape.forEach((n, axis) => n !== 1 && from.push([n, strides[axis]!]))
  const result: number[] = Array.from({ length: target.length })
  let axis = 0
  let i = 0
  while (i < from.length) {
    let have = from[i]![0]
    const first = i
    const start = axis
    let want = 1
    while (axis < target.length && want < have) want *= target[axis++]!
    while (have !== want) {
      i++
      if (i < from.length && from[i - 1]![1] !== from[i]![0] * from[i]![1]) return undefined
      have *= from[i]![0]
      while (axis < target.length && want < have) want *= target[axis++]!
    }
    for (let k = first + 1; k <= i; k++)
      if (from[k - 1]![1] !== from[k]![0] * from[k]![1]) return undefined
    let step = from[i]![1]
    for (let k = axis - 1; k >= start; k--) {
      result[k] = step
      step *= target[k]!
    }
    i++
  }
  while (axis < target.length) result[axis++] = 1
  return result
}
