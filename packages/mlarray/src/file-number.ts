/**
 * Numbers as files hold them, and how they become the elements of an array. It knows neither headers nor
 * names.
 *
 * Conversions: 16-bit and 32-bit floats become float32 and everything else float64, so that nothing is
 * rounded unless the reader asks for another dtype.
 */
import {
  allocate,
  rowMajor,
  Storage,
  type DType,
  type MLArray as Untyped,
  type TypedArray,
} from './array.ts'
import { dtypeFor } from './create.ts'
import {
  bytesError,
  bytesMismatchError,
  arrayError,
  dimensionError,
  elementsError,
  numberError,
  rankError,
  type Origin,
} from './file-error.ts'
import { copyElements } from './loop.ts'
import { MLArray as WithMethods } from './methods.ts'
import { asLeaf } from './node.ts'
import { sizeOf, stridesOf, type Shape } from './shape.ts'
import type { MLArray } from './typed.ts'

/** How arrays are made of what a file holds. */
export type ReadOptions = {
  /** By default float32 for floats of 16 and 32 bits, float64 for everything else. */
  readonly dtype?: DType
  /** Whether gradients are wanted. Default `true`, as for `new MLArray`. */
  readonly requiresGrad?: boolean
}

type Read = (view: DataView, at: number, little: boolean) => number

/** How a number is stored. */
export type NumberFormat = {
  readonly bytes: number
  readonly dtype: DType
  /** NaN where the number has no counterpart and `refusal` is there. */
  readonly read: Read
  /** What a number is that cannot be read. */
  readonly refusal?: (view: DataView, at: number, little: boolean) => string
}

// ---- Formats ----

export type FormatName =
  | 'bool'
  | `${'int' | 'uint'}${8 | 16 | 32 | 64}`
  | `float${16 | 32 | 64}`
  | 'bfloat16'

const floatBits = new DataView(new ArrayBuffer(4))

/** Brain floats are the upper half of a 32-bit float. */
const readBfloat16: Read = (view, at, little) => {
  floatBits.setUint32(0, view.getUint16(at, little) << 16)
  return floatBits.getFloat32(0)
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 mantissa bits, the exponent biased by 15. */
const readFloat16: Read = (view, at, little) => {
  const bits = view.getUint16(at, little)
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const mantissa = bits & 0x3ff
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN
  return exponent === 0
    ? sign * mantissa * 2 ** -24
    : sign * (1024 + mantissa) * 2 ** (exponent - 25)
}

/** The upper half, signed or not, and the lower half of a 64-bit integer; NaN beyond ±2⁵³. */
function joinHalves(high: number, low: number): number {
  const isExact = high < 2 ** 21 ? high >= -(2 ** 21) : high === 2 ** 21 && low === 0
  return isExact ? high * 2 ** 32 + low : NaN
}

const tooLarge = (integer: bigint): string => `${integer}, beyond ±2⁵³, where doubles skip integers`

// The type is spelled out: declarations of an inferred one would need TypeScript 5.7 (DataView with a parameter).
/** The formats that are read; npy and safetensors have their own names for them. */
export const formats: Readonly<Record<FormatName, NumberFormat>> = {
  bool: {
    bytes: 1,
    dtype: 'float64',
    read: (view, at) => (view.getUint8(at) > 1 ? NaN : view.getUint8(at)),
    refusal: (view, at) => `the byte ${view.getUint8(at)}; a boolean is 0 or 1`,
  },
  int8: { bytes: 1, dtype: 'float64', read: (view, at) => view.getInt8(at) },
  uint8: { bytes: 1, dtype: 'float64', read: (view, at) => view.getUint8(at) },
  int16: { bytes: 2, dtype: 'float64', read: (view, at, little) => view.getInt16(at, little) },
  uint16: { bytes: 2, dtype: 'float64', read: (view, at, little) => view.getUint16(at, little) },
  int32: { bytes: 4, dtype: 'float64', read: (view, at, little) => view.getInt32(at, little) },
  uint32: { bytes: 4, dtype: 'float64', read: (view, at, little) => view.getUint32(at, little) },
  int64: {
    bytes: 8,
    dtype: 'float64',
    read: (view, at, little) =>
      joinHalves(
        view.getInt32(little ? at + 4 : at, little),
        view.getUint32(little ? at : at + 4, little),
      ),
    refusal: (view, at, little) => tooLarge(view.getBigInt64(at, little)),
  },
  uint64: {
    bytes: 8,
    dtype: 'float64',
    read: (view, at, little) =>
      joinHalves(
        view.getUint32(little ? at + 4 : at, little),
        view.getUint32(little ? at : at + 4, little),
      ),
    refusal: (view, at, little) => tooLarge(view.getBigUint64(at, little)),
  },
  float16: { bytes: 2, dtype: 'float32', read: readFloat16 },
  bfloat16: { bytes: 2, dtype: 'float32', read: readBfloat16 },
  float32: { bytes: 4, dtype: 'float32', read: (view, at, little) => view.getFloat32(at, little) },
  float64: { bytes: 8, dtype: 'float64', read: (view, at, little) => view.getFloat64(at, little) },
}

// ---- Shapes ----

/** NumPy's limit. */
export const MOST_AXES = 64

/** A shape that a file names, checked against the bytes that hold it, before anything is allocated. */
export function checkShape(
  origin: Origin,
  shape: Shape,
  format: FormatName,
  bytesGiven: number,
): void {
  if (shape.length > MOST_AXES) throw rankError(origin, shape.length, MOST_AXES)
  for (const n of shape)
    if (!Number.isSafeInteger(n) || n < 0) throw dimensionError(origin, n, shape)
  // The product without its zeros, as NumPy checks it: strides are made of it even where there is nothing.
  const extent = sizeOf(shape.filter((n) => n > 0))
  const size = shape.includes(0) ? 0 : extent
  if (size > 2 ** 32 || extent > Number.MAX_SAFE_INTEGER) throw elementsError(origin, shape)
  const needed = size * formats[format].bytes
  if (needed !== bytesGiven) throw bytesMismatchError(origin, [shape, format], needed, bytesGiven)
}

// ---- Reading ----

/** Numbers in a file: `bytes` holds exactly the elements of `shape`. */
export type Stored = {
  readonly format: FormatName
  readonly shape: Shape
  readonly bytes: Uint8Array
  readonly littleEndian: boolean
  /** The first axis changes fastest. */
  readonly fortranOrder: boolean
}

/** The array that is stored. @throws RangeError where a number has no counterpart. */
export function readArray(origin: Origin, stored: Stored, options: ReadOptions): MLArray {
  const { shape } = stored
  const { dtype = formats[stored.format].dtype, requiresGrad = true } = options
  const data = readNumbers(origin, stored, dtype)
  const inOrder = stored.fortranOrder && shape.length > 1 ? fromFortran(data, shape, dtype) : data
  const array = new WithMethods(new Storage(inOrder), shape)
  if (requiresGrad) asLeaf(array)
  return array as unknown as MLArray
}

function readNumbers(
  origin: Origin,
  { format, bytes, littleEndian }: Stored,
  dtype: DType,
): TypedArray {
  const { bytes: width, read, refusal } = formats[format]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const data = allocate(bytes.length / width, dtype)
  for (let i = 0; i < data.length; i++) {
    const x = read(view, i * width, littleEndian)
    if (refusal !== undefined && x !== x)
      throw numberError(origin, i, refusal(view, i * width, littleEndian))
    data[i] = x
  }
  return data
}

/** Row-major elements from elements whose first axis changes fastest. */
function fromFortran(data: TypedArray, shape: Shape, dtype: DType): TypedArray {
  const out = allocate(data.length, dtype)
  const strides = stridesOf(shape.toReversed()).reverse()
  const to = { data: out, strides: stridesOf(shape), offset: 0 }
  copyElements(shape, to, { data, strides, offset: 0 })
  return out
}

// ---- Writing ----

/** Writes the elements in row-major order, little-endian, from `start` on. */
export function writeNumbers(x: Untyped, out: Uint8Array, start: number): void {
  const view = new DataView(out.buffer, out.byteOffset + start)
  const data = rowMajor(x)
  if (data instanceof Float32Array)
    for (let i = 0; i < data.length; i++) view.setFloat32(4 * i, data[i]!, true)
  else for (let i = 0; i < data.length; i++) view.setFloat64(8 * i, data[i]!, true)
}

/** How many bytes the elements take. */
export function byteLengthOf(x: Untyped): number {
  return x.size * formats[x.dtype].bytes
}

// ---- Arguments ----

/** Whether something is a Uint8Array, of this realm or of another one (a frame, a test runner). */
export function isBytes(x: unknown): x is Uint8Array {
  return Object.prototype.toString.call(x) === '[object Uint8Array]' && ArrayBuffer.isView(x)
}

/** @throws TypeError where something else than bytes is given. */
export function checkBytes(op: string, bytes: unknown): asserts bytes is Uint8Array {
  if (!isBytes(bytes)) throw bytesError(op, bytes)
}

/** Options with their dtype checked. */
export function checkOptions(op: string, options: ReadOptions): ReadOptions {
  if (options.dtype !== undefined) dtypeFor({ dtype: options.dtype }, op)
  return options
}

/** The array as the rest of this package sees it. @throws TypeError where it is none. */
export function toUntyped(origin: Origin, x: unknown): Untyped {
  if (!(x instanceof WithMethods)) throw arrayError(origin, x)
  return x
}
