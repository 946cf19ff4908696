// The same transformer in scalar Values, one name and one place after the other: the second reading of
// `transformer.ts`. A matrix is a list of its columns, and what a neuron does is one `dot`.
import { dot, sum, Value } from '@smol/value'
import type { MLArray } from '@smol/mlarray'
import type { Symbols } from './data.ts'
import { EPS, type Layer, type Parameters } from './transformer.ts'

type Vector = readonly Value[]
type Matrix = readonly Vector[]
/** Embeddings as rows, weights as columns, gains as a matrix of one row. */
export type ScalarParameters = Parameters<Matrix>

/** Values with the numbers of the arrays. */
export function toScalars({ layers, ...others }: Parameters): ScalarParameters {
  return {
    symbols: rows(others.symbols),
    places: rows(others.places),
    layers: layers.map(({ gain1, queries, keys, values, mix, gain2, up, down }) => ({
      gain1: rows(gain1),
      queries: rows(queries.T),
      keys: rows(keys.T),
      values: rows(values.T),
      mix: rows(mix.T),
      gain2: rows(gain2),
      up: rows(up.T),
      down: rows(down.T),
    })),
    lastGain: rows(others.lastGain),
    choices: rows(others.choices.T),
  }
}

const rows = (array: MLArray): Matrix =>
  (array.reshape([-1, array.shape.at(-1)!]).toList() as number[][]).map((row) =>
    row.map((x) => new Value(x)),
  )

const linear = (x: Vector, columns: Matrix) => columns.map((column) => dot(x, column))
const add = (a: Vector, b: Vector) => a.map((x, i) => x.add(b[i]!))

const norm = (x: Vector, [gain]: Matrix) => {
  const scale = dot(x, x).div(x.length).add(EPS).rsqrt()
  return x.map((xi, i) => xi.mul(scale).mul(gain![i]!))
}

/** `log Σ exp(x)`; taking away the largest changes nothing, and `exp` cannot overflow. */
const logsumexp = (x: Vector) => {
  const largest = Math.max(...x.map(({ data }) => data))
  return sum(x.map((xi) => xi.sub(largest).exp()))
    .log()
    .add(largest)
}

const softmax = (x: Vector) => {
  const total = logsumexp(x)
  return x.map((xi) => xi.sub(total).exp())
}

/** What one place takes from those before it and from itself: nobody has seen the places behind it. */
function attend(
  x: Vector,
  layer: Layer<Matrix>,
  heads: number,
  seen: { keys: Vector[]; values: Vector[] },
) {
  const query = linear(x, layer.queries)
  seen.keys.push(linear(x, layer.keys))
  seen.values.push(linear(x, layer.values))
  const size = query.length / heads
  return Array.from({ length: heads }, (_, head) => {
    const part = (vector: Vector) => vector.slice(head * size, (head + 1) * size)
    const fit = seen.keys.map((key) => dot(part(query), part(key)).div(Math.sqrt(size)))
    const attention = softmax(fit)
    const values = seen.values.map(part)
    return Array.from({ length: size }, (__, i) =>
      dot(
        attention,
        values.map((value) => value[i]!),
      ),
    )
  }).flat()
}

/** The mean over the symbols of the names of how surprising each was, in nats. */
export function lossOfScalars(
  { symbols, places, layers, lastGain, choices }: ScalarParameters,
  heads: number,
  names: readonly Symbols[],
): Value {
  const losses = names.flatMap((name) => {
    const seen = layers.map(() => ({ keys: [], values: [] }))
    return name.slice(0, -1).map((symbol, place) => {
      let x: Vector = add(symbols[symbol]!, places[place]!)
      layers.forEach((layer, i) => {
        x = add(x, linear(attend(norm(x, layer.gain1), layer, heads, seen[i]!), layer.mix))
        const hidden = linear(norm(x, layer.gain2), layer.up).map((h) => h.relu().square())
        x = add(x, linear(hidden, layer.down))
      })
      const logits = linear(norm(x, lastGain), choices)
      return logsumexp(logits).sub(logits[name[place + 1]!]!)
    })
  })
  return sum(losses).div(losses.length)
}
