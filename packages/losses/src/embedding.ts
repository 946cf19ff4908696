/**
 * Losses of vectors that should lie near each other, or apart.
 */
import type { MLArray } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import { classesOf, type AxisOption } from './classes.ts'
import { optionError, shapeError } from './errors.ts'
import { arrayBeside, arrayOf, beside, predicted, sameShape, signs, toArray } from './input.ts'
import type { Alike, ArrayData, Predictions } from './input.ts'
import { checkOptions } from './options.ts'
import { reduce, reduceTerm } from './reduction.ts'
import type { ElementwiseLoss, LossOptions, Reduced, Reduction } from './reduction.ts'
import { asArray, asTerm, where } from './term.ts'

/** Along which axis the vectors lie, and how similar those that do not belong together may be. */
export type CosineEmbeddingOptions<R = Reduction> = LossOptions<R> &
  AxisOption & {
    /** How similar two vectors with label −1 may be, −1 … 1. Default 0. */
    readonly margin?: number
  }

/** What PyTorch adds to squared lengths, so that vectors of zeros have similarity 0. */
const SMALLEST_SQUARE = 1e-12

/**
 * Cosine embedding loss: `1 − cos(a, b)` where the label is 1, `max(0, cos(a, b) − margin)` where it is −1.
 * 1e−12 is added to both squared lengths, as in PyTorch.
 *
 * Shape: both `[N, D]`, labels (−1 or 1) `[N]`; or `[D]` and `[]`. `axis` chooses another axis of the vectors.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a label is neither −1 nor 1.
 * @see torch.nn.functional.cosine_embedding_loss
 * @example
 * cosineEmbeddingLoss(new MLArray([[3, 0]]), new MLArray([[0, 2]]), [1]).item() // → 1
 */
export function cosineEmbeddingLoss<
  const R extends Reduction = 'mean',
  P extends MLArray = MLArray,
  const T extends ArrayData = ArrayData,
>(
  first: P,
  second: Alike<'cosineEmbeddingLoss', 'second', P, T>,
  labels: ArrayData,
  options: CosineEmbeddingOptions<R> = {},
): Reduced<R> {
  return within(cosineEmbeddingLoss, () => {
    checkOptions('cosineEmbeddingLoss', options, ['axis', 'margin', 'reduction', 'weight'])
    const op = 'cosineEmbeddingLoss'
    const a = arrayOf(op, 'first', first)
    const b = arrayBeside(op, 'second', second, a)
    const { axis, outer } = classesOf(op, a, options.axis)
    const y = toArray(op, 'labels', labels, a.dtype)
    if (!sameShape(y.shape, outer)) throw shapeError(op, 'labels', y.shape, outer)
    const length = (x: MLArray): MLArray => x.square().sum({ axis }).add(SMALLEST_SQUARE).sqrt()
    const cosine = asTerm(
      a
        .mul(b)
        .sum({ axis })
        .div(length(a).mul(length(b))),
    )
    const apart = cosine.sub(options.margin ?? 0).relu()
    const near = cosine.neg().add(1)
    const loss = where(asArray(signs(op, asTerm(y), a)).eq(1), near, apart)
    return reduce(op, asArray(loss), options)
  })
}

/** How distances are measured, and by how much the negative should exceed the positive. */
export type TripletMarginOptions<R = Reduction> = LossOptions<R> & {
  /** By how much the negative should lie further away than the positive. Default 1. */
  readonly margin?: number
  /** The order of the norm; > 0. Default 2. */
  readonly p?: number
  /** What is added to each difference. Default 1e-6. */
  readonly eps?: number
  /** Measure the negative from the positive where that is nearer than the anchor. Default `false`. */
  readonly swap?: boolean
  /** The axis of the vectors. Default −1. */
  readonly axis?: number
}

/**
 * Triplet margin loss: `max(0, d(a, p) − d(a, n) + margin)`, where `d(x, y)` is the norm of `x − y + eps`.
 *
 * Shape: anchor, positive and negative `[…, D]` alike, the unreduced loss `[…]`.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where `p` is not above 0.
 * @see torch.nn.functional.triplet_margin_loss; for `swap` Balntas et al., "Learning local feature
 *   descriptors with triplets and shallow convolutional neural networks", BMVC 2016
 * @example
 * tripletMarginLoss(new MLArray([0, 0]), [3, 4], [0, 4], { eps: 0 }).item() // → 2
 */
export function tripletMarginLoss<
  const R extends Reduction = 'mean',
  P extends MLArray = MLArray,
  const T extends ArrayData = ArrayData,
  const U extends ArrayData = ArrayData,
>(
  anchor: P,
  positive: Alike<'tripletMarginLoss', 'positive', P, T>,
  negative: Alike<'tripletMarginLoss', 'negative', P, U>,
  options: TripletMarginOptions<R> = {},
): Reduced<R> {
  return within(tripletMarginLoss, () => {
    checkOptions('tripletMarginLoss', options, [
      'margin',
      'p',
      'eps',
      'swap',
      'axis',
      'reduction',
      'weight',
    ])
    const op = 'tripletMarginLoss'
    const { margin = 1, p = 2, eps = 1e-6, swap = false } = options
    if (!(p > 0)) throw optionError(op, 'p', 'a number > 0', p)
    const a = arrayOf(op, 'anchor', anchor)
    const { axis } = classesOf(op, a, options.axis ?? -1)
    const near = arrayBeside(op, 'positive', positive, a)
    const far = arrayBeside(op, 'negative', negative, a)
    const distance = (x: MLArray, y: MLArray): MLArray => x.sub(y).add(eps).norm({ ord: p, axis })
    const apart = distance(a, far)
    const nearest: MLArray = swap ? apart.minimum(distance(near, far)) : apart
    return reduce(op, distance(a, near).sub(nearest).add(margin).relu(), options)
  })
}

/** By how much the first score should exceed the second. */
export type MarginRankingOptions<R = Reduction> = LossOptions<R> & {
  /** By how much the higher one should exceed the other. Default 0. */
  readonly margin?: number
}

/**
 * Margin ranking loss: `max(0, margin − y (a − b))`; the label y is 1 where a should rank higher, else −1.
 *
 * Shape: both (scores) and the labels alike, of any rank; or Values.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a label is neither −1 nor 1.
 * @see torch.nn.functional.margin_ranking_loss
 * @example
 * marginRankingLoss(new MLArray([1, 1]), [3, 0], [1, 1], { reduction: 'none' }).toList() // → [ 2, 0 ]
 */
export function marginRankingLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
  const U extends ArrayData = ArrayData,
>(
  first: P,
  second: Alike<'marginRankingLoss', 'second', P, T>,
  labels: Alike<'marginRankingLoss', 'labels', P, U>,
  options: MarginRankingOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(marginRankingLoss, () => {
    checkOptions('marginRankingLoss', options, ['margin', 'reduction', 'weight'])
    const op = 'marginRankingLoss'
    const a = predicted(op, first, 'first')
    const b = beside(op, 'second', second, first)
    const y = signs(op, beside(op, 'labels', labels, first), first)
    const loss = y
      .mul(a.sub(b))
      .neg()
      .add(options.margin ?? 0)
      .relu()
    return reduceTerm(op, first, loss, options)
  })
}
