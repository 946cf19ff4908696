/** Operations of a user's own, declared as a row, on arrays as on Values. */
import { customOp as onValues, type Value } from '@smol/value'
import type { BinaryRow, TernaryRow, UnaryRow } from '@smol/value'
import { ScalarOperation } from '@smol/value/ops'
import { MLArray as Untyped } from './array.ts'
import { transformed } from './call.ts'
import { applyRow, type Operand as UntypedOperand } from './elementwise.ts'
import { rowResultError } from './errors.ts'
import type { Shape } from './shape.ts'
import type { Broadcast, BroadcastShape, BroadcastShape3, Fits } from './shape-type.ts'
import type { MLArray, Operand, ShapeFrom } from './typed.ts'

/** A Value where no operand is an array, else an array of the shape that they broadcast to. */
type Lifted<Operands, S extends Shape> = [Operands] extends [Value | number] ? Value : MLArray<S>

/** An operation of one operand, elementwise on arrays. */
export type UnaryOperation = <const X extends Operand>(
  x: X,
) => [X] extends [Value | number] ? Value : MLArray<ShapeFrom<X>>

/** An operation of two operands, which broadcast. */
export type BinaryOperation = <const X extends Operand, const Y extends Operand>(
  a: X,
  b: Y & Fits<BroadcastShape<'customOp', ShapeFrom<X>, ShapeFrom<Y>>>,
) => Lifted<X | Y, Broadcast<ShapeFrom<X>, ShapeFrom<Y>>>

/** An operation of two operands, of which the second has a fallback. */
export type OptionalOperation = <const X extends Operand, const Y extends Operand = number>(
  a: X,
  b?: Y & Fits<BroadcastShape<'customOp', ShapeFrom<X>, ShapeFrom<Y>>>,
) => Lifted<X | Y, Broadcast<ShapeFrom<X>, ShapeFrom<Y>>>

/** An operation of three operands, which broadcast. */
export type TernaryOperation = <
  const X extends Operand,
  const Y extends Operand,
  const Z extends Operand,
>(
  a: X,
  b: Y & Fits<BroadcastShape<'customOp', ShapeFrom<X>, ShapeFrom<Y>>>,
  c: Z & Fits<BroadcastShape3<'customOp', ShapeFrom<X>, ShapeFrom<Y>, ShapeFrom<Z>>>,
) => Lifted<X | Y | Z, Broadcast<Broadcast<ShapeFrom<X>, ShapeFrom<Y>>, ShapeFrom<Z>>>

/**
 * An operation from its function on numbers and its derivative, for arrays (element by element, broadcast),
 * Values and numbers. The derivative (`df` for one operand, `da`, `db` and `dc` for more) is written over the
 * arithmetic `m` that it is given, so that derivatives of every order exist.
 *
 * @throws TypeError where the row is incomplete, or a derivative computes with its arguments directly.
 * @example
 * const cube = customOp('cube', { f: (x) => x ** 3, df: (m, x) => m.mul(3, m.square(x)) })
 * cube(new MLArray([1, 2])).toList() // → [ 1, 8 ]
 */
export function customOp(name: string, row: UnaryRow): UnaryOperation
export function customOp(name: string, row: TernaryRow): TernaryOperation
export function customOp(
  name: string,
  row: BinaryRow & { readonly fallback: number },
): OptionalOperation
export function customOp(name: string, row: BinaryRow): BinaryOperation
export function customOp(
  name: string,
  row: UnaryRow | BinaryRow | TernaryRow,
): (...operands: never[]) => unknown {
  const scalar = onValues(name, row as UnaryRow) as (...operands: unknown[]) => Value
  const { f } = row as { readonly f: (...operands: number[]) => unknown }
  const checked = (...operands: number[]): number => {
    const y = f(...operands)
    if (typeof y !== 'number') throw rowResultError(name, y)
    return y
  }
  const op = new ScalarOperation(name, { ...row, f: checked })
  return transformed(op.arity, (...given: unknown[]) => {
    if (!given.some((x) => x instanceof Untyped)) return scalar(...given)
    const operands =
      given.length === op.arity - 1 && op.fallback !== undefined ? [...given, op.fallback] : given
    // A wrong number of them has one message, whatever they are.
    if (operands.length !== op.arity)
      return scalar(...operands.map(() => 0).slice(0, operands.length))
    return applyRow(op, ...(operands as UntypedOperand[]))
  })
}
