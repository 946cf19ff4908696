/**
 * The scalar meaning of linear algebra: the schoolbook algorithms on Values. Nothing here is fast.
 */
import { Value } from '@smol/value'
import { numbered, pick, type Scalars, type Unroll } from './scalar.ts'
import { spread } from './move.ts'
import { sizeOf, type Shape } from './shape.ts'

type Matrix = Value[][]

const constant = (x: number): Value => new Value(x, { requiresGrad: false })

const sumOf = (values: readonly Value[]): Value =>
  values.reduce((total, value) => total.add(value), constant(0))

/** The matrices of a stack that broadcasts to `batch`. */
function matricesOf({ values, shape }: Scalars, batch: Shape): Matrix[] {
  const [m, n] = shape.slice(-2) as [number, number]
  const elements = pick(values, spread(numbered(shape), [...batch, m, n]))
  return Array.from({ length: sizeOf(batch) }, (_, k) =>
    Array.from({ length: m }, (__, i) => elements.slice((k * m + i) * n, (k * m + i + 1) * n)),
  )
}

/** Gauss's elimination, the largest pivot first, and then from the last unknown to the first. */
export const solve: Unroll = ([a, b], node) => {
  const batch = node.shape.slice(0, -2)
  const rights = matricesOf(b!, batch)
  return matricesOf(a!, batch).flatMap((matrix, k) => {
    const n = matrix.length
    const rows = matrix.map((row, i) => [...row, ...rights[k]![i]!])
    for (let c = 0; c < n; c++) {
      const rest = rows.slice(c)
      const sizes = rest.map((row) => Math.abs(row[c]!.data))
      const best = c + sizes.indexOf(Math.max(...sizes))
      ;[rows[c], rows[best]] = [rows[best]!, rows[c]!]
      for (let i = c + 1; i < n; i++) {
        const share = rows[i]![c]!.div(rows[c]![c]!)
        rows[i] = rows[i]!.map((x, j) => (j < c ? x : x.sub(share.mul(rows[c]![j]!))))
      }
    }
    const solution: Matrix = []
    for (let i = n - 1; i >= 0; i--) {
      const known = rows[i]!.slice(n).map((right, column) =>
        solution.reduce((left, row, j) => left.sub(rows[i]![i + 1 + j]!.mul(row[column]!)), right),
      )
      solution.unshift(known.map((left) => left.div(rows[i]![i]!)))
    }
    return solution.flat()
  })
}

/** A pivot that is smaller, as a part of the largest element, is not divided by. */
const SMALLEST_PIVOT = Math.cbrt(Number.EPSILON)

/** Where the largest element of a matrix stands, and its size; NaN where an element is no number. */
function largestOf(matrix: Matrix): [row: number, column: number, size: number] {
  const sizes = matrix.flat().map(({ data }) => Math.abs(data))
  const size = Math.max(...sizes)
  const at = sizes.indexOf(size)
  return [Math.floor(at / matrix.length), at % matrix.length, size]
}

/**
 * Gauss's elimination, the largest element first, for as long as it is far from zero: the product of the
 * pivots, and the determinant of what is left without a division, so that singular matrices have derivatives.
 */
export const det: Unroll = ([a], node) =>
  matricesOf(a!, node.shape).map((matrix) => {
    if (matrix.length === 0) return constant(1)
    const smallest = SMALLEST_PIVOT * largestOf(matrix)[2]
    const pivots: Value[] = []
    let rest = matrix
    while (rest.length > 1) {
      const [r, c, size] = largestOf(rest)
      if (!(size > smallest)) break
      const row = rest[r]!
      pivots.push((r + c) % 2 === 0 ? row[c]! : row[c]!.neg())
      rest = rest.toSpliced(r, 1).map((other) => {
        const share = other[c]!.div(row[c]!)
        return other.map((x, j) => x.sub(share.mul(row[j]!))).toSpliced(c, 1)
      })
    }
    return pivots.reduce((product, pivot) => product.mul(pivot), withoutDivision(rest))
  })

/** R. S. Bird, "A simple division-free algorithm for computing determinants", IPL 111 (2011). */
function withoutDivision(matrix: Matrix): Value {
  const n = matrix.length
  let x = matrix
  for (let step = 1; step < n; step++) {
    // Zeros below the diagonal, which becomes minus the sum of what follows on it.
    const mu = x.map((row, i) =>
      row.map((value, j) =>
        j > i
          ? value
          : j < i
            ? constant(0)
            : sumOf(x.slice(i + 1).map((r, k) => r[i + 1 + k]!)).neg(),
      ),
    )
    x = mu.map((row) =>
      matrix.map((_, j) => sumOf(row.map((value, k) => value.mul(matrix[k]![j]!)))),
    )
  }
  return n % 2 === 0 ? x[0]![0]!.neg() : x[0]![0]!
}

/** Column by column: what the columns before leave of the matrix, and its root on the diagonal. */
export const cholesky: Unroll = ([a], node) =>
  matricesOf(a!, node.shape.slice(0, -2)).flatMap((matrix) => {
    const n = matrix.length
    const l: Matrix = matrix.map((row) => row.map(() => constant(0)))
    for (let j = 0; j < n; j++) {
      for (let i = j; i < n; i++) {
        const before = sumOf(Array.from({ length: j }, (_, k) => l[i]![k]!.mul(l[j]![k]!)))
        const rest = matrix[i]![j]!.sub(before)
        l[i]![j] = i === j ? rest.sqrt() : rest.div(l[j]![j]!)
      }
    }
    return l.flat()
  })
