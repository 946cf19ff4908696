/**
 * Losses of probabilities, or of their logarithms, over classes.
 */
import type { MLArray } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import {
  classesOf,
  classWeightOf,
  hideIgnored,
  labelsOf,
  pick,
  weightsOf,
  type AxisOption,
  type LabelOptions,
  type LabelsBeside,
} from './classes.ts'
import { likelihoodError } from './errors.ts'
import { isSoftmax } from './history.ts'
import { arrayBeside, arrayOf, checkProbabilities, type Alike, type ArrayData } from './input.ts'
import { xlogy } from './logarithm.ts'
import { checkOptions } from './options.ts'
import { reduce, type LossOptions, type Reduced, type Reduction } from './reduction.ts'
import { asArray, asTerm } from './term.ts'

/** How labels count, and how their losses are reduced. */
export type NllOptions<R = Reduction> = LossOptions<R> & LabelOptions

/**
 * Negative log-likelihood, in nats: `−w_y p_y`, where p are log-probabilities (from `logSoftmax`), y the
 * label and w is `classWeight`.
 *
 * Shape: predictions `[N, C, …]`, labels `[N, …]`; for a single sample `[C]` and `[]`. `'mean'` divides by the
 * summed weights of the labels that count; of nothing it is NaN.
 *
 * @throws ShapeError where the labels have another shape.
 * @throws RangeError where a label is no class, or where the predictions are the result of a softmax.
 * @see torch.nn.functional.nll_loss
 * @example
 * nllLoss(new MLArray([[-0.5, -1]]), [1]).item() // → 1
 */
export function nllLoss<
  const R extends Reduction = 'mean',
  P extends MLArray = MLArray,
  const T extends ArrayData = ArrayData,
  X extends number | undefined = undefined,
>(
  predictions: P,
  labels: LabelsBeside<'nllLoss', P, T, X>,
  options: NllOptions<R> & { readonly axis?: X } = {},
): Reduced<R> {
  return within(nllLoss, () => {
    checkOptions('nllLoss', options, ['axis', 'ignoreIndex', 'classWeight', 'reduction', 'weight'])
    const op = 'nllLoss'
    const x = arrayOf(op, 'predictions', predictions)
    const classes = classesOf(op, x, options.axis)
    if (isSoftmax(x, classes.axis)) throw likelihoodError(op)
    const { classWeight, ignoreIndex = -100 } = options
    const y = labelsOf(op, labels, classes, ignoreIndex)
    const { axis } = classes
    const loss = pick(hideIgnored(x, y, axis), y, classes)
      .squeeze({ axis })
      .neg()
    const numClasses = classes.count
    if (classWeight === undefined)
      return reduce(op, hideIgnored(loss, y), options, { total: y.total, numClasses })
    const { each, total } = weightsOf(y, classWeightOf(op, classWeight, x, classes))
    return reduce(op, hideIgnored(loss.mul(each), y), options, { total, numClasses })
  })
}

/** Where the classes lie, and how their losses are reduced. */
export type CategoricalCrossEntropyOptions<R = Reduction> = LossOptions<R> & AxisOption

/**
 * Cross-entropy of probabilities, in nats: `−Σ_c t_c log p_c`, where `0 · log 0` is 0. Where a class that
 * has p = 0 is the true one, the loss and its gradient are infinite: `crossEntropyLoss` of the logits is not.
 *
 * Shape: predictions and targets (one-hot, or probabilities) `[N, C, …]`, the unreduced loss `[N, …]`; for a
 * single sample `[C]` and `[]`.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where one is no probability.
 * @see keras.losses.CategoricalCrossentropy, which also bounds and rescales the probabilities
 * @example
 * categoricalCrossEntropyLoss(new MLArray([[0.5, 0.25, 0.25]]), [[1, 0, 0]]).item() // → 0.6931471805599453
 */
export function categoricalCrossEntropyLoss<
  const R extends Reduction = 'mean',
  P extends MLArray = MLArray,
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'categoricalCrossEntropyLoss', 'targets', P, T>,
  options: CategoricalCrossEntropyOptions<R> = {},
): Reduced<R> {
  return within(categoricalCrossEntropyLoss, () => {
    checkOptions('categoricalCrossEntropyLoss', options, ['axis', 'reduction', 'weight'])
    const op = 'categoricalCrossEntropyLoss'
    const p = asTerm(arrayOf(op, 'predictions', predictions))
    const { axis } = classesOf(op, predictions, options.axis)
    const t = asTerm(arrayBeside(op, 'targets', targets, predictions))
    checkProbabilities(op, 'predictions', p, ' Logits belong in crossEntropyLoss.')
    checkProbabilities(op, 'targets', t)
    return reduce(op, asArray(xlogy(t.neg(), p)).sum({ axis }), options)
  })
}
