/**
 * Softmax and log-softmax of rows, and their gradients. Rows are dense, one after the other, and stay in the
 * innermost cache between passes; results have room for whole vectors, and do not overlap with operands.
 *
 * Method: the largest element of a row is taken away before the exponential (nothing where it is infinite), as in
 * the composition that src/softmax.ts keeps; a sum as in reduce.ts. Accuracy, in ulps: softmax 3 in float32 and
 * 4 in float64, beside the error of the sum; log-softmax as x − max − log Σ rounds.
 */
import { expNear, expWide, isFar, logWide } from './math'
import { rowSum } from './reduce'

/** The largest element that is a number, or 0 where that is infinite. */
function shiftOf<T>(x: usize, n: i32): T {
  const lanes: i32 = 16 / sizeof<T>()
  const end = x + (<usize>n) * sizeof<T>()
  let y: T = <T>-Infinity
  if (n >= lanes) {
    let a = v128.load(x)
    a = v128.bitselect(a, v128.splat<T>(y), v128.eq<T>(a, a))
    let b = a
    for (; x + 16 < end; x += 32) {
      a = v128.pmax<T>(a, v128.load(x))
      b = v128.pmax<T>(b, v128.load(x + 32 <= end ? x + 16 : end - 16))
    }
    a = v128.pmax<T>(a, b)
    a = v128.pmax<T>(a, v128.load(end - 16))
    y = max<T>(v128.extract_lane<T>(a, 0), v128.extract_lane<T>(a, 1))
    if (sizeof<T>() == 4) {
      y = max<T>(y, v128.extract_lane<T>(a, 2))
      y = max<T>(y, v128.extract_lane<T>(a, 3))
    }
  } else {
    for (; x < end; x += sizeof<T>()) {
      const z = load<T>(x)
      if (z > y) y = z
    }
  }
  return y - y == 0 ? y : <T>0
}

/** out = exp(x − shift − more) for a row; the inner loop calls nothing, as in generated/rows.ts. */
function powers<T>(out: usize, x: usize, n: i32, shift: T, more: T): void {
  const end = out + (<usize>n) * sizeof<T>()
  const s = v128.splat<T>(shift)
  const m = v128.splat<T>(more)
  while (out < end) {
    for (; out < end; out += 16, x += 16) {
      const z = v128.sub<T>(v128.sub<T>(v128.load(x), s), m)
      if (isFar<T>(z)) break
      v128.store(out, expNear<T>(z))
    }
    if (out < end) v128.store(out, expWide<T>(v128.sub<T>(v128.sub<T>(v128.load(x), s), m)))
    out += 16
    x += 16
  }
}

function logOf(x: f64): f64 {
  return f64x2.extract_lane(logWide<f64>(f64x2.splat(x)), 0)
}

// @inline
function softmax<T>(out: usize, rows: i32, n: i32, x: usize): void {
  const row = (<usize>n) * sizeof<T>()
  for (; rows > 0; rows--, x += row) {
    powers<T>(out, x, n, shiftOf<T>(x, n), 0)
    const share = v128.splat<T>(<T>(1 / rowSum<T>(out, n)))
    const end = out + row
    let y = out
    for (; y < end; y += 16) v128.store(y, v128.mul<T>(v128.load(y), share))
    out = end
  }
}

/** dx = y (dy − Σ dy y) */
// @inline
function softmaxReverse<T>(dx: usize, rows: i32, n: i32, y: usize, dy: usize): void {
  const row = (<usize>n) * sizeof<T>()
  for (; rows > 0; rows--, y += row, dy += row, dx += row) {
    for (let i: usize = 0; i < row; i += 16)
      v128.store(dx + i, v128.mul<T>(v128.load(y + i), v128.load(dy + i)))
    const sum = v128.splat<T>(<T>rowSum<T>(dx, n))
    for (let i: usize = 0; i < row; i += 16)
      v128.store(dx + i, v128.mul<T>(v128.load(y + i), v128.sub<T>(v128.load(dy + i), sum)))
  }
}

// @inline
function logSoftmax<T>(out: usize, rows: i32, n: i32, x: usize): void {
  const row = (<usize>n) * sizeof<T>()
  for (; rows > 0; rows--, x += row, out += row) {
    const shift = shiftOf<T>(x, n)
    powers<T>(out, x, n, shift, 0)
    const s = v128.splat<T>(shift)
    const log = v128.splat<T>(<T>logOf(rowSum<T>(out, n)))
    for (let i: usize = 0; i < row; i += 16)
      v128.store(out + i, v128.sub<T>(v128.sub<T>(v128.load(x + i), s), log))
  }
}

/** dx = dy − exp(y) Σ dy */
// @inline
function logSoftmaxReverse<T>(dx: usize, rows: i32, n: i32, y: usize, dy: usize): void {
  const row = (<usize>n) * sizeof<T>()
  for (; rows > 0; rows--, y += row, dy += row, dx += row) {
    powers<T>(dx, y, n, 0, 0)
    const sum = v128.splat<T>(<T>rowSum<T>(dy, n))
    for (let i: usize = 0; i < row; i += 16)
      v128.store(dx + i, v128.sub<T>(v128.load(dy + i), v128.mul<T>(v128.load(dx + i), sum)))
  }
}

/**
 * out = −log softmax at one index of each row; `saved` keeps what was taken away from the row, twice, and `work`
 * has room for a row.
 */
// @inline
function surprisal<T>(
  out: usize, rows: i32, n: i32, x: usize, index: usize, saved: usize, work: usize,
): void {
  const row = (<usize>n) * sizeof<T>()
  for (; rows > 0; rows--, x += row, out += sizeof<T>(), index += 4, saved += 2 * sizeof<T>()) {
    const shift = shiftOf<T>(x, n)
    powers<T>(work, x, n, shift, 0)
    const log = <T>logOf(rowSum<T>(work, n))
    store<T>(saved, shift)
    store<T>(saved, log, sizeof<T>())
    store<T>(out, log - (load<T>(x + (<usize>load<i32>(index)) * sizeof<T>()) - shift))
  }
}

/** dx = dy (softmax − 1 at the index), dy being one number for each row. */
// @inline
function surprisalReverse<T>(
  dx: usize, rows: i32, n: i32, x: usize, index: usize, saved: usize, dy: usize,
): void {
  const row = (<usize>n) * sizeof<T>()
  for (; rows > 0; rows--, x += row, dx += row, index += 4, saved += 2 * sizeof<T>(), dy += sizeof<T>()) {
    powers<T>(dx, x, n, load<T>(saved), load<T>(saved, sizeof<T>()))
    const share = load<T>(dy)
    const s = v128.splat<T>(share)
    const at = dx + (<usize>load<i32>(index)) * sizeof<T>()
    store<T>(at, load<T>(at) - 1)
    for (let i: usize = 0; i < row; i += 16) v128.store(dx + i, v128.mul<T>(v128.load(dx + i), s))
  }
}

export function softmax_f32(out: usize, rows: i32, n: i32, x: usize): void {
  softmax<f32>(out, rows, n, x)
}
export function softmax_f64(out: usize, rows: i32, n: i32, x: usize): void {
  softmax<f64>(out, rows, n, x)
}
export function softmaxVjp_f32(dx: usize, rows: i32, n: i32, y: usize, dy: usize): void {
  softmaxReverse<f32>(dx, rows, n, y, dy)
}
export function softmaxVjp_f64(dx: usize, rows: i32, n: i32, y: usize, dy: usize): void {
  softmaxReverse<f64>(dx, rows, n, y, dy)
}
export function logSoftmax_f32(out: usize, rows: i32, n: i32, x: usize): void {
  logSoftmax<f32>(out, rows, n, x)
}
export function logSoftmax_f64(out: usize, rows: i32, n: i32, x: usize): void {
  logSoftmax<f64>(out, rows, n, x)
}
export function logSoftmaxVjp_f32(dx: usize, rows: i32, n: i32, y: usize, dy: usize): void {
  logSoftmaxReverse<f32>(dx, rows, n, y, dy)
}
export function logSoftmaxVjp_f64(dx: usize, rows: i32, n: i32, y: usize, dy: usize): void {
  logSoftmaxReverse<f64>(dx, rows, n, y, dy)
}
export function surprisal_f32(
  out: usize, rows: i32, n: i32, x: usize, index: usize, saved: usize, work: usize,
): void {
  surprisal<f32>(out, rows, n, x, index, saved, work)
}
export function surprisal_f64(
  out: usize, rows: i32, n: i32, x: usize, index: usize, saved: usize, work: usize,
): void {
  surprisal<f64>(out, rows, n, x, index, saved, work)
}
export function surprisalVjp_f32(
  dx: usize, rows: i32, n: i32, x: usize, index: usize, saved: usize, dy: usize,
): void {
  surprisalReverse<f32>(dx, rows, n, x, index, saved, dy)
}
export function surprisalVjp_f64(
  dx: usize, rows: i32, n: i32, x: usize, index: usize, saved: usize, dy: usize,
): void {
  surprisalReverse<f64>(dx, rows, n, x, index, saved, dy)
}
