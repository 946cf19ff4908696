// Arrays as text, beside what NumPy prints: tools/numpy-cases.py made the cases.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { MLArray, zeros, type DType } from '../src/index.ts'

type Text = {
  readonly data: readonly (number | string)[] | 'quarters'
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly str: string
  readonly repr: string
}

const texts = readFileSync(join(import.meta.dirname, 'print.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Text)

function arrayOf({ data, shape, dtype }: Text): MLArray {
  const size = shape.reduce((product, n) => product * n, 1)
  const numbers =
    data === 'quarters' ? Float64Array.from({ length: size }, (_, i) => i / 4) : data.map(Number)
  return new MLArray(numbers, { shape, dtype })
}

test.each(texts)('$dtype of shape $shape: $str', (text) => {
  const x = arrayOf(text)
  expect(String(x)).toBe(text.str)
  expect(inspect(x)).toBe(text.repr)
})

describe('by hand', () => {
  test('what is just above an exact half is no half', () => {
    expect(String(new MLArray([0.12345678500001]))).toBe('[0.12345679]')
    expect(String(new MLArray([1.001953125]))).toBe('[1.00195312]')
  })

  test('columns are aligned, and a view prints as what it shows', () => {
    const x = new MLArray([
      [1, -2.5],
      [1000, 0.125],
    ])
    expect(String(x)).toBe('[[ 1.00e+00 -2.50e+00]\n [ 1.00e+03  1.25e-01]]')
    expect(
      String(
        new MLArray([
          [1, -2.5],
          [100, 0.125],
        ]).T,
      ),
    ).toBe('[[  1.    100.   ]\n [ -2.5     0.125]]')
  })

  test('exact halves go to the even digit', () => {
    const single = (list: number[]): string => String(new MLArray(list, { dtype: 'float32' }))
    expect(single([-53259.0625, 36760.75])).toBe('[-53259.062  36760.75 ]')
    expect(single([1711699.125, 0])).toBe('[1.7116991e+06 0.0000000e+00]')
    expect(String(new MLArray([2 ** -9, 0.5]))).toBe('[0.00195312 0.5       ]')
  })

  test('a number on its own is written as short as it can be', () => {
    const show = (x: number, dtype: DType = 'float64'): string => String(new MLArray(x, { dtype }))
    expect([1, -0, 0.1, 1e-5, 1e16, 1e15, NaN, -Infinity].map((x) => show(x))).toEqual([
      '1.0',
      '-0.0',
      '0.1',
      '1e-05',
      '1e+16',
      '1000000000000000.0',
      'nan',
      '-inf',
    ])
    expect([0.1, 1e6, 123456.789].map((x) => show(x, 'float32'))).toEqual([
      '0.1',
      '1e+06',
      '123456.79',
    ])
  })

  test('a large array takes no time', () => {
    expect(String(zeros([3000, 3000])).split('\n')).toHaveLength(7)
    expect(inspect(zeros([2000]))).toBe('MLArray([0., 0., 0., ..., 0., 0., 0.], shape=[2000])')
  })
})
