/**
 * Kernels over arrays: how operands of any strides, broadcast to one shape, are read. It knows no operations
 * and no graph.
 */
import { resultOf, type DType, type MLArray, type TypedArray } from './array.ts'
import { loopFor, type Kernel, type Loop } from './dispatch.ts'
import { eachRows, type Rows } from './loop.ts'
import { broadcastStrides, sizeOf, type Shape } from './shape.ts'

/** Not one step all the way. */
const UNEVEN = -1

/** The step that leads through an operand of a result of so many elements: 0 or 1 where there is one. */
function evenStep(x: MLArray, size: number): number {
  if (x.size === 1) return 0
  // One of as many elements has the shape of the result, but for axes of size 1.
  if (x.size !== size) return UNEVEN
  if (x.contiguous) return 1
  const { shape, strides } = x
  for (let axis = 0; axis < shape.length; axis++)
    if (strides[axis] !== 0 && shape[axis] !== 1) return UNEVEN
  return 0
}

/** What a kernel of at most two operands makes of them; they broadcast to `shape` and have one dtype. */
export function run(kernel: Kernel, shape: Shape, a: MLArray, b: MLArray = a): MLArray {
  const y = resultOf(shape, a.dtype)
  const { size } = y
  const da = evenStep(a, size)
  const db = evenStep(b, size)
  const isEven = da !== UNEVEN && db !== UNEVEN
  if (!isEven && shape.length !== 2) return runRows(kernel, y, kernel.arity === 1 ? [a] : [a, b])
  const out = y.storage.data
  const p = a.storage.data
  const q = b.storage.data
  if (isEven) {
    loopFor(kernel, a.dtype, size)(out, 0, size, p, a.offset, da, q, b.offset, db)
    return y
  }
  const [rows, columns] = shape as readonly [number, number]
  const loop = loopFor(kernel, a.dtype, columns)
  const [downA, alongA] = [strideAlong(a, 0, shape), strideAlong(a, 1, shape)]
  const [downB, alongB] = [strideAlong(b, 0, shape), strideAlong(b, 1, shape)]
  for (let row = 0, i = a.offset, j = b.offset; row < rows; row++, i += downA, j += downB)
    loop(out, row * columns, columns, p, i, alongA, q, j, alongB)
  return y
}

/** The stride of an operand along an axis of the matrix that it broadcasts to. */
function strideAlong(x: MLArray, axis: number, shape: Shape): number {
  const own = axis + x.shape.length - 2
  return own < 0 || (x.shape[own] === 1 && shape[axis] !== 1) ? 0 : x.strides[own]!
}

/** What a kernel makes of its operands, which broadcast to `shape` and have one dtype. */
export function runAll(kernel: Kernel, shape: Shape, operands: readonly MLArray[]): MLArray {
  const [a, b, c, d = c] = operands as [MLArray, MLArray?, MLArray?, MLArray?]
  if (b === undefined || c === undefined || d === undefined) return run(kernel, shape, a, b)
  const y = resultOf(shape, a.dtype)
  const { size } = y
  const [da, db, dc, dd] = [a, b, c, d].map((x) => evenStep(x, size)) as Steps
  if (da === UNEVEN || db === UNEVEN || dc === UNEVEN || dd === UNEVEN)
    return runRows(kernel, y, operands)
  const [p, q, r, s] = [a, b, c, d].map((x) => x.storage.data) as Memories
  const loop = loopFor(kernel, a.dtype, size)
  const out = y.storage.data
  loop(out, 0, size, p, a.offset, da, q, b.offset, db, r, c.offset, dc, s, d.offset, dd)
  return y
}

type Steps = [number, number, number, number]
type Memories = [TypedArray, TypedArray, TypedArray, TypedArray]

function runRows(kernel: Kernel, y: MLArray, operands: readonly MLArray[]): MLArray {
  const out = y.storage.data
  const [a, b, c, d] = operands.map((x) => x.storage.data) as [TypedArray, ...TypedArray[]]
  let loop: Loop | undefined
  let at = 0
  walk(y.shape, operands, (starts, length, steps, count, downs) => {
    loop ??= loopFor(kernel, y.dtype, length)
    let [i = 0, j = 0, k = 0, l = 0] = starts
    const [di = 0, dj = 0, dk = 0, dl = 0] = steps
    const [downI = 0, downJ = 0, downK = 0, downL = 0] = downs
    for (let row = 0; row < count; row++, at += length) {
      loop(out, at, length, a, i, di, b, j, dj, c, k, dk, d, l, dl)
      i += downI
      j += downJ
      k += downK
      l += downL
    }
  })
  return y
}

/** Calls `rows` for the rows of operands that broadcast to `shape`, in row-major order. */
function walk(shape: Shape, operands: readonly MLArray[], rows: Rows): void {
  const size = sizeOf(shape)
  const starts = operands.map((x) => x.offset)
  const even = operands.map((x) => evenStep(x, size))
  if (!even.includes(UNEVEN)) rows(starts, size, even, 1, even)
  else {
    const strides = operands.map((x) => broadcastStrides(x.shape, x.strides, shape))
    eachRows(shape, strides, starts, rows)
  }
}

type Scalar = (...operands: number[]) => number

/**
 * Applies any function to at most five operands that broadcast to `shape`, element by element: for what has no
 * kernel.
 */
export function map(f: Scalar, shape: Shape, dtype: DType, operands: readonly MLArray[]): MLArray {
  const y = resultOf(shape, dtype)
  walk(shape, operands, rowsOf(f, y.storage.data, operands))
  return y
}

/** Loops over rows of each operand, which write to `out` from where the last ones ended. */
function rowsOf(f: Scalar, out: TypedArray, operands: readonly MLArray[]): Rows {
  const [a, b, c, d, e] = operands.map((x) => x.storage.data)
  let at = 0
  return (starts, length, steps, count, downs) => {
    let [i = 0, j = 0, k = 0, l = 0, m = 0] = starts
    const [di = 0, dj = 0, dk = 0, dl = 0, dm = 0] = steps
    // From the end of a row to the start of the next one.
    const [ei = 0, ej = 0, ek = 0, el = 0, em = 0] = downs.map(
      (down, q) => down - length * steps[q]!,
    )
    for (let row = 0; row < count; row++, i += ei, j += ej, k += ek, l += el, m += em) {
      const end = at + length
      if (b === undefined) for (; at < end; at++, i += di) out[at] = f(a![i]!)
      else if (c === undefined) for (; at < end; at++, i += di, j += dj) out[at] = f(a![i]!, b[j]!)
      else if (d === undefined) {
        for (; at < end; at++, i += di, j += dj, k += dk) out[at] = f(a![i]!, b[j]!, c[k]!)
      } else if (e === undefined) {
        for (; at < end; at++, i += di, j += dj, k += dk, l += dl) {
          out[at] = f(a![i]!, b[j]!, c[k]!, d[l]!)
        }
      } else {
        for (; at < end; at++, i += di, j += dj, k += dk, l += dl, m += dm) {
          out[at] = f(a![i]!, b[j]!, c[k]!, d[l]!, e[m]!)
        }
      }
    }
  }
}
