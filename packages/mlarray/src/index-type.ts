/**
 * What shape a slice has, in types: an integer takes its axis away, `':'` leaves it, any other range leaves
 * an axis of unknown length, `null` is a new axis. An index that only the run time knows gives `Shape`.
 */
import type { Show } from './shape-type.ts'
import type { Shape } from './shape.ts'

/** An integer, a range `'start:stop:step'`, a new axis (`null`), or `'...'` for all axes not named. */
export type SliceItem = number | string | null

/** The shape, or a message where there are more items than axes. */
export type SliceShape<
  Op extends string,
  S extends Shape,
  Items extends readonly unknown[],
> = number extends S['length'] | Items['length']
  ? Shape
  : FromStart<S, Items> extends infer R
    ? [R] extends ['too many']
      ? `${Op}: ${CountOf<Items>} indices are too many for shape ${Show<S>}`
      : R
    : never

/** How many items stand for an axis. */
type CountOf<Items extends readonly unknown[], Out extends 0[] = []> = Items extends readonly [
  infer Item,
  ...infer Rest,
]
  ? CountOf<Rest, [Item] extends [null | '...'] ? Out : [...Out, 0]>
  : Out['length']

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
        : TooMany<Item>
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
      : TooMany<Item>
  : [...Before, ...S, ...After]

/** Where no axis is left for an item, which may be `'...'` where only the run time knows. */
type TooMany<Item> = Left<number, Item> extends number[] ? 'too many' : Shape

/** What an item leaves of an axis of length `N`; `never` where it cannot be known. */
type Left<N extends number, Item> = [Item] extends [number]
  ? []
  : [Item] extends [':']
    ? [N]
    : [Item] extends [`${string}:${string}`]
      ? [number]
      : false
