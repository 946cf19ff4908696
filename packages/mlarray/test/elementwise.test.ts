// The table loop: every row of @smol/value, without code for single operations.
import { Value } from '@smol/value'
import { apply, comparisons, operations, values as valueArithmetic } from '@smol/value/ops'
import * as rows from '@smol/value/ops'
import { array, assert, constantFrom, integer, property } from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MLArray, where, type DType } from '../src/index.ts'
import { derivatives, sample, sizeOf, views } from './sample.ts'
import { setKernels } from '../src/wasm.ts'

// The rows to the bit; kernels of WebAssembly have tests of their own.
beforeAll(() => setKernels('plain'))
afterAll(() => setKernels())

type Name = keyof typeof operations
type Interval = readonly [number, number]
type Method = (this: MLArray, ...operands: (MLArray | number)[]) => MLArray

const names = Object.keys(operations) as Name[]
const table: Record<string, { readonly f: unknown; readonly domain?: readonly Interval[] }> = {
  ...rows.unary,
  ...rows.binary,
  ...rows.ternary,
}

/** The intervals that the row says to sample from; a mask first for `where`. */
function domainOf(name: Name): readonly Interval[] {
  const { arity } = operations[name]
  return Array.from({ length: arity }, (_, i) => table[name]!.domain?.[i] ?? ([-3, 3] as const))
}

/** The operation on arrays: a method, or the function `where`, whose first operand is a mask. */
function applied(name: Name, [x, ...rest]: readonly MLArray[]): MLArray {
  if (name === 'where') return where(x!.gt(0), rest[0]!, rest[1]!)
  return (x as unknown as Record<Name, Method>)[name].call(x!, ...rest)
}

function scalar(name: Name, operands: readonly number[]): number {
  const [x, ...rest] = operands
  return operations[name].f(name === 'where' ? Number(x! > 0) : x!, ...rest)
}

const samples = (name: Name, shape: readonly number[], dtype: DType): MLArray[] =>
  domainOf(name).map(([from, to], start) => sample(shape, dtype, { from, to, start }))

describe.each(names)('%s', (name) => {
  test.each(Object.entries(views))('is the row, element by element: %s', (_, { of, as }) => {
    for (const dtype of ['float64', 'float32'] as const) {
      const operands = samples(name, of([2, 3]), dtype).map(as)
      const y = applied(name, operands)
      const elements = operands.map((x) => x.toTypedArray())
      const wanted = Array.from(elements[0]!, (__, i) =>
        scalar(
          name,
          elements.map((x) => x[i]!),
        ),
      )
      expect(y.shape).toEqual(operands[0]!.shape)
      expect(y.dtype).toBe(dtype)
      expect(Array.from(y.toTypedArray())).toEqual(
        dtype === 'float32' ? wanted.map(Math.fround) : wanted,
      )
    }
  })

  test('at NaN, infinities, zeros and subnormals', () => {
    const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 5e-324, -2.5e-310, 1e308, 0.5]
    const { arity } = operations[name]
    const pairs = special.flatMap((a) => special.map((b) => [a, b, -b].slice(0, arity)))
    const operands = Array.from({ length: arity }, (_, k) => new MLArray(pairs.map((p) => p[k]!)))
    const y = applied(name, operands)
    expect(Array.from(y.toTypedArray())).toEqual(pairs.map((pair) => scalar(name, pair)))
  })

  test('of rank 0 and of no elements', () => {
    const [one, none] = [samples(name, [], 'float64'), samples(name, [0, 2], 'float64')]
    expect(applied(name, one).item()).toBe(
      scalar(
        name,
        one.map((x) => x.item()),
      ),
    )
    expect(applied(name, none).shape).toEqual([0, 2])
    applied(name, none).backward()
    expect(none.map((x) => x.grad().shape)).toEqual(none.map(() => [0, 2]))
  })

  test('has the derivatives of its differences, and theirs', () => {
    const f = (...operands: MLArray[]): MLArray => applied(name, operands)
    expect(derivatives(f, samples(name, [2, 3], 'float64'))).toBe('right')
    expect(derivatives(f, samples(name, [], 'float64'))).toBe('right')
    expect(derivatives(f, samples(name, [4], 'float32'), { order: 1 })).toBe('right')
  })

  test.each(Object.entries(views))('and of views: %s', (_, { of, as }) => {
    const f = (...operands: MLArray[]): MLArray => applied(name, operands.map(as))
    expect(derivatives(f, samples(name, of([2, 3]), 'float64'))).toBe('right')
  })

  test('broadcasts, and sums the gradient back', () => {
    const { arity } = operations[name]
    if (arity === 1) return expect(arity).toBe(1)
    const shapes = [[2, 1, 3], [4, 1], [3]]
    const operands = shapes.slice(0, arity).map((shape, i) => samples(name, shape, 'float64')[i]!)
    const f = (...given: MLArray[]): MLArray => applied(name, given)
    expect(f(...operands).shape).toEqual([2, 4, 3])
    return expect(derivatives(f, operands)).toBe('right')
  })

  test('is the same computation on Values: value, gradient, second derivative', () => {
    const operands = samples(name, [2, 2], 'float64')
    const y = applied(name, operands)
    y.backward({ createGraph: true })
    const first = operands.map((x) => x.grad().toTypedArray())
    const slopes = operands.map((x) => x.gradNode()).filter((slope) => slope?.requiresGrad)
    operands.forEach((x) => x.zeroGrad())
    slopes.forEach((slope) => slope!.backward())
    for (let i = 0; i < 4; i++) {
      const given = operands.map((x) => new Value(x.toTypedArray()[i]!))
      const [x, b, c] = given as [Value, Value, Value]
      const z =
        name === 'where' ? valueArithmetic.where(x.gt(0), b, c) : apply(operations[name], x, b, c)
      z.backward({ createGraph: true })
      expect(y.toTypedArray()[i]).toBe(z.data)
      given.forEach((v, k) => expect(first[k]![i]).toBeCloseTo(v.grad, 13))
      const own = given.map((v) => v.gradNode).filter((slope) => slope?.requiresGrad)
      given.forEach((v) => v.zeroGrad())
      own.forEach((slope) => slope!.backward())
      given.forEach((v, k) => expect(operands[k]!.grad().toTypedArray()[i]).toBeCloseTo(v.grad, 12))
    }
  })
})

describe('the table', () => {
  test('is what arrays have as methods', () => {
    const missing = [...names, ...Object.keys(comparisons)].filter(
      (name) => !(name in MLArray.prototype),
    )
    expect(missing).toEqual(['where'])
  })

  test('a missing last operand is the fallback of the row', () => {
    const x = new MLArray([-2, 3])
    expect(x.leakyRelu().toList()).toEqual(x.leakyRelu(0.01).toList())
    expect(x.elu().toList()).toEqual(x.elu(1).toList())
    expect(x.softplus().toList()).toEqual(x.softplus(1).toList())
  })

  test('numbers and Values go with arrays, and gradients reach the Values', () => {
    const x = new MLArray([1, 2, 3])
    const v = new Value(4)
    const y = x.mul(v).add(0.5)
    y.backward()
    expect(y.toList()).toEqual([4.5, 8.5, 12.5])
    expect([v.grad, x.grad().toList()]).toEqual([6, [4, 4, 4]])
  })
})

describe('comparisons', () => {
  const a = [1, 2, NaN, -0, Infinity]
  const b = [1, 3, NaN, 0, -Infinity]

  test.each(Object.entries(comparisons))('%s gives an untracked mask', (name, holds) => {
    const x = new MLArray(a, { dtype: 'float32' })
    const method = (x as unknown as Record<string, Method>)[name]!
    const mask = method.call(x, new MLArray(b, { dtype: 'float32' }))
    expect(mask.toList()).toEqual(a.map((n, i) => Number(holds(n, b[i]!))))
    expect([mask.requiresGrad, mask.dtype]).toEqual([false, 'float32'])
    expect(method.call(x, 2).toList()).toEqual(a.map((n) => Number(holds(n, 2))))
    expect(method.call(x.expandDims(1), x).shape).toEqual([5, 5])
  })

  test('isNaN and isFinite', () => {
    const x = new MLArray([
      [NaN, 1],
      [Infinity, -Infinity],
    ])
    expect(x.isNaN().toList()).toEqual([
      [1, 0],
      [0, 0],
    ])
    expect(x.T.isFinite().toList()).toEqual([
      [0, 0],
      [1, 0],
    ])
  })

  test('masks combine, with lists and typed arrays too', () => {
    const mask = new MLArray([1, 2, 3]).gt(1)
    expect(mask.logicalAnd([1, 0, 1]).toList()).toEqual([0, 0, 1])
    expect(mask.logicalOr(Uint8Array.of(1, 0, 0)).toList()).toEqual([1, 1, 1])
    expect(mask.logicalNot().toList()).toEqual([1, 0, 0])
    expect(mask.logicalAnd([[1], [0]]).toList()).toEqual([
      [0, 1, 1],
      [0, 0, 0],
    ])
  })
})

describe('dtypes', () => {
  const single = new MLArray([0.1], { dtype: 'float32' })
  const double = new MLArray([0.1])

  test('arrays of both promote to float64, numbers take the dtype of the array', () => {
    expect(single.add(double).dtype).toBe('float64')
    expect(single.add(0.1).dtype).toBe('float32')
    expect(single.add(0.1).item()).toBe(Math.fround(Math.fround(0.1) * 2))
    expect(single.add(new Value(1)).dtype).toBe('float32')
    expect(where([1], single, 0).dtype).toBe('float32')
    expect(where([1], single, double).dtype).toBe('float64')
  })

  test('each gradient has the dtype of its array', () => {
    single.mul(double).exp().backward()
    expect([single.grad().dtype, double.grad().dtype]).toEqual(['float32', 'float64'])
  })
})

test('a sum of generated shapes is that of its elements', () => {
  const shapes = array(integer({ min: 0, max: 3 }), { maxLength: 4 })
  assert(
    property(shapes, constantFrom(...Object.keys(views)), (shape, view) => {
      const { of, as } = views[view]!
      const x = as(sample(of(shape)))
      const doubled = x.add(x.expandDims(0))
      expect(doubled.shape).toEqual([1, ...x.shape])
      expect(sizeOf(x.shape)).toBe(x.size)
      expect(Array.from(doubled.toTypedArray())).toEqual(Array.from(x.toTypedArray(), (n) => n + n))
    }),
    { numRuns: 200 },
  )
})

test('the sign of zero is kept, also of a number beside an array', () => {
  expect(new MLArray([1, -1]).mul(-0).toList()).toEqual([-0, 0])
  expect(new MLArray([-0]).add(-0).toList()).toEqual([-0])
  expect(new MLArray([5]).div(new Value(-0)).toList()).toEqual([-Infinity])
})
