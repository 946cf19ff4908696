/**
 * Changing arrays in place: unrecorded, on leaves and on views of leaves, and noted on the graph's clock,
 * so that a pass over an earlier use refuses.
 */
import { markChanged } from '@smol/value/graph'
import { copyOf, fromData, regionOf, type MLArray } from './array.ts'
import { assignedResultError, broadcastToError, elementError, overlapError } from './errors.ts'
import { copyElements } from './loop.ts'
import { broadcastShapes, broadcastStrides, sameShape } from './shape.ts'

/** Writes one number, at a position in the storage. */
export function writeAt(x: MLArray, position: number, value: number): void {
  if (typeof value !== 'number') throw elementError('at', value)
  checkMutable(x, 'at')
  x.storage.data[position] = value
  noteChange(x, 'at')
}

/** Replaces the elements of `x` by those of `values`, which are broadcast. */
export function assign(x: MLArray, values: MLArray, op = 'assign'): void {
  checkMutable(x, op)
  if (!sameShape(broadcastShapes(x.shape, values.shape, op), x.shape))
    throw broadcastToError(values.shape, x.shape, op)
  // A copy where both share memory: writing would change what is still to be read.
  const from = values.storage === x.storage ? fromData(copyOf(values), values.shape) : values
  const strides = broadcastStrides(from.shape, from.strides, x.shape)
  copyElements(x.shape, regionOf(x), { ...regionOf(from), strides })
  noteChange(x, op)
}

/** Refuses what a gradient may depend on. */
export function checkMutable(x: MLArray, op: string): void {
  const { madeBy } = x.storage
  if (madeBy !== '') throw assignedResultError(op, madeBy)
  // What is written to one of several elements in the same place would show in all of them.
  if (x.size > 0 && x.strides.some((step, axis) => step === 0 && x.shape[axis]! > 1))
    throw overlapError(op, x.shape)
}

/** Notes that the memory of `x` has changed. */
export function noteChange(x: MLArray, op: string): void {
  markChanged(x.storage)
  x.storage.changedBy = op
}
