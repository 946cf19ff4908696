/**
 * Linear algebra on stacks of small dense matrices: linear equations, inverses, determinants and Cholesky
 * factors, computed in double precision. The derivatives are those of M. Giles, "Collected matrix derivative
 * results for forward and reverse mode algorithmic differentiation" (2008), and I. Murray, arXiv:1602.07527,
 * written in operations, so that every order exists.
 */
import { operations } from '@smol/value/ops'
import { copyOf, filled, fromData, MLArray, type DType } from './array.ts'
import { tril } from './arrange.ts'
import { matmul } from './contract.ts'
import { eye } from './create.ts'
import { add, applyRow, mul, total, toOperands } from './elementwise.ts'
import {
  arrayError,
  asymmetricError,
  indefiniteError,
  singularError,
  solveError,
  squareError,
} from './errors.ts'
import {
  cholesky as choleskyOf,
  determinant,
  distance,
  factor,
  substitute,
  zeroPivot,
  type Factors,
} from './factor.ts'
import { gather } from './gather.ts'
import { expandDims, reshape, spread, swapaxes } from './move.ts'
import { record, type ArrayOperation } from './node.ts'
import { sum, sumTo } from './reduce.ts'
import {
  cholesky as choleskyMeaning,
  det as detMeaning,
  solve as solveMeaning,
} from './eliminate.ts'
import { broadcastShapes, sizeOf, stridesOf, type Shape } from './shape.ts'

const { neg } = operations

const transposed = (x: MLArray): MLArray => swapaxes(x, -1, -2)

// ---- Stacks of matrices ----

function checkSquare(a: MLArray, op: string): void {
  if (!(a instanceof MLArray)) throw arrayError(op, a)
  if (a.ndim < 2 || a.shape.at(-1) !== a.shape.at(-2)) throw squareError(op, a.shape)
}

/** The matrices of a stack, each copied to doubles of its own. */
function* matricesOf(a: MLArray): Generator<Float64Array, void, undefined> {
  const data = copyOf(a, 'float64') as Float64Array
  const size = a.shape.at(-2)! * a.shape.at(-1)!
  const count = sizeOf(a.shape.slice(0, -2))
  for (let i = 0; i < count; i++) yield data.subarray(i * size, (i + 1) * size)
}

/** Where in a stack a matrix stands. */
function batchIndex(shape: Shape, number: number): number[] {
  const batch = shape.slice(0, -2)
  return stridesOf(batch).map((step, axis) => Math.floor(number / step) % batch[axis]!)
}

/** The factors of each matrix of a stack. */
function factorsOf(a: MLArray): Factors[] {
  return Array.from(matricesOf(a), (matrix) => factor(a.shape.at(-1)!, matrix))
}

function inDType(data: Float64Array, shape: Shape, dtype: DType): MLArray {
  return fromData(dtype === 'float32' ? Float32Array.from(data) : data, shape)
}

// ---- Equations ----

/** Equations in reverse are the transposed equations: `db = a⁻ᵀ dx`, `da = −db xᵀ`. */
const SOLVE: ArrayOperation = {
  name: 'solve',
  readsA: 1 | 8,
  readsB: 1,
  unroll: solveMeaning,
  vjp: (dy, node, index) => {
    const db = solveStack(transposed(node.input(0)), dy, factorsOf(transposed(node.input(0))))
    if (index === 1) return sumTo(db, node.inputShape(1))
    return sumTo(applyRow(neg, matmul(db, transposed(node.value!))), node.inputShape(0))
  },
  // a dx = db − da x
  jvp: ([da, db], node) => {
    const a = node.input(0)
    const moved = da && applyRow(neg, matmul(da, node.value!))
    return spread(solveStack(a, total([db, moved]), factorsOf(a)), node.shape)
  },
}

/** A change of a column by this part of itself is what rounding may have done to it. */
const roundingPart = (n: number): number => n * Number.EPSILON

function checkRegular(a: MLArray, factors: readonly Factors[], op: string): void {
  Array.from(matricesOf(a)).forEach((matrix, i) => {
    const zero = zeroPivot(factors[i]!)
    if (zero >= 0) throw singularError(op, a.shape, batchIndex(a.shape, i), zero, 0)
    const { column, part } = distance(matrix, factors[i]!)
    if (part <= roundingPart(a.shape.at(-1)!))
      throw singularError(op, a.shape, batchIndex(a.shape, i), column, part)
  })
}

/** `a⁻¹ b` for stacks that broadcast, `a` being factored. */
function solveStack(a: MLArray, b: MLArray, factors: readonly Factors[]): MLArray {
  const [n, columns] = b.shape.slice(-2) as [number, number]
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), 'solve')
  const x = copyOf(spread(b.detach(), [...batch, n, columns]), 'float64') as Float64Array
  const numbers = fromData(
    Float64Array.from(factors, (_, i) => i),
    a.shape.slice(0, -2),
  )
  copyOf(spread(numbers, batch)).forEach((number, i) => {
    for (let column = 0; column < columns; column++)
      substitute(factors[number]!, x, i * n * columns + column, columns)
  })
  return record(SOLVE, inDType(x, [...batch, n, columns], b.dtype), [a, b])
}

/**
 * The solution `x` of `a x = b`, of stacks that broadcast; a `b` of rank 1 is one right-hand side.
 *
 * @throws RangeError where a matrix is singular, or so close to it that rounding alone decides.
 */
export function solve(left: MLArray, right: MLArray): MLArray {
  const [a, b] = toOperands('solve', [left, right]) as [MLArray, MLArray]
  checkSquare(a, 'solve')
  if (b.ndim === 0 || b.shape.at(b.ndim === 1 ? 0 : -2) !== a.shape.at(-1))
    throw solveError(a.shape, b.shape)
  const factors = factorsOf(a)
  checkRegular(a, factors, 'solve')
  if (b.ndim > 1) return solveStack(a, b, factors)
  const x = solveStack(a, expandDims(b, 1), factors)
  return reshape(x, x.shape.slice(0, -1))
}

/**
 * The inverse of each matrix of a stack.
 *
 * @throws RangeError where a matrix is singular, or so close to it that rounding alone decides.
 */
export function inv(a: MLArray): MLArray {
  checkSquare(a, 'inv')
  const factors = factorsOf(a)
  checkRegular(a, factors, 'inv')
  return solveStack(a, eye(a.shape.at(-1)!, { dtype: a.dtype }), factors)
}

// ---- Determinants ----

/** A determinant in reverse is the matrix of cofactors. */
const DET: ArrayOperation = {
  name: 'det',
  readsA: 1 | 8,
  unroll: detMeaning,
  vjp: (dy, node) => mul(expandDims(dy, [-1, -2]), cofactors(node.input(0), node.value!)),
  jvp: ([da], node) => sum(mul(da!, cofactors(node.input(0), node.value!)), { axis: [-1, -2] }),
}

/** Up to so many rows the minors of a matrix are quick to compute; of 100 they take ten seconds and a gigabyte. */
const MOST_ROWS = 32

/**
 * The determinants of what is left without a row and a column, each with its sign. Large matrices that are
 * far from singular take `det(a) a⁻ᵀ`, which loses as many digits at every derivative as the inverse has; very
 * large ones wherever they have an inverse.
 */
function cofactors(a: MLArray, determinants: MLArray): MLArray {
  const n = a.shape.at(-1)!
  const columns = transposed(a)
  const factors = factorsOf(columns)
  const least = n <= MOST_ROWS ? Math.cbrt(Number.EPSILON) : roundingPart(n)
  const isFar = Array.from(matricesOf(columns)).every(
    (matrix, i) => zeroPivot(factors[i]!) < 0 && distance(matrix, factors[i]!).part > least,
  )
  if (n <= 6 || !isFar) return minors(a)
  const inverse = solveStack(columns, eye(n, { dtype: a.dtype }), factors)
  return mul(expandDims(determinants, [-1, -2]), inverse)
}

/** Without row `i` and column `j` each: `(−1)^(i+j) det`. */
function minors(a: MLArray): MLArray {
  const n = a.shape.at(-1)!
  if (n === 0) return a.detach()
  const signs = filled([n, n], 1, a.dtype)
  signs.storage.data.forEach((_, i, data) => {
    data[i] = (Math.floor(i / n) + (i % n)) % 2 === 0 ? 1 : -1
  })
  const stack = sizeOf(a.shape.slice(0, -2))
  const positions = new Int32Array(stack * n * n * (n - 1) ** 2)
  let at = 0
  for (let matrix = 0; matrix < stack; matrix++) {
    for (let cut = 0; cut < n * n; cut++) {
      for (let place = 0; place < n * n; place++) {
        const isLeft = Math.floor(place / n) !== Math.floor(cut / n) && place % n !== cut % n
        if (isLeft) positions[at++] = matrix * n * n + place
      }
    }
  }
  const smaller = gather(a, positions, [...a.shape, n - 1, n - 1])
  return mul(det(smaller), signs)
}

/** The determinant of each matrix of a stack; 1 of no rows. Its gradient is right for singular ones, too. */
export function det(a: MLArray): MLArray {
  checkSquare(a, 'det')
  const data = Float64Array.from(factorsOf(a), determinant)
  return record(DET, inDType(data, a.shape.slice(0, -2), a.dtype), [a])
}

// ---- Cholesky ----

/**
 * Cholesky in reverse: `s = l⁻ᵀ Φ(lᵀ dl) l⁻¹`, where Φ takes the lower triangle with half the diagonal
 * (Murray, eq. 10), made symmetric by what makes the matrix so.
 */
const CHOLESKY: ArrayOperation = {
  name: 'cholesky',
  readsA: 8,
  unroll: choleskyMeaning,
  vjp: (dy, node) => {
    const lt = transposed(node.value!)
    const half = transposed(solveStack(lt, lowerHalf(matmul(lt, dy)), factorsOf(lt)))
    return transposed(solveStack(lt, half, factorsOf(lt)))
  },
  // dl = l Φ(l⁻¹ da l⁻ᵀ)
  jvp: ([da], node) => {
    const l = node.value!
    const half = transposed(solveStack(l, da!, factorsOf(l)))
    return matmul(l, lowerHalf(transposed(solveStack(l, half, factorsOf(l)))))
  },
}

/** The lower triangle with half the diagonal. */
function lowerHalf(x: MLArray): MLArray {
  return mul(add(tril(x), tril(x, -1)), 0.5)
}

/** How far from symmetric a matrix may be, relative to its diagonal: small steps of a check pass. */
const ASYMMETRY = 1e-3

function checkSymmetric(a: MLArray, matrix: Float64Array, number: number): void {
  const n = a.shape.at(-1)!
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const below = matrix[i * n + j]!
      const above = matrix[j * n + i]!
      const scale = Math.sqrt(Math.abs(matrix[i * n + i]! * matrix[j * n + j]!))
      if (Math.abs(below - above) > ASYMMETRY * scale)
        throw asymmetricError(a.shape, batchIndex(a.shape, number), [i, j], [below, above])
    }
  }
}

/**
 * The lower triangular `l` with `l lᵀ = a` of each matrix of a stack, which must be symmetric; what rounding
 * left of asymmetry is averaged, and so is the gradient.
 *
 * @throws RangeError where a matrix is not symmetric, or not positive definite.
 */
export function cholesky(given: MLArray): MLArray {
  checkSquare(given, 'cholesky')
  Array.from(matricesOf(given.detach())).forEach((matrix, i) => checkSymmetric(given, matrix, i))
  const a = mul(add(given, transposed(given)), 0.5)
  const n = a.shape.at(-1)!
  const data = new Float64Array(a.size)
  Array.from(matricesOf(a)).forEach((matrix, i) => {
    const k = choleskyOf(n, matrix)
    if (k >= 0) throw indefiniteError(a.shape, batchIndex(a.shape, i), k, matrix[k * n + k]!)
    data.set(matrix, i * n * n)
  })
  return record(CHOLESKY, inDType(data, a.shape, a.dtype), [a])
}
