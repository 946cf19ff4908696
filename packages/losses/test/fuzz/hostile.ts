// Hostile values in place of everything that a user passes to this package: good calls of all that it exports.
import { MLArray, Value, zeros } from '@smol/mlarray'
import * as losses from '../../src/index.ts'
import * as metrics from '../../src/metrics.ts'
// @boundaries-ignore what tests share stands with the lowest package
import { common, type Case, type Cases, type Strange } from '../../../value/test/fuzz/strange.ts'

export const strange: Strange = {
  ...common,
  'a fake array': () => Object.create(MLArray.prototype) as unknown,
  'a fake Value': () => Object.create(Value.prototype) as unknown,
  'the prototype of all': () => MLArray.prototype,
  value: () => new Value(1),
  array: () => new MLArray([1, 2]),
  'an array of probabilities': () => new MLArray([[0.25, 0.75, 0]]), // prettier-ignore
  'rank 0': () => zeros([]),
  'size 0': () => zeros([0, 3]),
  'rank 5': () => zeros([1, 2, 1, 2, 1]),
  'not numbers': () => new MLArray([Number.NaN, Infinity, -0]),
}

type Call = (...given: never[]) => unknown

const all: Readonly<Record<string, Call>> = { ...losses, ...metrics }

/** Predictions that gradients have reached, which a refused call leaves alone. */
function predictions(data: readonly unknown[]): [MLArray, () => string] {
  const x = new MLArray(data as number[], { label: 'x' })
  x.square().sum().backward()
  return [
    x,
    () => [String(x), x.grad().toTypedArray().join(), x.op, x.label, x.requiresGrad].join('; '),
  ]
}

/** A case of a function whose first argument is an array of `data`, with `rest` after it. */
const of =
  (name: string, data: readonly unknown[], ...rest: readonly unknown[]) =>
  (): Case => {
    const [x, state] = predictions(data)
    return { args: [x, ...rest], call: all[name] as Case['call'], state }
  }

/** The same of one Value. */
const ofValue =
  (name: string, data: number, ...rest: readonly unknown[]) =>
  (): Case => ({ args: [new Value(data), ...rest], call: all[name] as Case['call'] })

const scores = [[1, 2, 0], [0, 1, 3]] // prettier-ignore
const shares = [[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]] // prettier-ignore
const common2 = { reduction: 'sum', weight: [1, 2] }
const byClass = { axis: 1, classWeight: [1, 2, 3], reduction: 'mean', weight: [1, 2] }
const steps = [[[0, -1, -2]], [[-1, 0, -3]]] // prettier-ignore

export const cases: Cases = {
  ...Object.fromEntries(
    ['mseLoss', 'maeLoss', 'logCoshLoss'].map((name) => [name, of(name, [1, 2], [3, 4], common2)]),
  ),
  ...Object.fromEntries(
    ['hingeLoss', 'squaredHingeLoss', 'hingeEmbeddingLoss'].map((name) => [
      name,
      of(name, [1, 2], [1, -1], { margin: 1, ...common2 }),
    ]),
  ),
  'mseLoss of a Value': ofValue('mseLoss', 1, 3, { reduction: 'sum', weight: 2 }),
  'hingeLoss of a Value': ofValue('hingeLoss', 1, -1, { margin: 2 }),
  huberLoss: of('huberLoss', [1, 2], [3, 4], { delta: 1, ...common2 }),
  smoothL1Loss: of('smoothL1Loss', [1, 2], [3, 4], { beta: 1, ...common2 }),
  quantileLoss: of('quantileLoss', [1, 2], [3, 4], { quantile: 0.5, ...common2 }),
  softMarginLoss: of('softMarginLoss', [1, 2], [1, -1], common2),
  binaryCrossEntropyLoss: of('binaryCrossEntropyLoss', [0.2, 0.7], [1, 0], common2),
  'binaryCrossEntropyLoss of a Value': ofValue('binaryCrossEntropyLoss', 0.5, 1, {}),
  binaryCrossEntropyWithLogitsLoss: of('binaryCrossEntropyWithLogitsLoss', [1, 2], [1, 0], {
    posWeight: [1, 2],
    ...common2,
  }),
  focalLoss: of('focalLoss', [1, 2], [1, 0], { alpha: 0.5, gamma: 1, ...common2 }),
  contrastiveLoss: of('contrastiveLoss', scores, shares, { temperature: 1 }),
  crossEntropyLoss: of('crossEntropyLoss', scores, [0, 2], {
    ...byClass,
    ignoreIndex: -1,
    labelSmoothing: 0.1,
  }),
  'crossEntropyLoss of probabilities': of('crossEntropyLoss', scores, shares, byClass),
  nllLoss: of('nllLoss', scores, [0, 2], { ...byClass, ignoreIndex: -1 }),
  categoricalCrossEntropyLoss: of('categoricalCrossEntropyLoss', shares, shares, { axis: 1 }),
  multiMarginLoss: of('multiMarginLoss', scores, [0, 2], { ...byClass, p: 1, margin: 1 }),
  ctcLoss: of('ctcLoss', steps, [[1]], [2], [1], {
    blank: 0,
    zeroInfinity: true,
    reduction: 'sum',
    weight: [1],
  }),
  diceLoss: of('diceLoss', shares, [[0, 1, 0], [1, 0, 1]], { axis: [1], smooth: 1, squared: true }), // prettier-ignore
  klDivergenceLoss: of('klDivergenceLoss', scores, shares, {
    logTarget: false,
    reduction: 'batchmean',
  }),
  poissonNllLoss: of('poissonNllLoss', [1, 2], [3, 4], { logInput: false, full: true, eps: 1 }),
  gaussianNllLoss: of('gaussianNllLoss', [1, 2], [3, 4], [1, 2], { full: true, eps: 1 }),
  cosineEmbeddingLoss: of('cosineEmbeddingLoss', scores, shares, [1, -1], { axis: 1, margin: 0 }),
  tripletMarginLoss: of('tripletMarginLoss', scores, shares, shares, {
    margin: 1,
    p: 2,
    eps: 1,
    swap: true,
    axis: 1,
  }),
  marginRankingLoss: of('marginRankingLoss', [1, 2], [3, 4], [1, -1], { margin: 1, ...common2 }),
  accuracy: of('accuracy', scores, [0, 2], { axis: 1 }),
  topKAccuracy: of('topKAccuracy', scores, [0, 2], { k: 2, axis: 1 }),
  confusionMatrix: of('confusionMatrix', scores, [0, 2], { numClasses: 3, axis: 1 }),
  'confusionMatrix of labels': of('confusionMatrix', [1, 2], [0, 2], { numClasses: 3 }),
  precisionRecallF1: of('precisionRecallF1', [1, 2], [0, 2], {
    numClasses: 3,
    average: 'macro',
    zeroDivision: 0,
  }),
  'precisionRecallF1 of labels': of('precisionRecallF1', [1, 2], [0, 2], {}),
  r2: of('r2', [1, 2], [3, 4]),
  rocAuc: of('rocAuc', [1, 2], [0, 1]),
}
