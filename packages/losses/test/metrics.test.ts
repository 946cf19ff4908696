// Metrics by hand; scikit-learn gives the same where it has them.
import { MLArray } from '@smol/mlarray'
import { describe, expect, test } from 'vitest'
import {
  accuracy,
  confusionMatrix,
  precisionRecallF1,
  r2,
  rocAuc,
  topKAccuracy,
} from '../src/metrics.ts'

const SCORES = [
  [0.1, 0.7, 0.2],
  [0.5, 0.3, 0.2],
  [0.2, 0.2, 0.6],
  [0.3, 0.4, 0.3],
]
const LABELS = [1, 1, 2, 0]

describe('accuracy', () => {
  test('of scores, in lists, arrays and typed arrays', () => {
    expect(accuracy(SCORES, LABELS)).toBe(0.5)
    expect(accuracy(new MLArray(SCORES), Int32Array.from(LABELS))).toBe(0.5)
    expect(accuracy(new MLArray(SCORES).T, LABELS, { axis: 0 })).toBe(0.5)
    expect(accuracy([0.1, 0.9], 1)).toBe(1)
  })

  test('of classes', () => {
    expect(accuracy([1, 2, 0], [1, 2, 2])).toBeCloseTo(2 / 3, 15)
    expect(accuracy([], [])).toBeNaN()
  })

  test('of many places for each sample', () => {
    const scores = [
      [
        [1, 0],
        [0, 1],
      ],
    ] // [1, 2 classes, 2 places]
    expect(accuracy(scores, [[0, 1]])).toBe(1)
    expect(accuracy(scores, [[0, 0]])).toBe(0.5)
  })

  test('the first of equal scores wins, and NaN wins over all', () => {
    expect(accuracy([[1, 1]], [0])).toBe(1)
    expect(accuracy([[1, Number.NaN]], [1])).toBe(1)
  })
})

test('top-k accuracy', () => {
  expect(topKAccuracy(SCORES, LABELS, { k: 1 })).toBe(0.5)
  expect(topKAccuracy(SCORES, LABELS, { k: 2 })).toBe(1)
  expect(topKAccuracy(SCORES, LABELS)).toBe(1)
  expect(topKAccuracy([[1, 1, 1]], [2], { k: 2 })).toBe(0)
  expect(topKAccuracy([[Number.NaN, 1, 2]], [1], { k: 2 })).toBe(0)
})

test('confusion matrix: rows are what is, columns what was predicted', () => {
  expect(confusionMatrix(SCORES, LABELS)).toEqual([
    [0, 1, 0],
    [1, 1, 0],
    [0, 0, 1],
  ])
  expect(confusionMatrix([0, 1], [1, 1], { numClasses: 3 })).toEqual([
    [0, 0, 0],
    [1, 1, 0],
    [0, 0, 0],
  ])
})

describe('precision, recall and F1', () => {
  const predictions = [0, 1, 1, 2, 2, 2]
  const labels = [0, 0, 1, 1, 2, 2]

  test('of each class', () => {
    expect(precisionRecallF1(predictions, labels, { average: 'none' })).toEqual({
      precision: [1, 0.5, 2 / 3],
      recall: [0.5, 0.5, 1],
      f1: [2 / 3, 0.5, 0.8],
    })
  })

  test('averaged', () => {
    const { precision, recall, f1 } = precisionRecallF1(predictions, labels)
    expect([precision, recall, f1].map((x) => x.toFixed(12))).toEqual(
      [13 / 18, 2 / 3, (2 / 3 + 0.5 + 0.8) / 3].map((x) => x.toFixed(12)),
    )
    const all = precisionRecallF1(predictions, labels, { average: 'micro' })
    expect(all).toEqual({ precision: 4 / 6, recall: 4 / 6, f1: 4 / 6 })
    const weighted = precisionRecallF1([0, 1, 1], [0, 1, 0], { average: 'weighted' })
    expect(weighted.recall).toBeCloseTo(2 / 3, 15)
    expect(weighted.precision).toBeCloseTo((2 * 1 + 0.5) / 3, 15)
    const binary = precisionRecallF1([0, 1, 1], [0, 0, 1], { average: 'binary' })
    expect(binary).toEqual({ precision: 0.5, recall: 1, f1: 2 / 3 })
  })

  test('a class that was never predicted has no precision', () => {
    const { precision, recall, f1 } = precisionRecallF1([0, 0], [0, 1], { average: 'none' })
    expect([precision, recall, f1]).toEqual([
      [0.5, Number.NaN],
      [1, 0],
      [2 / 3, 0],
    ])
    expect(precisionRecallF1([0, 0], [0, 1], { zeroDivision: 0 }).precision).toBe(0.25)
  })
})

describe('R²', () => {
  test('of one output, and the mean over many', () => {
    expect(r2([2.5, 0, 2, 8], [3, -0.5, 2, 7])).toBeCloseTo(0.9486081370449679, 15)
    const predictions = [
      [0, 2],
      [-1, 2],
      [8, -5],
    ]
    expect(
      r2(predictions, [
        [0.5, 1],
        [-1, 1],
        [7, -6],
      ]),
    ).toBeCloseTo(0.9368005266622779, 15)
  })

  test('of targets without variance', () => {
    expect(r2([1, 2], [1, 1])).toBe(-Infinity)
    expect(r2([1, 1], [1, 1])).toBeNaN()
  })
})

test('area under the ROC curve, equal scores counting half', () => {
  expect(rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75)
  expect(rocAuc([0.5, 0.5, 0.5], [0, 1, 1])).toBe(0.5)
  expect(rocAuc([1, 2, 2, 3], [0, 0, 1, 1])).toBe(0.875)
  expect(rocAuc([1, 2], [1, 1])).toBeNaN()
  expect(rocAuc([1, Number.NaN], [0, 1])).toBeNaN()
  expect(rocAuc([Number.NaN, 1], [0, 1])).toBeNaN()
  expect(rocAuc([-0, 0, -Infinity, Infinity], [0, 1, 0, 1])).toBe(0.875)
})

test('area under the ROC curve: how many pairs are in order', () => {
  const scores = Array.from({ length: 60 }, (_, i) => (i * i) % 17)
  const labels = scores.map((score, i) => Number((i * 7 + score) % 5 > 2))
  const [negatives, positives] = [0, 1].map((label) => scores.filter((_, i) => labels[i] === label))
  let wins = 0
  for (const p of positives!) for (const n of negatives!) wins += p > n ? 1 : p === n ? 0.5 : 0
  expect(rocAuc(scores, labels)).toBe(wins / (positives!.length * negatives!.length))
})
