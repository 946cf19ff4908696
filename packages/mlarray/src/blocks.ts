/**
 * The plain reading of a pass (`pass.ts`): a block of elements at a time, each operation in a loop of its own
 * over memory that stays in the innermost cache. A result is rounded to the dtype of the arrays, so that every
 * reading of a pass rounds alike.
 */
import { binary } from '@smol/value/ops'
import type { DType, TypedArray } from './array.ts'
import { dtypeOf } from './dtype.ts'
import type { PassArithmetic } from './pass.ts'

/** Elements of a block: 4 KB of doubles, so that what an expression reads and writes fits the cache. */
const BLOCK = 512

type Operand = TypedArray | number
type Blocks = PassArithmetic<TypedArray, TypedArray> & {
  /** Starts over with the memory of results, for blocks of `size` elements. */
  readonly start: (size: number) => void
  readonly load: (from: TypedArray, at: number) => TypedArray
  readonly store: (to: TypedArray, at: number, result: Operand) => void
}

function blocksOf(dtype: DType): Blocks {
  const pool: TypedArray[] = []
  let taken = 0
  let length = 0
  /** Memory for one result, valid until the next `start`. */
  const take = (): TypedArray =>
    (pool[taken++] ??= dtype === 'float32' ? new Float32Array(BLOCK) : new Float64Array(BLOCK))
  const spread = (x: Operand): TypedArray => (typeof x === 'number' ? take().fill(x, 0, length) : x)
  const unary =
    (f: (a: number) => number) =>
    (a: Operand): TypedArray => {
      const x = spread(a)
      const y = take()
      for (let i = 0; i < length; i++) y[i] = f(x[i]!)
      return y
    }
  const pairwise =
    (f: (a: number, b: number) => number) =>
    (a: Operand, b: Operand): TypedArray => {
      const x = spread(a)
      const z = spread(b)
      const y = take()
      for (let i = 0; i < length; i++) y[i] = f(x[i]!, z[i]!)
      return y
    }
  const greater = pairwise((a, b) => (a > b ? 1 : 0))
  return {
    start(size) {
      taken = 0
      length = size
    },
    // A copy: what the expression gives may be stored where it came from.
    load(from, at) {
      const y = take()
      y.set(from.subarray(at, at + length))
      return y
    },
    store: (to, at, result) => to.set(spread(result).subarray(0, length), at),
    // A loop of its own for what rules are full of: one that calls a function takes four times as long.
    add(a, b) {
      const [x, z, y] = [spread(a), spread(b), take()]
      for (let i = 0; i < length; i++) y[i] = x[i]! + z[i]!
      return y
    },
    sub(a, b) {
      const [x, z, y] = [spread(a), spread(b), take()]
      for (let i = 0; i < length; i++) y[i] = x[i]! - z[i]!
      return y
    },
    mul(a, b) {
      const [x, z, y] = [spread(a), spread(b), take()]
      for (let i = 0; i < length; i++) y[i] = x[i]! * z[i]!
      return y
    },
    div(a, b) {
      const [x, z, y] = [spread(a), spread(b), take()]
      for (let i = 0; i < length; i++) y[i] = x[i]! / z[i]!
      return y
    },
    maximum: pairwise(binary.maximum.f),
    minimum: pairwise(binary.minimum.f),
    square(a) {
      const [x, y] = [spread(a), take()]
      for (let i = 0; i < length; i++) y[i] = x[i]! * x[i]!
      return y
    },
    sqrt(a) {
      const [x, y] = [spread(a), take()]
      for (let i = 0; i < length; i++) y[i] = Math.sqrt(x[i]!)
      return y
    },
    abs: unary(Math.abs),
    sign: unary(Math.sign),
    gt: greater,
    lt: (a, b) => greater(b, a),
    where(mask, a, b) {
      const x = spread(a)
      const z = spread(b)
      const y = take()
      for (let i = 0; i < length; i++) y[i] = mask[i] === 1 ? x[i]! : z[i]!
      return y
    },
  }
}

const blocks = {
  float32: /* @__PURE__ */ blocksOf('float32'),
  float64: /* @__PURE__ */ blocksOf('float64'),
}

/** Runs an expression over arrays of one length and dtype, and writes what it gives to those it names. */
export function runBlocks(
  expression: (
    m: Blocks,
    x: Readonly<Record<string, TypedArray>>,
  ) => Readonly<Record<string, unknown>>,
  arrays: Readonly<Record<string, TypedArray>>,
): void {
  const names = Object.keys(arrays)
  const first = arrays[names[0]!]!
  const m = blocks[dtypeOf(first)]
  const x: Record<string, TypedArray> = {}
  for (let at = 0; at < first.length; at += BLOCK) {
    m.start(Math.min(BLOCK, first.length - at))
    for (const name of names) x[name] = m.load(arrays[name]!, at)
    const y = expression(m, x)
    for (const name of names) {
      const result = y[name] as Operand | undefined
      if (result !== undefined) m.store(arrays[name]!, at, result)
    }
  }
}
