/**
 * Reductions of an array [outer, n, inner] along its middle: `outer × inner` results.
 *
 * Sums of float32: sixteen vectors are added as a tree in float32, and its four numbers to sums in float64, so that
 * |error| ≤ 4 · 2⁻²⁴ Σ|x| + the rounding of the result, for any n. Sums of float64: by halves down to blocks of
 * 128 with eight sums side by side (N. J. Higham, SIAM J. Sci. Comput. 14 (1993), section 3), in the order of the
 * plain kernel and of NumPy, to the bit. Columns are summed eight rows at a time, those of float64 four and in the order of rows.
 *
 * Extremes: NaN wins; of zeros of both signs +0 is larger. Exact.
 */

import { madd } from './math'

// ---- Sum of a row ----

function sum32(x: usize, n: i32): f64 {
  let low = f64x2.splat(0)
  let high = low
  for (; n >= 64; n -= 64, x += 256) {
    const sum = f32x4.add(eight(x, 16), eight(x + 128, 16))
    low = f64x2.add(low, f64x2.promote_low_f32x4(sum))
    high = f64x2.add(high, promoteHigh(sum))
  }
  for (; n >= 8; n -= 8, x += 32) {
    const sum = f32x4.add(v128.load(x), v128.load(x, 16))
    low = f64x2.add(low, f64x2.promote_low_f32x4(sum))
    high = f64x2.add(high, promoteHigh(sum))
  }
  low = f64x2.add(low, high)
  for (; n >= 2; n -= 2, x += 8) low = f64x2.add(low, f64x2.promote_low_f32x4(v128.load64_zero(x)))
  const sum = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)
  return n > 0 ? sum + <f64>load<f32>(x) : sum
}

// @inline
function promoteHigh(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3))
}

/** The sum of eight vectors that lie `step` bytes apart. */
// @inline
function eight(x: usize, step: usize): v128 {
  return f32x4.add(four(x, step), four(x + 4 * step, step))
}

// @inline
function four(x: usize, step: usize): v128 {
  const a = f32x4.add(v128.load(x), v128.load(x + step))
  return f32x4.add(a, f32x4.add(v128.load(x + 2 * step), v128.load(x + 3 * step)))
}

function sum64(x: usize, n: i32): f64 {
  if (n > 128) {
    const half = (n >> 4) << 3
    return sum64(x, half) + sum64(x + ((<usize>half) << 3), n - half)
  }
  let total: f64 = 0
  if (n >= 8) {
    let a = f64x2.splat(0)
    let b = a
    let c = a
    let d = a
    for (; n >= 8; n -= 8, x += 64) {
      a = f64x2.add(a, v128.load(x))
      b = f64x2.add(b, v128.load(x, 16))
      c = f64x2.add(c, v128.load(x, 32))
      d = f64x2.add(d, v128.load(x, 48))
    }
    total = pair(a) + pair(b) + (pair(c) + pair(d))
  }
  for (; n > 0; n--, x += 8) total += load<f64>(x)
  return total
}

// @inline
function pair(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1)
}

/** The sum of a row, which starts at +0. */
// @inline
export function rowSum<T>(x: usize, n: i32): f64 {
  if (sizeof<T>() == 4) return sum32(x, n)
  return 0 + sum64(x, n)
}

// ---- Sums of columns ----

/** How many columns are summed at a time: `work` holds as many float64. */
const COLUMNS: i32 = 1024

function columns32(out: usize, n: i32, inner: i32, x: usize, work: usize): void {
  const row = (<usize>inner) << 2
  for (; inner > 0; inner -= COLUMNS, x += COLUMNS << 2, out += COLUMNS << 2) {
    const width = (<usize>min(inner, COLUMNS)) << 2
    memory.fill(work, 0, width << 1)
    let at = x
    let rows = n
    for (; rows >= 8; rows -= 8, at += row << 3) {
      let i: usize = 0
      for (; i + 28 < width; i += 32) {
        const first = eight(at + i, row)
        const second = eight(at + i + 16, row)
        addTo(work + (i << 1), first)
        addTo(work + (i << 1) + 32, second)
      }
      for (; i + 12 < width; i += 16) addTo(work + (i << 1), eight(at + i, row))
      for (; i < width; i += 4) {
        const from = at + i
        const next = from + 4 * row
        const a = load<f32>(from) + load<f32>(from + row)
        const b = load<f32>(from + 2 * row) + load<f32>(from + 3 * row)
        const c = load<f32>(next) + load<f32>(next + row)
        const d = load<f32>(next + 2 * row) + load<f32>(next + 3 * row)
        const sum = a + b + (c + d)
        store<f64>(work + (i << 1), load<f64>(work + (i << 1)) + <f64>sum)
      }
    }
    for (; rows >= 4; rows -= 4, at += row << 2) {
      let i: usize = 0
      for (; i + 12 < width; i += 16) addTo(work + (i << 1), four(at + i, row))
      for (; i < width; i += 4) {
        const from = at + i
        const a = load<f32>(from) + load<f32>(from + row)
        const b = load<f32>(from + 2 * row) + load<f32>(from + 3 * row)
        store<f64>(work + (i << 1), load<f64>(work + (i << 1)) + <f64>(a + b))
      }
    }
    for (; rows > 0; rows--, at += row) {
      for (let i: usize = 0; i < width; i += 4)
        store<f64>(work + (i << 1), load<f64>(work + (i << 1)) + <f64>load<f32>(at + i))
    }
    for (let i: usize = 0; i < width; i += 4) store<f32>(out + i, <f32>load<f64>(work + (i << 1)))
  }
}

/** Adds four numbers to those at an address. */
// @inline
function addTo(to: usize, x: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(x)))
  v128.store(to, f64x2.add(v128.load(to, 16), promoteHigh(x)), 16)
}

function columns64(out: usize, n: i32, inner: i32, x: usize): void {
  const row = (<usize>inner) << 3
  memory.fill(out, 0, row)
  for (; n >= 4; n -= 4, x += row << 2) {
    let i: usize = 0
    for (; i + 8 < row; i += 16) {
      const from = x + i
      let sum = f64x2.add(v128.load(out + i), v128.load(from))
      sum = f64x2.add(sum, v128.load(from + row))
      sum = f64x2.add(sum, v128.load(from + 2 * row))
      v128.store(out + i, f64x2.add(sum, v128.load(from + 3 * row)))
    }
    for (; i < row; i += 8) {
      const from = x + i
      const sum = load<f64>(out + i) + load<f64>(from) + load<f64>(from + row)
      store<f64>(out + i, sum + load<f64>(from + 2 * row) + load<f64>(from + 3 * row))
    }
  }
  for (; n > 0; n--, x += row) {
    for (let i: usize = 0; i < row; i += 8)
      store<f64>(out + i, load<f64>(out + i) + load<f64>(x + i))
  }
}

/** The sum of n elements, before it is rounded: for callers that add up parts. */
export function total_f32(x: usize, n: i32): f64 {
  return sum32(x, n)
}
export function total_f64(x: usize, n: i32): f64 {
  return sum64(x, n)
}

/** Sums along the middle of [outer, n, inner]; `work` has 8 KiB. */
export function sum_f32(out: usize, outer: i32, n: i32, inner: i32, x: usize, work: usize): void {
  for (; outer > 0; outer--, x += ((<usize>n) * (<usize>inner)) << 2, out += (<usize>inner) << 2) {
    if (inner == 1) store<f32>(out, <f32>rowSum<f32>(x, n))
    else columns32(out, n, inner, x, work)
  }
}

export function sum_f64(out: usize, outer: i32, n: i32, inner: i32, x: usize, work: usize): void {
  for (; outer > 0; outer--, x += ((<usize>n) * (<usize>inner)) << 3, out += (<usize>inner) << 3) {
    if (inner == 1) store<f64>(out, rowSum<f64>(x, n))
    else columns64(out, n, inner, x)
  }
}

// ---- Extremes ----

/** The larger in each lane, or the smaller; the second where a lane is NaN. */
// @inline
function better<T>(a: v128, b: v128, isMax: bool): v128 {
  return isMax ? v128.pmax<T>(b, a) : v128.pmin<T>(b, a)
}

/** The larger in each lane, or the smaller, as IEEE 754 says; NaN first. */
// @inline
function exact<T>(a: v128, b: v128, isMax: bool): v128 {
  return isMax ? v128.max<T>(a, b) : v128.min<T>(a, b)
}

/** The same for two numbers. */
// @inline
function best<T>(a: T, b: T, isMax: bool): T {
  return isMax ? max<T>(a, b) : min<T>(a, b)
}

/**
 * The extreme of a row of one or more. What compares fast overlooks NaN and the sign of zeros. So products of
 * neighbours are added up beside it, by units of the processor that do not compare: where the sum is NaN (so it
 * can be for infinities too) or the extreme 0, all is compared again.
 */
// @inline
function extremeOf<T>(x: usize, n: i32, isMax: bool): T {
  const lanes: i32 = 16 / sizeof<T>()
  if (n < 8 * lanes) return exactExtreme<T>(x, n, isMax)
  const from = x
  let a = v128.load(x)
  let b = a
  let c = a
  let d = a
  // Four sums, since each has to wait for the addition before it.
  let s = v128.splat<T>(0)
  let t = s
  let u = s
  let v = s
  let i = n
  for (; i >= 8 * lanes; i -= 8 * lanes, x += 128) {
    let e = v128.load(x)
    let f = v128.load(x, 16)
    let g = v128.load(x, 32)
    let h = v128.load(x, 48)
    a = better<T>(e, a, isMax)
    b = better<T>(f, b, isMax)
    c = better<T>(g, c, isMax)
    d = better<T>(h, d, isMax)
    s = madd<T>(e, f, s)
    t = madd<T>(g, h, t)
    e = v128.load(x, 64)
    f = v128.load(x, 80)
    g = v128.load(x, 96)
    h = v128.load(x, 112)
    a = better<T>(e, a, isMax)
    b = better<T>(f, b, isMax)
    c = better<T>(g, c, isMax)
    d = better<T>(h, d, isMax)
    u = madd<T>(e, f, u)
    v = madd<T>(g, h, v)
  }
  a = better<T>(better<T>(a, b, isMax), better<T>(c, d, isMax), isMax)
  s = v128.add<T>(v128.add<T>(s, t), v128.add<T>(u, v))
  const y = bestLane<T>(a, isMax)
  if (v128.any_true(v128.ne<T>(s, s)) || y == 0) return exactExtreme<T>(from, n, isMax)
  return i > 0 ? best<T>(y, exactExtreme<T>(x, i, isMax), isMax) : y
}

/** The best of the lanes. */
// @inline
function bestLane<T>(a: v128, isMax: bool): T {
  let y = best<T>(v128.extract_lane<T>(a, 0), v128.extract_lane<T>(a, 1), isMax)
  if (sizeof<T>() == 4) {
    y = best<T>(y, v128.extract_lane<T>(a, 2), isMax)
    y = best<T>(y, v128.extract_lane<T>(a, 3), isMax)
  }
  return y
}

/** The extreme of a row of one or more, by instructions that know NaN and the sign of zeros. */
function exactExtreme<T>(x: usize, n: i32, isMax: bool): T {
  const lanes: i32 = 16 / sizeof<T>()
  let y = load<T>(x)
  if (n >= lanes) {
    let a = v128.load(x)
    for (; n >= lanes; n -= lanes, x += 16) a = exact<T>(a, v128.load(x), isMax)
    y = bestLane<T>(a, isMax)
  }
  for (; n > 0; n--, x += sizeof<T>()) y = best<T>(y, load<T>(x), isMax)
  return y
}

// @inline
function extremes<T>(out: usize, outer: i32, n: i32, inner: i32, x: usize, isMax: bool): void {
  const row = (<usize>inner) * sizeof<T>()
  for (; outer > 0; outer--, out += row) {
    if (inner == 1) {
      store<T>(out, extremeOf<T>(x, n, isMax))
      x += (<usize>n) * sizeof<T>()
      continue
    }
    memory.copy(out, x, row)
    x += row
    for (let rows = n - 1; rows > 0; rows--, x += row) {
      let i: usize = 0
      for (; i + 16 <= row; i += 16) {
        const a = v128.load(out + i)
        const b = v128.load(x + i)
        v128.store(out + i, exact<T>(a, b, isMax))
      }
      for (; i < row; i += sizeof<T>())
        store<T>(out + i, best<T>(load<T>(out + i), load<T>(x + i), isMax))
    }
  }
}

/** The largest along the middle of [outer, n, inner], n ≥ 1. */
export function max_f32(out: usize, outer: i32, n: i32, inner: i32, x: usize): void {
  extremes<f32>(out, outer, n, inner, x, true)
}
export function max_f64(out: usize, outer: i32, n: i32, inner: i32, x: usize): void {
  extremes<f64>(out, outer, n, inner, x, true)
}
/** The smallest. */
export function min_f32(out: usize, outer: i32, n: i32, inner: i32, x: usize): void {
  extremes<f32>(out, outer, n, inner, x, false)
}
export function min_f64(out: usize, outer: i32, n: i32, inner: i32, x: usize): void {
  extremes<f64>(out, outer, n, inner, x, false)
}
