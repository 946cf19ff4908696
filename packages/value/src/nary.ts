/**
 * `sum` and `dot`: operations on lists, one node each. A neuron is one `dot` instead of a product and a
 * sum for every weight, and its inputs can be inspected all the same.
 */
import { lengthsError, listError } from './errors.ts'
import { CONSTANT, type Operation } from './graph.ts'
import { constant, isTracked, ListValue, toValue, Value } from './value.ts'

const SUM: Operation = { name: 'sum', variadic: true, readsA: 0 }
const DOT: Operation = { name: 'dot', variadic: true, readsA: 1 }

class SumValue extends ListValue {
  override vjp(dy: Value): Value {
    return dy
  }

  override jvp(dxs: readonly (Value | undefined)[]): Value {
    return sum(dxs.filter((dx) => dx !== undefined))
  }

  override pull(): void {
    const dy = this.grad
    for (const x of this.list) if (x.operation !== CONSTANT) x.accumulate(dy)
  }
}

/** Its list is `a`, then `b`, then the bias if there is one. */
class DotValue extends ListValue {
  override vjp(dy: Value, index: number): Value {
    const partner = this.partnerOf(index)
    return partner === undefined ? dy : dy.mul(partner)
  }

  override jvp(dxs: readonly (Value | undefined)[]): Value {
    const terms = dxs.map((dx, i) => dx && this.vjp(dx, i))
    return sum(terms.filter((term) => term !== undefined))
  }

  override pull(): void {
    const dy = this.grad
    const { list } = this
    const n = list.length >> 1
    for (let i = 0; i < n; i++) {
      const a = list[i]!
      const b = list[i + n]!
      if (a.operation !== CONSTANT) a.accumulate(dy * b.data)
      if (b.operation !== CONSTANT) b.accumulate(dy * a.data)
    }
    if (list.length & 1 && list[2 * n]!.operation !== CONSTANT) list[2 * n]!.accumulate(dy)
  }

  /** What input `index` is multiplied by; nothing for the bias. */
  private partnerOf(index: number): Value | undefined {
    const n = this.list.length >> 1
    return index === 2 * n ? undefined : this.list[index < n ? index + n : index - n]!
  }
}

/**
 * The sum of a list, in one node; 0 of an empty list.
 *
 * @throws TypeError where the argument is no list, or holds something else than numbers and Values.
 */
export function sum(values: readonly (Value | number)[]): Value {
  const inputs = toList(values, 'sum', 'values', sum)
  let data = 0
  for (const x of inputs) data += x.data
  return isTracked(inputs) ? new SumValue(data, SUM, inputs) : constant(data)
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
  const inputs = toList(a, 'dot', 'a', dot)
  const n = inputs.length
  if (Array.isArray(b) && b.length !== n) throw lengthsError('dot', n, b.length, dot)
  for (const x of toList(b, 'dot', 'b', dot)) inputs.push(x)
  if (bias !== undefined) inputs.push(toValue(bias, 'dot', dot))
  let data = bias === undefined ? 0 : inputs[2 * n]!.data
  for (let i = 0; i < n; i++) data += inputs[i]!.data * inputs[i + n]!.data
  return isTracked(inputs) ? new DotValue(data, DOT, inputs) : constant(data)
}

/** A copy of the caller's list, since the caller may change it later. */
function toList(
  list: readonly (Value | number)[],
  op: string,
  argument: string,
  caller: unknown,
): Value[] {
  if (!Array.isArray(list)) throw listError(op, argument, list, caller)
  return list.map((x: Value | number) => toValue(x, op, caller))
}
