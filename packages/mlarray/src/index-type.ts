/**
 * What shape a slice has, in types: an integer takes its axis away, `':'` leaves it, any other range leaves
 * an axis of unknown length, `null` is a new axis. An index that only the run time knows gives `Shape`.
 */
import type { Shape } from './shape.ts'

/** An integer, a range `'start:stop:step'`, a new axis (`null`), or `'...'` for all axes not named. */
export type SliceItem = number | string | null

export type SliceShape<S extends Shape, Items extends readonly unknown[]> = number extends
  | S['length']
  | Items['length']
  ? Shape
  : FromStart<S, Items>

/** Item by item up to an ellipsis. */
type FromStart<
  S extends Shape,
  Items extends readonly unknown[],
  Out extends number[] = [],
> = Items extends readonly [infer Item, ...infer Rest]
  ? [Item] extends ['...']
    ? FromEnd<S, Rest, Out>
    : [Item] extends [null]
      ? FromStart<S, Rest, [...Out, 1]>
      : S extends readonly [infer N extends number, ...infer More extends Shape]
        ? Left<N, Item> extends infer L extends number[]
          ? FromStart<More, Rest, [...Out, ...L]>
          : Shape
        : Shape
  : [...Out, ...S]

/** From the last item back to the ellipsis, which stands for the axes in between. */
type FromEnd<
  S extends Shape,
  Items extends readonly unknown[],
  Before extends number[],
  After extends number[] = [],
> = Items extends readonly [...infer Rest, infer Item]
  ? [Item] extends [null]
    ? FromEnd<S, Rest, Before, [1, ...After]>
    : S extends readonly [...infer More extends number[], infer N extends number]
      ? Left<N, Item> extends infer L extends number[]
        ? FromEnd<More, Rest, Before, [...L, ...After]>
        : Shape
      : Shape
  : [...Before, ...S, ...After]

/** What an item leaves of an axis of length `N`; `never` where it cannot be known. */
type Left<N extends number, Item> = [Item] extends [number]
  ? []
  : [Item] extends [':']
    ? [N]
    : [Item] extends [`${string}:${string}`]
      ? [number]
      : false
