/**
 * Random numbers from a seed: the same bits on every platform.
 */
import type { MLArray } from './array.ts'
import { allocate } from './array.ts'
import { dtypeFor, tracked, type CreationOptions } from './create.ts'
import { optionError } from './errors.ts'
import { sizeOf, toShape, type Shape } from './shape.ts'

/**
 * The generator xoshiro128**: D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators",
 * ACM TOMS 47 (2021). Its four words are filled from the seed by SplitMix32 steps, as its authors advise.
 */
export class Generator {
  readonly #state: Uint32Array

  /** @throws RangeError where `seed` is no integer from 0 to 2⁵³ − 1. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw optionError('Generator', 'seed', 'an integer from 0 to 2⁵³ − 1', seed)
    let word = (seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b9)
    this.#state = Uint32Array.from({ length: 4 }, () => {
      word = (word + 0x9e3779b9) | 0
      let z = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
      return z ^ (z >>> 15)
    })
  }

  /** 32 random bits. */
  bits(): number {
    const s = this.#state as unknown as [number, number, number, number]
    const scrambled = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0
    const t = s[1] << 9
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotate(s[3], 11)
    return scrambled
  }

  /** A number from [0, 1), with 53 random bits. */
  next(): number {
    return ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53
  }
}

function rotate(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k))
}

let shared = new Generator(0)

/** Seeds the generator that `rand` and `randn` draw from. */
export function manualSeed(seed: number): void {
  shared = new Generator(seed)
}

/** Uniform numbers from [0, 1). */
export function rand(shape: number | Shape, options: CreationOptions = {}): MLArray {
  const checked = toShape(shape, 'rand')
  const data = allocate(sizeOf(checked), dtypeFor(options, 'rand'))
  for (let i = 0; i < data.length; i++) data[i] = shared.next()
  return tracked(data, checked, options)
}

/** Standard normal numbers: G. E. P. Box and M. E. Muller, Ann. Math. Statist. 29 (1958). */
export function randn(shape: number | Shape, options: CreationOptions = {}): MLArray {
  const checked = toShape(shape, 'randn')
  const data = allocate(sizeOf(checked), dtypeFor(options, 'randn'))
  for (let i = 0; i < data.length; i += 2) {
    // 1 − u is never 0, so that the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - shared.next()))
    const angle = 2 * Math.PI * shared.next()
    data[i] = radius * Math.cos(angle)
    if (i + 1 < data.length) data[i + 1] = radius * Math.sin(angle)
  }
  return tracked(data, checked, options)
}
