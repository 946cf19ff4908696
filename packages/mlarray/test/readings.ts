// The three readings of one computation: by arrays, by their elements as Values, and by tangents.
import { jvp, MLArray, unroll, Value, type NestedValues } from '../src/index.ts'
import { numbers } from './sample.ts'

type F = (...inputs: MLArray[]) => MLArray

const agree = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) ||
  (Number.isNaN(a) && Number.isNaN(b)) ||
  Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b))

const dotOf = (a: ArrayLike<number>, b: readonly number[]): number =>
  b.reduce((sum, x, i) => sum + x * a[i]!, 0)

const flat = (values: NestedValues): Value[] =>
  values instanceof Value ? [values] : values.flatMap(flat)

/**
 * `'same'`, or where the elements of `f(...inputs)` differ from what `unroll` says, the gradients of both
 * readings differ, or forward mode differs from reverse mode.
 */
export function readings(f: F, inputs: readonly MLArray[], tolerance = 1e-9): string {
  const copies = (): MLArray[] => inputs.map((x) => new MLArray(x.detach()))
  const arrays = copies()
  const y = f(...arrays)
  const leaves = copies()
  const values = flat(unroll(f(...leaves)))
  const elements = y.toTypedArray()
  for (const [i, value] of values.entries())
    if (!agree(value.data, elements[i]!, tolerance))
      return `element ${i}: ${elements[i]} in arrays, ${value.data} in Values`
  if (values.length !== y.size) return `${y.size} elements in arrays, ${values.length} in Values`
  if (!y.requiresGrad) return 'same'

  const weights = numbers(y.size, { start: 5 })
  y.backward({ upstream: new MLArray(weights, { shape: y.shape }) })
  const loss = values.reduce((sum, value, i) => sum.add(value.mul(weights[i]!)), new Value(0))
  loss.backward()
  let slope = 0
  for (const [i, x] of arrays.entries()) {
    const inScalars = leaves[i]!.grad().toTypedArray()
    const gradient = x.grad().toTypedArray()
    for (const [k, dx] of gradient.entries())
      if (!agree(dx, inScalars[k]!, tolerance))
        return `gradient ${i}, element ${k}: ${dx} in arrays, ${inScalars[k]} in Values`
    slope += dotOf(gradient, numbers(x.size, { start: i + 1 }))
  }
  const directions = inputs.map(
    (x, i) => new MLArray(numbers(x.size, { start: i + 1 }), { shape: x.shape }),
  )
  const one = inputs.length === 1
  const [, dy] = jvp(one ? (x: MLArray) => f(x) : (...xs: MLArray[]) => f(...xs))(
    (one ? inputs[0]! : inputs) as never,
    (one ? directions[0]! : directions) as never,
  )
  const forward = dotOf(dy.toTypedArray(), weights)
  return agree(forward, slope, tolerance) ? 'same' : `forward ${forward}, reverse ${slope}`
}
