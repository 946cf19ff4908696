// What is seldom reached: the other words of a message, and options that only one kind of input meets.
import { MLArray, Value } from '@smol/mlarray'
import { expect, test } from 'vitest'
import * as losses from '../src/index.ts'
import { accuracy, confusionMatrix, precisionRecallF1, r2, rocAuc } from '../src/metrics.ts'

const any = (given: unknown): never => given as never

test('metrics refuse shapes that differ', () => {
  expect(() => accuracy([0, 1], [[0, 1]])).toThrow('accuracy: ')
  expect(() => confusionMatrix([[0, 1]], [[0], [1]])).toThrow(
    'confusionMatrix: labels must have shape [1, 2], got [2, 1].',
  )
  expect(() => r2([1, 2], [1, 2, 3])).toThrow('r2: ')
  expect(() => rocAuc([1, 2], [1])).toThrow('rocAuc: ')
})

test('a class without samples weighs nothing, whatever its figure would be', () => {
  // Class 2 is never there: its recall is 0/0.
  const predictions = [0, 1, 2, 1]
  const labels = [0, 1, 1, 0]
  const { recall, precision } = precisionRecallF1(predictions, labels, { average: 'weighted' })
  expect([recall, precision]).toEqual([0.5, 0.75])
})

test('the binary figures of one class alone are those of nothing', () => {
  const { precision } = precisionRecallF1([0, 0], [0, 0], { average: 'binary', zeroDivision: 7 })
  expect(precision).toBe(7)
})

test('batchmean divides by the first axis, and a Value or rank 0 by 1', () => {
  const of = (predictions: MLArray | Value, targets: number | number[][]): number => {
    const loss = losses.klDivergenceLoss(predictions, any(targets), { reduction: 'batchmean' })
    return loss instanceof Value ? loss.data : (loss as MLArray).item()
  }
  const whole = 0.5 * (Math.log(0.5) + 1)
  expect(of(new Value(-1), 0.5)).toBeCloseTo(whole, 15)
  expect(of(new MLArray(-1), 0.5)).toBeCloseTo(whole, 15)
  const rows = new MLArray([[-1], [-1]])
  expect(of(rows, [[0.5], [0.5]])).toBeCloseTo(whole, 15)
})

test('a Value as the variance of all', () => {
  const variance = new Value(2)
  const x = new MLArray([1, 3])
  const loss = losses.gaussianNllLoss(x, [0, 0], variance)
  expect((loss as MLArray).item()).toBeCloseTo((Math.log(2) + 5 / 2) / 2, 15)
  ;(loss as MLArray).backward()
  // ½ (1/v − e²/v²), averaged over e² of 1 and 9.
  expect(variance.grad).toBeCloseTo((1 / 2 - 5 / 4) / 2, 15)
})

test('the length that is refused is named by its place, or by none', () => {
  const logits = (samples: number): MLArray =>
    new MLArray(Array.from({ length: 3 }, () => Array.from({ length: samples }, () => [-1, -1])))
  const one = new MLArray([
    [-1, -1],
    [-1, -1],
  ])
  expect(() => losses.ctcLoss(one, [1], 9, 1)).toThrow(/inputLengths.*9/)
  expect(() => losses.ctcLoss(logits(2), [[1], [1]], [3, 9], [1, 1])).toThrow(/at \[1\]/)
  const empty = losses.ctcLoss(one, [], 2, 0)
  expect((empty as MLArray).item()).toBeCloseTo(2, 15)
})

test('what has no class is named so', () => {
  expect(() =>
    losses.mseLoss(new MLArray([1]), [1], any({ reduction: Object.create(null) })),
  ).toThrow('an object (no class)')
})
