// Derivatives of every loss by small steps, to the second order, in the places where they are smooth.
import { hessian, MLArray } from '@smol/mlarray'
import { checkGrads } from '@smol/mlarray/testing'
import { expect, test } from 'vitest'
import * as losses from '../src/index.ts'

const SCORES = [
  [0.7, -1.2, 2.1],
  [-0.4, 0.3, 0.9],
]
const OTHER = [
  [-0.2, 0.4, 1.3],
  [1.1, -0.7, 0.6],
]
const THIRD = [
  [0.1, -0.9, 0.2],
  [-1.4, 0.8, -0.3],
]
const PROBABILITIES = [
  [0.2, 0.7, 0.1],
  [0.5, 0.15, 0.35],
]
const SHARES = [
  [0.3, 0.6, 0.1],
  [0.25, 0.55, 0.2],
]
const SIGNS = [
  [1, -1, 1],
  [-1, -1, 1],
]
const BITS = [
  [1, 0, 1],
  [0, 0, 1],
]
const scores = new MLArray(SCORES)
const other = new MLArray(OTHER)
const third = new MLArray(THIRD)
const probabilities = new MLArray(PROBABILITIES)
const shares = new MLArray(SHARES)
const counts = new MLArray([
  [0.5, 3, 7],
  [2, 0.1, 1.5],
])
const variances = new MLArray([0.5, 2])

const cases: Record<keyof typeof losses, (order: number) => void> = {
  mseLoss: (order) => checkGrads((p, t) => losses.mseLoss(p, t), [scores, other], { order }),
  maeLoss: (order) => checkGrads((p, t) => losses.maeLoss(p, t), [scores, other], { order }),
  huberLoss: (order) =>
    checkGrads((p, t) => losses.huberLoss(p, t, { delta: 0.85 }), [scores, other], { order }),
  smoothL1Loss: (order) =>
    checkGrads((p, t) => losses.smoothL1Loss(p, t, { beta: 0.85 }), [scores, other], { order }),
  logCoshLoss: (order) =>
    checkGrads((p, t) => losses.logCoshLoss(p, t), [scores, other], { order }),
  quantileLoss: (order) =>
    checkGrads((p, t) => losses.quantileLoss(p, t, { quantile: 0.8 }), [scores, other], { order }),
  binaryCrossEntropyLoss: (order) =>
    checkGrads((p, t) => losses.binaryCrossEntropyLoss(p, t), [probabilities, shares], { order }),
  binaryCrossEntropyWithLogitsLoss: (order) =>
    checkGrads(
      (x, t) => losses.binaryCrossEntropyWithLogitsLoss(x, t, { posWeight: [2, 1, 0.5] }),
      [scores, shares],
      { order },
    ),
  focalLoss: (order) => checkGrads((x) => losses.focalLoss(x, BITS), [scores], { order }),
  diceLoss: (order) =>
    checkGrads((p, t) => losses.diceLoss(p, t, { squared: true }), [probabilities, shares], {
      order,
    }),
  crossEntropyLoss: (order) => {
    const options = { classWeight: [1, 2, 0.5], labelSmoothing: 0.1 }
    checkGrads((x) => losses.crossEntropyLoss(x, [2, 0], options), [scores], { order })
    checkGrads((x, t) => losses.crossEntropyLoss(x, t, options), [scores, shares], { order })
  },
  nllLoss: (order) =>
    checkGrads((x) => losses.nllLoss(x.logSoftmax(), [2, 0]), [scores], { order }),
  categoricalCrossEntropyLoss: (order) =>
    checkGrads((p, t) => losses.categoricalCrossEntropyLoss(p, t), [probabilities, shares], {
      order,
    }),
  klDivergenceLoss: (order) => {
    checkGrads((x, t) => losses.klDivergenceLoss(x, t), [scores, shares], { order })
    checkGrads((x, t) => losses.klDivergenceLoss(x, t, { logTarget: true }), [scores, other], {
      order,
    })
  },
  poissonNllLoss: (order) => {
    checkGrads((x, t) => losses.poissonNllLoss(x, t, { full: true }), [scores, counts], { order })
    checkGrads((x) => losses.poissonNllLoss(x, BITS, { logInput: false }), [probabilities], {
      order,
    })
  },
  gaussianNllLoss: (order) =>
    checkGrads((p, t, v) => losses.gaussianNllLoss(p, t, v), [scores, other, variances], { order }),
  hingeLoss: (order) => checkGrads((p) => losses.hingeLoss(p, SIGNS), [scores], { order }),
  squaredHingeLoss: (order) =>
    checkGrads((p) => losses.squaredHingeLoss(p, SIGNS), [scores], { order }),
  hingeEmbeddingLoss: (order) =>
    checkGrads((p) => losses.hingeEmbeddingLoss(p, SIGNS), [scores], { order }),
  softMarginLoss: (order) =>
    checkGrads((p) => losses.softMarginLoss(p, SIGNS), [scores], { order }),
  multiMarginLoss: (order) =>
    checkGrads(
      (x) => losses.multiMarginLoss(x, [2, 0], { p: 2, classWeight: [1, 2, 3] }),
      [scores],
      {
        order,
      },
    ),
  cosineEmbeddingLoss: (order) =>
    checkGrads(
      (a, b) => losses.cosineEmbeddingLoss(a, b, [1, -1], { margin: -0.9 }),
      [scores, other],
      {
        order,
      },
    ),
  tripletMarginLoss: (order) =>
    checkGrads(
      (a, b, c) => losses.tripletMarginLoss(a, b, c, { margin: 3, swap: true }),
      [scores, other, third],
      { order },
    ),
  marginRankingLoss: (order) =>
    checkGrads((a, b) => losses.marginRankingLoss(a, b, SIGNS, { margin: 3 }), [scores, other], {
      order,
    }),
  contrastiveLoss: (order) =>
    checkGrads((a, b) => losses.contrastiveLoss(a, b), [scores, other], { order }),
  ctcLoss: (order) => {
    const steps = new MLArray([
      [SCORES[0]!, OTHER[0]!],
      [SCORES[1]!, OTHER[1]!],
      [THIRD[0]!, THIRD[1]!],
    ])
    checkGrads(
      (x) =>
        losses.ctcLoss(
          x.logSoftmax(),
          [
            [1, 1],
            [2, 0],
          ],
          [3, 2],
          [2, 1],
        ),
      [steps],
      { order },
    )
  },
}

test('there is a case of every loss', () => {
  expect(Object.keys(cases).toSorted()).toEqual(Object.keys(losses).toSorted())
})

test.each(Object.entries(cases))('%s', (_, check) => check(2))

test('second derivatives where a prediction is right', () => {
  const target = new MLArray([0.5])
  const curvature = (loss: (p: MLArray) => MLArray): number => hessian(loss)(target).item()
  expect([
    curvature((p) => losses.mseLoss(p, target)),
    curvature((p) => losses.huberLoss(p, target, { delta: 2 })),
    curvature((p) => losses.smoothL1Loss(p, target, { beta: 2 })),
    curvature((p) => losses.logCoshLoss(p, target)),
  ]).toEqual([2, 1, 0.5, 1])
})
