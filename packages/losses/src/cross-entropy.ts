/**
 * Cross-entropy of logits: how surprised the predicted distribution over classes is by the targets.
 */
import { MLArray } from '@smol/mlarray'
import { within, surprisal } from '@smol/mlarray/kernels'
import {
  classesOf,
  classWeightOf,
  hideIgnored,
  labelsOf,
  pick,
  weightsOf,
  type Classes,
  type LabelOptions,
  type TargetsBeside,
} from './classes.ts'
import { activationError, classTargetsError, optionError } from './errors.ts'
import { isSoftmax } from './history.ts'
import { arrayOf, checkProbabilities, isBuffer, sameShape, toArray } from './input.ts'
import type { ArrayData } from './input.ts'
import { timesLog } from './logarithm.ts'
import { checkOptions } from './options.ts'
import { reduce, type LossOptions, type Reduced, type Reduction } from './reduction.ts'
import { asArray, asTerm } from './term.ts'

/** How labels count, and how far targets are smoothed towards the uniform distribution. */
export type CrossEntropyOptions<R = Reduction> = LossOptions<R> &
  LabelOptions & {
    /** How much of each target is spread evenly over all classes, 0 … 1. Default 0. */
    readonly labelSmoothing?: number
  }

const OP = 'crossEntropyLoss'

/**
 * Cross-entropy of logits x, in nats: `−Σ_c w_c q_c log softmax(x)_c`, where the targets q are 1 at a class
 * index or given probabilities, smoothed to `(1 − ε) q + ε/C`, and w is `classWeight`.
 *
 * Shape: logits `[N, C, …]`, targets `[N, …]` (class indices) or `[N, C, …]` (probabilities); for a single
 * sample `[C]`, and `[]` or `[C]`. `'mean'` divides by the summed weights of the class indices that count,
 * or by the number of samples where targets are probabilities; of nothing it is NaN.
 *
 * @throws ShapeError where targets have neither shape, or `classWeight` another length than there are classes.
 * @throws RangeError where an index is no class or a target no probability, and where the graph shows that
 *   the logits went through a softmax before.
 * @see torch.nn.functional.cross_entropy; for label smoothing arXiv:1512.00567, section 7
 * @example
 * crossEntropyLoss(new MLArray([[2, 1, 0]]), [0]).item() // → 0.4076059644443804
 */
export function crossEntropyLoss<
  const R extends Reduction = 'mean',
  P extends MLArray = MLArray,
  const T extends ArrayData = ArrayData,
  X extends number | undefined = undefined,
>(
  logits: P,
  targets: TargetsBeside<'crossEntropyLoss', P, T, X>,
  options: CrossEntropyOptions<R> & { readonly axis?: X } = {},
): Reduced<R> {
  return within(crossEntropyLoss, () => {
    checkOptions('crossEntropyLoss', options, [
      'axis',
      'ignoreIndex',
      'classWeight',
      'labelSmoothing',
      'reduction',
      'weight',
    ])
    const { labelSmoothing = 0 } = options
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
      throw optionError(OP, 'labelSmoothing', 'between 0 and 1', labelSmoothing)
    const x = arrayOf(OP, 'logits', logits)
    const classes = classesOf(OP, x, options.axis)
    if (isSoftmax(x, classes.axis)) throw activationError(OP, 'softmax')
    // A typed array is rank 1, so it holds indices unless the logits are of one sample; no array is made of it.
    const given =
      isBuffer(targets) && x.ndim > 1 ? targets : toArray(OP, 'targets', targets, x.dtype)
    const shape = given instanceof MLArray ? given.shape : [given.length]
    if (sameShape(shape, x.shape)) return ofProbabilities(x, given as MLArray, classes, options)
    if (sameShape(shape, classes.outer)) return ofIndices(x, given, classes, options)
    throw classTargetsError(OP, shape, classes.outer, x.shape)
  })
}

function ofIndices<R>(
  x: MLArray,
  targets: ArrayData,
  classes: Classes,
  options: CrossEntropyOptions<R>,
): Reduced<R> {
  const { labelSmoothing = 0, classWeight, ignoreIndex = -100 } = options
  const labels = labelsOf(OP, targets, classes, ignoreIndex)
  const counted = hideIgnored(x, labels, classes.axis)
  const isLast = classes.axis === x.ndim - 1
  const shifted = isLast && labelSmoothing === 0 ? undefined : shift(counted, classes)
  let loss =
    shifted === undefined
      ? surprisal(counted, labels.indices)
      : shifted.logSum.sub(pick(shifted.z, labels, classes).squeeze({ axis: classes.axis }))
  let { total } = labels
  let w: MLArray | undefined
  if (classWeight !== undefined) {
    w = classWeightOf(OP, classWeight, x, classes)
    const weights = weightsOf(labels, w)
    loss = loss.mul(weights.each)
    ;({ total } = weights)
  }
  if (shifted !== undefined && labelSmoothing > 0) {
    const { z, logSum } = shifted
    const even =
      w === undefined
        ? logSum.sub(z.mean({ axis: classes.axis }))
        : surprise(w.div(classes.count), shifted, classes)
    loss = loss.mul(1 - labelSmoothing).add(even.mul(labelSmoothing))
  }
  return reduce(OP, hideIgnored(loss, labels), options, { total, numClasses: classes.count })
}

function ofProbabilities<R>(
  x: MLArray,
  targets: MLArray,
  classes: Classes,
  options: CrossEntropyOptions<R>,
): Reduced<R> {
  const { labelSmoothing = 0, classWeight, ignoreIndex } = options
  if (ignoreIndex !== undefined)
    throw optionError(OP, 'ignoreIndex', 'left out where targets are probabilities', ignoreIndex)
  checkProbabilities(OP, 'targets', asTerm(targets))
  let q = targets
  if (labelSmoothing > 0) q = q.mul(1 - labelSmoothing).add(labelSmoothing / classes.count)
  if (classWeight !== undefined) q = q.mul(classWeightOf(OP, classWeight, x, classes))
  return reduce(OP, surprise(q, shift(x, classes), classes), options, { numClasses: classes.count })
}

/** Logits less their largest, and their `log Σ e^z`, which keeps the digits that the largest would cost. */
type Shifted = { readonly z: MLArray; readonly logSum: MLArray }

function shift(x: MLArray, { axis }: Classes): Shifted {
  const z: MLArray = x.sub(x.detach().max({ axis, keepdims: true }))
  return { z, logSum: z.exp().sum({ axis }).log() }
}

/** `−Σ q log softmax(z)`, as `log Σ e^z · Σ q − Σ q z`. */
function surprise(q: MLArray, { z, logSum }: Shifted, { axis }: Classes): MLArray {
  const expected = asArray(timesLog(asTerm(q), asTerm(z)))
  return logSum.mul(q.sum({ axis })).sub(expected.sum({ axis }))
}
