// The works that are compared, with whom, and how much faster is fast enough.
import type { ContenderName } from './contender.ts'

/** A subject has to be `times` as fast as each of `over`, or to need less than `below` milliseconds. */
export type Bar =
  | { readonly over: readonly ContenderName[]; readonly times: number }
  | { readonly below: number }

export type Row = {
  readonly name: string
  readonly group: string
  readonly title: string
  /** The bars are for the first one. */
  readonly subjects: readonly ContenderName[]
  readonly peers: readonly ContenderName[]
  readonly bars: readonly Bar[]
  /** By how much results may differ, as a part of the largest number in them. */
  readonly tolerance: number
  /** After so many runs results are compared; by default after one. */
  readonly runs?: number
}

const JAX = ['jax', 'jax-jit'] as const
const NPM = ['tfjs', ...JAX, 'numpy-ts'] as const
const PYTHON = ['numpy', 'torch'] as const

/** Rounding of sums of up to 1,024 products, even where they are added one after the other. */
const FLOAT32 = 4e-6
const FLOAT64 = 8e-15

const matmul = (n: number): Row => ({
  name: `matmul-f32-${n}`,
  group: 'matmul',
  title: `matmul f32, N = ${n}`,
  subjects: ['ours'],
  peers: [...NPM, 'peak', ...PYTHON],
  bars: [
    { over: ['tfjs'], times: 1.2 },
    { over: [...JAX, 'numpy-ts'], times: 1.45 },
    { over: ['peak'], times: 0.75 },
  ],
  tolerance: FLOAT32,
})

const matmul64 = (n: number): Row => ({
  name: `matmul-f64-${n}`,
  group: 'matmul64',
  title: `matmul f64, N = ${n}`,
  subjects: ['ours'],
  peers: ['numpy-ts', ...PYTHON],
  bars: [{ over: ['numpy-ts'], times: 1.4 }],
  tolerance: FLOAT64,
})

const product = (name: string, title: string): Row => ({
  name,
  group: 'products',
  title,
  subjects: ['ours'],
  peers: [...NPM, ...PYTHON],
  bars: [{ over: NPM, times: 1.2 }],
  tolerance: FLOAT32,
})

/** Two readings: the kernel into a result that exists, which has the bar, and a call as users make it. */
const pass = (name: string, group: string, title: string, times: number): Row => ({
  name,
  group,
  title,
  subjects: ['ours-kernels', 'ours'],
  peers: [...NPM, ...PYTHON],
  bars: [{ over: NPM, times }],
  tolerance: 1e-6,
})

/** Some peers add a million numbers one after the other, which rounds a million times. */
const ONE_BY_ONE = 2e-4

const training = (name: string, title: string, over: Row['peers'], bars: Row['bars']): Row => ({
  name,
  group: 'training',
  title,
  subjects: ['ours'],
  peers: over,
  bars,
  tolerance: 1e-5,
  runs: 20,
})

const digits = (optimizer: 'sgd' | 'adam', title: string): Row =>
  training(
    `train-784-${optimizer}`,
    `training 784-128-10, ${title}`,
    ['tfjs', ...JAX, 'torch'],
    [
      { over: ['jax-jit'], times: 1.3 },
      { over: ['tfjs'], times: 6 },
    ],
  )

const threads = (n: number): Row => ({
  name: `threads-${n}`,
  group: 'threads',
  title: `matmul f32, N = ${n}, 2 threads`,
  subjects: ['ours-threads'],
  peers: ['ours'],
  bars: [{ over: ['ours'], times: 1.8 }],
  tolerance: 0,
})

export const ROWS: readonly Row[] = [
  ...[256, 512, 1024].map(matmul),
  ...[256, 512, 1024].map(matmul64),
  product('matmul-batched', 'matmul f32, 32 × [64, 64] @ [64, 64]'),
  product('matmul-wide', 'matmul f32, [64, 784] @ [784, 128]'),
  pass('add', 'elementwise', 'add, 1e6 f32', 0.9),
  pass('mul', 'elementwise', 'mul, 1e6 f32', 0.9),
  pass('row-add', 'elementwise', '[1000, 1000] + [1000] f32', 0.9),
  pass('exp', 'elementwise', 'exp, 1e6 f32', 1.4),
  pass('tanh', 'elementwise', 'tanh, 1e6 f32', 1.4),
  { ...pass('sum', 'reduce', 'sum, 1e6 f32', 2), tolerance: ONE_BY_ONE },
  pass('max', 'reduce', 'max, 1e6 f32', 2),
  { ...pass('sum-axis0', 'reduce', 'sum over axis 0, [1000, 1000] f32', 1.5), tolerance: 1e-5 },
  { ...pass('sum-axis1', 'reduce', 'sum over axis 1, [1000, 1000] f32', 1.5), tolerance: 1e-5 },
  {
    ...pass('softmax', 'softmax', 'softmax of rows, [1000, 1000] f32', 1),
    peers: ['tfjs', ...JAX, 'torch'],
    bars: [
      { over: ['tfjs'], times: 0.8 },
      { over: JAX, times: 5 },
    ],
  },
  digits('sgd', 'batch 64, SGD'),
  digits('adam', 'batch 64, Adam'),
  training(
    'train-2-16',
    'training 2-16-16-1, batch 100, SGD',
    ['tfjs', ...JAX, 'torch'],
    [
      { over: ['torch'], times: 2 },
      { over: ['jax-jit'], times: 3.5 },
    ],
  ),
  ...[256, 512, 1024].map(threads),
  {
    name: 'import',
    group: 'import',
    title: 'import to first result',
    subjects: ['ours'],
    peers: [],
    bars: [{ below: 30 }],
    tolerance: 0,
  },
]

/** The rows that `--only` names, by their own names or by those of groups; all without it. */
export function chooseRows(names: readonly string[] | undefined): readonly Row[] {
  return names === undefined
    ? ROWS
    : ROWS.filter(({ name, group }) => names.includes(name) || names.includes(group))
}

export const GROUPS: readonly string[] = [...new Set(ROWS.map(({ group }) => group))]
