// More images out of those that are there: a digit that stands a little higher or further left is
// still the same digit, but 784 other numbers.
import type { Generator } from '@smol/mlarray'
import { imageAt, PIXELS, SIDE, type Digits } from './data.ts'

/** Each image moved by up to `most` pixels, up or down and left or right, as chance will have it. */
export function shifted(digits: Digits, most: number, random: Generator): Digits {
  const images = new Float32Array(digits.images.length)
  const draw = () => random.below(2 * most + 1) - most
  digits.labels.forEach((_, i) => {
    const target = images.subarray(i * PIXELS, (i + 1) * PIXELS)
    move(imageAt(digits, i), target, draw(), draw())
  })
  return { images, labels: digits.labels }
}

/** Copies row by row. What is moved over the edge is lost, and on the other side the paper is blank. */
export function move(image: Float32Array, target: Float32Array, down: number, right: number): void {
  for (let row = Math.max(0, -down); row < Math.min(SIDE, SIDE - down); row++) {
    const pixels = image.subarray(row * SIDE, (row + 1) * SIDE)
    const visible = pixels.subarray(Math.max(0, -right), SIDE - Math.max(0, right))
    target.set(visible, (row + down) * SIDE + Math.max(0, right))
  }
}
