/**
 * Losses that ask for a margin: labels are −1 and 1, or a class.
 */
import type { MLArray } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import {
  choose,
  classesOf,
  classWeightOf,
  labelsOf,
  othersThan,
  pick,
  weightsOf,
  type AxisOption,
} from './classes.ts'
import { optionError } from './errors.ts'
import { arrayOf, pairWithSigns, type Alike, type ArrayData, type Predictions } from './input.ts'
import { checkOptions } from './options.ts'
import { reduce, reduceTerm } from './reduction.ts'
import type { ElementwiseLoss, LossOptions, Reduced, Reduction } from './reduction.ts'
import { where, type Term } from './term.ts'

/** By how much a prediction should be on its side. */
export type MarginOptions<R = Reduction> = LossOptions<R> & {
  /** Default 1. */
  readonly margin?: number
}

/** `max(0, margin − y p)`, by how much a prediction fails to be on its side. */
function shortfall(p: Term, y: Term, margin: number): Term {
  return y.mul(p).neg().add(margin).relu()
}

/**
 * Hinge loss: `max(0, margin − y p)`.
 *
 * Shape: predictions (scores) and labels (−1 or 1) alike, of any rank; or Values.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a label is neither −1 nor 1.
 * @see sklearn.metrics.hinge_loss; arXiv:1306.0239, equation 5
 * @example
 * hingeLoss(new MLArray([0.5, 2]), [1, -1], { reduction: 'none' }).toList() // → [ 0.5, 3 ]
 */
export function hingeLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  labels: Alike<'hingeLoss', 'labels', P, T>,
  options: MarginOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(hingeLoss, () => {
    checkOptions('hingeLoss', options, ['margin', 'reduction', 'weight'])
    const [p, y] = pairWithSigns('hingeLoss', predictions, labels)
    return reduceTerm('hingeLoss', predictions, shortfall(p, y, options.margin ?? 1), options)
  })
}

/**
 * Squared hinge loss: `max(0, margin − y p)²`.
 *
 * Shape: predictions (scores) and labels (−1 or 1) alike, of any rank; or Values.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a label is neither −1 nor 1.
 * @see keras.losses.SquaredHinge; arXiv:1306.0239, equation 6
 * @example
 * squaredHingeLoss(new MLArray([0.5, 2]), [1, -1], { reduction: 'none' }).toList() // → [ 0.25, 9 ]
 */
export function squaredHingeLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  labels: Alike<'squaredHingeLoss', 'labels', P, T>,
  options: MarginOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(squaredHingeLoss, () => {
    checkOptions('squaredHingeLoss', options, ['margin', 'reduction', 'weight'])
    const [p, y] = pairWithSigns('squaredHingeLoss', predictions, labels)
    const loss = shortfall(p, y, options.margin ?? 1).square()
    return reduceTerm('squaredHingeLoss', predictions, loss, options)
  })
}

/**
 * Hinge embedding loss of distances: `p` where the label is 1, `max(0, margin − p)` where it is −1.
 *
 * Shape: predictions (distances) and labels (−1 or 1) alike, of any rank; or Values.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a label is neither −1 nor 1.
 * @see torch.nn.functional.hinge_embedding_loss
 * @example
 * hingeEmbeddingLoss(new MLArray([0.5, 0.25]), [1, -1], { reduction: 'none' }).toList() // → [ 0.5, 0.75 ]
 */
export function hingeEmbeddingLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  labels: Alike<'hingeEmbeddingLoss', 'labels', P, T>,
  options: MarginOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(hingeEmbeddingLoss, () => {
    checkOptions('hingeEmbeddingLoss', options, ['margin', 'reduction', 'weight'])
    const [p, y] = pairWithSigns('hingeEmbeddingLoss', predictions, labels)
    const apart = p
      .neg()
      .add(options.margin ?? 1)
      .relu()
    return reduceTerm('hingeEmbeddingLoss', predictions, where(y.eq(1), p, apart), options)
  })
}

/**
 * Soft margin loss, the logistic loss: `log(1 + exp(−y p))`, without overflow.
 *
 * Shape: predictions (scores) and labels (−1 or 1) alike, of any rank; or Values.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a label is neither −1 nor 1.
 * @see torch.nn.functional.soft_margin_loss
 * @example
 * softMarginLoss(new MLArray([0, -1e4]), [1, 1], { reduction: 'none' }).toList() // → [ 0.6931471805599453, 10000 ]
 */
export function softMarginLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  labels: Alike<'softMarginLoss', 'labels', P, T>,
  options: LossOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(softMarginLoss, () => {
    checkOptions('softMarginLoss', options, ['reduction', 'weight'])
    const [p, y] = pairWithSigns('softMarginLoss', predictions, labels)
    return reduceTerm('softMarginLoss', predictions, y.mul(p).neg().softplus(), options)
  })
}

/** By how much, and along which axis, the score of the class should exceed all others. */
export type MultiMarginOptions<R = Reduction> = LossOptions<R> &
  AxisOption & {
    /** The power of each shortfall, 1 or 2. Default 1. */
    readonly p?: 1 | 2
    /** By how much the score of the class should exceed all others. Default 1. */
    readonly margin?: number
    /** One weight for each class. */
    readonly classWeight?: ArrayData
  }

/**
 * Multi-class margin loss: `w_y/C · Σ_{c ≠ y} max(0, margin − x_y + x_c)^p`, where w is `classWeight`.
 *
 * Shape: predictions (scores) `[N, C, …]`, labels (class indices) `[N, …]`; for a single sample `[C]`, `[]`.
 * `'mean'` divides by the number of samples, with and without `classWeight`.
 *
 * @throws ShapeError where the labels have another shape.
 * @throws RangeError where a label is no class, or p neither 1 nor 2.
 * @see torch.nn.functional.multi_margin_loss, where `classWeight` is called `weight`
 * @example
 * multiMarginLoss(new MLArray([[0.5, 1, -1]]), [0]).item() // → 0.5
 */
export function multiMarginLoss<const R extends Reduction = 'mean'>(
  predictions: MLArray,
  labels: ArrayData,
  options: MultiMarginOptions<R> = {},
): Reduced<R> {
  return within(multiMarginLoss, () => {
    checkOptions('multiMarginLoss', options, [
      'axis',
      'p',
      'margin',
      'classWeight',
      'reduction',
      'weight',
    ])
    const op = 'multiMarginLoss'
    const { p = 1, margin = 1, classWeight } = options
    if (p !== 1 && p !== 2) throw optionError(op, 'p', '1 or 2', p)
    const x = arrayOf(op, 'predictions', predictions)
    const classes = classesOf(op, x, options.axis)
    const y = labelsOf(op, labels, classes)
    const shortfalls = x
      .sub(pick(x, y, classes))
      .add(margin)
      .relu()
    const others = choose(othersThan(y, classes, x), shortfalls, 0)
    const powers: MLArray = p === 1 ? others : others.square()
    const loss: MLArray = powers.sum({ axis: classes.axis }).div(classes.count)
    if (classWeight === undefined) return reduce(op, loss, options, { numClasses: classes.count })
    const { each } = weightsOf(y, classWeightOf(op, classWeight, x, classes))
    return reduce(op, loss.mul(each), options, { numClasses: classes.count })
  })
}
