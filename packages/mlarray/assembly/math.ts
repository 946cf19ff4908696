/**
 * Functions of a vector, four float32 or two float64 at a time: what loops over elements are made of.
 *
 * Methods are the classical ones: an argument is reduced to a short interval, where a minimax polynomial of our
 * own (tools/coefficients.py) serves. Where the usual reduction leaves the range (overflow, subnormal numbers,
 * the logarithm of 0), a lane that is `isFar` sends its vector through a second, slower function. Decision 0032
 * has the measured errors, and tests hold them.
 *
 * `pmin` and `pmax` are one instruction each, where `min` and `max` take six: of a NaN and a number they give the
 * first operand.
 */
import {
  cubicEnd,
  cubicHigh,
  cubicLow,
  cubicScale,
  cubicTurnHigh,
  cubicTurnLow,
  cubicTurns,
  erfcEnd,
  erfcStep,
  exp0,
  exp1,
  exp10,
  exp2,
  exp3,
  exp4,
  exp5,
  exp6,
  exp7,
  exp8,
  exp9,
  expFar,
  expHighest,
  expLowest,
  fractionBits,
  half,
  integerBias,
  integerBits,
  inverseBits,
  largest,
  leadBits,
  ln2High,
  ln2Low,
  log0,
  log1,
  log1pEnd,
  log2,
  log2e,
  log3,
  log4,
  log5,
  log6,
  mishEnd,
  normalEnd,
  normalLeast,
  normalStep,
  one,
  rootBits,
  rounder,
  scale,
  scaleExponent,
  seluFactor,
  seluScale,
  signBit,
  sizeBits,
  tail0,
  tail1,
  tail2,
  tail3,
  tail4,
  tail5,
  tail6,
  tail7,
  tail8,
  tanhEnd,
  tanhSplit,
  two,
  zero,
} from './generated/constants'

// ---- Arithmetic ----

/** a b + c, rounded once where instructions are relaxed. */
// @inline
export function madd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c)
  return v128.add<T>(v128.mul<T>(a, b), c)
}

/** c − a b, likewise. */
// @inline
export function nmadd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_nmadd<T>(a, b, c)
  return v128.sub<T>(c, v128.mul<T>(a, b))
}

// Integers as wide as the elements.
// @inline
function addBits<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? v128.add<i32>(a, b) : v128.add<i64>(a, b)
}
// @inline
function subBits<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? v128.sub<i32>(a, b) : v128.sub<i64>(a, b)
}
// @inline
function toExponent<T>(a: v128): v128 {
  return sizeof<T>() == 4 ? v128.shl<i32>(a, 23) : v128.shl<i64>(a, 52)
}
// @inline
function fromExponent<T>(a: v128): v128 {
  return sizeof<T>() == 4 ? v128.shr<u32>(a, 23) : v128.shr<u64>(a, 52)
}

// @inline
export function neg<T>(x: v128): v128 {
  return v128.xor(x, signBit<T>())
}
// @inline
export function abs<T>(x: v128): v128 {
  return v128.and(x, sizeBits<T>())
}
// @inline
export function square<T>(x: v128): v128 {
  return v128.mul<T>(x, x)
}
// @inline
export function sqrt<T>(x: v128): v128 {
  return v128.sqrt<T>(x)
}
// @inline
export function reciprocal<T>(x: v128): v128 {
  return v128.div<T>(one<T>(), x)
}
/** 1 − x², which keeps its digits where x is near ±1. */
// @inline
export function lessSquare<T>(x: v128): v128 {
  return v128.mul<T>(v128.sub<T>(one<T>(), x), v128.add<T>(one<T>(), x))
}
/** What is ≤ 0 becomes +0; NaN stays. */
// @inline
export function relu<T>(x: v128): v128 {
  return v128.andnot(x, v128.le<T>(x, zero<T>()))
}
// @inline
export function leakyRelu<T>(x: v128, slope: v128): v128 {
  return v128.bitselect(x, v128.mul<T>(slope, x), v128.gt<T>(x, zero<T>()))
}
/** In this order, with NaN wherever one is. */
// @inline
export function clip<T>(x: v128, least: v128, most: v128): v128 {
  return v128.min<T>(v128.max<T>(x, least), most)
}
/** `a` where the mask is not 0, which NaN is not either. */
// @inline
export function where<T>(mask: v128, a: v128, b: v128): v128 {
  return v128.bitselect(b, a, v128.eq<T>(mask, zero<T>()))
}
/** The sign of x for a y ≥ 0, −0 included. */
// @inline
function signed<T>(y: v128, x: v128): v128 {
  return v128.or(y, v128.and(x, signBit<T>()))
}
/** ±1, and x where that is 0 or NaN. */
// @inline
export function sign<T>(x: v128): v128 {
  const isSigned = v128.or(v128.lt<T>(x, zero<T>()), v128.gt<T>(x, zero<T>()))
  return v128.bitselect(signed<T>(one<T>(), x), x, isSigned)
}

// ---- Exponential ----

/** (eʳ − 1 − r)/r² */
// @inline
function tailOfExp<T>(r: v128): v128 {
  let p = sizeof<T>() == 4 ? exp4<T>() : exp10<T>()
  if (sizeof<T>() == 8) {
    p = madd<T>(p, r, exp9<T>())
    p = madd<T>(p, r, exp8<T>())
    p = madd<T>(p, r, exp7<T>())
    p = madd<T>(p, r, exp6<T>())
    p = madd<T>(p, r, exp5<T>())
    p = madd<T>(p, r, exp4<T>())
  }
  p = madd<T>(p, r, exp3<T>())
  p = madd<T>(p, r, exp2<T>())
  p = madd<T>(p, r, exp1<T>())
  return madd<T>(p, r, exp0<T>())
}

/** A number that ends with the bits of n, for x = n ln 2 + r. */
// @inline
function turns<T>(x: v128): v128 {
  return madd<T>(x, log2e<T>(), rounder<T>())
}

/** That r. */
// @inline
function rest<T>(x: v128, t: v128): v128 {
  const n = v128.sub<T>(t, rounder<T>())
  return nmadd<T>(n, ln2Low<T>(), nmadd<T>(n, ln2High<T>(), x))
}

/** eʳ − 1 */
// @inline
function expm1OfRest<T>(r: v128): v128 {
  return madd<T>(square<T>(r), tailOfExp<T>(r), r)
}

/** eˣ where neither that nor 2ⁿ is subnormal or infinite. */
// @inline
export function expNear<T>(x: v128): v128 {
  const t = turns<T>(x)
  const y = v128.add<T>(expm1OfRest<T>(rest<T>(x, t)), one<T>())
  return addBits<T>(y, toExponent<T>(t))
}

/** eˣ anywhere: 2ⁿ in two factors, so that the result is rounded once where it is subnormal. */
export function expWide<T>(x: v128): v128 {
  x = v128.pmin<T>(v128.pmax<T>(x, expLowest<T>()), expHighest<T>())
  const t = turns<T>(x)
  const y = v128.add<T>(expm1OfRest<T>(rest<T>(x, t)), one<T>())
  const n = subBits<T>(t, rounder<T>())
  const first = sizeof<T>() == 4 ? v128.shr<i32>(n, 1) : v128.shr<i64>(n, 1)
  const second = subBits<T>(n, first)
  const scaled = v128.mul<T>(y, addBits<T>(toExponent<T>(first), one<T>()))
  return v128.mul<T>(scaled, addBits<T>(toExponent<T>(second), one<T>()))
}

/** Whether one lane is NaN, or too large for `expNear`. */
// @inline
export function isFar<T>(x: v128): bool {
  const size = abs<T>(x)
  // Bits of numbers ≥ 0 are ordered like the numbers, with NaN above all.
  if (sizeof<T>() == 4) return v128.any_true(v128.gt<i32>(size, expFar<T>()))
  return v128.any_true(v128.not(v128.le<T>(size, expFar<T>())))
}

/** eˣ */
// @inline
export function exp<T>(x: v128): v128 {
  return isFar<T>(x) ? expWide<T>(x) : expNear<T>(x)
}

/** eˣ − 1 = 2ⁿ (eʳ − 1) + (2ⁿ − 1), which loses the sign of −0. */
// @inline
export function expm1Near<T>(x: v128): v128 {
  const t = turns<T>(x)
  const power = addBits<T>(toExponent<T>(t), one<T>())
  return signed<T>(madd<T>(power, expm1OfRest<T>(rest<T>(x, t)), v128.sub<T>(power, one<T>())), x)
}
// @inline
export function expm1Wide<T>(x: v128): v128 {
  const far = v128.sub<T>(expWide<T>(x), one<T>())
  return v128.bitselect(expm1Near<T>(x), far, v128.le<T>(abs<T>(x), expFar<T>()))
}

/**
 * With E = exp(−2|x|), which never overflows: tanh |x| = (1 − E)/(1 + E) where E is large, from E − 1 without
 * cancellation, and 1 − 2E/(1 + E) where it is small, so that the errors of E do not count.
 */
// @inline
export function tanh<T>(x: v128): v128 {
  const size = abs<T>(x)
  const z = v128.pmax<T>(neg<T>(v128.add<T>(size, size)), tanhEnd<T>())
  const t = turns<T>(z)
  const power = addBits<T>(toExponent<T>(t), one<T>())
  const q = expm1OfRest<T>(rest<T>(z, t))
  const e = madd<T>(power, q, power)
  const isSmall = v128.lt<T>(e, tanhSplit<T>())
  const above = v128.bitselect(v128.add<T>(e, e), nmadd<T>(power, q, v128.sub<T>(one<T>(), power)), isSmall)
  const y = v128.div<T>(above, v128.add<T>(e, one<T>()))
  return signed<T>(v128.bitselect(v128.sub<T>(one<T>(), y), y, isSmall), x)
}

/** 1/(1 + e⁻ˣ), and eˣ/(1 + eˣ) below 0, with the power of −|x|. */
// @inline
export function sigmoidOf<T>(x: v128, e: v128): v128 {
  const above = v128.bitselect(e, one<T>(), v128.lt<T>(x, zero<T>()))
  return v128.div<T>(above, v128.add<T>(e, one<T>()))
}
// @inline
export function sigmoidNear<T>(x: v128): v128 {
  return sigmoidOf<T>(x, expNear<T>(neg<T>(abs<T>(x))))
}
// @inline
export function sigmoidWide<T>(x: v128): v128 {
  return sigmoidOf<T>(x, expOfSize<T>(x))
}
/** The power of −|x| anywhere, which the sigmoids of x and −x share. */
// @inline
export function expOfSize<T>(x: v128): v128 {
  return expWide<T>(neg<T>(abs<T>(x)))
}
/** x sigmoid(x) */
// @inline
export function siluNear<T>(x: v128): v128 {
  return v128.mul<T>(x, sigmoidNear<T>(x))
}
// @inline
export function siluWide<T>(x: v128): v128 {
  return v128.mul<T>(x, sigmoidWide<T>(x))
}

/**
 * x sigmoid(u) with u = c x (k + x²). Where x < 0 the error of u becomes that of the result, so what is reduced is
 * u/c, as a product of two leading halves, which is exact, and a rest.
 */
// @inline
export function geluTanh<T>(x: v128): v128 {
  const a = abs<T>(x)
  const lead = v128.and(a, leadBits<T>())
  const low = v128.sub<T>(a, lead)
  const v = v128.and(madd<T>(a, a, cubicHigh<T>()), leadBits<T>())
  const left = madd<T>(low, v128.add<T>(a, lead), cubicLow<T>())
  const rest = v128.add<T>(v128.add<T>(v128.sub<T>(cubicHigh<T>(), v), square<T>(lead)), left)
  const p = neg<T>(v128.mul<T>(lead, v))
  const t = madd<T>(p, cubicTurns<T>(), rounder<T>())
  const n = v128.sub<T>(t, rounder<T>())
  const high = nmadd<T>(n, cubicTurnLow<T>(), nmadd<T>(n, cubicTurnHigh<T>(), p))
  const r = v128.mul<T>(v128.sub<T>(high, madd<T>(a, rest, v128.mul<T>(low, v))), cubicScale<T>())
  const e = addBits<T>(v128.add<T>(expm1OfRest<T>(r), one<T>()), toExponent<T>(t))
  return v128.mul<T>(x, sigmoidOf<T>(x, v128.andnot(e, v128.gt<T>(a, cubicEnd<T>()))))
}

/** eˣ, as far as tanh(log(1 + eˣ)) may differ from 1. */
// @inline
export function expOfMish<T>(x: v128): v128 {
  return exp<T>(v128.pmin<T>(x, mishEnd<T>()))
}
/** tanh(log(1 + e)) = n/(n + 2) with n = e (e + 2) */
// @inline
export function tanhOfSoftplus<T>(e: v128): v128 {
  const n = v128.mul<T>(e, v128.add<T>(e, two<T>()))
  return v128.div<T>(n, v128.add<T>(n, two<T>()))
}
/** 1 − tanh² = q (2 − q) with q = 2/(n + 2), and 0 past the end, whatever it is multiplied by. */
// @inline
export function lessSquareOfTanh<T>(e: v128): v128 {
  const n = v128.mul<T>(e, v128.add<T>(e, two<T>()))
  const q = v128.div<T>(two<T>(), v128.add<T>(n, two<T>()))
  return v128.andnot(v128.mul<T>(q, v128.sub<T>(two<T>(), q)), v128.gt<T>(n, log1pEnd<T>()))
}
/** x tanh(log(1 + eˣ)) */
// @inline
export function mish<T>(x: v128): v128 {
  return v128.mul<T>(x, tanhOfSoftplus<T>(expOfMish<T>(x)))
}

/** `above` where x > 0, else `factor` (eˣ − 1). */
// @inline
function ramp<T>(x: v128, above: v128, factor: v128): v128 {
  const below = expm1Near<T>(v128.pmax<T>(x, neg<T>(expFar<T>())))
  return v128.bitselect(above, v128.mul<T>(factor, below), v128.gt<T>(x, zero<T>()))
}
// @inline
export function elu<T>(x: v128, alpha: v128): v128 {
  return ramp<T>(x, x, alpha)
}
// @inline
export function selu<T>(x: v128): v128 {
  return ramp<T>(x, v128.mul<T>(x, seluScale<T>()), seluFactor<T>())
}

// ---- Logarithm ----

/** k, as a number, of x = 2ᵏ (1 + f) with 1 + f between √½ and √2. */
// @inline
function exponentOf<T>(x: v128): v128 {
  const shifted = addBits<T>(subBits<T>(x, rootBits<T>()), one<T>())
  return v128.sub<T>(v128.or(fromExponent<T>(shifted), integerBits<T>()), integerBias<T>())
}

/** k ln 2 + log(1 + f), with s = f/(2 + f): log(1 + f) = f − f²/2 + s (f²/2 + s² p(s²)), and f is exact. */
// @inline
function logOf<T>(k: v128, f: v128): v128 {
  const s = v128.div<T>(f, v128.add<T>(f, two<T>()))
  const z = square<T>(s)
  let p = sizeof<T>() == 4 ? log2<T>() : log6<T>()
  if (sizeof<T>() == 8) {
    p = madd<T>(p, z, log5<T>())
    p = madd<T>(p, z, log4<T>())
    p = madd<T>(p, z, log3<T>())
    p = madd<T>(p, z, log2<T>())
  }
  p = madd<T>(p, z, log1<T>())
  p = madd<T>(p, z, log0<T>())
  const h = v128.mul<T>(square<T>(f), half<T>())
  const low = madd<T>(s, madd<T>(p, z, h), v128.mul<T>(k, ln2Low<T>()))
  return madd<T>(k, ln2High<T>(), v128.sub<T>(f, v128.sub<T>(h, low)))
}

/** log x of what is normal; `scaled` is the exponent that x got too much. */
// @inline
function logScaled<T>(x: v128, scaled: v128): v128 {
  const fraction = v128.and(subBits<T>(x, rootBits<T>()), fractionBits<T>())
  const f = v128.sub<T>(addBits<T>(fraction, rootBits<T>()), one<T>())
  return logOf<T>(v128.sub<T>(exponentOf<T>(x), scaled), f)
}

/** log x anywhere. */
export function logWide<T>(x: v128): v128 {
  const isSmall = v128.lt<T>(x, normalLeast<T>())
  const scaled = v128.bitselect(v128.mul<T>(x, scale<T>()), x, isSmall)
  const y = logScaled<T>(scaled, v128.and(isSmall, scaleExponent<T>()))
  const high = v128.bitselect(y, x, v128.le<T>(x, largest<T>()))
  // −1/0 − √0 at 0, and the NaN of the root below.
  const low = v128.sub<T>(v128.div<T>(neg<T>(one<T>()), abs<T>(x)), v128.sqrt<T>(x))
  return v128.bitselect(low, high, v128.le<T>(x, zero<T>()))
}

/** Whether one lane is not normal and above 0. */
// @inline
export function isFarOfLog<T>(x: v128): bool {
  const isNormal = v128.and(v128.ge<T>(x, normalLeast<T>()), v128.le<T>(x, largest<T>()))
  return v128.any_true(v128.not(isNormal))
}
// @inline
export function logNear<T>(x: v128): v128 {
  return logScaled<T>(x, zero<T>())
}

/** log(1 + x) for −1 < x ≤ 2¹⁰⁰: 1 + f is 2⁻ᵏ x + 2⁻ᵏ, without the rounding of 1 + x. */
// @inline
function log1pOf<T>(x: v128): v128 {
  const above = v128.add<T>(x, one<T>())
  const shifted = addBits<T>(subBits<T>(above, rootBits<T>()), one<T>())
  const power = subBits<T>(inverseBits<T>(), v128.andnot(shifted, fractionBits<T>()))
  return logOf<T>(exponentOf<T>(above), madd<T>(x, power, v128.sub<T>(power, one<T>())))
}
/** log(1 + x) */
// @inline
export function log1p<T>(x: v128): v128 {
  const isNear = v128.and(v128.gt<T>(x, neg<T>(one<T>())), v128.le<T>(x, log1pEnd<T>()))
  const y = signed<T>(log1pOf<T>(x), x)
  if (!v128.any_true(v128.not(isNear))) return y
  return v128.bitselect(y, logWide<T>(v128.add<T>(x, one<T>())), isNear)
}

/** log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|) */
// @inline
export function log1pexp<T>(x: v128): v128 {
  const e = exp<T>(neg<T>(abs<T>(x)))
  return v128.add<T>(v128.pmax<T>(x, zero<T>()), log1pOf<T>(e))
}

/** log(sigmoid(x)) */
// @inline
export function logSigmoid<T>(x: v128): v128 {
  return neg<T>(log1pexp<T>(neg<T>(x)))
}

/** log(1 + e^(βx))/β */
// @inline
export function softplus<T>(x: v128, beta: v128): v128 {
  return v128.div<T>(log1pexp<T>(v128.mul<T>(x, beta)), beta)
}

// ---- Normal distribution, float32 only ----

/** 1 − Φ(a) for a ≥ 0 (0 past `end`), with t = 1/(1 + 3a/8) and the two parts of a²/2 = high + low. */
// @inline
function upperTail(a: v128, t: v128, high: v128, low: v128, end: v128): v128 {
  let p = tail8<f32>()
  p = madd<f32>(p, t, tail7<f32>())
  p = madd<f32>(p, t, tail6<f32>())
  p = madd<f32>(p, t, tail5<f32>())
  p = madd<f32>(p, t, tail4<f32>())
  p = madd<f32>(p, t, tail3<f32>())
  p = madd<f32>(p, t, tail2<f32>())
  p = madd<f32>(p, t, tail1<f32>())
  p = madd<f32>(p, t, tail0<f32>())
  const x = neg<f32>(high)
  const n = turns<f32>(x)
  const e = v128.add<f32>(expm1OfRest<f32>(v128.sub<f32>(rest<f32>(x, n), low)), one<f32>())
  const y = v128.mul<f32>(addBits<f32>(e, toExponent<f32>(n)), v128.mul<f32>(p, t))
  return v128.andnot(y, v128.gt<f32>(a, end))
}

/** x Φ(x). The square of the leading half of x is exact, so that e^(−x²/2) keeps its digits. */
// @inline
export function gelu<T>(x: v128): v128 {
  const a = abs<f32>(x)
  const t = reciprocal<f32>(madd<f32>(a, normalStep<f32>(), one<f32>()))
  const lead = v128.and(a, leadBits<f32>())
  const high = v128.mul<f32>(square<f32>(lead), half<f32>())
  const low = v128.mul<f32>(v128.mul<f32>(v128.sub<f32>(a, lead), v128.add<f32>(a, lead)), half<f32>())
  const tail = upperTail(a, t, high, low, normalEnd<f32>())
  const isBelow = v128.lt<f32>(x, zero<f32>())
  return v128.mul<f32>(x, v128.bitselect(tail, v128.sub<f32>(one<f32>(), tail), isBelow))
}

/** 1 − erf(x) = 2 (1 − Φ(√2 x)) */
// @inline
export function erfc<T>(x: v128): v128 {
  const a = abs<f32>(x)
  const t = reciprocal<f32>(madd<f32>(a, erfcStep<f32>(), one<f32>()))
  const lead = v128.and(a, leadBits<f32>())
  const low = v128.mul<f32>(v128.sub<f32>(a, lead), v128.add<f32>(a, lead))
  const h = upperTail(a, t, square<f32>(lead), low, erfcEnd<f32>())
  const tail = v128.add<f32>(h, h)
  return v128.bitselect(v128.sub<f32>(two<f32>(), tail), tail, v128.lt<f32>(x, zero<f32>()))
}

// ---- For derivatives: functions that are not copied into each loop ----

export function tanhOf<T>(x: v128): v128 {
  return tanh<T>(x)
}
export function erfcOf<T>(x: v128): v128 {
  return erfc<T>(x)
}
