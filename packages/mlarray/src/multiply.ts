/**
 * Which kernel multiplies matrices, and how it gets them: the WebAssembly one on copies of the operands (or
 * on the operands themselves, where they live in its memory), or the plain one where there is none, or no
 * room. It knows memory and strides only.
 */
import { allocate, type TypedArray } from './array.ts'
import type { Bridge } from './bridge.ts'
import { dtypeOf } from './dtype.ts'
import { multiply, multiplyFew, type Matrix } from './product.ts'
import { threads, type Pool } from './threads.ts'
import { wasm, type Engine } from './wasm.ts'

/** Matrices that follow each other, `stack` elements apart; 0 where it is one and the same. */
export type Stack = Matrix & { readonly stack: number }

/** Up to so many multiplications a loop in JavaScript is faster than a call with its copies (bench/product.ts). */
const FEW = 32
/** From so many multiplications on, several threads are faster than one. */
const SHARED_WORK = 160 ** 3
/** Rows or columns that a thread takes at least: fewer would not pay for packing the other operand. */
const LEAST_LINES = 32
/** And at most at a time: a thread that loses its processor then keeps no other waiting for long. */
const MOST_LINES = 256

type Kernel = (...operands: number[]) => unknown
type Kernels = {
  readonly engine: Engine
  /** How much memory a product works in, in bytes. */
  readonly work: number
  readonly product: Kernel
  readonly vector: Kernel
}

/** `count` products, m × k by k × n, which go to `out`, one after the other from `at`. */
type Task = {
  readonly count: number
  readonly m: number
  readonly k: number
  readonly n: number
  readonly a: Stack
  readonly b: Stack
  readonly out: TypedArray
  readonly at: number
}

let float32: Kernels | undefined
let float64: Kernels | undefined

/** Looked up by name once. */
function kernelsOf(engine: Engine, data: TypedArray): Kernels {
  const isSingle = data.BYTES_PER_ELEMENT === 4
  const known = isSingle ? float32 : float64
  if (known?.engine === engine) return known
  const { run } = engine
  const work = run['product_work']!()
  const kernels: Kernels = isSingle
    ? { engine, work, product: run['product_f32']!, vector: run['vector_f32']! }
    : { engine, work, product: run['product_f64']!, vector: run['vector_f64']! }
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
  if (count * m * k * n <= FEW) {
    for (let i = 0; i < count; i++)
      multiplyFew(m, k, n, matrixOf(a, i), matrixOf(b, i), out, at + i * m * n)
    return
  }
  const engine = wasm()
  if (engine !== undefined && k > 0) {
    const left = compact(a, count, m, k)
    const right = compact(b, count, k, n)
    const task: Task = { count, m, k, n, a: left, b: right, out, at }
    const kernels = kernelsOf(engine, out)
    const pool = count * m * k * n >= SHARED_WORK && m > 1 && n > 1 ? threads() : undefined
    if (pool !== undefined && runTogether(pool, kernels, task)) return
    if (runAlone(kernels, task)) return
  }
  for (let i = 0; i < count; i++)
    multiply(m, k, n, matrixOf(a, i), matrixOf(b, i), out, at + i * m * n)
}

function matrixOf({ data, offset, stack, rowStride, columnStride }: Stack, i: number): Matrix {
  return { data, offset: offset + i * stack, rowStride, columnStride }
}

// ---- Where operands lie ----

/** How far before the first element the lowest in memory lies, at most 0. */
function lowest(x: Stack, count: number, rows: number, columns: number): number {
  return (
    Math.min(0, (count - 1) * x.stack) +
    Math.min(0, (rows - 1) * x.rowStride) +
    Math.min(0, (columns - 1) * x.columnStride)
  )
}

/** How many elements lie between the lowest and the highest, both counted. */
function extent(x: Stack, count: number, rows: number, columns: number): number {
  return (
    1 +
    Math.abs((count - 1) * x.stack) +
    Math.abs((rows - 1) * x.rowStride) +
    Math.abs((columns - 1) * x.columnStride)
  )
}

/** The same matrices side by side, where less than half of what lies between their ends is theirs. */
function compact(x: Stack, count: number, rows: number, columns: number): Stack {
  const size = rows * columns
  const different = x.stack === 0 ? 1 : count
  if (extent(x, count, rows, columns) <= 2 * size * different) return x
  const data = allocate(size * different, dtypeOf(x.data))
  for (let i = 0, to = 0; i < different; i++) {
    for (let row = 0; row < rows; row++) {
      let from = x.offset + i * x.stack + row * x.rowStride
      for (let j = 0; j < columns; j++, from += x.columnStride) data[to++] = x.data[from]!
    }
  }
  const stack = x.stack === 0 ? 0 : size
  return { data, offset: 0, stack, rowStride: columns, columnStride: 1 }
}

/** Has matrices placed in a memory, from the lowest of their elements on, and says where the first one lies. */
function placed(memory: Engine | Bridge, x: Stack, low: number, length: number): number {
  return memory.place(x.data, x.offset + low, length) - low * x.data.BYTES_PER_ELEMENT
}

/** Runs a task on copies of its operands in the memory of the kernels. False where there is no room for them. */
function runAlone(kernels: Kernels, task: Task): boolean {
  const { engine } = kernels
  const { count, m, k, n, a, b, out, at } = task
  const width = out.BYTES_PER_ELEMENT
  const lengthA = extent(a, count, m, k)
  const lengthB = extent(b, count, k, n)
  const length = count * m * n
  if (!engine.fits((lengthA + lengthB + length) * width + kernels.work, 4)) return false
  const mark = engine.mark
  const work = engine.reserve(kernels.work)
  const y = engine.reserve(length * width)
  const atA = placed(engine, a, lowest(a, count, m, k), lengthA)
  const atB = placed(engine, b, lowest(b, count, k, n), lengthB)
  multiplyAlone(kernels, task, y, atA, atB, work)
  engine.take(y, out, at, length)
  engine.release(mark)
  return true
}

/** The same in the memory that threads share: each computes some of the matrices, or of their rows or columns. */
function runTogether(pool: Pool, { engine }: Kernels, task: Task): boolean {
  const { count, m, k, n, a, b, out, at } = task
  const shared = pool.engine(engine.set)
  const parts = cut(m, n, count, pool.size)
  if (shared === undefined || parts.length < 2) return false
  const width = out.BYTES_PER_ELEMENT
  const lengthA = extent(a, count, m, k)
  const lengthB = extent(b, count, k, n)
  const length = count * m * n
  const bridge = pool.bridge(engine)
  if (!shared.fits((lengthA + lengthB + length) * width, 3) || !bridge.fits()) return false
  const mark = shared.mark
  const y = shared.reserve(length * width)
  const atA = placed(bridge, a, lowest(a, count, m, k), lengthA)
  const atB = placed(bridge, b, lowest(b, count, k, n), lengthB)
  const kernel = width === 4 ? 'product_f32' : 'product_f64'
  const operands = parts.map((part) => callOf(task, part, atA, atB, y))
  pool.run(shared, { kernel, work: WORK, operands })
  bridge.take(y, out, at, length)
  shared.release(mark)
  return true
}

// ---- Calls ----

function multiplyAlone(
  { product, vector }: Kernels,
  { count, m, k, n, a, b }: Task,
  y: number,
  atA: number,
  atB: number,
  work: number,
): void {
  const { stack, rowStride, columnStride } = a
  const step = b.rowStride
  const column = b.columnStride
  if (m === 1) vector(count, n, k, atA, stack, columnStride, atB, b.stack, step, column, y, work)
  // A column on the right is a row on the left of the transposed matrix.
  else if (n === 1)
    vector(count, m, k, atB, b.stack, step, atA, stack, columnStride, rowStride, y, work)
  else
    product(
      count,
      m,
      n,
      k,
      atA,
      stack,
      rowStride,
      columnStride,
      atB,
      b.stack,
      step,
      column,
      y,
      m * n,
      n,
      work,
    )
}

/** Which operand of a product is the address of memory to work in. */
const WORK = 15

/** The operands of the kernel for a part of a task. */
function callOf(
  { m, k, n, a, b, out }: Task,
  [first, stacks, row, rows, column, columns]: Part,
  atA: number,
  atB: number,
  y: number,
): number[] {
  const width = out.BYTES_PER_ELEMENT
  const left = atA + (first * a.stack + row * a.rowStride) * width
  const right = atB + (first * b.stack + column * b.columnStride) * width
  const to = y + ((first * m + row) * n + column) * width
  const operands = [stacks, rows, columns, k, left, a.stack, a.rowStride, a.columnStride]
  operands.push(right, b.stack, b.rowStride, b.columnStride, to, m * n, n, 0)
  return operands
}

type Part = readonly [
  first: number,
  stacks: number,
  row: number,
  rows: number,
  column: number,
  columns: number,
]

/** `count` results of m × n in parts for so many threads. */
function cut(m: number, n: number, count: number, threadCount: number): Part[] {
  const length = count >= threadCount ? count : Math.max(m, n)
  const step = count >= threadCount ? 1 : LEAST_LINES
  const share = Math.ceil(length / threadCount / step) * step
  const size = count >= threadCount ? share : Math.min(share, MOST_LINES)
  return Array.from({ length: Math.ceil(length / size) }, (_, i): Part => {
    const from = i * size
    const lines = Math.min(size, length - from)
    if (count >= threadCount) return [from, lines, 0, m, 0, n]
    return m >= n ? [0, count, from, lines, 0, n] : [0, count, 0, m, from, lines]
  })
}
