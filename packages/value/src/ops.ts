/**
 * The operations: one row each, with the function on numbers and its derivative.
 *
 * A derivative is written over an arithmetic `m`, so that one rule serves numbers, Values (whose results
 * can be differentiated again), arrays, and source text for generated loops. It may read the inputs and
 * the output `y`. Nothing here knows graphs or classes.
 */
import { erf, erfc, log1pexp, logaddexp, mod, pow, round, sigmoid } from './special.ts'

/**
 * What derivative rules are written in. `T` is a number, a Value, an array or a piece of source text,
 * and `Mask` the truth of a comparison there. A JavaScript number may stand for any operand.
 */
export type Arithmetic<T, Mask> = { readonly [K in UnaryOfRules]: (x: T | number) => T } & {
  readonly [K in BinaryOfRules]: (a: T | number, b: T | number) => T
} & { readonly [K in keyof typeof comparisons]: (a: T | number, b: T | number) => Mask } & {
  /** `a` where the mask holds, else `b`. The one that is not taken gets gradient 0, whatever it is. */
  readonly where: (mask: Mask, a: T | number, b: T | number) => T
}

type UnaryOfRules =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'square'
  | 'sqrt'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'sin'
  | 'cos'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'sigmoid'
  | 'erfc'
  | 'floor'
type BinaryOfRules = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'hypot' | 'softplus'

/** Where tests sample an argument: from, to. */
type Interval = readonly [number, number]

type Row = {
  /** An interval for each argument; `[-3, 3]` where it is missing. */
  readonly domain?: readonly Interval[]
  /** What a missing last argument is. */
  readonly fallback?: number
  /** The partials choose between inputs: a partial 0 gives gradient 0 even where `dy` is infinite. */
  readonly selects?: true
}

/** A row with one argument and its derivative. */
export type UnaryRow = Row & {
  readonly f: (x: number) => number
  readonly df: <T, M>(m: Arithmetic<T, M>, x: T, y: T) => T | number
}

type Partial2 = <T, M>(m: Arithmetic<T, M>, a: T, b: T, y: T) => T | number

/** A row with two arguments, and the partial derivative in each. */
export type BinaryRow = Row & {
  readonly f: (a: number, b: number) => number
  readonly da: Partial2
  readonly db: Partial2
}

type Partial3 = <T, M>(m: Arithmetic<T, M>, a: T, b: T, c: T, y: T) => T | number

/** A row with three arguments, and the partial derivative in each. */
export type TernaryRow = Row & {
  readonly f: (a: number, b: number, c: number) => number
  readonly da: Partial3
  readonly db: Partial3
  readonly dc: Partial3
}

const FLAT = () => 0

// selu, arXiv:1706.02515: the fixed point of the mean 0 and the variance 1.
const SELU_ALPHA = 1.6732632423543772
const SELU_SCALE = 1.0507009873554805
// gelu, arXiv:1606.08415, section 2.
const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI)
const GELU_CUBIC = 0.044715

/**
 * The slope of a ramp that is smooth near 0 only: beyond 40 it is 0 or 1 to the last digit, and computing
 * it would overflow to 0·∞.
 */
function rampSlope<T, M>(m: Arithmetic<T, M>, x: T, slope: (near: T) => T): T {
  const far = m.gt(m.abs(x), 40)
  return m.where(far, m.where(m.gt(x, 0), 1, 0), slope(m.where(far, 0, x)))
}

/**
 * `1 − x²`, as a product where x is near ±1, since a difference of squares cancels there; elsewhere the derivative
 * of the product would.
 */
function lessSquare<T, M>(m: Arithmetic<T, M>, x: T): T {
  const isLarge = m.gt(m.abs(x), 0.5)
  return m.where(isLarge, m.mul(m.sub(1, x), m.add(1, x)), m.sub(1, m.square(x)))
}

/** Operations on one operand. */
export const unary = {
  /** `−x` @see numpy.negative */
  neg: { f: (x) => -x, df: () => -1 },
  /** `|x|`; the derivative at 0 is 0. @see numpy.abs */
  abs: { f: Math.abs, df: (m, x) => m.sign(x) },
  /** −1, 0 or 1 (NaN of NaN); flat everywhere. @see numpy.sign */
  sign: { f: Math.sign, df: FLAT, selects: true },
  /** `x²` @see numpy.square */
  square: { f: (x) => x * x, df: (m, x) => m.mul(2, x) },
  /** `√x`; NaN below 0, and the derivative at 0 is Infinity. @see numpy.sqrt */
  sqrt: { f: Math.sqrt, df: (m, _x, y) => m.div(0.5, y), domain: [[0.1, 4]] },
  /** `1/√x` @see torch.rsqrt */
  rsqrt: {
    f: (x) => 1 / Math.sqrt(x),
    df: (m, x, y) => m.mul(-0.5, m.div(y, x)),
    domain: [[0.1, 4]],
  },
  /** The real cube root, also of negative numbers. @see numpy.cbrt */
  cbrt: { f: Math.cbrt, df: (m, _x, y) => m.div(1, m.mul(3, m.square(y))), domain: [[0.1, 4]] },
  /** `1/x` @see numpy.reciprocal */
  reciprocal: { f: (x) => 1 / x, df: (m, _x, y) => m.neg(m.square(y)), domain: [[0.2, 4]] },

  /** `eˣ` @see numpy.exp */
  exp: { f: Math.exp, df: (_m, _x, y) => y },
  /** `eˣ − 1`, with full digits near 0. @see numpy.expm1 */
  expm1: { f: Math.expm1, df: (m, x) => m.exp(x) },
  /** `2ˣ` @see numpy.exp2 */
  exp2: { f: (x) => 2 ** x, df: (m, _x, y) => m.mul(Math.LN2, y) },
  /** Natural logarithm; −Infinity at 0, NaN below. @see numpy.log */
  log: { f: Math.log, df: (m, x) => m.div(1, x), domain: [[0.1, 4]] },
  /** `log(1 + x)`, with full digits near 0. @see numpy.log1p */
  log1p: { f: Math.log1p, df: (m, x) => m.div(1, m.add(1, x)), domain: [[-0.8, 4]] },
  /** Logarithm to base 2. @see numpy.log2 */
  log2: { f: Math.log2, df: (m, x) => m.div(Math.LOG2E, x), domain: [[0.1, 4]] },
  /** Logarithm to base 10. @see numpy.log10 */
  log10: { f: Math.log10, df: (m, x) => m.div(Math.LOG10E, x), domain: [[0.1, 4]] },

  /** Sine of radians. @see numpy.sin */
  sin: { f: Math.sin, df: (m, x) => m.cos(x) },
  /** Cosine of radians. @see numpy.cos */
  cos: { f: Math.cos, df: (m, x) => m.neg(m.sin(x)) },
  /** Tangent of radians. @see numpy.tan */
  tan: { f: Math.tan, df: (m, _x, y) => m.add(1, m.square(y)), domain: [[-1.3, 1.3]] },
  /** Inverse sine, in radians; NaN outside [−1, 1]. @see numpy.arcsin */
  asin: {
    f: Math.asin,
    df: (m, x) => m.div(1, m.sqrt(lessSquare(m, x))),
    domain: [[-0.9, 0.9]],
  },
  /** Inverse cosine, in radians; NaN outside [−1, 1]. @see numpy.arccos */
  acos: {
    f: Math.acos,
    df: (m, x) => m.div(-1, m.sqrt(lessSquare(m, x))),
    domain: [[-0.9, 0.9]],
  },
  /** Inverse tangent, in radians. @see numpy.arctan */
  atan: {
    f: Math.atan,
    // 1/(1 + x²), and by the square of 1/x where that of x may overflow.
    df: (m, x) => {
      const isLarge = m.gt(m.abs(x), 1)
      const square = m.square(m.where(isLarge, m.div(1, m.where(isLarge, x, 1)), x))
      return m.div(m.where(isLarge, square, 1), m.add(1, square))
    },
  },
  /** Hyperbolic sine. @see numpy.sinh */
  sinh: { f: Math.sinh, df: (m, x) => m.cosh(x) },
  /** Hyperbolic cosine. @see numpy.cosh */
  cosh: { f: Math.cosh, df: (m, x) => m.sinh(x) },
  /** Hyperbolic tangent. @see torch.tanh */
  tanh: {
    f: Math.tanh,
    // By the output, which is there already: as exact as y is beside 1, and 0 where y is rounded to 1.
    df: (m, _x, y) => m.sub(1, m.square(y)),
  },
  /** Inverse hyperbolic sine. @see numpy.arcsinh */
  asinh: { f: Math.asinh, df: (m, x) => m.div(1, m.hypot(x, 1)) },
  /** Inverse hyperbolic cosine; NaN below 1. @see numpy.arccosh */
  acosh: {
    f: Math.acosh,
    // Two roots, since x² − 1 overflows long before its root does.
    df: (m, x) => m.div(1, m.mul(m.sqrt(m.sub(x, 1)), m.sqrt(m.add(x, 1)))),
    domain: [[1.2, 4]],
  },
  /** Inverse hyperbolic tangent; NaN outside [−1, 1]. @see numpy.arctanh */
  atanh: {
    f: Math.atanh,
    df: (m, x) => m.div(1, lessSquare(m, x)),
    domain: [[-0.9, 0.9]],
  },

  /** `1/(1 + e^−x)` @see torch.sigmoid */
  sigmoid: {
    f: sigmoid,
    // By the output, as that of tanh.
    df: (m, _x, y) => m.mul(y, m.sub(1, y)),
  },
  /** `log(sigmoid(x))` without leaving the logarithm. @see torch.nn.functional.logsigmoid */
  logSigmoid: { f: (x) => -log1pexp(-x), df: (m, x) => m.sigmoid(m.neg(x)) },
  /** `max(x, 0)`; the derivative at 0 is 0. @see torch.relu */
  relu: { f: (x) => Math.max(x, 0), df: (m, x) => m.where(m.gt(x, 0), 1, 0), selects: true },
  /** Self-normalising `elu`, arXiv:1706.02515. @see torch.nn.functional.selu */
  selu: {
    f: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
    // The exponential of the branch that is not taken must not overflow, hence the inner `where`.
    df: (m, x) =>
      m.where(
        m.gt(x, 0),
        SELU_SCALE,
        m.mul(SELU_SCALE * SELU_ALPHA, m.exp(m.where(m.gt(x, 0), 0, x))),
      ),
  },
  /** `x Φ(x)`, Φ the normal distribution function; arXiv:1606.08415. @see torch.nn.functional.gelu */
  gelu: {
    // By erfc, since 1 + erf(x/√2) has no digits left where x is far below 0.
    f: (x) => 0.5 * x * erfc(-x * Math.SQRT1_2),
    df: (m, x) =>
      rampSlope(m, x, (near) =>
        m.add(
          m.mul(0.5, m.erfc(m.mul(-Math.SQRT1_2, near))),
          m.mul(m.mul(1 / Math.sqrt(2 * Math.PI), near), m.exp(m.mul(-0.5, m.square(near)))),
        ),
      ),
  },
  /** `gelu` with Φ approximated by a tanh. @see torch.nn.functional.gelu with approximate='tanh' */
  geluTanh: {
    // (1 + tanh u)/2 is sigmoid(2u), which keeps its digits far below 0.
    f: (x) => x * sigmoid(2 * SQRT_2_OVER_PI * (x + GELU_CUBIC * x * x * x)),
    df: (m, x) =>
      rampSlope(m, x, (near) => {
        const x2 = m.square(near)
        const u = m.mul(m.mul(2 * SQRT_2_OVER_PI, near), m.add(1, m.mul(GELU_CUBIC, x2)))
        const s = m.sigmoid(u)
        const slope = m.mul(2 * SQRT_2_OVER_PI, m.add(1, m.mul(3 * GELU_CUBIC, x2)))
        return m.add(s, m.mul(m.mul(near, slope), m.mul(s, m.sub(1, s))))
      }),
  },
  /** `x sigmoid(x)`, also called swish. @see torch.nn.functional.silu */
  silu: {
    f: (x) => x * sigmoid(x),
    df: (m, x, y) => m.add(m.sigmoid(x), m.mul(y, m.sub(1, m.sigmoid(x)))),
  },
  /** `x tanh(softplus(x))`, arXiv:1908.08681. @see torch.nn.functional.mish */
  mish: {
    f: (x) => x * Math.tanh(log1pexp(x)),
    df: (m, x) => {
      const t = m.tanh(m.softplus(x, 1))
      return m.add(t, m.mul(m.mul(x, m.sigmoid(x)), m.sub(1, m.square(t))))
    },
  },
  /** `2/√π ∫₀ˣ e^−t² dt` @see torch.erf */
  erf: { f: erf, df: (m, x) => m.mul(2 / Math.sqrt(Math.PI), m.exp(m.neg(m.square(x)))) },
  /** `1 − erf(x)`, with full digits where it is small. @see torch.erfc */
  erfc: { f: erfc, df: (m, x) => m.mul(-2 / Math.sqrt(Math.PI), m.exp(m.neg(m.square(x)))) },

  /** The largest integer ≤ x; flat. @see numpy.floor */
  floor: { f: Math.floor, df: FLAT, selects: true },
  /** The smallest integer ≥ x; flat. @see numpy.ceil */
  ceil: { f: Math.ceil, df: FLAT, selects: true },
  /** The nearest integer, halves to the even one; flat. @see numpy.round */
  round: { f: round, df: FLAT, selects: true },
  /** The integer part; flat. @see numpy.trunc */
  trunc: { f: Math.trunc, df: FLAT, selects: true },
} as const satisfies Record<string, UnaryRow>

/** `a − b`, and 0 for equal infinities, which have no difference. */
function differenceOf<T, M>(m: Arithmetic<T, M>, a: T, b: T): T {
  const difference = m.sub(a, b)
  return m.where(m.eq(m.abs(a), Infinity), m.where(m.eq(a, b), 0, difference), difference)
}

/**
 * `a/√(a² + b²)` with y the root, and 0 at the origin. For the longer side it is `±1/√(1 + (b/a)²)`, since the
 * derivative of a/y would be a difference that cancels. The branch that is not taken must be finite.
 */
function sideSlope<T, M>(m: Arithmetic<T, M>, a: T, b: T, y: T): T {
  const isLonger = m.gt(m.abs(a), m.abs(b))
  const ratio = m.div(m.where(isLonger, b, 0), m.where(isLonger, a, 1))
  const longer = m.div(m.sign(a), m.sqrt(m.add(1, m.square(ratio))))
  const isOrigin = m.eq(y, 0)
  const shorter = m.div(m.where(isLonger, 0, a), m.where(isOrigin, 1, y))
  return m.where(isLonger, longer, m.where(isOrigin, 0, shorter))
}

/** Operations on two operands. */
export const binary = {
  /** `a + b` @see numpy.add */
  add: { f: (a, b) => a + b, da: () => 1, db: () => 1 },
  /** `a − b` @see numpy.subtract */
  sub: { f: (a, b) => a - b, da: () => 1, db: () => -1 },
  /** `a · b` @see numpy.multiply */
  mul: { f: (a, b) => a * b, da: (_m, _a, b) => b, db: (_m, a) => a },
  /** `a / b` by IEEE 754: `1/0` is Infinity. @see numpy.divide */
  div: {
    f: (a, b) => a / b,
    da: (m, _a, b) => m.div(1, b),
    db: (m, _a, b, y) => m.neg(m.div(y, b)),
    domain: [
      [-3, 3],
      [0.2, 3],
    ],
  },
  /**
   * `aᵇ`. The derivative in a, `b·aᵇ⁻¹`, is 0 where b is 0; that in b, `aᵇ·log a`, is 0 at a = 0 with b ≥ 0,
   * and NaN where a < 0.
   * @see numpy.power
   */
  pow: {
    f: pow,
    // At b = 0 this is 0, but 0·a⁻¹ would make the third derivative of x² at 0 NaN, and without the inner
    // choice the fourth: also the derivatives of what is not taken must be finite. Where a has an inverse the
    // product stays, since its derivative in b is a⁻¹; 1e-18 leaves room for higher orders, in float32 too.
    da: (m, a, b) => {
      const isFlat = m.eq(b, 0)
      const hasInverse = m.gt(m.abs(a), 1e-18)
      const base = m.where(isFlat, m.where(hasInverse, a, 1), a)
      const slope = m.mul(b, m.pow(base, m.sub(b, 1)))
      return m.where(isFlat, m.where(hasInverse, slope, 0), slope)
    },
    db: (m, a, b, y) =>
      m.where(
        m.eq(a, 0),
        // −Infinity below 0, NaN for NaN.
        m.where(m.ge(b, 0), 0, m.sub(b, Infinity)),
        m.mul(y, m.log(m.where(m.eq(a, 0), 1, a))),
      ),
    domain: [
      [0.2, 3],
      [-2, 2],
    ],
  },
  /** The angle of the point (b, a), in radians. @see numpy.arctan2 */
  atan2: {
    f: Math.atan2,
    // a² + b² would overflow; its root does not.
    da: (m, a, b) => m.div(m.div(b, m.hypot(a, b)), m.hypot(a, b)),
    db: (m, a, b) => m.neg(m.div(m.div(a, m.hypot(a, b)), m.hypot(a, b))),
    domain: [
      [0.2, 3],
      [-3, 3],
    ],
  },
  /** `√(a² + b²)` without overflow; the gradient at the origin is 0. @see numpy.hypot */
  hypot: {
    f: Math.hypot,
    da: (m, a, b, y) => sideSlope(m, a, b, y),
    db: (m, a, b, y) => sideSlope(m, b, a, y),
    domain: [
      [0.2, 3],
      [-3, 3],
    ],
  },
  /** The smaller; NaN if one is NaN. Equal operands share the gradient evenly. @see numpy.minimum */
  minimum: {
    f: (a, b) => Math.min(a, b),
    da: (m, a, b) => m.where(m.lt(a, b), 1, m.where(m.eq(a, b), 0.5, 0)),
    db: (m, a, b) => m.where(m.lt(b, a), 1, m.where(m.eq(a, b), 0.5, 0)),
    selects: true,
  },
  /** The larger; NaN if one is NaN. Equal operands share the gradient evenly. @see numpy.maximum */
  maximum: {
    f: (a, b) => Math.max(a, b),
    da: (m, a, b) => m.where(m.gt(a, b), 1, m.where(m.eq(a, b), 0.5, 0)),
    db: (m, a, b) => m.where(m.gt(b, a), 1, m.where(m.eq(a, b), 0.5, 0)),
    selects: true,
  },
  /** The remainder with the sign of b: `a − b ⌊a/b⌋`. @see numpy.mod */
  mod: {
    f: mod,
    da: () => 1,
    // Not ⌊a/b⌋: a quotient just below an integer may round up to it, as 3/0.1 does. With the remainder it is
    // whole but for rounding; and a remainder as large as b stands for a very small a of the other sign.
    db: (m, a, b, y) => {
      const isShort = m.eq(y, b)
      const quotient = m.sub(m.div(a, b), m.div(m.where(isShort, 0, y), b))
      return m.where(isShort, 1, m.neg(m.floor(m.add(quotient, 0.5))))
    },
    domain: [
      [2.3, 2.6],
      [0.95, 1.05],
    ],
  },
  /** `log(eᵃ + eᵇ)` without overflow. @see numpy.logaddexp */
  logaddexp: {
    f: logaddexp,
    da: (m, a, b) => m.sigmoid(differenceOf(m, a, b)),
    db: (m, a, b) => m.sigmoid(differenceOf(m, b, a)),
  },

  /** `log(1 + e^(βx)) / β` without overflow. @see torch.nn.functional.softplus */
  softplus: {
    f: (x, beta) => log1pexp(beta * x) / beta,
    da: (m, x, beta) => m.sigmoid(m.mul(beta, x)),
    // β²·db is −H(sigmoid(βx)), H(p) = −p·log p − (1 − p)·log(1 − p): the same at −βx, and where that is not above 0
    // it is written without a difference that cancels.
    db: (m, x, beta) => {
      const u = m.mul(beta, x)
      const below = m.where(m.gt(u, 0), m.neg(u), u)
      const entropy = m.sub(m.mul(below, m.sigmoid(below)), m.softplus(below, 1))
      return m.div(m.div(entropy, beta), beta)
    },
    domain: [
      [-3, 3],
      [0.5, 2],
    ],
    fallback: 1,
  },
  /** `x` above 0, else `slope · x`; the derivative at 0 is the slope. @see torch.nn.functional.leaky_relu */
  leakyRelu: {
    f: (x, slope) => (x > 0 ? x : slope * x),
    da: (m, x, slope) => m.where(m.gt(x, 0), 1, slope),
    db: (m, x) => m.where(m.gt(x, 0), 0, x),
    fallback: 0.01,
  },
  /** `x` above 0, else `α (eˣ − 1)`; arXiv:1511.07289. @see torch.nn.functional.elu */
  elu: {
    f: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
    // The exponential of the branch that is not taken must not overflow, hence the inner `where`.
    da: (m, x, alpha) => m.where(m.gt(x, 0), 1, m.mul(alpha, m.exp(m.where(m.gt(x, 0), 0, x)))),
    db: (m, x) => m.where(m.gt(x, 0), 0, m.expm1(m.where(m.gt(x, 0), 0, x))),
    fallback: 1,
  },
} as const satisfies Record<string, BinaryRow>

/** Operations on three operands. */
export const ternary = {
  /**
   * `x` kept between min and max; the gradient passes on the closed interval. With min > max everything
   * becomes max. @see numpy.clip
   */
  clip: {
    f: (x, min, max) => Math.min(Math.max(x, min), max),
    da: (m, x, min, max) => m.where(m.ge(x, min), m.where(m.le(x, max), 1, 0), 0),
    db: (m, x, min, max) => m.where(m.lt(x, min), m.where(m.le(min, max), 1, 0), 0),
    dc: (m, x, min, max) => m.where(m.gt(x, max), 1, m.where(m.gt(min, max), 1, 0)),
    domain: [
      [-3, 3],
      [-2, -1],
      [1, 2],
    ],
    selects: true,
  },
  /** `a` where the condition is not 0, else `b`; the other one gets gradient 0. @see numpy.where */
  where: {
    f: (condition, a, b) => (condition !== 0 ? a : b),
    da: FLAT,
    db: (m, condition) => m.where(m.ne(condition, 0), 1, 0),
    dc: (m, condition) => m.where(m.ne(condition, 0), 0, 1),
    selects: true,
  },
} as const satisfies Record<string, TernaryRow>

/** Comparisons by IEEE 754: NaN equals nothing, and only `ne` holds of it. */
export const comparisons = {
  /** `a = b` @see numpy.equal */
  eq: (a: number, b: number): boolean => a === b,
  /** `a ≠ b` @see numpy.not_equal */
  ne: (a: number, b: number): boolean => a !== b,
  /** `a < b` @see numpy.less */
  lt: (a: number, b: number): boolean => a < b,
  /** `a ≤ b` @see numpy.less_equal */
  le: (a: number, b: number): boolean => a <= b,
  /** `a > b` @see numpy.greater */
  gt: (a: number, b: number): boolean => a > b,
  /** `a ≥ b` @see numpy.greater_equal */
  ge: (a: number, b: number): boolean => a >= b,
} as const

/** The operations on one operand. */
export type UnaryName = keyof typeof unary
/** The operations on two operands. */
export type BinaryName = keyof typeof binary
/** The operations on three operands. */
export type TernaryName = keyof typeof ternary
/** The comparisons, whose results have no derivative. */
export type ComparisonName = keyof typeof comparisons

/** The arithmetic of plain numbers: the rows themselves. */
export const numbers = {
  ...functionsOf(unary),
  ...functionsOf(binary),
  ...comparisons,
  where: (mask: boolean, a: number, b: number) => (mask ? a : b),
} as Arithmetic<number, boolean>

function functionsOf(
  rows: Readonly<Record<string, UnaryRow | BinaryRow>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, row.f]))
}
