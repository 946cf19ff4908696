import { Generator } from '@smol/mlarray'
import { expect, test } from 'vitest'
import { PIXELS, SIDE } from '../src/data.ts'
import { move, shifted } from '../src/shift.ts'

/** An image that is blank but for these pixels. */
function imageOf(...marks: readonly { row: number; column: number; ink: number }[]): Float32Array {
  const image = new Float32Array(PIXELS)
  for (const { row, column, ink } of marks) image[row * SIDE + column] = ink
  return image
}

function moved(image: Float32Array, down: number, right: number): Float32Array {
  const target = new Float32Array(PIXELS)
  move(image, target, down, right)
  return target
}

const corner = { row: 0, column: 0, ink: 0.25 }
const dot = { row: 5, column: 10, ink: 0.5 }
const image = imageOf(corner, dot)

test('what is moved stands elsewhere, and what leaves the paper is lost', () => {
  expect(moved(image, 0, 0)).toEqual(image)
  expect(moved(image, 2, 0)).toEqual(imageOf({ ...corner, row: 2 }, { ...dot, row: 7 }))
  expect(moved(image, -1, 3)).toEqual(imageOf({ ...dot, row: 4, column: 13 }))
  expect(moved(image, 1, -2)).toEqual(imageOf({ ...dot, row: 6, column: 8 }))
})

test('nothing comes in again on the other side', () => {
  const full = new Float32Array(PIXELS).fill(1)
  const ink = (down: number, right: number) => moved(full, down, right).filter(Boolean).length
  expect(ink(2, 0)).toBe(26 * 28)
  expect(ink(-2, 1)).toBe(26 * 27)
  expect(ink(3, -14)).toBe(25 * 14)
})

test('each image goes its own way, to all 25 places, and keeps its label', () => {
  const n = 1000
  const images = new Float32Array(n * PIXELS)
  for (let i = 0; i < n; i++) images.set(imageOf(dot), i * PIXELS)
  const before = images.slice()
  const labels = Int32Array.from({ length: n }, (_, i) => i % 10)
  const all = shifted({ images, labels }, 2, new Generator(1))
  const places = Array.from({ length: n }, (_, i) =>
    all.images.subarray(i * PIXELS, (i + 1) * PIXELS).indexOf(0.5),
  )
  const rows = places.map((place) => Math.floor(place / SIDE))
  const columns = places.map((place) => place % SIDE)
  expect(new Set(places).size).toBe(25)
  expect([Math.min(...rows), Math.max(...rows)]).toEqual([3, 7])
  expect([Math.min(...columns), Math.max(...columns)]).toEqual([8, 12])
  expect(all.labels).toEqual(labels)
  expect(images).toEqual(before)
})

test('the same seed moves them the same, and 0 pixels not at all', () => {
  const digits = { images: imageOf(corner, dot), labels: Int32Array.of(4) }
  const places = (seed: number) => shifted(digits, 9, new Generator(seed)).images
  expect(places(1)).toEqual(places(1))
  expect(places(2)).not.toEqual(places(1))
  expect(shifted(digits, 0, new Generator(1)).images).toEqual(digits.images)
})
