// Random programs over all rows and the operations on lists, each in several readings: the numbers by
// functions that know no graph; the gradient stored, recorded, functional and forward; and by small steps,
// once for first derivatives and once for second ones.
//
// How far two readings may be apart is found, not set: the program runs again with the result of every
// operation moved by a few units in the last place. What that does to a number is what rounding may do to it.
import { array, constantFrom, nat, record, type Arbitrary } from 'fast-check'
import { customOp, dot, grad, hessian, jvp, sum, Value, where } from '../../src/index.ts'
import { binary, operations, ternary, unary, type UnaryRow } from '../../src/lift.ts'

const CUBE: UnaryRow = { f: (x) => x ** 3, df: (m, x) => m.mul(3, m.square(x)) }
const cube = customOp('cube', CUBE)

type Interval = readonly [number, number]
type Row = { readonly domain?: readonly Interval[] }

/** From where each row takes its operands. A new row of the tables is among them by itself. */
const rows: Readonly<Record<string, { readonly domains: readonly Interval[] }>> = {
  ...Object.fromEntries(
    Object.entries({ ...unary, ...binary, ...ternary }).map(([name, row]) => {
      const arity = name in unary ? 1 : name in binary ? 2 : 3
      const domains = Array.from(
        { length: arity },
        (_, i) => (row as Row).domain?.[i] ?? ([-3, 3] as const),
      )
      return [name, { domains }]
    }),
  ),
  cube: { domains: [[-2, 2]] },
  'sum of three': { domains: [[-3, 3], [-3, 3], [-3, 3]] }, // prettier-ignore
  'dot of two': { domains: [[-3, 3], [-3, 3]] }, // prettier-ignore
  'dot with a bias': { domains: [[-3, 3], [-3, 3], [-3, 3]] }, // prettier-ignore
}

/** What knows how to apply a row, for one kind of operand. */
type Reading<T> = {
  readonly constant: (x: number) => T
  readonly apply: (name: string, xs: readonly T[]) => T
}

const onNumbers: Reading<number> = {
  constant: (x) => x,
  apply: (name, xs) => {
    const [a, b, c] = xs as [number, number, number]
    if (name === 'cube') return CUBE.f(a)
    if (name === 'sum of three') return 0 + a + b + c
    if (name === 'dot of two') return 0 + a * b + b * a
    if (name === 'dot with a bias') return c + a * b + b * a
    if (name === 'where') return a > 0 ? b : c
    return operations[name as keyof typeof operations].f(...xs)
  },
}

const onValues: Reading<Value> = {
  constant: (x) => new Value(x, { requiresGrad: false }),
  apply: (name, xs) => {
    const [a, b, c] = xs as [Value, Value, Value]
    if (name === 'cube') return cube(a)
    if (name === 'sum of three') return sum([a, b, c])
    if (name === 'dot of two') return dot([a, b], [b, a])
    if (name === 'dot with a bias') return dot([a, b], [b, a], c)
    if (name === 'where') return where(a.gt(0), b, c)
    return (a as unknown as Record<string, (...rest: Value[]) => Value>)[name]!(...xs.slice(1))
  },
}

/** The same with every result moved by a few units in the last place, at random from a seed. */
function noisy(seed: number): Reading<Value> {
  let state = seed * 2654435761
  return {
    ...onValues,
    apply: (name, xs) => {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
      return onValues.apply(name, xs).mul(1 + (state & 0x10000 ? 8 : -8) * 2 ** -53)
    },
  }
}

export type Program = {
  readonly steps: readonly { readonly op: string; readonly at: readonly number[] }[]
  readonly point: readonly number[]
}

/** Every step applies an operation to earlier results, so that nodes are shared. */
export const programs: Arbitrary<Program> = record({
  steps: array(
    record({
      op: constantFrom(...Object.keys(rows)),
      at: array(nat(99), { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  // Of no pattern at all: at 0 and where both are equal there are kinks.
  point: array(
    nat(2 ** 20).map((n) => ((n * 0.6180339887498949 + 0.1371) % 1) * 4 - 2),
    { minLength: 2, maxLength: 2 },
  ),
})

/** Each operand is first brought into its domain, smoothly, so that results stay of moderate size. */
function run<T>({ steps }: Program, xs: readonly T[], { constant, apply }: Reading<T>): T {
  const into = (x: T, [from, to]: Interval): T => {
    const share = apply('tanh', [x])
    const scaled = apply('mul', [share, constant((to - from) / 2)])
    return apply('add', [scaled, constant((to + from) / 2)])
  }
  const results = [...xs]
  for (const { op, at } of steps) {
    const operands = rows[op]!.domains.map((domain, i) =>
      into(results[at[i]! % results.length]!, domain),
    )
    results.push(apply(op, operands))
  }
  return apply('tanh', [results.at(-1)!])
}

// ---- What must hold ----

type Derivatives = { readonly first: readonly number[]; readonly second: readonly number[] }

function derivatives(program: Program, reading = onValues): Derivatives {
  const f = (...xs: Value[]): Value => run(program, xs, reading)
  const second = (hessian(f)(...program.point) as Value[][]).flat().map((x) => x.data)
  return { first: (grad(f)(...program.point) as Value[]).map((x) => x.data), second }
}

/** The gradient as a pass stores it. */
function stored(program: Program, createGraph: boolean): number[] {
  const xs = program.point.map((x) => new Value(x))
  const y = run(program, xs, onValues)
  if (y.requiresGrad) y.backward({ createGraph })
  return xs.map((x) => x.grad)
}

function forward(program: Program): number[] {
  const f = (...xs: Value[]): Value => run(program, xs, onValues)
  return program.point.map((_, i) => {
    const toward = program.point.map((__, j) => (i === j ? 1 : 0))
    return jvp(f)(program.point, toward)[1].data
  })
}

/** The first element in which two lists differ by more than rounding explains. */
function difference(
  what: string,
  own: readonly number[],
  other: readonly number[],
  moved: readonly (readonly number[])[],
): string | undefined {
  for (const [i, x] of own.entries()) {
    const y = other[i]!
    if (Object.is(x, y) || x === y) continue
    const spread = Math.max(...moved.map((list) => Math.abs(list[i]! - x)))
    // Beside a pole or a jump rounding may do anything.
    if (!Number.isFinite(spread) || spread > 1e-3 * (1 + Math.abs(x))) continue
    if (!(Math.abs(x - y) <= 8 * spread + 64 * 2 ** -53 * (1 + Math.abs(x))))
      return `${what}, element ${i}: ${x} and ${y}, where rounding moves it by ${spread}`
  }
  return undefined
}

const MOVED = [1, 2, 3, 4, 5]

/** `'same'`, or where two readings of a program differ. */
export function compared(program: Program): string {
  const value = run(program, program.point, onNumbers)
  const xs = program.point.map((x) => new Value(x))
  const { data } = run(program, xs, onValues)
  if (!Object.is(value, data)) return `numbers and Values: ${value} and ${data}`
  const own = derivatives(program)
  const moved = MOVED.map((seed) => derivatives(program, noisy(seed)))
  const first = moved.map((each) => each.first)
  return (
    difference('stored', own.first, stored(program, false), first) ??
    difference('recorded', own.first, stored(program, true), first) ??
    difference('forward', own.first, forward(program), first) ??
    symmetric(own.second, moved) ??
    slopes(program, own) ??
    'same'
  )
}

function symmetric(second: readonly number[], moved: readonly Derivatives[]): string | undefined {
  const [, xy, yx] = second as [number, number, number, number]
  return difference(
    'transposed',
    [xy],
    [yx],
    moved.map((each) => [each.second[1]!]),
  )
}

/** Derivatives along a direction against small steps; kinks between them are left out. */
function slopes(program: Program, { first, second }: Derivatives): string | undefined {
  const direction = [0.8, -0.6]
  const along = (list: readonly number[]): number =>
    list.reduce((total, x, i) => total + x * direction[i]!, 0)
  const movedBy = (h: number): Program => ({
    ...program,
    point: program.point.map((x, i) => x + h * direction[i]!),
  })
  const valueAt = (h: number): number => run(program, movedBy(h).point, onNumbers)
  const slopeAt = (h: number): number => along(stored(movedBy(h), false))
  const curvature = along([along(second.slice(0, 2)), along(second.slice(2))])
  return (
    confirmed('gradients and small steps', along(first), valueAt) ??
    confirmed('second derivatives and small steps', curvature, slopeAt)
  )
}

function confirmed(what: string, slope: number, f: (h: number) => number): string | undefined {
  const steepness = (h: number): number => (f(h) - f(-h)) / (2 * h)
  const [wide, narrow, narrower] = [steepness(1e-4), steepness(5e-5), steepness(2.5e-5)] as const
  // At a kink the slopes of both sides stay apart; of a smooth function they are half as far apart each time.
  const apart = (h: number): number => Math.abs(f(h) - 2 * f(0) + f(-h)) / h
  // Of a smooth function each is four times as near as the one before; beside a kink it is not.
  const [before, after] = [Math.abs(wide - narrow), Math.abs(narrow - narrower)]
  const rounding = (2 ** -40 * (1 + Math.abs(f(0)))) / 2.5e-5
  const allowed = 2 * (after + rounding) + 1e-6 * Math.abs(slope)
  const isSmooth =
    Number.isFinite(before) &&
    after <= before / 2 + rounding &&
    apart(2.5e-5) <= 0.7 * apart(5e-5) + rounding
  if (!isSmooth || Math.abs(slope - narrower) <= allowed) return undefined
  return `${what}: ${slope} and ${narrower}, within ${allowed}`
}
