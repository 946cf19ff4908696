/**
 * The time of one step of Adam over the parameters of a large and of a tiny network in float32, beside a loop written
 * by hand: `pnpm bench`. The contenders take turns, since a machine's speed drifts; what counts is their ratio.
 */
import { MLArray, setKernels, type KernelSet } from '@smol/mlarray'
import { replaceGradient } from '@smol/mlarray/kernels'
import { Adam } from '@smol/optim'

const NETWORKS = {
  '784-128-10, 101,770 parameters': { sizes: [784 * 128, 128, 128 * 10, 10], steps: 40 },
  '2-16-16-1, 337 parameters': { sizes: [32, 16, 256, 16, 16, 1], steps: 4000 },
}
const ROUNDS = 15

const numbers = (size: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(i + 1))

/** One step of Adam as one would write it for one array. */
function byHand(sizes: readonly number[]): () => void {
  const arrays = sizes.map((size) => ({
    p: numbers(size),
    g: numbers(size),
    m: new Float32Array(size),
    v: new Float32Array(size),
  }))
  let step = 0
  return () => {
    step++
    const size = 0.001 / (1 - 0.9 ** step)
    const correction = Math.sqrt(1 - 0.999 ** step)
    for (const { p, g, m, v } of arrays) {
      for (let i = 0; i < p.length; i++) {
        const dy = g[i]!
        const mean = 0.9 * m[i]! + 0.1 * dy
        const square = 0.999 * v[i]! + 0.001 * dy * dy
        m[i] = mean
        v[i] = square
        p[i] = p[i]! - (size * mean) / (Math.sqrt(square) / correction + 1e-8)
      }
    }
  }
}

/** Adam of this package, with one set of kernels. */
function byRow(sizes: readonly number[], kernels: KernelSet): () => void {
  const parameters = sizes.map((size) => {
    const p = new MLArray(numbers(size))
    replaceGradient(p, numbers(size))
    return p
  })
  const optimizer = new Adam(parameters, { learningRate: 0.001 })
  return () => {
    setKernels(kernels)
    optimizer.step()
  }
}

const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[xs.length >> 1]!

console.log(`Node ${process.version}: a step of Adam, median of ${ROUNDS} rounds`)
for (const [network, { sizes, steps }] of Object.entries(NETWORKS)) {
  const contenders = {
    'a loop written by hand': byHand(sizes),
    'the compiled pass': byRow(sizes, 'simd'),
    'blocks of 512': byRow(sizes, 'plain'),
  }
  const times = Object.entries(contenders).map(([name, step]) => ({
    name,
    step,
    rounds: [] as number[],
  }))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { step, rounds } of times) {
      const start = performance.now()
      for (let i = 0; i < steps; i++) step()
      // The first round warms up.
      if (round > 0) rounds.push(((performance.now() - start) / steps) * 1000)
    }
  }
  const base = median(times[0]!.rounds)
  console.log(network)
  for (const { name, rounds } of times) {
    const time = median(rounds)
    console.log(
      `  ${name.padEnd(24)} ${time.toFixed(1)} µs  ${(time / base).toFixed(2)} times as long`,
    )
  }
}
