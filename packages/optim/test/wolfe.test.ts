/** The line search by itself: its conditions, and where it tries; and what LBFGS makes of it. */
import { MLArray } from '@smol/mlarray'
import { expect, test } from 'vitest'
import { LBFGS } from '../src/index.ts'
import { strongWolfe, type Point } from '../src/wolfe.ts'

const NONE = new Float64Array(0)

function line(loss: (t: number) => number, slope: (t: number) => number) {
  const tried: number[] = []
  const at = (t: number): Point => {
    tried.push(t)
    return { t, loss: loss(t), gradient: NONE, slope: slope(t) }
  }
  const start: Point = { t: 0, loss: loss(0), gradient: NONE, slope: slope(0) }
  return { at, start, tried }
}

test('finds the minimum of a parabola in one interpolation, whatever the first trial', () => {
  for (const first of [0.01, 50]) {
    const { at, start } = line(
      (t) => (t - 3) ** 2,
      (t) => 2 * (t - 3),
    )
    const { point } = strongWolfe(at, start, first, 1, 1e-9)
    // Both conditions hold.
    expect(point.loss).toBeLessThanOrEqual(start.loss + 1e-4 * point.t * start.slope)
    expect(Math.abs(point.slope)).toBeLessThanOrEqual(0.9 * Math.abs(start.slope))
  }
})

test('a second trial that is no better than the first is no end of the bracket yet: from the third on', () => {
  // Losses and slopes at the trials in their order; each still falls, too steeply to stop.
  const losses = [-10, -9, -20, -19]
  const slopes = [-2, -1.5, -2, 0.1]
  const tried: number[] = []
  const at = (t: number): Point => {
    const i = tried.push(t) - 1
    return { t, loss: losses[i] ?? -21, gradient: NONE, slope: slopes[i] ?? 0 }
  }
  const start: Point = { t: 0, loss: 0, gradient: NONE, slope: -1 }
  const { point, evaluations } = strongWolfe(at, start, 1, 1, 1e-9)
  expect(tried[2]).toBeGreaterThan(tried[1]!)
  expect(evaluations).toBe(tried.length)
  expect(Math.abs(point.slope)).toBeLessThanOrEqual(0.9)
})

test('a loss that only falls ends after 25 longer trials', () => {
  const { at, start, tried } = line(
    (t) => -t,
    () => -1,
  )
  // A slope that never flattens.
  const { evaluations, point } = strongWolfe(at, start, 1e-3, 1, 1e-9)
  expect(evaluations).toBe(26)
  expect(point.t).toBe(tried.at(-1))
})

test('an infinite loss is an end of the bracket, and is halved away from', () => {
  const { at, start, tried } = line(
    (t) => (t < 3 ? (t - 2) ** 2 : Infinity),
    (t) => (t < 3 ? 2 * (t - 2) : 1),
  )
  const { point } = strongWolfe(at, start, 50, 1, 1e-9)
  expect(tried[1]).toBe(25)
  expect(point.t).toBeLessThan(3)
  expect(Math.abs(point.slope)).toBeLessThanOrEqual(0.9 * 4)
})

test.each([
  ['x log x − x/2', 5, (x: MLArray) => x.mul(x.log()).sub(x.div(2)), Math.exp(-0.5)],
  ['log x + 0.02/x²', 0.5, (x: MLArray) => x.log().add(x.square().reciprocal().mul(0.02)), 0.2],
  ['√x + 1/x', 0.3, (x: MLArray) => x.sqrt().add(x.reciprocal()), 2 ** (2 / 3)],
])('the steps of LBFGS stay where the loss is defined: %s', (_, from, f, minimum) => {
  const x = new MLArray(from)
  const optimizer = new LBFGS(x, { lineSearch: 'strongWolfe' })
  for (let i = 0; i < 3; i++) {
    optimizer.step(() => {
      optimizer.zeroGrad()
      const loss = f(x).sum()
      loss.backward()
      return loss
    })
  }
  expect(x.item()).toBeCloseTo(minimum, 4)
})

test.each([NaN, Infinity])('a gradient of %s moves nothing', (slope) => {
  const x = new MLArray(1)
  const optimizer = new LBFGS(x)
  const loss = optimizer.step(() => {
    optimizer.zeroGrad()
    x.mul(slope).backward()
    return slope
  })
  expect([loss, x.item()]).toEqual([slope, 1])
})

test('an interval that moves no parameter by the tolerance ends it', () => {
  const { at, start, tried } = line(
    (t) => Math.abs(t - 1e-3),
    (t) => (t < 1e-3 ? -1 : 1),
  )
  strongWolfe(at, start, 1, 1e-8, 1e-9)
  expect(tried.length).toBeLessThan(6)
})

test('a second trial in a row that comes near an end is moved a tenth of the interval away', () => {
  const { at, start, tried } = line(
    (t) => 1000 * t,
    (t) => (t === 0 ? -1 : 1000),
  )
  strongWolfe(at, start, 1, 1, 1e-9)
  expect(tried[1]).toBeLessThan(1e-3)
  expect(tried[2]! / tried[1]!).toBeCloseTo(0.1, 12)
})
