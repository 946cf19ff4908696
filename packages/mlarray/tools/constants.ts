/**
 * The constants of assembly/math.ts, for build-wasm.mjs, which writes them to assembly/generated/constants.ts.
 *
 * V8 builds a vector of constants anew in every turn of a loop. So each is a global that is filled when the
 * module starts: the compiler does not know its value, and reads it once, before the loop. Polynomials are our
 * own, from coefficients.py.
 */

/** A number as float32 and as float64; bits where they are bigints. */
type Pair = readonly [number | bigint, number | bigint]

const both = (x: number): Pair => [x, x]

/** Powers of a polynomial, lowest first, named by a prefix. */
function polynomial(name: string, single: readonly number[], double: readonly number[] = []) {
  const length = Math.max(single.length, double.length)
  return Object.fromEntries(
    Array.from({ length }, (_, k): [string, Pair] => [
      `${name}${k}`,
      [single[k] ?? 0, double[k] ?? 0],
    ]),
  )
}

const constants: Record<string, Pair> = {
  zero: both(0),
  one: both(1),
  two: both(2),
  half: both(0.5),
  signBit: [0x80000000n, 0x8000000000000000n],
  sizeBits: [0x7fffffffn, 0x7fffffffffffffffn],
  fractionBits: [0x7fffffn, 0xfffffffffffffn],

  // What rounds to an integer when it is added, so that the sum ends with its bits.
  rounder: [1.5 * 2 ** 23, 1.5 * 2 ** 52],
  log2e: both(Math.LOG2E),
  // ln 2 in two parts; the first is so short that its product with an exponent is exact.
  ln2High: [0.693145751953125, 0.693147180559663],
  ln2Low: [1.428606765330187e-6, 2.8235290563031577e-13],
  // (eʳ − 1 − r)/r² on [−ln 2/2, ln 2/2], within 4e-9 and 8e-19.
  ...polynomial(
    'exp',
    [
      0.4999999403953552, 0.1666652113199234, 0.04166838899254799, 0.008368710055947304,
      0.0013814582489430904,
    ],
    [
      0.5, 0.16666666666666682, 0.041666666666666095, 0.00833333333331705, 0.0013888888889115427,
      0.00019841269896344943, 2.480158692686095e-5, 2.7557234901379503e-6, 2.7557581761953764e-7,
      2.5112022909387027e-8, 2.0826626516567327e-9,
    ],
  ),
  // How far `expNear` goes, and beyond what the exponential is 0 and infinite.
  expFar: [87, 708],
  expLowest: [-104, -746],
  expHighest: [89, 710],
  // −tanh(x/2) is 1 from here on; tanh(log(1 + eˣ)) is, and its (eˣ)² more than 2¹⁰⁰.
  tanhEnd: [-20, -40],
  // Below it tanh is computed from what it lacks to 1.
  tanhSplit: both(0.125),
  mishEnd: both(40),

  // Bits of √½: what lies between it and √2 has exponent 0.
  rootBits: [0x3f3504f3n, 0x3fe6a09e667f3bcdn],
  // Bits of a number that ends with the bits of an integer ≥ 0; that number, with the bias of exponents.
  integerBits: [0x4b000000n, 0x4330000000000000n],
  integerBias: [2 ** 23 + 127, 2 ** 52 + 1023],
  // Twice the bits of 1: less those of 2ᵏ they are those of 2⁻ᵏ.
  inverseBits: [0x7f000000n, 0x7fe0000000000000n],
  // (log((1 + s)/(1 − s)) − 2s)/s³ over s², for (1 + s)/(1 − s) between √½ and √2, within 1e-9 and 2e-18.
  ...polynomial(
    'log',
    [0.6666677594184875, 0.3997754156589508, 0.2987172603607178],
    [
      0.6666666666666734, 0.3999999999941468, 0.2857142874238662, 0.2222219857336082,
      0.18183564313869793, 0.15314050928671988, 0.14795945436679436,
    ],
  ),
  normalLeast: [2 ** -126, 2 ** -1022],
  largest: [(2 - 2 ** -23) * 2 ** 127, Number.MAX_VALUE],
  // What subnormal numbers are scaled by, and its exponent.
  scale: [2 ** 24, 2 ** 54],
  scaleExponent: [24, 54],
  // Where log(1 + x) is log x.
  log1pEnd: both(2 ** 100),

  // The leading half of a number.
  leadBits: [0xfffff000n, 0xfffffffff8000000n],
  // λ and λ α of selu, arXiv:1706.02515.
  seluScale: both(1.0507009873554805),
  seluFactor: both(1.0507009873554805 * 1.6732632423543772),
  // gelu's tanh is of c x (k + x²), with k in two parts, of which the first is short, like ln 2/c.
  cubicHigh: [22.36376953125, 22.363860002235924],
  cubicLow: [9.04709886526689e-5, 4.629137585407989e-13],
  cubicScale: both(0.07135481627260025),
  cubicTurns: both(0.1029432395800235),
  cubicTurnHigh: [9.7139892578125, 9.714091028014082],
  cubicTurnLow: [0.00010177020885748789, 9.61443553585808e-12],
  // From where on the sigmoid there would be subnormal.
  cubicEnd: [10, 21.145],
  // e^(a²/2) (1 − Φ(a))/t over t = 1/(1 + 3a/8), a in [0, 15], within 2e-7.
  normalStep: both(3 / 8),
  erfcStep: both((3 / 8) * Math.SQRT2),
  normalEnd: both(13.2),
  erfcEnd: both(9.33),
  ...polynomial(
    'tail',
    [
      0.14961780607700348, 0.14930127561092377, 0.13102734088897705, 0.07696179300546646,
      0.046538181602954865, 0.001230817288160324, -0.13965167105197906, 0.11259811371564865,
      -0.027623727917671204,
    ],
  ),
}

/** The bits of a number in the precision of a view, as an integer. */
function bitsOf(x: number | bigint, view: Float32Array | Float64Array): string {
  if (typeof x === 'bigint') return String(x)
  view[0] = x
  const { buffer } = view
  return String(
    buffer.byteLength === 4 ? new Uint32Array(buffer)[0] : new BigUint64Array(buffer)[0],
  )
}

/** The text of assembly/generated/constants.ts: these constants, and numbers that derivatives need. */
export function constantsSource(numbers: readonly number[]): string {
  const all = Object.entries({
    ...constants,
    ...Object.fromEntries(numbers.map((x, i): [string, Pair] => [`number${i}`, both(x)])),
  })
  const single = all.map(([, [x]]) => bitsOf(x, new Float32Array(1))).join(', ')
  const double = all.map(([, [, x]]) => bitsOf(x, new Float64Array(1))).join(', ')
  const globals = all.map(
    ([name], i) => `let ${name}32: v128 = v128.load32_splat(SINGLE, ${4 * i})
let ${name}64: v128 = v128.load64_splat(DOUBLE, ${8 * i})
// @inline
export function ${name}<T>(): v128 {
  return sizeof<T>() == 4 ? ${name}32 : ${name}64
}`,
  )
  return `// Generated by tools/constants.ts: do not edit.
const SINGLE = memory.data<u32>([${single}])
const DOUBLE = memory.data<u64>([${double}])
${globals.join('\n')}
`
}
