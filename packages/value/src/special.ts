/**
 * Functions on numbers that JavaScript lacks or gets wrong at the edges. They know nothing of Values;
 * the rows of `ops.ts` name them.
 */

/** `aᵇ` as IEEE 754 has it: `pow(1, NaN)` and `pow(±1, ±Infinity)` are 1, where JavaScript has NaN. */
export function pow(a: number, b: number): number {
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

/** Horner's rule, highest power first. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0
  for (const c of coefficients) sum = sum * x + c
  return sum
}

// Rational minimax approximations of erf near 0 and of eˣ²·erfc beyond (measured: erf within 4
// ulps, erfc within 7):
// W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969), tables
// II and III, in the coefficients that Netlib's CALERF gives to 17 digits.
const ERF_P = [
  1.8577770618460315e-1, 3.1611237438705656, 1.1386415415105016e2, 3.77485237685302e2,
  3.2093775891384695e3,
]
const ERF_Q = [
  1, 2.360129095234412e1, 2.4402463793444417e2, 1.2826165260773723e3, 2.8442368334391706e3,
]
const ERFC_P = [
  2.1531153547440385e-8, 5.641884969886701e-1, 8.883149794388376, 6.611919063714163e1,
  2.9863513819740013e2, 8.8195222124176909e2, 1.7120476126340706e3, 2.0510783778260715e3,
  1.230339354797997e3,
]
const ERFC_Q = [
  1, 1.5744926110709835e1, 1.176939508913125e2, 5.3718110186200986e2, 1.6213895745666903e3,
  3.2907992357334596e3, 4.3626190901432472e3, 3.4393676741437216e3, 1.2303393548037494e3,
]
const TAIL_P = [
  1.6315387137302098e-2, 3.0532663496123234e-1, 3.6034489994980444e-1, 1.2578172611122925e-1,
  1.6083785148742277e-2, 6.587491615298378e-4,
]
const TAIL_Q = [
  1, 2.5685201922898224, 1.8729528499234605, 5.2790510295142841e-1, 6.0518341312441319e-2,
  2.3352049762686919e-3,
]

/** `2/√π ∫₀ˣ e^−t² dt`. */
export function erf(x: number): number {
  if (Math.abs(x) > 0.46875) return x > 0 ? 1 - erfc(x) : erfc(-x) - 1
  return (x * polynomial(x * x, ERF_P)) / polynomial(x * x, ERF_Q)
}

/** `1 − erf(x)`, with full digits where that is small. */
export function erfc(x: number): number {
  const t = Math.abs(x)
  if (!(t > 0.46875)) return 1 - erf(x)
  let scaled: number
  if (t <= 4) scaled = polynomial(t, ERFC_P) / polynomial(t, ERFC_Q)
  else {
    const z = 1 / (t * t)
    scaled = (1 / Math.sqrt(Math.PI) - (z * polynomial(z, TAIL_P)) / polynomial(z, TAIL_Q)) / t
  }
  // e^−t² in two factors: the square of a short number is exact, so that t² loses no digits.
  const short = Math.trunc(t * 16) / 16
  const tail = t > 27 ? 0 : Math.exp(-short * short) * Math.exp(-(t - short) * (t + short)) * scaled
  return x > 0 ? tail : 2 - tail
}
