// An array means what its Values mean: a loss opened down to scalars has the same value and gradients.
import { MLArray, unroll, type Value } from '@smol/mlarray'
import { expect, test } from 'vitest'
import * as losses from '../src/index.ts'
import { agree } from './close.ts'

expect.addEqualityTesters([agree])

const x = new MLArray([
  [1, 2, 3],
  [0, 1, -1],
])
const p = new MLArray([
  [0.2, 0.5, 0.3],
  [0.1, 0.1, 0.8],
])
const BITS = [
  [0, 1, 0],
  [1, 0, 1],
]

const cases: Readonly<Record<string, () => MLArray>> = {
  logCoshLoss: () => losses.logCoshLoss(x, p),
  crossEntropyLoss: () => losses.crossEntropyLoss(x, [0, 2], { labelSmoothing: 0.1 }),
  binaryCrossEntropyLoss: () => losses.binaryCrossEntropyLoss(p, BITS),
  focalLoss: () => losses.focalLoss(x, BITS),
  diceLoss: () => losses.diceLoss(p, BITS),
  klDivergenceLoss: () => losses.klDivergenceLoss(x, p),
  multiMarginLoss: () => losses.multiMarginLoss(x, [0, 1], { p: 2 }),
  tripletMarginLoss: () => losses.tripletMarginLoss(x, p, p.neg()),
  contrastiveLoss: () => losses.contrastiveLoss(x, p),
  ctcLoss: () => losses.ctcLoss(x.logSoftmax(), [1], 2, 1),
}

/** A result, and the gradients that it leaves in the arrays. */
function passed(loss: { backward: () => void }, value: number): unknown {
  for (const array of [x, p]) array.zeroGrad()
  loss.backward()
  return [value, x.grad().toList(), p.grad().toList()]
}

test.each(Object.entries(cases))('%s', (_, make) => {
  const loss = make()
  const ofArrays = passed(loss, loss.item())
  const scalar = unroll(loss) as Value
  expect(passed(scalar, scalar.data)).toEqual(ofArrays)
})
