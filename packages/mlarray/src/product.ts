/**
 * The plain kernel of the matrix product. It knows memory and strides only.
 *
 * Tiles of 4 × 4 results are kept in local variables while one panel of four rows of `a` and one of four
 * columns of `b`, packed so that they are read in order, run past each other: sixteen products for eight
 * loads (K. Goto and R. A. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34,
 * 2008). Sums are in double precision and in the order of k, whatever the dtype.
 */
import type { TypedArray } from './array.ts'

/** A matrix as it lies in memory; a transposed one has its strides exchanged. */
export type Matrix = {
  readonly data: TypedArray
  readonly offset: number
  readonly rowStride: number
  readonly columnStride: number
}

const TILE = 4

/** Writes the product of `a` (m × k) and `b` (k × n) to `out`, row by row from `at`. */
export function multiply(
  m: number,
  k: number,
  n: number,
  a: Matrix,
  b: Matrix,
  out: TypedArray,
  at: number,
): void {
  const panelsOfA = packed(m, k, a.data, a.offset, a.rowStride, a.columnStride)
  const panelsOfB = packed(n, k, b.data, b.offset, b.columnStride, b.rowStride)
  for (let j = 0; j < n; j += TILE) {
    for (let i = 0; i < m; i += TILE) {
      tile(panelsOfA, i * k, panelsOfB, j * k, k)
      const rows = Math.min(TILE, m - i)
      const columns = Math.min(TILE, n - j)
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) out[at + (i + r) * n + j + c] = results[r * TILE + c]!
      }
    }
  }
}

/** The same without panels: for products of so few numbers that packing would be most of the work. */
export function multiplyFew(
  m: number,
  k: number,
  n: number,
  a: Matrix,
  b: Matrix,
  out: TypedArray,
  at: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      let readA = a.offset + i * a.rowStride
      let readB = b.offset + j * b.columnStride
      for (let p = 0; p < k; p++, readA += a.columnStride, readB += b.rowStride)
        sum += a.data[readA]! * b.data[readB]!
      out[at + i * n + j] = sum
    }
  }
}

/** Panels of four lines each, position by position: the last one is filled up with zeros. */
function packed(
  lines: number,
  k: number,
  data: TypedArray,
  offset: number,
  lineStride: number,
  step: number,
): Float64Array {
  const panels = new Float64Array(Math.ceil(lines / TILE) * TILE * k)
  for (let line = 0; line < lines; line++) {
    let at = (line - (line % TILE)) * k + (line % TILE)
    let read = offset + line * lineStride
    for (let p = 0; p < k; p++, at += TILE, read += step) panels[at] = data[read]!
  }
  return panels
}

const results = new Float64Array(TILE * TILE)

/** The 4 × 4 products of a panel of `a` and a panel of `b`, into `results`. */
function tile(a: Float64Array, atA: number, b: Float64Array, atB: number, k: number): void {
  let c00 = 0,
    c01 = 0,
    c02 = 0,
    c03 = 0
  let c10 = 0,
    c11 = 0,
    c12 = 0,
    c13 = 0
  let c20 = 0,
    c21 = 0,
    c22 = 0,
    c23 = 0
  let c30 = 0,
    c31 = 0,
    c32 = 0,
    c33 = 0
  const end = atA + TILE * k
  for (let i = atA, j = atB; i < end; i += TILE, j += TILE) {
    const b0 = b[j]!,
      b1 = b[j + 1]!,
      b2 = b[j + 2]!,
      b3 = b[j + 3]!
    const a0 = a[i]!,
      a1 = a[i + 1]!,
      a2 = a[i + 2]!,
      a3 = a[i + 3]!
    c00 += a0 * b0
    c01 += a0 * b1
    c02 += a0 * b2
    c03 += a0 * b3
    c10 += a1 * b0
    c11 += a1 * b1
    c12 += a1 * b2
    c13 += a1 * b3
    c20 += a2 * b0
    c21 += a2 * b1
    c22 += a2 * b2
    c23 += a2 * b3
    c30 += a3 * b0
    c31 += a3 * b1
    c32 += a3 * b2
    c33 += a3 * b3
  }
  results[0] = c00
  results[1] = c01
  results[2] = c02
  results[3] = c03
  results[4] = c10
  results[5] = c11
  results[6] = c12
  results[7] = c13
  results[8] = c20
  results[9] = c21
  results[10] = c22
  results[11] = c23
  results[12] = c30
  results[13] = c31
  results[14] = c32
  results[15] = c33
}
