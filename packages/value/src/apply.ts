/**
 * The result of an operation on Values: a node of the graph where it is recorded and an operand is tracked, a
 * constant otherwise. How the methods are made of it is the matter of `value.ts`.
 */
import { CONSTANT, isRecording, watcher, type Operation } from './graph.ts'
import { operations, type ScalarOperation } from './operation.ts'
import { Value } from './value.ts'

const { add: ADD, mul: MUL } = operations

/** Applies a row to Values: what every method and every custom operation comes down to. */
export function apply(op: ScalarOperation, a: Value, b?: Value, c?: Value): Value {
  if (b === undefined) return applyUnary(op, a)
  if (c === undefined) return applyBinary(op, a, b)
  return listResult(op.f(a.data, b.data, c.data), op, [a, b, c])
}

/** Applies a row to one operand. */
export function applyUnary(op: ScalarOperation, a: Value): Value {
  const tracked = isRecording() && a.operation !== CONSTANT
  const y = new Value(op.f(a.data), undefined, tracked ? op : CONSTANT, tracked ? a : undefined)
  return watcher === undefined ? y : seen(op, y, [a])
}

/** Applies a row to two operands. */
export function applyBinary(op: ScalarOperation, a: Value, b: Value): Value {
  const left = a.data
  const right = b.data
  // Told by identity, the most frequent operations are computed here, without a call that boxes numbers.
  const data = op === ADD ? left + right : op === MUL ? left * right : op.f(left, right)
  const y =
    !isRecording() || (a.operation === CONSTANT && b.operation === CONSTANT)
      ? new Value(data, undefined, CONSTANT)
      : new Value(data, undefined, op, a, b)
  return watcher === undefined ? y : seen(op, y, [a, b])
}

/** The result of three operands, or of as many as a list has: a node where one of them is tracked. */
export function listResult(data: number, op: Operation, list: readonly Value[]): Value {
  const tracked = isRecording() && anyTracked(list)
  const y = tracked
    ? new Value(data, undefined, op, undefined, list)
    : new Value(data, undefined, CONSTANT)
  return watcher === undefined ? y : seen(op, y, list)
}

function anyTracked(list: readonly Value[]): boolean {
  for (let i = 0; i < list.length; i++) if (list[i]!.operation !== CONSTANT) return true
  return false
}

/** A result that a watcher has been told of. */
function seen(op: Operation, y: Value, inputs: readonly Value[]): Value {
  watcher?.made(op, y, inputs)
  return y
}
