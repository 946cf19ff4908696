// Random programs over the operations of arrays, in three readings: by fast kernels, by plain ones, and by
// scalar Values; their gradients in the same three, and by small steps.
//
// How far two readings may be apart is found, not set: the plain program runs again with every input and
// result of every operation moved by a few units in the last place, at random. What that does to a number is
// what rounding may do to it, sums that cancel and branches that flip included.
import { array, constantFrom, nat, record, type Arbitrary } from 'fast-check'
import {
  concatenate,
  einsum,
  Generator,
  MLArray,
  setKernels,
  stack,
  unroll,
  Value,
  where,
  type DType,
  type KernelSet,
  type NestedValues,
} from '../../src/index.ts'
import { numbers, sample, views } from '../sample.ts'

type Leaf = { readonly shape: number[]; readonly view: string; readonly dtype: DType }

export type Program = {
  readonly leaves: readonly Leaf[]
  readonly steps: readonly { readonly op: string; readonly at: number; readonly by: number }[]
  readonly start: number
}

/** An operation on `x`, with another array of the program beside it and a number that says how. */
type Step = (x: MLArray, by: number, other: MLArray) => MLArray

const axisOf = (x: MLArray, by: number): number => by % x.ndim
const someAxes = (x: MLArray, by: number): number[] =>
  x.shape.flatMap((_, axis) => ((by >> axis) & 1 ? [axis] : []))
const tame = (x: MLArray): MLArray => x.tanh().mul(2)
const positive = (x: MLArray): MLArray => x.square().add(0.5)
/** Of one size that both have, or one array twice. */
const beside = (x: MLArray, other: MLArray): MLArray =>
  String(other.shape) === String(x.shape) ? other : x.flip()
const matrices = (x: MLArray): MLArray => (x.ndim < 2 ? x.reshape([1, -1]) : x)

const steps: Readonly<Record<string, Step>> = {
  add: (x, _, other) => x.add(beside(x, other)),
  'add a row': (x, by) => x.add(x.mean({ axis: axisOf(x, by), keepdims: true })),
  sub: (x, _, other) => x.sub(beside(x, other)),
  mul: (x, _, other) => x.mul(beside(x, other)),
  'mul by a Value': (x, by) => x.mul(new Value(1 + (by % 7) / 4)),
  div: (x, _, other) => x.div(positive(beside(x, other))),
  'div by a column': (x, by) => x.div(positive(x.sum({ axis: axisOf(x, by), keepdims: true }))),
  pow: (x, by) => positive(x).pow((by % 9) / 2 - 1),
  maximum: (x, _, other) => x.maximum(beside(x, other)),
  where: (x, _, other) => where(x.gt(0), beside(x, other), x.neg()),
  exp: (x) => tame(x).exp(),
  log: (x) => positive(x).log(),
  sqrt: (x) => positive(x).sqrt(),
  sin: (x) => x.sin(),
  tanh: (x) => x.tanh(),
  sigmoid: (x) => x.sigmoid(),
  softplus: (x) => x.softplus(),
  relu: (x) => x.relu(),
  abs: (x) => x.abs(),
  square: (x) => tame(x).square(),
  clip: (x) => x.clip(-0.7, 0.9),
  sum: (x, by) => x.sum({ axis: someAxes(x, by), keepdims: true }),
  mean: (x, by) => x.mean({ axis: axisOf(x, by), keepdims: true }),
  max: (x, by) => x.max({ axis: axisOf(x, by), keepdims: true }),
  min: (x, by) => x.min({ axis: someAxes(x, by) }),
  prod: (x, by) => tame(x).prod({ axis: axisOf(x, by), keepdims: true }),
  var: (x, by) => x.var({ axis: axisOf(x, by), keepdims: true }),
  norm: (x, by) => x.add(3).norm({ axis: axisOf(x, by), keepdims: true, ord: 1 + (by % 3) }),
  logsumexp: (x, by) => x.logsumexp({ axis: axisOf(x, by), keepdims: true }),
  cumsum: (x, by) => x.cumsum({ axis: axisOf(x, by) }),
  cumprod: (x, by) => tame(x).cumprod({ axis: axisOf(x, by) }),
  softmax: (x, by) => x.softmax({ axis: axisOf(x, by) }),
  logSoftmax: (x, by) => x.logSoftmax({ axis: axisOf(x, by) }),
  sort: (x, by) => x.sort({ axis: axisOf(x, by) }),
  topk: (x, by) => x.topk(1 + (by % x.shape.at(-1)!)).values,
  median: (x, by) => x.median({ axis: axisOf(x, by), keepdims: true }),
  matmul: (x, by, other) => {
    const a = matrices(x)
    const b = matrices(other)
    const fits = b.ndim === 2 && b.shape[0] === a.shape.at(-1)
    return a.matmul(fits ? b : by % 2 ? a.swapaxes(-1, -2) : a.swapaxes(-1, -2).flip())
  },
  einsum: (x) => einsum('...i,...j->...ij', x, x.mean({ axis: -1, keepdims: true })),
  transpose: (x) => x.T,
  reshape: (x) => x.reshape([-1, x.shape[0]!]),
  flip: (x, by) => x.flip({ axis: axisOf(x, by) }),
  roll: (x, by) => x.roll(by % 5, { axis: axisOf(x, by) }),
  repeat: (x, by) => x.repeat(2, { axis: axisOf(x, by) }),
  tile: (x) => x.tile(2),
  pad: (x) =>
    x.pad(
      x.shape.map(() => [1, 0] as const),
      { mode: 'edge' },
    ),
  triu: (x, by) => matrices(x).triu((by % 3) - 1),
  expandDims: (x, by) => (x.ndim > 3 ? x : x.expandDims(axisOf(x, by))),
  slice: (x) => x.slice('::-2'),
  'slice of all': (x) => x.slice('...', '1:'),
  index: (x) => x.index([0, -1, 0]),
  take: (x) => x.take([0, 0, x.size - 1]),
  maskedSelect: (x) => concatenate([x.maskedSelect(x.gt(0)), x.flatten()]),
  scatterAdd: (x) => x.flatten().scatterAdd(0, [0, 0], [1, 2]),
  put: (x, _, other) => x.put([0], other.flatten().slice('0:1')),
  concatenate: (x, by, other) => concatenate([x, beside(x, other)], { axis: axisOf(x, by) }),
  stack: (x, _, other) => (x.ndim > 3 ? x : stack([x, beside(x, other)])),
  broadcastTo: (x) => (x.ndim > 3 ? x : x.broadcastTo([2, ...x.shape])),
  at: (x) => new MLArray([x.flatten().at(0).mul(2), x.flatten().at(-1)]),
  astype: (x, by) => x.astype(by % 2 ? 'float32' : 'float64'),
}

const LARGEST = 4000

const dimension = constantFrom(1, 2, 3, 4, 5, 2, 3, 8, 16, 17, 31, 33, 65)

/** Programs of a few operations on one to three leaves. */
export const programs: Arbitrary<Program> = record({
  leaves: array(
    record({
      shape: array(dimension, { minLength: 1, maxLength: 3 }),
      view: constantFrom(...Object.keys(views)),
      dtype: constantFrom<DType>('float64', 'float32'),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  steps: array(record({ op: constantFrom(...Object.keys(steps)), at: nat(9), by: nat(60) }), {
    minLength: 1,
    maxLength: 7,
  }),
  start: nat(1000),
})

// ---- Running one ----

type Noise = (x: MLArray) => MLArray

type Reading = { readonly results: MLArray[]; readonly leaves: MLArray[]; readonly loss: MLArray }

const quiet: Noise = (x) => x

/** A few units in the last place up or down, at random from a seed. */
function noiseFrom(seed: number): Noise {
  let state = seed * 2654435761
  return (x) => {
    const unit = x.dtype === 'float32' ? 2 ** -24 : 2 ** -53
    const factors = Float64Array.from({ length: x.size }, () => {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
      return 1 + (state & 0x10000 ? 8 : -8) * unit
    })
    const { shape, dtype } = x
    return x.mul(new MLArray(factors, { shape, dtype, requiresGrad: false }))
  }
}

const usable = (x: MLArray): boolean => x.ndim > 0 && x.size > 0 && x.size <= LARGEST

function run(program: Program, move: Noise, given?: readonly MLArray[]): Reading {
  const leaves = program.leaves.map(({ shape, view, dtype }, i) => {
    const size = views[view]!.of(shape)
    // Of no pattern at all: equal sums would be kinks.
    return (
      given?.[i] ?? new Generator(7 * program.start + i).uniform(size, { low: -2, high: 2, dtype })
    )
  })
  const pool = leaves.map((leaf, i) => views[program.leaves[i]!.view]!.as(leaf)).filter(usable)
  const results: MLArray[] = []
  if (pool.length > 0)
    for (const { op, at, by } of program.steps) {
      const x = pool.at(-1 - (at % Math.min(pool.length, 3)))!
      const y = steps[op]!(move(x), by, move(pool[at % pool.length]!))
      if (!usable(y)) continue
      const kept = move(y)
      pool.push(kept)
      results.push(kept)
    }
  const loss = results
    .slice(-3)
    .map((y) =>
      y
        .astype('float64')
        .mul(sample(y.shape, 'float64', { start: 3 }).detach())
        .sum(),
    )
    .reduce((sum, term) => sum.add(term), new MLArray(0, { requiresGrad: false }))
  return { results, leaves, loss }
}

/** The numbers of all results, the loss and the gradients, named. */
function numbersOf(
  program: Program,
  kernels: KernelSet,
  move = quiet,
): Map<string, ArrayLike<number>> {
  setKernels(kernels)
  try {
    const { results, leaves, loss } = run(program, move)
    if (loss.requiresGrad) loss.backward()
    return new Map([
      ...results.map((y, i) => [`result ${i}`, y.toTypedArray()] as const),
      ...leaves.map((x, i) => [`gradient ${i}`, x.grad().toTypedArray()] as const),
    ])
  } finally {
    setKernels()
  }
}

const flat = (values: NestedValues): Value[] =>
  values instanceof Value ? [values] : values.flatMap(flat)

/** The same in scalar Values; undefined where there would be too many of them. */
function numbersInValues(program: Program): Map<string, ArrayLike<number>> | undefined {
  setKernels('plain')
  try {
    const { results, leaves, loss } = run(program, quiet)
    if (!loss.requiresGrad) return undefined
    const told = results.map(
      (y, i) => [`result ${i}`, flat(unroll(y)).map((value) => value.data)] as const,
    )
    flat(unroll(loss))[0]!.backward()
    const gradients = leaves.map((x, i) => [`gradient ${i}`, x.grad().toTypedArray()] as const)
    return new Map<string, ArrayLike<number>>([...told, ...gradients])
  } catch (error) {
    if ((error as { op?: unknown }).op === 'unroll') return undefined
    throw error
  } finally {
    setKernels()
  }
}

// ---- What must hold ----

const RUNS = 5

/** The first number in which a reading differs by more than rounding explains. */
function difference(
  plain: Map<string, ArrayLike<number>>,
  other: Map<string, ArrayLike<number>>,
  moved: readonly Map<string, ArrayLike<number>>[],
  unit: number,
): string | undefined {
  for (const [name, x] of plain) {
    const all = moved.map((reading) => reading.get(name)!)
    const y = other.get(name)!
    // A branch that chose other elements has other results: nothing can be said of them.
    if (all.some(({ length }) => length !== x.length)) return undefined
    if (x.length !== y.length) return `${name}: ${x.length} and ${y.length} elements`
    let largest = 0
    for (let i = 0; i < x.length; i++)
      if (Number.isFinite(x[i])) largest = Math.max(largest, Math.abs(x[i]!))
    for (let i = 0; i < x.length; i++) {
      if (Object.is(x[i], y[i]) || all.some((z) => !Number.isFinite(z[i]))) continue
      const spread = Math.max(...all.map((z) => Math.abs(z[i]! - x[i]!)))
      if (!(Math.abs(x[i]! - y[i]!) <= 8 * spread + 64 * unit * (1 + largest)))
        return `${name}, element ${i}: ${x[i]} and ${y[i]}, where rounding moves it by ${spread}`
    }
  }
  return undefined
}

/** `'same'`, or where two readings of a program differ. */
export function compared(program: Program): string {
  const isSingle =
    program.leaves.some(({ dtype }) => dtype === 'float32') ||
    program.steps.some(({ op }) => op === 'astype')
  const unit = isSingle ? 2 ** -24 : 2 ** -53
  const plain = numbersOf(program, 'plain')
  const moved = Array.from({ length: RUNS }, (_, i) =>
    numbersOf(program, 'plain', noiseFrom(i + 1)),
  )
  for (const kernels of ['relaxed', 'simd'] as const) {
    const found = difference(plain, numbersOf(program, kernels), moved, unit)
    if (found !== undefined) return `${kernels} and plain kernels: ${found}`
  }
  const values = numbersInValues(program)
  const found = values && difference(plain, values, moved, unit)
  return found === undefined ? slopes(program, isSingle) : `arrays and Values: ${found}`
}

/** The gradient along a direction against small steps; kinks between them are left out. */
function slopes(program: Program, isSingle: boolean): string {
  if (isSingle) return 'same'
  const { leaves, loss } = run(program, quiet)
  if (!loss.requiresGrad) return 'same'
  loss.backward()
  const directions = leaves.map((x, i) => numbers(x.size, { start: i + 11 }))
  const dot = (x: ArrayLike<number>, d: readonly number[]): number =>
    d.reduce((sum, toward, k) => sum + toward * x[k]!, 0)
  const slope = leaves.reduce((sum, x, i) => sum + dot(x.grad().toTypedArray(), directions[i]!), 0)
  const lossAt = (h: number, move = quiet): number => {
    const moved = leaves.map((x, i) => {
      const data = x.toTypedArray().map((value, k) => value + h * directions[i]![k]!)
      return new MLArray(data, { shape: x.shape })
    })
    return run(program, move, moved).loss.item()
  }
  const steepness = (h: number): number => (lossAt(h) - lossAt(-h)) / (2 * h)
  const [wide, narrow, narrower] = [steepness(1e-4), steepness(5e-5), steepness(2.5e-5)]
  // Of a smooth function each is four times as near as the one before; of a kink it is not.
  const [first, second] = [Math.abs(wide - narrow), Math.abs(narrow - narrower)]
  const rounding = Math.max(
    ...[1, 2, 3].map((i) => Math.abs(lossAt(0, noiseFrom(i)) - loss.item())),
  )
  const allowed = second + (8 * rounding + 2 ** -48 * (1 + Math.abs(loss.item()))) / 2.5e-5
  if (!Number.isFinite(allowed) || second > first / 2 + allowed - second) return 'same'
  return Math.abs(slope - narrower) <= 2 * allowed + 1e-6 * Math.abs(slope)
    ? 'same'
    : `gradients and small steps: ${slope} and ${narrower}, within ${allowed}`
}
