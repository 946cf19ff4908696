/** Choosing between arrays by a mask. */
import type { MLArray } from './array.ts'
import { toMask, type IntegerData } from './create.ts'
import { where, type Operand } from './elementwise.ts'

/** `a` where the condition is 1, else `b`, all broadcast; the one that is not taken gets gradient 0. */
export function choose(condition: IntegerData, a: Operand, b: Operand): MLArray {
  return where(toMask(condition, 'where'), a, b)
}
