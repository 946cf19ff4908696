/**
 * What the formula of an elementwise loss is written in: the methods that Values and arrays share.
 *
 * Both have the rows of `@smol/value/ops` as methods under the same names, so a formula needs no case for
 * either: given Values it builds scalar nodes, given arrays one node for all elements.
 */
import { MLArray, where as whereArray, type Value } from '@smol/mlarray'
import { where as whereValue } from '@smol/value'
import type { binary, comparisons, ternary, unary } from '@smol/value/ops'

/** A Value, or an array that stands for one Value at each place. */
export type Term = {
  readonly [K in keyof typeof unary]: () => Term
} & {
  readonly [K in keyof typeof binary]: (typeof binary)[K] extends { readonly fallback: number }
    ? (other?: Term | number) => Term
    : (other: Term | number) => Term
} & {
  readonly [K in Exclude<keyof typeof ternary, 'where'>]: (
    b: Term | number,
    c: Term | number,
  ) => Term
} & {
  readonly [K in keyof typeof comparisons]: (other: Term | number) => Mask
} & {
  readonly detach: () => Term
}

/** What a comparison gives: a boolean from Values, an array of 0 and 1 from arrays. */
export type Mask = boolean | MLArray

/** A Value or an array as a term: their methods say the same, in types that name each other. */
export function asTerm(x: MLArray | Value): Term {
  return x as unknown as Term
}

/** A term that is made of arrays, with all that arrays can do. */
export function asArray(x: Term): MLArray {
  return x as unknown as MLArray
}

/** `a` where the condition holds, else `b`; the one that is not taken gets gradient 0. */
export function where(condition: Mask, a: Term | number, b: Term | number): Term {
  return condition instanceof MLArray
    ? asTerm(whereArray(condition, a as unknown as MLArray, b as unknown as MLArray))
    : asTerm(whereValue(condition, a as unknown as Value, b as unknown as Value))
}

/** `1 − p`, the probability of the opposite. */
export function complement(p: Term): Term {
  return p.neg().add(1)
}
