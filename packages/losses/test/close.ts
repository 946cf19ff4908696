/** Nested lists of numbers; `null` stands for NaN. */
export type Nested = number | null | readonly Nested[]

/** The largest difference of two nested lists, relative where the numbers exceed 1; Infinity if they are built otherwise. */
export function difference(actual: Nested, expected: Nested): number {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return Infinity
    return Math.max(0, ...expected.map((x: Nested, i) => difference(actual[i] as Nested, x)))
  }
  if (expected === null || Number.isNaN(expected)) return Number.isNaN(actual) ? 0 : Infinity
  if (actual === expected) return 0
  const off = Math.abs((actual as number) - (expected as number))
  return Number.isNaN(off) ? Infinity : off / Math.max(1, Math.abs(expected as number))
}

/**
 * For `expect.addEqualityTesters`: numbers are equal that agree to 12 digits, since tuned kernels may round
 * otherwise. 0 equals −0, NaN equals NaN.
 */
export function agree(a: unknown, b: unknown): boolean | undefined {
  if (typeof a !== 'number' || typeof b !== 'number') return undefined
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true
  return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b)) && Number.isFinite(a - b)
}
