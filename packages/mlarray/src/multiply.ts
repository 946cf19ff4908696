/**
 * Which kernel multiplies matrices, and how it gets them: the WebAssembly one on copies of the operands (or
 * on the operands themselves, where they live in its memory), or the plain one where there is none, or no
 * room. It knows memory and strides only.
 */
import type { TypedArray } from './array.ts'
import { multiply, type Matrix } from './product.ts'
import { wasm, type Engine } from './wasm.ts'

/** Matrices that follow each other, `stack` elements apart; 0 where it is one and the same. */
export type Stack = Matrix & { readonly stack: number }

type Kernel = (...operands: number[]) => unknown
type Kernels = {
  readonly engine: Engine
  readonly width: 4 | 8
  /** How much memory a product works in, in bytes. */
  readonly work: number
  readonly product: Kernel
  readonly vector: Kernel
}

let float32: Kernels | undefined
let float64: Kernels | undefined

function kernelsOf(engine: Engine, data: TypedArray): Kernels {
  const isSingle = data.BYTES_PER_ELEMENT === 4
  const known = isSingle ? float32 : float64
  if (known?.engine === engine) return known
  const { run } = engine
  const work = run['product_work']!()
  const product = isSingle ? run['product_f32']! : run['product_f64']!
  const vector = isSingle ? run['vector_f32']! : run['vector_f64']!
  const kernels: Kernels = { engine, width: isSingle ? 4 : 8, work, product, vector }
  if (isSingle) float32 = kernels
  else float64 = kernels
  return kernels
}

/** Writes the products of `count` pairs of matrices, m × k and k × n, to `out`, one after the other from `at`. */
export function multiplyStacks(
  count: number,
  m: number,
  k: number,
  n: number,
  a: Stack,
  b: Stack,
  out: TypedArray,
  at: number,
): void {
  if (count * m * n === 0) return
  const engine = wasm()
  if (engine !== undefined && k > 0) {
    const left = compact(a, count, m, k)
    const right = compact(b, count, k, n)
    if (multiplyThere(kernelsOf(engine, out), count, m, k, n, left, right, out, at)) return
  }
  for (let i = 0; i < count; i++)
    multiply(m, k, n, matrixOf(a, i), matrixOf(b, i), out, at + i * m * n)
}

function matrixOf({ data, offset, stack, rowStride, columnStride }: Stack, i: number): Matrix {
  return { data, offset: offset + i * stack, rowStride, columnStride }
}

/** How far the first and the last element in memory lie from the first of the matrix. */
function lowest(x: Stack, count: number, rows: number, columns: number): number {
  return (
    Math.min(0, (count - 1) * x.stack) +
    Math.min(0, (rows - 1) * x.rowStride) +
    Math.min(0, (columns - 1) * x.columnStride)
  )
}

function highest(x: Stack, count: number, rows: number, columns: number): number {
  return (
    Math.max(0, (count - 1) * x.stack) +
    Math.max(0, (rows - 1) * x.rowStride) +
    Math.max(0, (columns - 1) * x.columnStride)
  )
}

/** The same matrices side by side, where less than half of what lies between their ends is theirs. */
function compact(x: Stack, count: number, rows: number, columns: number): Stack {
  const size = rows * columns
  const different = x.stack === 0 ? 1 : count
  const span = highest(x, count, rows, columns) - lowest(x, count, rows, columns) + 1
  if (span <= 2 * size * different) return x
  const data = new (x.data.constructor as new (length: number) => TypedArray)(size * different)
  for (let s = 0, to = 0; s < different; s++) {
    for (let i = 0; i < rows; i++) {
      let from = x.offset + s * x.stack + i * x.rowStride
      for (let j = 0; j < columns; j++, from += x.columnStride) data[to++] = x.data[from]!
    }
  }
  const stack = x.stack === 0 ? 0 : size
  return { data, offset: 0, stack, rowStride: columns, columnStride: 1 }
}

/** False where there is no room for it. */
function multiplyThere(
  { engine, width, work, product, vector }: Kernels,
  count: number,
  m: number,
  k: number,
  n: number,
  a: Stack,
  b: Stack,
  out: TypedArray,
  at: number,
): boolean {
  const lowA = lowest(a, count, m, k)
  const lowB = lowest(b, count, k, n)
  const lengthA = highest(a, count, m, k) - lowA + 1
  const lengthB = highest(b, count, k, n) - lowB + 1
  const length = count * m * n
  if (!engine.fits((lengthA + lengthB + length) * width + work, 4)) return false
  const mark = engine.mark
  const space = engine.reserve(work)
  const y = engine.reserve(length * width)
  const atA = engine.place(a.data, a.offset + lowA, lengthA) - lowA * width
  const atB = engine.place(b.data, b.offset + lowB, lengthB) - lowB * width
  if (m === 1)
    vector(count, n, k, atA, a.stack, a.columnStride, atB, b.stack, b.rowStride, b.columnStride, y, space) // prettier-ignore
  else if (n === 1)
    vector(count, m, k, atB, b.stack, b.rowStride, atA, a.stack, a.columnStride, a.rowStride, y, space) // prettier-ignore
  else
    product(count, m, n, k, atA, a.stack, a.rowStride, a.columnStride, atB, b.stack, b.rowStride, b.columnStride, y, m * n, n, space) // prettier-ignore
  engine.take(y, out, at, length)
  engine.release(mark)
  return true
}
