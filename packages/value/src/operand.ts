/** What may stand in an operation: Values of this copy of the package, and numbers. */
import { dataError, foreignNodeError, operandError, twoCopiesError, unmadeError } from './errors.ts'
import { CONSTANT, Node } from './graph.ts'
import { binary, comparisons } from './ops.ts'
import { Value } from './value.ts'
import { BRAND, KIND, VERSION } from './version.ts'

/**
 * A Value that no gradient goes to.
 *
 * @throws TypeError where `data` is no number.
 */
export function constant(data: number): Value {
  if (typeof data !== 'number') throw dataError(data, constant)
  return new Value(data, undefined, CONSTANT)
}

/**
 * A number or Value as a Value.
 *
 * @throws TypeError where it is neither, or a Value of another copy of this package; the message names `op`.
 */
export function toValue(x: Value | number, op = 'toValue', caller?: unknown): Value {
  // Whatever has the class and no operation never went through the constructor.
  if (x instanceof Value && x.operation !== undefined) return x
  if (typeof x === 'number') return constant(x)
  throw notAnOperand(x, op, caller)
}

const SYMMETRIC: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'add mul hypot minimum maximum logaddexp eq ne'.split(' '),
)

function notAnOperand(x: unknown, op: string, caller: unknown): TypeError {
  if (x instanceof Node && x.operation === undefined) return unmadeError(op, caller)
  const kind: unknown =
    x instanceof Node ? x.constructor.name : (x as { [KIND]?: unknown } | null | undefined)?.[KIND]
  if (kind !== undefined && (op in binary || op in comparisons || op === 'clip'))
    return foreignNodeError(op, kind, SYMMETRIC.has(op), caller)
  const version: unknown = (x as { [BRAND]?: unknown } | null | undefined)?.[BRAND]
  return version === undefined
    ? operandError(op, x, caller)
    : twoCopiesError(op, version, VERSION, caller)
}
