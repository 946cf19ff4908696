/**
 * The rows of `@smol/value`, lifted to arrays by broadcasting: their gradients and comparisons.
 *
 * A plain pass runs a row's derivative over numbers, in a loop that was generated from it (`dispatch.ts`); a
 * recorded one runs the same derivative over arrays, so that it can be differentiated again.
 */
import { Value } from '@smol/value'
import { isRecording } from '@smol/value/graph'
import {
  apply,
  comparisons,
  numbers,
  operations,
  READS_OUTPUT,
  type Arithmetic,
  type ComparisonName,
  type ScalarOperation,
} from '@smol/value/ops'
import { copyOf, filled, fromData, MLArray, resultOf, type DType } from './array.ts'
import { kernelNamed, partialNamed, type Kernel } from './dispatch.ts'
import { fromValues, refuseOtherCopy } from './element.ts'
import { operandError } from './errors.ts'
import { record, recordOne, recordTwo, type ArrayNode, type ArrayOperation } from './node.ts'
import { spread } from './move.ts'
import { sumTo } from './reduce.ts'
import { map, run, runAll } from './run.ts'
import { numbered, pick, unchanged, type Scalars, type Unroll } from './scalar.ts'
import { broadcastShapes, type Shape } from './shape.ts'

/** What an array can be combined with. */
export type Operand = MLArray | Value | number

// ---- The rows ----

/** `dy · ∂f` for one operand. */
type Partial = {
  readonly rule: Rule
  /** What the rule gives where it reads nothing. */
  readonly constant: number | undefined
  readonly kernel: Kernel | undefined
  /** What the kernel reads beside `dy`, as bits. */
  readonly reads: number
}

type Rule = ScalarOperation['partials'][number]

/** The operation on arrays that a row stands for. */
export class Elementwise implements ArrayOperation {
  readonly name: string
  readonly elementwise = true
  readonly variadic: boolean
  readonly readsA: number
  readonly readsB: number
  readonly row: ScalarOperation
  /** None where a user declared the row. */
  readonly kernel: Kernel | undefined
  readonly unroll: Unroll
  readonly #partials: readonly Partial[]

  constructor(row: ScalarOperation, isOwn: boolean) {
    const { name, variadic, readsA, readsB, partials } = row
    this.name = name
    this.variadic = variadic
    this.readsA = readsA
    this.readsB = readsB
    this.row = row
    this.kernel = isOwn ? kernelNamed(name) : undefined
    this.unroll = (inputs, node) => unrolled(row, inputs, node)
    this.#partials = partials.map((rule, index) => {
      const constant = rule.length === 0 ? rule<number, boolean>(numbers) : undefined
      const [kernel, reads] = (isOwn && partialNamed(name, index)) || [undefined, 0]
      return { rule, constant, kernel, reads }
    })
  }

  vjp(dy: MLArray, node: ArrayNode, index: number): MLArray {
    const partial = this.#partials[index]!
    const dx = isRecording()
      ? recordedShare(partial.rule, this.row.selects, dy, node)
      : plainShare(partial, this.row.selects, dy, node)
    return sumTo(dx, node.inputShape(index))
  }

  jvp(dxs: readonly (MLArray | undefined)[], node: ArrayNode): MLArray {
    const shares = dxs.map(
      (dx, i) => dx && recordedShare(this.#partials[i]!.rule, this.row.selects, dx, node),
    )
    return spread(total(shares), node.shape)
  }
}

function unrolled(row: ScalarOperation, inputs: readonly Scalars[], node: ArrayNode): Value[] {
  const operands = inputs.map(({ values, shape }) =>
    pick(values, spread(numbered(shape), node.shape)),
  )
  return operands[0]!.map((a, i) => apply(row, a, operands[1]?.[i], operands[2]?.[i]))
}

/** `dy · ∂f`, in operations on arrays. */
function recordedShare(rule: Rule, selects: boolean, dy: MLArray, node: ArrayNode): MLArray {
  const inputs = node.inputs.map((input) => (input as ArrayNode).value!)
  const d = rule(arrays, ...inputs, node.value!)
  if (d === 1) return dy
  if (d === -1) return applyRow(operations.neg, dy)
  if (selects && d === 0) return filled(node.shape, 0, node.dtype)
  if (!selects || typeof d === 'number') return applyRow(operations.mul, dy, d)
  return applyRow(operations.where, compare('ne', d, 0), applyRow(operations.mul, dy, d), 0)
}

/** `dy · ∂f`, in one loop over numbers. */
function plainShare(partial: Partial, selects: boolean, dy: MLArray, node: ArrayNode): MLArray {
  const { constant, kernel, reads, rule } = partial
  if (constant === 1) return dy
  if (constant === 0 && selects) return filled(node.shape, 0, node.dtype)
  if (kernel === undefined) return mappedShare(rule, selects, dy, node)
  const { shape } = node
  if (reads === 0) return run(kernel, shape, dy)
  if ((reads & (reads - 1)) === 0) return run(kernel, shape, dy, readBy(node, reads))
  const operands = [1, 2, 4, READS_OUTPUT].filter((bit) => reads & bit)
  return runAll(kernel, shape, [dy, ...operands.map((bit) => readBy(node, bit))])
}

/** The operand or output that a bit of `reads` stands for. */
function readBy(node: ArrayNode, bit: number): MLArray {
  return bit === READS_OUTPUT ? node.value! : node.input(bit >> 1)
}

/** The same for a rule without a kernel. */
function mappedShare(rule: Rule, selects: boolean, dy: MLArray, node: ArrayNode): MLArray {
  // What the rule does not read was not kept; `dy` stands in for it.
  const inputs = node.inputs.map((input) => (input as ArrayNode).value ?? dy)
  const f = (g: number, ...operands: number[]): number => {
    const d = rule<number, boolean>(numbers, ...operands)
    return selects && d === 0 ? 0 : g * d
  }
  return map(f, node.shape, node.dtype, [dy, ...inputs, node.value ?? dy])
}

const rows: Readonly<Record<string, Elementwise>> = /* @__PURE__ */ Object.fromEntries(
  Object.values(operations).map((row) => [row.name, new Elementwise(row, true)]),
)
const lifted = new WeakMap<ScalarOperation, Elementwise>()

/** The operation on arrays that a row stands for. */
export function lift(row: ScalarOperation): Elementwise {
  const own = rows[row.name]
  if (own !== undefined && own.row === row) return own
  let op = lifted.get(row)
  if (op === undefined) lifted.set(row, (op = new Elementwise(row, false)))
  return op
}

/** Applies a row to operands of any kind, at least one of them an array. */
export function applyRow(row: ScalarOperation, ...given: readonly Operand[]): MLArray {
  const op = lift(row)
  if (given.length === 1) return applyOne(op, given[0]!)
  return given.length === 2 ? applyTwo(op, given[0]!, given[1]!) : applyAll(op, given)
}

/** Applies an operation to one operand. */
export function applyOne(op: Elementwise, given: Operand): MLArray {
  const x = given instanceof MLArray ? given : toOperands(op.name, [given])[0]!
  const { kernel } = op
  const y = kernel === undefined ? map(op.row.f, x.shape, x.dtype, [x]) : run(kernel, x.shape, x)
  return recordOne(op, y, x)
}

/** Applies an operation to two operands, which broadcast. */
export function applyTwo(op: Elementwise, given: Operand, other: Operand): MLArray {
  let a = given as MLArray
  let b = other as MLArray
  if (a instanceof MLArray && typeof other === 'number') b = scalar(other, a.dtype)
  else if (!(a instanceof MLArray && b instanceof MLArray) || a.dtype !== b.dtype)
    [a, b] = toOperands(op.name, [given, other]) as [MLArray, MLArray]
  const shape = broadcastShapes(a.shape, b.shape, op.name)
  const { kernel } = op
  const y = kernel === undefined ? map(op.row.f, shape, a.dtype, [a, b]) : run(kernel, shape, a, b)
  return recordTwo(op, y, a, b)
}

/** Applies an operation to all of its operands, however many. */
export function applyAll(op: Elementwise, given: readonly Operand[]): MLArray {
  const operands = toOperands(op.name, given)
  let shape: Shape = operands[0]!.shape
  for (const x of operands) shape = broadcastShapes(shape, x.shape, op.name)
  const { kernel } = op
  const y =
    kernel === undefined
      ? map(op.row.f, shape, operands[0]!.dtype, operands)
      : runAll(kernel, shape, operands)
  return record(op, y, operands)
}

/** A number beside arrays of a dtype. */
function scalar(value: number, dtype: DType): MLArray {
  const x = resultOf([], dtype)
  x.storage.data[0] = value
  return x
}

/** A mask: 1 where the comparison holds, else 0. */
export function compare(name: ComparisonName, ...given: readonly [Operand, Operand]): MLArray {
  const [a, b] = toOperands(name, given) as [MLArray, MLArray]
  return run(kernelNamed(name), broadcastShapes(a.shape, b.shape, name), a, b)
}

/**
 * The operands as arrays of one dtype: numbers and Values take that of the arrays, and arrays of both kinds
 * are promoted to float64.
 */
export function toOperands(op: string, given: readonly Operand[]): MLArray[] {
  const [a, b] = given
  const isPair = given.length === 2 && a instanceof MLArray && b instanceof MLArray
  if (isPair && a.dtype === b.dtype) return [a, b]
  const dtype = commonDType(given)
  return given.map((x) => {
    if (x instanceof MLArray) return astype(x, dtype)
    if (typeof x === 'number') return scalar(x, dtype)
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
  return applyTwo(rows['add']!, a, b)
}

/** The product of two arrays. */
export function mul(a: Operand, b: Operand): MLArray {
  return applyTwo(rows['mul']!, a, b)
}

/** The sum of two arrays of one shape and dtype, unrecorded. */
export function sumOf(a: MLArray, b: MLArray): MLArray {
  return run(rows['add']!.kernel!, a.shape, a, b)
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
