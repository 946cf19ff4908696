/**
 * What LBFGS needs of long vectors.
 */
/** Lists of numbers one after the other. */
export function concatenated(size: number, parts: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(size)
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}

/** `Σ aᵢ bᵢ` */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** `to += factor x` */
export function addMultiple(to: Float64Array, factor: number, x: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * x[i]!
}

export const largest = (x: Float64Array): number =>
  x.reduce((most, y) => Math.max(most, Math.abs(y)), 0)
export const sumOfAbsolutes = (x: Float64Array): number =>
  x.reduce((sum, y) => sum + Math.abs(y), 0)
