/**
 * The matrix product c = a b, of matrices that lie in memory with any strides (in elements; a transposed one
 * has them exchanged, a broadcast one has 0), c being dense.
 *
 * Method: K. Goto and R. A. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34
 * (2008). A tile of c, four rows of two vectors, stays in registers, while four rows of a and two vectors of
 * columns of b run past each other; both are packed so that they are read in order, in blocks that stay in
 * the caches. Small products read a, and b where its columns lie side by side, where they are.
 *
 * Accuracy: sums in the precision of the elements, in the order of k, in blocks of KC:
 * |c − exact| ≤ (k + 1) ε |a| |b|, with ε = 2⁻²⁴ or 2⁻⁵³. What an element of c comes to depends on its row of a
 * and its column of b only, neither on where the tiles lie nor on which rows and columns are asked for; products
 * with a vector (`vector_f32`) sum in another order where the matrix is read along k, under the same bound.
 * Nothing is skipped: 0 · ∞ is NaN. With relaxed instructions a product and its sum are rounded once.
 */
import { madd } from './math'

/** Rows of a tile. */
const MR: i32 = 4
/** How far sums run before they are added to c: a panel of b then stays in the first cache. */
const KC: i32 = 256
/** Rows of a that are packed at a time: they stay in the second cache. */
const MC: i32 = 96
/** Columns of b that are packed at a time. */
const NC: i32 = 1024

/** How many bytes of memory a product needs to work in. */
export function product_work(): i32 {
  return 8 * (MC * KC + KC * NC) + 128
}

/** A tile of packed operands. */
function packedTile<T>(a: usize, b: usize, k: i32, c: usize, row: usize, adds: bool): void {
  let c00 = v128.splat<T>(0)
  let c01 = c00
  let c10 = c00
  let c11 = c00
  let c20 = c00
  let c21 = c00
  let c30 = c00
  let c31 = c00
  for (; k > 0; k--) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const a0 = v128.load_splat<T>(a)
    c00 = madd<T>(a0, b0, c00)
    c01 = madd<T>(a0, b1, c01)
    const a1 = v128.load_splat<T>(a, sizeof<T>())
    c10 = madd<T>(a1, b0, c10)
    c11 = madd<T>(a1, b1, c11)
    const a2 = v128.load_splat<T>(a, 2 * sizeof<T>())
    c20 = madd<T>(a2, b0, c20)
    c21 = madd<T>(a2, b1, c21)
    const a3 = v128.load_splat<T>(a, 3 * sizeof<T>())
    c30 = madd<T>(a3, b0, c30)
    c31 = madd<T>(a3, b1, c31)
    a += 4 * sizeof<T>()
    b += 32
  }
  put<T>(c, c00, c01, adds)
  put<T>((c += row), c10, c11, adds)
  put<T>((c += row), c20, c21, adds)
  put<T>((c += row), c30, c31, adds)
}

function put<T>(c: usize, c0: v128, c1: v128, adds: bool): void {
  if (adds) {
    v128.store(c, v128.add<T>(v128.load(c), c0))
    v128.store(c, v128.add<T>(v128.load(c, 16), c1), 16)
  } else {
    v128.store(c, c0)
    v128.store(c, c1, 16)
  }
}

/** A tile of operands as they lie; `b` must have its columns side by side. Steps are in bytes. */
function tile<T>(
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, k: i32, c: usize, row: usize, adds: bool,
): void {
  let c00 = v128.splat<T>(0)
  let c01 = c00
  let c10 = c00
  let c11 = c00
  let c20 = c00
  let c21 = c00
  let c30 = c00
  let c31 = c00
  let at1 = a + aRow
  let at2 = at1 + aRow
  let at3 = at2 + aRow
  for (; k > 0; k--) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    b += bStep
    const a0 = v128.load_splat<T>(a)
    c00 = madd<T>(a0, b0, c00)
    c01 = madd<T>(a0, b1, c01)
    a += aStep
    const a1 = v128.load_splat<T>(at1)
    c10 = madd<T>(a1, b0, c10)
    c11 = madd<T>(a1, b1, c11)
    at1 += aStep
    const a2 = v128.load_splat<T>(at2)
    c20 = madd<T>(a2, b0, c20)
    c21 = madd<T>(a2, b1, c21)
    at2 += aStep
    const a3 = v128.load_splat<T>(at3)
    c30 = madd<T>(a3, b0, c30)
    c31 = madd<T>(a3, b1, c31)
    at3 += aStep
  }
  put<T>(c, c00, c01, adds)
  put<T>((c += row), c10, c11, adds)
  put<T>((c += row), c20, c21, adds)
  put<T>((c += row), c30, c31, adds)
}

/** One row of a tile. */
function rowTile<T>(
  a: usize, aStep: usize, b: usize, bStep: usize, k: i32, c: usize, adds: bool,
): void {
  let c0 = v128.splat<T>(0)
  let c1 = c0
  for (; k > 0; k--) {
    const a0 = v128.load_splat<T>(a)
    c0 = madd<T>(a0, v128.load(b), c0)
    c1 = madd<T>(a0, v128.load(b, 16), c1)
    a += aStep
    b += bStep
  }
  put<T>(c, c0, c1, adds)
}

/** Adds `rows` × `columns` of a tile, or writes them, to c. */
function putPart<T>(from: usize, c: usize, row: usize, rows: i32, columns: i32, adds: bool): void {
  for (; rows > 0; rows--) {
    for (let i = 0; i < columns; i++) {
      const at = c + (<usize>i) * sizeof<T>()
      const sum = load<T>(from + (<usize>i) * sizeof<T>())
      store<T>(at, adds ? load<T>(at) + sum : sum)
    }
    c += row
    from += 32
  }
}

/** Panels of `width` lines each, position by position; the last one is filled up with zeros. Steps in bytes. */
function pack<T>(
  to: usize, from: usize, lines: i32, lineStep: usize, k: i32, step: usize, width: i32,
): void {
  const size = (<usize>width) * sizeof<T>()
  for (; lines > 0; lines -= width) {
    const count = min(lines, width)
    if (count < width) packPart<T>(to, from, count, lineStep, k, step, width)
    else if (lineStep === sizeof<T>()) packBeside<T>(to, from, k, step, size)
    else if (step === sizeof<T>()) packAlong<T>(to, from, lineStep, k, width)
    else packPart<T>(to, from, width, lineStep, k, step, width)
    to += size * <usize>k
    from += lineStep * <usize>width
  }
}

/** Lines side by side: copied vector by vector. `size` is 16 or 32 bytes. */
function packBeside<T>(to: usize, from: usize, k: i32, step: usize, size: usize): void {
  if (size === 16) {
    for (; k > 0; k--, to += 16, from += step) v128.store(to, v128.load(from))
    return
  }
  for (; k > 0; k--, to += 32, from += step) {
    v128.store(to, v128.load(from))
    v128.store(to, v128.load(from, 16), 16)
  }
}

/** Lines one after the other: transposed in squares. */
function packAlong<T>(to: usize, from: usize, lineStep: usize, k: i32, width: i32): void {
  const size = (<usize>width) * sizeof<T>()
  const lanes: usize = 16 / sizeof<T>()
  for (let line = 0; line < width; line += <i32>lanes) {
    let at = to + (<usize>line) * sizeof<T>()
    let l0 = from + (<usize>line) * lineStep
    let p = k
    for (; p >= <i32>lanes; p -= <i32>lanes, l0 += 16, at += size * lanes) {
      const x0 = v128.load(l0)
      const x1 = v128.load(l0 + lineStep)
      if (sizeof<T>() === 8) {
        v128.store(at, v128.shuffle<f64>(x0, x1, 0, 2))
        v128.store(at + size, v128.shuffle<f64>(x0, x1, 1, 3))
      } else {
        const x2 = v128.load(l0 + 2 * lineStep)
        const x3 = v128.load(l0 + 3 * lineStep)
        const y0 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5)
        const y1 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5)
        const y2 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7)
        const y3 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7)
        v128.store(at, v128.shuffle<f64>(y0, y1, 0, 2))
        v128.store(at + size, v128.shuffle<f64>(y0, y1, 1, 3))
        v128.store(at + 2 * size, v128.shuffle<f64>(y2, y3, 0, 2))
        v128.store(at + 3 * size, v128.shuffle<f64>(y2, y3, 1, 3))
      }
    }
    for (; p > 0; p--, l0 += sizeof<T>(), at += size) {
      for (let i: usize = 0; i < lanes; i++)
        store<T>(at + i * sizeof<T>(), load<T>(l0 + i * lineStep))
    }
  }
}

function packPart<T>(
  to: usize, from: usize, lines: i32, lineStep: usize, k: i32, step: usize, width: i32,
): void {
  for (; k > 0; k--, from += step) {
    let read = from
    let i = 0
    for (; i < lines; i++, to += sizeof<T>(), read += lineStep) store<T>(to, load<T>(read))
    for (; i < width; i++, to += sizeof<T>()) store<T>(to, 0)
  }
}

/** Rows of a, as they lie, against one panel of b with its columns side by side. */
function rowsOfTiles<T>(
  m: i32, columns: i32, k: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize,
  c: usize, cRow: usize, scratch: usize, adds: bool,
): void {
  if (columns < <i32>(32 / sizeof<T>())) {
    for (; m >= MR; m -= MR, a += <usize>MR * aRow, c += <usize>MR * cRow) {
      tile<T>(a, aRow, aStep, b, bStep, k, scratch, 32, false)
      putPart<T>(scratch, c, cRow, MR, columns, adds)
    }
    for (; m > 0; m--, a += aRow, c += cRow) {
      rowTile<T>(a, aStep, b, bStep, k, scratch, false)
      putPart<T>(scratch, c, cRow, 1, columns, adds)
    }
    return
  }
  for (; m >= MR; m -= MR, a += <usize>MR * aRow, c += <usize>MR * cRow) tile<T>(a, aRow, aStep, b, bStep, k, c, cRow, adds)
  for (; m > 0; m--, a += aRow, c += cRow) rowTile<T>(a, aStep, b, bStep, k, c, adds)
}

/** A product whose operands fit into the caches. */
function direct<T>(
  m: i32, n: i32, k: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, bColumn: usize,
  c: usize, cRow: usize, work: usize,
): void {
  const NR = <i32>(32 / sizeof<T>())
  const panel = work + 128
  let p = 0
  do {
    const depth = min(k - p, KC)
    const adds = p > 0
    let j = 0
    for (; j < n; j += NR) {
      const columns = min(n - j, NR)
      let from = b + (<usize>j) * bColumn
      let step = bStep
      if (columns < NR || bColumn !== sizeof<T>()) {
        pack<T>(panel, from, columns, bColumn, depth, bStep, NR)
        from = panel
        step = 32
      }
      rowsOfTiles<T>(m, columns, depth, a, aRow, aStep, from, step, c + (<usize>j) * sizeof<T>(), cRow, work, adds)
    }
    a += (<usize>KC) * aStep
    b += (<usize>KC) * bStep
    p += KC
  } while (p < k)
}

/** Packed rows of a against packed columns of b. */
function block<T>(
  m: i32, n: i32, k: i32, packedA: usize, packedB: usize, c: usize, cRow: usize, scratch: usize, adds: bool,
): void {
  const NR = <i32>(32 / sizeof<T>())
  for (let j = 0; j < n; j += NR, packedB += 32 * <usize>k) {
    const columns = min(n - j, NR)
    let a = packedA
    let at = c + (<usize>j) * sizeof<T>()
    for (let i = 0; i < m; i += MR, a += <usize>MR * sizeof<T>() * <usize>k, at += <usize>MR * cRow) {
      const rows = min(m - i, MR)
      if (rows === MR && columns === NR) packedTile<T>(a, packedB, k, at, cRow, adds)
      else {
        packedTile<T>(a, packedB, k, scratch, 32, false)
        putPart<T>(scratch, at, cRow, rows, columns, adds)
      }
    }
  }
}

function blocked<T>(
  m: i32, n: i32, k: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, bColumn: usize,
  c: usize, cRow: usize, work: usize,
): void {
  const NR = <i32>(32 / sizeof<T>())
  const packedA = work + 128
  const packedB = packedA + <usize>(MC * KC) * sizeof<T>()
  for (let j = 0; j < n; j += NC) {
    const columns = min(n - j, NC)
    for (let p = 0; p < k; p += KC) {
      const depth = min(k - p, KC)
      pack<T>(packedB, b + (<usize>j) * bColumn + (<usize>p) * bStep, columns, bColumn, depth, bStep, NR)
      for (let i = 0; i < m; i += MC) {
        const rows = min(m - i, MC)
        pack<T>(packedA, a + (<usize>i) * aRow + (<usize>p) * aStep, rows, aRow, depth, aStep, MR)
        block<T>(rows, columns, depth, packedA, packedB,
          c + (<usize>i) * cRow + (<usize>j) * sizeof<T>(), cRow, work, p > 0)
      }
    }
  }
}

/** A vector and a matrix whose columns lie side by side: sixteen bytes of eight columns at a time. */
function beside<T>(n: i32, k: i32, x: usize, xStep: usize, b: usize, bStep: usize, c: usize, scratch: usize): void {
  const size = <usize>n * sizeof<T>()
  const end = c + size
  for (; end - c >= 128; c += 128, b += 128) {
    let c0 = v128.splat<T>(0)
    let c1 = c0
    let c2 = c0
    let c3 = c0
    let c4 = c0
    let c5 = c0
    let c6 = c0
    let c7 = c0
    let at = b
    let read = x
    for (let p = k; p > 0; p--, at += bStep, read += xStep) {
      const a = v128.load_splat<T>(read)
      c0 = madd<T>(a, v128.load(at), c0)
      c1 = madd<T>(a, v128.load(at, 16), c1)
      c2 = madd<T>(a, v128.load(at, 32), c2)
      c3 = madd<T>(a, v128.load(at, 48), c3)
      c4 = madd<T>(a, v128.load(at, 64), c4)
      c5 = madd<T>(a, v128.load(at, 80), c5)
      c6 = madd<T>(a, v128.load(at, 96), c6)
      c7 = madd<T>(a, v128.load(at, 112), c7)
    }
    put<T>(c, c0, c1, false)
    put<T>(c + 32, c2, c3, false)
    put<T>(c + 64, c4, c5, false)
    put<T>(c + 96, c6, c7, false)
  }
  for (; end - c >= 32; c += 32, b += 32) rowTile<T>(x, xStep, b, bStep, k, c, false)
  for (; c < end; c += sizeof<T>(), b += sizeof<T>()) {
    let sum: T = 0
    let at = b
    let read = x
    for (let p = k; p > 0; p--, at += bStep, read += xStep) sum += load<T>(read) * load<T>(at)
    store<T>(c, sum)
  }
}

function total<T>(x: v128): T {
  if (sizeof<T>() === 8) return <T>(v128.extract_lane<f64>(x, 0) + v128.extract_lane<f64>(x, 1))
  return <T>(v128.extract_lane<f32>(x, 0) + v128.extract_lane<f32>(x, 1) +
    (v128.extract_lane<f32>(x, 2) + v128.extract_lane<f32>(x, 3)))
}

/** A vector and a matrix whose columns lie one after the other: inner products, four at a time. */
function along<T>(n: i32, k: i32, x: usize, b: usize, bColumn: usize, c: usize): void {
  const end = x + <usize>k * sizeof<T>()
  const last = end - 15
  for (; n >= 4; n -= 4, b += 4 * bColumn, c += 4 * sizeof<T>()) {
    let c0 = v128.splat<T>(0)
    let c1 = c0
    let c2 = c0
    let c3 = c0
    let at0 = b
    let at1 = b + bColumn
    let at2 = at1 + bColumn
    let at3 = at2 + bColumn
    let read = x
    for (; read < last; read += 16, at0 += 16, at1 += 16, at2 += 16, at3 += 16) {
      const a = v128.load(read)
      c0 = madd<T>(a, v128.load(at0), c0)
      c1 = madd<T>(a, v128.load(at1), c1)
      c2 = madd<T>(a, v128.load(at2), c2)
      c3 = madd<T>(a, v128.load(at3), c3)
    }
    let s0 = total<T>(c0)
    let s1 = total<T>(c1)
    let s2 = total<T>(c2)
    let s3 = total<T>(c3)
    for (; read < end; read += sizeof<T>()) {
      const a = load<T>(read)
      s0 += a * load<T>(at0)
      s1 += a * load<T>(at1)
      s2 += a * load<T>(at2)
      s3 += a * load<T>(at3)
      at0 += sizeof<T>()
      at1 += sizeof<T>()
      at2 += sizeof<T>()
      at3 += sizeof<T>()
    }
    store<T>(c, s0)
    store<T>(c, s1, sizeof<T>())
    store<T>(c, s2, 2 * sizeof<T>())
    store<T>(c, s3, 3 * sizeof<T>())
  }
  for (; n > 0; n--, b += bColumn, c += sizeof<T>()) {
    let c0 = v128.splat<T>(0)
    let at = b
    let read = x
    for (; read < last; read += 16, at += 16) c0 = madd<T>(v128.load(read), v128.load(at), c0)
    let sum = total<T>(c0)
    for (; read < end; read += sizeof<T>(), at += sizeof<T>()) sum += load<T>(read) * load<T>(at)
    store<T>(c, sum)
  }
}

function isSmall(m: i32, n: i32, k: i32): bool {
  return m <= 64 || (m <= 128 && n <= 128 && k <= 128)
}

function products<T>(
  count: i32, m: i32, n: i32, k: i32, a: usize, aStack: usize, aRow: usize, aStep: usize,
  b: usize, bStack: usize, bStep: usize, bColumn: usize, c: usize, cStack: usize, cRow: usize, work: usize,
): void {
  const small = isSmall(m, n, k)
  for (; count > 0; count--, a += aStack, b += bStack, c += cStack) {
    if (small) direct<T>(m, n, k, a, aRow, aStep, b, bStep, bColumn, c, cRow, work)
    else blocked<T>(m, n, k, a, aRow, aStep, b, bStep, bColumn, c, cRow, work)
  }
}

function vectors<T>(
  count: i32, n: i32, k: i32, x: usize, xStack: usize, xStep: usize,
  b: usize, bStack: usize, bStep: usize, bColumn: usize, c: usize, work: usize,
): void {
  const size = <usize>n * sizeof<T>()
  for (; count > 0; count--, x += xStack, b += bStack, c += size) {
    if (bColumn === sizeof<T>()) beside<T>(n, k, x, xStep, b, bStep, c, work)
    else if (bStep === sizeof<T>() && xStep === sizeof<T>()) along<T>(n, k, x, b, bColumn, c)
    else direct<T>(1, n, k, x, 0, xStep, b, bStep, bColumn, c, size, work)
  }
}

/** `count` products of stacks: m × k by k × n. Strides in elements, addresses in bytes. */
export function product_f32(
  count: i32, m: i32, n: i32, k: i32, a: usize, aStack: usize, aRow: usize, aStep: usize,
  b: usize, bStack: usize, bStep: usize, bColumn: usize, c: usize, cStack: usize, cRow: usize, work: usize,
): void {
  products<f32>(count, m, n, k, a, aStack << 2, aRow << 2, aStep << 2,
    b, bStack << 2, bStep << 2, bColumn << 2, c, cStack << 2, cRow << 2, work)
}

/** See `product_f32`. */
export function product_f64(
  count: i32, m: i32, n: i32, k: i32, a: usize, aStack: usize, aRow: usize, aStep: usize,
  b: usize, bStack: usize, bStep: usize, bColumn: usize, c: usize, cStack: usize, cRow: usize, work: usize,
): void {
  products<f64>(count, m, n, k, a, aStack << 3, aRow << 3, aStep << 3,
    b, bStack << 3, bStep << 3, bColumn << 3, c, cStack << 3, cRow << 3, work)
}

/** `count` products of a vector of k and a matrix k × n, to dense vectors. */
export function vector_f32(
  count: i32, n: i32, k: i32, x: usize, xStack: usize, xStep: usize,
  b: usize, bStack: usize, bStep: usize, bColumn: usize, c: usize, work: usize,
): void {
  vectors<f32>(count, n, k, x, xStack << 2, xStep << 2, b, bStack << 2, bStep << 2, bColumn << 2, c, work)
}

/** See `vector_f32`. */
export function vector_f64(
  count: i32, n: i32, k: i32, x: usize, xStack: usize, xStep: usize,
  b: usize, bStack: usize, bStep: usize, bColumn: usize, c: usize, work: usize,
): void {
  vectors<f64>(count, n, k, x, xStack << 3, xStep << 3, b, bStack << 3, bStep << 3, bColumn << 3, c, work)
}
