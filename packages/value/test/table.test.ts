// Every row, without code per operation: its value and derivatives beside an independent reference, its
// derivatives beside differences, numbers beside Values, and the tables beside the types.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { apply } from '../src/apply.ts'
import { gradients } from '../src/graph.ts'
import { constant, Value, where } from '../src/index.ts'
import { operations, type ScalarOperation } from '../src/operation.ts'
import { binary, comparisons, numbers, ternary, unary } from '../src/ops.ts'
import { checkGrads } from '../src/testing.ts'
import { expectClose } from './close.ts'

type Point = { at: number[]; orders: number[]; result: number }

const reference = new Map<string, Point[]>()
const csv = readFileSync(new URL('reference.csv', import.meta.url), 'utf8')
for (const line of csv.trim().split('\n').slice(1)) {
  const [op, at, orders, result] = line.split(',') as [string, string, string, string]
  const point = {
    at: at.split(' ').map(Number),
    orders: orders.split(' ').map(Number),
    result: Number(result),
  }
  reference.set(op, [...(reference.get(op) ?? []), point])
}

const rows = { ...unary, ...binary, ...ternary }
const names = Object.keys(rows) as (keyof typeof rows)[]

/** Calls an operation as a user would: as a method, or `where`. */
function call(name: keyof typeof rows, xs: readonly Value[]): Value {
  if (name === 'where') return where(xs[0]!, xs[1]!, xs[2]!)
  const methods = xs[0] as unknown as Record<string, (...rest: Value[]) => Value>
  return methods[name]!(...xs.slice(1))
}

/** The derivative of the given order in each argument. */
function derivative(
  name: keyof typeof rows,
  at: readonly number[],
  orders: readonly number[],
): number {
  const xs = at.map((x) => new Value(x))
  let y: Value = call(name, xs)
  for (const [i, order] of orders.entries()) {
    for (let k = 0; k < order; k++) {
      y = (gradients(y, constant(1), [xs[i]!])[0] as Value | undefined) ?? constant(0)
    }
  }
  return y.data
}

describe.each(names)('%s', (name) => {
  const op: ScalarOperation = operations[name]
  const points = reference.get(name) ?? []

  test('has its value and three derivatives', () => {
    expect(points.length, `lines of ${name} in reference.csv (see reference.py)`).toBeGreaterThan(3)
    for (const { at, orders, result } of points) {
      const order = orders.reduce((a, b) => a + b)
      const what = `${name}(${at.join(', ')}), derivative ${orders.join(' ')}:`
      const tolerance = order === 0 ? { relative: 4e-14 } : { relative: 1e-9, absolute: 1e-13 }
      expectClose(derivative(name, at, orders), result, { ...tolerance, what })
    }
  })

  test('is the same on numbers and on Values, and its pass the same recorded or not', () => {
    for (const at of samples(name, 20)) {
      const xs = at.map((x) => new Value(x))
      const y = call(name, xs)
      expect(y.data).toBe(op.f(...at))
      y.backward()
      const recorded = gradients(y, constant(1), xs).map((x) => (x as Value | undefined)?.data ?? 0)
      expect(recorded).toEqual(xs.map((x) => x.grad))
    }
  })

  test('has derivatives that differences confirm', () => {
    for (const at of samples(name, 3)) {
      const fixed = at.slice(0, name === 'where' ? 1 : 0)
      const f = (...xs: Value[]): Value => call(name, [...fixed.map(constant), ...xs])
      checkGrads(f, at.slice(fixed.length), { order: 2, directions: 1, tolerance: 1e-4 })
    }
  })

  test('takes extreme values without throwing, and NaN gives NaN', () => {
    const extremes = [0, -0, 1, -1, 5e-324, -1e-308, 1e308, -1e308, Infinity, -Infinity, NaN]
    for (const first of extremes) {
      for (const second of op.arity === 1 ? [0] : extremes) {
        const at = [first, second, 1].slice(0, op.arity)
        const xs = at.map((x) => new Value(x))
        const y = call(name, xs)
        expect(y.data).toBe(op.f(...at))
        y.backward()
        const recorded = gradients(y, constant(1), xs) as (Value | undefined)[]
        const plain = recorded.map((dx) => (dx?.data ?? 0) + 0)
        expect(plain, `${name}(${at.join(', ')})`).toEqual(xs.map((x) => x.grad + 0))
        const escapes = name === 'where' || name === 'pow' || name === 'hypot' || first === second
        if (at.some(Number.isNaN) && !escapes && name !== 'leakyRelu' && name !== 'elu') {
          expect(y.data, `${name}(${at.join(', ')})`).toBeNaN()
        }
      }
    }
  })

  test('applied to untracked Values is untracked', () => {
    const at = samples(name, 1)[0]!
    const y = call(
      name,
      at.map((x) => new Value(x, { requiresGrad: false })),
    )
    expect([y.requiresGrad, y.inputs.length]).toEqual([false, 0])
    expect(apply(op, ...(at.map(constant) as [Value])).op).toBe('constant')
  })
})

/** Points of the row's domain, away from kinks: the fractions avoid integers and halves. */
function samples(name: keyof typeof rows, count: number): number[][] {
  const { domain } = rows[name] as { domain?: readonly (readonly [number, number])[] }
  return Array.from({ length: count }, (_, k) =>
    Array.from({ length: operations[name].arity }, (__, i) => {
      const [from, to] = domain?.[i] ?? [-3, 3]
      return from + (to - from) * ((0.1234 + 0.618034 * (k + 1) + 0.3819 * i * (k + 2)) % 1)
    }),
  )
}

test('the tables are the methods of Value, and the arithmetic of numbers', () => {
  const methods = Object.getOwnPropertyNames(Value.prototype)
  for (const name of [...names, ...Object.keys(comparisons)]) {
    expect(methods.includes(name), name).toBe(name !== 'where')
  }
  for (const name of [
    ...Object.keys({ ...unary, ...binary }),
    ...Object.keys(comparisons),
    'where',
  ]) {
    expect(numbers).toHaveProperty(name)
  }
})

test('comparisons return plain booleans, by IEEE 754', () => {
  const [one, two, nan] = [new Value(1), new Value(2), new Value(NaN)]
  expect([one.eq(1), one.ne(two), one.lt(two), one.le(1), one.gt(two), two.ge(2)]).toEqual([
    true,
    true,
    true,
    true,
    false,
    true,
  ])
  expect([nan.eq(nan), nan.ne(nan), nan.lt(1), nan.ge(1)]).toEqual([false, true, false, false])
})
