import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { CLASSES, imageAt, loadDigits, pick, PIXELS } from '../src/data.ts'
import type { Digits } from '../src/data.ts'

const { training, validation, test: examination } = loadDigits()
const sets = [training, validation, examination]

const fingerprints = (digits: Digits) =>
  Array.from(digits.labels, (label, i) =>
    createHash('sha1').update(imageAt(digits, i)).update(String(label)).digest('hex'),
  )

test('7,000 images to learn from, 1,000 others to choose by, 2,000 others to be tested on', () => {
  expect(sets.map(({ labels }) => labels.length)).toEqual([7000, 1000, 2000])
  expect(new Set(sets.flatMap(fingerprints)).size).toBe(10_000)
})

test('an image is 784 numbers from 0 to 1, and not all the same', () => {
  for (const { images, labels } of sets) {
    expect(images).toHaveLength(labels.length * PIXELS)
    expect(images.every((pixel) => pixel >= 0 && pixel <= 1)).toBe(true)
    expect(images.some((pixel) => pixel === 0) && images.some((pixel) => pixel === 1)).toBe(true)
  }
})

test('every digit is in each set, about as often as the others', () => {
  for (const { labels } of sets) {
    for (let digit = 0; digit < CLASSES; digit++) {
      const share = labels.filter((label) => label === digit).length / labels.length
      expect(share).toBeGreaterThan(0.07)
      expect(share).toBeLessThan(0.13)
    }
  }
})

test('the split is the same every time', () => {
  expect(fingerprints(loadDigits().test)).toEqual(fingerprints(examination))
  expect([...examination.labels.subarray(0, 9)]).toEqual([4, 6, 3, 4, 0, 7, 1, 8, 0])
})

test('pick takes images with their labels, in the order asked for', () => {
  const few = pick(examination, [3, 0, 3])
  expect([...few.labels]).toEqual([4, 4, 4])
  expect(fingerprints(few)).toEqual([3, 0, 3].map((i) => fingerprints(examination)[i]))
})
