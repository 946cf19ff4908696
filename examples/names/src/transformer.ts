// The transformer on arrays: all names of a batch, and all places of each, at once.
// A. Vaswani et al., "Attention is all you need", arXiv:1706.03762, as it is built today: norms before
// each part, arXiv:2002.04745; by the root mean square, arXiv:1910.07467; squared relu, arXiv:2109.08668.
import { crossEntropyLoss } from '@smol/losses'
import { full, heNormal, MLArray, noGrad, ones } from '@smol/mlarray'
import type { DType, Generator } from '@smol/mlarray'
import { CHOICES, countSymbols, NOTHING, startOf, SYMBOLS, toBatch } from './data.ts'
import type { Batch, List, Symbols } from './data.ts'

export type Sizes = {
  /** Numbers for each place of each name, in each layer. */
  readonly width: number
  readonly heads: number
  readonly layers: number
  /** Places that a name may have. */
  readonly context: number
}

export type Parameters<T = MLArray> = {
  /** What each symbol means, and what each place. */
  readonly symbols: T
  readonly places: T
  readonly layers: readonly Layer<T>[]
  readonly lastGain: T
  /** From a place's numbers to the logits of what comes next. */
  readonly choices: T
}

export type Layer<T = MLArray> = {
  readonly gain1: T
  /** What a place looks for, what it has to offer, what it gives to those who look at it. */
  readonly queries: T
  readonly keys: T
  readonly values: T
  readonly mix: T
  readonly gain2: T
  readonly up: T
  readonly down: T
}

/** Random numbers, such that what flows through the layers keeps its size. */
export function makeParameters(sizes: Sizes, generator: Generator, dtype: DType): Parameters {
  const { width, layers, context } = sizes
  const matrix = (rows: number, columns: number, gain = 1) =>
    heNormal([rows, columns], { gain, generator, dtype })
  const gain = () => ones([width], { dtype })
  const small = 1 / Math.sqrt(2 * layers) // 2 · layers parts add to what flows
  return {
    symbols: generator.normal([SYMBOLS, width], { std: 0.1, dtype }),
    places: generator.normal([context, width], { std: 0.1, dtype }),
    layers: Array.from({ length: layers }, () => ({
      gain1: gain(),
      queries: matrix(width, width),
      keys: matrix(width, width),
      values: matrix(width, width),
      mix: matrix(width, width, small),
      gain2: gain(),
      up: matrix(width, 4 * width),
      down: matrix(4 * width, width, small),
    })),
    lastGain: gain(),
    choices: matrix(width, CHOICES),
  }
}

/** Below a mean of squares; it matters only where all numbers are about 0. */
export const EPS = 1e-5

/** Numbers of mean square 1, each times its gain. Shape: `[…, width] → […, width]`. */
const norm = (x: MLArray, gain: MLArray) =>
  x.mul(x.square().mean({ axis: -1, keepdims: true }).add(EPS).rsqrt()).mul(gain)

/**
 * What may come next at each place of each name. Shape: `[names, places]` symbols → `[names, places, choices]`
 * logits. The attention of each layer is left in `attentions`: `[names, heads, places, places]`.
 */
export function logitsOf(
  { symbols, places, layers, lastGain, choices }: Parameters,
  heads: number,
  { inputs, shape: [n, length] }: Pick<Batch, 'inputs' | 'shape'>,
  attentions: MLArray[] = [],
): MLArray {
  const { dtype } = symbols
  const width = symbols.shape[1]!
  const future = full([length, length], -Infinity, { dtype, requiresGrad: false }).triu(1)
  const split = (x: MLArray) => x.reshape([n, length, heads, width / heads]).swapaxes(1, 2)

  let x: MLArray = symbols.take(inputs, { axis: 0 }).reshape([n, length, width])
  x = x.add(places.slice(`:${length}`))
  for (const layer of layers) {
    // Attention: each place asks all places up to itself, and takes from those whose key fits its query.
    const y = norm(x, layer.gain1)
    const [q, k, v] = [layer.queries, layer.keys, layer.values].map((w) => split(y.matmul(w)))
    const fit = q!.matmul(k!.swapaxes(-1, -2)).mul(1 / Math.sqrt(width / heads))
    const attention = fit.add(future).softmax({ axis: -1 })
    attentions.push(attention)
    const taken = attention.matmul(v!).swapaxes(1, 2).reshape([n, length, width])
    x = x.add(taken.matmul(layer.mix))

    // A small network, the same at each place.
    const hidden = norm(x, layer.gain2).matmul(layer.up).relu().square()
    x = x.add(hidden.matmul(layer.down))
  }
  return norm(x, lastGain).matmul(choices)
}

/** The mean over the symbols of the names of how surprising each was, in nats. */
export function lossOf(parameters: Parameters, heads: number, names: readonly Symbols[]): MLArray {
  const batch = toBatch(names)
  const logits = logitsOf(parameters, heads, batch).reshape([-1, CHOICES])
  return crossEntropyLoss(logits, batch.targets, { ignoreIndex: NOTHING })
}

/** The same of many names, without gradients. */
export function examine(parameters: Parameters, heads: number, names: readonly Symbols[]): number {
  return noGrad(() => {
    let sum = 0
    for (let i = 0; i < names.length; i += 128) {
      const part = names.slice(i, i + 128)
      sum += countSymbols(part) * lossOf(parameters, heads, part).item()
    }
    return sum / countSymbols(names)
  })
}

/** What a place looks at in a name: for each layer and head a row per place. */
export function attentionOf(parameters: Parameters, heads: number, name: Symbols): number[][][][] {
  const attentions: MLArray[] = []
  noGrad(() => logitsOf(parameters, heads, toBatch([name]), attentions))
  return attentions.map((attention) => attention.index(0).toList() as number[][][])
}

export type Sampling = {
  readonly list: List
  readonly count: number
  /** Logits are divided by it: near 0 only the likeliest symbol remains, far above 1 all are alike. */
  readonly temperature: number
  readonly generator: Generator
}

/** New names, symbol by symbol: what was drawn is read as the next symbol, up to the end. */
export function sample(parameters: Parameters, heads: number, options: Sampling): Symbols[] {
  const { list, count, temperature, generator } = options
  const [context = 0] = parameters.places.shape
  const names = Array.from({ length: count }, () => [startOf(list)])
  return noGrad(() => {
    for (let length = 1; length < context; length++) {
      const batch = { inputs: Int32Array.from(names.flat()), shape: [count, length] } as const
      const logits = logitsOf(parameters, heads, batch).slice(':', -1)
      const next = generator.multinomial(logits.div(temperature).softmax({ axis: -1 }), 1)
      next.toTypedArray().forEach((symbol, i) => names[i]!.push(symbol))
    }
    return names
  })
}
