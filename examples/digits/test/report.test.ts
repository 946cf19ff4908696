import { expect, test } from 'vitest'
import { epochLine, matrixTable, median, milliseconds, table } from '../src/report.ts'

test('an epoch in one line, aligned with the others, with what it watches once that is known', () => {
  const learned = { loss: 0.21008, accuracy: 0.9392 }
  const watched = { loss: 0.30001, accuracy: 0.9 }
  expect(epochLine([3, 12], learned, 18.1234)).toBe(
    'epoch  3/12  loss 0.2101, 93.9 %  18,123 images/s',
  )
  expect(epochLine([3, 12], learned, 8.1234, watched)).toBe(
    'epoch  3/12  loss 0.2101, 93.9 %  validation 0.3000, 90.0 %   8,123 images/s',
  )
})

test('times have three digits, and a median is one of them', () => {
  expect([1.8349, 23.84, 99.96, 1520.3].map(milliseconds)).toEqual([
    '1.83 ms',
    '23.8 ms',
    '100 ms',
    '1520 ms',
  ])
  expect(median([10, 1, 9])).toBe(9)
})

test('the columns of a table stand below their heads', () => {
  expect(table(['loss', 'b'], [['step 1', '2.5']])).toBe(
    ['          loss             b', '        step 1           2.5'].join('\n'),
  )
})

test('the confusion matrix, with the share of right answers', () => {
  const counts = [
    [3, 0, 117],
    [0, 2, 0],
    [0, 0, 0],
  ]
  expect(matrixTable(counts)).toMatchInlineSnapshot(`
    "digit    0    1    2     right
        0    3    ·  117     2.5 %
        1    ·    2    ·   100.0 %
        2    ·    ·    ·         –"
  `)
})
