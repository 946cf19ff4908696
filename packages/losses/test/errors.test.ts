// Every message, each from the call that a user would make; the data stand on the error too.
import { inspect } from 'node:util'
import { grad, MLArray, ShapeError, Value, zeros } from '@smol/mlarray'
import { expect, test } from 'vitest'
import * as errors from '../src/errors.ts'
import * as losses from '../src/index.ts'
import {
  confusionMatrix,
  accuracy,
  precisionRecallF1,
  rocAuc,
  topKAccuracy,
} from '../src/metrics.ts'

/** What `call` throws. */
function thrown(call: () => unknown): Error & Record<string, unknown> {
  try {
    call()
  } catch (error) {
    return error as Error & Record<string, unknown>
  }
  throw new Error('nothing was thrown')
}

const any = (given: unknown): never => given as never
const row = new MLArray([0.2, 0.3])
const column = new MLArray([[1], [2]])
const scores = new MLArray([
  [1, 2, 3],
  [4, 5, 6],
])
const steps = new MLArray([[[0, 0, 0]], [[0, 0, 0]]])

/** A number in as many lists. */
const nested = (depth: number): never =>
  any(Array.from({ length: depth }).reduce((list) => [list], 1))

type Row = readonly [call: () => unknown, snapshot: (error: Error) => void]

const cases: Record<keyof typeof errors, readonly Row[]> = {
  kindError: [
    [
      () => losses.mseLoss(any([1, 2]), [1, 2]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: mseLoss: predictions must be an MLArray or a Value, got a list of 2. new MLArray(predictions) makes an array of the list.]`,
        ),
    ],
    [
      () => losses.crossEntropyLoss(any(3), [1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: crossEntropyLoss: logits must be an MLArray, got 3.]`,
        ),
    ],
    [
      () => losses.huberLoss(any('1'), [1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: huberLoss: predictions must be an MLArray or a Value, got "1".]`,
        ),
    ],
    [
      () => losses.diceLoss(any(new Value(1)), [1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: diceLoss: predictions must be an MLArray, got an object (Value).]`,
        ),
    ],
    [
      () => losses.mseLoss(new Value(1), any([1])),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: mseLoss: targets must be a number or a Value beside a Value, got a list of 1.]`,
        ),
    ],
  ],
  dataError: [
    [
      () => losses.mseLoss(scores, any('abc')),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: mseLoss: targets: expected numbers, Values, arrays or nested lists of them, got the string "abc".]`,
        ),
    ],
    [
      () => losses.crossEntropyLoss(scores, any([1, null])),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: crossEntropyLoss: targets: expected numbers, Values, arrays or nested lists of them, got null.]`,
        ),
    ],
    [
      () => losses.nllLoss(scores, [0, 1], { classWeight: [[1, 2], [3]] }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: nllLoss: classWeight: ragged list: row 0 has 2 elements, row 1 has 1.]`,
        ),
    ],
    [
      () => losses.binaryCrossEntropyWithLogitsLoss(row, [0, 1], { posWeight: any(null) }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: binaryCrossEntropyWithLogitsLoss: posWeight: expected numbers, Values, arrays or nested lists of them, got null.]`,
        ),
    ],
    [
      () => losses.ctcLoss(steps, any(new BigInt64Array(1)), [2], [1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: ctcLoss: labels: expected numbers, Values, arrays or nested lists of them, got 0n.]`,
        ),
    ],
    [
      () => rocAuc([1, 2], any({ length: 2 })),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: rocAuc: labels: expected numbers, Values, arrays or nested lists of them, got an object (Object).]`,
        ),
    ],
    [
      () => losses.maeLoss(row, nested(100)),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: maeLoss: targets: lists are nested deeper than 64.]`,
        ),
    ],
  ],
  shapeError: [
    [
      // @ts-expect-error -- another shape
      () => losses.mseLoss(column, [1, 2]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: mseLoss: targets must have shape [2, 1], got [2]. targets.reshape([2, 1]) would fit.]`,
        ),
    ],
    [
      // @ts-expect-error -- another shape
      () => losses.maeLoss(row, 1),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: maeLoss: targets must have shape [2], got [].]`,
        ),
    ],
    [
      // @ts-expect-error -- another shape
      () => losses.nllLoss(scores, [[1], [0]]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: nllLoss: labels must have shape [2], got [2, 1]. labels.reshape([2]) would fit.]`,
        ),
    ],
    [
      // @ts-expect-error -- another shape
      () => losses.tripletMarginLoss(row, row, [1, 2, 3]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: tripletMarginLoss: negative must have shape [2], got [3].]`,
        ),
    ],
    [
      () => losses.cosineEmbeddingLoss(scores, scores, [[1], [1]]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: cosineEmbeddingLoss: labels must have shape [2], got [2, 1]. labels.reshape([2]) would fit.]`,
        ),
    ],
  ],
  classTargetsError: [
    [
      // @ts-expect-error -- another shape
      () => losses.crossEntropyLoss(scores, [[1], [2]]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: crossEntropyLoss: targets must be class indices of shape [2] or probabilities of shape [2, 3], got [2, 1]. targets.reshape([2]) would fit.]`,
        ),
    ],
    [
      () =>
        // @ts-expect-error -- another shape
        losses.crossEntropyLoss(zeros([2, 5, 3]), [
          [0, 1, 2, 0, 1],
          [0, 0, 0, 0, 0],
        ]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: crossEntropyLoss: targets must be class indices of shape [2, 3] or probabilities of shape [2, 5, 3], got [2, 5]. { axis: 2 } would fit.]`,
        ),
    ],
    [
      // @ts-expect-error -- another shape
      () => losses.crossEntropyLoss(scores, [1, 2, 0]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: crossEntropyLoss: targets must be class indices of shape [2] or probabilities of shape [2, 3], got [3].]`,
        ),
    ],
  ],
  reductionError: [
    [
      () => losses.mseLoss(row, [1, 2], { reduction: any('avg') }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: mseLoss: reduction must be 'mean', 'sum' or 'none', got "avg".]`,
        ),
    ],
    [
      () => losses.mseLoss(new Value(1), 1, { reduction: any('batchmean') }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: mseLoss: reduction must be 'mean', 'sum' or 'none', got "batchmean".]`,
        ),
    ],
    [
      () => losses.klDivergenceLoss(row, [1, 0], { reduction: any(1) }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: klDivergenceLoss: reduction must be 'mean', 'sum', 'none' or 'batchmean', got 1.]`,
        ),
    ],
  ],
  optionError: [
    [
      () => losses.huberLoss(row, row, { delta: 0 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: huberLoss: delta must be a finite number > 0, got 0.]`,
        ),
    ],
    [
      () => losses.smoothL1Loss(row, row, { beta: -1 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: smoothL1Loss: beta must be a finite number ≥ 0, got -1.]`,
        ),
    ],
    [
      () => losses.quantileLoss(row, row, { quantile: 50 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: quantileLoss: quantile must be between 0 and 1, got 50.]`,
        ),
    ],
    [
      () => losses.focalLoss(row, [0, 1], { alpha: 2 }),
      (e) => expect(e).toMatchInlineSnapshot(`[RangeError: focalLoss: alpha must be ≤ 1, got 2.]`),
    ],
    [
      () => losses.focalLoss(row, [0, 1], { gamma: -1 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: focalLoss: gamma must be a finite number ≥ 0, got -1.]`,
        ),
    ],
    [
      () => losses.diceLoss(row, [0, 1], { smooth: -1 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: diceLoss: smooth must be a finite number ≥ 0, got -1.]`,
        ),
    ],
    [
      () => losses.crossEntropyLoss(scores, [0, 1], { labelSmoothing: 1.1 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: crossEntropyLoss: labelSmoothing must be between 0 and 1, got 1.1.]`,
        ),
    ],
    [
      () => losses.crossEntropyLoss(row, [0, 1], { ignoreIndex: 1 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: crossEntropyLoss: ignoreIndex must be left out where targets are probabilities, got 1.]`,
        ),
    ],
    [
      () => losses.multiMarginLoss(scores, [0, 1], { p: any(3) }),
      (e) =>
        expect(e).toMatchInlineSnapshot(`[RangeError: multiMarginLoss: p must be 1 or 2, got 3.]`),
    ],
    [
      () => losses.poissonNllLoss(row, row, { eps: Number.NaN }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: poissonNllLoss: eps must be a finite number ≥ 0, got NaN.]`,
        ),
    ],
    [
      () => losses.gaussianNllLoss(row, row, row, { eps: 0 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: gaussianNllLoss: eps must be a finite number > 0, got 0.]`,
        ),
    ],
    [
      () => losses.tripletMarginLoss(row, row, row, { p: 0 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: tripletMarginLoss: p must be a number > 0, got 0.]`,
        ),
    ],
    [
      () => losses.contrastiveLoss(scores, scores, { temperature: 0 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: contrastiveLoss: temperature must be a finite number > 0, got 0.]`,
        ),
    ],
    [
      () => losses.ctcLoss(steps, [[1]], [2], [1], { blank: 3 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: ctcLoss: blank must be a class index from 0 to 2, got 3.]`,
        ),
    ],
    [
      () => losses.mseLoss(new Value(1), 1, { weight: [1] }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: mseLoss: weight must be a number beside a Value, got a list of 1.]`,
        ),
    ],
    [
      () => losses.binaryCrossEntropyWithLogitsLoss(new Value(1), 1, { posWeight: [1] }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: binaryCrossEntropyWithLogitsLoss: posWeight must be a number beside a Value, got a list of 1.]`,
        ),
    ],
    [
      () => topKAccuracy(scores, [0, 1], { k: 0 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: topKAccuracy: k must be an integer > 0, got 0.]`,
        ),
    ],
    [
      () => losses.hingeLoss(row, [1, 1], { margin: Number.NaN }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: hingeLoss: margin must be a number, got NaN.]`,
        ),
    ],
    [
      () => losses.huberLoss(row, row, { delta: any('1') }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: huberLoss: delta must be a number, got "1".]`,
        ),
    ],
    [
      () => losses.diceLoss(row, [0, 1], { squared: any(1) }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: diceLoss: squared must be true or false, got 1.]`,
        ),
    ],
    [
      () => confusionMatrix(scores, [0, 1], { numClasses: 2 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: confusionMatrix: numClasses must be an integer from 3 to 8192, got 2.]`,
        ),
    ],
    [
      () => confusionMatrix([0], [0], { numClasses: 2 ** 13 + 1 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: confusionMatrix: numClasses must be an integer from 1 to 8192, got 8193.]`,
        ),
    ],
    [
      () => confusionMatrix(zeros([1, 2 ** 13 + 1]), [0]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: confusionMatrix: predictions must be scores of at most 8192 classes, got 8193.]`,
        ),
    ],
    [
      () => confusionMatrix([0], [0], { numClasses: 1.5 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: confusionMatrix: numClasses must be an integer from 1 to 8192, got 1.5.]`,
        ),
    ],
  ],
  optionsError: [
    [
      () => losses.mseLoss(row, row, any(null)),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: mseLoss: options are an object { reduction?, weight? }, got null.]`,
        ),
    ],
    [
      () => accuracy([0], [0], any('axis')),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: accuracy: options are an object { axis? }, got "axis".]`,
        ),
    ],
  ],
  unknownOptionError: [
    [
      () => losses.huberLoss(row, row, any({ detla: 1 })),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[TypeError: huberLoss: there is no option "detla"; the options are delta, reduction, weight.]`,
        ),
    ],
  ],
  weightError: [
    [
      () => losses.binaryCrossEntropyWithLogitsLoss(row, [0, 1], { posWeight: [1, 2, 3] }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: binaryCrossEntropyWithLogitsLoss: posWeight of shape [3] does not broadcast to logits of shape [2].]`,
        ),
    ],
    [
      () => losses.mseLoss(row, row, { weight: [1, 2, 3] }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: mseLoss: weight of shape [3] does not broadcast to the unreduced loss of shape [2].]`,
        ),
    ],
    [
      () => losses.mseLoss(row, row, { weight: [[1, 2]] }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: mseLoss: weight of shape [1, 2] does not broadcast to the unreduced loss of shape [2].]`,
        ),
    ],
    [
      () => losses.crossEntropyLoss(scores, [0, 1], { weight: [1, 2, 3] }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: crossEntropyLoss: weight of shape [3] does not broadcast to the unreduced loss of shape [2]. classWeight takes one number for each class.]`,
        ),
    ],
  ],
  classWeightError: [
    [
      () => losses.crossEntropyLoss(scores, [0, 1], { classWeight: [1, 2] }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: crossEntropyLoss: classWeight must have one number for each of 3 classes, got shape [2].]`,
        ),
    ],
    [
      () => losses.nllLoss(scores, [0, 1], { classWeight: 2 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: nllLoss: classWeight must have one number for each of 3 classes, got shape [].]`,
        ),
    ],
  ],
  axisError: [
    [
      // @ts-expect-error -- another shape
      () => losses.nllLoss(scores, [0, 1], { axis: 2 }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: nllLoss: axis 2 is out of range for shape [2, 3]; expected -2 … 1.]`,
        ),
    ],
    [
      () => losses.crossEntropyLoss(new MLArray(1), 0),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: crossEntropyLoss: axis 1 is out of range for shape []; an array of rank 0 has no classes.]`,
        ),
    ],
  ],
  noClassesError: [
    [
      () => losses.crossEntropyLoss(new MLArray([], { shape: [2, 0] }), [0, 0]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: crossEntropyLoss: no classes: axis 1 of shape [2, 0] is 0.]`,
        ),
    ],
  ],
  labelError: [
    [
      () => losses.crossEntropyLoss(scores, [0, 3]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: crossEntropyLoss: class index 3 at [1] is out of range for 3 classes; expected 0 … 2.]`,
        ),
    ],
    [
      () => losses.crossEntropyLoss(scores, [0, -1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: crossEntropyLoss: class index -1 at [1] is out of range for 3 classes; expected 0 … 2.]`,
        ),
    ],
    [
      () => losses.nllLoss(scores, [0.5, 1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: nllLoss: class index 0.5 at [0] is not an integer.]`,
        ),
    ],
    [
      () => losses.multiMarginLoss(row, -100),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: multiMarginLoss: class index -100 is out of range for 2 classes; expected 0 … 1.]`,
        ),
    ],
    [
      () => losses.ctcLoss(steps, [[5]], [2], [1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: ctcLoss: class index 5 at [0, 0] is out of range for 3 classes; expected 0 … 2.]`,
        ),
    ],
  ],
  probabilityError: [
    [
      () => losses.binaryCrossEntropyLoss(scores, scores),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: binaryCrossEntropyLoss: predictions must be probabilities between 0 and 1, got 2 at [0, 1]. Logits belong in binaryCrossEntropyWithLogitsLoss.]`,
        ),
    ],
    [
      () => losses.binaryCrossEntropyLoss(new Value(-1), 1),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: binaryCrossEntropyLoss: predictions must be probabilities between 0 and 1, got -1. Logits belong in binaryCrossEntropyWithLogitsLoss.]`,
        ),
    ],
    [
      () => losses.binaryCrossEntropyLoss(row, [0, 2]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: binaryCrossEntropyLoss: targets must be probabilities between 0 and 1, got 2 at [1].]`,
        ),
    ],
    [
      () =>
        losses.categoricalCrossEntropyLoss(scores, [
          [1, 0, 0],
          [0, 1, 0],
        ]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: categoricalCrossEntropyLoss: predictions must be probabilities between 0 and 1, got 2 at [0, 1]. Logits belong in crossEntropyLoss.]`,
        ),
    ],
    [
      () => losses.diceLoss(scores, scores),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: diceLoss: predictions must be probabilities between 0 and 1, got 2 at [0, 1]. sigmoid or softmax makes them of logits.]`,
        ),
    ],
    [
      () => losses.klDivergenceLoss(row, [-1, -2]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: klDivergenceLoss: targets must be probabilities between 0 and 1, got -1 at [0]. logTarget takes their logarithms.]`,
        ),
    ],
    [
      () => losses.crossEntropyLoss(scores, scores),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: crossEntropyLoss: targets must be probabilities between 0 and 1, got 2 at [0, 1].]`,
        ),
    ],
  ],
  signError: [
    [
      () => losses.hingeLoss(row, [1, 0]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: hingeLoss: labels must be -1 or 1, got 0 at [1]. 2 · label − 1 makes these of 0 and 1.]`,
        ),
    ],
    [
      () => losses.softMarginLoss(new Value(1), 2),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: softMarginLoss: labels must be -1 or 1, got 2.]`,
        ),
    ],
  ],
  binaryLabelError: [
    [
      () => losses.focalLoss(row, [1, -1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: focalLoss: labels must be 0 or 1, got -1 at [1].]`,
        ),
    ],
    [
      () => rocAuc([0.1, 0.2], [1, 2]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: rocAuc: labels must be 0 or 1, got 2 at [1].]`,
        ),
    ],
  ],
  varianceShapeError: [
    [
      () => losses.gaussianNllLoss(scores, scores, [1, 1, 1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: gaussianNllLoss: variances must have shape [2, 3], [2, 1] or [2], or be a number, got [3].]`,
        ),
    ],
  ],
  negativeError: [
    [
      () => losses.poissonNllLoss(row, [1, -2]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: poissonNllLoss: targets must be ≥ 0, got -2 at [1].]`,
        ),
    ],
    [
      () => losses.poissonNllLoss(new MLArray([1, -0.5]), [1, 2], { logInput: false }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: poissonNllLoss: predictions must be ≥ 0, got -0.5 at [1]. logInput takes logarithms of rates.]`,
        ),
    ],
    [
      () => losses.gaussianNllLoss(row, row, [1, -0.5]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: gaussianNllLoss: variances must be ≥ 0, got -0.5 at [1].]`,
        ),
    ],
  ],
  activationError: [
    [
      () => losses.binaryCrossEntropyWithLogitsLoss(scores.sigmoid(), scores),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: binaryCrossEntropyWithLogitsLoss: logits are the result of a sigmoid, and the loss takes the sigmoid itself. Give it what the sigmoid was given.]`,
        ),
    ],
    [
      () => losses.focalLoss(new Value(1).sigmoid(), 1),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: focalLoss: logits are the result of a sigmoid, and the loss takes the sigmoid itself. Give it what the sigmoid was given.]`,
        ),
    ],
    [
      () => losses.crossEntropyLoss(scores.softmax({ axis: 1 }), [0, 1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: crossEntropyLoss: logits are the result of a softmax, and the loss takes the softmax itself. Give it what the softmax was given.]`,
        ),
    ],
  ],
  likelihoodError: [
    [
      () => losses.klDivergenceLoss(scores.softmax({ axis: 0 }), scores),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: klDivergenceLoss: predictions are the result of a softmax, and the loss takes their logarithms: logSoftmax gives these.]`,
        ),
    ],
    [
      () => losses.nllLoss(scores.softmax({ axis: 1 }), [0, 1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: nllLoss: predictions are the result of a softmax, and the loss takes their logarithms: logSoftmax gives these.]`,
        ),
    ],
  ],
  rankError: [
    [
      () => losses.contrastiveLoss(row, row),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: contrastiveLoss: first must have shape [N, D], got [2].]`,
        ),
    ],
    [
      () => losses.ctcLoss(row, [1], 1, 1),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: ctcLoss: predictions must have shape [T, N, C] or [T, C], got [2].]`,
        ),
    ],
    [
      () => losses.ctcLoss(new MLArray([], { shape: [0, 3] }), [1], 1, 1),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: ctcLoss: predictions must have shape [T, …] with at least one step, got [0, 3].]`,
        ),
    ],
  ],
  blankLabelError: [
    [
      () => losses.ctcLoss(steps, [[0]], [2], [1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: ctcLoss: labels must not be the blank 0, got it at [0, 0].]`,
        ),
    ],
  ],
  lengthsError: [
    [
      () => losses.ctcLoss(steps, [[1]], [2, 2], [1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: ctcLoss: inputLengths must have one length for each sample, shape [1], got [2].]`,
        ),
    ],
    [
      () => losses.ctcLoss(steps, [[1]], [2], 1),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: ctcLoss: labelLengths must have one length for each sample, shape [1], got [].]`,
        ),
    ],
  ],
  lengthError: [
    [
      () => losses.ctcLoss(steps, [[1]], [3], [1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: ctcLoss: inputLengths must be integers from 1 to 2, got 3 at [0].]`,
        ),
    ],
    [
      () => losses.ctcLoss(steps, [[1]], [2], [0.5]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: ctcLoss: labelLengths must be integers from 0 to 1, got 0.5 at [0].]`,
        ),
    ],
  ],
  joinedLabelsError: [
    [
      () => losses.ctcLoss(steps, [1, 2], [2], [1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: ctcLoss: labels must have shape [1, S], or [1] for all of them in a row, got [2].]`,
        ),
    ],
    [
      () => losses.ctcLoss(steps, [[1], [2]], [2], [1]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: ctcLoss: labels must have shape [1, S], or [1] for all of them in a row, got [2, 1].]`,
        ),
    ],
  ],
  scoredLabelsError: [
    [
      () => accuracy(scores, [0, 1, 2]),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[ShapeError: accuracy: labels beside predictions of shape [2, 3] must have shape [2] or [2, 3], got [3].]`,
        ),
    ],
  ],
  averageError: [
    [
      () => precisionRecallF1([0], [0], { average: any('mean') }),
      (e) =>
        expect(e).toMatchInlineSnapshot(
          `[RangeError: precisionRecallF1: average must be 'binary', 'macro', 'micro', 'weighted' or 'none', got "mean".]`,
        ),
    ],
  ],
}

test('every message has a test', () => {
  expect(Object.keys(cases).toSorted()).toEqual(Object.keys(errors).toSorted())
})

const rows = Object.entries(cases).flatMap(([name, own]) =>
  own.map((each, i) => [`${name} ${i + 1}`, each] as const),
)

test.each(rows)('%s', (_, [call, snapshot]) => {
  const error = thrown(call)
  expect(error).toBeInstanceOf(error.name === 'TypeError' ? TypeError : RangeError)
  expect(error.message).toMatch(/^[\w]+: .*\.$/)
  expect(error['op']).toBe(/^\w+/.exec(error.message)![0])
  snapshot(error)
})

test('the data stand on the error', () => {
  // @ts-expect-error -- another shape
  const shape = thrown(() => losses.mseLoss(column, [1, 2]))
  expect(shape).toBeInstanceOf(ShapeError)
  expect(shape['shapes']).toEqual([[2], [2, 1]])
  expect(thrown(() => losses.crossEntropyLoss(scores, [0, 3]))).toMatchObject({ label: 3, at: [1] })
  const ragged = thrown(() => losses.mseLoss(row, [[1, 2], [3]]))
  expect(ragged).toBeInstanceOf(ShapeError)
  expect(ragged['shapes']).toEqual([[2], [1]])
  expect(thrown(() => losses.mseLoss(row, any('abc')))).toMatchObject({ given: 'abc' })
  expect(thrown(() => losses.huberLoss(row, row, { delta: -2 }))).toMatchObject({
    option: 'delta',
    given: -2,
  })
})

test('a loss inside of a transformation is shown there', () => {
  function lossOf(x: MLArray): MLArray {
    return losses.mseLoss(x, [1, 2, 3])
  }
  const { stack = '' } = thrown(() => grad((x: MLArray) => lossOf(x))(new MLArray([1, 2])))
  expect(stack.split('\n')[1]).toContain('at lossOf ')
})

test('what Node writes out below an uncaught error holds no array', () => {
  const targets = { tensor: scores.mul(2) } as never
  expect(() => losses.mseLoss(scores, targets)).toThrow(
    expect.toSatisfy(
      (error: { given?: unknown }) =>
        error.given === targets && !inspect(error, { customInspect: false }).includes('storage'),
    ),
  )
})

test('what only looks like a softmax is taken', () => {
  const half = new MLArray([[1, 1]]).div(2)
  expect(losses.crossEntropyLoss(half, [0]).item()).toBe(Math.LN2)
  const others = scores.exp().div(scores.flip({ axis: 1 }).exp().sum({ axis: 1, keepdims: true }))
  expect(losses.crossEntropyLoss(others, [0, 1]).item()).toBeGreaterThan(0)
  // Divided by the sum over the batch: each column sums to 1, and no row is a distribution.
  const batch = scores.softmax({ axis: 0 })
  expect(losses.crossEntropyLoss(batch, [0, 1]).item()).toBeGreaterThan(0)
  expect(losses.crossEntropyLoss(scores.logSoftmax(), [0, 1]).item()).toBeGreaterThan(0)
})
