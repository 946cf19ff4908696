/**
 * What an operation on small arrays costs as a user calls it, forward and backward, and how many steps of two
 * trainings run in a second: `pnpm bench`, or `node bench/tiny.ts <checkout>` beside another, built checkout of
 * this repository. Each side runs in processes of its own, in turns, since a machine's speed drifts. Expects a
 * built package.
 *   ONLY=steps node bench/tiny.ts   narrows it to what has that in its name
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type * as Package from '@smol/mlarray'
import type * as Kernels from '@smol/mlarray/kernels'

const ROUNDS = 3
/** How long one thing is measured, in milliseconds, after as long a warm-up. */
const SPAN = 30
const here = join(import.meta.dirname, '../../..')
const only = process.env['ONLY'] ?? ''

type Results = Record<string, number>
type Shape = readonly number[]
type Array = Package.MLArray
type Four = [Array, Array, Array, Array]
type Six = [...Four, Array, Array]
type Smol = typeof Package & { readonly kernels: typeof Kernels }

/** Microseconds for one call of `f`: the best of several spans, since what disturbs only adds. */
function time(f: () => void): number {
  let calls = 1
  for (;;) {
    const start = performance.now()
    for (let i = 0; i < calls; i++) f()
    const span = performance.now() - start
    if (span > SPAN) break
    calls = Math.ceil(calls * Math.min(10, (SPAN * 1.2) / Math.max(span, 0.01)))
  }
  let best = Infinity
  for (let k = 0; k < 5; k++) {
    const start = performance.now()
    for (let i = 0; i < calls / 5; i++) f()
    best = Math.min(best, (performance.now() - start) / Math.ceil(calls / 5))
  }
  return best * 1000
}

async function measure(checkout: string): Promise<Results> {
  const dist = join(checkout, 'packages/mlarray/dist')
  const kernels = (await import(join(dist, 'kernels.js'))) as typeof Kernels
  const smol: Smol = {
    ...((await import(join(dist, 'index.js'))) as typeof Package),
    kernels,
  }
  const results: Results = {}
  const cases = { ...operations(smol), ...trainings(smol) }
  // Once over everything first: a program that runs one operation only is nobody's.
  for (const [name, f] of Object.entries(cases)) {
    if (name.includes(only)) for (let i = 0; i < 100; i++) f()
  }
  for (const [name, f] of Object.entries(cases)) if (name.includes(only)) results[name] = time(f)
  return results
}

const unary = {
  tanh: (x: Array) => x.tanh(),
  sum: (x: Array) => x.sum(),
  'sum of axis 0': (x: Array) => x.sum({ axis: 0 }),
  reshape: (x: Array) => x.reshape([-1]),
}
const binary = { add: (a: Array, b: Array) => a.add(b), mul: (a: Array, b: Array) => a.mul(b) }

/** Each operation on small arrays, forward and with its gradients: `backward` on top of `forward`. */
function operations({ randn, noGrad }: Smol): Record<string, () => void> {
  const cases: Record<string, () => void> = {}
  const add = (name: string, inputs: readonly Array[], f: () => Array): void => {
    cases[`${name}, forward`] = f
    cases[`${name}, without recording`] = () => noGrad(f)
    cases[`${name}, forward and backward`] = () => {
      for (const x of inputs) x.zeroGrad()
      f().backward()
    }
  }
  const made = (shape: Shape): Array => randn(shape as number[], { dtype: 'float32' }) as Array
  for (const shape of [[4, 4], [16], [100, 16]]) {
    const [a, b] = [made(shape), made(shape)]
    const name = `[${shape.join(', ')}]`
    for (const [op, f] of Object.entries(unary)) add(`${op} ${name}`, [a], () => f(a))
    for (const [op, f] of Object.entries(binary)) add(`${op} ${name}`, [a, b], () => f(a, b))
    add(`mul ${name} by 2`, [a], () => a.mul(2))
  }
  // An array of 256 bytes beside what a buffer of its own alone would cost.
  const [c, d] = [made([8, 8]), made([8, 8])]
  add('add [8, 8]', [c, d], () => c.add(d))
  const kept: Float32Array[] = []
  let at = 0
  cases['new Float32Array(64)'] = () => (kept[at++ & 63] = new Float32Array(64))
  const [bias, x] = [made([16]), made([100, 16])]
  add('add [100, 16] + [16]', [x, bias], () => x.add(bias))
  for (const [m, k, n] of [
    [4, 4, 4],
    [100, 16, 16],
  ] as const) {
    const [a, b] = [made([m, k]), made([k, n])]
    add(`matmul [${m}, ${k}] @ [${k}, ${n}]`, [a, b], () => a.matmul(b))
  }
  return cases
}

/** Steps from the data to the changed parameters, by stochastic gradient descent. */
function trainings({ MLArray, randn, oneHot, kernels }: Smol): Record<string, () => void> {
  const made = (...shape: number[]): Array =>
    new MLArray(randn(shape).mul(0.1).toTypedArray(), { shape, dtype: 'float32' })
  const { changeElements, readGradient } = kernels
  const descend = (parameters: readonly Array[]): void => {
    for (const p of parameters) {
      const gradient = readGradient(p)!
      changeElements(p, 'descend', (data) => {
        for (let i = 0; i < data.length; i++) data[i] = data[i]! - 0.01 * gradient[i]!
      })
      p.zeroGrad()
    }
  }
  const inputs = (shape: number[]): Array => made(...shape).detach()
  const [x, t] = [inputs([100, 2]), inputs([100, 1])]
  const small = [made(2, 16), made(16), made(16, 16), made(16), made(16, 1), made(1)]
  const [images, labels] = [
    inputs([64, 784]),
    oneHot(
      Array.from({ length: 64 }, (_, i) => i % 10),
      10,
      { dtype: 'float32' },
    ) as Array,
  ]
  const large = [made(784, 128), made(128), made(128, 10), made(10)]
  return {
    'step of 2-16-16-1, batch 100': () => {
      const [w1, b1, w2, b2, w3, b3] = small as Six
      const h1 = x.matmul(w1).add(b1).tanh()
      const h2 = h1.matmul(w2).add(b2).tanh()
      const y = h2.matmul(w3).add(b3)
      y.sub(t).square().mean().backward()
      descend(small)
    },
    'step of 784-128-10, batch 64': () => {
      const [w1, b1, w2, b2] = large as Four
      const h = images.matmul(w1).add(b1).tanh()
      const y = h.matmul(w2).add(b2)
      y.logSoftmax()
        .mul(labels)
        .sum()
        .mul(-1 / 64)
        .backward()
      descend(large)
    },
  }
}

function compare(): void {
  const sides = [...process.argv.slice(2, 3), here]
  const runs = sides.map((): Results[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    sides.forEach((side, i) => {
      const output = execFileSync(process.execPath, [import.meta.filename, '--measure', side], {
        encoding: 'utf8',
      })
      runs[i]!.push(JSON.parse(output) as Results)
    })
  }
  const median = (name: string, i: number): number =>
    runs[i]!.map((results) => results[name]!).toSorted((a, b) => a - b)[ROUNDS >> 1]!
  const heads = sides.length > 1 ? ['before', 'now', 'ratio'] : ['now']
  console.log(`Node ${process.version}: float32, microseconds for one call, or steps in a second`)
  console.log([''.padEnd(44), ...heads.map((head) => head.padStart(9))].join(''))
  for (const name of Object.keys(runs[0]![0]!)) {
    const times = sides.map((_, i) => median(name, i))
    const shown = times.map((t) => (name.startsWith('step') ? 1e6 / t : t))
    const cells = shown.map((n) => (n > 100 ? n.toFixed(0) : n.toFixed(3)).padStart(9))
    if (sides.length > 1) cells.push(`${(times[0]! / times[1]!).toFixed(2)} ×`.padStart(9))
    console.log(name.padEnd(44) + cells.join(''))
  }
}

if (process.argv[2] === '--measure') console.log(JSON.stringify(await measure(process.argv[3]!)))
else compare()
