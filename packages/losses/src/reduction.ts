/**
 * From one loss per element to what training minimises.
 */
import { Value, type MLArray, type Shape, type ShapeOf } from '@smol/mlarray'
import { optionError, reductionError, weightError } from './errors.ts'
import { sameShape, toArray, type ArrayData, type Predictions } from './input.ts'
import { asArray, type Term } from './term.ts'

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

/** Rank 0, or the shape of the unreduced loss with `'none'`. */
export type Reduced<R, S extends Shape = Shape> = R extends 'none' ? MLArray<S> : MLArray<[]>

/** What an elementwise loss gives: a Value of Values; of arrays rank 0, or their shape with `'none'`. */
export type ElementwiseLoss<P, R> = P extends Value
  ? Value
  : Reduced<R, ShapeOf<P> extends infer S extends Shape ? S : Shape>

export const REDUCTIONS: readonly string[] = ['mean', 'sum', 'none']

/** @throws RangeError where the reduction has another name. */
export function checkReduction(op: string, reduction: unknown, accepted = REDUCTIONS): void {
  if (!accepted.includes(reduction as string)) throw reductionError(op, accepted, reduction)
}

/** What a loss of classes adds to its reduction. */
type OfClasses = {
  /** What `'mean'` divides by, where it is not the number of elements. */
  readonly total?: number
  readonly numClasses?: number
}

/** The losses of all elements, weighted and reduced. */
export function reduce<R>(
  op: string,
  loss: MLArray,
  options: LossOptions<R>,
  { total, numClasses }: OfClasses = {},
): Reduced<R> {
  const { reduction = 'mean', weight } = options
  checkReduction(op, reduction)
  let weighted: MLArray = loss
  if (weight !== undefined) {
    const given = { data: weight, beside: loss, to: 'the unreduced loss', numClasses }
    weighted = loss.mul(weightOf(op, 'weight', given))
  }
  if (reduction === 'none') return weighted as Reduced<R>
  if (reduction === 'sum') return weighted.sum() as Reduced<R>
  return total === undefined ? weighted.mean() : weighted.sum().div(total)
}

/** The same for the terms of an elementwise loss. Of one Value, every reduction is itself. */
export function reduceTerm<P extends Predictions, R>(
  op: string,
  predictions: P,
  loss: Term,
  options: LossOptions<R>,
): ElementwiseLoss<P, R> {
  if (!(predictions instanceof Value))
    return reduce(op, asArray(loss), options) as ElementwiseLoss<P, R>
  const { reduction = 'mean', weight = 1 } = options
  checkReduction(op, reduction)
  const factor = weight instanceof Value ? weight.data : weight
  if (typeof factor !== 'number') throw optionError(op, 'weight', 'a number beside a Value', weight)
  return (factor === 1 ? loss : loss.mul(factor)) as unknown as ElementwiseLoss<P, R>
}

type WeightInput = {
  readonly data: ArrayData
  readonly beside: MLArray
  /** What a message calls that. */
  readonly to: string
  readonly numClasses?: number | undefined
}

/** Weights that broadcast to what they stand beside, in its dtype. */
export function weightOf(
  op: string,
  name: string,
  { data, beside: { shape, dtype }, to, numClasses }: WeightInput,
): MLArray {
  const weight = toArray(op, name, data, dtype).detach().astype(dtype)
  if (broadcastsTo(weight.shape, shape)) return weight
  throw weightError(op, name, { given: weight.shape, to, shape, numClasses })
}

/** Whether the second shape is what broadcasting both gives. */
function broadcastsTo(from: Shape, to: Shape): boolean {
  const aligned = to.slice(to.length - from.length)
  const spread = from.map((n, i) => (n === 1 ? aligned[i]! : n))
  return sameShape(spread, aligned)
}
