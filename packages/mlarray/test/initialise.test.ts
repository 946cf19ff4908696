// Starting values of weights: spread, bounds and shape of the distributions at fixed seeds.
import { describe, expect, test } from 'vitest'
import {
  eye,
  Generator,
  heNormal,
  heUniform,
  manualSeed,
  orthogonal,
  truncatedNormal,
  xavierNormal,
  xavierUniform,
  type MLArray,
} from '../src/index.ts'
import { distance, normalBelow } from './statistics.ts'

const generator = new Generator(1)

/** Standard deviation, smallest and largest relative to a bound. */
const spreadOf = (w: MLArray, bound: number): [std: number, extent: number] => [
  w.std().item(),
  w.abs().max().item() / bound,
]

describe('fans and gain', () => {
  const shape = [300, 100] as const

  test('Xavier: √(2 / (fanIn + fanOut))', () => {
    const std = Math.sqrt(2 / 400)
    const [a, extent] = spreadOf(xavierUniform(shape, { generator }), std * Math.sqrt(3))
    expect(a / std).toBeCloseTo(1, 2)
    expect(extent).toBeLessThanOrEqual(1)
    expect(extent).toBeGreaterThan(0.999)
    expect(xavierNormal(shape, { generator, gain: 3 }).std().item() / std / 3).toBeCloseTo(1, 1)
  })

  test('He: gain / √fan, of what goes in or out', () => {
    const [a, extent] = spreadOf(heUniform(shape, { generator }), Math.sqrt(6 / 300))
    expect(a / Math.sqrt(2 / 300)).toBeCloseTo(1, 2)
    expect(extent).toBeLessThanOrEqual(1)
    expect(
      heNormal(shape, { generator, fan: 'out' }).std().item() / Math.sqrt(2 / 100),
    ).toBeCloseTo(1, 1)
    expect(heNormal(shape, { generator, gain: 1 }).std().item() * Math.sqrt(300)).toBeCloseTo(1, 1)
  })

  test('follow their distributions', () => {
    const uniform = Array.from(xavierUniform([100, 100], { generator }).toTypedArray())
    const bound = Math.sqrt(6 / 200)
    expect(distance(uniform, (t) => (t / bound + 1) / 2)).toBeLessThan(1.95)
    const normal = Array.from(heNormal([100, 100], { generator }).toTypedArray())
    expect(distance(normal, (t) => normalBelow(t / Math.sqrt(2 / 100)))).toBeLessThan(1.95)
  })

  test('axes before the last two count in both fans', () => {
    const w = heNormal([3, 3, 50, 20], { generator })
    expect(w.std().item() / Math.sqrt(2 / 450)).toBeCloseTo(1, 1)
    const v = xavierNormal([3, 3, 50, 20], { generator })
    expect(v.std().item() / Math.sqrt(2 / 630)).toBeCloseTo(1, 1)
  })

  test('signals keep their size through relu', () => {
    const random = new Generator(4)
    let x: MLArray = random.normal([100, 200], { requiresGrad: false })
    for (let i = 0; i < 10; i++) x = x.matmul(heNormal([200, 200], { generator: random })).relu()
    expect(x.square().mean().item()).toBeGreaterThan(0.3)
    expect(x.square().mean().item()).toBeLessThan(3)
  })
})

describe('orthogonal', () => {
  test.each([
    [5, 3],
    [3, 5],
    [4, 4],
    [1, 1],
  ])('of shape [%i, %i]', (rows, columns) => {
    const w = orthogonal([rows, columns], { generator, gain: 2 })
    const product = rows < columns ? w.matmul(w.T) : w.T.matmul(w)
    expect(product.allClose(eye(Math.min(rows, columns)).mul(4), { atol: 1e-12 })).toBe(true)
  })

  test('axes before the last count as one', () => {
    const w = orthogonal([2, 3, 4], { generator }).reshape([6, 4])
    expect(w.T.matmul(w).allClose(eye(4), { atol: 1e-12 })).toBe(true)
  })

  test('every rotation is equally likely', () => {
    const random = new Generator(6)
    const angles = Array.from({ length: 4000 }, () => {
      const w = orthogonal([2, 2], { generator: random })
      return Math.atan2(w.at(1, 0).data, w.at(0, 0).data) / (2 * Math.PI) + 0.5
    }).toSorted((a, b) => a - b)
    const gaps = angles.map((angle, i) => Math.abs(angle - (i + 0.5) / angles.length))
    expect(Math.max(...gaps) * Math.sqrt(angles.length)).toBeLessThan(1.95)
  })
})

describe('truncatedNormal', () => {
  // Mean and variance by the closed form, from the error function of Python's math module.
  test.each([
    [-2, 2, 0, 0.7737413035499232],
    [3, 10, 3.283098654930415, 0.07055918678534567],
    [1, 1.1, 1.0491254522179894, 0.0008325968515661142],
    [-4, -3, -3.2604542855900185, 0.04927779377740471],
    [-Infinity, Infinity, 0, 1],
  ])('from %d to %d', (low, high, mean, variance) => {
    const x = truncatedNormal([20_000], { generator: new Generator(2), low, high })
    expect(x.min().item()).toBeGreaterThanOrEqual(low)
    expect(x.max().item()).toBeLessThanOrEqual(high)
    expect(Math.abs(x.mean().item() - mean)).toBeLessThan(4 * Math.sqrt(variance / 20_000))
    expect(x.var().item() / variance).toBeCloseTo(1, 1)
    const [from, whole] = [normalBelow(low), normalBelow(high) - normalBelow(low)]
    const numbers = Array.from(x.toTypedArray())
    expect(distance(numbers, (t) => (normalBelow(t) - from) / whole)).toBeLessThan(1.95)
  })

  test('bounds are numbers, not standard deviations', () => {
    const x = truncatedNormal([1000], { generator, mean: 1, std: 0.1, low: 0.9, high: 1.05 })
    expect([x.min().item() >= 0.9, x.max().item() <= 1.05]).toEqual([true, true])
  })
})

test('options, and the default generator', () => {
  const w = heUniform([2, 3], { dtype: 'float32', label: 'w', requiresGrad: false })
  expect([w.shape, w.dtype, w.label, w.requiresGrad]).toEqual([[2, 3], 'float32', 'w', false])
  const draw = (): unknown =>
    [xavierNormal([2, 2]), orthogonal([2, 2]), truncatedNormal(2)].map(String)
  manualSeed(8)
  const first = draw()
  manualSeed(8)
  expect(draw()).toEqual(first)
  expect(xavierUniform([0, 3]).shape).toEqual([0, 3])
  expect(orthogonal([0, 3]).shape).toEqual([0, 3])
  expect(orthogonal([2, 2]).requiresGrad).toBe(true)
})

test('errors', () => {
  expect(() => xavierUniform([3])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: xavierUniform: the rank must be at least 2, for [fanIn, fanOut], got shape [3].]`,
  )
  expect(() => xavierNormal([3, 2], { gain: NaN })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: xavierNormal: gain must be a finite number, got NaN.]`,
  )
  expect(() => heNormal([3, 2], { fan: 'both' as 'in' })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: heNormal: fan must be 'in' or 'out', got the string "both".]`,
  )
  const slip: object = { gian: 1 }
  for (const draw of [
    xavierUniform,
    xavierNormal,
    heUniform,
    heNormal,
    orthogonal,
    truncatedNormal,
  ])
    expect(() => draw([2, 2], slip)).toThrow('gian')
  expect(() => orthogonal(3)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: orthogonal: the rank must be at least 2, for [fanIn, fanOut], got shape [3].]`,
  )
  expect(() => truncatedNormal([3], { low: 1, high: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: truncatedNormal: low and high must be low < high, got [1, 1].]`,
  )
  expect(() => truncatedNormal([3], { std: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: truncatedNormal: std must be finite and > 0, got 0.]`,
  )
})
