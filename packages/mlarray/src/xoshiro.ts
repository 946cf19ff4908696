/**
 * The generator xoshiro128** on its four words: D. Blackman and S. Vigna, "Scrambled linear pseudorandom
 * number generators", ACM TOMS 47 (2021), arXiv:1805.01407; the words are filled by SplitMix32 steps, as
 * its authors advise. Nothing here knows numbers other than these bits.
 */

/** The state: four words of 32 bits, not all of them 0. */
export type Words = Uint32Array

/** The four words that follow from others, whatever those are. */
export function wordsFrom(...entropy: readonly number[]): Words {
  let word = 0
  const next = (): number => {
    word = (word + 0x9e3779b9) | 0
    let z = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  }
  const words = new Uint32Array(4)
  for (const given of entropy) {
    word ^= given
    for (let i = 0; i < 4; i++) words[i]! ^= next()
  }
  return words
}

/** 32 random bits, and the state one step on. */
export function nextBits(words: Words): number {
  const s = words as unknown as [number, number, number, number]
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

function rotate(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k))
}

// The polynomial x^(2^64) modulo the characteristic one of the step, from the authors' reference code.
const JUMP = [0x8764000b, 0xf542d2d3, 0x6fa035c3, 0x77f2db5b]

/** Takes the state 2^64 steps on: the step is linear, and so is the sum of powers of it that stands for them. */
export function jump(words: Words): void {
  const sum = new Uint32Array(4)
  for (const coefficients of JUMP) {
    for (let bit = 0; bit < 32; bit++) {
      if ((coefficients >>> bit) & 1) for (let i = 0; i < 4; i++) sum[i]! ^= words[i]!
      nextBits(words)
    }
  }
  words.set(sum)
}
