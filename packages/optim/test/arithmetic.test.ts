/** Plain numbers, rounded as the memory of a parameter is. */
import { describe, expect, test } from 'vitest'
import { ema, numbersOf } from '../src/arithmetic.ts'

describe('numbers of a float32 parameter', () => {
  const m = numbersOf('float32')
  const { fround } = Math

  test('operands and results are rounded', () => {
    expect(m.mul(0.1, 0.3)).toBe(fround(fround(0.1) * fround(0.3)))
    expect(m.sqrt(2)).toBe(fround(Math.sqrt(2)))
    expect(m.gt(1 + 1e-12, 1)).toBe(false)
    expect(m.where(m.lt(1, 2), 0.1, 0.2)).toBe(fround(0.1))
  })

  test('an exponential moving average rounds every product', () => {
    const expected = fround(
      fround(fround(0.9) * fround(0.7)) + fround(fround(1 - 0.9) * fround(0.3)),
    )
    expect(ema(m, 0.9, 0.7, 0.3)).toBe(expected)
  })
})

test('numbers of a float64 parameter are doubles', () => {
  const m = numbersOf('float64')

  expect(m.mul(0.1, 0.3)).toBe(0.1 * 0.3)
  expect(ema(m, 0.9, 0.7, 0.3)).toBe(0.9 * 0.7 + (1 - 0.9) * 0.3)
})
