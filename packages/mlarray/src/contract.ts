/**
 * Contractions: the matrix product, and what is composed from it.
 */
import { dot } from '@smol/value'
import { MLArray, resultOf } from './array.ts'
import { mul, toOperands, total } from './elementwise.ts'
import {
  contractionError,
  matmulError,
  rankError,
  scalarOperandError,
  tensordotError,
} from './errors.ts'
import { eachRow } from './loop.ts'
import { diagonal, expandDims, moveToEnd, reshape, reshapeTo, spread, swapaxes } from './move.ts'
import { recordTwo, type ArrayNode, type ArrayOperation } from './node.ts'
import { multiplyStacks, type Stack } from './multiply.ts'
import { sum, sumTo } from './reduce.ts'
import { numbered, pick, type Scalars } from './scalar.ts'
import {
  broadcastShapes,
  broadcastStrides,
  reducedShape,
  sizeAlong,
  sizeOf,
  toAxes,
  type Shape,
} from './shape.ts'

/** An operand of rank 1 is a row on the left and a column on the right. */
function matrixShape(shape: Shape, isLeft: boolean): Shape {
  if (shape.length !== 1) return shape
  return isLeft ? [1, shape[0]!] : [shape[0]!, 1]
}

function asMatrix(x: MLArray, isLeft: boolean): MLArray {
  return x.ndim === 1 ? expandDims(x, isLeft ? 0 : 1) : x
}

/** The same elements with no history, which nobody hears of. */
function matrixOf(x: MLArray, isLeft: boolean): MLArray {
  if (x.ndim !== 1) return x
  const [k, step] = [x.size, x.strides[0]!]
  const strides = isLeft ? [k * step, step] : [step, 1]
  return new MLArray(x.storage, matrixShape(x.shape, isLeft), strides, x.offset)
}

/** The shape of a product whose result has an axis also for operands of rank 1. */
function stackShape(node: ArrayNode): Shape {
  const isRow = node.inputShape(0).length === 1
  const isColumn = node.inputShape(1).length === 1
  const { shape } = node
  const kept = shape.length - (isRow ? 0 : 1) - (isColumn ? 0 : 1)
  const m = isRow ? 1 : shape[kept]!
  const n = isColumn ? 1 : shape.at(-1)!
  return [...shape.slice(0, kept), m, n]
}

/** A product in reverse: `da = dy @ bᵀ` and `db = aᵀ @ dy`, summed where the batch was broadcast. */
const MATMUL: ArrayOperation = {
  name: 'matmul',
  readsA: 2,
  readsB: 1,
  unroll: ([a, b], node) => {
    const k = a!.shape.at(-1)!
    const shape = stackShape(node)
    const batch = shape.slice(0, -2)
    const numbersOf = (x: Scalars, isLeft: boolean): MLArray => {
      const own = matrixShape(x.shape, isLeft)
      return spread(numbered(own), [...batch, ...own.slice(-2)])
    }
    const rows = pick(a!.values, numbersOf(a!, true))
    const columns = pick(b!.values, swapaxes(numbersOf(b!, false), -1, -2))
    const [m, n] = shape.slice(-2) as [number, number]
    return Array.from({ length: sizeOf(shape) }, (_, i) => {
      const row = Math.floor(i / n)
      const column = Math.floor(i / (m * n)) * n + (i % n)
      return dot(rows.slice(row * k, row * k + k), columns.slice(column * k, column * k + k))
    })
  },
  vjp: (dy, node, index) => {
    const isLeft = index === 0
    const own = node.inputShape(index)
    const matrix = matrixShape(own, isLeft)
    const partner = asMatrix(node.input(1 - index), !isLeft)
    const shape = stackShape(node)
    const slope = shape.length === dy.ndim ? dy : reshape(dy, shape)
    const shared = ofShared(slope, partner, matrix, isLeft)
    if (shared !== undefined) return own.length === 2 ? shared : reshape(shared, own)
    const across = swapaxes(partner, -1, -2)
    const dx = isLeft ? product(slope, across) : product(across, slope)
    const gradient = sumTo(dx, matrix)
    return own.length === 1 ? reshape(gradient, own) : gradient
  },
  jvp: ([da, db], node) =>
    spread(total([da && product(da, node.input(1)), db && product(node.input(0), db)]), node.shape),
}

/**
 * The gradient of one matrix that met a whole stack, as one product of matrices as long as the stack. Nothing where
 * a product for each, and their sum, are less work than copying the stack into such a matrix.
 */
function ofShared(
  slope: MLArray,
  partner: MLArray,
  matrix: Shape,
  isLeft: boolean,
): MLArray | undefined {
  const [p, q] = matrix.slice(-2) as [number, number]
  if (slope.ndim < 3 || slope.ndim !== partner.ndim || sizeOf(matrix) !== p * q) return undefined
  const [rows, columns] = isLeft
    ? [swapaxes(slope, -1, -2), swapaxes(partner, -1, -2)]
    : [partner, slope]
  const isCopied = !(rows.contiguous && columns.contiguous)
  if (isCopied && 4 * rows.shape.at(-2)! * (p + q) > p * q) return undefined
  return product(swapaxes(joined(rows), 0, 1), joined(columns))
}

/** A stack of matrices, one below the other as one. */
function joined(x: MLArray): MLArray {
  return reshapeTo(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1)!])
}

/** The product of stacks of matrices or of vectors, whose shapes are known to fit. */
function product(a: MLArray, b: MLArray): MLArray {
  if (a.ndim > 1 && b.ndim > 1) return recordTwo(MATMUL, multiplied(a, b), a, b)
  const y = multiplied(matrixOf(a, true), matrixOf(b, false))
  const { shape, ndim } = y
  const kept = shape.filter(
    (_, axis) => !(a.ndim === 1 && axis === ndim - 2) && !(b.ndim === 1 && axis === ndim - 1),
  )
  return recordTwo(MATMUL, new MLArray(y.storage, kept), a, b)
}

/** The product of stacks of matrices, with no history. */
function multiplied(a: MLArray, b: MLArray): MLArray {
  const rank = a.ndim
  const m = a.shape[rank - 2]!
  const k = a.shape[rank - 1]!
  const n = b.shape[b.ndim - 1]!
  if (rank === 2 && b.ndim === 2) {
    const y = resultOf([m, n], a.dtype)
    multiplyStacks(1, m, k, n, stackAt(a, a.offset, 0), stackAt(b, b.offset, 0), y.storage.data, 0)
    return y
  }
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), 'matmul')
  const y = resultOf([...batch, m, n], a.dtype)
  const strides = [a, b].map((x) =>
    broadcastStrides(x.shape.slice(0, -2), x.strides.slice(0, -2), batch),
  )
  let at = 0
  eachRow(batch, strides, [a.offset, b.offset], ([i, j], length, [di, dj]) => {
    const left = stackAt(a, i!, di!)
    const right = stackAt(b, j!, dj!)
    // Rows that follow each other, all by the same columns, are one matrix.
    const isOne = dj === 0 && di === m * left.rowStride
    if (isOne) multiplyStacks(1, length * m, k, n, left, right, y.storage.data, at)
    else multiplyStacks(length, m, k, n, left, right, y.storage.data, at)
    at += length * m * n
  })
  return y
}

function stackAt(x: MLArray, offset: number, stack: number): Stack {
  const { strides } = x
  const rowStride = strides[strides.length - 2]!
  const columnStride = strides[strides.length - 1]!
  return { data: x.storage.data, offset, stack, rowStride, columnStride }
}

/**
 * The matrix product, batched and broadcast over leading axes. An operand of rank 1 counts as a row on the
 * left and as a column on the right, and leaves no axis in the result.
 */
export function matmul(given: MLArray, other: MLArray): MLArray {
  const [a, b] = toOperands('matmul', [given, other]) as [MLArray, MLArray]
  if (a.ndim === 0 || b.ndim === 0) throw scalarOperandError('matmul', a.shape, b.shape)
  const inner = b.shape.at(b.ndim === 1 ? 0 : -2)
  if (a.shape.at(-1) !== inner) throw matmulError(a.shape, b.shape)
  return product(a, b)
}

/** NumPy's dot: a product with a scalar, an inner product, or a sum over the last axis of `a` and the second to last of `b`. */
export function dotProduct(given: MLArray, other: MLArray): MLArray {
  const [a, b] = toOperands('dot', [given, other]) as [MLArray, MLArray]
  if (a.ndim === 0 || b.ndim === 0) return mul(a, b)
  const [last, inner] = [a.ndim - 1, Math.max(b.ndim - 2, 0)]
  if (b.ndim > 2) return contract(a, b, [last], [inner], 'dot')
  // By one matrix, or one vector, it is the matrix product.
  if (a.shape[last] !== b.shape[inner]) throw contractionError('dot', a.shape, b.shape, last, inner)
  return product(a, b)
}

/** All products of an element of `a` and one of `b`, both flattened. */
export function outer(given: MLArray, other: MLArray): MLArray {
  const [a, b] = toOperands('outer', [given, other]) as [MLArray, MLArray]
  return mul(reshape(a, [a.size, 1]), reshape(b, [1, b.size]))
}

/**
 * The sum of products over pairs of axes: over the last `axes` of `a` and the first of `b`, or over the two
 * lists of axes. The remaining axes of `a` come first.
 */
export function tensordot(
  given: MLArray,
  other: MLArray,
  axes: number | readonly [number | readonly number[], number | readonly number[]] = 2,
): MLArray {
  const [a, b] = toOperands('tensordot', [given, other]) as [MLArray, MLArray]
  if (typeof axes !== 'number') {
    if (!Array.isArray(axes) || axes.length !== 2) throw tensordotError(axes, a.shape, b.shape)
    return contract(
      a,
      b,
      toAxes(axes[0], a.shape, 'tensordot'),
      toAxes(axes[1], b.shape, 'tensordot'),
      'tensordot',
    )
  }
  if (!Number.isInteger(axes) || axes < 0 || axes > Math.min(a.ndim, b.ndim))
    throw tensordotError(axes, a.shape, b.shape)
  const first = Array.from({ length: axes }, (_, i) => i)
  return contract(
    a,
    b,
    first.map((i) => a.ndim - axes + i),
    first,
    'tensordot',
  )
}

function contract(
  a: MLArray,
  b: MLArray,
  axesA: readonly number[],
  axesB: readonly number[],
  op: string,
): MLArray {
  if (axesA.length !== axesB.length) throw tensordotError([axesA, axesB], a.shape, b.shape)
  axesA.forEach((axis, i) => {
    if (a.shape[axis] !== b.shape[axesB[i]!])
      throw contractionError(op, a.shape, b.shape, axis, axesB[i]!)
  })
  const inner = sizeAlong(a.shape, axesA)
  const restA = reducedShape(a.shape, axesA, false)
  const restB = reducedShape(b.shape, axesB, false)
  const rows = reshape(moveToEnd(a, axesA), [sizeOf(restA), inner])
  const columns = swapaxes(reshape(moveToEnd(b, axesB), [sizeOf(restB), inner]), 0, 1)
  return reshape(product(rows, columns), [...restA, ...restB])
}

/** The sum of the main diagonal of the first two axes. */
export function trace(x: MLArray): MLArray {
  if (x.ndim < 2) throw rankError('trace', 'at least 2', x.shape)
  return sum(diagonal(x, 0, 0, 1), { axis: -1 })
}
