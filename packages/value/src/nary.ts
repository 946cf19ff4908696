/**
 * `sum` and `dot`: operations on lists, one node each. A neuron is one `dot` instead of a product and a
 * sum for every weight, and its inputs can be inspected all the same.
 */
import { listResult } from './apply.ts'
import type { ListOperation } from './chain.ts'
import { lengthsError, listError } from './errors.ts'
import { CONSTANT } from './graph.ts'
import { toValue } from './operand.ts'
import { Value } from './value.ts'

const SUM: ListOperation = {
  name: 'sum',
  variadic: true,
  readsA: 0,
  partial: () => 1,
  pull: ({ list }, dy) => {
    for (const x of list) if (x.operation !== CONSTANT) x.accumulate(dy)
  },
}

/** Its list is `a`, then `b`, then the bias if there is one. */
const DOT: ListOperation = {
  name: 'dot',
  variadic: true,
  readsA: 1 | 2 | 4,
  reads: (list, index) => {
    const factor = factorOf(list, index)
    return factor !== undefined && factor.operation !== CONSTANT
  },
  partial: ({ list }, index) => factorOf(list, index) ?? 1,
  pull: ({ list }, dy) => {
    const n = list.length >> 1
    for (let i = 0; i < n; i++) {
      const a = list[i]!
      const b = list[i + n]!
      if (a.operation !== CONSTANT) a.accumulate(dy * b.data)
      if (b.operation !== CONSTANT) b.accumulate(dy * a.data)
    }
    if (list.length > 2 * n && list[2 * n]!.operation !== CONSTANT) list[2 * n]!.accumulate(dy)
  },
}

/** What an input of `dot` is multiplied with; nothing where it is the bias. */
function factorOf<T>(list: readonly T[], index: number): T | undefined {
  const n = list.length >> 1
  return index === 2 * n ? undefined : list[index < n ? index + n : index - n]
}

/**
 * The sum of a list, in one node; 0 of an empty list.
 *
 * @throws TypeError where the argument is no list, or holds something else than numbers and Values.
 */
export function sum(values: readonly (Value | number)[]): Value {
  if (!Array.isArray(values)) throw listError('sum', 'values', values, sum)
  const list = listOf(values.length)
  let data = 0
  for (let i = 0; i < values.length; i++) {
    const x = operand(values[i], 'sum', sum)
    list[i] = x
    data += x.data
  }
  return listResult(data, SUM, list)
}

/**
 * `Σ aᵢ bᵢ (+ bias)`, in one node: what a neuron does before its activation.
 *
 * @throws RangeError where the lists differ in length.
 * @throws TypeError where an argument is no list, or holds something else than numbers and Values.
 */
export function dot(
  a: readonly (Value | number)[],
  b: readonly (Value | number)[],
  bias?: Value | number,
): Value {
  if (!Array.isArray(a)) throw listError('dot', 'a', a, dot)
  if (!Array.isArray(b)) throw listError('dot', 'b', b, dot)
  const n = a.length
  if (b.length !== n) throw lengthsError('dot', n, b.length, dot)
  // A list of its own, since the caller's may change.
  const list = listOf(bias === undefined ? 2 * n : 2 * n + 1)
  let data = 0
  if (bias !== undefined) {
    const x = operand(bias, 'dot', dot)
    list[2 * n] = x
    data = x.data
  }
  for (let i = 0; i < n; i++) {
    const x = operand(a[i], 'dot', dot)
    const y = operand(b[i], 'dot', dot)
    list[i] = x
    list[i + n] = y
    data += x.data * y.data
  }
  return listResult(data, DOT, list)
}

/**
 * A list of the right length at once, which is a third quicker; not of a length that only holes can have, which
 * are refused when they are met.
 */
function listOf(length: number): Value[] {
  // oxlint-disable-next-line unicorn/no-new-array -- that is the point
  return length > MOST_AT_ONCE ? [] : new Array<Value>(length)
}

const MOST_AT_ONCE = 65_536

function operand(x: Value | number | null | undefined, op: string, caller: unknown): Value {
  // For every element: `instanceof` and `?.` take twice as long.
  if (x !== undefined && x !== null && x.constructor === Value && x.operation !== undefined)
    return x
  return toValue(x!, op, caller)
}
