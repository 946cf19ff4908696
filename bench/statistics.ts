// What is said of many times: the middle, the mean, and where four fifths of them lie.

export type Summary = {
  readonly median: number
  readonly mean: number
  readonly p10: number
  readonly p90: number
}

/** Of nothing everything is NaN. */
export function summarize(times: readonly number[]): Summary {
  return {
    median: quantile(times, 0.5),
    mean: times.reduce((sum, x) => sum + x, 0) / times.length,
    p10: quantile(times, 0.1),
    p90: quantile(times, 0.9),
  }
}

/** Between the two nearest of the sorted numbers on a straight line, as `numpy.quantile`. */
export function quantile(xs: readonly number[], q: number): number {
  const sorted = xs.toSorted((a, b) => a - b)
  const place = q * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (place % 1) * (above - below)
}

/** The largest difference, as a part of the largest number; infinite where they do not match at all. */
export function difference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity
  const scale = Math.max(...b.map(Math.abs))
  const worst = Math.max(0, ...a.map((x, i) => Math.abs(x - b[i]!)))
  if (Number.isNaN(worst) || Number.isNaN(scale)) return Infinity
  return worst === 0 ? 0 : worst / scale
}
