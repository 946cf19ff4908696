import { expect, test } from 'vitest'
import { arrays, scalars, type Numbers } from '../src/numbers.ts'

const X = [
  [1, 2],
  [3, -4],
]
const W = [
  [1, 0, 2],
  [0, 1, -1],
]
const B = [[10, 20, 30]]

function check<T>(m: Numbers<T>) {
  const [x, w, b] = [m.data(X), m.parameter(W), m.parameter(B)]
  const product = m.linear(x, w, b)
  expect(m.toList(product)).toEqual([
    [11, 22, 30],
    [13, 16, 40],
  ])
  expect(m.toList(m.mul(x, x))).toEqual([
    [1, 4],
    [9, 16],
  ])
  expect(m.toList(m.tanh(x))[0]![0]).toBeCloseTo(Math.tanh(1), 15)
  expect(m.toList(m.softplus(x))[1]![1]).toBeCloseTo(Math.log1p(Math.exp(-4)), 15)
  expect(m.mean(x).data).toBe(0.5)

  m.mean(product).backward()
  return [w, b]
}

test('Values compute what a matrix is', () => {
  const [w, b] = check(scalars)
  expect(w!.map((row) => row.map((each) => each.grad * 6))).toEqual([
    [4, 4, 4],
    [-2, -2, -2],
  ])
  expect(b![0]!.map((each) => each.grad * 6)).toEqual([2, 2, 2])
})

test('and so do arrays', () => {
  const [w, b] = check(arrays)
  expect(w!.grad().mul(6).toList()).toEqual([
    [4, 4, 4],
    [-2, -2, -2],
  ])
  expect(b!.grad().mul(6).toList()).toEqual([[2, 2, 2]])
})
