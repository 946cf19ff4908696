// What is seldom reached: entry points for other packages, scalar n-ary nodes in an unrolled history.
import { dot, sum } from '@smol/value'
import { expect, test } from 'vitest'
import { MLArray, unroll, type Value } from '../src/index.ts'
import { readGradient, replaceGradient } from '../src/kernels.ts'

test('a gradient is replaced by a copy, in the order of the rows and in the dtype of the array', () => {
  const x = new MLArray([[1, 2]], { dtype: 'float32' })
  expect(readGradient(x)).toBeUndefined()
  const elements = Float64Array.of(3, 4)
  replaceGradient(x, elements)
  elements[0] = 9
  expect(readGradient(x)).toEqual(Float32Array.of(3, 4))
  expect(x.grad().toList()).toEqual([[3, 4]])
})

test('a gradient that does not fit, or of what has none, is refused and nothing changes', () => {
  const x = new MLArray([1, 2])
  const fixed = new MLArray([1], { requiresGrad: false })
  expect(() => replaceGradient(x, Float64Array.of(1))).toThrow('replaceGradient: ')
  expect(() => replaceGradient(fixed, Float64Array.of(1))).toThrow('replaceGradient: ')
  expect(readGradient(x)).toBeUndefined()
})

test('an unrolled history goes through sums, inner products and operations of three operands', () => {
  const x = new MLArray([2, 3])
  const twice = x.mul(2)
  const [a, b] = [twice.at(0), twice.at(1)]
  const y = new MLArray([sum([a, b, a]), dot([a, b], [b, a], a), dot([a], [b]), a.clip(0, b)])
  expect(y.toList()).toEqual([14, 52, 24, 4])
  const values = unroll(y) as Value[]
  expect(values.map((value) => [value.op, value.data])).toEqual([
    ['sum', 14],
    ['dot', 52],
    ['dot', 24],
    ['clip', 4],
  ])
  values[1]!.backward()
  // 8 x₀ x₁ + 2 x₀
  expect(x.grad().toList()).toEqual([26, 16])
})

test('an element that is detached is a number of its own', () => {
  const x = new MLArray([2, 3])
  const copy = x.at(1).detach()
  x.set([1], 5)
  expect([copy.data, copy.requiresGrad, x.at(1).data]).toEqual([3, false, 5])
})

test('setting a view of the array itself reads all before it writes', () => {
  const x = new MLArray([1, 2, 3])
  x.set([[1, 2]], x.slice(':2'))
  expect(x.toList()).toEqual([1, 1, 2])
})
