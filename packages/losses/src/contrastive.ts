/**
 * NT-Xent: two views of each sample should find each other among all others.
 */
import { concatenate, eye, where, type MLArray } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import { optionError, rankError } from './errors.ts'
import { arrayBeside, arrayOf, type Alike, type ArrayData } from './input.ts'
import { checkOptions } from './options.ts'
import { reduce, type LossOptions, type Reduced, type Reduction } from './reduction.ts'

/** How sharply NT-Xent tells the other view from all others. */
export type ContrastiveOptions<R = Reduction> = LossOptions<R> & {
  /** What similarities are divided by; > 0. Default 0.5. */
  readonly temperature?: number
}

/** The smallest length that a vector is divided by. */
const SMALLEST_LENGTH = 1e-12

/**
 * Normalised temperature-scaled cross-entropy (NT-Xent), in nats:
 * `−log(exp(s_ij/τ) / Σ_{k ≠ i} exp(s_ik/τ))`, where s are the cosine similarities of all 2N vectors, j is the
 * other view of i and τ is `temperature`. A length below 1e−12 counts as that: a vector of zeros has
 * similarity 0 with all.
 *
 * Shape: both views `[N, D]`, the unreduced loss `[2N]`: the first views, then the second.
 *
 * @throws ShapeError where the shapes differ, or are not of rank 2.
 * @throws RangeError where the temperature is not above 0.
 * @see arXiv:2002.05709, equation 1
 * @example
 * contrastiveLoss(new MLArray([[1, 0], [0, 1]]), [[1, 0], [0, 1]], { temperature: 1 }).item()
 * // → 0.5514447139320511
 */
export function contrastiveLoss<
  const R extends Reduction = 'mean',
  P extends MLArray = MLArray,
  const T extends ArrayData = ArrayData,
>(
  first: P,
  second: Alike<'contrastiveLoss', 'second', P, T>,
  options: ContrastiveOptions<R> = {},
): Reduced<R> {
  return within(contrastiveLoss, () => {
    checkOptions('contrastiveLoss', options, ['temperature', 'reduction', 'weight'])
    const op = 'contrastiveLoss'
    const { temperature = 0.5 } = options
    if (!(temperature > 0 && temperature < Infinity))
      throw optionError(op, 'temperature', 'a finite number > 0', temperature)
    const a = arrayOf(op, 'first', first)
    if (a.ndim !== 2) throw rankError(op, 'first', a.shape, '[N, D]')
    const views: MLArray = concatenate([a, arrayBeside(op, 'second', second, a)])
    const lengths = views.norm({ axis: 1, keepdims: true })
    const z: MLArray = views.div(lengths.maximum(SMALLEST_LENGTH))
    const n = a.shape[0]!
    const similar: MLArray = z.matmul(z.T).div(temperature)
    const others: MLArray = where(eye(2 * n, { dtype: z.dtype }), -Infinity, similar)
    const partner: MLArray = z
      .mul(z.roll(n, { axis: 0 }))
      .sum({ axis: 1 })
      .div(temperature)
    return reduce(op, others.logsumexp({ axis: 1 }).sub(partner), options)
  })
}
