/**
 * The WebAssembly kernels of rows and reductions: found by name, called on arrays wherever these lie, and from
 * which size on. Operands in the kernels' memory are read in place; others are copied there and results back in
 * blocks that stay in the caches. Nothing here knows arrays of more than a layout, or derivatives.
 *
 * Kernels write whole vectors, so a result needs room for up to three more numbers: in a block there is, and in
 * an array of the kernels' memory too, since its size there is a multiple of a cache line; rows that do not end
 * with a vector need more.
 */
import type { DType, TypedArray } from './array.ts'
import { dtypeOf } from './dtype.ts'
import type { Loop } from './dispatch.ts'
import { residentError } from './errors.ts'
import { LEAST_TOGETHER, mapTogether } from './together.ts'
import { wasm, type Engine } from './wasm.ts'

/** How many elements are copied at a time: three such blocks of float64 stay in the second cache. */
const BLOCK = 16_384
/** Rows need not start at a vector, so the last one of a block may end in the middle of one: its bytes. */
const REST = 16
/** A number that is read again for each vector lies there so often, in bytes. */
const REPEATED = 64
/** Larger operands of what cannot be done in blocks are not copied, in bytes. */
const LARGEST = 1 << 27

/**
 * From how many elements on ordinary arrays are copied for a kernel, [float32, float64]: measured by
 * bench/vector.ts, see decision 0032. What is missing is faster in JavaScript at every size.
 */
const THRESHOLDS: Readonly<Record<string, readonly [number, number]>> = {
  exp: [64, 96],
  log: [64, 96],
  tanh: [64, 96],
  sigmoid: [64, 96],
  silu: [64, 96],
  expm1: [96, 128],
  log1p: [96, 256],
  softplus: [128, 128],
  logSigmoid: [96, 128],
  mish: [32, Infinity],
  gelu: [32, Infinity],
  'gelu.da': [32, Infinity],
  geluTanh: [32, 64],
  'geluTanh.da': [64, Infinity],
  'silu.da': [64, Infinity],
  'mish.da': [64, Infinity],
  'softplus.da': [128, Infinity],
  'logSigmoid.da': [128, Infinity],
  elu: [128, Infinity],
  'elu.da': [128, Infinity],
  selu: [128, Infinity],
  'selu.da': [256, Infinity],
  sqrt: [256, Infinity],
  abs: [256, Infinity],
  neg: [256, Infinity],
  square: [256, Infinity],
  reciprocal: [256, Infinity],
  relu: [256, Infinity],
  add: [512, Infinity],
  sub: [512, Infinity],
  mul: [512, Infinity],
  div: [512, Infinity],
  maximum: [512, Infinity],
  minimum: [512, Infinity],
  'log.da': [512, Infinity],
  'tanh.da': [512, Infinity],
  'sigmoid.da': [512, Infinity],
  'log1p.da': [512, Infinity],
  'sqrt.da': [512, Infinity],
  'square.da': [512, Infinity],
  'reciprocal.da': [512, Infinity],
  'relu.da': [1024, Infinity],
  leakyRelu: [256, Infinity],
  'leakyRelu.da': [512, Infinity],
  'abs.da': [512, Infinity],
  clip: [512, Infinity],
  'clip.da': [512, Infinity],
  where: [512, Infinity],
  'where.db': [512, Infinity],
  'where.dc': [512, Infinity],
  'maximum.da': [512, Infinity],
  'maximum.db': [512, Infinity],
  'minimum.da': [512, Infinity],
  'minimum.db': [512, Infinity],
  'div.db': [512, Infinity],
  sum: [1024, 1024],
  max: [1024, 1024],
  min: [1024, 1024],
  softmax: [64, 128],
  logSoftmax: [64, 128],
  softmaxVjp: [64, 128],
  logSoftmaxVjp: [64, 128],
  surprisal: [64, 128],
}

/** What pays for its copies from so few elements on computes long enough to be shared among threads. */
const COSTLY = 128

/** From how many elements on a kernel is used; Infinity where there is none or JavaScript is faster. */
export function thresholdOf(name: string, dtype: DType): number {
  return THRESHOLDS[name]?.[dtype === 'float32' ? 0 : 1] ?? Infinity
}

/** The engine, where a kernel of it is worth its copies of so many elements. */
function engineFor(name: string, dtype: DType, size: number): Engine | undefined {
  return size < thresholdOf(name, dtype) ? undefined : wasm()
}

/** A function of a module: addresses and counts, as its file in assembly/ says. */
type Raw = (...operands: number[]) => number

/** The function of a module for a row, a partial derivative (`tanh.da`) or a reduction, where it has one. */
function rawKernel(engine: Engine, name: string, dtype: DType): Raw | undefined {
  return engine.run[exportOf(name, dtype)]
}

function exportOf(name: string, dtype: DType): string {
  return `${name.replace('.', '_')}_${dtype === 'float32' ? 'f32' : 'f64'}`
}

// ---- Memory of one call ----

function viewOf(engine: Engine, dtype: DType): TypedArray {
  return dtype === 'float32' ? engine.float32 : engine.float64
}

/** Where a kernel finds `length` elements: where they are, or copied to `room`; a number is repeated there. */
function stage(
  view: TypedArray,
  data: TypedArray,
  from: number,
  step: number,
  length: number,
  room: number,
): number {
  const width = view.BYTES_PER_ELEMENT
  if (step === 0) {
    const at = room / width
    view.fill(data[from]!, at, at + REPEATED / width)
    return room
  }
  if (data.buffer === view.buffer) return data.byteOffset + from * width
  view.set(data.subarray(from, from + length), room / width)
  return room
}

// ---- Elementwise ----

const loops = new WeakMap<Engine, Map<string, Loop>>()

/** A loop over ordinary arrays that runs a kernel, block by block; `plain` where there is none. */
export function vectorLoop(name: string, dtype: DType, arity: number, plain: Loop): Loop {
  const engine = wasm()
  if (engine === undefined) return plain
  let known = loops.get(engine)
  if (known === undefined) loops.set(engine, (known = new Map<string, Loop>()))
  const key = `${name} ${dtype}`
  let loop = known.get(key)
  if (loop === undefined) {
    const raw = rawKernel(engine, name, dtype)
    if (raw === undefined) loop = plain
    else
      loop =
        arity === 1
          ? unaryLoop(engine, name, dtype, plain)
          : manyLoop(engine, raw, arity, dtype, plain)
    known.set(key, loop)
  }
  return loop
}

function unaryLoop(engine: Engine, name: string, dtype: DType, plain: Loop): Loop {
  const view = viewOf(engine, dtype)
  const width = view.BYTES_PER_ELEMENT
  const raw = rawKernel(engine, name, dtype)!
  const exported = exportOf(name, dtype)
  const isCostly = thresholdOf(name, dtype) <= COSTLY
  const blocks = (out: TypedArray, at: number, n: number, a: TypedArray, i: number): void => {
    const mark = engine.mark
    const y = engine.reserve(Math.min(n, BLOCK) * width)
    for (let done = 0; done < n; done += BLOCK) {
      const length = Math.min(BLOCK, n - done)
      raw(y, length, stage(view, a, i + done, 1, length, y))
      engine.take(y, out, at + done, length)
    }
    engine.release(mark)
  }
  return (out, at, n, a, i, di) => {
    if (di !== 1 || !engine.fits(Math.min(n, BLOCK) * width, 1)) {
      plain(out, at, n, a, i, di)
      return
    }
    if (isCostly && n >= LEAST_TOGETHER) {
      const alone = (count: number): void => blocks(out, at, count, a, i)
      if (mapTogether(engine, exported, out, at, n, a, i, alone)) return
    }
    blocks(out, at, n, a, i)
  }
}

function manyLoop(engine: Engine, raw: Raw, arity: number, dtype: DType, plain: Loop): Loop {
  const view = viewOf(engine, dtype)
  const width = view.BYTES_PER_ELEMENT
  return (out, at, n, ...given) => {
    const mark = engine.mark
    const room = Math.max(Math.min(n, BLOCK) * width, REPEATED)
    const operands: [TypedArray, number, number][] = []
    // What is given beyond what the kernel reads is not copied.
    for (let k = 0; k < 3 * arity; k += 3)
      operands.push([given[k] as TypedArray, given[k + 1] as number, given[k + 2] as number])
    if (
      !engine.fits(room * (arity + 1), arity + 1) ||
      operands.some(([, , step]) => step !== 0 && step !== 1)
    ) {
      plain(out, at, n, ...given)
      return
    }
    const rooms = operands.map(() => engine.reserve(room))
    const y = engine.reserve(room)
    for (let done = 0; done < n; done += BLOCK) {
      const length = Math.min(BLOCK, n - done)
      const list: number[] = []
      operands.forEach(([data, from, step], k) => {
        const start = stage(view, data, from + step * done, step, length, rooms[k]!)
        list.push(start, step * 16, 0)
      })
      raw(y, length, 1, ...list)
      engine.take(y, out, at + done, length)
    }
    engine.release(mark)
  }
}

// ---- Reductions ----

/** The bytes that a kernel of column sums works in. */
const COLUMN_SUMS = 8192

export type Reduction = 'sum' | 'max' | 'min'

/**
 * Reduces `size` elements that lie in `data` from `from` on, where a kernel is worth it: `n` that stand `inner`
 * apart to each result.
 *
 * @returns whether it was done.
 */
export function reduceVector(
  name: Reduction,
  out: TypedArray,
  data: TypedArray,
  from: number,
  size: number,
  n: number,
  inner: number,
): boolean {
  const dtype = dtypeOf(data)
  const engine = engineFor(name, dtype, size)
  if (engine === undefined) return false
  const view = viewOf(engine, dtype)
  if (name === 'sum' && out.length === 1) {
    const raw = rawKernel(engine, 'total', dtype)!
    const mark = engine.mark
    if (!engine.fits(BLOCK * view.BYTES_PER_ELEMENT, 1)) return false
    const room = engine.reserve(BLOCK * view.BYTES_PER_ELEMENT)
    out[0] = 0 + total(raw, view, data, from, size, room)
    engine.release(mark)
    return true
  }
  const bytes = (size + out.length) * view.BYTES_PER_ELEMENT + COLUMN_SUMS
  if (bytes > LARGEST || !engine.fits(bytes, 3)) return false
  const mark = engine.mark
  const work = engine.reserve(COLUMN_SUMS)
  const y = engine.reserve(out.byteLength)
  const x = engine.place(data, from, size)
  const raw = rawKernel(engine, name, dtype)!
  raw(y, size / (n * inner), n, inner, x, work)
  engine.take(y, out, 0, out.length)
  engine.release(mark)
  return true
}

/** A sum by halves down to blocks, which the kernel then halves on: in one order, whatever is copied. */
function total(
  raw: Raw,
  view: TypedArray,
  data: TypedArray,
  from: number,
  length: number,
  room: number,
): number {
  if (length <= BLOCK) return raw(stage(view, data, from, 1, length, room), length)
  const half = Math.floor(length / 16) * 8
  return (
    total(raw, view, data, from, half, room) +
    total(raw, view, data, from + half, length - half, room)
  )
}

// ---- Rows ----

/** Kernels of softmax.ts, which take dense rows of one or two operands. */
export type RowKernel = 'softmax' | 'logSoftmax' | 'softmaxVjp' | 'logSoftmaxVjp'

/**
 * Runs a kernel of rows of `n` elements, where it is worth it.
 *
 * @returns whether it was done.
 */
export function runRowsOf(
  name: RowKernel,
  out: TypedArray,
  n: number,
  a: TypedArray,
  b?: TypedArray,
): boolean {
  const dtype = dtypeOf(out)
  const engine = engineFor(name, dtype, out.length)
  if (engine === undefined) return false
  const view = viewOf(engine, dtype)
  const most = Math.max(1, Math.floor(BLOCK / n))
  const room = most * n * view.BYTES_PER_ELEMENT + REST
  if (room > LARGEST || !engine.fits(3 * room, 3)) return false
  const raw = rawKernel(engine, name, dtype)!
  const mark = engine.mark
  const [y, roomA, roomB] = [engine.reserve(room), engine.reserve(room), engine.reserve(room)]
  for (let done = 0; done < out.length; done += most * n) {
    const length = Math.min(most * n, out.length - done)
    const first = stage(view, a, done, 1, length, roomA)
    const second = b === undefined ? 0 : stage(view, b, done, 1, length, roomB)
    raw(y, length / n, n, first, second)
    engine.take(y, out, done, length)
  }
  engine.release(mark)
  return true
}

/** What the surprisal of rows needs beside them. */
export type Picked = {
  /** One place in each row. */
  readonly indices: Int32Array
  /** Two numbers for each row, which the forward pass writes and the backward pass reads. */
  readonly saved: TypedArray
}

/**
 * Runs the kernel of a surprisal, where it is worth it: forward from `x` to `out`, one number for each row, or
 * backward from these to `dx`.
 *
 * @returns whether it was done.
 */
export function runSurprisal(
  n: number,
  x: TypedArray,
  { indices, saved }: Picked,
  perRow: TypedArray,
  dx?: TypedArray,
): boolean {
  const dtype = dtypeOf(x)
  const engine = engineFor('surprisal', dtype, x.length)
  if (engine === undefined) return false
  const view = viewOf(engine, dtype)
  const width = view.BYTES_PER_ELEMENT
  const most = Math.max(1, Math.floor(BLOCK / n))
  const room = most * n * width + REST
  if (room > LARGEST || !engine.fits(2 * room + 4 * most * width + 4 * most, 5)) return false
  const raw = rawKernel(engine, dx === undefined ? 'surprisal' : 'surprisalVjp', dtype)!
  const mark = engine.mark
  const [roomX, roomY] = [engine.reserve(room), engine.reserve(room)]
  const [roomSaved, roomRow] = [engine.reserve(2 * most * width), engine.reserve(most * width)]
  const places = engine.reserve(4 * most)
  const integers = new Int32Array(engine.memory.buffer)
  for (let row = 0; row < indices.length; row += most) {
    const rows = Math.min(most, indices.length - row)
    const from = stage(view, x, row * n, 1, rows * n, roomX)
    integers.set(indices.subarray(row, row + rows), places / 4)
    if (dx === undefined) {
      raw(roomRow, rows, n, from, places, roomSaved, roomY)
      engine.take(roomRow, perRow, row, rows)
      engine.take(roomSaved, saved, 2 * row, 2 * rows)
    } else {
      view.set(saved.subarray(2 * row, 2 * (row + rows)), roomSaved / width)
      view.set(perRow.subarray(row, row + rows), roomRow / width)
      raw(roomY, rows, n, from, places, roomSaved, roomRow)
      engine.take(roomY, dx, row * n, rows * n)
    }
  }
  engine.release(mark)
  return true
}

// ---- For measurements, and for packages that keep their arrays in the kernels' memory ----

/** A kernel on arrays in the kernels' memory: see `vectorKernel`. */
export type VectorKernel = (
  out: TypedArray,
  operands: readonly TypedArray[],
  layout?: readonly number[],
) => void

/**
 * The kernel of a row, of a partial derivative (`tanh.da`), of `sum`, `max`, `min`, `softmax` or `logSoftmax`, on
 * arrays in the kernels' memory (`residentElements`), into an existing one; undefined where there is none.
 *
 * Layouts: an elementwise kernel takes operands as long as the result, of one number, or as long as a row of it
 * that repeats; reductions take `[outer, n, inner]`, of which the middle is reduced; the others `[rows, n]`.
 * Nothing is checked but where arrays lie.
 *
 * @throws RangeError where an array lies elsewhere, or the result is not one that was made there.
 */
export function vectorKernel(name: string, dtype: DType): VectorKernel | undefined {
  const engine = wasm()
  const raw = engine && rawKernel(engine, name, dtype)
  if (engine === undefined || raw === undefined) return undefined
  const view = viewOf(engine, dtype)
  const { buffer } = engine.memory
  return (out, operands, layout) => {
    for (const array of [out, ...operands])
      if (array.buffer !== buffer || array.byteOffset % 64 !== 0) throw residentError(name)
    const mark = engine.mark
    const starts = operands.map((operand) => operand.byteOffset)
    if (layout?.length === 2 && (layout[1]! * view.BYTES_PER_ELEMENT) % 16 !== 0) {
      const y = engine.reserve(out.byteLength + REST)
      raw(y, ...layout, ...starts)
      engine.take(y, out, 0, out.length)
    } else if (layout !== undefined) {
      const isReduction = layout.length === 3
      const work = isReduction ? [...starts, engine.reserve(COLUMN_SUMS)] : starts
      raw(out.byteOffset, ...layout, ...work)
    } else if (operands.length === 1) raw(out.byteOffset, out.length, starts[0]!)
    else {
      const n = Math.min(
        ...[out, ...operands].map(({ length }) => (length === 1 ? out.length : length)),
      )
      const list = operands.flatMap((operand, k) => {
        const step = operand.length === 1 ? 0 : 1
        const start =
          step === 1 ? starts[k]! : stage(view, operand, 0, 0, 1, engine.reserve(REPEATED))
        return [start, step * 16, operand.length === out.length ? n * view.BYTES_PER_ELEMENT : 0]
      })
      raw(out.byteOffset, n, out.length / n, ...list)
    }
    engine.release(mark)
  }
}
