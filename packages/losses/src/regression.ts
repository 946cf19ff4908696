/**
 * Losses of numbers against numbers, in the error `predictions − targets`.
 */
import { pair, type ArrayData, type Predictions } from './input.ts'
import { reduce, type ElementwiseLoss, type LossOptions, type Reduction } from './reduction.ts'

/**
 * Mean squared error: `(p − t)²`, in squared units of the targets.
 *
 * Shape: predictions and targets alike, of any rank; or Values.
 *
 * @throws ShapeError where the shapes differ.
 * @see torch.nn.functional.mse_loss
 * @example
 * mseLoss(new MLArray([1, 2]), [1, 4]).item() // → 2
 */
export function mseLoss<P extends Predictions, const R extends Reduction = 'mean'>(
  predictions: P,
  targets: ArrayData,
  options: LossOptions<R> = {},
): ElementwiseLoss<P, R> {
  const [p, t] = pair('mseLoss', predictions, targets)
  return reduce('mseLoss', p.sub(t).square(), options)
}
