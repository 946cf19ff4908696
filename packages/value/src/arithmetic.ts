/**
 * The arithmetic of Values: what derivative rules compute with where the result is to be differentiated
 * again. `value.ts` and this file need each other, at call time only.
 */
import { apply } from './apply.ts'
import { operations } from './operation.ts'
import { comparisons, type Arithmetic } from './ops.ts'
import { toValue } from './operand.ts'
import type { Value } from './value.ts'

/**
 * `a` where the condition holds, else `b`. The one that is not taken gets gradient 0, whatever it is.
 * A number or Value as condition holds where it is not 0. @see numpy.where
 */
export function where(
  condition: boolean | Value | number,
  a: Value | number,
  b: Value | number,
): Value {
  const mask = typeof condition === 'boolean' ? Number(condition) : condition
  return apply(
    operations.where,
    toValue(mask, 'where', where).detach(),
    toValue(a, 'where', where),
    toValue(b, 'where', where),
  )
}

/** The arithmetic of Values: derivatives that can be differentiated. */
export const values = {
  ...Object.fromEntries(
    Object.keys({ ...operations, ...comparisons }).map((name) => [
      name,
      (x: Value | number, ...rest: unknown[]) =>
        (toValue(x, name) as unknown as Record<string, (...operands: unknown[]) => unknown>)[name]!(
          ...rest,
        ),
    ]),
  ),
  where,
} as unknown as Arithmetic<Value, boolean>
