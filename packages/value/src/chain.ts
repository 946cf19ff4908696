/**
 * The chain rule for one operation on scalars: a gradient that passes it backward, or a tangent that passes it
 * forward, is multiplied by a partial derivative. It stands here for plain numbers and for Values, whose products
 * can be differentiated again.
 */
import { CONSTANT, type Operation } from './graph.ts'
import type { ScalarOperation } from './operation.ts'
import { numbers } from './ops.ts'
import type { Value } from './value.ts'

/** An operation on a list of inputs that no row describes. */
export type ListOperation = Operation & {
  readonly variadic: true
  /** The partial derivative in one input. */
  readonly partial: (y: Value, index: number) => Value | number
  /** Adds to the gradients of all inputs, in plain numbers. */
  readonly pull: (y: Value, dy: number) => void
}

/** A partial derivative 0 of a row that chooses gives 0, even where `dy` is infinite. */
export function weigh(dy: number, partial: number, selects: boolean): number {
  return partial === 0 && selects ? 0 : dy * partial
}

/** The same on Values, a gradient or a tangent; what gives 0 gives `undefined`. */
export function times(dy: Value, partial: Value | number, selects: boolean): Value | undefined {
  if (partial === 1) return dy
  if (partial === -1) return dy.neg()
  const d = typeof partial === 'number' ? partial : partial.data
  return d === 0 && selects ? undefined : dy.mul(partial)
}

/** Adds to the gradients of the inputs of a list: of three operands of a row, or of `sum` and `dot`. */
export function pullList(y: Value, dy: number): void {
  const op = y.operation as ListOperation | ScalarOperation
  if ('partials' in op) pullByRow(y, op, y.list, dy)
  else op.pull(y, dy)
}

/** Any row, its rules over numbers. */
export function pullByRow(
  y: Value,
  op: ScalarOperation,
  inputs: readonly Value[],
  dy: number,
): void {
  const operands = [...inputs, y].map(({ data }) => data)
  for (const [i, input] of inputs.entries()) {
    if (input.operation === CONSTANT) continue
    const partial = op.partials[i]!<number, boolean>(numbers, ...operands)
    input.accumulate(weigh(dy, partial, op.selects))
  }
}
