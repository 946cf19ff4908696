/**
 * Arithmetic on literal integers, in types: what `reshape`, `flatten` and `concatenate` need.
 *
 * Tuples would count only to 9,999, so numbers are written as decimal digits, the least significant one
 * first, and calculated as on paper. A single digit is a tuple of that length. Dimensions only: nothing
 * here knows negative numbers.
 */

type Units = {
  '0': []
  '1': [0]
  '2': [0, 0]
  '3': [0, 0, 0]
  '4': [0, 0, 0, 0]
  '5': [0, 0, 0, 0, 0]
  '6': [0, 0, 0, 0, 0, 0]
  '7': [0, 0, 0, 0, 0, 0, 0]
  '8': [0, 0, 0, 0, 0, 0, 0, 0]
  '9': [0, 0, 0, 0, 0, 0, 0, 0, 0]
}
type Digit = keyof Units
type Ten = [...Units['9'], 0]

/** `A + B`; `number` where one of them is not known. */
export type Plus<A extends number, B extends number> = number extends A
  ? number
  : number extends B
    ? number
    : ToNumber<AddDigits<Digits<A>, Digits<B>>>

/** `A · B`; `number` where one of them is not known. */
export type Times<A extends number, B extends number> = number extends A
  ? number
  : number extends B
    ? number
    : A extends 1
      ? B
      : B extends 1
        ? A
        : ToNumber<MulDigits<Digits<A>, Digits<B>>>

/** `A / B`: `never` where it leaves a remainder, `number` where it cannot be told. */
export type Quotient<A extends number, B extends number> = number extends A
  ? number
  : number extends B
    ? number
    : B extends 0
      ? number
      : DivideDigits<`${A}`, Digits<B>> extends infer Q extends string
        ? [Q] extends [never]
          ? never
          : ToNumber<Reversed<Q>>
        : never

type Digits<N extends number> = Reversed<`${N}`>

type Reversed<T extends string, Out extends string = ''> = T extends `${infer First}${infer Rest}`
  ? Reversed<Rest, `${First}${Out}`>
  : Out

type ToNumber<T extends string> =
  WithoutLeadingZeros<Reversed<T>> extends `${infer N extends number}` ? N : number

type WithoutLeadingZeros<T extends string> = T extends `0${infer Rest}`
  ? Rest extends ''
    ? T
    : WithoutLeadingZeros<Rest>
  : T

type AddDigits<
  A extends string,
  B extends string,
  Carry extends 0[] = [],
> = A extends `${infer X extends Digit}${infer RestA}`
  ? B extends `${infer Y extends Digit}${infer RestB}`
    ? AddColumn<[...Units[X], ...Units[Y], ...Carry], RestA, RestB>
    : AddColumn<[...Units[X], ...Carry], RestA, ''>
  : B extends `${infer Y extends Digit}${infer RestB}`
    ? AddColumn<[...Units[Y], ...Carry], '', RestB>
    : Carry extends []
      ? ''
      : '1'

type AddColumn<Sum extends 0[], RestA extends string, RestB extends string> = Sum extends [
  ...Ten,
  ...infer Over extends 0[],
]
  ? `${Over['length']}${AddDigits<RestA, RestB, [0]>}`
  : `${Sum['length']}${AddDigits<RestA, RestB>}`

type MulDigits<
  A extends string,
  B extends string,
> = B extends `${infer Y extends Digit}${infer Rest}`
  ? AddDigits<Repeated<A, Units[Y]>, Rest extends '' ? '' : `0${MulDigits<A, Rest>}`>
  : ''

/** `A` added up as many times as the tuple is long. */
type Repeated<A extends string, Count extends 0[]> = Count extends [0, ...infer Less extends 0[]]
  ? AddDigits<A, Repeated<A, Less>>
  : '0'

/** `A − B`; `never` below 0. */
type SubDigits<
  A extends string,
  B extends string,
  Borrow extends 0[] = [],
> = A extends `${infer X extends Digit}${infer RestA}`
  ? B extends `${infer Y extends Digit}${infer RestB}`
    ? SubColumn<Units[X], [...Units[Y], ...Borrow], RestA, RestB>
    : SubColumn<Units[X], Borrow, RestA, ''>
  : B extends ''
    ? Borrow extends []
      ? ''
      : never
    : never

type SubColumn<
  X extends 0[],
  Y extends 0[],
  RestA extends string,
  RestB extends string,
> = X extends [...Y, ...infer Left extends 0[]]
  ? `${Left['length']}${SubDigits<RestA, RestB>}`
  : [...Ten, ...X] extends [...Y, ...infer Left extends 0[]]
    ? `${Left['length']}${SubDigits<RestA, RestB, [0]>}`
    : never

/** Long division; `A` is in reading order here, and so is the quotient. */
type DivideDigits<
  A extends string,
  B extends string,
  Remainder extends string = '',
  Out extends string = '',
> = A extends `${infer Next}${infer Rest}`
  ? TakenOut<`${Next}${Remainder}`, B> extends [infer Q extends number, infer R extends string]
    ? DivideDigits<Rest, B, R, `${Out}${Q}`>
    : never
  : Remainder extends `${string}${Exclude<Digit, '0'>}${string}`
    ? never
    : Out

/** How often `B` can be taken from `A`, and what is left. */
type TakenOut<A extends string, B extends string, Count extends 0[] = []> =
  SubDigits<A, B> extends infer Left extends string
    ? [Left] extends [never]
      ? [Count['length'], A]
      : TakenOut<Left, B, [...Count, 0]>
    : never
