import { expect, test } from 'vitest'
import { checkTable, correlationTable, withError } from '../src/report.ts'
import { confidenceFactor, coverage, moments } from '../src/statistics.ts'

test.each([
  [2.2581, 0.14844, '2.26 ± 0.15'],
  [0.26265, 0.0242, '0.263 ± 0.024'],
  [1234.5, 21, '1235 ± 21'],
  [0.5, 0.000012, '0.500000 ± 0.000012'],
])('%f with the error %f is %s', (value, error, text) => {
  expect(withError({ value, error })).toBe(text)
})

test('the lower triangle of the correlations', () => {
  const rows = [
    [1, -0.5],
    [-0.5, 1],
  ]
  expect(correlationTable(['a', 'b'], rows)).toBe(
    'a                1.00\nb               −0.50    1.00',
  )
})

test('a line for the pulls of each parameter', () => {
  const check = { name: 'a', pulls: [], mean: -0.001, deviation: 1.234, inside: 0.946 }
  expect(checkTable([check]).split('\n')[1]).toBe(
    'a                0.00    1.23                    94.6 %',
  )
})

test('the factor of the 95 % interval is that of the tables of Student’s t', () => {
  expect(confidenceFactor(10)).toBeCloseTo(2.2281, 3)
  expect(confidenceFactor(15)).toBeCloseTo(2.13145, 3)
  expect(confidenceFactor(115)).toBeCloseTo(1.9808075, 6)
  expect(confidenceFactor(Infinity)).toBeCloseTo(1.959964, 6)
})

test('mean, spread and coverage', () => {
  expect(moments([1, 2, 3, 6])).toEqual({ mean: 3, deviation: Math.sqrt(14 / 3) })
  expect(coverage([-2, -1, 0, 1, 3], 1)).toBe(0.6)
})
