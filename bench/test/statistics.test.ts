// The middle and the spread of times, and how far two results are apart.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { difference, quantile, summarize } from '../statistics.ts'

test('quantiles lie between the nearest numbers, as in NumPy', () => {
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5)
  assert.equal(quantile([10, 20, 30, 40, 50], 0.1), 14)
  assert.equal(quantile([7], 0.9), 7)
})

test('the summary of a skewed list', () => {
  const { median, mean, p10, p90 } = summarize([1, 1, 1, 1, 6])
  assert.deepEqual({ median, mean, p10, p90 }, { median: 1, mean: 2, p10: 1, p90: 4 })
})

test('of nothing there is no number', () => {
  assert.ok(Number.isNaN(summarize([]).median))
  assert.ok(Number.isNaN(summarize([]).mean))
})

test('a difference is measured against the largest number', () => {
  assert.equal(difference([1, 2.5, -4], [1, 2, -4]), 0.125)
  assert.equal(difference([0, 0], [0, 0]), 0)
})

test('nothing agrees with NaN, or with another length', () => {
  assert.equal(difference([Number.NaN], [1]), Infinity)
  assert.equal(difference([1], [Number.NaN]), Infinity)
  assert.equal(difference([1, 2], [1]), Infinity)
  assert.equal(difference([1], [1, 2]), Infinity)
})
