/**
 * The rows of `@smol/value`, lifted to arrays by broadcasting: kernels, gradients and comparisons.
 *
 * A plain pass runs a row's derivative over numbers, in one loop; a recorded one runs the same derivative
 * over arrays, so that it can be differentiated again.
 */
import { Value } from '@smol/value'
import { isRecording } from '@smol/value/graph'
import {
  apply,
  comparisons,
  numbers,
  operations,
  type Arithmetic,
  type ComparisonName,
  type ScalarOperation,
} from '@smol/value/ops'
import { copyOf, filled, fromData, MLArray, type DType, type TypedArray } from './array.ts'
import { fromValues, refuseOtherCopy } from './element.ts'
import { operandError } from './errors.ts'
import { eachRow, type Row } from './loop.ts'
import { record, type ArrayNode, type ArrayOperation } from './node.ts'
import { spread } from './move.ts'
import { sumTo } from './reduce.ts'
import { numbered, pick, unchanged } from './scalar.ts'
import { broadcastShapes, broadcastStrides, isContiguous, sameShape, type Shape } from './shape.ts'

/** What an array can be combined with. */
export type Operand = MLArray | Value | number

// ---- Kernels ----

type Scalar = (...operands: number[]) => number

/** Applies `f` element by element to at most five operands, read as if they had the shape `shape`. */
export function map(f: Scalar, shape: Shape, dtype: DType, operands: readonly MLArray[]): MLArray {
  const y = filled(shape, 0, dtype)
  const run = rowKernel(f, y.storage.data, operands)
  const starts = operands.map((x) => x.offset)
  const even = operands.map((x) => evenStep(x, shape))
  if (even.every((step) => step !== undefined)) run(starts, y.size, even)
  else {
    const strides = operands.map((x) => broadcastStrides(x.shape, x.strides, shape))
    eachRow(shape, strides, starts, run)
  }
  return y
}

/** The one step that leads through an operand from start to end, where there is one. */
function evenStep(x: MLArray, shape: Shape): number | undefined {
  if (x.size === 1) return 0
  return sameShape(x.shape, shape) && isContiguous(shape, x.strides) ? 1 : undefined
}

/** A loop over a row of each operand, which writes to `out` from where the last row ended. */
function rowKernel(f: Scalar, out: TypedArray, operands: readonly MLArray[]): Row {
  const [a, b, c, d, e] = operands.map((x) => x.storage.data)
  let at = 0
  return (starts, length, steps) => {
    let [i = 0, j = 0, k = 0, l = 0, m = 0] = starts
    const [di = 0, dj = 0, dk = 0, dl = 0, dm = 0] = steps
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

// ---- The rows ----

const lifted = new WeakMap<ScalarOperation, ArrayOperation>()

/** The operation on arrays that a row stands for. */
function lift(scalar: ScalarOperation): ArrayOperation {
  const known = lifted.get(scalar)
  if (known !== undefined) return known
  const { name, variadic, readsA, readsB } = scalar
  const op: ArrayOperation = {
    name,
    elementwise: true,
    variadic,
    readsA,
    readsB,
    unroll: (inputs, node) => {
      const operands = inputs.map(({ values, shape }) =>
        pick(values, spread(numbered(shape), node.shape)),
      )
      return operands[0]!.map((a, i) => apply(scalar, a, operands[1]?.[i], operands[2]?.[i]))
    },
    jvp: (dxs, node) => {
      const shares = dxs.map(
        (dx, i) => dx && recordedShare(ruleOf(scalar, i), scalar.selects, dx, node),
      )
      return spread(total(shares), node.shape)
    },
    vjp: (dy, node, index) => {
      const share = isRecording() ? recordedShare : plainShare
      return sumTo(share(ruleOf(scalar, index), scalar.selects, dy, node), node.inputShape(index))
    },
  }
  lifted.set(scalar, op)
  return op
}

function ruleOf(scalar: ScalarOperation, index: number): Rule {
  return index === 0 ? scalar.da : index === 1 ? scalar.db : scalar.dc
}

type Rule = ScalarOperation['da']

/** `dy · ∂f`, in operations on arrays. */
function recordedShare(rule: Rule, selects: boolean, dy: MLArray, node: ArrayNode): MLArray {
  const inputs = node.inputs.map((input) => (input as ArrayNode).value!)
  const d = rule(arrays, ...inputs, node.value!)
  if (d === 1) return dy
  if (d === -1) return applyRow(operations.neg, dy)
  if (!selects) return applyRow(operations.mul, dy, d)
  return applyRow(operations.where, compare('ne', d, 0), applyRow(operations.mul, dy, d), 0)
}

/** `dy · ∂f`, in one loop over numbers. */
function plainShare(rule: Rule, selects: boolean, dy: MLArray, node: ArrayNode): MLArray {
  if (rule.length === 0 && rule(numbers) === 1) return dy
  // What the rule does not read was not kept; `dy` stands in for it.
  const inputs = node.inputs.map((input) => (input as ArrayNode).value ?? dy)
  const product = (d: number, g: number): number => (selects && d === 0 ? 0 : g * d)
  const f = (g: number, ...operands: number[]): number =>
    product(rule<number, boolean>(numbers, ...operands), g)
  const byArity: readonly Scalar[] = [
    (g, x, y) => product(rule<number, boolean>(numbers, x, y), g),
    (g, a, b, y) => product(rule<number, boolean>(numbers, a, b, y), g),
  ]
  return map(byArity[inputs.length - 1] ?? f, node.shape, node.dtype, [
    dy,
    ...inputs,
    node.value ?? dy,
  ])
}

/** Applies a row to operands of any kind, at least one of them an array. */
export function applyRow(row: ScalarOperation, ...given: readonly Operand[]): MLArray {
  const operands = toOperands(row.name, given)
  let shape: Shape = operands[0]!.shape
  for (let i = 1; i < operands.length; i++)
    shape = broadcastShapes(shape, operands[i]!.shape, row.name)
  return record(lift(row), map(row.f, shape, operands[0]!.dtype, operands), operands)
}

/** A mask: 1 where the comparison holds, else 0. */
export function compare(name: ComparisonName, ...given: readonly [Operand, Operand]): MLArray {
  const [a, b] = toOperands(name, given) as [MLArray, MLArray]
  const holds = comparisons[name]
  return map((x, y) => (holds(x, y) ? 1 : 0), broadcastShapes(a.shape, b.shape, name), a.dtype, [
    a,
    b,
  ])
}

/**
 * The operands as arrays of one dtype: numbers and Values take that of the arrays, and arrays of both kinds
 * are promoted to float64.
 */
export function toOperands(op: string, given: readonly Operand[]): MLArray[] {
  const dtype = commonDType(given)
  return given.map((x) => {
    if (x instanceof MLArray) return astype(x, dtype)
    if (typeof x === 'number') return filled([], x, dtype)
    if (x instanceof Value) return fromValues([x], [], dtype)
    refuseOtherCopy(x, op)
    throw operandError(op, x)
  })
}

/** float32 only where all arrays are. */
export function commonDType(operands: readonly unknown[]): DType {
  let dtype: DType | undefined
  for (const x of operands) {
    if (!(x instanceof MLArray)) continue
    if (x.dtype === 'float64') return 'float64'
    dtype = 'float32'
  }
  return dtype ?? 'float64'
}

/** The cast in reverse is a cast back. */
const ASTYPE: ArrayOperation = {
  name: 'astype',
  readsA: 0,
  unroll: unchanged,
  vjp: (dy, node) => astype(dy, (node.inputs[0] as ArrayNode).dtype),
  jvp: ([dx], node) => astype(dx!, node.dtype),
}

/** The same numbers in another precision; the array itself where it has that one. */
export function astype(x: MLArray, dtype: DType): MLArray {
  return x.dtype === dtype ? x : record(ASTYPE, fromData(copyOf(x, dtype), x.shape), [x])
}

/** The sum of what there is; at least one is there. */
export function total(terms: readonly (MLArray | undefined)[]): MLArray {
  return terms.reduce((sum, term) => (sum && term ? add(sum, term) : (sum ?? term)))!
}

/** The sum of two arrays. */
export function add(a: Operand, b: Operand): MLArray {
  return applyRow(operations.add, a, b)
}

/** The product of two arrays. */
export function mul(a: Operand, b: Operand): MLArray {
  return applyRow(operations.mul, a, b)
}

/** `a` where the mask is not 0, else `b`; the one that is not taken gets gradient 0. */
export function where(mask: Operand, a: Operand, b: Operand): MLArray {
  if (!(mask instanceof MLArray)) return applyRow(operations.where, mask, a, b)
  // Beside other arrays the mask has no say in the dtype of the result.
  const isAlone = !(a instanceof MLArray) && !(b instanceof MLArray)
  const own = astype(mask.detach(), isAlone ? mask.dtype : commonDType([a, b]))
  return applyRow(operations.where, own, a, b)
}

/** The arithmetic of arrays: derivatives that can be differentiated. */
export const arrays: Arithmetic<MLArray, MLArray> = {
  ...Object.fromEntries(
    Object.entries(operations).map(([name, row]) => [
      name,
      (...operands: Operand[]) => applyRow(row, ...operands),
    ]),
  ),
  ...Object.fromEntries(
    (Object.keys(comparisons) as ComparisonName[]).map((name) => [
      name,
      (a: Operand, b: Operand) => compare(name, a, b),
    ]),
  ),
  where,
} as unknown as Arithmetic<MLArray, MLArray>
