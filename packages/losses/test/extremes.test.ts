// Where formulas overflow, cancel or multiply 0 by infinity: values and gradients at the edges.
import { MLArray, type DType } from '@smol/mlarray'
import { expect, test } from 'vitest'
import {
  binaryCrossEntropyLoss,
  binaryCrossEntropyWithLogitsLoss,
  categoricalCrossEntropyLoss,
  contrastiveLoss,
  cosineEmbeddingLoss,
  crossEntropyLoss,
  ctcLoss,
  diceLoss,
  focalLoss,
  gaussianNllLoss,
  huberLoss,
  klDivergenceLoss,
  logCoshLoss,
  nllLoss,
  poissonNllLoss,
  smoothL1Loss,
  softMarginLoss,
  squaredHingeLoss,
  tripletMarginLoss,
} from '../src/index.ts'
import { agree } from './close.ts'

expect.addEqualityTesters([agree])

const DTYPES: readonly DType[] = ['float64', 'float32']
const NONE = { reduction: 'none' } as const

/** The losses of all elements, and the gradient of their sum. */
function both(
  f: (x: MLArray) => MLArray,
  at: readonly unknown[],
  dtype: DType = 'float64',
): { readonly loss: unknown; readonly gradient: unknown } {
  const x = new MLArray(at as number[], { dtype })
  const loss = f(x)
  loss.backward()
  return { loss: loss.toList(), gradient: x.grad().toList() }
}

/** The second derivative of the sum of the losses, in the direction of ones. */
function second(f: (x: MLArray) => MLArray, at: readonly unknown[]): unknown {
  const x = new MLArray(at as number[])
  f(x).backward({ createGraph: true })
  const first = x.gradNode()!
  x.zeroGrad()
  first.backward()
  return x.grad().toList()
}

test.each(DTYPES)('cross-entropy at logits of ±1e4, %s', (dtype) => {
  const logits = [
    [1e4, -1e4],
    [1e4, -1e4],
    [1e4, 1e4],
  ]
  const { loss, gradient } = both((x) => crossEntropyLoss(x, [0, 1, 0], NONE), logits, dtype)
  expect(loss).toEqual([0, 2e4, Math.fround(Math.LN2)].map((x) => expect.closeTo(x, 6)))
  expect(gradient).toEqual([
    [0, 0],
    [1, -1],
    [-0.5, 0.5],
  ])
})

test('cross-entropy keeps the digits of a difference beside large float32 logits', () => {
  const { loss } = both((x) => crossEntropyLoss(x, [0], NONE), [[10000, 9999]], 'float32')
  expect(loss).toEqual([expect.closeTo(Math.log1p(Math.exp(-1)), 6)])
})

test('masked logits of −Infinity take no part, as index or as probability 0', () => {
  for (const targets of [[0], [[1, 0, 0]]]) {
    const f = (x: MLArray): MLArray => crossEntropyLoss(x, targets, NONE)
    const { loss, gradient } = both(f, [[0, 0, -Infinity]])
    expect(loss).toEqual([Math.LN2])
    expect(gradient).toEqual([[-0.5, 0.5, 0]])
    expect(second(f, [[0, 0, -Infinity]])).toEqual([[0, 0, 0]])
  }
})

test('a sample that is ignored sends nothing, whatever is in it', () => {
  const rows = [
    [Number.NaN, Infinity],
    [0, 0],
  ]
  const expected = {
    loss: [0, Math.LN2],
    gradient: [
      [0, 0],
      [-0.5, 0.5],
    ],
  }
  expect(both((x) => crossEntropyLoss(x, [-100, 0], NONE), rows)).toEqual(expected)
  expect(
    both(
      (x) => nllLoss(x, [-100, 0], NONE),
      [
        [Number.NaN, -Infinity],
        [-1, -2],
      ],
    ),
  ).toEqual({
    loss: [0, 1],
    gradient: [
      [0, 0],
      [-1, 0],
    ],
  })
})

test.each(DTYPES)('binary cross-entropy of logits of ±1e4, %s', (dtype) => {
  const f = (x: MLArray): MLArray => binaryCrossEntropyWithLogitsLoss(x, [0, 1, 0, 1], NONE)
  expect(both(f, [1e4, 1e4, -1e4, -1e4], dtype)).toEqual({
    loss: [1e4, 0, 0, 1e4],
    gradient: [1, 0, 0, -1],
  })
})

test('a loss that is almost 0 keeps its digits', () => {
  const f = (x: MLArray): MLArray => binaryCrossEntropyWithLogitsLoss(x, [1, 0], NONE)
  expect(both(f, [40, -40]).loss).toEqual([4.248354255291589e-18, 4.248354255291589e-18])
  expect(both((x) => logCoshLoss(x, [0], NONE), [1e-9]).loss).toEqual([5e-19])
  expect(both((x) => binaryCrossEntropyLoss(x, [0], NONE), [1e-10]).loss).toEqual([
    1.00000000005e-10,
  ])
  expect(both((x) => softMarginLoss(x, [1], NONE), [40]).loss).toEqual([4.248354255291589e-18])
})

test('binary cross-entropy of saturated probabilities is 100, with a gradient that can repair it', () => {
  const f = (x: MLArray): MLArray => binaryCrossEntropyLoss(x, [1, 0, 0, 1], NONE)
  const { loss, gradient } = both(f, [0, 1, 0, 1])
  expect(loss).toEqual([100, 100, 0, 0])
  expect(gradient).toEqual([-1e12, 1e12, 0, 0].map((x) => expect.closeTo(x, -5)))
  const single = both(f, [0, 1, 0, 1], 'float32')
  expect(single.loss).toEqual([100, 100, 0, 0])
  expect(single.gradient).toEqual([-1e12, 1e12, 0, 0].map((x) => expect.closeTo(x, -6)))
})

test('0 · log 0 is 0', () => {
  expect(both((x) => categoricalCrossEntropyLoss(x, [[1, 0]], NONE), [[1, 0]])).toEqual({
    loss: [0],
    gradient: [[-1, 0]],
  })
  expect(both((x) => klDivergenceLoss(x, [1, 0], NONE), [-1, -2])).toEqual({
    loss: [1, 0],
    gradient: [-1, -0],
  })
  const targets = new MLArray([1, 0])
  klDivergenceLoss(new MLArray([-1, -2]), targets).backward()
  expect(targets.grad().toList()).toEqual([1, 1])
})

test('a divergence from probability 0 to probability 0 is 0, with gradient 0', () => {
  const expected = { loss: [0, 0], gradient: [0, -1] }
  const targets = new MLArray([0, 1])
  const f = (x: MLArray): MLArray => klDivergenceLoss(x, targets, NONE)
  expect(both(f, [-Infinity, 0])).toEqual(expected)
  expect(targets.grad().toList()).toEqual([0, 1])
  const logs = new MLArray([-Infinity, 0])
  const g = (x: MLArray): MLArray => klDivergenceLoss(x, logs, { ...NONE, logTarget: true })
  expect(both(g, [-Infinity, 0])).toEqual(expected)
  expect(logs.grad().toList()).toEqual([0, 1])
  expect(both((x) => klDivergenceLoss(x, [0.5, 1], NONE), [-Infinity, 0]).loss).toEqual([
    Infinity,
    0,
  ])
})

test.each(DTYPES)('small errors beside a wide square keep their digits, %s', (dtype) => {
  const errors = [1e-6, -0.001, 0]
  const huber = (x: MLArray): MLArray => huberLoss(x, [0, 0, 0], { ...NONE, delta: 1e12 })
  const { gradient } = both(huber, errors, dtype)
  expect(gradient).toEqual(errors.map((x) => (dtype === 'float32' ? Math.fround(x) : x)))
  const smooth = (x: MLArray): MLArray => smoothL1Loss(x, [0, 0, 0], { ...NONE, beta: 1024 })
  const { gradient: scaled } = both(smooth, errors, dtype)
  expect(scaled).toEqual(errors.map((x) => (dtype === 'float32' ? Math.fround(x) : x) / 1024))
})

test('an infinite variance says nothing of the error, and costs Infinity', () => {
  const f = (v: MLArray): MLArray => gaussianNllLoss(new MLArray([3, 3]), [1, 1], v, NONE)
  expect(both(f, [Infinity, 4]).loss).toEqual([Infinity, Math.log(4) / 2 + 0.5])
})

test('a true class with probability 0 costs Infinity, and says in which direction it would cost less', () => {
  const { loss, gradient } = both((x) => categoricalCrossEntropyLoss(x, [[0, 1]], NONE), [[1, 0]])
  expect(loss).toEqual([Infinity])
  expect(gradient).toEqual([[0, -Infinity]])
})

test.each([0, 0.5, 1, 2])('focal loss of logits of ±1e4 with γ = %s', (gamma) => {
  const f = (x: MLArray): MLArray => focalLoss(x, [1, 0, 0, 1], { ...NONE, alpha: -1, gamma })
  expect(both(f, [1e4, 1e4, -1e4, -1e4])).toEqual({
    loss: [0, 1e4, 0, 1e4],
    gradient: [0, 1, 0, -1].map((x) => expect.closeTo(x, 12)),
  })
})

test('errors of 1e200 and of 1e-200', () => {
  const huge = [1e200, -1e200]
  expect(both((x) => huberLoss(x, [0, 0], NONE), huge)).toEqual({
    loss: [1e200, 1e200],
    gradient: [1, -1],
  })
  expect(both((x) => smoothL1Loss(x, [0, 0], NONE), huge).gradient).toEqual([1, -1])
  expect(both((x) => logCoshLoss(x, [0, 0], NONE), huge)).toEqual({
    loss: [1e200, 1e200],
    gradient: [1, -1],
  })
  expect(both((x) => logCoshLoss(x, [0, 0], NONE), [1e-200, 0]).gradient).toEqual([1e-200, 0])
  expect(both((x) => smoothL1Loss(x, [0], { ...NONE, beta: 1e-300 }), [1]).gradient).toEqual([1])
})

test('log cosh is smooth at 0: its second derivative is 1', () => {
  expect(second((x) => logCoshLoss(x, [0, 0], NONE), [0, 1e4])).toEqual([1, 0])
})

test('soft margin and squared hinge at ±1e4', () => {
  expect(both((x) => softMarginLoss(x, [1, 1], NONE), [1e4, -1e4])).toEqual({
    loss: [0, 1e4],
    gradient: [-0, -1],
  })
  expect(both((x) => squaredHingeLoss(x, [1], NONE), [-1e4]).gradient).toEqual([-20002])
})

test('a variance below eps counts as eps, and gets its gradient', () => {
  const variances = new MLArray([0, 0.5, 2])
  const loss = gaussianNllLoss(new MLArray([0, 0, 0]), [1, 1, 1], variances, { ...NONE, eps: 1 })
  loss.backward()
  expect(loss.toList()).toEqual([0.5, 0.5, Math.log(2) / 2 + 0.25])
  expect(variances.grad().toList()).toEqual([0, 0, 0.125])
  const far = new MLArray([0])
  gaussianNllLoss(new MLArray([0]), [3], far, { eps: 1 }).backward()
  expect(far.grad().item()).toEqual(-4)
})

test('Poisson losses of counts 0 and rates 0', () => {
  expect(both((x) => poissonNllLoss(x, [0, 3], { ...NONE, logInput: false }), [0, 0]).loss).toEqual(
    [0, expect.closeTo(-3 * Math.log(1e-8), 12)],
  )
})

test('vectors of zeros, and vectors that are equal', () => {
  const zeros = [[0, 0]]
  expect(both((x) => cosineEmbeddingLoss(x, [[1, 0]], [1], NONE), zeros).loss).toEqual([1])
  expect(both((x) => tripletMarginLoss(x, zeros, zeros, { ...NONE, eps: 0 }), zeros)).toEqual({
    loss: [1],
    gradient: [[0, 0]],
  })
  expect(both((x) => contrastiveLoss(x, [[1, 0]], NONE), zeros).loss).toEqual([0, 0])
  expect(both((x) => contrastiveLoss(x, [[1e4, 1]], NONE), [[-1e4, 1]]).gradient).toEqual([[0, 0]])
})

test('two empty regions overlap, unless nothing smooths', () => {
  expect(both((x) => diceLoss(x, [[0, 0]], NONE), [[0, 0]]).loss).toEqual([0])
  expect(both((x) => diceLoss(x, [[0, 0]], { ...NONE, smooth: 0 }), [[0, 0]]).loss).toEqual([
    Number.NaN,
  ])
})

test('labels that do not fit into the time cost Infinity, or nothing on demand', () => {
  const even = [[0, 0]]
  const f =
    (zeroInfinity: boolean) =>
    (x: MLArray): MLArray =>
      ctcLoss(x.logSoftmax(), [1, 1], 1, 2, { zeroInfinity })
  expect(both(f(false), even)).toEqual({ loss: Infinity, gradient: [[0, 0]] })
  expect(both(f(true), even)).toEqual({ loss: 0, gradient: [[0, 0]] })
})

test('a class of probability 0 stays out of CTC', () => {
  const steps = [
    [0, 0, -Infinity],
    [0, 0, -Infinity],
  ]
  const { loss, gradient } = both((x) => ctcLoss(x.logSoftmax(), [1], 2, 1), steps)
  expect(loss).toBeCloseTo(-Math.log(0.75), 14)
  expect((gradient as number[][]).map((row) => row[2])).toEqual([0, 0])
})

test('a mean over nothing is NaN, a sum 0', () => {
  const none = new MLArray([], { shape: [0, 3] })
  expect(crossEntropyLoss(none, []).item()).toBeNaN()
  expect(crossEntropyLoss(none, [], { reduction: 'sum' }).item()).toEqual(0)
  expect(crossEntropyLoss(new MLArray([[1, 2]]), [-100]).item()).toBeNaN()
  expect(nllLoss(new MLArray([[1, 2]]), [0], { classWeight: [0, 1] }).item()).toBeNaN()
  expect(huberLoss(none, none).item()).toBeNaN()
})

test('NaN goes through', () => {
  const x = new MLArray([Number.NaN])
  expect(huberLoss(x, [0]).item()).toBeNaN()
  expect(logCoshLoss(x, [0]).item()).toBeNaN()
  expect(binaryCrossEntropyLoss(x, [0]).item()).toBeNaN()
  expect(focalLoss(x, [0]).item()).toBeNaN()
  expect(crossEntropyLoss(new MLArray([[Number.NaN, 1]]), [1]).item()).toBeNaN()
})
