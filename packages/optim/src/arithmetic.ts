/**
 * What update rules are written in, and its two readings: plain numbers, which explain a step, and blocks
 * of typed arrays, which take it.
 *
 * A rule over blocks runs once for every few hundred elements, each operation in a loop of its own over
 * memory that stays in the innermost cache; docs/decisions/0010-update-rules.md has the measurements.
 * Nothing here knows optimisers.
 */
import {
  binary,
  numbers as scalarNumbers,
  type Arithmetic as ScalarArithmetic,
} from '@smol/value/ops'

type FromValue =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'square'
  | 'sqrt'
  | 'abs'
  | 'sign'
  | 'gt'
  | 'lt'
  | 'where'

/** `T` is a number, or a block of the numbers of a parameter. A number may stand for any operand. */
export type Arithmetic<T, Mask> = Pick<ScalarArithmetic<T, Mask>, FromValue> & {
  readonly maximum: (a: T | number, b: T | number) => T
  readonly minimum: (a: T | number, b: T | number) => T
  /** `β average + (1 − β) x`: the exponential moving average that most rules keep. */
  readonly ema: (beta: number, average: T, x: T | number) => T
}

/** Plain numbers: the rows of `@smol/value`. */
export const numbers: Arithmetic<number, boolean> = {
  ...scalarNumbers,
  maximum: binary.maximum.f,
  minimum: binary.minimum.f,
  ema: (beta, average, x) => beta * average + (1 - beta) * x,
}

// ---- Blocks ----

/** Elements of a block: 4 KB, so that what a rule reads and writes fits the innermost cache. */
export const BLOCK = 512

export type Block = Float64Array
type Operand = Block | number

const pool: Block[] = []
let taken = 0
let length = 0

/** Starts over with the memory of results, for blocks of `size` elements. */
export function startBlock(size: number): void {
  taken = 0
  length = size
}

/** Memory for one result, valid until the next `startBlock`. */
function take(): Block {
  return (pool[taken++] ??= new Float64Array(BLOCK))
}

/** Elements from `start` on, as a block. */
export function load(from: Float64Array | Float32Array, start: number): Block {
  const y = take()
  const n = length
  if (from instanceof Float64Array) for (let i = 0; i < n; i++) y[i] = from[start + i]!
  else for (let i = 0; i < n; i++) y[i] = from[start + i]!
  return y
}

/** Writes a result to the elements from `start` on. */
export function store(to: Float64Array | Float32Array, start: number, result: Operand): void {
  const x = spread(result)
  const n = length
  if (to instanceof Float64Array) for (let i = 0; i < n; i++) to[start + i] = x[i]!
  else for (let i = 0; i < n; i++) to[start + i] = x[i]!
}

/** An operand as a block, for the operations whose loops know no numbers. */
function spread(x: Operand): Block {
  return typeof x === 'number' ? take().fill(x, 0, length) : x
}

/** The arithmetic on blocks. Its results are rounded as numbers are: a double for each operation. */
export const blocks: Arithmetic<Block, Block> = {
  add(a, b) {
    const y = take()
    const n = length
    if (typeof b === 'number') {
      const x = spread(a)
      for (let i = 0; i < n; i++) y[i] = x[i]! + b
      return y
    }
    if (typeof a === 'number') return blocks.add(b, a)
    for (let i = 0; i < n; i++) y[i] = a[i]! + b[i]!
    return y
  },
  sub(a, b) {
    if (typeof b === 'number') return blocks.add(a, -b)
    const x = spread(a)
    const y = take()
    const n = length
    for (let i = 0; i < n; i++) y[i] = x[i]! - b[i]!
    return y
  },
  mul(a, b) {
    const y = take()
    const n = length
    if (typeof b === 'number') {
      const x = spread(a)
      for (let i = 0; i < n; i++) y[i] = x[i]! * b
      return y
    }
    if (typeof a === 'number') return blocks.mul(b, a)
    for (let i = 0; i < n; i++) y[i] = a[i]! * b[i]!
    return y
  },
  div(a, b) {
    const x = spread(a)
    const y = take()
    const n = length
    if (typeof b === 'number') for (let i = 0; i < n; i++) y[i] = x[i]! / b
    else for (let i = 0; i < n; i++) y[i] = x[i]! / b[i]!
    return y
  },
  square: (a) => blocks.mul(a, a),
  sqrt(a) {
    const x = spread(a)
    const y = take()
    const n = length
    for (let i = 0; i < n; i++) y[i] = Math.sqrt(x[i]!)
    return y
  },
  abs(a) {
    const x = spread(a)
    const y = take()
    const n = length
    for (let i = 0; i < n; i++) y[i] = Math.abs(x[i]!)
    return y
  },
  sign(a) {
    const x = spread(a)
    const y = take()
    const n = length
    for (let i = 0; i < n; i++) y[i] = Math.sign(x[i]!)
    return y
  },
  maximum(a, b) {
    const [x, z] = [spread(a), spread(b)]
    const y = take()
    const n = length
    for (let i = 0; i < n; i++) y[i] = Math.max(x[i]!, z[i]!)
    return y
  },
  minimum(a, b) {
    const [x, z] = [spread(a), spread(b)]
    const y = take()
    const n = length
    for (let i = 0; i < n; i++) y[i] = Math.min(x[i]!, z[i]!)
    return y
  },
  ema(beta, average, x) {
    const z = spread(x)
    const y = take()
    const n = length
    const rest = 1 - beta
    for (let i = 0; i < n; i++) y[i] = beta * average[i]! + rest * z[i]!
    return y
  },
  gt(a, b) {
    const [x, z] = [spread(a), spread(b)]
    const y = take()
    const n = length
    for (let i = 0; i < n; i++) y[i] = x[i]! > z[i]! ? 1 : 0
    return y
  },
  lt: (a, b) => blocks.gt(b, a),
  where(mask, a, b) {
    const [x, z] = [spread(a), spread(b)]
    const y = take()
    const n = length
    for (let i = 0; i < n; i++) y[i] = mask[i] === 1 ? x[i]! : z[i]!
    return y
  },
}
