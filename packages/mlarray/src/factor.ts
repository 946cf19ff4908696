/**
 * The plain kernels of linear algebra, on one n × n matrix of doubles in row-major order, which they change:
 * LU factors with partial pivoting and the triangular ones of Cholesky. G. H. Golub and C. F. Van Loan,
 * "Matrix Computations" (2013), algorithms 3.4.1 and 4.2.1; backward stable, with an error of the order
 * n · 2⁻⁵³ relative to the factors.
 */

/** LU factors in one matrix (L with ones on its diagonal), and the order of the rows. */
export type Factors = {
  readonly n: number
  readonly lu: Float64Array
  readonly rows: Int32Array
  /** 1 or −1: whether the order is an even permutation. */
  readonly sign: number
}

/** Factors a matrix in place. A pivot of 0 stays, and its column below is left as it is. */
export function factor(n: number, lu: Float64Array): Factors {
  const rows = new Int32Array(n)
  for (let i = 0; i < n; i++) rows[i] = i
  let sign = 1
  for (let k = 0; k < n; k++) {
    const best = largestBelow(lu, n, k)
    if (best !== k) {
      for (let j = 0; j < n; j++) exchange(lu, k * n + j, best * n + j)
      exchange(rows, k, best)
      sign = -sign
    }
    const pivot = lu[k * n + k]!
    let isFinite: boolean | undefined
    for (let i = k + 1; i < n; i++) {
      const share = pivot === 0 ? 0 : (lu[i * n + k]! /= pivot)
      // 0 times NaN or an infinity is NaN, which has to reach the rows below.
      if (share === 0 && (isFinite ??= isFiniteFrom(lu, k * n + k + 1, (k + 1) * n))) continue
      for (let j = k + 1; j < n; j++) lu[i * n + j]! -= share * lu[k * n + j]!
    }
  }
  return { n, lu, rows, sign }
}

function isFiniteFrom(list: Float64Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!Number.isFinite(list[i])) return false
  return true
}

/** The row with the largest pivot for column `k`; that of the first NaN where there is one. */
function largestBelow(a: Float64Array, n: number, k: number): number {
  let best = k
  for (let i = k + 1; i < n; i++)
    if (!(Math.abs(a[i * n + k]!) <= Math.abs(a[best * n + k]!))) best = i
  return best
}

function exchange(list: Float64Array | Int32Array, i: number, j: number): void {
  const kept = list[i]!
  list[i] = list[j]!
  list[j] = kept
}

/** Solves for one right-hand side, given and overwritten by the solution, at the positions `at + i · step`. */
export function substitute(
  { n, lu, rows }: Factors,
  x: Float64Array,
  at: number,
  step: number,
): void {
  const y = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let rest = x[at + rows[i]! * step]!
    for (let j = 0; j < i; j++) rest -= lu[i * n + j]! * y[j]!
    y[i] = rest
  }
  for (let i = n - 1; i >= 0; i--) {
    let rest = y[i]!
    for (let j = i + 1; j < n; j++) rest -= lu[i * n + j]! * y[j]!
    y[i] = rest / lu[i * n + i]!
  }
  for (let i = 0; i < n; i++) x[at + i * step] = y[i]!
}

/** The first column without a pivot other than 0, or −1. */
export function zeroPivot({ n, lu }: Factors): number {
  for (let k = 0; k < n; k++) if (lu[k * n + k] === 0) return k
  return -1
}

/**
 * How near a factored matrix `a` is to a singular one: the column whose elements need to change least for
 * that, and by which part of themselves. It is the same however rows and columns are scaled. The
 * determinant is linear in column i and changes by `Σⱼ a⁻¹ᵢⱼ δⱼᵢ` of itself, so that the part is
 * `1 / Σⱼ |a⁻¹ᵢⱼ| |aⱼᵢ|`.
 */
export function distance(a: Float64Array, factors: Factors): { column: number; part: number } {
  const { n } = factors
  const sums = new Float64Array(n)
  const x = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    x.fill(0)
    x[j] = 1
    substitute(factors, x, 0, 1)
    for (let i = 0; i < n; i++) sums[i]! += Math.abs(x[i]! * a[j * n + i]!)
  }
  let column = 0
  for (let i = 1; i < n; i++) if (sums[i]! > sums[column]!) column = i
  return { column, part: 1 / (sums[column] ?? 0) }
}

/** The product of the pivots. */
export function determinant({ n, lu, sign }: Factors): number {
  let product = sign
  for (let k = 0; k < n; k++) product *= lu[k * n + k]!
  // −0 + 0 is 0.
  return product + 0
}

/** The lower triangular factor in place; gives the first pivot that is not positive, or −1. */
export function cholesky(n: number, a: Float64Array): number {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let rest = a[i * n + j]!
      for (let k = 0; k < j; k++) rest -= a[i * n + k]! * a[j * n + k]!
      if (i > j) a[i * n + j] = rest / a[j * n + j]!
      else if (rest > 0) a[j * n + j] = Math.sqrt(rest)
      else {
        a[j * n + j] = rest
        return j
      }
    }
    for (let k = j + 1; k < n; k++) a[j * n + k] = 0
  }
  return -1
}
