/**
 * What matrix products reach, in GFLOP/s, called as a user calls them: by each set of kernels, and by the
 * fastest one on two threads. Expects a built package.
 *   ONLY=f64 node bench/product.ts   narrows it to what has that in its name
 * Spans of some milliseconds each, in turns, of which the best counts: what disturbs only slows down.
 */
import { cpus } from 'node:os'
import { randn, setKernels, setThreads, type KernelSet, type MLArray } from '@smol/mlarray'

const ROUNDS = 5
/** How often in a round, once the threads stand. */
const SPANS = 5
/** How long one thing is measured at a time, in milliseconds. */
const SPAN = 8
const only = process.env['ONLY'] ?? ''

type Mode = readonly [set: KernelSet, threads: number]
const MODES: readonly Mode[] = [
  ['plain', 1],
  ['simd', 1],
  ['relaxed', 1],
  ['simd', 2],
  ['relaxed', 2],
]

type Case = { readonly name: string; readonly flops: number; readonly run: () => unknown }

function product(
  dtype: 'float32' | 'float64',
  left: readonly number[],
  right: readonly number[],
  transposed = '',
): Case {
  const made = (shape: readonly number[], isTransposed: boolean): MLArray => {
    const options = { dtype, requiresGrad: false } as const
    return isTransposed ? randn([...shape].reverse(), options).T : randn(shape, options)
  }
  const [a, b] = [made(left, transposed.includes('a')), made(right, transposed.includes('b'))]
  const show = (shape: readonly number[], mark: string): string =>
    `[${shape.join(', ')}]${transposed.includes(mark) ? 'ᵀ' : ''}`
  return {
    name: `${dtype === 'float32' ? 'f32' : 'f64'} ${show(left, 'a')} @ ${show(right, 'b')}`,
    flops: 2 * left.reduce((x, y) => x * y, 1) * right.at(-1)!,
    run: () => a.matmul(b),
  }
}

const square = (n: number): [number[], number[]] => [
  [n, n],
  [n, n],
]
const cases: readonly Case[] = [
  ...[16, 64, 128, 256, 512, 1024].map((n) => product('float32', ...square(n))),
  ...[64, 256, 512, 1024].map((n) => product('float64', ...square(n))),
  product('float32', [32, 64, 64], [32, 64, 64]),
  product('float32', [64, 784], [784, 128]),
  product('float32', [784, 64], [64, 128], 'a'),
  product('float32', [64, 128], [128, 784], 'b'),
  product('float32', [100, 16], [16, 16]),
  product('float32', [16, 100], [100, 16], 'a'),
  product('float32', [100, 2], [2, 16]),
  product('float32', [1000, 1000], [1000, 1]),
].filter(({ name }) => name.includes(only))

/** How much it computes in a span, in GFLOP/s. */
function speed({ flops, run }: Case): number {
  const start = performance.now()
  let calls = 0
  let span = 0
  do {
    run()
    calls++
    span = performance.now() - start
  } while (span < SPAN)
  return (flops * calls) / span / 1e6
}

/** How fast memory is copied by typed arrays, in GB/s, to WebAssembly's that is or is not shared. */
function copying(shared: boolean): number {
  const elements = 2 ** 18
  const pages = 32
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared })
  const to = new Float32Array(buffer)
  const from = new Float32Array(elements).fill(1)
  return speed({ name: '', flops: elements * 4, run: () => to.set(from) })
}

const best = cases.map(() => MODES.map(() => 0))
for (let round = 0; round < ROUNDS; round++) {
  for (const [j, [set, threads]] of MODES.entries()) {
    // The plain kernel takes long, and no share of the others' time.
    if (set === 'plain' && round > 0) continue
    setKernels(set)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await setThreads(threads)
    for (let span = 0; span < SPANS; span++) {
      cases.forEach((one, i) => {
        best[i]![j] = Math.max(best[i]![j]!, speed(one))
      })
    }
  }
}
await setThreads(1)

console.log(`Node ${process.version}, ${cpus()[0]?.model.trim() ?? ''}: GFLOP/s`)
const heads = MODES.map(([set, threads]) => (threads === 1 ? set : `${set} ×${threads}`))
console.log([''.padEnd(36), ...heads.map((head) => head.padStart(11))].join(''))
cases.forEach(({ name }, i) => {
  const figures = best[i]!.map((figure) => figure.toFixed(1).padStart(11))
  console.log(name.padEnd(36) + figures.join(''))
})
const copies = [false, true].map((shared) =>
  Math.max(...Array.from({ length: SPANS }, () => copying(shared))).toFixed(1),
)
console.log(
  `copies of 1 MB, in GB/s: ${copies[0]} to memory of one's own, ${copies[1]} to shared memory`,
)
