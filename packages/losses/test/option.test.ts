// What options and kinds of targets mean, by hand, for what a table beside PyTorch does not show.
import { MLArray } from '@smol/mlarray'
import { expect, test } from 'vitest'
import {
  categoricalCrossEntropyLoss,
  contrastiveLoss,
  cosineEmbeddingLoss,
  crossEntropyLoss,
  ctcLoss,
  diceLoss,
  gaussianNllLoss,
  hingeLoss,
  huberLoss,
  klDivergenceLoss,
  mseLoss,
  multiMarginLoss,
  nllLoss,
  quantileLoss,
  tripletMarginLoss,
} from '../src/index.ts'
import { agree } from './close.ts'

expect.addEqualityTesters([agree])

const p = new MLArray([
  [1, 2],
  [3, 5],
])
const TARGETS = [
  [0, 0],
  [0, 0],
]

test('reductions', () => {
  expect(mseLoss(p, TARGETS).item()).toEqual(39 / 4)
  expect(mseLoss(p, TARGETS, { reduction: 'sum' }).item()).toEqual(39)
  const none = mseLoss(p, TARGETS, { reduction: 'none' })
  expect(none.toList()).toEqual([
    [1, 4],
    [9, 25],
  ])
})

test('a weight of each element, or what broadcasts to it; the mean still divides by their number', () => {
  const sum = { reduction: 'sum' } as const
  expect(mseLoss(p, TARGETS, { weight: 2 }).item()).toEqual(39 / 2)
  expect(mseLoss(p, TARGETS, { weight: [1, 0] }).item()).toEqual(10 / 4)
  expect(mseLoss(p, TARGETS, { ...sum, weight: [[1], [0]] }).item()).toEqual(5)
  expect(mseLoss(p, TARGETS, { ...sum, weight: Float32Array.of(0, 1) }).item()).toEqual(29)
  const weight = new MLArray([0, 1])
  mseLoss(p, TARGETS, { weight }).backward()
  expect(weight.grad().toList()).toEqual([0, 0])
})

test('a weight of each sample where the loss has one number for each', () => {
  const logits = new MLArray([
    [0, 0],
    [0, 0],
  ])
  const options = { weight: [1, 3], reduction: 'sum' } as const
  expect(crossEntropyLoss(logits, [0, 1], options).item()).toEqual(4 * Math.LN2)
  expect(
    crossEntropyLoss(
      logits,
      TARGETS.map(() => [0.5, 0.5]),
      options,
    ).item(),
  ).toEqual(4 * Math.LN2)
  expect(
    crossEntropyLoss(logits, [0, 1], { weight: [1, 3], classWeight: [1, 4] }).item(),
  ).toBeCloseTo((13 / 5) * Math.LN2, 14)
  expect(nllLoss(logits.logSoftmax(), [0, 1], options).item()).toEqual(4 * Math.LN2)
  expect(multiMarginLoss(logits, [0, 1], options).item()).toEqual(2)
  expect(
    diceLoss(
      logits,
      [
        [1, 1],
        [1, 1],
      ],
      { ...options, smooth: 0 },
    ).item(),
  ).toEqual(4)
  expect(cosineEmbeddingLoss(p, p, [-1, -1], options).item()).toBeCloseTo(4, 10)
  expect(tripletMarginLoss(p, p, p, options).item()).toEqual(4)
  expect(
    categoricalCrossEntropyLoss(
      logits.softmax(),
      [
        [1, 0],
        [0, 1],
      ],
      options,
    ).item(),
  ).toEqual(4 * Math.LN2)
  expect(contrastiveLoss(p, p, { weight: [0, 0, 0, 0] }).item()).toEqual(0)
  const steps = logits.expandDims(0).logSoftmax()
  expect(ctcLoss(steps, [[1], [1]], [1, 1], [1, 1], options).item()).toEqual(4 * Math.LN2)
})

test('targets may be arrays, typed arrays or lists', () => {
  const row = new MLArray([1, 2])
  const expected = 2.5
  for (const targets of [new MLArray([0, 0]), Float64Array.of(0, 0), Int8Array.of(0, 0), [0, 0]])
    expect(mseLoss(row, targets).item()).toEqual(expected)
  const logits = new MLArray([[0, 0]])
  for (const labels of [new MLArray([1]), Int32Array.of(1), Uint8Array.of(1), [1]])
    expect(crossEntropyLoss(logits, labels).item()).toEqual(Math.LN2)
})

test('targets that are tracked get a gradient', () => {
  const targets = new MLArray([0.25, 0.5])
  huberLoss(new MLArray([0.5, 2]), targets, { reduction: 'sum' }).backward()
  expect(targets.grad().toList()).toEqual([-0.25, -1])
  targets.zeroGrad()
  crossEntropyLoss(new MLArray([0, 0]), targets).backward()
  expect(targets.grad().toList()).toEqual([Math.LN2, Math.LN2])
})

test('predictions of any rank', () => {
  const deep = new MLArray([[[[3]]]])
  expect(mseLoss(deep, [[[[1]]]], { reduction: 'none' }).toList()).toEqual([[[[4]]]])
  expect(mseLoss(deep.sum(), 1).item()).toEqual(4)
  expect(mseLoss(deep.sum(), 1, { reduction: 'none' }).shape).toEqual([])
})

test('views', () => {
  expect(
    mseLoss(
      p.T,
      [
        [1, 3],
        [2, 6],
      ],
      { reduction: 'sum' },
    ).item(),
  ).toEqual(1)
  expect(
    crossEntropyLoss(
      new MLArray([
        [0, 5],
        [0, 9],
      ]).T,
      [0, 1],
      { reduction: 'none' },
    ).toList(),
  ).toEqual([Math.LN2, expect.closeTo(Math.log1p(Math.exp(-4)), 14)])
})

test('the class axis is 1, 0 of a single sample, or the one that is chosen', () => {
  const x = new MLArray([[0, Math.log(3)]])
  expect(crossEntropyLoss(x, [1]).item()).toBeCloseTo(Math.log(4 / 3), 14)
  expect(crossEntropyLoss(x.reshape([2]), 1).item()).toBeCloseTo(Math.log(4 / 3), 14)
  expect(crossEntropyLoss(x.T, [1], { axis: 0 }).item()).toBeCloseTo(Math.log(4 / 3), 14)
  expect(nllLoss(x.T, [1], { axis: -2 }).item()).toBeCloseTo(-Math.log(3), 14)
  expect(multiMarginLoss(x.T, [1], { axis: 0 }).item()).toEqual(0)
  expect(
    categoricalCrossEntropyLoss(x.T.softmax({ axis: 0 }), [[0], [1]], { axis: 0 }).item(),
  ).toBeCloseTo(Math.log(4 / 3), 14)
  expect(cosineEmbeddingLoss(p, p, [1, 1], { axis: 0 }).item()).toBeCloseTo(0, 12)
  expect(tripletMarginLoss(p.T, p.T, p.T, { axis: 0 }).shape).toEqual([])
  expect(diceLoss(p.mul(0), p.mul(0), { axis: [0, 1], reduction: 'none' }).toList()).toEqual(0)
})

test('the divergence of a batch of samples', () => {
  const x = new MLArray([
    [-1, -1],
    [-2, -2],
  ])
  const targets = [
    [1, 0],
    [0, 1],
  ]
  expect(klDivergenceLoss(x, targets, { reduction: 'batchmean' }).item()).toEqual(1.5)
  expect(klDivergenceLoss(x, targets).item()).toEqual(0.75)
  expect(
    klDivergenceLoss(x, targets, { reduction: 'batchmean', weight: [[1], [0]] }).item(),
  ).toEqual(0.5)
})

test('variances of each element, of each row, or one for all', () => {
  const one = gaussianNllLoss(p, TARGETS, 2).item()
  for (const variances of [
    [
      [2, 2],
      [2, 2],
    ],
    [[2], [2]],
    [2, 2],
    new MLArray(2),
  ])
    expect(gaussianNllLoss(p, TARGETS, variances).item()).toEqual(one)
})

test('a quantile that is met has the mean of both slopes', () => {
  const x = new MLArray([1])
  quantileLoss(x, [1], { quantile: 0.9 }).backward()
  expect(x.grad().item()).toBeCloseTo(-0.4, 14)
})

test('log-probabilities are logits too', () => {
  const x = new MLArray([[1, 2, 3]])
  expect(crossEntropyLoss(x.logSoftmax(), [0]).item()).toBeCloseTo(
    crossEntropyLoss(x, [0]).item(),
    14,
  )
})

test('mixed dtypes: arrays promote, lists and labels adapt', () => {
  const single = new MLArray([1, 2], { dtype: 'float32' })
  expect(mseLoss(single, [0, 0], { weight: new MLArray([1, 1]) }).dtype).toBe('float32')
  expect(mseLoss(single, new MLArray([0, 0])).dtype).toBe('float64')
  expect(crossEntropyLoss(single, new MLArray(1)).dtype).toBe('float32')
  expect(hingeLoss(single, new MLArray([1, -1])).dtype).toBe('float32')
})
