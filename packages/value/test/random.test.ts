// Random expression graphs: Value beside an evaluation that knows no graph, and beside differences.
import {
  array,
  assert,
  constantFrom,
  double,
  integer,
  property,
  record,
  type Arbitrary,
} from 'fast-check'
import { expect, test } from 'vitest'
import { grad, hessian, jvp, Value } from '../src/index.ts'
import { checkGrads } from '../src/testing.ts'
import { expectClose } from './close.ts'
import { compared, programs } from './fuzz/programs.ts'

// Operations that are smooth and stay of moderate size.
const ONE = [
  'neg',
  'square',
  'sin',
  'cos',
  'tanh',
  'sigmoid',
  'atan',
  'softplus',
  'erf',
  'gelu',
] as const
const TWO = ['add', 'sub', 'mul', 'hypot', 'logaddexp'] as const

type Step = {
  readonly op: (typeof ONE)[number] | (typeof TWO)[number]
  readonly a: number
  readonly b: number
}

/** Every step applies an operation to results of earlier ones, so that nodes are shared. */
const program: Arbitrary<Step[]> = array(
  record({
    op: constantFrom(...ONE, ...TWO),
    a: integer({ min: 0, max: 99 }),
    b: integer({ min: 0, max: 99 }),
  }),
  { minLength: 1, maxLength: 14 },
)
const point = array(double({ min: -2, max: 2, noNaN: true }), { minLength: 2, maxLength: 2 })

function run<T>(
  steps: readonly Step[],
  xs: readonly T[],
  call: (op: Step['op'], a: T, b: T) => T,
): T {
  const results = [...xs]
  for (const { op, a, b } of steps) {
    results.push(call(op, results[a % results.length]!, results[b % results.length]!))
  }
  return results.at(-1)!
}

const asValues =
  (steps: readonly Step[]) =>
  (x: Value, y: Value): Value =>
    // A bounded result whatever the program is.
    run(steps, [x, y], (op, a, b) =>
      ((TWO as readonly string[]).includes(op) ? a[op](b) : a[op as 'sin']()).tanh(),
    )

const OWN: Record<Step['op'], (a: number, b: number) => number> = {
  neg: (a) => 0 - a,
  square: (a) => a ** 2,
  sin: Math.sin,
  cos: (a) => Math.sin(a + Math.PI / 2),
  tanh: (a) => (Math.exp(2 * a) - 1) / (Math.exp(2 * a) + 1),
  sigmoid: (a) => (1 + Math.tanh(a / 2)) / 2,
  atan: (a) => Math.atan2(a, 1),
  softplus: (a) => Math.log(1 + Math.exp(a)),
  erf: erfBySeries,
  gelu: (a) => (a / 2) * (1 + erfBySeries(a / Math.SQRT2)),
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  hypot: (a, b) => Math.sqrt(a * a + b * b),
  logaddexp: (a, b) => Math.log(Math.exp(a) + Math.exp(b)),
}

function erfBySeries(x: number): number {
  let [term, sum] = [x, x]
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

test('evaluate as plain numbers do', () => {
  assert(
    property(program, point, (steps, at) => {
      const [x, y] = at as [number, number]
      const expected = run(steps, [x, y], (op, a, b) => Math.tanh(OWN[op](a, b)))
      expectClose(asValues(steps)(new Value(x), new Value(y)).data, expected, {
        relative: 1e-9,
        absolute: 1e-11,
      })
    }),
    { numRuns: 300 },
  )
})

test('have first and second derivatives that differences confirm', () => {
  assert(
    property(program, point, (steps, at) => {
      // hypot is not smooth at the origin.
      const smooth = steps.filter(({ op }) => op !== 'hypot')
      checkGrads(asValues(smooth), at, {
        order: 2,
        directions: 1,
        tolerance: 1e-4,
      })
    }),
    { numRuns: 100 },
  )
})

test('give the same derivative stored, recorded, forward and functional', () => {
  assert(
    property(program, point, (steps, at) => {
      const f = asValues(steps)
      const [x, y] = at.map((data) => new Value(data)) as [Value, Value]
      const result = f(x, y)
      result.backward()
      const stored = [x.grad + 0, y.grad + 0]
      for (const input of [x, y]) input.zeroGrad()
      result.backward({ createGraph: true })
      expect([x.grad + 0, y.grad + 0]).toEqual(stored)
      expect(grad(f)(x.data, y.data).map((dx) => dx.data + 0)).toEqual(stored)
      const [, forward] = jvp(f)([x.data, y.data], [1, 0])
      expectClose(forward.data, stored[0]!, { relative: 1e-9, absolute: 1e-9 })
    }),
    { numRuns: 200 },
  )
})

test('have a symmetric Hessian', () => {
  assert(
    property(program, point, (steps, at) => {
      // hypot is not smooth at the origin: near there its second derivatives are of any size.
      const smooth = steps.filter(({ op }) => op !== 'hypot')
      const [[, xy], [yx]] = hessian(asValues(smooth))(...(at as [number, number]))
      expectClose(xy.data, yx.data, { relative: 1e-9, absolute: 1e-9 })
    }),
    { numRuns: 100 },
  )
})

test('over all rows and operations on lists mean the same in every reading', () => {
  assert(
    property(programs, (steps) => {
      expect(compared(steps)).toBe('same')
    }),
    { numRuns: 500 },
  )
})
