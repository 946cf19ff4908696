/**
 * Gradients kept within bounds, in place, between `backward()` and `step()`.
 */
import { within } from '@smol/mlarray/kernels'
import { optionError } from './errors.ts'
import { checkOptions } from './options.ts'
import { changed, collect, type Parameter, type Parameters, type TypedArray } from './parameter.ts'

/**
 * Scales all gradients by `maxNorm / (norm + 1e-6)` where that is below 1, so that together they are no
 * longer than `maxNorm`. A parameter without a gradient does not count.
 *
 * `normType` is the order of the norm: 2 by default, Infinity for the largest absolute value.
 *
 * @returns the norm before clipping.
 * @throws RangeError where `maxNorm` is negative or NaN, or `normType` is no number.
 * @see torch.nn.utils.clip_grad_norm_
 */
export function clipGradNorm(
  parameters: Parameters,
  maxNorm: number,
  options: { readonly normType?: number } = {},
): number {
  return within(clipGradNorm, () => {
    checkOptions('clipGradNorm', options, ['normType'])
    const { normType = 2 } = options
    if (typeof maxNorm !== 'number' || !(maxNorm >= 0))
      throw optionError('clipGradNorm', 'maxNorm', '≥ 0', maxNorm)
    if (typeof normType !== 'number' || Number.isNaN(normType))
      throw optionError('clipGradNorm', 'normType', 'a number', normType)
    const found = withGradients('clipGradNorm', parameters)
    // The norm of the norms, as PyTorch computes it.
    const norm = normOf(
      found.map(([, gradient]) => normOf(gradient, normType)),
      normType,
    )
    const scale = maxNorm / (norm + 1e-6)
    if (scale < 1) {
      for (const [parameter, gradient] of found)
        parameter.replaceGradient(changed(gradient, (x) => x * scale))
    }
    return norm
  })
}

/**
 * Moves every number of every gradient into `[−limit, limit]`; NaN stays.
 *
 * @throws RangeError where `limit` is negative or NaN.
 * @see torch.nn.utils.clip_grad_value_
 */
export function clipGradValue(parameters: Parameters, limit: number): void {
  return within(clipGradValue, () => {
    if (typeof limit !== 'number' || !(limit >= 0))
      throw optionError('clipGradValue', 'limit', '≥ 0', limit)
    for (const [parameter, gradient] of withGradients('clipGradValue', parameters))
      parameter.replaceGradient(changed(gradient, (x) => Math.min(Math.max(x, -limit), limit)))
  })
}

type WithGradient = readonly [Parameter, TypedArray]

function withGradients(op: string, parameters: Parameters): WithGradient[] {
  return collect(op, parameters).flatMap((parameter) => {
    const gradient = parameter.gradient()
    return gradient === undefined ? [] : [[parameter, gradient] as const]
  })
}

/** The vector norm of any order: `(Σ|x|ᵖ)^(1/p)`, the largest or smallest `|x|`, or how many are not 0. */
function normOf(numbers: ArrayLike<number>, order: number): number {
  if (numbers.length === 0) return 0
  let sum = order === -Infinity ? Infinity : 0
  for (let i = 0; i < numbers.length; i++) {
    const x = Math.abs(numbers[i]!)
    if (order === Infinity) sum = Math.max(sum, x)
    else if (order === -Infinity) sum = Math.min(sum, x)
    else if (order === 0) sum += x === 0 ? 0 : 1
    else if (order === 1) sum += x
    else sum += order === 2 ? x * x : x ** order
  }
  if (order === 2) return Math.sqrt(sum)
  return [0, 1, Infinity, -Infinity].includes(order) ? sum : sum ** (1 / order)
}
