import { createHash } from 'node:crypto'
import { Generator } from '@smol/mlarray'
import { expect, test } from 'vitest'
import { batches, CLASSES, imageAt, loadDigits, PIXELS } from '../src/data.ts'
import type { Digits } from '../src/data.ts'

const { training, test: examination } = loadDigits()

const fingerprints = (digits: Digits) =>
  Array.from(digits.labels, (label, i) =>
    createHash('sha1').update(imageAt(digits, i)).update(String(label)).digest('hex'),
  )

test('8,000 images to learn from and 2,000 others to be tested on', () => {
  const all = [...fingerprints(training), ...fingerprints(examination)]
  expect(training.labels).toHaveLength(8000)
  expect(examination.labels).toHaveLength(2000)
  expect(new Set(all).size).toBe(10_000)
})

test('an image is 784 numbers from 0 to 1, and not all the same', () => {
  for (const { images, labels } of [training, examination]) {
    expect(images).toHaveLength(labels.length * PIXELS)
    expect(images.every((pixel) => pixel >= 0 && pixel <= 1)).toBe(true)
    expect(images.some((pixel) => pixel === 0) && images.some((pixel) => pixel === 1)).toBe(true)
  }
})

test('every digit is in both sets, about as often as the others', () => {
  for (const { labels } of [training, examination]) {
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

test('batches give every image once, with its label, the last batch what is left', () => {
  const parts = [...batches(examination, 300, new Generator(1))]
  expect(parts.map(({ labels }) => labels.length)).toEqual([300, 300, 300, 300, 300, 300, 200])
  expect(parts.flatMap(fingerprints).toSorted()).toEqual(fingerprints(examination).toSorted())
})

test('a generator orders each epoch anew; the same seed orders them the same', () => {
  const random = new Generator(1)
  const order = (generator: typeof random) =>
    [...batches(examination, 500, generator)].flatMap(fingerprints)
  const first = order(random)
  const second = order(random)
  expect(second).not.toEqual(first)
  expect(order(new Generator(1))).toEqual(first)
  expect(order(new Generator(2))).not.toEqual(first)
})
