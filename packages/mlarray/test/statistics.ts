// How far random numbers lie from the distribution that they should have.

/** Kolmogorov and Smirnov's distance between numbers and a distribution, times √n: above 1.95 once in a thousand. */
export function distance(numbers: readonly number[], distribution: (x: number) => number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const n = sorted.length
  const gaps = sorted.map((x, i) =>
    Math.max(distribution(x) - i / n, (i + 1) / n - distribution(x)),
  )
  return Math.max(...gaps) * Math.sqrt(n)
}

/** Pearson's χ² of counts, in standard deviations from its mean. */
export function surprise(counts: readonly number[], expected: readonly number[]): number {
  const terms = counts.map((count, i) => (count - expected[i]!) ** 2 / expected[i]!)
  const degrees = counts.length - 1
  return (terms.reduce((a, b) => a + b, 0) - degrees) / Math.sqrt(2 * degrees)
}

/** How often each of `n` places occurs. */
export const tally = (places: readonly number[], n: number): number[] => {
  const counts = Array.from({ length: n }, () => 0)
  for (const place of places) counts[place]! += 1
  return counts
}

/** The normal distribution, by Simpson's rule over its density. */
export function normalBelow(x: number): number {
  if (Math.abs(x) === Infinity) return x > 0 ? 1 : 0
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI)
  const steps = 40
  const h = x / (2 * steps)
  let total = density(0) + density(x)
  for (let i = 1; i < 2 * steps; i++) total += (i % 2 === 0 ? 2 : 4) * density(i * h)
  return 0.5 + (total * h) / 3
}

/** Mean, variance, skewness and kurtosis. */
export function moments(numbers: readonly number[]): number[] {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length
  const central = (k: number): number =>
    numbers.reduce((total, x) => total + (x - mean) ** k, 0) / numbers.length
  const variance = central(2)
  return [mean, variance, central(3) / variance ** 1.5, central(4) / variance ** 2]
}
