/**
 * Choosing among places at random, on plain numbers: orders, and draws with weights.
 */
import { orderOf } from './sort.ts'

/** What sampling needs of a generator. */
export interface Source {
  /** A number from [0, 1). */
  next(): number
  /** An integer from 0 to n − 1, each equally likely. */
  below(n: number): number
}

/** Something that can be put in another order in place. */
export type Sequence = { readonly length: number; [position: number]: unknown }

/** Any order equally likely: R. Durstenfeld, "Algorithm 235", CACM 7 (1964), after Fisher and Yates. */
export function shuffleInPlace(source: Source, list: Sequence): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = source.below(i + 1)
    const kept = list[i]
    list[i] = list[j]
    list[j] = kept
  }
}

/** The integers from 0 to n − 1 in random order. */
export function shuffledRange(source: Source, n: number): Int32Array {
  const order = new Int32Array(n)
  for (let i = 0; i < n; i++) order[i] = i
  shuffleInPlace(source, order)
  return order
}

/** Places drawn with probabilities in proportion to their weights, again and again. */
export function drawRepeatedly(source: Source, weights: ArrayLike<number>, n: number): Int32Array {
  const sums = new Float64Array(weights.length)
  let total = 0
  let last = 0
  for (let i = 0; i < weights.length; i++) {
    total += weights[i]!
    sums[i] = total
    if (weights[i]! > 0) last = i
  }
  const places = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const target = source.next() * total
    // The first place whose sum lies above; the last possible one where rounding reached the total.
    let low = 0
    let high = last
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sums[middle]! > target) high = middle
      else low = middle + 1
    }
    places[i] = low
  }
  return places
}

/**
 * Different places, as if drawn one after the other in proportion to the weights of those that are left:
 * the places of the smallest among exponential numbers with the weights as rates. P. S. Efraimidis and
 * P. G. Spirakis, "Weighted random sampling with a reservoir", IPL 97 (2006).
 */
export function drawDifferent(source: Source, weights: ArrayLike<number>, n: number): Int32Array {
  const times = new Float64Array(weights.length)
  for (let i = 0; i < times.length; i++) times[i] = -Math.log(1 - source.next()) / weights[i]!
  // 0 / 0 is NaN, and last as infinity is.
  return orderOf(times, false).subarray(0, n)
}
