/** A pass, compiled or in blocks, does with every element what its expression does with numbers. */
import { array, assert, constantFrom, double, float, integer, oneof, property } from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { binary, numbers as scalarNumbers } from '@smol/value/ops'
import { Pass, type PassArithmetic } from '../src/pass.ts'
import { setKernels, wasm } from '../src/wasm.ts'

afterEach(() => {
  setKernels()
})

/** Plain numbers, each result rounded as an array of the dtype would. */
function numbersOf(round: (x: number) => number): PassArithmetic<number, boolean> {
  const rounded =
    (f: (...operands: number[]) => number) =>
    (...operands: number[]) =>
      round(f(...operands.map(round)))
  const { add, sub, mul, div, square, sqrt, abs, sign, gt, lt, where } = scalarNumbers
  const [maximum, minimum] = [binary.maximum.f, binary.minimum.f]
  const laws = { add, sub, mul, div, square, sqrt, abs, sign, maximum, minimum }
  return {
    ...Object.fromEntries(Object.entries(laws).map(([name, f]) => [name, rounded(f)])),
    gt: (a: number, b: number) => gt(round(a), round(b)),
    lt: (a: number, b: number) => lt(round(a), round(b)),
    where: (mask: boolean, a: number, b: number) => where(mask, round(a), round(b)),
  } as unknown as PassArithmetic<number, boolean>
}

type Expression = <T, M>(
  m: PassArithmetic<T, M>,
  x: Readonly<Record<string, T>>,
  s: number,
) => Readonly<Record<string, T | number>>

const expressions: Readonly<Record<string, Expression>> = {
  add: (m, { a, b }, s) => ({ a: m.add(a!, b!), b: m.add(m.add(a!, s), m.add(s, b!)) }),
  sub: (m, { a, b }, s) => ({ a: m.sub(a!, b!), b: m.sub(m.sub(a!, s), m.sub(s, b!)) }),
  mul: (m, { a, b }, s) => ({ a: m.mul(a!, b!), b: m.mul(m.mul(a!, s), m.mul(s, b!)) }),
  div: (m, { a, b }, s) => ({ a: m.div(a!, b!), b: m.div(m.div(a!, s), m.div(s, b!)) }),
  maximum: (m, { a, b }, s) => ({ a: m.maximum(a!, b!), b: m.maximum(s, a!) }),
  minimum: (m, { a, b }, s) => ({ a: m.minimum(a!, b!), b: m.minimum(a!, s) }),
  'square, sqrt': (m, { a, b }) => ({ a: m.square(a!), b: m.sqrt(b!) }),
  'abs, sign': (m, { a, b }) => ({ a: m.abs(a!), b: m.sign(b!) }),
  'where, gt': (m, { a, b, c }, s) => ({ c: m.where(m.gt(a!, b!), c!, s), a: s }),
  'where, lt': (m, { a, b, c }, s) => ({
    c: m.where(m.lt(a!, s), m.where(m.lt(s, b!), a!, 1), c!),
  }),
  'exchanges a and b': (_m, { a, b }) => ({ a: b!, b: a! }),
}

const SPECIAL = [0, -0, 1, -1, NaN, Infinity, -Infinity, 5e-324, 1e-45, 1e308]
const readings = [
  ['plain', 'float64'],
  ['simd', 'float64'],
  ['plain', 'float32'],
  ['simd', 'float32'],
] as const

describe.for(readings)('%s, %s', ([set, dtype]) => {
  const Typed = dtype === 'float32' ? Float32Array : Float64Array
  const round = dtype === 'float32' ? Math.fround : (x: number) => x
  const anyNumber = oneof(dtype === 'float32' ? float() : double(), constantFrom(...SPECIAL))
  const vectors = integer({ min: 0, max: 9 }).chain((n) =>
    array(array(anyNumber, { minLength: n, maxLength: n }), { minLength: 3, maxLength: 3 }),
  )

  test.for(Object.entries(expressions))('%s', ([, expression]) => {
    setKernels(set)
    const pass = new Pass(['a', 'b', 'c'])
    const law = numbersOf(round)
    assert(
      property(vectors, anyNumber, (lists, s) => {
        // Once as they are, and so often that blocks and lanes begin anew.
        const times = lists[0]!.length > 7 ? 130 : 1
        const arrays = lists.map((list) => Typed.from(Array(times).fill(list).flat() as number[]))
        const before = arrays.map((x) => x.slice())

        pass.run((m, x) => expression(m, x, s), arrays)

        for (let i = before[0]!.length - 1; i >= 0; i -= times > 1 ? 7 : 1) {
          const [a, b, c] = before.map((x) => x[i]!) as [number, number, number]
          const expected = { a, b, c, ...expression(law, { a, b, c }, s) }
          expect(arrays.map((x) => x[i])).toEqual(
            [expected.a, expected.b, expected.c].map((x) => round(x)),
          )
        }
      }),
      { numRuns: 60 },
    )
  })
})

test('a part of a resident array is changed in place, and nothing beside it', () => {
  const x = wasm()!.resident(16, 'float32')!.fill(1)
  const pass = new Pass(['x', 'y'])

  pass.run(
    (m, { x: a, y }) => ({ x: m.add(a!, y!) }),
    [x.subarray(4, 9), Float32Array.of(1, 2, 3, 4, 5)],
  )

  expect([...x]).toEqual([1, 1, 1, 1, 2, 3, 4, 5, 6, 1, 1, 1, 1, 1, 1, 1])
})

test('a branch on a setting leads to another program, numbers do not', () => {
  const x = Float64Array.of(1, 2, 3)
  const pass = new Pass(['x'])
  const step = (rate: number, decays: boolean): void =>
    pass.run((m, { x: a }) => ({ x: decays ? m.mul(rate, a!) : m.sub(a!, rate) }), [x])

  step(0.5, false)
  step(0.25, false)
  step(2, true)
  step(0.5, false)

  expect([...x]).toEqual([0, 2, 4])
})

test('arrays of several lengths or dtypes are refused', () => {
  const pass = new Pass(['parameter', 'gradient'])
  const x = new Float32Array(3)

  expect(() =>
    pass.run((_, { parameter }) => ({ parameter: parameter! }), [x, new Float64Array(3)]),
  ).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: Pass: expected arrays of one length and dtype, got parameter 3 × float32, gradient 3 × float64.]`,
  )
  expect(() =>
    pass.run((_, { parameter }) => ({ parameter: parameter! }), [x, new Float32Array(2)]),
  ).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: Pass: expected arrays of one length and dtype, got parameter 3 × float32, gradient 2 × float32.]`,
  )
})

test('an expression of too many results or numbers is refused', () => {
  const pass = new Pass(['x'])
  const x = Float32Array.of(1, 2)
  const times = (count: number, y?: number) =>
    pass.run(
      (m, { x: a }) => {
        let sum = m.add(a!, 0)
        for (let i = 0; i < count; i++) sum = m.add(m.add(sum, y ?? a!), y ?? a!)
        return { x: sum }
      },
      [x],
    )

  times(61)
  expect([...x]).toEqual([123, 246])
  expect(() => times(63)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: Pass: an expression may have at most 126 arrays and results, and as many numbers.]`,
  )
  expect(() => times(200, 1)).toThrow(RangeError)
  expect([...x]).toEqual([123, 246])
})
