/**
 * The arithmetic of shapes, in types: what shape a result has, or in words why there is none.
 *
 * Each rule gives a tuple, or the message of the compile error as a literal string. A dimension known only
 * as `number` fits everything, and the check waits until run time; so does a shape of unknown rank, which
 * is `Shape`. Results are mutable tuples, which go wherever readonly ones do. Nothing here knows arrays.
 *
 * In functions that are generic in dimensions a rule is not decided yet. The compiler lets a mistake pass there
 * if the rule gives no message for the type that fits everything, of which every condition is true. So the
 * condition for a message is the one that is false: `[1] extends [Exists<…>] ? shape : message`.
 */
import type { Value } from '@smol/value'
import type { Plus, Quotient, Times } from './integer-type.ts'
import type { Shape } from './shape.ts'

// ---- Errors ----

/** What an argument of a wrong shape would have to be: nothing is, and the message says why. */
export interface ShapeMismatch<Message extends string> {
  readonly '~shape': Message
}

/** For an intersection with a parameter's type: a mismatch if the result `R` is a message. */
export type Fits<R> = Verdict<R> extends 'wrong' ? ShapeMismatch<R & string> : unknown

type Verdict<R> = [R] extends [never]
  ? 'right'
  : [1] extends [R extends string ? never : 1]
    ? 'right'
    : 'wrong'

/** The shape, if the result `R` is one. */
// What is `any` in one case, a condition that is not decided yet may be taken for the other.
export type Made<R> = number extends LengthOf<R> ? Shape : R extends infer S extends Shape ? S : any

type LengthOf<R> = R extends readonly unknown[] ? R['length'] : never

/** 1 if there is such a type, which `never` is not. */
export type Exists<T> = T extends unknown ? 1 : never

/** `[2, 3]` */
export type Show<S extends Shape> = number extends S['length'] ? '[…]' : `[${ShowList<S>}]`

type ShowList<S extends Shape, Out extends string = ''> = S extends readonly [
  infer D extends number,
  ...infer Rest extends Shape,
]
  ? ShowList<Rest, `${Out}${Out extends '' ? '' : ', '}${number extends D ? 'number' : D}`>
  : Out

// ---- Tuples ----

/** Whether nothing but that it is a shape is known. */
export type UnknownRank<S extends Shape> = number extends S['length'] ? true : false

/** What two shapes that must be equal are; `never` where they differ. */
type EqualShapes<A extends Shape, B extends Shape, Out extends number[] = []> = A extends readonly [
  infer X extends number,
  ...infer RestA extends Shape,
]
  ? B extends readonly [infer Y extends number, ...infer RestB extends Shape]
    ? [1] extends [Exists<X & Y>]
      ? EqualShapes<RestA, RestB, [...Out, X & Y]>
      : never
    : never
  : B extends readonly []
    ? Out
    : never

type ReverseShape<S extends Shape> = S extends readonly [
  infer D extends number,
  ...infer Rest extends Shape,
]
  ? [...ReverseShape<Rest>, D]
  : S extends readonly []
    ? []
    : Shape

/** As many dimensions, of which nothing is known. */
export type SameRank<S extends Shape> = { -readonly [K in keyof S]: number }

/** The number of elements. */
export type SizeOf<S extends Shape, Out extends number = 1> = S extends readonly [
  infer D extends number,
  ...infer Rest extends Shape,
]
  ? SizeOf<Rest, Times<Out, D>>
  : S extends readonly []
    ? Out
    : number

// ---- Axes ----

/** What names axes: one, a list of them, or nothing for all. */
export type Axes = number | Shape | undefined

type List<X extends Axes> = X extends number ? readonly [X] : X extends Shape ? X : readonly []

/** The shape that `zeros(3)` or `zeros([2, 3])` asks for. */
export type Asked<N extends number | Shape> = N extends readonly unknown[] ? [...N] : [N & number]

/** Whether axes are known as literals; a shape cannot follow from others. */
type AreLiteral<X extends Axes> = X extends undefined
  ? true
  : number extends List<X>['length']
    ? false
    : number extends List<X>[number]
      ? false
      : true

/** The two names of the first axis of `Rest`, where `Before` stand before it: `'1' | '-2'`. */
type NamesOfAxis<Before extends readonly unknown[], Rest extends readonly unknown[]> =
  | `${Before['length']}`
  | `-${Rest['length']}`

/** The position of an axis, negative ones counted from the end; `never` out of range. */
type AxisIndex<
  S extends readonly unknown[],
  X extends number,
  Before extends 0[] = [],
> = S extends readonly [unknown, ...infer Rest]
  ? `${X}` extends NamesOfAxis<Before, S>
    ? Before['length']
    : AxisIndex<Rest, X, [...Before, 0]>
  : never

type AxisIndices<
  S extends readonly unknown[],
  X extends Shape,
  Out extends number[] = [],
> = X extends readonly [infer First extends number, ...infer Rest extends Shape]
  ? [AxisIndex<S, First>] extends [never]
    ? First
    : AxisIndices<S, Rest, [...Out, AxisIndex<S, First>]>
  : Out

/** `R`, unless one of the axes is out of range for the shape `S`. */
type InRange<Op extends string, S extends Shape, X extends Axes, R> =
  UnknownRank<S> extends true
    ? R
    : AreLiteral<X> extends true
      ? AxisIndices<S, List<X>> extends infer Wrong extends number
        ? `${Op}: axis ${Wrong} is out of range for shape ${Show<S>}`
        : R
      : R

/** `R`, unless one of the axes, which are in range, is named twice. */
type Once<Op extends string, S extends Shape, X extends Axes, R, Of extends Shape = S> =
  UnknownRank<S> extends true
    ? R
    : AreLiteral<X> extends true
      ? HasTwice<Indices<Of, List<X>>> extends true
        ? `${Op}: axes ${Show<List<X>>} of shape ${Show<S>} name an axis twice`
        : R
      : R

type HasTwice<X extends Shape> = X extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? First extends Rest[number]
    ? true
    : HasTwice<Rest>
  : false

/** The dimensions of `S` whose axis is named, each replaced by `New`; or dropped, where that is `never`. */
type Replaced<
  S extends Shape,
  Names extends string,
  New extends number,
  Before extends 0[] = [],
  Out extends number[] = [],
> = S extends readonly [infer D extends number, ...infer Rest extends Shape]
  ? Replaced<
      Rest,
      Names,
      New,
      [...Before, 0],
      [Extract<NamesOfAxis<Before, S>, Names>] extends [never]
        ? [...Out, D]
        : [New] extends [never]
          ? Out
          : [...Out, New]
    >
  : Out

/** The same with a new dimension at each named axis of the result, whose rank is that of `Slots`. */
type Inserted<
  S extends Shape,
  Names extends string,
  New extends number,
  Slots extends readonly unknown[],
  Out extends number[] = [],
> = Slots extends readonly [unknown, ...infer Rest]
  ? [Extract<NamesOfAxis<Out, Slots>, Names>] extends [never]
    ? S extends readonly [infer D extends number, ...infer RestS extends Shape]
      ? Inserted<RestS, Names, New, Rest, [...Out, D]>
      : never
    : Inserted<S, Names, New, Rest, [...Out, New]>
  : Out

// ---- Creation ----

/** The shape that is asked for, if as many elements are given. */
export type FilledShape<From extends Shape, To extends Shape> =
  UnknownRank<To> extends true
    ? Shape
    : [1] extends [Exists<SizeOf<From> & SizeOf<To>>]
      ? [...To]
      : `MLArray: ${SizeOf<From>} elements do not fill shape ${Show<To>}`

/** The shape of nested lists, or a message where rows of literal lists differ. */
export type ShapeOf<D> = D extends number | Value
  ? []
  : D extends { readonly shape: infer S extends Shape }
    ? [...S]
    : D extends { readonly BYTES_PER_ELEMENT: number }
      ? [number]
      : D extends readonly []
        ? [0]
        : D extends readonly (infer Row)[]
          ? D extends Row // a recursive type: lists of any depth
            ? Shape
            : ShapeOfRows<D['length'], ShapeOf<Row>>
          : Shape

/** `Rows` is the union of the shapes (or messages) of all rows. */
type ShapeOfRows<Length extends number, Rows> = [Extract<Rows, string>] extends [never]
  ? Shared<Extract<Rows, Shape>> extends infer S extends Shape
    ? [S] extends [never]
      ? number extends Length
        ? Shape
        : `MLArray: ragged list: a row of shape ${Show<Extract<Rows, Shape>>}`
      : number extends S['length']
        ? Shape
        : [Length, ...S]
    : never
  : Extract<Rows, string>

/** What the shapes of a union have in common; `never` where two literal dimensions differ. */
type Shared<Rows extends Shape, Out extends number[] = []> = [Rows] extends [readonly []]
  ? Out
  : number extends Rows['length']
    ? Shape
    : [Rows] extends [readonly [unknown, ...unknown[]]]
      ? IsUnion<Rows[0]> extends true
        ? never
        : Shared<TailOf<Rows>, [...Out, Rows[0] & number]>
      : never

type TailOf<S extends Shape> = S extends readonly [unknown, ...infer Rest extends Shape]
  ? Rest
  : never

type IsUnion<T, Each = T> = [T] extends [never]
  ? false
  : Each extends unknown
    ? [T] extends [Each]
      ? false
      : true
    : never

/**
 * `[n]` of a literal integer `n ≥ 0`, which `arange(n)` has. Where options stand in place of `More`, it is
 * inferred as `number | undefined`.
 */
export type RangeShape<
  Stop extends number,
  More extends number | undefined,
> = undefined extends More
  ? `${Stop}` extends `${bigint}`
    ? `${Stop}` extends `-${string}`
      ? [0]
      : [Stop]
    : [number]
  : [number]

/** `[...indices, n]` */
export type OneHotShape<S extends Shape, N extends number> =
  UnknownRank<S> extends true ? Shape : [...S, N]

// ---- Broadcasting ----

/** What two dimensions broadcast to; `never` where they do not. */
export type Meeting<A extends number, B extends number> = A extends 1 ? B : B extends 1 ? A : A & B

/** The same in a result: after a mistake, which is told elsewhere, the dimension is open. */
export type BroadcastDim<A extends number, B extends number> = [Meeting<A, B>] extends [never]
  ? any
  : Meeting<A, B>

type BroadcastTuple<
  A extends Shape,
  B extends Shape,
  Tail extends number[] = [],
> = A extends readonly [...infer InitA extends Shape, infer X extends number]
  ? B extends readonly [...infer InitB extends Shape, infer Y extends number]
    ? BroadcastTuple<InitA, InitB, [BroadcastDim<X, Y>, ...Tail]>
    : [...A, ...Tail]
  : [...B, ...Tail]

/** The shape that both broadcast to. */
export type Broadcast<A extends Shape, B extends Shape> = B extends readonly []
  ? A
  : UnknownRank<B> extends true
    ? Shape
    : A extends readonly []
      ? B
      : UnknownRank<A> extends true
        ? Shape
        : BroadcastTuple<A, B>

/** Whether all dimensions that meet broadcast. */
type Meet<A extends Shape, B extends Shape> = A extends readonly [
  ...infer InitA extends Shape,
  infer X extends number,
]
  ? B extends readonly [...infer InitB extends Shape, infer Y extends number]
    ? [1] extends [Exists<Meeting<X, Y>>]
      ? Meet<InitA, InitB>
      : false
    : true
  : true

/** NumPy's broadcasting. */
export type BroadcastShape<Op extends string, A extends Shape, B extends Shape> = [
  Meet<A, B>,
] extends [true]
  ? Broadcast<A, B>
  : `${Op}: shapes ${Show<A>} and ${Show<B>} do not broadcast`

/** The same of three; the message names the first two that do not meet. */
export type BroadcastShape3<
  Op extends string,
  A extends Shape,
  B extends Shape,
  C extends Shape,
> = [Meet<A, B>] extends [true] ? BroadcastShape<Op, Broadcast<A, B>, C> : BroadcastShape<Op, A, B>

/** `To`, if `From` broadcasts to it without changing it. */
export type BroadcastToShape<
  Op extends string,
  From extends Shape,
  To extends Shape,
> = true extends UnknownRank<From> | UnknownRank<To>
  ? [...To]
  : [Stretches<From, To>] extends [true]
    ? [...To]
    : `${Op}: shape ${Show<From>} does not broadcast to ${Show<To>}`

/** `To`, if the other shape is the same; else the message. */
export type EqualShape<From extends Shape, To extends Shape, Message extends string> = true extends
  | UnknownRank<From>
  | UnknownRank<To>
  ? To
  : [1] extends [Exists<EqualShapes<From, To>>]
    ? To
    : Message

/** `To`, if it is the shape that the gradient given from outside has. */
export type UpstreamShape<From extends Shape, To extends Shape> = EqualShape<
  From,
  To,
  `backward: the upstream gradient must have the shape ${Show<To>} of the root, got ${Show<From>}`
>

type Stretches<From extends Shape, To extends Shape> = From extends readonly [
  ...infer Init extends Shape,
  infer X extends number,
]
  ? To extends readonly [...infer InitTo extends Shape, infer Y extends number]
    ? [1] extends [Exists<X extends 1 ? Y : X & Y>]
      ? Stretches<Init, InitTo>
      : false
    : false
  : true

// ---- Contractions ----

/** A left operand `[...batch, m, k]` or `[k]`, and a right one `[...batch, k, n]` or `[k]`. */
type Factor = { batch: Shape; outer: Shape; inner: number }

type LeftFactor<A extends Shape> = A extends readonly [infer K extends number]
  ? { batch: []; outer: []; inner: K }
  : A extends readonly [
        ...infer Batch extends Shape,
        infer M extends number,
        infer K extends number,
      ]
    ? { batch: Batch; outer: [M]; inner: K }
    : never

type RightFactor<B extends Shape> = B extends readonly [infer K extends number]
  ? { batch: []; outer: []; inner: K }
  : B extends readonly [
        ...infer Batch extends Shape,
        infer K extends number,
        infer N extends number,
      ]
    ? { batch: Batch; outer: [N]; inner: K }
    : never

/** `[..., m, k] @ [..., k, n] → [..., m, n]`, in all of NumPy's rank combinations. */
export type MatmulShape<A extends Shape, B extends Shape> = true extends
  | UnknownRank<A>
  | UnknownRank<B>
  ? Shape
  : MatmulOf<A, B, LeftFactor<A>, RightFactor<B>>

type MatmulOf<A extends Shape, B extends Shape, L extends Factor, R extends Factor> = [L] extends [
  never,
]
  ? NoScalars<'matmul', A, B>
  : [R] extends [never]
    ? NoScalars<'matmul', A, B>
    : [1] extends [Exists<L['inner'] & R['inner']>]
      ? [Meet<L['batch'], R['batch']>] extends [true]
        ? ProductOf<L, R>
        : `matmul: shapes ${Show<A>} and ${Show<B>} do not broadcast`
      : `matmul: inner dimensions differ: ${Show<A>} @ ${Show<B>}`

/** The same for a result: after a mistake, which is told elsewhere, what is not wrong in it. */
export type Product<A extends Shape, B extends Shape> = true extends UnknownRank<A> | UnknownRank<B>
  ? Shape
  : ProductOf<LeftFactor<A>, RightFactor<B>>

type ProductOf<L extends Factor, R extends Factor> = true extends IsNever<L> | IsNever<R>
  ? Shape
  : [...Broadcast<L['batch'], R['batch']>, ...L['outer'], ...R['outer']]

type IsNever<T> = [T] extends [never] ? true : false

type NoScalars<
  Op extends string,
  A extends Shape,
  B extends Shape,
> = `${Op}: operands must have rank 1 or more, got ${Show<A>} and ${Show<B>}`

/** `[...a, k] · [...b, k, n] → [...a, ...b, n]`; a product where one is rank 0. */
export type DotShape<A extends Shape, B extends Shape> = true extends
  | UnknownRank<A>
  | UnknownRank<B>
  ? Shape
  : A extends readonly []
    ? B
    : B extends readonly []
      ? A
      : [A, LeftFactor<A>, RightFactor<B>] extends [
            readonly [...infer Init extends Shape, number],
            infer L extends Factor,
            infer R extends Factor,
          ]
        ? [1] extends [Exists<L['inner'] & R['inner']>]
          ? [...Init, ...R['batch'], ...R['outer']]
          : `dot: inner dimensions differ: ${Show<A>} and ${Show<B>}`
        : never

/** `[...a], [...b] → [a elements, b elements]` */
export type OuterShape<A extends Shape, B extends Shape> = [SizeOf<A>, SizeOf<B>]

/** `[n, n, ...rest] → [...rest]` */
export type TraceShape<S extends Shape> =
  UnknownRank<S> extends true
    ? Shape
    : S extends readonly [number, number, ...infer Rest extends Shape]
      ? Rest
      : `trace: rank 2 or more is needed, got shape ${Show<S>}`

// ---- Reductions ----

/** Without the axes, or with 1 in their place where they are kept. */
export type ReduceShape<
  Op extends string,
  S extends Shape,
  X extends Axes,
  Keep extends boolean,
> = X extends undefined
  ? Reduced<S, X, Keep>
  : InRange<Op, S, X, Once<Op, S, X, Reduced<S, X, Keep>>>

type Reduced<S extends Shape, X extends Axes, Keep extends boolean> = boolean extends Keep
  ? Shape
  : X extends undefined
    ? Keep extends true
      ? UnknownRank<S> extends true
        ? Shape
        : { -readonly [K in keyof S]: 1 }
      : []
    : AreLiteral<X> extends true
      ? UnknownRank<S> extends true
        ? Shape
        : Replaced<S, `${List<X>[number]}`, Keep extends true ? 1 : never>
      : Shape

/** The same shape along an axis, else that of the flattened array: `cumsum`. */
export type ScanShape<Op extends string, S extends Shape, X extends Axes> = X extends undefined
  ? [SizeOf<S>]
  : AreLiteral<X> extends true
    ? SameShape<Op, S, X>
    : Shape

/** The same shape, if the axis is in range; rank 0 has one as in PyTorch. */
export type SoftmaxShape<
  Op extends string,
  S extends Shape,
  X extends number,
> = S extends readonly [] ? S : InRange<Op, S, X, S>

/** The same shape, if the axes are in range: `sort`, `roll`. */
export type SameShape<Op extends string, S extends Shape, X extends Axes> = InRange<Op, S, X, S>

/** The same shape, if the axes are in range and different. */
export type FlipShape<S extends Shape, X extends Axes> = InRange<
  'flip',
  S,
  X,
  Once<'flip', S, X, S>
>

/** The shape of `q`, then what is left of the axes. */
export type QuantileShape<Q extends Shape, S extends Shape, X extends Axes, Keep extends boolean> =
  true extends UnknownRank<Q>
    ? Shape
    : ReduceShape<'quantile', S, X, Keep> extends infer R
      ? R extends Shape
        ? [...Q, ...R]
        : R
      : never

/** With `K` elements along the axis. */
export type TopkShape<S extends Shape, K extends number, X extends number> =
  UnknownRank<S> extends true
    ? Shape
    : AreLiteral<X> extends true
      ? InRange<'topk', S, X, Replaced<S, `${X}`, K>>
      : SameRank<S>

/** As many axes, if the axis is one of them. */
export type AlongShape<Op extends string, S extends Shape, X extends number> = InRange<
  Op,
  S,
  X,
  SameRank<S>
>

// ---- Linear algebra ----

/** The same shape, if it is that of a square matrix or a stack of them. */
export type SquareShape<Op extends string, S extends Shape> =
  UnknownRank<S> extends true
    ? Shape
    : S extends readonly [...Shape, infer M extends number, infer N extends number]
      ? [1] extends [Exists<M & N>]
        ? S
        : NotSquare<Op, S>
      : NotSquare<Op, S>

type NotSquare<
  Op extends string,
  S extends Shape,
> = `${Op}: a square matrix or a stack of them is expected, got shape ${Show<S>}`

/** The right-hand side, if it has as many rows as the square matrix. */
export type SolveShape<A extends Shape, B extends Shape> = true extends
  | UnknownRank<A>
  | UnknownRank<B>
  ? Shape
  : A extends readonly [...Shape, infer N extends number]
    ? [1] extends [Exists<N & RowsOf<B>>]
      ? A['length'] extends 2
        ? B
        : Shape
      : `solve: ${N} equations of shape ${Show<A>} need as many rows on the right-hand side, got shape ${Show<B>}`
    : Shape

type RowsOf<B extends Shape> = B extends readonly [infer N extends number]
  ? N
  : B extends readonly [...Shape, infer N extends number, number]
    ? N
    : never

/** The same shape, if it is that of a matrix or a stack of them. */
export type MatrixShape<Op extends string, S extends Shape> =
  UnknownRank<S> extends true
    ? Shape
    : S extends readonly [...Shape, number, number]
      ? S
      : `${Op}: the rank must be at least 2, got shape ${Show<S>}`

// ---- Movement ----

/** A new shape for the same elements; one dimension may be -1, and follows from the others. */
export type ReshapeShape<S extends Shape, To extends Shape> =
  UnknownRank<To> extends true
    ? Shape
    : -1 extends To[number]
      ? number extends To[number]
        ? WithInferred<To, number>
        : [1] extends [Exists<Quotient<SizeOf<S>, SizeOf<WithInferred<To, 1>>>>]
          ? WithInferred<To, Quotient<SizeOf<S>, SizeOf<WithInferred<To, 1>>>>
          : `reshape: ${SizeOf<S>} elements of shape ${Show<S>} cannot become ${Show<To>}`
      : [1] extends [Exists<SizeOf<S> & SizeOf<To>>]
        ? [...To]
        : `reshape: ${SizeOf<S>} elements of shape ${Show<S>} cannot become ${Show<To>} (${SizeOf<To>} elements)`

type WithInferred<To extends Shape, N extends number> = {
  -readonly [K in keyof To]: To[K] extends -1 ? N : To[K]
}

/** `[a, b, c] → [c, b, a]`, or in the order of the axes. */
export type TransposeShape<S extends Shape, P extends Shape | undefined = undefined> =
  UnknownRank<S> extends true
    ? Shape
    : P extends Shape
      ? AreLiteral<P> extends true
        ? AxisIndices<S, P> extends infer Order extends readonly number[]
          ? S['length'] extends P['length']
            ? [Exclude<keyof S & `${number}`, `${Order[number]}`>] extends [never]
              ? Picked<S, Order>
              : NoPermutation<S, P>
            : NoPermutation<S, P>
          : NoPermutation<S, P>
        : SameRank<S>
      : ReverseShape<S>

type NoPermutation<
  S extends Shape,
  P extends Shape,
> = `transpose: axes ${Show<P>} must name each of the ${S['length']} axes of shape ${Show<S>} once`

type Picked<
  S extends Shape,
  Order extends Shape,
  Out extends number[] = [],
> = Order extends readonly [infer I extends number, ...infer Rest extends Shape]
  ? Picked<S, Rest, [...Out, S[I]]>
  : Out

/** With two axes exchanged. */
export type SwapaxesShape<S extends Shape, I extends number, J extends number> =
  AreLiteral<readonly [I, J]> extends true
    ? InRange<'swapaxes', S, readonly [I, J], Swapped<S, AxisIndex<S, I>, AxisIndex<S, J>>>
    : SameRank<S>

type Swapped<S extends Shape, I extends number, J extends number> =
  UnknownRank<S> extends true
    ? Shape
    : {
        -readonly [K in keyof S]: K extends `${I}` ? S[J] : K extends `${J}` ? S[I] : S[K]
      }

/** With the axes `From` at the positions `To`, the others in their order. */
export type MoveaxisShape<S extends Shape, From extends number | Shape, To extends number | Shape> =
  true extends UnknownRank<S>
    ? Shape
    : [AreLiteral<From>, AreLiteral<To>] extends [true, true]
      ? InRange<
          'moveaxis',
          S,
          readonly [...List<From>, ...List<To>],
          Once<
            'moveaxis',
            S,
            From,
            Once<'moveaxis', S, To, Moved<S, Indices<S, List<From>>, Indices<S, List<To>>>>
          >
        >
      : SameRank<S>

type Indices<S extends Shape, X extends Shape> = Extract<AxisIndices<S, X>, Shape>

type Moved<S extends Shape, From extends Shape, To extends Shape> = Placed<
  S,
  From,
  To,
  Replaced<S, `${From[number]}`, never>
>

type Placed<
  S extends Shape,
  From extends Shape,
  To extends Shape,
  Others extends Shape,
  Out extends number[] = [],
> = Out['length'] extends S['length']
  ? Out
  : Out['length'] extends To[number]
    ? Placed<S, From, To, Others, [...Out, S[Partner<From, To, Out['length']>]]>
    : Others extends readonly [infer D extends number, ...infer Rest extends Shape]
      ? Placed<S, From, To, Rest, [...Out, D]>
      : Shape

/** The element of `From` where `To` has `N`. */
type Partner<From extends Shape, To extends Shape, N extends number> = {
  [K in keyof To]: To[K] extends N ? (K extends keyof From ? From[K] : never) : never
}[number] &
  number

/** Without the axes that are 1; a named axis must be. */
export type SqueezeShape<S extends Shape, X extends Axes> =
  UnknownRank<S> extends true
    ? Shape
    : X extends undefined
      ? number extends S[number]
        ? Shape
        : WithoutOnes<S>
      : AreLiteral<X> extends true
        ? InRange<'squeeze', S, X, Once<'squeeze', S, X, Squeezed<S, X>>>
        : Shape

type WithoutOnes<S extends Shape, Out extends number[] = []> = S extends readonly [
  infer D extends number,
  ...infer Rest extends Shape,
]
  ? WithoutOnes<Rest, D extends 1 ? Out : [...Out, D]>
  : Out

type Squeezed<S extends Shape, X extends Axes> =
  NotOne<S, Indices<S, List<X>>> extends infer Axis extends number
    ? [Axis] extends [never]
      ? Replaced<S, `${List<X>[number]}`, never>
      : `squeeze: axis ${Axis} of shape ${Show<S>} is ${S[Axis]}, not 1`
    : never

/** Those of the axes whose dimension is known and not 1. */
type NotOne<S extends Shape, X extends Shape> = {
  [K in keyof X]: number extends S[X[K]] ? never : S[X[K]] extends 1 ? never : X[K]
}[number]

/** With a dimension 1 at each axis of the result. */
export type ExpandDimsShape<S extends Shape, X extends number | Shape> =
  true extends UnknownRank<S>
    ? Shape
    : AreLiteral<X> extends true
      ? AxisIndices<[...S, ...List<X>], List<X>> extends infer Wrong extends number
        ? `expandDims: axis ${Wrong} is out of range for shape ${Show<S>}`
        : Once<
            'expandDims',
            S,
            X,
            Inserted<S, `${List<X>[number]}`, 1, [...S, ...List<X>]>,
            [...S, ...List<X>]
          >
      : Shape

/** Each dimension times its number of repetitions, the shorter list filled up with ones. */
export type TileShape<S extends Shape, Reps extends number | Shape> = true extends
  | UnknownRank<S>
  | UnknownRank<List<Reps>>
  ? Shape
  : Tiled<S, List<Reps>>

type Tiled<S extends Shape, Reps extends Shape, Tail extends number[] = []> = S extends readonly [
  ...infer Init extends Shape,
  infer D extends number,
]
  ? Reps extends readonly [...infer InitReps extends Shape, infer N extends number]
    ? Tiled<Init, InitReps, [Times<D, N>, ...Tail]>
    : [...S, ...Tail]
  : [...Reps, ...Tail]

/** The axis times `N`; without an axis that of the flattened array. */
export type RepeatShape<
  S extends Shape,
  N extends number,
  X extends number | undefined,
> = X extends number
  ? true extends UnknownRank<S>
    ? Shape
    : AreLiteral<X> extends true
      ? InRange<'repeat', S, X, Replaced<S, `${X}`, Times<S[AxisIndex<S, X>], N>>>
      : Shape
  : [Times<SizeOf<S>, N>]

/** `[n] → [n, n]`, and `[m, n] → [min(m, n)]`. */
export type DiagShape<S extends Shape, K extends number> =
  UnknownRank<S> extends true
    ? Shape
    : S extends readonly [infer N extends number]
      ? K extends 0
        ? [N, N]
        : [number, number]
      : S extends readonly [infer M extends number, infer N extends number]
        ? K extends 0
          ? [M extends N ? (N extends M ? M : number) : number]
          : [number]
        : `diag: rank 1 or 2 is needed, got shape ${Show<S>}`

/** The shape of the indices in place of the axis, or instead of that of the flattened array. */
export type TakeShape<
  S extends Shape,
  I extends Shape,
  X extends number | undefined,
> = X extends number
  ? true extends UnknownRank<S> | UnknownRank<I>
    ? Shape
    : AreLiteral<X> extends true
      ? InRange<'take', S, X, Spliced<S, AxisIndex<S, X>, I>>
      : Shape
  : I

type Spliced<
  S extends Shape,
  At extends number,
  I extends Shape,
  Out extends number[] = [],
> = S extends readonly [infer D extends number, ...infer Rest extends Shape]
  ? Out['length'] extends At
    ? [...Out, ...I, ...Rest]
    : Spliced<Rest, At, I, [...Out, D]>
  : Shape

/** With a border along each axis. */
export type PadShape<S extends Shape, Widths extends readonly (readonly [number, number])[]> =
  true extends UnknownRank<S>
    ? Shape
    : number extends Widths['length']
      ? SameRank<S>
      : S['length'] extends Widths['length']
        ? {
            -readonly [K in keyof S]: K extends keyof Widths
              ? Plus<S[K], Plus<Border<Widths[K], '0'>, Border<Widths[K], '1'>>>
              : never
          }
        : `pad: one [before, after] per axis of shape ${Show<S>} is needed, got ${Widths['length']}`

type Border<W, End extends '0' | '1'> =
  W extends Readonly<Record<End, infer N extends number>> ? N : number

// ---- Lists of arrays ----

/** What has a shape. */
export type Shaped = { readonly shape: Shape }

/** Along an axis, whose dimensions add up; the others are equal. */
export type ConcatenateShape<L extends readonly Shaped[], X extends number> = L extends readonly []
  ? NoArrays<'concatenate'>
  : true extends UnknownList<L>
    ? Shape
    : L extends readonly [infer First extends Shaped, ...infer Rest extends readonly Shaped[]]
      ? AreLiteral<X> extends true
        ? InRange<'concatenate', First['shape'], X, Joined<[...First['shape']], Rest, X>>
        : Shape
      : number extends L['length']
        ? AreLiteral<X> extends true
          ? InRange<
              'concatenate',
              L[number]['shape'],
              X,
              Replaced<L[number]['shape'], `${X}`, number>
            >
          : Shape
        : Shape

type NoArrays<Op extends string> = `${Op}: expected a list of at least one array`

type UnknownList<L extends readonly Shaped[]> = number extends L[number]['shape']['length']
  ? true
  : number extends L['length']
    ? IsUnion<L[number]['shape']>
    : false

type Joined<S extends Shape, L extends readonly Shaped[], X extends number> = L extends readonly [
  infer Next extends Shaped,
  ...infer Rest extends readonly Shaped[],
]
  ? Join<S, Next['shape'], AxisIndex<S, X>> extends infer R extends Shape
    ? [1] extends [Exists<R>]
      ? Joined<R, Rest, X>
      : `concatenate: shapes ${Show<S>} and ${Show<Next['shape']>} differ elsewhere than on axis ${X}`
    : never
  : S

/** Two shapes that are equal but for the axis `I`, where they add up. */
type Join<
  A extends Shape,
  B extends Shape,
  I extends number,
  Out extends number[] = [],
> = A extends readonly [infer M extends number, ...infer RestA extends Shape]
  ? B extends readonly [infer N extends number, ...infer RestB extends Shape]
    ? Out['length'] extends I
      ? Join<RestA, RestB, I, [...Out, Plus<M, N>]>
      : [1] extends [Exists<M & N>]
        ? Join<RestA, RestB, I, [...Out, M & N]>
        : never
    : never
  : B extends readonly []
    ? Out
    : never

/** Equal shapes, and their number as a new axis. */
export type StackShape<L extends readonly Shaped[], X extends number> = L extends readonly []
  ? NoArrays<'stack'>
  : true extends UnknownList<L>
    ? Shape
    : SharedShape<L> extends infer S
      ? S extends Shape
        ? AreLiteral<X> extends true
          ? AxisIndex<[...S, 0], X> extends infer I
            ? [I] extends [never]
              ? `stack: axis ${X} is out of range for shape ${Show<S>}`
              : Inserted<S, `${X}`, L['length'], [...S, 0]>
            : never
          : Shape
        : S
      : never

type SharedShape<L extends readonly Shaped[]> = L extends readonly [
  infer First extends Shaped,
  ...infer Rest extends readonly Shaped[],
]
  ? AllEqual<[...First['shape']], Rest>
  : number extends L['length']
    ? L[number]['shape']
    : Shape

type AllEqual<S extends Shape, L extends readonly Shaped[]> = L extends readonly [
  infer Next extends Shaped,
  ...infer Rest extends readonly Shaped[],
]
  ? EqualShapes<S, Next['shape']> extends infer R extends Shape
    ? [1] extends [Exists<R>]
      ? AllEqual<R, Rest>
      : `stack: shapes ${Show<S>} and ${Show<Next['shape']>} differ`
    : never
  : S

/** Equal parts along an axis. */
export type PartShape<S extends Shape, N extends number | Shape, X extends number> =
  UnknownRank<S> extends true
    ? Shape
    : AreLiteral<X> extends true
      ? InRange<'split', S, X, Part<S, N, X, S[AxisIndex<S, X>]>>
      : Shape

type Part<
  S extends Shape,
  N extends number | Shape,
  X extends number,
  D extends number,
> = N extends number
  ? Quotient<D, N> extends infer Q extends number
    ? [1] extends [Exists<Q>]
      ? Replaced<S, `${X}`, Q>
      : `split: axis ${X} of shape ${Show<S>} cannot be cut into ${N} equal parts`
    : never
  : Replaced<S, `${X}`, number>

/** As many of them as `split` was asked for, where that is a few: nobody has to look whether each is there. */
export type PartsOf<P, N extends number | Shape> = N extends Shape
  ? Some<P, [0, ...N]['length']>
  : Some<P, N>

type Some<P, N, Found extends P[] = []> = N extends 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
  ? Found['length'] extends N
    ? Found
    : Some<P, N, [...Found, P]>
  : P[]
