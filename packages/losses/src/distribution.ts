/**
 * Losses of a predicted distribution: its logarithm, its rate, or its mean and variance.
 */
import { MLArray, Value } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import { likelihoodError, negativeError, optionError, varianceShapeError } from './errors.ts'
import { isSoftmax } from './history.ts'
import { beside, checkEach, checkProbabilities, pair, predicted } from './input.ts'
import { sameShape, toArray, type Alike, type ArrayData, type Predictions } from './input.ts'
import { timesLog, xlogy } from './logarithm.ts'
import { checkOptions } from './options.ts'
import { checkReduction, reduceTerm, REDUCTIONS } from './reduction.ts'
import type { ElementwiseLoss, LossOptions, Reduction } from './reduction.ts'
import { asTerm, where, type Term } from './term.ts'

/** Whether targets are logarithms; `'batchmean'` divides the sum by the size of the batch. */
export type KlDivergenceOptions<R = Reduction | 'batchmean'> = LossOptions<R> & {
  /** Targets are log-probabilities too. Default `false`. */
  readonly logTarget?: boolean
}

/**
 * Kullback-Leibler divergence of the targets t from predictions, in nats: `t (log t − x)`, where x are
 * log-probabilities; with `logTarget`, `eᵗ (t − x)`. A target of probability 0 costs nothing, also where x is
 * −Infinity (there PyTorch has NaN).
 *
 * Shape: predictions and targets alike, of any rank; or Values. Tracked targets get a gradient. `'mean'` is
 * over all elements; the divergence itself is `'batchmean'`, the sum over the number of samples (axis 0).
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a target is no probability, or where the predictions are the result of a softmax.
 * @see torch.nn.functional.kl_div
 * @example
 * klDivergenceLoss(new MLArray([[-1, -1]]), [[1, 0]], { reduction: 'batchmean' }).item() // → 1
 */
export function klDivergenceLoss<
  P extends Predictions,
  const R extends Reduction | 'batchmean' = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'klDivergenceLoss', 'targets', P, T>,
  options: KlDivergenceOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(klDivergenceLoss, () => {
    checkOptions('klDivergenceLoss', options, ['logTarget', 'reduction', 'weight'])
    const op = 'klDivergenceLoss'
    const { reduction, logTarget = false } = options
    checkReduction(op, reduction ?? 'mean', [...REDUCTIONS, 'batchmean'])
    const x = predicted(op, predictions)
    if (predictions instanceof MLArray && isSoftmax(predictions)) throw likelihoodError(op)
    const t = beside(op, 'targets', targets, predictions)
    if (!logTarget) checkProbabilities(op, 'targets', t, ' logTarget takes their logarithms.')
    const loss = logTarget
      ? t.exp().mul(where(t.eq(-Infinity), 0, t.sub(x)))
      : xlogy(t, t).sub(timesLog(t, x))
    if (reduction !== 'batchmean') return reduceTerm(op, predictions, loss, options)
    const total = reduceTerm(op, predictions, loss, { ...options, reduction: 'sum' })
    const batch = predictions instanceof Value ? 1 : (predictions.shape[0] ?? 1)
    return asTerm(total).div(batch) as unknown as ElementwiseLoss<P, R>
  })
}

/** Whether predictions are rates or their logarithms, and whether `log t!` counts. */
export type PoissonNllOptions<R = Reduction> = LossOptions<R> & {
  /** Predictions are logarithms of rates. Default `true`. */
  readonly logInput?: boolean
  /** Add Stirling's approximation of `log t!`, for targets above 1. Default `false`. */
  readonly full?: boolean
  /** What is added to a rate before its logarithm, where `logInput` is `false`. Default 1e-8. */
  readonly eps?: number
}

/**
 * Negative log-likelihood of counts t under a Poisson distribution, in nats: `eˣ − t x`, x the logarithm of
 * the rate; of a rate x without `logInput`, `x − t log(x + eps)`. The term `log t!` is left out, unless `full`.
 *
 * Shape: predictions and targets alike, of any rank; or Values. Tracked targets get a gradient.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a target, or a rate without `logInput`, is negative.
 * @see torch.nn.functional.poisson_nll_loss
 * @example
 * poissonNllLoss(new MLArray([0, 1]), [2, 0], { reduction: 'none' }).toList() // → [ 1, 2.718281828459045 ]
 */
export function poissonNllLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'poissonNllLoss', 'targets', P, T>,
  options: PoissonNllOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(poissonNllLoss, () => {
    checkOptions('poissonNllLoss', options, ['logInput', 'full', 'eps', 'reduction', 'weight'])
    const op = 'poissonNllLoss'
    const { logInput = true, full = false, eps = 1e-8 } = options
    if (!(eps >= 0 && eps < Infinity)) throw optionError(op, 'eps', 'a finite number ≥ 0', eps)
    const [x, t] = pair(op, predictions, targets)
    if (!logInput) checkNotNegative(op, 'predictions', x, ' logInput takes logarithms of rates.')
    checkNotNegative(op, 'targets', t)
    const loss = logInput ? x.exp().sub(t.mul(x)) : x.sub(t.mul(x.add(eps).log()))
    return reduceTerm(op, predictions, full ? loss.add(logFactorial(t)) : loss, options)
  })
}

/** Stirling's approximation `t log t − t + ½ log(2πt)`; 0 up to 1, as PyTorch has it. */
function logFactorial(t: Term): Term {
  const isLarge = t.gt(1)
  const large = where(isLarge, t, 1)
  const stirling = large
    .mul(large.log())
    .sub(large)
    .add(
      large
        .mul(2 * Math.PI)
        .log()
        .div(2),
    )
  return where(isLarge, stirling, 0)
}

/** How small a variance may be, and whether constants count. */
export type GaussianNllOptions<R = Reduction> = LossOptions<R> & {
  /** Add the constant `½ log 2π`. Default `false`. */
  readonly full?: boolean
  /** The smallest variance: what is below counts as this, and gets the gradient of it; > 0. Default 1e-6. */
  readonly eps?: number
}

/**
 * Negative log-likelihood of targets t under a normal distribution, in nats: `½ (log v + (p − t)²/v)`, p its
 * mean and v its variance. The constant `½ log 2π` is left out, unless `full`.
 *
 * Shape: predictions and targets alike, of any rank; variances too, or with a last dimension 1, or without
 * the last axis (one for each row), or a number; or all Values. Variances and tracked targets get a gradient.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where a variance is negative.
 * @see torch.nn.functional.gaussian_nll_loss
 * @example
 * gaussianNllLoss(new MLArray([1]), [3], [4]).item() // → 1.1931471805599454
 */
export function gaussianNllLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'gaussianNllLoss', 'targets', P, T>,
  variances: ArrayData,
  options: GaussianNllOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(gaussianNllLoss, () => {
    checkOptions('gaussianNllLoss', options, ['full', 'eps', 'reduction', 'weight'])
    const op = 'gaussianNllLoss'
    const { full = false, eps = 1e-6 } = options
    if (!(eps > 0 && eps < Infinity)) throw optionError(op, 'eps', 'a finite number > 0', eps)
    const [p, t] = pair(op, predictions, targets)
    const v = atLeast(eps, variancesOf(op, variances, predictions))
    const loss = v.log().add(p.sub(t).square().div(v)).div(2)
    const constant = full ? Math.log(2 * Math.PI) / 2 : 0
    return reduceTerm(op, predictions, full ? loss.add(constant) : loss, options)
  })
}

function variancesOf(op: string, data: ArrayData, predictions: Predictions): Term {
  const isValue = predictions instanceof Value
  const v = isValue ? beside(op, 'variances', data, predictions) : spread(op, data, predictions)
  checkNotNegative(op, 'variances', v)
  return v
}

/** @throws RangeError where an element is below 0. NaN is left to the loss, which it goes through. */
function checkNotNegative(op: string, name: string, x: Term, hint = ''): void {
  checkEach(
    x,
    (element) => !(element < 0),
    (given, at) => negativeError(op, name, { given, at, hint }),
  )
}

/** Variances so that they broadcast to the predictions. */
function spread(op: string, data: ArrayData, x: MLArray): Term {
  const v = toArray(op, 'variances', data, x.dtype)
  const rows = x.shape.slice(0, -1)
  if (v.ndim === 0 || sameShape(v.shape, [...rows, 1])) return asTerm(v)
  if (sameShape(v.shape, rows)) return asTerm(v.expandDims(-1))
  if (!sameShape(v.shape, x.shape)) throw varianceShapeError(op, v.shape, x.shape)
  return asTerm(v)
}

/** `max(v, eps)`, whose gradient goes on to v unchanged: a variance below eps must be able to grow. */
function atLeast(eps: number, v: Term): Term {
  return where(v.lt(eps), v.sub(v.detach()).add(eps), v)
}
