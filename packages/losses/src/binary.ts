/**
 * Losses of a yes or no, each with its probability.
 */
import { Value } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import { activationError, binaryLabelError, optionError } from './errors.ts'
import { checkEach, checkProbabilities, predicted, beside } from './input.ts'
import type { Alike, ArrayData, Predictions } from './input.ts'
import { checkOptions } from './options.ts'
import { reduceTerm, weightOf } from './reduction.ts'
import type { ElementwiseLoss, LossOptions, Reduction } from './reduction.ts'
import { asTerm, complement, where, type Term } from './term.ts'

/** The logarithms of p and 1 − p, none counted below −100. */
type BoundedLogs = { readonly logP: Term; readonly logNotP: Term }

const SMALLEST_LOG = -100
/** What p (1 − p) counts as in the derivative where it is less: 1e−12 as a float32, as PyTorch has it. */
const SMALLEST_VARIANCE = 9.999999960041972e-13

/**
 * The derivative of a bounded logarithm is that of the loss in PyTorch, `(p − t)/max(p (1 − p), 1e−12)`, and
 * not the 0 of a constant: a prediction that is wrong and saturated must learn. So where p (1 − p) is below
 * the bound, a polynomial of that derivative stands in for the logarithm, and gives its value away.
 */
function boundedLogs(p: Term): BoundedLogs {
  const isSaturated = p.mul(complement(p)).le(SMALLEST_VARIANCE)
  const inside = where(isSaturated, 0.5, p)
  const half = p.square().div(2)
  const bounded = (log: Term, polynomial: Term): Term => {
    const slope = polynomial.div(SMALLEST_VARIANCE)
    return log.maximum(SMALLEST_LOG).add(slope.sub(slope.detach()))
  }
  const edge = p.detach()
  return {
    logP: where(isSaturated, bounded(edge.log(), p.sub(half)), inside.log()),
    logNotP: where(isSaturated, bounded(edge.neg().log1p(), half.neg()), inside.neg().log1p()),
  }
}

/**
 * Binary cross-entropy of probabilities, in nats: `−t log p − (1 − t) log(1 − p)`.
 *
 * A logarithm below −100 counts as −100, and p (1 − p) as at least 1e−12 in the gradient, as in PyTorch:
 * a sigmoid that rounds to 0 or 1 would else make the loss infinite. `binaryCrossEntropyWithLogitsLoss`
 * needs no such bound.
 *
 * Shape: predictions and targets alike, of any rank; or Values. Tracked targets get a gradient.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where one is outside [0, 1].
 * @see torch.nn.functional.binary_cross_entropy
 * @example
 * binaryCrossEntropyLoss(new MLArray([0.5, 1]), [1, 1]).item() // → 0.34657359027997264
 */
export function binaryCrossEntropyLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'binaryCrossEntropyLoss', 'targets', P, T>,
  options: LossOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(binaryCrossEntropyLoss, () => {
    checkOptions('binaryCrossEntropyLoss', options, ['reduction', 'weight'])
    const op = 'binaryCrossEntropyLoss'
    const p = predicted(op, predictions)
    const t = beside(op, 'targets', targets, predictions)
    checkProbabilities(op, 'predictions', p, ' Logits belong in binaryCrossEntropyWithLogitsLoss.')
    checkProbabilities(op, 'targets', t)
    const { logP, logNotP } = boundedLogs(p)
    const loss = t.neg().mul(logP).sub(complement(t).mul(logNotP))
    return reduceTerm(op, predictions, loss, options)
  })
}

/** The options of `binaryCrossEntropyWithLogitsLoss`. */
export type BinaryCrossEntropyWithLogitsOptions<R = Reduction> = LossOptions<R> & {
  /** What a positive example weighs beside a negative one: a number, or what broadcasts to the logits. */
  readonly posWeight?: ArrayData
}

/**
 * Binary cross-entropy of logits x, in nats: `−w t log σ(x) − (1 − t) log σ(−x)`, with `posWeight` as w. Both
 * logarithms are softplus, which neither overflows nor loses digits.
 *
 * Shape: logits and targets alike, of any rank; or Values. Tracked targets get a gradient.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a target is outside [0, 1], or where the logits are the result of a sigmoid.
 * @see torch.nn.functional.binary_cross_entropy_with_logits
 * @example
 * binaryCrossEntropyWithLogitsLoss(new MLArray([0, 1e4]), [1, 0], { reduction: 'none' }).toList()
 * // → [ 0.6931471805599453, 10000 ]
 */
export function binaryCrossEntropyWithLogitsLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  logits: P,
  targets: Alike<'binaryCrossEntropyWithLogitsLoss', 'targets', P, T>,
  options: BinaryCrossEntropyWithLogitsOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(binaryCrossEntropyWithLogitsLoss, () => {
    checkOptions('binaryCrossEntropyWithLogitsLoss', options, ['posWeight', 'reduction', 'weight'])
    const op = 'binaryCrossEntropyWithLogitsLoss'
    const x = logitsOf(op, logits)
    const t = beside(op, 'targets', targets, logits)
    checkProbabilities(op, 'targets', t)
    const { posWeight = 1 } = options
    const w = positiveWeight(op, posWeight, logits)
    const loss = t.mul(w).mul(x.neg().softplus()).add(complement(t).mul(x.softplus()))
    return reduceTerm(op, logits, loss, options)
  })
}

/** Logits as a term, where the graph does not show that they went through a sigmoid before. */
function logitsOf(op: string, logits: Predictions): Term {
  const x = predicted(op, logits, 'logits')
  if (logits.op === 'sigmoid') throw activationError(op, 'sigmoid')
  return x
}

function positiveWeight(op: string, data: ArrayData, logits: Predictions): Term | number {
  if (typeof data === 'number') return data
  if (logits instanceof Value) throw optionError(op, 'posWeight', 'a number beside a Value', data)
  return asTerm(weightOf(op, 'posWeight', { data, beside: logits, to: 'logits' }))
}

/** The α and γ of the focal loss. */
export type FocalOptions<R = Reduction> = LossOptions<R> & {
  /** What positive examples weigh, 0 … 1; negative ones 1 − α. Below 0: both weigh 1. Default 0.25. */
  readonly alpha?: number
  /** How strongly what is already right is played down; ≥ 0. Default 2. */
  readonly gamma?: number
}

/**
 * Focal loss of logits, in nats: `−α_t (1 − p_t)^γ log p_t`, where p_t is the probability of the right answer.
 *
 * The power is `exp(γ log(1 − p_t))` of a logarithm that is known exactly: where 1 − p_t rounds to 0 the
 * derivative of the power itself would be infinite for γ < 1.
 *
 * Shape: logits and labels (0 or 1) alike, of any rank; or Values.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a label is neither 0 nor 1, α above 1 or γ below 0, or where the logits are the
 *   result of a sigmoid.
 * @see arXiv:1708.02002, equation 5; torchvision.ops.sigmoid_focal_loss
 * @example
 * focalLoss(new MLArray([0]), [1]).item() // → 0.04332169878499658
 */
export function focalLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  logits: P,
  labels: Alike<'focalLoss', 'labels', P, T>,
  options: FocalOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(focalLoss, () => {
    checkOptions('focalLoss', options, ['alpha', 'gamma', 'reduction', 'weight'])
    const op = 'focalLoss'
    const { alpha = 0.25, gamma = 2 } = options
    if (!(alpha <= 1)) throw optionError(op, 'alpha', '≤ 1', alpha)
    if (!(gamma >= 0 && gamma < Infinity))
      throw optionError(op, 'gamma', 'a finite number ≥ 0', gamma)
    const x = logitsOf(op, logits)
    const y = beside(op, 'labels', labels, logits).detach()
    checkEach(
      y,
      (label) => label === 0 || label === 1,
      (given, at) => binaryLabelError(op, given, at),
    )
    // The logit of the wrong answer: its sigmoid is 1 − p_t, its softplus −log p_t.
    const wrong = where(y.eq(1), x.neg(), x)
    const share = alpha < 0 ? 1 : where(y.eq(1), alpha, 1 - alpha)
    const loss = wrong.logSigmoid().mul(gamma).exp().mul(wrong.softplus()).mul(share)
    return reduceTerm(op, logits, loss, options)
  })
}
