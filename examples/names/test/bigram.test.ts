import { expect, test } from 'vitest'
import { bigramLoss, countBigrams } from '../src/bigram.ts'
import { CHOICES, toSymbols } from '../src/data.ts'

const [ab, a] = [toSymbols('Ab', 'female'), toSymbols('A', 'female')]

// Of these two: the start twice before a; a once before b, once before the end; b once before the
// end. With one more for each of 27, p(a|start) = 3/29, p(b|a) = p(end|a) = 2/29, p(end|b) = 2/28.
const table = countBigrams([ab, a])

test('the perplexity of a tiny corpus, by hand', () => {
  expect(Math.exp(bigramLoss(table, [ab]))).toBeCloseTo(
    ((29 * 29 * 28) / (3 * 2 * 2)) ** (1 / 3),
    12,
  )
  expect(Math.exp(bigramLoss(table, [a]))).toBeCloseTo(((29 * 29) / (3 * 2)) ** (1 / 2), 12)
})

test('each symbol counts once, in long names and short', () => {
  const sum = 3 * bigramLoss(table, [ab]) + 2 * bigramLoss(table, [a])
  expect(bigramLoss(table, [ab, a])).toBeCloseTo(sum / 5, 14)
})

test('what was never seen is as likely as anything else', () => {
  const z = toSymbols('Z', 'male')
  expect(Math.exp(bigramLoss(table, [z]))).toBeCloseTo(CHOICES, 12)
})

test('every row is a distribution', () => {
  for (let start = 0; start < table.length; start += CHOICES) {
    const row = table.subarray(start, start + CHOICES)
    expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 14)
  }
})
