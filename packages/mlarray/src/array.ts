/**
 * The array itself: memory, a way to read it (shape, strides, offset), and a node of the graph.
 *
 * The handle (`MLArray`) and its node are two objects, so that a node can outlive the data: an operation
 * keeps the data that its gradient reads, and nothing else. This file knows no operation; `methods.ts`
 * installs them.
 */
import { CONSTANT, labelOf, setLabel } from '@smol/value/graph'
import { dtypeOf } from './dtype.ts'
import { fromUser, type ArrayData, type ArrayOptions } from './create.ts'
import { copyElements, type Region } from './loop.ts'
import { memoryError, unmadeError } from './errors.ts'
import { nodeOf, type ArrayNode } from './node.ts'
import { isContiguous, sizeOf, stridesOf, unravel, type Shape } from './shape.ts'
import { located } from './stack.ts'

/** The type of the elements: IEEE 754 numbers of 64 or of 32 bits. */
export type DType = 'float64' | 'float32'
export type TypedArray = Float64Array | Float32Array

/** The memory that an array and its views share. */
export class Storage {
  // `declare`, since a field that is first defined as undefined and then assigned costs twice.
  // Assigned anew only where it moves to the memory of the kernels.
  declare data: TypedArray
  declare readonly dtype: DType
  /** When the data last changed, on the clock of the graph. */
  declare stamp: number
  /** What changed it. */
  declare changedBy: string
  /** Why it may not be changed in place: the operation whose result it is, or '' where it may. */
  declare madeBy: string

  constructor(data: TypedArray, dtype: DType = dtypeOf(data)) {
    this.data = data
    this.dtype = dtype
    this.stamp = 0
    this.changedBy = ''
    this.madeBy = ''
  }
}

/** An N-dimensional array of Values, as the rest of this package sees it: shapes are known at run time only. */
export class MLArray {
  declare readonly storage: Storage
  declare readonly shape: Shape
  declare readonly strides: Shape
  declare readonly offset: number
  declare readonly size: number
  /** Whether the elements in row-major order lie next to each other. */
  declare readonly contiguous: boolean
  /** The node in the graph; none for an untracked array that no recorded operation has used. */
  declare graphNode: ArrayNode | undefined
  /** @internal The Values that `at` has given out, by position in the storage. */
  declare elements: Map<number, unknown> | undefined

  /** An array from what a user has: see `MLArrayConstructor`. */
  constructor(data: ArrayData, options?: ArrayOptions)
  /** @internal A way to read a storage. */
  constructor(storage: Storage, shape: Shape, strides?: Shape, offset?: number)
  // oxlint-disable-next-line consistent-return -- what a constructor returns takes its place
  constructor(
    data: Storage | ArrayData,
    layout?: Shape | ArrayOptions,
    strides?: Shape,
    offset = 0,
  ) {
    if (!(data instanceof Storage)) return made(data, layout as ArrayOptions | undefined)
    const shape = layout as Shape
    this.storage = data
    this.shape = shape
    this.offset = offset
    this.size = sizeOf(shape)
    if (strides === undefined) {
      this.strides = contiguousStrides(shape)
      this.contiguous = true
    } else {
      this.strides = strides
      this.contiguous = isContiguous(shape, strides)
    }
    this.graphNode = undefined
    this.elements = undefined
  }

  get ndim(): number {
    return this.shape.length
  }

  get dtype(): DType {
    return this.storage.dtype
  }

  get requiresGrad(): boolean {
    return this.graphNode !== undefined && this.graphNode.operation !== CONSTANT
  }

  /** The name of the operation that made this array; `leaf` or `constant` where none did. */
  get op(): string {
    return this.graphNode?.op ?? CONSTANT.name
  }

  get label(): string | undefined {
    return labelOf(this)
  }

  set label(label: string | undefined) {
    setLabel(this, label)
    // Drawings see nodes only.
    setLabel(nodeOf(this), label)
  }

  /** The same memory without history. */
  detach(): MLArray {
    return new MLArray(this.storage, this.shape, this.strides, this.offset)
  }
}

/**
 * What stands for memory and shape where an object has the class of an array, and never went through its
 * constructor: whatever is asked of it is refused. Every array has both itself, so that this costs nothing.
 */
const NEVER_MADE = new Proxy([], {
  get: () => {
    throw unmadeError()
  },
})
Object.setPrototypeOf(MLArray.prototype, { storage: NEVER_MADE, shape: NEVER_MADE })

let [lastShape, lastStrides]: [Shape, Shape] = [[], []]

/** Arrays of one shape that are made one after the other share their strides, as they share the shape. */
function contiguousStrides(shape: Shape): Shape {
  if (shape !== lastShape) [lastShape, lastStrides] = [shape, stridesOf(shape)]
  return lastStrides
}

function made(data: ArrayData, options: ArrayOptions | undefined): MLArray {
  try {
    return fromUser(data, options)
  } catch (error) {
    throw located(error, MLArray)
  }
}

// ---- Memory ----

export function allocate(size: number, dtype: DType): TypedArray {
  try {
    return dtype === 'float32' ? new Float32Array(size) : new Float64Array(size)
  } catch {
    throw memoryError(size, dtype)
  }
}

/** How many bytes are allocated at once for small results. What is cut from them keeps all of them alive. */
const SLAB = 32_768
/** Smaller ones lie in the engine's own heap, which is as fast; of larger ones too few share a slab. */
const [SMALLEST, LARGEST] = [65, 16_384]
let slab: ArrayBuffer | undefined
let taken = SLAB

/**
 * Memory for a result: zeros, cut from a slab where it is small, since a buffer of its own would cost several
 * times as much as what is computed in it. It is never given out again. Nothing that a user may hand on as a
 * buffer comes from here.
 */
export function cut(size: number, dtype: DType): TypedArray {
  const bytes = dtype === 'float32' ? 4 * size : 8 * size
  if (bytes < SMALLEST || bytes > LARGEST) return allocate(size, dtype)
  let at = taken
  if (slab === undefined || at + bytes > SLAB) {
    slab = new ArrayBuffer(SLAB)
    at = 0
  }
  taken = at + Math.ceil(bytes / 8) * 8
  return dtype === 'float32' ? new Float32Array(slab, at, size) : new Float64Array(slab, at, size)
}

/** An untracked array over `data`, in row-major order. */
export function fromData(data: TypedArray, shape: Shape): MLArray {
  return new MLArray(new Storage(data), shape)
}

/** An untracked array of zeros for a result, in row-major order. */
export function resultOf(shape: Shape, dtype: DType): MLArray {
  return new MLArray(new Storage(cut(sizeOf(shape), dtype), dtype), shape)
}

/** An untracked array of one number. */
export function filled(shape: Shape, value: number, dtype: DType): MLArray {
  const data = allocate(sizeOf(shape), dtype)
  return fromData(Object.is(value, 0) ? data : data.fill(value), shape)
}

/** Where element number `index` in row-major order lies in the storage. */
export function positionOf(x: MLArray, index: number): number {
  return unravel(index, x.shape).reduce((at, i, axis) => at + i * x.strides[axis]!, x.offset)
}

/** The elements in row-major order: the memory itself where it has that order, else a copy. */
export function rowMajor(x: MLArray): TypedArray {
  const { data } = x.storage
  if (!x.contiguous) return copyOf(x)
  return x.offset === 0 && data.length === x.size
    ? data
    : data.subarray(x.offset, x.offset + x.size)
}

/** The elements in row-major order, in memory that no other array reads: `out`, all zeros. */
export function copyOf(
  x: MLArray,
  dtype: DType = x.dtype,
  out: TypedArray = cut(x.size, dtype),
): TypedArray {
  const { data } = x.storage
  if (x.contiguous) {
    out.set(data.subarray(x.offset, x.offset + x.size))
    return out
  }
  copyElements(x.shape, { data: out, strides: stridesOf(x.shape), offset: 0 }, regionOf(x))
  return out
}

/** The memory of an array and how it is read. */
export function regionOf(x: MLArray): Region {
  return { data: x.storage.data, strides: x.strides, offset: x.offset }
}
