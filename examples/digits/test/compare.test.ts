import { MLArray, type DType } from '@smol/mlarray'
import { expect, test } from 'vitest'
import { compareThreads, makeLearner, sameBits, sameWeights } from '../src/compare.ts'
import { CLASSES, loadDigits, pick, PIXELS } from '../src/data.ts'
import { trainByHand, trainWithHelper } from '../src/loops.ts'

const few = pick(
  loadDigits().training,
  Array.from({ length: 200 }, (_, i) => i),
)
const sizes = [PIXELS, 8, CLASSES]

const areSame = (a: number[], b: number[]) => sameBits(new MLArray(a), new MLArray(b))

/** A learner that has learned from ten batches. */
function learn(seed: number, dtype: DType = 'float32') {
  const learner = makeLearner(few, { sizes, batch: 64, seed, dtype })
  for (let step = 0; step < 10; step++) learner.step()
  return learner
}

test('a last bit, a sign of zero and a length are differences; NaN is equal to itself', () => {
  expect(areSame([1, Number.NaN], [1, Number.NaN])).toBe(true)
  expect(areSame([1, 2], [1, 2 + 2 ** -51])).toBe(false)
  expect(areSame([0], [-0])).toBe(false)
  expect(areSame([1], [1, 1])).toBe(false)
})

test('learners of one seed are the same at each step, of another seed or dtype they are not', () => {
  const one = learn(1)
  expect(learn(1).losses).toEqual(one.losses)
  expect(sameWeights(learn(1).network, one.network)).toBe(true)
  expect(sameWeights(learn(2).network, one.network)).toBe(false)

  const double = learn(1, 'float64')
  expect(double.losses).not.toEqual(one.losses)
  double.losses.forEach((loss, i) => expect(one.losses[i]).toBeCloseTo(loss, 4))
})

test('a learner gets better, epoch after epoch', () => {
  const learner = makeLearner(few, { sizes: [PIXELS, 64, CLASSES], batch: 50, seed: 1 })
  for (let step = 0; step < 40; step++) learner.step()
  expect(learner.losses).toHaveLength(40)
  expect(learner.times).toHaveLength(40)
  expect(learner.losses.at(-1)).toBeLessThan(learner.losses[0]! / 2)
})

test('one weight that differs, in whatever layer, is a difference', () => {
  for (const layer of [0, 1]) {
    for (const name of ['w', 'b'] as const) {
      const changed = learn(1).network
      changed[layer]![name].assign(changed[layer]![name].add(2 ** -20).detach())
      expect(sameWeights(changed, learn(1).network)).toBe(false)
    }
  }
})

test('two threads make the same weights as one', async () => {
  const { one, two, same } = await compareThreads(few, { sizes, batch: 200, seed: 1 })
  expect(same).toBe(true)
  expect(one).toBeGreaterThan(0)
  expect(two).toBeGreaterThan(0)
})

test('the loop by hand and the helper make the same weights, and other ones with other seeds', async () => {
  const plan = { sizes, epochs: 2, seed: 1 }
  const byHand = trainByHand(few, plan)
  expect(sameWeights(byHand, await trainWithHelper(few, plan))).toBe(true)
  expect(sameWeights(byHand, await trainWithHelper(few, { ...plan, seed: 2 }))).toBe(false)
  expect(sameWeights(byHand, trainByHand(few, { ...plan, epochs: 1 }))).toBe(false)
})
