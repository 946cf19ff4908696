import { expect, test } from 'vitest'
import { epochLine, matrixTable } from '../src/report.ts'

test('an epoch in one line, aligned with the others', () => {
  expect(epochLine(3, 12, { loss: 0.21008, accuracy: 0.9392 }, 18.1234)).toBe(
    'epoch  3/12  loss 0.2101  accuracy 93.9 %  18,123 images/s',
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
