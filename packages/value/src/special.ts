/**
 * Functions on numbers that JavaScript lacks or gets wrong at the edges. They know nothing of Values;
 * the rows of `ops.ts` name them.
 */

/** `aᵇ` as IEEE 754 has it: `pow(1, NaN)` and `pow(±1, ±Infinity)` are 1, where JavaScript has NaN. */
export function pow(a: number, b: number): number {
  // Squares and their slopes need no logarithm, which engines do not see for themselves.
  if (b === 2) return a * a
  if (b === 1) return a
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b
}

/** The remainder with the sign of the divisor, as in Python: `a − b·⌊a/b⌋`. */
export function mod(a: number, b: number): number {
  const r = a % b
  if (r === 0) return b < 0 ? -0 : 0
  return r < 0 === b < 0 ? r : r + b
}

/** The nearest integer, halves to the even one. */
export function round(x: number): number {
  const nearest = Math.round(x)
  // Math.round takes every half up; only where that lands on an odd number it is one too high.
  return Math.abs(x % 1) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest
}

/** `1/(1 + e^−x)`, from the exponential that does not overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** `log(1 + eˣ)` as `max(x, 0) + log1p(e^−|x|)`, since `eˣ` overflows past 709. */
export function log1pexp(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

/** `log(eᵃ + eᵇ)`. The difference of equal infinities would be NaN, so they are taken out. */
export function logaddexp(a: number, b: number): number {
  return a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))
}

/** `2/√π ∫₀ˣ e^−t² dt` (measured: within 2 ulps). */
export function erf(x: number): number {
  if (Math.abs(x) > 0.5) return x > 0 ? 1 - erfc(x) : erfc(-x) - 1
  // Maclaurin's series, 2x/√π Σ (−x²)ⁿ / (n! (2n+1)), from the last term that matters to the first.
  const square = x * x
  let sum = 0
  for (let n = 12; n > 0; n--) sum = 1 / (2 * n - 1) - (square / n) * sum
  return (2 / Math.sqrt(Math.PI)) * x * sum
}

/** e^−s² at s = 1/4, 3/4, …, 23/4. */
const WEIGHTS: readonly number[] = /* @__PURE__ */ Array.from({ length: 12 }, (_, n) =>
  Math.exp(-((2 * n + 1) ** 2) / 16),
)

/**
 * `1 − erf(x)`, with full digits where that is small (measured: within 5 ulps).
 *
 * At t > 0 it is 2t/π e^−t² ∫ e^−s²/(s² + t²) ds from 0 to ∞, here by the midpoint rule in steps of ½. Its only
 * error above e^−39 is what the pole at s = it gives, 2/(1 + e^4πt) while t < 2π: C. Chiarella and A. Reichel,
 * "On the evaluation of integrals related to the error function", Math. Comp. 22 (1968).
 */
export function erfc(x: number): number {
  const t = Math.abs(x)
  if (!(t > 0.5)) return 1 - erf(x)
  let sum = 0
  for (let n = 11; n >= 0; n--) {
    const k = 2 * n + 1
    sum += WEIGHTS[n]! / (16 * t * t + k * k)
  }
  const pole = t < 6 ? 2 / (1 + Math.exp(4 * Math.PI * t)) : 0
  // e^−t² in two factors: the square of a short number is exact, so that t² loses no digits.
  const short = Math.trunc(t * 16) / 16
  const e = Math.exp(-short * short) * Math.exp(-(t - short) * (t + short))
  const tail = t > 28 ? 0 : ((16 * t * sum) / Math.PI) * e + pole
  return x > 0 ? tail : 2 - tail
}
