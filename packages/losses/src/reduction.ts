/**
 * From one loss per element to what training minimises.
 */
import { MLArray, Value, type Shape, type ShapeOf } from '@smol/mlarray'
import { optionError, reductionError, weightError } from './errors.ts'
import { sameShape, toArray, type ArrayData } from './input.ts'
import { asTerm, type Term } from './term.ts'

/** What becomes of the losses of all elements. */
export type Reduction = 'mean' | 'sum' | 'none'

/** Options of every loss. */
export type LossOptions<R = Reduction> = {
  /** Default `'mean'`. */
  readonly reduction?: R
  /**
   * One number for each element of the unreduced loss, or what broadcasts to it. `'mean'` still divides by
   * the number of elements.
   */
  readonly weight?: ArrayData
}

/** What an elementwise loss gives: a Value of Values; of arrays rank 0, or their shape with `'none'`. */
export type ElementwiseLoss<P, R> = P extends Value
  ? Value
  : Reduced<R, ShapeOf<P> extends infer S extends Shape ? S : Shape>

/** Rank 0, or the shape of the unreduced loss with `'none'`. */
export type Reduced<R, S extends Shape = Shape> = MLArray<R extends 'none' ? S : []>

const REDUCTIONS = ['mean', 'sum', 'none'] as const

/** @throws RangeError where the reduction has another name. */
export function checkReduction(
  op: string,
  reduction: unknown,
  accepted: readonly string[] = REDUCTIONS,
): void {
  if (!accepted.includes(reduction as string)) throw reductionError(op, accepted, reduction)
}

/**
 * The loss of all elements, weighted and reduced.
 *
 * @param count what `'mean'` divides by, where it is not the number of elements.
 */
export function reduce<L>(op: string, loss: Term, options: LossOptions, count?: number): L {
  const { reduction = 'mean', weight } = options
  checkReduction(op, reduction)
  const weighted = weight === undefined ? loss : loss.mul(weightOf(op, weight, loss))
  if (!(weighted instanceof MLArray) || reduction === 'none') return weighted as L
  if (reduction === 'sum') return weighted.sum() as L
  return (count === undefined ? weighted.mean() : weighted.sum().div(count)) as L
}

function weightOf(op: string, data: ArrayData, loss: unknown): Term | number {
  if (!(loss instanceof MLArray)) {
    if (data instanceof Value) return data.data
    if (typeof data === 'number') return data
    throw optionError(op, 'weight', 'a number beside a Value', data)
  }
  const weight = toArray(data, loss.dtype).detach().astype(loss.dtype)
  if (!broadcastsTo(weight.shape, loss.shape)) throw weightError(op, weight.shape, loss.shape)
  return asTerm(weight)
}

function broadcastsTo(from: Shape, to: Shape): boolean {
  const aligned = to.slice(to.length - from.length)
  return (
    from.length <= to.length &&
    sameShape(
      from.map((n, i) => (n === 1 ? aligned[i]! : n)),
      aligned,
    )
  )
}
