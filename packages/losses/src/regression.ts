/**
 * Losses of numbers against numbers, in the error `d = p − t`.
 */
import { within } from '@smol/mlarray/kernels'
import { optionError } from './errors.ts'
import { pair, type Alike, type ArrayData, type Predictions } from './input.ts'
import { checkOptions } from './options.ts'
import { reduceTerm, type ElementwiseLoss, type LossOptions, type Reduction } from './reduction.ts'
import { where } from './term.ts'

/**
 * Mean squared error: `(p − t)²`, in squared units of the targets.
 *
 * Shape: predictions and targets alike, of any rank; or Values. Tracked targets get a gradient.
 *
 * @throws ShapeError where the shapes differ.
 * @see torch.nn.functional.mse_loss
 * @example
 * mseLoss(new MLArray([1, 2]), [1, 4]).item() // → 2
 */
export function mseLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'mseLoss', 'targets', P, T>,
  options: LossOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(mseLoss, () => {
    checkOptions('mseLoss', options, ['reduction', 'weight'])
    const [p, t] = pair('mseLoss', predictions, targets)
    return reduceTerm('mseLoss', predictions, p.sub(t).square(), options)
  })
}

/**
 * Mean absolute error: `|p − t|`, in units of the targets; the gradient where both are equal is 0.
 *
 * Shape: predictions and targets alike, of any rank; or Values. Tracked targets get a gradient.
 *
 * @throws ShapeError where the shapes differ.
 * @see torch.nn.functional.l1_loss
 * @example
 * maeLoss(new MLArray([1, 2]), [1, 4]).item() // → 1
 */
export function maeLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'maeLoss', 'targets', P, T>,
  options: LossOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(maeLoss, () => {
    checkOptions('maeLoss', options, ['reduction', 'weight'])
    const [p, t] = pair('maeLoss', predictions, targets)
    return reduceTerm('maeLoss', predictions, p.sub(t).abs(), options)
  })
}

/** Where the square of Huber's loss becomes a line. */
export type HuberOptions<R = Reduction> = LossOptions<R> & {
  /** Where the square becomes a line, in units of the targets; > 0. Default 1. */
  readonly delta?: number
}

/**
 * Huber's loss: `d²/2` up to |d| = δ, and beyond it the line `δ (|d| − δ/2)`.
 *
 * Shape: predictions and targets alike, of any rank; or Values. Tracked targets get a gradient.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where δ is not above 0.
 * @see torch.nn.functional.huber_loss
 * @example
 * huberLoss(new MLArray([0.5, 4]), [0, 0], { reduction: 'none' }).toList() // → [ 0.125, 3.5 ]
 */
export function huberLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'huberLoss', 'targets', P, T>,
  options: HuberOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(huberLoss, () => {
    checkOptions('huberLoss', options, ['delta', 'reduction', 'weight'])
    const { delta = 1 } = options
    if (!(delta > 0 && delta < Infinity))
      throw optionError('huberLoss', 'delta', 'a finite number > 0', delta)
    const [p, t] = pair('huberLoss', predictions, targets)
    const d = p.sub(t)
    // m (d − m/2) with d within ±δ as m is both the square and the line, and has no corner at 0 as |d| has.
    const near = d.clip(-delta, delta)
    const loss = near.mul(d.sub(near.div(2)))
    return reduceTerm('huberLoss', predictions, loss, options)
  })
}

/** Where the square of the smooth L1 loss becomes a line. */
export type SmoothL1Options<R = Reduction> = LossOptions<R> & {
  /** Where the square becomes a line, in units of the targets; ≥ 0, and 0 is `maeLoss`. Default 1. */
  readonly beta?: number
}

/**
 * Smooth L1: `d²/(2β)` up to |d| = β, and beyond it the line `|d| − β/2`; Huber's loss over β.
 *
 * Shape: predictions and targets alike, of any rank; or Values. Tracked targets get a gradient.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where β is below 0.
 * @see torch.nn.functional.smooth_l1_loss
 * @example
 * smoothL1Loss(new MLArray([0.5, 4]), [0, 0], { reduction: 'none' }).toList() // → [ 0.125, 3.5 ]
 */
export function smoothL1Loss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'smoothL1Loss', 'targets', P, T>,
  options: SmoothL1Options<R> = {},
): ElementwiseLoss<P, R> {
  return within(smoothL1Loss, () => {
    checkOptions('smoothL1Loss', options, ['beta', 'reduction', 'weight'])
    const { beta = 1 } = options
    if (!(beta >= 0 && beta < Infinity))
      throw optionError('smoothL1Loss', 'beta', 'a finite number ≥ 0', beta)
    const [p, t] = pair('smoothL1Loss', predictions, targets)
    const d = p.sub(t)
    if (beta === 0) return reduceTerm('smoothL1Loss', predictions, d.abs(), options)
    // As in `huberLoss`, where the share of β comes first, since it is exactly ±1 on the line.
    const near = d.clip(-beta, beta)
    const loss = near.div(beta).mul(d.sub(near.div(2)))
    return reduceTerm('smoothL1Loss', predictions, loss, options)
  })
}

/**
 * `log cosh d`: about d²/2 near 0 and |d| − log 2 far away, smooth everywhere; its derivative is tanh d.
 *
 * Shape: predictions and targets alike, of any rank; or Values. Tracked targets get a gradient.
 *
 * @throws ShapeError where the shapes differ.
 * @see keras.losses.LogCosh
 * @example
 * logCoshLoss(new MLArray([1]), [0]).item() // → 0.4337808304830271
 */
export function logCoshLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'logCoshLoss', 'targets', P, T>,
  options: LossOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(logCoshLoss, () => {
    checkOptions('logCoshLoss', options, ['reduction', 'weight'])
    const [p, t] = pair('logCoshLoss', predictions, targets)
    const d = p.sub(t)
    const size = d.abs()
    // log √(1 + sinh² d) has all digits where the loss is small; the other form has no overflow.
    const near = d.clip(-1, 1).sinh().square().log1p().div(2)
    const far = size.add(size.mul(-2).exp().log1p()).sub(Math.LN2)
    return reduceTerm('logCoshLoss', predictions, where(size.le(1), near, far), options)
  })
}

/** The quantile of the pinball loss. */
export type QuantileOptions<R = Reduction> = LossOptions<R> & {
  /** Which quantile of the targets to predict, between 0 and 1. Default 0.5, the median. */
  readonly quantile?: number
}

/**
 * Quantile loss, also called pinball loss: `max(q (t − p), (q − 1) (t − p))`. Too low a prediction costs q
 * per unit, too high a one 1 − q; where both are equal the gradient is the mean of both slopes, ½ − q.
 *
 * Shape: predictions and targets alike, of any rank; or Values. Tracked targets get a gradient.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where the quantile is not between 0 and 1.
 * @see Koenker and Bassett, "Regression quantiles", Econometrica 46 (1978), and arXiv:1710.10044, equation 8
 * @example
 * quantileLoss(new MLArray([1, 3]), [2, 2], { quantile: 0.75, reduction: 'none' }).toList() // → [ 0.75, 0.25 ]
 */
export function quantileLoss<
  P extends Predictions,
  const R extends Reduction = 'mean',
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'quantileLoss', 'targets', P, T>,
  options: QuantileOptions<R> = {},
): ElementwiseLoss<P, R> {
  return within(quantileLoss, () => {
    checkOptions('quantileLoss', options, ['quantile', 'reduction', 'weight'])
    const { quantile = 0.5 } = options
    if (!(quantile >= 0 && quantile <= 1))
      throw optionError('quantileLoss', 'quantile', 'between 0 and 1', quantile)
    const [p, t] = pair('quantileLoss', predictions, targets)
    const missing = t.sub(p)
    const loss = missing.mul(quantile).maximum(missing.mul(quantile - 1))
    return reduceTerm('quantileLoss', predictions, loss, options)
  })
}
