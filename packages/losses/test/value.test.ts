// Elementwise losses of Values: a scalar in, a Value of the same graph out.
import { MLArray, Value } from '@smol/mlarray'
import { grad, hessian } from '@smol/value'
import { checkGrads } from '@smol/mlarray/testing'
import { assert, double, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as losses from '../src/index.ts'
import type { ElementwiseLoss, Predictions, Reduction } from '../src/index.ts'
import { agree } from './close.ts'

expect.addEqualityTesters([agree])

type Loss = <P extends Predictions>(p: P) => ElementwiseLoss<P, Reduction>

const scalar = 0.3
/** Each elementwise loss beside targets that fit a Value and an array of one element. */
const cases: Record<string, (beside: (x: number) => number | number[]) => Loss> = {
  mseLoss: (t) => (p) => losses.mseLoss(p, t(1)),
  maeLoss: (t) => (p) => losses.maeLoss(p, t(1)),
  huberLoss: (t) => (p) => losses.huberLoss(p, t(1), { delta: 0.5 }),
  smoothL1Loss: (t) => (p) => losses.smoothL1Loss(p, t(1), { beta: 2 }),
  logCoshLoss: (t) => (p) => losses.logCoshLoss(p, t(1)),
  quantileLoss: (t) => (p) => losses.quantileLoss(p, t(1), { quantile: 0.9 }),
  binaryCrossEntropyLoss: (t) => (p) => losses.binaryCrossEntropyLoss(p, t(1)),
  binaryCrossEntropyWithLogitsLoss: (t) => (p) =>
    losses.binaryCrossEntropyWithLogitsLoss(p, t(0.4), { posWeight: 3 }),
  focalLoss: (t) => (p) => losses.focalLoss(p, t(0)),
  klDivergenceLoss: (t) => (p) => losses.klDivergenceLoss(p, t(0.4)),
  poissonNllLoss: (t) => (p) => losses.poissonNllLoss(p, t(3), { full: true }),
  gaussianNllLoss: (t) => (p) => losses.gaussianNllLoss(p, t(1), t(2), { full: true }),
  hingeLoss: (t) => (p) => losses.hingeLoss(p, t(-1)),
  squaredHingeLoss: (t) => (p) => losses.squaredHingeLoss(p, t(-1)),
  hingeEmbeddingLoss: (t) => (p) => losses.hingeEmbeddingLoss(p, t(-1)),
  softMarginLoss: (t) => (p) => losses.softMarginLoss(p, t(1)),
  marginRankingLoss: (t) => (p) => losses.marginRankingLoss(p, t(1), t(1)),
}

describe.each(Object.entries(cases))('%s', (name, make) => {
  const ofValue = make((x) => x)
  const ofArray = make((x) => [x])

  test('a Value gives a Value', () => {
    expect(ofValue(new Value(scalar))).toBeInstanceOf(Value)
  })

  test('an array means what its Values mean, element by element', () => {
    const isProbability = name === 'binaryCrossEntropyLoss'
    const number = double({
      min: isProbability ? 0 : -50,
      max: isProbability ? 1 : 50,
      noNaN: true,
    })
    assert(
      property(number, (at) => {
        const [value, array] = [new Value(at), new MLArray([at])]
        const [loss, same] = [ofValue(value), ofArray(array) as MLArray]
        loss.backward()
        same.backward()
        expect(same.item()).toEqual(loss.data)
        expect(array.grad().item()).toEqual(value.grad)
      }),
    )
  })

  test('derivatives to the second order', () => {
    checkGrads((x: Value) => ofValue(x), [scalar], { order: 2 })
  })
})

test('derivatives of functions', () => {
  const loss = (x: Value): Value => losses.mseLoss(x, 1)
  expect(grad(loss)(3).data).toBe(4)
  expect(hessian(loss)(3).data).toBe(2)
})

test('every reduction of one Value is that Value; a weight is a number', () => {
  for (const reduction of ['mean', 'sum', 'none'] as const)
    expect(losses.mseLoss(new Value(3), 1, { reduction, weight: 2 }).data).toBe(8)
  expect(losses.mseLoss(new Value(3), 1, { weight: new Value(2) }).data).toBe(8)
  expect(losses.klDivergenceLoss(new Value(-1), 1, { reduction: 'batchmean' }).data).toBe(1)
})

test('targets may be Values, and get a gradient', () => {
  const [t, q] = [new Value(1), new Value(0.5)]
  losses.mseLoss(new Value(3), t).backward()
  losses.binaryCrossEntropyWithLogitsLoss(new Value(2), q).backward()
  expect([t.grad, q.grad]).toEqual([-4, -2])
})

test('both Values of a ranking get a gradient', () => {
  const [a, b] = [new Value(1), new Value(3)]
  losses.marginRankingLoss(a, b, 1).backward()
  expect([a.grad, b.grad]).toEqual([-1, 1])
})

test('Values in arrays get theirs', () => {
  const [a, b] = [new Value(1), new Value(5)]
  losses.mseLoss(new MLArray([a, b]), [0, 3]).backward()
  expect([a.grad, b.grad]).toEqual([1, 2])
})

describe('Values in a list get the gradient that they get in an array', () => {
  const p = new MLArray([0.3, 0.6])
  const losing: Record<string, (others: MLArray | readonly Value[]) => MLArray> = {
    binaryCrossEntropyLoss: (t) => losses.binaryCrossEntropyLoss(p, t),
    crossEntropyLoss: (t) => losses.crossEntropyLoss(p, t),
    klDivergenceLoss: (t) => losses.klDivergenceLoss(p, t),
    gaussianNllLoss: (v) => losses.gaussianNllLoss(p, [1, 2], v),
    cosineEmbeddingLoss: (b) => losses.cosineEmbeddingLoss(p, b, 1),
    marginRankingLoss: (b) => losses.marginRankingLoss(p, b, [1, -1], { margin: 3 }),
    tripletMarginLoss: (n) => losses.tripletMarginLoss(p, [0.5, 0.5], n, { margin: 3 }),
  }
  const gradients = (loss: (values: readonly Value[]) => MLArray): readonly number[] => {
    const values = [new Value(0.2), new Value(0.7)]
    loss(values).backward()
    return values.map(({ grad: own }) => own)
  }

  test.each(Object.entries(losing))('%s', (_, loss) => {
    const own = gradients(loss)
    expect(own).toEqual(gradients((values) => loss(new MLArray(values))))
    expect(own).not.toEqual([0, 0])
  })

  test('a list of numbers is untracked', () => {
    const loss = losses.mseLoss(p.detach(), [1, 2])
    expect(loss.requiresGrad).toBe(false)
  })
})
