/**
 * The public face of arrays: `MLArray` with its shape as a type, and the signatures of the functions.
 *
 * What a shape becomes is said in `shape-type.ts`; here every operation names its rule. The methods of the
 * rows of `@smol/value` follow from the tables, their documentation with them. The class that does the work
 * knows shapes at run time only.
 *
 * A method whose parameters depend on the shape takes it from `this`, in a type parameter of its own (`M`).
 * Were it the interface's own `S` there, `MLArray<[2, 3]>` would not be assignable to `MLArray`. There are
 * no overloads, which would turn every message into "No overload matches".
 */
import type { Value } from '@smol/value'
import type { binary, comparisons, ternary, unary } from '@smol/value/ops'
import type { DType } from './array.ts'
import type { EinsumResult, EinsumShape } from './einsum-type.ts'
import type { SliceItem, SliceShape } from './index-type.ts'
import type { GainOptions, HeOptions, TruncatedNormalOptions } from './initialise.ts'
import { MLArray as UntypedMLArray } from './methods.ts'
import type { RandomOptions } from './seed.ts'
import type { Shape } from './shape.ts'
import type {
  AlongShape,
  Asked,
  Axes,
  Broadcast,
  BroadcastShape,
  BroadcastShape3,
  BroadcastToShape,
  ConcatenateShape,
  DiagShape,
  DotShape,
  ExpandDimsShape,
  FilledShape,
  Fits,
  FlipShape,
  Made,
  MatmulShape,
  MatrixShape,
  MoveaxisShape,
  OneHotShape,
  OuterShape,
  PadShape,
  PartShape,
  PartsOf,
  Product,
  QuantileShape,
  RangeShape,
  ReduceShape,
  RepeatShape,
  ReshapeShape,
  SameRank,
  SameShape,
  ScanShape,
  ShapeOf,
  SizeOf,
  SoftmaxShape,
  SolveShape,
  SquareShape,
  SqueezeShape,
  StackShape,
  SwapaxesShape,
  TakeShape,
  TileShape,
  TopkShape,
  TraceShape,
  TransposeShape,
  UpstreamShape,
} from './shape-type.ts'

// ---- What goes in and out ----

/** What an elementwise operation takes beside an array. */
export type Operand = MLArray | Value | number

/** A typed array of numbers, of whatever width. */
export type NumericBuffer = ArrayLike<number> & { readonly BYTES_PER_ELEMENT: number }

/** What an array can be made from: numbers, Values, typed arrays, arrays, and nested lists of them. */
export type ArrayData = Operand | NumericBuffer | readonly ArrayData[]

/** What stands for a mask or for indices: an array, a typed array, or nested lists of numbers. */
export type IntegerData = MLArray | NumericBuffer | NestedNumbers | readonly NumericBuffer[]

/** What `slice` takes, or an array of integers. */
export type IndexItem = SliceItem | IntegerData

/** Numbers in lists in lists; a number for rank 0. */
type NestedNumbers = number | readonly NestedNumbers[]

/** Options of every function that creates an array. */
export type CreationOptions = {
  /** Default `'float64'`. */
  readonly dtype?: DType
  /** Whether its gradient is wanted. */
  readonly requiresGrad?: boolean
  /** A name that drawings and `console.log` show. */
  readonly label?: string
}

/** What a reduction runs over, and whether the axes stay. */
export type ReduceOptions<X, K> = {
  /** The axis or axes to reduce; all where it is missing, none for `[]`. Negative ones count from the end. */
  readonly axis?: X
  /** Keep the reduced axes with dimension 1. Default `false`. */
  readonly keepdims?: K
}

/** The axis along which an operation works. */
export type AxisOption<X> = {
  /** Negative ones count from the end. */
  readonly axis?: X
}

/** When numbers count as equal: `|x − other| ≤ atol + rtol · |other|`. */
export type Tolerance = {
  /** Relative tolerance. Default 1e-5. */
  readonly rtol?: number
  /** Absolute tolerance. Default 1e-8. */
  readonly atol?: number
  /** Whether NaN equals NaN. Default `false`. */
  readonly equalNan?: boolean
}

/** What is put around an array. */
export type PadOptions = {
  /** Default `'constant'`. */
  readonly mode?: 'constant' | 'edge' | 'reflect' | 'symmetric' | 'wrap'
  /** What the mode `'constant'` fills with. Default 0. */
  readonly value?: number
}

/** The shape that an operand is known to have: `[]` for a number or Value, `Shape` where nothing is known. */
export type ShapeFrom<M> = 0 extends M & 1 // M is the type that fits everything
  ? Shape
  : M extends MLArray<infer S>
    ? S
    : M extends number | Value
      ? []
      : ShapeOf<M> extends infer S extends Shape
        ? S
        : Shape

/** `toList()`: numbers nested as deep as the shape is long. */
export type NestedList<S extends Shape> = number extends S['length']
  ? NestedNumbers
  : S extends readonly [number, ...infer Rest extends Shape]
    ? NestedList<Rest>[]
    : number

/** What iteration gives: Values of an array of rank 1, subarrays above. */
export type RowOf<S extends Shape> = number extends S['length']
  ? Value | MLArray
  : S extends readonly [number]
    ? Value
    : S extends readonly [number, ...infer Rest extends Shape]
      ? MLArray<Rest>
      : never

// ---- Methods from the rows of @smol/value ----

type UnaryMethods<S extends Shape> = { readonly [K in keyof typeof unary]: () => MLArray<S> }

type BinaryMethod<Name extends string> = <M extends MLArray, N extends Operand>(
  this: M,
  other: N & Meets<Name, M, N>,
) => MLArray<Met<M, N>>

/** The second operand has a fallback. */
type OptionalBinaryMethod<Name extends string> = <M extends MLArray, N extends Operand = number>(
  this: M,
  other?: N & Meets<Name, M, N>,
) => MLArray<Met<M, N>>

// A number or Value fits every shape: saying so first makes it work in functions that are generic in the shape.
type Meets<Name extends string, M, N> = [N] extends [number | Value]
  ? unknown
  : Fits<BroadcastShape<Name, ShapeFrom<M>, ShapeFrom<N>>>

type Met<M, N> = [N] extends [number | Value] ? ShapeFrom<M> : Broadcast<ShapeFrom<M>, ShapeFrom<N>>

type BinaryMethods = {
  readonly [K in keyof typeof binary]: (typeof binary)[K] extends { readonly fallback: number }
    ? OptionalBinaryMethod<K>
    : BinaryMethod<K>
}

type TernaryMethod<Name extends string> = <M extends MLArray, N extends Operand, O extends Operand>(
  this: M,
  b: N & Fits<BroadcastShape<Name, ShapeFrom<M>, ShapeFrom<N>>>,
  c: O & Fits<BroadcastShape3<Name, ShapeFrom<M>, ShapeFrom<N>, ShapeFrom<O>>>,
) => MLArray<Broadcast<Broadcast<ShapeFrom<M>, ShapeFrom<N>>, ShapeFrom<O>>>

type TernaryMethods = {
  readonly [K in keyof Omit<typeof ternary, 'where'>]: TernaryMethod<K>
}

/** Masks of 0 and 1, untracked. */
type ComparisonMethods = { readonly [K in keyof typeof comparisons]: BinaryMethod<K> }

// ---- Methods that share a signature ----

/** `Options` are what it takes beside `axis` and `keepdims`. */
type Reduction<Name extends string, Options = unknown> = <
  M extends MLArray,
  const X extends Axes = undefined,
  K extends boolean = false,
>(
  this: M,
  options?: ReduceOptions<X & Fits<ReduceShape<Name, ShapeFrom<M>, X, K>>, K> & Options,
) => MLArray<Made<ReduceShape<Name, ShapeFrom<M>, X, K>>>

/** Along one axis, or over all elements. */
type ArgReduction<Name extends string> = <
  M extends MLArray,
  const X extends number | undefined = undefined,
  K extends boolean = false,
>(
  this: M,
  options?: ReduceOptions<X & Fits<ReduceShape<Name, ShapeFrom<M>, X, K>>, K>,
) => MLArray<Made<ReduceShape<Name, ShapeFrom<M>, X, K>>>

type Scan<Name extends string> = <
  M extends MLArray,
  const X extends number | undefined = undefined,
>(
  this: M,
  options?: AxisOption<X & Fits<ScanShape<Name, ShapeFrom<M>, X>>>,
) => MLArray<Made<ScanShape<Name, ShapeFrom<M>, X>>>

/** An operation along an axis that leaves the shape. */
type AlongAxis<Name extends string> = <M extends MLArray, const X extends number = -1>(
  this: M,
  options?: AxisOption<X & Fits<SoftmaxShape<Name, ShapeFrom<M>, X>>>,
) => MLArray<ShapeFrom<M>>

type MaskMethod<Name extends string> = <M extends MLArray, const N extends IntegerData>(
  this: M,
  other: N & Fits<BroadcastShape<Name, ShapeFrom<M>, ShapeFrom<N>>>,
) => MLArray<Broadcast<ShapeFrom<M>, ShapeFrom<N>>>

/** An operation that puts an axis in order. */
type Ordering<Name extends string> = <M extends MLArray, const X extends number = -1>(
  this: M,
  options?: AxisOption<X & Fits<SameShape<Name, ShapeFrom<M>, X>>> & {
    /** The largest first. Default `false`. */
    readonly descending?: boolean
  },
) => MLArray<ShapeFrom<M>>

// ---- The array ----

/**
 * An N-dimensional array of Values. `MLArray` alone is an array of any shape; `MLArray<[2, 3]>` has its
 * shape in its type, and a dimension that only the run time knows is `number`.
 *
 * @example
 * const w: MLArray<[2, 3]> = ones([2, 3])
 * const y = w.matmul(ones([3, 4])) // MLArray<[2, 4]>
 */
export interface MLArray<S extends Shape = Shape>
  extends UnaryMethods<S>, BinaryMethods, TernaryMethods, ComparisonMethods {
  // ---- Properties ----

  readonly shape: Readonly<S>
  /** How many elements apart neighbours along each axis lie in memory. */
  readonly strides: Shape
  /** The number of axes. */
  readonly ndim: S['length']
  /** The number of elements. */
  readonly size: number
  readonly dtype: DType
  /** Whether gradients flow to this array. */
  readonly requiresGrad: boolean
  /** A name that drawings and `console.log` show. */
  label: string | undefined
  /** The name of the operation that made this array; `leaf` or `constant` where none did. */
  readonly op: string
  /** The axes in reverse order, as a view. @see numpy.ndarray.T */
  readonly T: MLArray<TransposeShape<S>>

  // ---- Masks ----

  /** Where an element is NaN. @see numpy.isnan */
  isNaN(): MLArray<S>
  /** Where an element is neither infinite nor NaN. @see numpy.isfinite */
  isFinite(): MLArray<S>
  /** Where both are not 0. @see numpy.logical_and */
  readonly logicalAnd: MaskMethod<'logicalAnd'>
  /** Where one of both is not 0. @see numpy.logical_or */
  readonly logicalOr: MaskMethod<'logicalOr'>
  /** Where an element is 0. @see numpy.logical_not */
  logicalNot(): MLArray<S>

  // ---- Contractions ----

  /** Shape: `[..., m, k] @ [..., k, n] → [..., m, n]`, or with one operand of rank 1. @see numpy.matmul */
  matmul<M extends MLArray, N extends MLArray>(
    this: M,
    other: N & Fits<MatmulShape<ShapeFrom<M>, ShapeFrom<N>>>,
  ): MLArray<Product<ShapeFrom<M>, ShapeFrom<N>>>
  /** Shape: `[...a, k], [...b, k, n] → [...a, ...b, n]`. @see numpy.dot */
  dot<M extends MLArray, N extends Operand>(
    this: M,
    other: N & Fits<DotShape<ShapeFrom<M>, ShapeFrom<N>>>,
  ): MLArray<Made<DotShape<ShapeFrom<M>, ShapeFrom<N>>>>
  /** All products of an element of one and an element of the other, both flattened. @see numpy.outer */
  outer<M extends MLArray, N extends MLArray>(
    this: M,
    other: N,
  ): MLArray<OuterShape<ShapeFrom<M>, ShapeFrom<N>>>
  /** The sum of the diagonal of the first two axes. @see numpy.trace */
  trace<M extends MLArray>(
    this: M & Fits<TraceShape<ShapeFrom<M>>>,
  ): MLArray<Made<TraceShape<ShapeFrom<M>>>>

  // ---- Reductions ----

  /** The sum; 0 of nothing. @see numpy.sum */
  readonly sum: Reduction<'sum'>
  /** The mean; NaN of nothing. @see numpy.mean */
  readonly mean: Reduction<'mean'>
  /** The product; 1 of nothing. @see numpy.prod */
  readonly prod: Reduction<'prod'>
  /** The largest; ties share the gradient evenly. @see numpy.max */
  readonly max: Reduction<'max'>
  /** The smallest; ties share the gradient evenly. @see numpy.min */
  readonly min: Reduction<'min'>
  /** `log Σ eˣ` without overflow; −∞ of nothing. @see torch.logsumexp */
  readonly logsumexp: Reduction<'logsumexp'>
  /** The variance, in two passes. @see numpy.var */
  readonly var: Reduction<'var', DeltaDegrees>
  /** The standard deviation, in two passes. @see numpy.std */
  readonly std: Reduction<'std', DeltaDegrees>
  /** The vector norm `(Σ |x|^ord)^(1/ord)`; its gradient at 0 is 0. @see numpy.linalg.norm */
  readonly norm: Reduction<'norm', { /** Default 2. */ readonly ord?: number }>
  /** 1 where an element is not 0, as a mask. @see numpy.any */
  readonly any: Reduction<'any'>
  /** 1 where every element is not 0, as a mask. @see numpy.all */
  readonly all: Reduction<'all'>
  /** How many elements are not 0. @see numpy.count_nonzero */
  readonly countNonzero: Reduction<'countNonzero'>
  /** Where the largest stands: the first, in the flattened array if no axis is given. @see numpy.argmax */
  readonly argmax: ArgReduction<'argmax'>
  /** Where the smallest stands: the first, in the flattened array if no axis is given. @see numpy.argmin */
  readonly argmin: ArgReduction<'argmin'>
  /** Sums up to each element, of the flattened array if no axis is given. @see numpy.cumsum */
  readonly cumsum: Scan<'cumsum'>
  /** Products up to each element, of the flattened array if no axis is given. @see numpy.cumprod */
  readonly cumprod: Scan<'cumprod'>
  /** `eˣ / Σ eˣ` along an axis, by default the last. @see torch.softmax */
  readonly softmax: AlongAxis<'softmax'>
  /** `log(softmax(x))` without leaving the logarithm. @see torch.log_softmax */
  readonly logSoftmax: AlongAxis<'logSoftmax'>

  // ---- Movement ----

  /** The same elements in another shape; one dimension may be -1. @see numpy.reshape */
  reshape<M extends MLArray, const N extends number | Shape>(
    this: M,
    shape: N & Fits<ReshapeShape<ShapeFrom<M>, Asked<N>>>,
  ): MLArray<Made<ReshapeShape<ShapeFrom<M>, Asked<N>>>>
  /** Rank 1, in row-major order. @see numpy.ravel */
  flatten(): MLArray<[SizeOf<S>]>
  /** The axes in another order, by default reversed; a view. @see numpy.transpose */
  transpose<M extends MLArray, const P extends Shape | undefined = undefined>(
    this: M,
    axes?: P & Fits<TransposeShape<ShapeFrom<M>, P>>,
  ): MLArray<Made<TransposeShape<ShapeFrom<M>, P>>>
  /** Two axes exchanged; a view. @see numpy.swapaxes */
  swapaxes<M extends MLArray, I extends number, J extends number>(
    this: M,
    a: I,
    b: J & Fits<SwapaxesShape<ShapeFrom<M>, I, J>>,
  ): MLArray<Made<SwapaxesShape<ShapeFrom<M>, I, J>>>
  /** Axes moved to new positions, the others in their order; a view. @see numpy.moveaxis */
  moveaxis<M extends MLArray, const F extends number | Shape, const N extends number | Shape>(
    this: M,
    from: F,
    to: N & Fits<MoveaxisShape<ShapeFrom<M>, F, N>>,
  ): MLArray<Made<MoveaxisShape<ShapeFrom<M>, F, N>>>
  /** Without the axes that are 1; a named axis must be; a view. @see numpy.squeeze */
  squeeze<M extends MLArray, const X extends Axes = undefined>(
    this: M,
    options?: AxisOption<X & Fits<SqueezeShape<ShapeFrom<M>, X>>>,
  ): MLArray<Made<SqueezeShape<ShapeFrom<M>, X>>>
  /** With a dimension 1 at each axis of the result; a view. @see numpy.expand_dims */
  expandDims<M extends MLArray, const X extends number | Shape>(
    this: M,
    axis: X & Fits<ExpandDimsShape<ShapeFrom<M>, X>>,
  ): MLArray<Made<ExpandDimsShape<ShapeFrom<M>, X>>>
  /** Repeated along new axes and axes that are 1; a view. @see numpy.broadcast_to */
  broadcastTo<M extends MLArray, const N extends number | Shape>(
    this: M,
    shape: N & Fits<BroadcastToShape<'broadcastTo', ShapeFrom<M>, Asked<N>>>,
  ): MLArray<Made<BroadcastToShape<'broadcastTo', ShapeFrom<M>, Asked<N>>>>
  /** The array laid out several times along each axis. @see numpy.tile */
  tile<M extends MLArray, const R extends number | Shape>(
    this: M,
    reps: R,
  ): MLArray<TileShape<ShapeFrom<M>, R>>
  /** Each element several times, of the flattened array if no axis is given. @see numpy.repeat */
  repeat<M extends MLArray, N extends number, const X extends number | undefined = undefined>(
    this: M,
    repeats: N,
    options?: AxisOption<X & Fits<RepeatShape<ShapeFrom<M>, N, X>>>,
  ): MLArray<Made<RepeatShape<ShapeFrom<M>, N, X>>>
  /** Shifted, what falls off entering at the other end. @see numpy.roll */
  roll<M extends MLArray, const X extends Axes = undefined>(
    this: M,
    shift: number | Shape,
    options?: AxisOption<X & Fits<SameShape<'roll', ShapeFrom<M>, X>>>,
  ): MLArray<ShapeFrom<M>>
  /** In reverse order along axes, by default all. @see numpy.flip */
  flip<M extends MLArray, const X extends Axes = undefined>(
    this: M,
    options?: AxisOption<X & Fits<FlipShape<ShapeFrom<M>, X>>>,
  ): MLArray<ShapeFrom<M>>
  /** With a border of `[before, after]` elements along each axis. @see numpy.pad */
  pad<M extends MLArray, const W extends readonly (readonly [before: number, after: number])[]>(
    this: M,
    widths: W & Fits<PadShape<ShapeFrom<M>, W>>,
    options?: PadOptions,
  ): MLArray<Made<PadShape<ShapeFrom<M>, W>>>
  /** 0 below the `k`th diagonal of the last two axes. @see numpy.triu */
  triu<M extends MLArray>(
    this: M & Fits<MatrixShape<'triu', ShapeFrom<M>>>,
    k?: number,
  ): MLArray<ShapeFrom<M>>
  /** 0 above the `k`th diagonal of the last two axes. @see numpy.tril */
  tril<M extends MLArray>(
    this: M & Fits<MatrixShape<'tril', ShapeFrom<M>>>,
    k?: number,
  ): MLArray<ShapeFrom<M>>
  /** A matrix with this diagonal, or the diagonal of a matrix. @see numpy.diag */
  diag<M extends MLArray, K extends number = 0>(
    this: M & Fits<DiagShape<ShapeFrom<M>, K>>,
    k?: K,
  ): MLArray<Made<DiagShape<ShapeFrom<M>, K>>>

  // ---- Indexing ----

  /**
   * The elements at integers, ranges `'start:stop:step'`, new axes (`null`) and `'...'`, as a view.
   *
   * @example
   * x.slice(0, '1:', '::-1', '...', null)
   * @see numpy.ndarray.__getitem__
   */
  slice<M extends MLArray, const I extends readonly SliceItem[]>(
    this: M,
    ...items: I & Fits<SliceShape<'slice', ShapeFrom<M>, I>>
  ): MLArray<Made<SliceShape<'slice', ShapeFrom<M>, I>>>
  /**
   * The elements at arrays of integers, broadcast against each other, among what `slice` takes. Their axes
   * stand where they stood, or first where something stands between them.
   *
   * @example
   * x.index([0, 2], ':', [1, 1])
   * @see numpy.ndarray.__getitem__
   */
  index<M extends MLArray, const I extends readonly IndexItem[]>(
    this: M,
    ...items: I & Fits<SliceShape<'index', ShapeFrom<M>, I>>
  ): MLArray<Made<SliceShape<'index', ShapeFrom<M>, I>>>
  /**
   * Replaces the elements at an index in place, unrecorded, by values that broadcast. A list is an index of
   * several items; at a place that it names twice the last value stays.
   *
   * @example
   * x.set([0, '1:'], 5)
   * x.set([[0, 2]], rows) // an array of integers: rows 0 and 2
   */
  set<M extends MLArray>(this: M, index: IndexItem | readonly IndexItem[], values: ArrayData): M
  /** Rows at indices along an axis, or elements of the flattened array. @see numpy.take */
  take<
    M extends MLArray,
    const I extends IntegerData,
    const X extends number | undefined = undefined,
  >(
    this: M,
    indices: I,
    options?: AxisOption<X & Fits<TakeShape<ShapeFrom<M>, ShapeFrom<I>, X>>>,
  ): MLArray<Made<TakeShape<ShapeFrom<M>, ShapeFrom<I>, X>>>
  /** One element of a line along the axis (by default the last) for each index. @see numpy.take_along_axis */
  takeAlongAxis<M extends MLArray, const X extends number = -1>(
    this: M,
    indices: IntegerData,
    options?: AxisOption<X & Fits<AlongShape<'takeAlongAxis', ShapeFrom<M>, X>>>,
  ): MLArray<SameRank<ShapeFrom<M>>>
  /** With values added, each at its index along the axis. @see torch.Tensor.scatter_add */
  scatterAdd<M extends MLArray, X extends number>(
    this: M,
    axis: X & Fits<SameShape<'scatterAdd', ShapeFrom<M>, X>>,
    indices: IntegerData,
    values: ArrayData,
  ): MLArray<ShapeFrom<M>>
  /** With rows added, each at its index along the axis. @see torch.Tensor.index_add */
  indexAdd<M extends MLArray, X extends number>(
    this: M,
    axis: X & Fits<SameShape<'indexAdd', ShapeFrom<M>, X>>,
    indices: IntegerData,
    values: ArrayData,
  ): MLArray<ShapeFrom<M>>
  /** With values, repeated as needed, at indices into the flattened array; the last one stays. @see numpy.put */
  put<M extends MLArray>(this: M, indices: IntegerData, values: ArrayData): MLArray<ShapeFrom<M>>
  /** The elements where the mask is 1, both broadcast. @see torch.masked_select */
  maskedSelect(mask: IntegerData): MLArray<[number]>
  /** Where elements are not 0: their indices along each axis. @see numpy.nonzero */
  nonzero(): MLArray<[number]>[]

  // ---- Order ----

  /** In order along an axis, by default the last; stable, NaN last in both directions. @see numpy.sort */
  readonly sort: Ordering<'sort'>
  /** The indices that put an axis in order; stable, NaN last in both directions. @see numpy.argsort */
  readonly argsort: Ordering<'argsort'>
  /** The `k` largest or smallest along an axis, in order, and where they stand. @see torch.topk */
  topk<M extends MLArray, K extends number, const X extends number = -1>(
    this: M,
    k: K,
    options?: AxisOption<X & Fits<TopkShape<ShapeFrom<M>, K, X>>> & {
      /** Default `true`. */
      readonly largest?: boolean
    },
  ): {
    values: MLArray<Made<TopkShape<ShapeFrom<M>, K, X>>>
    indices: MLArray<Made<TopkShape<ShapeFrom<M>, K, X>>>
  }
  /** The different values in ascending order, NaN once and last. @see numpy.unique */
  unique(): MLArray<[number]>
  /**
   * The different values in ascending order, where each first stands in the flattened array, for each
   * element the index of its value, and how often each stands. No NaN equals another here.
   * @see numpy.unique_all
   */
  uniqueAll(): {
    values: MLArray<[number]>
    indices: MLArray<[number]>
    inverseIndices: MLArray<S>
    counts: MLArray<[number]>
  }
  /** Where values would have to be inserted into this sorted array. @see numpy.searchsorted */
  searchsorted<const N extends ArrayData>(
    values: N,
    options?: {
      /** Before or after equal elements. Default `'left'`. */
      readonly side?: 'left' | 'right'
    },
  ): MLArray<ShapeFrom<N>>
  /** The middle element, or the mean of the two; NaN of nothing and of NaN. @see numpy.median */
  readonly median: Reduction<'median'>
  /** The value that a share `q` does not exceed, linearly interpolated; a list of `q` gives first axes. @see numpy.quantile */
  quantile<
    M extends MLArray,
    const Q extends ArrayData,
    const X extends Axes = undefined,
    K extends boolean = false,
  >(
    this: M,
    q: Q,
    options?: ReduceOptions<X & Fits<QuantileShape<ShapeFrom<Q>, ShapeFrom<M>, X, K>>, K>,
  ): MLArray<Made<QuantileShape<ShapeFrom<Q>, ShapeFrom<M>, X, K>>>

  // ---- Conversion ----

  /** Nested lists of numbers; a number for rank 0. @throws RangeError where they are more than 2²⁷. */
  toList<M extends MLArray>(this: M): NestedList<ShapeFrom<M>>
  /** What `JSON.stringify` writes: the nested lists, in which it has null for NaN and Infinity. */
  toJSON<M extends MLArray>(this: M): NestedList<ShapeFrom<M>>
  /** The number of an array of one element. */
  item(): number
  /** A copy of the elements in row-major order. */
  toTypedArray(): Float64Array | Float32Array
  /** In another dtype. */
  astype(dtype: DType): MLArray<S>
  /** The element at an index, as a Value of the same graph; negative indices count from the end. */
  at<M extends MLArray>(this: M, ...indices: SameRank<ShapeFrom<M>>): Value
  /** Values of an array of rank 1, subarrays above. */
  // Not `RowOf<S>`, a condition on S by which the compiler would no longer see at a glance that an array of
  // one shape fits where any is wanted: it would compare all members, a hundred times slower.
  [Symbol.iterator](): IterableIterator<RowOf<ShapeFrom<this>>>
  /** Whether all elements are equal within `atol + rtol · |other|`. @see numpy.allclose */
  allClose<M extends MLArray, const N extends ArrayData>(
    this: M,
    other: N & Fits<BroadcastShape<'allClose', ShapeFrom<M>, ShapeFrom<N>>>,
    options?: Tolerance,
  ): boolean
  /** Whether shape and elements are the same. @see numpy.array_equal */
  arrayEqual(other: ArrayData): boolean
  /** As NumPy prints. */
  toString(): string

  // ---- Gradients ----

  /**
   * Computes the gradient of this array (of the sum of its elements, or weighted by `upstream`) with respect
   * to everything that it was made from. Leaves add it to their gradient.
   */
  // A union of an array and a Value can be called where `this` may be either.
  backward<M extends MLArray | Value, N extends MLArray | number = number>(
    this: M,
    options?: BackwardOptions<
      N & ([N] extends [number] ? unknown : Fits<UpstreamShape<ShapeFrom<N>, ShapeFrom<M>>>)
    >,
  ): void
  /** The gradient that backward passes have left here; zeros before any. */
  grad(): MLArray<S>
  /** The gradient as a node of the graph, after `backward({ createGraph: true })`. */
  gradNode(): MLArray<S> | undefined
  /** Sets the gradient back to zeros. */
  zeroGrad(): void
  /** The same data with no history, and untracked. */
  detach(): MLArray<S>
  /**
   * Calls `hook` with the gradient of this array in every pass; an array that it returns takes its place.
   *
   * @returns a function that removes the hook.
   */
  onGradient<M extends MLArray>(
    this: M,
    hook: (gradient: MLArray<ShapeFrom<M>>) => MLArray<ShapeFrom<M>> | undefined | void,
  ): () => void
  /** Replaces the elements in place, unrecorded, by values that broadcast to this shape. */
  assign<M extends MLArray, const N extends ArrayData>(
    this: M,
    values: N & Fits<BroadcastToShape<'assign', ShapeFrom<N>, ShapeFrom<M>>>,
  ): M
}

type DeltaDegrees = {
  /** What is taken from the number of elements before dividing by it. Default 0. */
  readonly ddof?: number
}

/** What a backward pass starts from, and whether it is recorded. */
export type BackwardOptions<N = MLArray | number> = {
  /** The gradient of the root itself. Default ones. */
  readonly upstream?: N
  /** Record the gradients too, so that they can be differentiated: see `gradNode`. Default `false`. */
  readonly createGraph?: boolean
}

/** `MLArray` as a value. A class of its own could not infer the shape: constructors have no type parameters. */
export interface MLArrayConstructor {
  /**
   * An array from nested lists of numbers, Values and arrays; or from a typed array, with a shape.
   *
   * @example
   * new MLArray([[1, 2, 3], [4, 5, 6]]) // MLArray<[2, 3]>
   */
  new <const D extends ArrayData, const N extends number | Shape = Made<ShapeOf<D>>>(
    data: D & Fits<ShapeOf<D>>,
    options?: CreationOptions & {
      /** The shape to give the elements of a flat list or typed array. */
      readonly shape?: N & Fits<FilledShape<Made<ShapeOf<D>>, Asked<N>>>
    },
  ): MLArray<Asked<N>>
  readonly prototype: MLArray
}

/** An N-dimensional array of Values. */
// One name for the type and the class, exported together: under an alias in another file, declarations that
// users emit could not name it (TS2742).
export const MLArray: MLArrayConstructor = UntypedMLArray as unknown as MLArrayConstructor

// ---- Functions ----

type Filled = <const N extends number | Shape>(
  shape: N,
  options?: CreationOptions,
) => MLArray<Asked<N>>

type Random<Options> = <const N extends number | Shape>(
  shape: N,
  options?: Options,
) => MLArray<Asked<N>>

/** The axes of a stack of matrices before those of the matrices. */
type StackOf<S extends Shape> = S extends readonly [...infer Stack extends number[], number, number]
  ? Stack
  : Shape

type Like = <M extends MLArray>(x: M, options?: CreationOptions) => MLArray<ShapeFrom<M>>

/** The signatures of the free functions: `export const zeros: Functions['zeros'] = …`. */
export interface Functions {
  readonly zeros: Filled
  readonly ones: Filled
  readonly full: <const N extends number | Shape>(
    shape: N,
    value: number,
    options?: CreationOptions,
  ) => MLArray<Asked<N>>
  readonly eye: <const N extends number, const M extends number = N>(
    n: N,
    options?: CreationOptions & {
      /** The number of columns. Default `n`. */
      readonly m?: M
      /** The diagonal of the ones: above the main one if positive. Default 0. */
      readonly k?: number
    },
  ) => MLArray<[N, M]>
  readonly arange: <A extends number, B extends number | undefined = undefined>(
    start: A,
    stop?: B | CreationOptions,
    step?: number | CreationOptions,
    options?: CreationOptions,
  ) => MLArray<RangeShape<A, B>>
  readonly linspace: <N extends number = 50>(
    start: number,
    stop: number,
    num?: N | CreationOptions,
    options?: CreationOptions,
  ) => MLArray<[N]>
  readonly zerosLike: Like
  readonly onesLike: Like
  readonly fullLike: <M extends MLArray>(
    x: M,
    value: number,
    options?: CreationOptions,
  ) => MLArray<ShapeFrom<M>>
  readonly oneHot: <const D extends IntegerData, N extends number>(
    indices: D & Fits<ShapeOf<D>>,
    numClasses: N,
    options?: CreationOptions,
  ) => MLArray<Made<OneHotShape<ShapeFrom<D>, N>>>
  readonly rand: Random<RandomOptions>
  readonly randn: Random<RandomOptions>
  readonly xavierUniform: Random<GainOptions>
  readonly xavierNormal: Random<GainOptions>
  readonly heUniform: Random<HeOptions>
  readonly heNormal: Random<HeOptions>
  readonly orthogonal: Random<GainOptions>
  readonly truncatedNormal: Random<TruncatedNormalOptions>
  readonly solve: <M extends MLArray, N extends MLArray>(
    a: M & Fits<SquareShape<'solve', ShapeFrom<M>>>,
    b: N & Fits<SolveShape<ShapeFrom<M>, ShapeFrom<N>>>,
  ) => MLArray<Made<SolveShape<ShapeFrom<M>, ShapeFrom<N>>>>
  readonly inv: <M extends MLArray>(
    a: M & Fits<SquareShape<'inv', ShapeFrom<M>>>,
  ) => MLArray<ShapeFrom<M>>
  readonly det: <M extends MLArray>(
    a: M & Fits<SquareShape<'det', ShapeFrom<M>>>,
  ) => MLArray<StackOf<ShapeFrom<M>>>
  readonly cholesky: <M extends MLArray>(
    a: M & Fits<SquareShape<'cholesky', ShapeFrom<M>>>,
  ) => MLArray<ShapeFrom<M>>
  readonly where: <const C extends IntegerData, N extends Operand, O extends Operand>(
    condition: C,
    a: N & Fits<BroadcastShape<'where', ShapeFrom<C>, ShapeFrom<N>>>,
    b: O & Fits<BroadcastShape3<'where', ShapeFrom<C>, ShapeFrom<N>, ShapeFrom<O>>>,
  ) => MLArray<Broadcast<Broadcast<ShapeFrom<C>, ShapeFrom<N>>, ShapeFrom<O>>>
  readonly tensordot: (
    a: MLArray,
    b: MLArray,
    axes?: number | readonly [a: number | Shape, b: number | Shape],
  ) => MLArray
  readonly einsum: <const T extends string, const L extends readonly MLArray[]>(
    subscripts: T,
    ...operands: L & Fits<EinsumShape<T, L>>
  ) => MLArray<EinsumResult<T, L>>
  readonly concatenate: <const L extends readonly MLArray[], const X extends number = 0>(
    arrays: L & Fits<ConcatenateShape<L, X>>,
    options?: AxisOption<X>,
  ) => MLArray<Made<ConcatenateShape<L, X>>>
  readonly stack: <const L extends readonly MLArray[], const X extends number = 0>(
    arrays: L & Fits<StackShape<L, X>>,
    options?: AxisOption<X>,
  ) => MLArray<Made<StackShape<L, X>>>
  readonly split: <M extends MLArray, const N extends number | Shape, const X extends number = 0>(
    x: M,
    sections: N & Fits<PartShape<ShapeFrom<M>, N, X>>,
    options?: AxisOption<X>,
  ) => PartsOf<MLArray<Made<PartShape<ShapeFrom<M>, N, X>>>, N>
}
