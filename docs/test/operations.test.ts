// The tables of operations: up to date, complete, and true at points between the edges.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MLArray } from '@smol/mlarray'
import * as functions from '@smol/mlarray'
import { Value, where } from '@smol/value'
import { binary, comparisons, numbers, operations, ternary, unary } from '@smol/value/ops'
import { expect, test } from 'vitest'
import { derivative, ordinary, partialsOf, print, printShort, type Term } from '../tools/formula.ts'
import { page } from '../tools/operations.ts'

const committed = readFileSync(join(import.meta.dirname, '..', 'operations.md'), 'utf8')
const rows = Object.keys({ ...unary, ...binary, ...ternary, ...comparisons })

const plain = (text: string): string =>
  text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---').trim()

test('docs/operations.md is up to date: pnpm generate docs writes it', () => {
  expect(plain(committed)).toBe(plain(page()))
})

/** The names in the first column. */
const listed = new Set(
  Array.from(committed.matchAll(/^\| `(?:\w+\.)?(\w+)(?:\([^`]*\))?` +\|/gm), ([, name]) => name!),
)

test('every row and every operation of arrays is listed', () => {
  const others = new Set(
    `constructor ndim dtype requiresGrad op label detach set toList item toTypedArray at allClose arrayEqual
    backward grad gradNode zeroGrad onGradient assign toString toJSON inputs describe`.split(/\s+/),
  )
  const methods = Object.getOwnPropertyNames(MLArray.prototype).filter((name) => !others.has(name))
  expect([...rows, ...methods].filter((name) => !listed.has(name))).toEqual([])
})

test('what is listed exists', () => {
  const names = [
    ...rows,
    ...Object.keys(functions),
    ...Object.getOwnPropertyNames(MLArray.prototype),
  ]
  const primitives = 'checkpoint copy fromValues place recurrence surprisal'.split(' ')
  expect([...listed].filter((name) => ![...names, ...primitives].includes(name))).toEqual([])
})

// ---- Formulas ----

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
  [partialsOf('asin', ['x'], 'y')[0]!, '1 / √((1 − x) · (1 + x))'],
  [
    partialsOf('clip', ['x', 'min', 'max'], 'y')[0]!,
    '(1 where x ≤ max, else 0) where x ≥ min, else 0',
  ],
])('a formula is short: %#', (term, text) => {
  expect(print(term)).toBe(text)
})

test('what a long formula repeats has a letter', () => {
  const [slope] = partialsOf('silu', ['x'], 'y')
  expect(printShort(derivative(slope!, 'x', slope!))).toBe(
    '(1 − s) · (2 · s + y · (1 − s) − y · s); s = sigmoid(x)',
  )
})
