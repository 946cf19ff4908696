// Every structural operation beside NumPy, in bulk: tools/numpy-cases.py made the cases.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as functions from '../src/index.ts'
import { MLArray, split } from '../src/index.ts'

type Result = { readonly shape: readonly number[]; readonly data: readonly (number | string)[] }
type Case = readonly [
  name: string,
  arrays: readonly (readonly [shape: readonly number[], view: string])[],
  given: readonly unknown[],
  result: Result | readonly Result[] | null,
]

const cases = readFileSync(join(import.meta.dirname, 'numpy.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case)

/** The elements that the generator of the cases gives an array of this shape. */
function base(shape: readonly number[], dtype: functions.DType): MLArray {
  const size = shape.reduce((product, n) => product * n, 1)
  const data = Float64Array.from({ length: size }, (_, i) => (((i * 7 + 3) % 13) - 6) / 2)
  return new MLArray(data, { shape, dtype })
}

function viewed(shape: readonly number[], view: string, dtype: functions.DType): MLArray {
  if (view === 'transposed') return base(shape.toReversed(), dtype).T
  if (view === 'flipped') return base(shape, dtype).flip()
  if (view === 'broadcast' && (shape[0] ?? 0) > 0)
    return base([1, ...shape.slice(1)], dtype).broadcastTo(shape)
  if (view === 'offset') return split(base([3, ...shape], dtype), 3)[1].reshape(shape)
  return base(shape, dtype)
}

type Loose = Record<string, (...given: unknown[]) => unknown>

/** JSON has no infinities. */
const revive = (given: unknown): unknown =>
  given !== null && typeof given === 'object' && 'ord' in given
    ? { ...given, ord: Number(given.ord) }
    : given

function run([name, arrays, given]: Case, dtype: functions.DType): unknown {
  const operands = arrays.map(([shape, view]) => viewed(shape, view, dtype))
  const rest = given.map(revive)
  const free = (functions as unknown as Loose)[name]!
  if (name === 'einsum') return free(given[0], ...operands)
  if (name === 'stack' || name === 'concatenate') return free(operands, ...rest)
  if (name === 'split' || name === 'tensordot' || operands.length === 0)
    return free(...operands, ...rest)
  const [x, ...others] = operands as unknown as [Loose, ...MLArray[]]
  return x[name]!(...others, ...rest)
}

function expectSame(got: unknown, wanted: Result | readonly Result[], digits: number): void {
  if (Array.isArray(wanted)) {
    expect(got).toHaveLength(wanted.length)
    ;(got as MLArray[]).forEach((part, i) => expectSame(part, wanted[i] as Result, digits))
    return
  }
  const { shape, data } = wanted as Result
  expect(got).toBeInstanceOf(MLArray)
  const y = got as MLArray
  expect(y.shape).toEqual(shape)
  Array.from(y.toTypedArray()).forEach((x, i) => {
    const target = Number(data[i])
    if (Math.abs(x - target) > 10 ** -digits * Math.max(1, Math.abs(target)) || !Number.isFinite(x))
      expect(x).toBe(target)
  })
}

const names = [...new Set(cases.map(([name]) => name))]

describe.each(names)('%s', (name) => {
  const own = cases.filter((one) => one[0] === name)
  const title = ([, arrays, given]: Case): string =>
    `${JSON.stringify(arrays)} ${JSON.stringify(given)}`

  test('gives what NumPy gives', () => {
    for (const one of own.filter(([, , , result]) => result !== null)) {
      try {
        expectSame(run(one, 'float64'), one[3]!, 14)
      } catch (error) {
        throw new Error(title(one), { cause: error })
      }
    }
  })

  test('gives it in float32', () => {
    for (const one of own.filter(([, , , result]) => result !== null)) {
      if (one[1].length === 0) continue
      const got = run(one, 'float32')
      try {
        expectSame(got, one[3]!, 5)
      } catch (error) {
        throw new Error(title(one), { cause: error })
      }
    }
  })

  test('refuses what NumPy refuses', () => {
    for (const one of own.filter(([, , , result]) => result === null))
      expect(() => run(one, 'float64'), title(one)).toThrow(RangeError)
  })
})
