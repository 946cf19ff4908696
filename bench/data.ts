// The numbers that all contenders compute with: every process makes them anew from
// a hash of their place, so that none has to be sent. python.py makes the same.

export const MATRIX = 1000
export const MILLION = 1_000_000
export const BATCHED = { batch: 32, n: 64 }
export const WIDE = { m: 64, k: 784, n: 128 }

/** Classification with a hidden layer of relu, and regression with two of tanh. */
export const DIGITS = { sizes: [784, 128, 10], batch: 64, sgd: 0.001, adam: 0.0001 } as const
export const MOONS = { sizes: [2, 16, 16, 1], batch: 100, sgd: 0.01 } as const
export const ADAM = { beta1: 0.9, beta2: 0.999, eps: 1e-8 }

/** Numbers between −1 and 1 that look random and are the same everywhere. */
export function numbers(size: number, seed: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let hash = Math.imul(i + 1 + 7919 * seed, 0x9e3779b1)
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca77)
    out[i] = ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 31 - 1
  }
  return out
}

export function floats(size: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(numbers(size, seed))
}

export type Layer = {
  readonly w: Float32Array<ArrayBuffer>
  readonly b: Float32Array<ArrayBuffer>
  readonly inputs: number
  readonly outputs: number
}

/** Layers whose weights are uniform within ±√(6 / inputs), without bias at first. */
export function layers(sizes: readonly number[]): readonly Layer[] {
  return sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i]!
    const bound = Math.sqrt(6 / inputs)
    const w = Float32Array.from(numbers(inputs * outputs, 10 + i), (x) => bound * x)
    return { w, b: new Float32Array(outputs), inputs, outputs }
  })
}

export function labels(): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: DIGITS.batch }, (_, i) => (7 * i) % 10)
}

/** The same labels, a row of ten for each: a one where the label is. */
export function oneHot(): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(10 * DIGITS.batch)
  labels().forEach((label, i) => (rows[10 * i + label] = 1))
  return rows
}
