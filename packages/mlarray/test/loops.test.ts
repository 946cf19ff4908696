// The generated loops: up to date, and to the bit what the rows say, for every layout and dtype.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import {
  comparisons,
  numbers,
  operations,
  READS_OUTPUT,
  type ComparisonName,
} from '@smol/value/ops'
import { describe, expect, test } from 'vitest'
import { kernelNamed, partialNamed, type Kernel } from '../src/dispatch.ts'
import { source } from '../tools/loops.ts'

const FILE = new URL('../src/loops.ts', import.meta.url).pathname
const FORMATTER = new URL('../../../node_modules/.bin/oxfmt', import.meta.url).pathname

test('are up to date: pnpm generate mlarray writes them anew', () => {
  const options = { input: source(), encoding: 'utf8' } as const
  const formatted = execFileSync(FORMATTER, ['--stdin-filepath', FILE], options)
  expect(readFileSync(FILE, 'utf8')).toBe(formatted)
})

type Scalar = (...operands: number[]) => number
type Numbers = Float64Array | Float32Array

/** Where functions turn, and where numbers end. */
const CORNERS = [0, -0, 1, -1, 0.5, -2, 40.5, -41, 1e-310, 1e300, Infinity, -Infinity, NaN]

/** Operand `k`: longer than what is read of it, in an order of its own. */
function operand(k: number, dtype: 'float64' | 'float32'): Numbers {
  const strides = [1, 5, 7, 11]
  const data = Array.from({ length: 3 * 169 }, (_, i) => {
    const corner = CORNERS[Math.floor((i * strides[k]!) / (k === 0 ? 1 : 13)) % CORNERS.length]!
    return i % 17 === 16 ? Math.sin(i * (k + 1)) : corner
  })
  return dtype === 'float32' ? Float32Array.from(data) : Float64Array.from(data)
}

/** Every operand in steps of 1 and of others, repeated, and backwards. */
const LAYOUTS = [
  [1, 1, 1, 1],
  [0, 1, 2, 1],
  [1, 0, 1, 0],
  [-1, 2, 0, 3],
  [2, 3, -1, 0],
] as const

function check(kernel: Kernel, f: Scalar): void {
  for (const dtype of ['float64', 'float32'] as const) {
    const arrays = [0, 1, 2, 3].map((k) => operand(k, dtype))
    const [a, b, c, d] = arrays as [Numbers, Numbers, Numbers, Numbers]
    for (const [di, dj, dk, dl] of LAYOUTS) {
      const n = 160
      const [i, j, k, l] = [di, dj, dk, dl].map((step) => (step < 0 ? 200 : 3)) as number[] & []
      const out = operand(0, dtype).fill(7)
      kernel[dtype](out, 2, n, a, i!, di, b, j!, dj, c, k!, dk, d, l!, dl)
      const expected = operand(0, dtype).fill(7)
      for (let p = 0; p < n; p++) {
        const reads = [a[i! + p * di]!, b[j! + p * dj]!, c[k! + p * dk]!, d[l! + p * dl]!]
        expected[2 + p] = f(...reads.slice(0, kernel.arity))
      }
      expect(out, `${kernel.name}, ${dtype}, steps ${[di, dj, dk, dl].join()}`).toStrictEqual(
        expected,
      )
    }
  }
}

describe('compute, to the bit, what the row computes', () => {
  test.each(Object.keys(operations))('%s', (name) => {
    const { f, arity } = operations[name as keyof typeof operations]
    const kernel = kernelNamed(name)
    expect(kernel.arity).toBe(arity)
    check(kernel, f)
  })

  test.each(Object.keys(comparisons) as ComparisonName[])('%s', (name) => {
    check(kernelNamed(name), (a, b) => (comparisons[name](a, b) ? 1 : 0))
  })
})

describe('give, to the bit, dy times the partial derivative of the row', () => {
  const cases = Object.entries(operations).flatMap(([name, { arity }]) =>
    Array.from({ length: arity }, (_, index) => [name, index] as const),
  )
  test.each(cases)('%s, operand %i', (name, index) => {
    const { partials, arity, selects } = operations[name as keyof typeof operations]
    const rule = partials[index]!
    const partial = partialNamed(name, index)
    if (partial === undefined) {
      // Nothing to compute: dy itself, or zeros.
      expect([0, 1]).toContain(rule(numbers))
      return
    }
    const [kernel, bits] = partial
    const read = [1, 2, 4, READS_OUTPUT].filter((bit) => bits & bit)
    expect(kernel.arity).toBe(1 + read.length)
    check(kernel, (dy, ...given) => {
      const operandOf = (bit: number): number => given[read.indexOf(bit)] ?? 7
      const inputs = [1, 2, 4].slice(0, arity).map(operandOf)
      const d = rule<number, boolean>(numbers, ...inputs, operandOf(READS_OUTPUT))
      return selects && d === 0 ? 0 : dy * d
    })
  })
})

test('an operation of a user keeps its own function, whatever its name', async () => {
  const { customOp, MLArray } = await import('../src/index.ts')
  const tanh = customOp('tanh', { f: (x) => x + 1, df: () => 3 })
  const x = new MLArray([1, 2])
  const y = tanh(x)
  y.sum().backward()
  expect([y.toList(), x.grad().toList()]).toEqual([
    [2, 3],
    [3, 3],
  ])
})
