/** What may stand in an operation: Values of this copy of the package, and numbers. */
import { foreignNodeError, operandError, twoCopiesError } from './errors.ts'
import { CONSTANT, Node } from './graph.ts'
import { Value } from './value.ts'
import { BRAND, KIND, VERSION } from './version.ts'

/** A Value that no gradient goes to. */
export function constant(data: number): Value {
  return new Value(data, undefined, CONSTANT)
}

/**
 * A number or Value as a Value.
 *
 * @throws TypeError where it is neither, or a Value of another copy of this package; the message names `op`.
 */
export function toValue(x: Value | number, op: string, caller?: unknown): Value {
  if (x instanceof Value) return x
  if (typeof x === 'number') return constant(x)
  throw notAnOperand(x, op, caller)
}

function notAnOperand(x: unknown, op: string, caller: unknown): TypeError {
  const kind =
    x instanceof Node ? x.constructor.name : (x as { [KIND]?: string } | null | undefined)?.[KIND]
  if (kind !== undefined) return foreignNodeError(op, kind, caller)
  const version = (x as { [BRAND]?: string } | null | undefined)?.[BRAND]
  return version === undefined
    ? operandError(op, x, caller)
    : twoCopiesError(op, version, VERSION, caller)
}
