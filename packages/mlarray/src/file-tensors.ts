/**
 * The safetensors format: the size of the header, the header in JSON, and the numbers. Written from its
 * specification: https://github.com/huggingface/safetensors#format
 *
 * ```
 *   8 bytes      n bytes                                              the rest
 *   n, little    {"w": {"dtype": "F32", "shape": [2, 3],              w, then what follows w, without
 *   endian        "data_offsets": [0, 24]}, …}                        gaps and without overlap
 * ```
 */
import type { MLArray as Untyped } from './array.ts'
import {
  encodingError,
  fileError,
  formatError,
  headerSizeError,
  metadataError,
  nameError,
  quote,
  recordError,
  truncatedError,
  type Origin,
} from './file-error.ts'
import { parseObject, type Json, type JsonObject } from './file-json.ts'
import {
  byteLengthOf,
  checkShape,
  formats,
  readArray,
  writeNumbers,
  type FormatName,
  type ReadOptions,
} from './file-number.ts'
import { checkName, isPlainObject } from './file-record.ts'
import type { MLArray } from './typed.ts'

// The limit of the reference implementation.
const LONGEST_HEADER = 100_000_000

const METADATA = '__metadata__'

const FORMATS: Readonly<Record<string, FormatName>> = {
  BOOL: 'bool',
  I8: 'int8',
  I16: 'int16',
  I32: 'int32',
  I64: 'int64',
  U8: 'uint8',
  U16: 'uint16',
  U32: 'uint32',
  U64: 'uint64',
  F16: 'float16',
  BF16: 'bfloat16',
  F32: 'float32',
  F64: 'float64',
}

type Tensor = {
  readonly name: string
  readonly format: FormatName
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

type Header = {
  readonly tensors: readonly Tensor[]
  readonly metadata: ReadonlyMap<string, string>
  /** What follows the header. */
  readonly data: Uint8Array
}

// ---- Reading ----

/** The arrays by name, in the order of the header. */
export function decodeTensors(
  op: string,
  bytes: Uint8Array,
  options: ReadOptions,
): Map<string, MLArray> {
  const { tensors, data } = parseHeader(op, bytes)
  return new Map(
    tensors.map(({ name, format, shape, begin, end }) => {
      const own = data.subarray(begin, end)
      const stored = { format, shape, bytes: own, littleEndian: true, fortranOrder: false }
      return [name, readArray({ op, entry: name }, stored, options)]
    }),
  )
}

/** What the header says, checked as a whole against the bytes that follow it. */
export function parseHeader(op: string, bytes: Uint8Array): Header {
  const [text, data] = readText({ op }, bytes)
  const fields = parseObject({ op }, text)
  const tensors: Tensor[] = []
  let metadata: ReadonlyMap<string, string> = new Map()
  for (const [name, value] of fields) {
    checkName(op, name)
    if (name === METADATA) metadata = toMetadata({ op, entry: name }, value)
    else tensors.push(toTensor({ op, entry: name }, name, value, data.length))
  }
  checkLayout(op, tensors, data.length)
  return { tensors, metadata, data }
}

function readText(origin: Origin, bytes: Uint8Array): [text: string, data: Uint8Array] {
  if (bytes.length < 8) throw truncatedError(origin, 'the size of the header', 8, bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8)
  const size = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true)
  if (size > LONGEST_HEADER) throw headerSizeError(origin, size, LONGEST_HEADER)
  if (size > bytes.length - 8) throw truncatedError(origin, 'the header', size, bytes.length - 8)
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return [decoder.decode(bytes.slice(8, 8 + size)), bytes.subarray(8 + size)]
  } catch {
    throw encodingError(origin, 'the header')
  }
}

function toMetadata(origin: Origin, value: Json): ReadonlyMap<string, string> {
  if (!(value instanceof Map)) throw fileError(origin, 'this must be an object of strings.')
  for (const [key, text] of value as JsonObject)
    if (typeof text !== 'string') throw fileError(origin, `${quote(key)} is no string.`)
  return value as ReadonlyMap<string, string>
}

function toTensor(origin: Origin, name: string, value: Json, available: number): Tensor {
  if (!(value instanceof Map)) throw fileError(origin, 'a tensor must be an object.')
  const fields = value as JsonObject
  for (const field of fields.keys())
    if (!['dtype', 'shape', 'data_offsets'].includes(field))
      throw fileError(origin, `a tensor has no field ${quote(field)}.`)
  const dtype = fields.get('dtype')
  if (typeof dtype !== 'string') throw fileError(origin, 'dtype must be a string.')
  const format = Object.hasOwn(FORMATS, dtype) ? FORMATS[dtype] : undefined
  if (format === undefined) throw formatError(origin, dtype, '')
  const shape = toIntegers(origin, 'shape', fields.get('shape'))
  const offsets = toIntegers(origin, 'data_offsets', fields.get('data_offsets'))
  const [begin = NaN, end = NaN] = offsets
  // Written so that NaN is wrong.
  if (offsets.length !== 2 || !(0 <= begin && begin <= end && end <= available))
    throw fileError(
      origin,
      `data_offsets [${offsets.slice(0, 3).join(', ')}] are no beginning and end within ${available} bytes.`,
      { offsets, available },
    )
  checkShape(origin, shape, format, end - begin)
  return { name, format, shape, begin, end }
}

function toIntegers(origin: Origin, field: string, value: Json | undefined): readonly number[] {
  if (!Array.isArray(value) || !value.every((n) => typeof n === 'number'))
    throw fileError(origin, `${field} must be a list of integers.`)
  return value
}

/** Every byte belongs to one tensor. */
function checkLayout(op: string, tensors: readonly Tensor[], available: number): void {
  let reached = 0
  let before = ''
  for (const { name, begin, end } of tensors.toSorted(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin < reached)
      throw fileError(
        { op, entry: name },
        `bytes ${begin} to ${reached} belong to ${quote(before)} as well.`,
      )
    if (begin > reached)
      throw fileError({ op }, `bytes ${reached} to ${begin} of the data belong to no tensor.`)
    reached = end
    before = name
  }
  if (reached < available)
    throw fileError({ op }, `bytes ${reached} to ${available} of the data belong to no tensor.`)
}

// ---- Writing ----

/** A whole safetensors file: the header padded to 8 bytes, then the tensors, wide numbers first, by name. */
export function encodeTensors(
  op: string,
  arrays: ReadonlyMap<string, Untyped>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  if (arrays.has(METADATA)) throw nameError(op, METADATA, 'is taken by the format')
  const sorted = [...arrays].toSorted(
    ([a, x], [b, y]) => formats[y.dtype].bytes - formats[x.dtype].bytes || (a < b ? -1 : 1),
  )
  const fields = metadataField(op, metadata)
  let end = 0
  for (const [name, x] of sorted) {
    const begin = end
    end += byteLengthOf(x)
    const dtype = x.dtype === 'float32' ? 'F32' : 'F64'
    const tensor = { dtype, shape: x.shape, data_offsets: [begin, end] }
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(tensor)}`)
  }
  const text = new TextEncoder().encode(`{${fields.join(',')}}`)
  const start = 8 * Math.ceil((8 + text.length) / 8)
  const out = new Uint8Array(start + end)
  // Any header that fits into memory is shorter than 2³² bytes.
  new DataView(out.buffer).setUint32(0, start - 8, true)
  out.fill(0x20, 8, start).set(text, 8)
  let at = start
  for (const [, x] of sorted) {
    writeNumbers(x, out, at)
    at += byteLengthOf(x)
  }
  return out
}

function metadataField(op: string, metadata: unknown): string[] {
  if (!isPlainObject(metadata)) throw recordError(op, 'metadata as an object of strings', metadata)
  const entries = Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1))
  for (const [key, text] of entries) {
    checkName(op, key)
    if (typeof text !== 'string') throw metadataError(op, key, text)
    if (/\p{Surrogate}/u.test(text))
      throw fileError({ op, entry: key }, 'the text is no valid Unicode.')
  }
  if (entries.length === 0) return []
  const pairs = entries.map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`)
  return [`${JSON.stringify(METADATA)}:{${pairs.join(',')}}`]
}
