/**
 * Overlap of a predicted region with the true one.
 */
import type { MLArray } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import { optionError } from './errors.ts'
import { arrayBeside, arrayOf, checkProbabilities, type Alike, type ArrayData } from './input.ts'
import { checkOptions } from './options.ts'
import { reduce, type LossOptions, type Reduced, type Reduction } from './reduction.ts'
import { asTerm } from './term.ts'

/** What a region is, and how its overlap is counted. */
export type DiceOptions<R = Reduction> = LossOptions<R> & {
  /** The axis or axes of one region. Default all but the first, or all of rank 1. */
  readonly axis?: number | readonly number[]
  /** What is added above and below, so that two empty regions have loss 0; ≥ 0. Default 1. */
  readonly smooth?: number
  /** Square the probabilities below, as V-Net does. Default `false`. */
  readonly squared?: boolean
}

/**
 * Dice loss of probabilities: `1 − (2 Σ p t + s)/(Σ p + Σ t + s)`, 0 where the regions agree and 1 where they
 * do not meet, up to the smoothing s.
 *
 * Shape: predictions and targets `[N, …]` alike, the unreduced loss `[N]`, or what `axis` leaves.
 *
 * @throws ShapeError where the shapes differ.
 * @throws RangeError where one is no probability, or `smooth` is below 0.
 * @see arXiv:1707.03237, section 2, "Dice loss"; with squares arXiv:1606.04797, section 3
 * @example
 * diceLoss(new MLArray([[1, 1, 0]]), [[1, 0, 0]], { smooth: 0 }).item() // → 0.33333333333333337
 */
export function diceLoss<
  const R extends Reduction = 'mean',
  P extends MLArray = MLArray,
  const T extends ArrayData = ArrayData,
>(
  predictions: P,
  targets: Alike<'diceLoss', 'targets', P, T>,
  options: DiceOptions<R> = {},
): Reduced<R> {
  return within(diceLoss, () => {
    checkOptions('diceLoss', options, ['axis', 'smooth', 'squared', 'reduction', 'weight'])
    const op = 'diceLoss'
    const { smooth = 1, squared = false } = options
    if (!(smooth >= 0 && smooth < Infinity))
      throw optionError(op, 'smooth', 'a finite number ≥ 0', smooth)
    const p = arrayOf(op, 'predictions', predictions)
    const t = arrayBeside(op, 'targets', targets, p)
    checkProbabilities(op, 'predictions', asTerm(p), ' sigmoid or softmax makes them of logits.')
    checkProbabilities(op, 'targets', asTerm(t))
    const axis = options.axis ?? p.shape.map((_, i) => i).slice(p.ndim > 1 ? 1 : 0)
    const sum = (x: MLArray): MLArray => x.sum({ axis })
    const sizes: MLArray = squared ? p.square().add(t.square()) : p.add(t)
    const overlap = sum(p.mul(t)).mul(2).add(smooth).div(sum(sizes).add(smooth))
    return reduce(op, overlap.neg().add(1), options)
  })
}
