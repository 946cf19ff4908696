// The formulas of the tables of operations are the derivatives, at points between the edges.
import { expect, test } from 'vitest'
import { Value, where } from '../src/index.ts'
import { operations } from '../src/operation.ts'
import { binary, numbers, ternary, unary } from '../src/ops.ts'
import { derivative, ordinary, partialsOf, print, printShort, type Term } from '../tools/formula.ts'

type Names = Readonly<Record<string, number>>

const functionsOf = numbers as unknown as Record<string, (...xs: number[]) => number | boolean>

/** The number that a term is. */
function valueOf(term: Term, names: Names): number {
  if (typeof term === 'number') return term
  if (typeof term === 'string') return names[term]!
  if ('terms' in term) return term.terms.reduce<number>((sum, x) => sum + valueOf(x, names), 0)
  if ('factors' in term)
    return term.factors.reduce(
      (value, { base, power }) => value * valueOf(base, names) ** power,
      term.coefficient,
    )
  const operands = term.operands.map((x) => valueOf(x, names))
  if (term.op === 'where') return operands[0] === 0 ? operands[2]! : operands[1]!
  return Number(functionsOf[term.op]!(...operands))
}

/** Points inside the domain of a row, off the edges. */
function pointsOf(name: string, arity: number): number[][] {
  const row = { ...unary, ...binary, ...ternary }[name as 'tanh'] as { domain?: [number, number][] }
  return [0.13, 0.41, 0.87].map((t) =>
    Array.from({ length: arity }, (_, i) => {
      const [from, to] = row.domain?.[i] ?? [-3, 3]
      return from + (to - from) * ((t + 0.29 * i) % 1)
    }),
  )
}

test.each(Object.keys(operations))('the formulas of %s are its derivatives', (name) => {
  const { arity } = operations[name as keyof typeof operations]
  const operands = ['a', 'b', 'c'].slice(0, arity)
  const first = partialsOf(name, operands, 'y')
  for (const point of pointsOf(name, arity)) {
    const xs = point.map((x) => new Value(x))
    const y = valueAt(name, xs)
    const names = { a: point[0]!, b: point[1]!, c: point[2]!, y: y.data }
    y.backward({ createGraph: true })
    const slopes = xs.map((x) => x.gradNode)
    for (const [i, term] of first.entries()) {
      expect(valueOf(ordinary(term), names)).toBeCloseTo(slopes[i]?.data ?? 0, 10)
      for (const x of xs) x.grad = 0
      if (slopes[i]?.requiresGrad === true) slopes[i].backward()
      for (const [k, operand] of operands.entries()) {
        const second = derivative(term, operand, first[k]!)
        expect(valueOf(ordinary(second), names)).toBeCloseTo(xs[k]!.grad, 9)
      }
    }
  }
})

type Methods = Readonly<Record<string, (...operands: Value[]) => Value>>

function valueAt(name: string, xs: readonly Value[]): Value {
  const [x, ...rest] = xs as [Value, Value, Value]
  return name === 'where' ? where(x, ...rest) : (x as unknown as Methods)[name]!(...rest)
}

test.each([
  [partialsOf('sigmoid', ['x'], 'y')[0]!, 'y · (1 − y)'],
  [
    derivative(partialsOf('sqrt', ['x'], 'y')[0]!, 'x', partialsOf('sqrt', ['x'], 'y')[0]!),
    '−1 / (4 · y³)',
  ],
  [partialsOf('sub', ['a', 'b'], 'y')[1]!, '−1'],
  [partialsOf('acosh', ['x'], 'y')[0]!, '1 / (√(x − 1) · √(x + 1))'],
  [
    partialsOf('clip', ['x', 'min', 'max'], 'y')[0]!,
    '(1 where x ≤ max, else 0) where x ≥ min, else 0',
  ],
  [ordinary(partialsOf('asin', ['x'], 'y')[0]!), '1 / √(1 − x²)'],
  [ordinary(partialsOf('mod', ['a', 'b'], 'y')[1]!), '−round(a / b − y / b)'],
  [partialsOf('erfc', ['x'], 'y')[0]!, '−2 · exp(−x²) / √π'],
])('a formula is short: %#', (term, text) => {
  expect(print(term)).toBe(text)
})

test('what a long formula repeats has a letter, and a choice of sign is a size', () => {
  expect(printShort(partialsOf('softplus', ['x', 'k'], 'y')[1]!)).toBe(
    '(−s · sigmoid(−s) − softplus(−s)) / k²; s = |k · x|',
  )
  const [slope] = partialsOf('silu', ['x'], 'y')
  expect(printShort(derivative(slope!, 'x', slope!))).toBe(
    '(1 − s) · (2 · s + y · (1 − s) − y · s); s = sigmoid(x)',
  )
})
