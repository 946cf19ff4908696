/**
 * The nearest orthogonal matrix, roughly: what Muon does with its direction.
 */
import type { Shape } from '@smol/mlarray'
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
  const [height, width] = shape as readonly [number, number]
  const tall = height > width
  const [n, k] = tall ? [width, height] : [height, width]
  let norm = 0
  for (const x of direction) norm += x * x
  norm = Math.max(Math.sqrt(norm), eps)
  let x = tall ? transposed(direction, height, width) : direction.slice()
  for (let i = 0; i < x.length; i++) x[i]! /= norm
  for (let round = 0; round < newtonSchulzSteps; round++) {
    const gram = productTransposed(x, n, k)
    const square = product(gram, gram, n, n)
    for (let i = 0; i < gram.length; i++) square[i] = b * gram[i]! + c * square[i]!
    const y = product(square, x, n, k)
    for (let i = 0; i < x.length; i++) y[i] = a * x[i]! + y[i]!
    x = y
  }
  return tall ? transposed(x, n, k) : x
}

function transposed(x: Float64Array, rows: number, columns: number): Float64Array {
  const y = new Float64Array(x.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) y[j * rows + i] = x[i * columns + j]!
  return y
}

/** `x xᵀ` of an `n × k` matrix. */
function productTransposed(x: Float64Array, n: number, k: number): Float64Array {
  const y = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let l = 0; l < k; l++) sum += x[i * k + l]! * x[j * k + l]!
      y[i * n + j] = y[j * n + i] = sum
    }
  }
  return y
}

/** `a b` of `n × n` and `n × k`, row by row so that memory is read in order. */
function product(a: Float64Array, b: Float64Array, n: number, k: number): Float64Array {
  const y = new Float64Array(n * k)
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < n; l++) {
      const factor = a[i * n + l]!
      for (let j = 0; j < k; j++) y[i * k + j]! += factor * b[l * k + j]!
    }
  }
  return y
}
