// Random programs over the operations of arrays, in three readings: by fast kernels, by plain ones, and by
// scalar Values; their gradients in the same three, and by small steps.
//
// Their derivatives also in forward mode, and those of second order likewise.
//
// How far two readings may be apart is found, not set: the plain program runs again with every input and
// result of every operation moved by a few units in the last place, at random. What that does to a number is
// what rounding may do to it, sums that cancel and branches that flip included.
import { array, constantFrom, nat, record, type Arbitrary } from 'fast-check'
import {
  Generator,
  jvp,
  MLArray,
  setKernels,
  unroll,
  Value,
  type DType,
  type KernelSet,
  type NestedValues,
} from '../../src/index.ts'
import { numbers, sample, views } from '../sample.ts'
import { steps } from './steps.ts'

type Leaf = { readonly shape: number[]; readonly view: string; readonly dtype: DType }

export type Program = {
  readonly leaves: readonly Leaf[]
  readonly steps: readonly { readonly op: string; readonly at: number; readonly by: number }[]
  readonly start: number
  readonly order: number
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
  // Second derivatives take several times as long.
  order: constantFrom(1, 1, 1, 2),
})

// ---- Running one ----

type Noise = (x: MLArray) => MLArray

type Reading = { readonly results: MLArray[]; readonly leaves: MLArray[]; readonly loss: MLArray }

const quiet: Noise = (x) => x

/** A few units in the last place up or down, at random from a seed; from an odd one the other way. */
function noiseFrom(seed: number): Noise {
  let state = (seed >> 1) * 2654435761 + 1
  const sign = seed % 2 === 0 ? 1 : -1
  return (x) => {
    const unit = x.dtype === 'float32' ? 2 ** -24 : 2 ** -53
    const factors = Float64Array.from({ length: x.size }, () => {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
      // 4 to 12 units, so that two hardly ever cancel.
      const size = 4 + 8 * (state / 2 ** 32)
      return 1 + (state & 0x10000 ? sign : -sign) * size * unit
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
      const result = steps[op]!(move(x), by, move(pool[at % pool.length]!))
      const y = result.ndim === 0 ? result.reshape([1]) : result
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

type Named = Map<string, ArrayLike<number>>

/** Where the leaves move to. */
const directionsOf = (leaves: readonly MLArray[]): number[][] =>
  leaves.map((x, i) => numbers(x.size, { start: i + 11 }))

const dot = (x: ArrayLike<number>, d: readonly number[]): number =>
  d.reduce((sum, toward, k) => sum + toward * x[k]!, 0)

/** What the leaves have as gradients, and how fast the loss changes along the directions. */
function gradientsOf(leaves: readonly MLArray[], name: string): Named {
  const gradients = leaves.map((x) => {
    const dx = x.grad()
    if (dx.dtype !== x.dtype) throw new Error(`${name} of ${x.dtype} is ${dx.dtype}`)
    return dx.toTypedArray()
  })
  const slope = directionsOf(leaves).reduce((sum, d, i) => sum + dot(gradients[i]!, d), 0)
  return new Map<string, ArrayLike<number>>([
    ...gradients.map((dx, i) => [`${name} ${i}`, dx] as const),
    [`${name} along`, [slope]],
  ])
}

/** The gradients that a pass from `loss` leaves, and those of the change of the loss along the directions. */
function derivativesOf(
  { order }: Program,
  leaves: readonly MLArray[],
  loss: MLArray | Value,
): Named {
  if (!loss.requiresGrad) return new Map()
  const createGraph = order === 2
  if (loss instanceof Value) loss.backward({ createGraph })
  else loss.backward({ createGraph })
  const first = gradientsOf(leaves, 'gradient')
  if (order === 1) return first
  const toward = directionsOf(leaves)
  const slope = leaves
    .flatMap((x, i) => {
      const node = x.gradNode()
      return node === undefined
        ? []
        : [node.mul(new MLArray(toward[i]!, { shape: x.shape, requiresGrad: false })).sum()]
    })
    .reduce((sum, term) => sum.add(term), new MLArray(0, { requiresGrad: false }))
  for (const x of leaves) x.zeroGrad()
  if (slope.requiresGrad) slope.backward()
  return new Map([...first, ...gradientsOf(leaves, 'curvature')])
}

/** The numbers of all results, and the derivatives of the loss, named. */
function numbersOf(program: Program, kernels: KernelSet, move = quiet): Named {
  setKernels(kernels)
  try {
    const { results, leaves, loss } = run(program, move)
    const told = results.map((y, i) => [`result ${i}`, y.toTypedArray()] as const)
    return new Map([...told, ...derivativesOf(program, leaves, loss)])
  } finally {
    setKernels()
  }
}

/** How fast the loss changes along the directions, in forward mode. */
function forward(program: Program): Named {
  const leaves = run(program, quiet).leaves
  const toward = directionsOf(leaves).map(
    (d, i) => new MLArray(d, { shape: leaves[i]!.shape, requiresGrad: false }),
  )
  const lossOf = (...xs: MLArray[]): MLArray => run(program, quiet, xs).loss
  const [, slope] = jvp(lossOf)(leaves, toward)
  return new Map([['gradient along', slope.toTypedArray()]])
}

const flat = (values: NestedValues): Value[] =>
  values instanceof Value ? [values] : values.flatMap(flat)

/** The same in scalar Values; undefined where there would be too many of them. */
function numbersInValues(program: Program): Named | undefined {
  setKernels('plain')
  try {
    const { results, leaves, loss } = run(program, quiet)
    if (!loss.requiresGrad) return undefined
    const told = results.map(
      (y, i) => [`result ${i}`, flat(unroll(y)).map((value) => value.data)] as const,
    )
    const root = flat(unroll(loss))[0]!
    return new Map<string, ArrayLike<number>>([...told, ...derivativesOf(program, leaves, root)])
  } catch (error) {
    if ((error as { op?: unknown }).op === 'unroll') return undefined
    throw error
  } finally {
    setKernels()
  }
}

// ---- What must hold ----

const RUNS = 6

/** The first number in which a reading differs by more than rounding explains. */
function difference(
  plain: Named,
  other: Named,
  moved: readonly Named[],
  unit: number,
): string | undefined {
  for (const [name, x] of plain) {
    const all = moved.map((reading) => reading.get(name)!)
    const y = other.get(name)
    if (y === undefined) continue
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
  const moved = Array.from({ length: RUNS }, (_, i) => numbersOf(program, 'plain', noiseFrom(i)))
  const others: Readonly<Record<string, () => Named | undefined>> = {
    'relaxed and plain kernels': () => numbersOf(program, 'relaxed'),
    'simd and plain kernels': () => numbersOf(program, 'simd'),
    'arrays and Values': () => numbersInValues(program),
    'reverse and forward mode': () => (plain.has('gradient along') ? forward(program) : undefined),
  }
  for (const [name, read] of Object.entries(others)) {
    const other = read()
    const found = other && difference(plain, other, moved, unit)
    if (found !== undefined) return `${name}: ${found}`
  }
  if (isSingle || !plain.has('gradient along')) return 'same'
  const lossAt: Along = (h, move) => runAt(program, h, move).loss.item()
  const slopeAt: Along = (h, move) => {
    const { leaves, loss } = runAt(program, h, move)
    return derivativesOf({ ...program, order: 1 }, leaves, loss).get('gradient along')![0]!
  }
  const found =
    againstSteps(lossAt, plain.get('gradient along')![0]!) ??
    (program.order === 2 ? againstSteps(slopeAt, plain.get('curvature along')![0]!) : undefined)
  return found ?? 'same'
}

type Along = (h: number, move?: Noise) => number

/** The program with its leaves moved along the directions. */
function runAt(program: Program, h: number, move = quiet): Reading {
  const { leaves } = run(program, quiet)
  const toward = directionsOf(leaves)
  const given = leaves.map((x, i) => {
    const data = x.toTypedArray().map((value, k) => value + h * toward[i]![k]!)
    return new MLArray(data, { shape: x.shape })
  })
  return run(program, move, given)
}

/** A slope against small steps; kinks between them are left out. */
function againstSteps(f: Along, slope: number): string | undefined {
  const sizes = [1e-5, 5e-6, 2.5e-6, 1.25e-6]
  const least = sizes[3]!
  const found = sizes.map((h) => (f(h) - f(-h)) / (2 * h))
  const changes = [0, 1, 2].map((i) => Math.abs(found[i]! - found[i + 1]!))
  const here = f(0)
  const noise = Math.max(...[1, 2, 3].map((i) => Math.abs(f(0, noiseFrom(i)) - here)))
  const rounding = (8 * noise + 2 ** -48 * (1 + Math.abs(here))) / least
  // Of a smooth function each is four times as near as the one before; of a kink or a jump it is not.
  const isSmooth = [0, 1].every((i) => {
    const [one, next] = [changes[i]!, changes[i + 1]!]
    return next <= one / 2 + rounding && one <= 8 * next + rounding
  })
  // What a kink within the smallest step takes from the slope; of a smooth function next to nothing.
  const bend = Math.abs(f(least) - 2 * here + f(-least)) / (2 * least)
  const allowed = 2 * (changes[2]! + rounding + bend) + 1e-6 * Math.abs(slope)
  if (!isSmooth || !Number.isFinite(allowed)) return undefined
  const last = found[3]!
  if (Math.abs(slope - last) <= allowed) return undefined
  return `derivatives and small steps: ${slope} and ${last}, within ${allowed}`
}
