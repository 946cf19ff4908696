import { Generator } from '@smol/mlarray'
import { expect, test } from 'vitest'
import { makeMoons, pick } from '../src/data.ts'

test('without noise the points lie on two half circles, in turn', () => {
  const { points, signs } = makeMoons(100, 0, new Generator(1))
  expect(signs.slice(0, 4)).toEqual([1, -1, 1, -1])
  for (const [i, [x, y]] of points.entries()) {
    const upper = signs[i]! > 0
    expect(upper ? Math.hypot(x, y) : Math.hypot(1 - x, 0.5 - y)).toBeCloseTo(1, 12)
    expect(upper ? y >= 0 : y <= 0.5).toBe(true)
  }
})

test('noise is the standard deviation of a coordinate', () => {
  const clean = makeMoons(4000, 0, new Generator(1)).points.flat()
  const noisy = makeMoons(4000, 0.2, new Generator(1)).points.flat()
  const squares = noisy.map((each, i) => (each - clean[i]!) ** 2)
  const deviation = Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length)
  expect(deviation).toBeGreaterThan(0.19)
  expect(deviation).toBeLessThan(0.21)
})

test('points keep their signs', () => {
  const moons = makeMoons(6, 0.1, new Generator(1))
  expect(pick(moons, [5, 0])).toEqual({
    points: [moons.points[5], moons.points[0]],
    signs: [-1, 1],
  })
})
