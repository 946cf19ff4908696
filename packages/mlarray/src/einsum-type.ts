/**
 * What shape `einsum` gives, in types: each letter of the subscripts stands for a dimension of an operand.
 * An ellipsis, subscripts without `'->'` and those that only the run time knows give `Shape`.
 */
import type { BroadcastDim, Exists, Meeting, Shaped, UnknownRank } from './shape-type.ts'
import type { Shape } from './shape.ts'

/** A letter, and a dimension that it stands for. */
// Not `number`, by which the compiler would not decide a condition on a dimension that is generic.
type Lettered = readonly [letter: string, n: unknown]

/** The shape, or a message where subscripts and operands do not fit. */
export type EinsumShape<T extends string, L extends readonly Shaped[]> =
  IsOpen<T, L> extends true
    ? Shape
    : Letters<Split<LeftOf<WithoutSpaces<T>>>, L> extends infer Found
      ? Found extends readonly Lettered[]
        ? Problem<Found, RightOf<WithoutSpaces<T>>> extends infer P extends string
          ? [P] extends [never]
            ? EinsumResult<T, L>
            : `einsum: '${T}': ${P}`
          : never
        : `einsum: '${T}': ${Found & string}`
      : never

/** The shape for a result: after a mistake, which is told elsewhere, what is not wrong in it. */
export type EinsumResult<T extends string, L extends readonly Shaped[]> =
  IsOpen<T, L> extends true
    ? Shape
    : WithoutSpaces<T> extends `${infer Left}->${infer Right}`
      ? Letters<Split<Left>, L> extends infer Found extends readonly Lettered[]
        ? Sizes<Right, Found>
        : Shape
      : Shape

type IsOpen<T extends string, L extends readonly Shaped[]> = string extends T
  ? true
  : T extends `${string}.${string}`
    ? true
    : number extends L['length']
      ? true
      : false

// ---- Subscripts ----

type WithoutSpaces<T extends string> = T extends `${infer A} ${infer B}`
  ? WithoutSpaces<`${A}${B}`>
  : T

type LeftOf<T extends string> = T extends `${infer Left}->${string}` ? Left : T

type RightOf<T extends string> = T extends `${string}->${infer Right}` ? Right : ''

type Split<T extends string> = T extends `${infer Term},${infer Rest}`
  ? [Term, ...Split<Rest>]
  : [T]

/** All letters with their dimensions, or what is wrong. */
type Letters<
  Terms extends readonly string[],
  L extends readonly Shaped[],
  Out extends readonly Lettered[] = [],
> = Terms['length'] extends L['length']
  ? Zipped<Terms, L, Out>
  : `it has ${Terms['length']} ${Terms['length'] extends 1 ? 'term' : 'terms'}, got ${L['length']} operands`

type Zipped<
  Terms extends readonly string[],
  L extends readonly Shaped[],
  Out extends readonly Lettered[],
> = Terms extends readonly [infer Term extends string, ...infer Rest extends readonly string[]]
  ? L extends readonly [infer First extends Shaped, ...infer More extends readonly Shaped[]]
    ? OfTerm<Term, First['shape'], Out> extends infer Found
      ? Found extends readonly Lettered[]
        ? Zipped<Rest, More, Found>
        : `'${Term}' does not fit an operand of rank ${First['shape']['length']}`
      : never
    : Out
  : Out

type OfTerm<
  Term extends string,
  S extends Shape,
  Out extends readonly Lettered[],
> = Term extends `${infer Letter}${infer Rest}`
  ? UnknownRank<S> extends true
    ? OfTerm<Rest, S, [...Out, [Letter, number]]>
    : S extends readonly [infer N extends number, ...infer More extends Shape]
      ? OfTerm<Rest, More, [...Out, [Letter, N]]>
      : false
  : UnknownRank<S> extends true
    ? Out
    : S extends readonly []
      ? Out
      : false

// ---- Dimensions ----

/** What a letter stands for: 1 where none has it, `never` where two dimensions do not meet. */
type SizeAt<
  Letter extends string,
  Found extends readonly Lettered[],
  Out extends number = 1,
> = Found extends readonly [
  readonly [infer Other, infer N extends number],
  ...infer Rest extends readonly Lettered[],
]
  ? SizeAt<Letter, Rest, Other extends Letter ? BroadcastDim<Out, N> : Out>
  : Out

type Sizes<
  Right extends string,
  Found extends readonly Lettered[],
  Out extends number[] = [],
> = Right extends `${infer Letter}${infer Rest}`
  ? Sizes<Rest, Found, [...Out, SizeAt<Letter, Found>]>
  : Out

/** What is wrong; `never` where nothing is. */
type Problem<Found extends readonly Lettered[], Right extends string> =
  | Clash<Found>
  | Unnamed<Right, Found[number][0], Right>

type Clash<
  Found extends readonly Lettered[],
  Seen extends readonly Lettered[] = [],
> = Found extends readonly [
  readonly [infer Letter extends string, infer N extends number],
  ...infer Rest extends readonly Lettered[],
]
  ? [1] extends [Exists<Meeting<SizeAt<Letter, Seen>, N>>]
    ? Clash<Rest, [...Seen, [Letter, N]]>
    : `axis '${Letter}' is ${SizeAt<Letter, Seen>} and ${N}`
  : never

type Unnamed<
  Rest extends string,
  Known extends string,
  Right extends string,
> = Rest extends `${infer Letter}${infer More}`
  ? Letter extends Known
    ? More extends `${string}${Letter}${string}`
      ? `the result '${Right}' names an axis twice`
      : Unnamed<More, Known, Right>
    : `no operand has the axis '${Letter}' of the result`
  : never
