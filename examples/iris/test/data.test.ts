import { Generator } from '@smol/mlarray'
import { expect, test } from 'vitest'
import { FEATURES, flowers, labels, SPECIES, stratifiedFolds } from '../src/data.ts'

const spread = (numbers: readonly number[]) => Math.max(...numbers) - Math.min(...numbers)
const deal = (seed: number) => stratifiedFolds(labels, 10, new Generator(seed))

test('150 flowers, 50 of each species, as Fisher printed them', () => {
  expect(flowers).toHaveLength(150)
  expect(flowers.every((flower) => flower.length === FEATURES.length)).toBe(true)
  expect(SPECIES).toEqual(['setosa', 'versicolor', 'virginica'])
  expect(SPECIES.map((_, label) => labels.filter((own) => own === label).length)).toEqual([
    50, 50, 50,
  ])
  // Two rows that another well-known copy has wrong.
  expect(flowers[34]).toEqual([4.9, 3.1, 1.5, 0.2])
  expect(flowers[37]).toEqual([4.9, 3.6, 1.4, 0.1])
})

test.each([2, 5, 7, 10, 50])(
  '%i folds have each flower once, species as even as can be',
  (count) => {
    const folds = stratifiedFolds(labels, count, new Generator(1))
    expect(folds.flat().toSorted((a, b) => a - b)).toEqual([...labels.keys()])
    expect(spread(folds.map((fold) => fold.length))).toBeLessThan(2)
    for (const label of SPECIES.keys()) {
      const counts = folds.map((fold) => fold.filter((i) => labels[i] === label).length)
      expect(spread(counts)).toBeLessThan(2)
    }
  },
)

test('the seed decides who is in which fold', () => {
  expect(deal(1)).toEqual(deal(1))
  expect(deal(1)).not.toEqual(deal(2))
})
