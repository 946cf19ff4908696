/** Operations of a user's own, declared as a row like those of `ops.ts`. */
import { apply } from './apply.ts'
import { rowError } from './errors.ts'
import { ScalarOperation } from './operation.ts'
import type { BinaryRow, TernaryRow, UnaryRow } from './ops.ts'
import { toValue } from './operand.ts'
import type { Value } from './value.ts'

/**
 * An operation from its function on numbers and its derivative: `df` for one argument, `da` and `db` (and
 * `dc`) for two (or three). A derivative is written over the arithmetic `m` that it is given, so that
 * derivatives of every order exist.
 *
 * @throws TypeError where the row is incomplete, or a derivative computes with its arguments directly, or
 *   chooses by a comparison otherwise than with `m.where`.
 * @example
 * const cube = customOp('cube', { f: (x) => x ** 3, df: (m, x) => m.mul(3, m.square(x)) })
 * cube(2).data // → 8
 */
export function customOp(name: string, row: UnaryRow): (x: Value | number) => Value
export function customOp(
  name: string,
  row: TernaryRow,
): (a: Value | number, b: Value | number, c: Value | number) => Value
export function customOp(
  name: string,
  row: BinaryRow & { readonly fallback: number },
): (a: Value | number, b?: Value | number) => Value
export function customOp(
  name: string,
  row: BinaryRow,
): (a: Value | number, b: Value | number) => Value
export function customOp(
  name: string,
  row: UnaryRow | BinaryRow | TernaryRow,
): (...operands: (Value | number)[]) => Value {
  const arity = checkRow(name, row)
  const op = prepare(name, row)
  return function operation(...operands) {
    if (op.fallback !== undefined && operands.length === arity - 1) operands.push(op.fallback)
    if (operands.length !== arity) {
      throw rowError(
        name,
        `takes ${arity} ${arity === 1 ? 'operand' : 'operands'}, got ${operands.length}`,
        operation,
      )
    }
    const [a, b, c] = operands.map((x) => toValue(x, name, operation))
    const y = apply(op, a!, b, c)
    if (typeof y.data !== 'number') throw rowError(name, 'f must return a number', operation)
    return y
  }
}

const PARTIALS: ReadonlySet<string> = new Set(['df', 'da, db', 'da, db, dc'])

/** Every message about the operation begins with its name. */
const NAME = /^[^\p{Cc}\u2028\u2029]{1,100}$/u

/** How many arguments the row takes. */
function checkRow(name: unknown, row: unknown): number {
  if (typeof name !== 'string' || !NAME.test(name))
    throw rowError('', 'the name must be a text of 1 to 100 characters on one line', customOp)
  const given = Object(row) as Record<string, unknown>
  if (typeof given['f'] !== 'function') throw rowError(name, 'f must be a function', customOp)
  const names = ['df', 'da', 'db', 'dc'].filter((key) => given[key] !== undefined)
  const got = names.join(', ')
  if (!PARTIALS.has(got))
    throw rowError(name, `needs df, or da and db, or da, db and dc; got ${got || 'none'}`, customOp)
  const other = names.find((key) => typeof given[key] !== 'function')
  if (other !== undefined) throw rowError(name, `${other} must be a function`, customOp)
  const { fallback } = given
  if (fallback !== undefined && typeof fallback !== 'number')
    throw rowError(name, 'fallback must be a number', customOp)
  return names.length
}

/** Making the row ready runs its derivatives once, with stand-ins for the operands. */
function prepare(name: string, row: UnaryRow | BinaryRow | TernaryRow): ScalarOperation {
  try {
    return new ScalarOperation(name, row)
  } catch {
    // A stand-in is no number, and the arithmetic has only what derivatives are written in.
    const problem =
      'a derivative must compute with the operations of m, as m.mul(2, x), and choose with m.where, only'
    throw rowError(name, problem, customOp)
  }
}
