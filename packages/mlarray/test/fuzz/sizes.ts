// Sizes around every threshold at which other code runs: a loop or a kernel, in place or packed, one block or
// two, one thread or several. What must hold there is exact wherever the kernels promise it: an element of an
// elementwise operation is what one of the two readings makes of it, alone; sums of float64 and extremes are
// the same in all sets of kernels; an element of a product depends on its row and its column only; and no
// result depends on the number of threads.
import { array, constantFrom, nat, record, sample, type Arbitrary } from 'fast-check'
import {
  Generator,
  MLArray,
  setKernels,
  setThreads,
  type DType,
  type KernelSet,
} from '../../src/index.ts'

/** Around the thresholds of `vector.ts` and the sizes of its blocks and of slabs; thresholds.test.ts checks that. */
export const LENGTHS = [
  1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 63, 64, 65, 95, 96, 97, 127, 128, 129, 255, 256, 257, 511,
  512, 513, 1023, 1024, 1025, 2047, 2048, 2049, 4095, 4096, 4097, 16_383, 16_384, 16_385, 40_017,
] as const

/** Around the tiles and blocks of products. */
const LINES = [
  1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 95, 96, 97, 127, 128, 129, 159, 160,
  161, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025,
] as const

const dtypes = constantFrom<DType>('float32', 'float64')
const SETS: readonly KernelSet[] = ['simd', 'relaxed']

const unitOf = (dtype: DType): number => (dtype === 'float32' ? 2 ** -24 : 2 ** -53)

/** What `f` gives with a set of kernels. */
function by<T>(set: KernelSet, f: () => T): T {
  setKernels(set)
  try {
    return f()
  } finally {
    setKernels()
  }
}

/** Where two lists of numbers differ in a bit (NaN aside). */
function unequal(a: ArrayLike<number>, b: ArrayLike<number>): string | undefined {
  if (a.length !== b.length) return `${a.length} and ${b.length} elements`
  for (let i = 0; i < a.length; i++)
    if (!Object.is(a[i], b[i])) return `element ${i}: ${a[i]} and ${b[i]}`
  return undefined
}

/** Where two lists differ by more than `bound` of the index. */
function apart(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  bound: (i: number) => number,
): string | undefined {
  for (let i = 0; i < a.length; i++)
    if (!(Math.abs(a[i]! - b[i]!) <= bound(i)))
      return `element ${i}: ${a[i]} and ${b[i]}, within ${bound(i)}`
  return undefined
}

// ---- How a matrix lies in memory ----

type Layout = (rows: number, columns: number, make: (shape: number[]) => MLArray) => MLArray

const layouts: Readonly<Record<string, Layout>> = {
  dense: (m, n, make) => make([m, n]),
  transposed: (m, n, make) => make([n, m]).T,
  offset: (m, n, make) => make([m + 1, n]).slice('1:'),
  'part of wider rows': (m, n, make) => make([m, n + 3]).slice(':', '2:-1'),
  'part, transposed': (m, n, make) => make([n, m + 3]).slice(':', '1:-2').T,
  'every other': (m, n, make) => make([m, 2 * n]).slice(':', '::2'),
  'with gaps': (m, n, make) => make([2 * m, n]).slice('::2'),
  'rows backwards': (m, n, make) => make([m, n]).slice('::-1'),
  backwards: (m, n, make) => make([m, n]).flip(),
  'backwards, transposed': (m, n, make) => make([n, m]).flip().T,
  'a row again and again': (m, n, make) => make([n]).broadcastTo([m, n]),
  'a column again and again': (m, n, make) => make([m, 1]).broadcastTo([m, n]),
  'one number': (m, n, make) => make([]).broadcastTo([m, n]),
}
const layout = constantFrom(...Object.keys(layouts))

function matrix(
  name: string,
  m: number,
  n: number,
  dtype: DType,
  seed: number,
  from = -2,
): MLArray {
  const random = new Generator(seed)
  return layouts[name]!(m, n, (shape) =>
    random.uniform(shape, { low: from, high: 2.5, dtype }).detach(),
  )
}

// ---- Elementwise ----

const POSITIVE: ReadonlySet<string> = new Set(['log', 'sqrt', 'log1p', 'reciprocal', 'div'])
const UNARY = [
  'exp log tanh sigmoid silu expm1 log1p softplus logSigmoid mish gelu sqrt abs neg square reciprocal relu',
  'geluTanh elu selu leakyRelu',
]
  .join(' ')
  .split(' ')
const BINARY = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum']
export const ELEMENTWISE: readonly string[] = [...UNARY, ...BINARY]

type Elementwise = {
  readonly name: string
  readonly rows: number
  readonly columns: number
  readonly dtype: DType
  readonly left: string
  readonly right: string
  readonly seed: number
}

export const elementwise: Arbitrary<Elementwise> = record({
  name: constantFrom(...ELEMENTWISE),
  rows: constantFrom(1, 1, 2, 3),
  columns: constantFrom(...LENGTHS),
  dtype: dtypes,
  left: layout,
  right: layout,
  seed: nat(1000),
})

type Methods = Record<string, (this: MLArray, ...operands: MLArray[]) => MLArray>
const apply = (name: string, [x, ...rest]: readonly MLArray[]): MLArray =>
  (x as unknown as Methods)[name]!.apply(x!, [...rest])

/** What the vector kernel makes of each element: in a dense array that is long enough for every kernel. */
function inVectors(name: string, operands: readonly MLArray[]): ArrayLike<number> {
  const { size } = operands[0]!
  const dense = operands.map((x) => x.flatten().tile(Math.ceil(1100 / size)))
  return apply(name, dense).toTypedArray().subarray(0, size)
}

export function checkElementwise({
  name,
  rows,
  columns,
  dtype,
  left,
  right,
  seed,
}: Elementwise): string {
  const from = POSITIVE.has(name) ? 0.1 : -2
  const operands = [matrix(left, rows, columns, dtype, seed, from)]
  if (BINARY.includes(name)) operands.push(matrix(right, rows, columns, dtype, seed + 1, from))
  const read = (): ArrayLike<number> => apply(name, operands).toTypedArray()
  const plain = by('plain', read)
  for (const set of SETS) {
    const found = by(set, read)
    const vector = by(set, () => inVectors(name, operands))
    for (let i = 0; i < plain.length; i++)
      if (!Object.is(found[i], plain[i]) && !Object.is(found[i], vector[i]))
        return `${set}, element ${i}: ${found[i]}, neither ${plain[i]} nor ${vector[i]}`
    const slopes = unequalSlopes(name, operands, set)
    if (slopes !== undefined) return `${set}, ${slopes}`
  }
  return 'same'
}

/** Gradients come from the rounded result: twice what its kernel and that of the partial may be off. */
function unequalSlopes(
  name: string,
  operands: readonly MLArray[],
  set: KernelSet,
): string | undefined {
  const [first] = operands
  const upstream = matrix('dense', first!.shape[0]!, first!.shape[1]!, first!.dtype, 5)
  const read = (): ArrayLike<number>[] => {
    const leaves = operands.map((x) => new MLArray(x))
    apply(name, leaves).backward({ upstream })
    return leaves.map((x) => x.grad().toTypedArray())
  }
  const plain = by('plain', read)
  const found = by(set, read)
  const dy = upstream.toTypedArray()
  const unit = 24 * unitOf(first!.dtype)
  for (const [i, dx] of plain.entries()) {
    const wrong = apart(dx, found[i]!, (k) => unit * Math.max(Math.abs(dy[k]!), Math.abs(dx[k]!)))
    if (wrong !== undefined) return `gradient ${i}, ${wrong}`
  }
  return undefined
}

// ---- Reductions and rows ----

type Reduction = {
  readonly name: string
  readonly shape: readonly number[]
  readonly axes: number
  readonly turned: number
  readonly dtype: DType
  readonly seed: number
}

export const reductions: Arbitrary<Reduction> = record({
  name: constantFrom('sum', 'mean', 'max', 'min', 'softmax', 'logSoftmax', 'logsumexp'),
  shape: array(constantFrom<number>(...LENGTHS, 7, 9, 20), {
    minLength: 1,
    maxLength: 3,
  }).filter((shape) => shape.reduce((size, n) => size * n, 1) <= 60_000),
  axes: nat(7),
  turned: nat(3),
  dtype: dtypes,
  seed: nat(1000),
})

export function checkReduction({ name, shape, axes, turned, dtype, seed }: Reduction): string {
  const dense = new Generator(seed).normal(shape, { dtype }).detach()
  const x = [dense, dense.T, dense.flip(), dense.slice('...', '::2')][turned]!
  const isOfRows = name === 'softmax' || name === 'logSoftmax'
  const along = x.shape.flatMap((_, axis) => ((axes >> axis) & 1 ? [axis] : []))
  const axis = isOfRows ? axes % x.ndim : along
  const f = (given: MLArray): MLArray =>
    apply(name, [given, { axis, keepdims: true } as unknown as MLArray].slice(0, isOfRows ? 1 : 2))
  const read = (): ArrayLike<number> =>
    (isOfRows
      ? (x as unknown as Record<string, (o: object) => MLArray>)[name]!({ axis })
      : f(x)
    ).toTypedArray()
  const plain = by('plain', read)
  const isExact =
    name === 'max' || name === 'min' || (dtype === 'float64' && (name === 'sum' || name === 'mean'))
  const sizes = isOfRows
    ? plain
    : apply('sum', [x.abs(), { axis, keepdims: true } as never]).toTypedArray()
  const unit = unitOf(dtype)
  const bound = (i: number): number => {
    const y = Math.abs(plain[i]!)
    if (name === 'sum') return 3 * unit * sizes[i]! + 2 * unit * y
    if (name === 'mean')
      return (3 * unit * sizes[i]!) / Math.max(1, x.size / plain.length) + 4 * unit * y
    // As softmax.test.ts has it: eight units of the last digit of 1.
    return 16 * unit * Math.max(1, y)
  }
  for (const set of SETS) {
    const found = by(set, read)
    const wrong = isExact ? unequal(plain, found) : apart(plain, found, bound)
    if (wrong !== undefined) return `${set}, ${wrong}`
  }
  return 'same'
}

// ---- Products ----

type Product = {
  readonly size: readonly [m: number, k: number, n: number]
  readonly stacks: readonly [left: number, right: number]
  readonly dtype: DType
  readonly left: string
  readonly right: string
  readonly seed: number
}

const work = ([m, k, n]: readonly [number, number, number]): number => m * k * n

const productsOf = (least: number, most: number, edges: readonly number[]): Arbitrary<Product> =>
  record({
    size: array(constantFrom(...edges), { minLength: 3, maxLength: 3 })
      .map(([m, k, n]) => [m!, k!, n!] as const)
      .filter((size) => work(size) >= least && work(size) <= most),
    stacks: constantFrom([0, 0], [0, 0], [3, 3], [2, 0], [0, 2], [1, 3]) as Arbitrary<
      [number, number]
    >,
    dtype: dtypes,
    left: layout,
    right: layout,
    seed: nat(1000),
  })

/** How many multiplications: around the few that run where they are, and around what threads share. */
export const [TINY_WORK, SHARED_WORK] = [
  [1, 40],
  [3_800_000, 16_000_000],
] as const
/** Small enough for the plain kernel. */
export const products = productsOf(1, 600_000, LINES)
export const tinyProducts = productsOf(...TINY_WORK, [1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 31, 32, 33])
const largeProducts = productsOf(...SHARED_WORK, LINES.slice(3))

function operandsOf({
  size: [m, k, n],
  stacks,
  dtype,
  left,
  right,
  seed,
}: Product): [MLArray, MLArray] {
  const stacked = (name: string, rows: number, columns: number, count: number, from: number) => {
    if (count === 0) return matrix(name, rows, columns, dtype, from)
    const flat = matrix(name, count * rows, columns, dtype, from)
    // Where the layout allows it a view, else a copy: both occur.
    return flat.reshape([count, rows, columns])
  }
  return [stacked(left, m, k, stacks[0], seed), stacked(right, k, n, stacks[1], seed + 1)]
}

const multiply = (product: Product): Float32Array | Float64Array => {
  const [a, b] = operandsOf(product)
  return a.matmul(b).toTypedArray()
}

/** In float32 or float64 sums, |c − exact| ≤ (k + 1) ε |a| |b|, in either reading: twice that between them. */
export function checkProduct(product: Product): string {
  const [m, k, n] = product.size
  const [a, b] = operandsOf(product)
  const read = (): ArrayLike<number> => a.matmul(b).toTypedArray()
  const plain = by('plain', read)
  const sizes = by('plain', () => a.abs().matmul(b.abs()).toTypedArray())
  const unit = 2 * (k + 1) * unitOf(product.dtype)
  for (const set of SETS) {
    const wrong = apart(plain, by(set, read), (i) => unit * sizes[i]!)
    if (wrong !== undefined) return `${set}, ${wrong}`
    // Up to 32 multiplications run elsewhere, and a row or a column has kernels of its own.
    const [rows, columns] = [Math.ceil(m / 2), Math.ceil(n / 3)]
    if (rows < 2 || columns < 2 || rows * k * columns <= 32) continue
    const part = by(set, () =>
      a
        .slice('...', `-${rows}:`, ':')
        .matmul(b.slice('...', `:${columns}`))
        .toTypedArray(),
    )
    const whole = by(set, () => a.matmul(b).slice('...', `-${rows}:`, `:${columns}`).toTypedArray())
    const found = unequal(whole, part)
    if (found !== undefined) return `${set}, a part of the product: ${found}`
  }
  return 'same'
}

// ---- Threads ----

type Together = {
  readonly name: string
  readonly size: number
  readonly dtype: DType
  readonly seed: number
}

/** Around what is shared among threads, and the runs that it is cut into. */
export const SHARED_LENGTHS = [
  262_143, 262_144, 262_145, 278_527, 278_528, 278_529, 294_913, 393_217,
] as const
const together: Arbitrary<Together> = record({
  name: constantFrom('exp', 'log', 'tanh', 'sigmoid', 'softplus', 'square'),
  size: constantFrom(...SHARED_LENGTHS),
  dtype: dtypes,
  seed: nat(1000),
})

function transform({ name, size, dtype, seed }: Together): Float32Array | Float64Array {
  const from = POSITIVE.has(name) ? 0.1 : -2
  const x = new Generator(seed).uniform([size + 5], { low: from, high: 2.5, dtype }).detach()
  return apply(name, [x.slice(`${seed % 5}:`)]).toTypedArray()
}

/** Reads as many products as are asked for, and a third as many maps, alone and with others: where they differ. */
export async function checkThreads(given: {
  readonly seed: number
  readonly numRuns: number
}): Promise<string | undefined> {
  const numRuns = Math.ceil(given.numRuns / 3)
  const cases = [
    ...sample(largeProducts, given).map((x) => [x, () => multiply(x)] as const),
    ...sample(together, { ...given, numRuns }).map((x) => [x, () => transform(x)] as const),
  ]
  await setThreads(1)
  const alone = cases.map(([, read]) => read())
  try {
    for (const count of [2, 3]) {
      // oxlint-disable-next-line eslint/no-await-in-loop -- one number after the other
      if ((await setThreads(count)) !== count) return `there are no ${count} threads`
      for (const [i, [x, read]] of cases.entries()) {
        const wrong = unequal(alone[i]!, read())
        if (wrong !== undefined)
          return `${count} threads, seed ${given.seed}, ${JSON.stringify(x)}: ${wrong}`
      }
    }
  } finally {
    await setThreads(1)
  }
  return undefined
}
