/**
 * The nearest orthogonal matrix, roughly: what Muon does with its direction.
 */
import { MLArray, noGrad, type Shape } from '@smol/mlarray'
import type { MuonSettings } from './settings.ts'

/**
 * `UVᵀ` of `X = U S Vᵀ`, with singular values between about 0.7 and 1.2: a quintic Newton–Schulz iteration,
 * `X ← aX + (bA + cA²)X`, `A = XXᵀ`. PyTorch computes it in bfloat16, here it is in doubles.
 */
export function orthogonalise(
  direction: Float64Array,
  shape: Shape,
  { newtonSchulzSteps, coefficients: [a, b, c], eps }: MuonSettings,
): Float64Array {
  return noGrad(() => {
    const given: MLArray = new MLArray(direction, { shape, dtype: 'float64', requiresGrad: false })
    // The side of A is the shorter one.
    const tall = shape[0]! > shape[1]!
    let x: MLArray = (tall ? given.T : given).div(Math.max(given.norm().item(), eps))
    for (let round = 0; round < newtonSchulzSteps; round++) {
      const gram: MLArray = x.matmul(x.T)
      const polynomial: MLArray = gram.mul(b).add(gram.matmul(gram).mul(c))
      x = x.mul(a).add(polynomial.matmul(x))
    }
    return (tall ? x.T : x).toTypedArray() as Float64Array
  })
}
