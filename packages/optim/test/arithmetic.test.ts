/** Blocks and generated loops do with every number what the arithmetic of plain numbers does. */
import { array, assert, constantFrom, double, integer, oneof, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blocks, load, numbers, startBlock, type Arithmetic } from '../src/arithmetic.ts'

const SPECIAL = [0, -0, 1, -1, NaN, Infinity, -Infinity, 5e-324, 1e308]
const anyNumber = oneof(double(), constantFrom(...SPECIAL))
const vectors = integer({ min: 0, max: 40 }).chain((n) =>
  array(array(anyNumber, { minLength: n, maxLength: n }), { minLength: 3, maxLength: 3 }),
)

/** Each operation on vectors `a, b, c` and on a number `s`, in every place that a number may have. */
const expressions: Readonly<
  Record<string, <T, M>(m: Arithmetic<T, M>, a: T, b: T, c: T, s: number) => readonly T[]>
> = {
  add: (m, a, b, _c, s) => [m.add(a, b), m.add(a, s), m.add(s, a)],
  sub: (m, a, b, _c, s) => [m.sub(a, b), m.sub(a, s), m.sub(s, a)],
  mul: (m, a, b, _c, s) => [m.mul(a, b), m.mul(a, s), m.mul(s, a)],
  div: (m, a, b, _c, s) => [m.div(a, b), m.div(a, s), m.div(s, a)],
  maximum: (m, a, b, _c, s) => [m.maximum(a, b), m.maximum(a, s)],
  minimum: (m, a, b, _c, s) => [m.minimum(a, b), m.minimum(s, a)],
  unary: (m, a) => [m.square(a), m.sqrt(a), m.abs(a), m.sign(a)],
  ema: (m, a, b, _c, s) => [m.ema(s, a, b), m.ema(s, a, s)],
  where: (m, a, b, c, s) => [
    m.where(m.gt(a, b), b, c),
    m.where(m.lt(a, s), s, c),
    m.where(m.gt(s, a), m.where(m.lt(a, b), a, s), 1),
  ],
}

describe('blocks are numbers', () => {
  test.for(Object.entries(expressions))('%s', ([, expression]) => {
    assert(
      property(vectors, anyNumber, ([a, b, c], s) => {
        const size = a!.length
        startBlock(size)
        const [x, y, z] = [a!, b!, c!].map((list) => load(Float64Array.from(list), 0))
        const results = expression(blocks, x!, y!, z!, s)
        for (let i = 0; i < size; i++) {
          const expected = expression(numbers, a![i]!, b![i]!, c![i]!, s)
          results.forEach((result, k) => expect(result[i]).toBe(expected[k]))
        }
      }),
    )
  })
})
