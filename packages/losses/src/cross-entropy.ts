/**
 * Cross-entropy of logits: how surprised the predicted distribution over classes is by the targets.
 */
import { MLArray, onesLike } from '@smol/mlarray'
import {
  classesOf,
  classWeightOf,
  hideIgnored,
  labelsOf,
  labelWeights,
  pick,
  type Classes,
  type LabelOptions,
} from './classes.ts'
import { classTargetsError, optionError } from './errors.ts'
import { arrayOf, checkProbabilities, sameShape, toArray, type ArrayData } from './input.ts'
import { timesLog } from './logarithm.ts'
import { reduce, type LossOptions, type Reduced, type Reduction } from './reduction.ts'
import { asArray, asTerm } from './term.ts'

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
 * @throws RangeError where an index is no class, or a target no probability.
 * @see torch.nn.functional.cross_entropy; for label smoothing arXiv:1512.00567, section 7
 * @example
 * crossEntropyLoss(new MLArray([[2, 1, 0]]), [0]).item() // → 0.4076059644443803
 */
export function crossEntropyLoss<const R extends Reduction = 'mean'>(
  logits: MLArray,
  targets: ArrayData,
  options: CrossEntropyOptions<R> = {},
): Reduced<R> {
  const { labelSmoothing = 0 } = options
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw optionError(OP, 'labelSmoothing', 'between 0 and 1', labelSmoothing)
  const x = arrayOf(OP, 'logits', logits)
  const classes = classesOf(OP, x, options)
  // A typed array is read as it lies, and no array is made of it.
  const given = ArrayBuffer.isView(targets) && x.ndim > 1 ? targets : toArray(targets, x.dtype)
  const isIndices = !(given instanceof MLArray) || given.ndim !== x.ndim
  if (!isIndices) return ofProbabilities(x, given, classes, options)
  return ofIndices(x, given, classes, options)
}

function ofIndices<L>(
  x: MLArray,
  targets: ArrayData,
  classes: Classes,
  options: CrossEntropyOptions,
): L {
  const { labelSmoothing = 0, classWeight, ignoreIndex = -100 } = options
  const labels = labelsOf(OP, targets, classes, ignoreIndex)
  const { logSum, z } = shifted(hideIgnored(x, labels, classes.axis), classes)
  const w = classWeight === undefined ? undefined : classWeightOf(OP, classWeight, x, classes)
  const { each, total } = labelWeights(labels, w)
  let loss: MLArray = logSum.sub(pick(z, labels, classes))
  if (each !== undefined) loss = loss.mul(each)
  if (labelSmoothing > 0) {
    const even = crossEntropy(w ?? onesLike(x, { requiresGrad: false }), { logSum, z }, classes)
    loss = loss.mul(1 - labelSmoothing).add(even.mul(labelSmoothing / classes.count))
  }
  return reduce(OP, asTerm(hideIgnored(loss, labels)), options, total)
}

function ofProbabilities<L>(
  x: MLArray,
  targets: MLArray,
  classes: Classes,
  options: CrossEntropyOptions,
): L {
  const { labelSmoothing = 0, classWeight, ignoreIndex } = options
  if (!sameShape(targets.shape, x.shape))
    throw classTargetsError(OP, targets.shape, classes.outer, x.shape)
  if (ignoreIndex !== undefined)
    throw optionError(OP, 'ignoreIndex', 'left out where targets are probabilities', ignoreIndex)
  checkProbabilities(OP, 'targets', targets)
  let q = targets
  if (labelSmoothing > 0) q = q.mul(1 - labelSmoothing).add(labelSmoothing / classes.count)
  if (classWeight !== undefined) q = q.mul(classWeightOf(OP, classWeight, x, classes))
  return reduce(OP, asTerm(crossEntropy(q, shifted(x, classes), classes)), options)
}

type Shifted = { readonly logSum: MLArray; readonly z: MLArray }

/** The logits less their largest, and `log Σ e^z`: so small a sum keeps digits that the largest would cost. */
function shifted(x: MLArray, { axis }: Classes): Shifted {
  const z: MLArray = x.sub(x.detach().max({ axis, keepdims: true }))
  return { z, logSum: z.exp().sum({ axis }).log() }
}

/** `−Σ q log softmax(z)`, as `log Σ e^z · Σ q − Σ q z`. */
function crossEntropy(q: MLArray, { logSum, z }: Shifted, { axis }: Classes): MLArray {
  const expected = asArray(timesLog(asTerm(q), asTerm(z)))
  return logSum.mul(q.sum({ axis })).sub(expected.sum({ axis }))
}
