/**
 * The npy format: magic, version, a header that is a Python dictionary in text, and the numbers. Written
 * from its specification: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * It knows no zip. Nothing in a header is evaluated: the three fields that a plain array has are parsed, and
 * everything else is refused.
 */
import type { MLArray as Untyped } from './array.ts'
import {
  encodingError,
  fileError,
  formatError,
  headerSizeError,
  quote,
  rankError,
  syntaxError,
  truncatedError,
  type Origin,
} from './file-error.ts'
import {
  byteLengthOf,
  checkShape,
  MOST_AXES,
  readArray,
  writeNumbers,
  type FormatName,
  type ReadOptions,
} from './file-number.ts'
import type { MLArray } from './typed.ts'

// "\x93NUMPY"
const MAGIC: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

// A header is longer only where it describes a structured dtype, which is not read.
const LONGEST_HEADER = 65_535

// ---- Reading ----

/** The array in a whole npy file. */
export function decodeNpy(origin: Origin, bytes: Uint8Array, options: ReadOptions): MLArray {
  const [version, start, size] = readPreamble(origin, bytes)
  const text = decodeText(origin, bytes.subarray(start, start + size), version)
  const { descr, fortranOrder, shape } = parseHeader(origin, text)
  const { format, littleEndian } = parseDescr(origin, descr)
  const data = bytes.subarray(start + size)
  checkShape(origin, shape, format, data.length)
  return readArray(origin, { format, shape, bytes: data, littleEndian, fortranOrder }, options)
}

function readPreamble(
  origin: Origin,
  bytes: Uint8Array,
): [version: number, start: number, size: number] {
  const found = MAGIC.findIndex((byte, i) => bytes[i] !== byte)
  if (found >= 0 && found < bytes.length)
    throw fileError(origin, 'this is no npy file: it does not start with \\x93NUMPY.')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const need = (part: string, needed: number, start = 0): void => {
    if (bytes.length - start < needed)
      throw truncatedError(origin, part, needed, bytes.length - start)
  }
  need('the preamble', 10)
  const [version, minor] = [view.getUint8(6), view.getUint8(7)]
  if (version < 1 || version > 3 || minor !== 0)
    throw fileError(origin, `version ${version}.${minor} cannot be read; versions 1.0 to 3.0 can.`)
  if (version > 1) need('the preamble', 12)
  const start = version === 1 ? 10 : 12
  const size = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  need('the header', size, start)
  if (size > LONGEST_HEADER) throw headerSizeError(origin, size, LONGEST_HEADER)
  return [version, start, size]
}

function decodeText(origin: Origin, bytes: Uint8Array, version: number): string {
  // Versions 1 and 2 are Latin-1, which a plain array needs no more than the ASCII part of.
  if (version < 3) return new TextDecoder('latin1').decode(bytes.slice())
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice())
  } catch {
    throw encodingError(origin, 'the header')
  }
}

// ---- The header ----

type Header = {
  readonly descr: string
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
}

/** The fields of a header: how they are written (integers of Python 2 end in L), and that in words. */
const FIELDS: Readonly<Record<string, readonly [pattern: RegExp, expected: string]>> = {
  descr: [/'([^'\\]*)'|"([^"\\]*)"|\[/y, 'a dtype in quotes'],
  fortran_order: [/(True|False)/y, 'True or False'],
  shape: [/\(\s*((?:-?\d+L?\s*,\s*)+(?:-?\d+L?\s*)?)?\)/y, 'a tuple of integers'],
}

const BLANK: ReadonlySet<string | undefined> = new Set([' ', '\t', '\n'])

/** Parses `{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }`. */
function parseHeader(origin: Origin, text: string): Header {
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    while (BLANK.has(text[at])) at++
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  const need = (pattern: RegExp, expected: string): RegExpExecArray => {
    const match = take(pattern)
    if (match === null) throw syntaxError(origin, text, at, expected)
    return match
  }
  const fields = new Map<string, RegExpExecArray>()
  need(/\{/y, 'a dictionary')
  while (take(/\}/y) === null) {
    const [, single, double] = need(/'(\w*)'|"(\w*)"/y, 'a field in quotes')
    need(/:/y, 'a colon')
    const key = single ?? double!
    const field = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined
    if (field === undefined)
      throw fileError(origin, `the header has a field ${quote(key)} that npy does not know.`)
    if (fields.has(key)) throw fileError(origin, `the header has the field ${quote(key)} twice.`)
    const value = need(...field)
    if (value[0].endsWith('[')) throw formatError(origin, '[…]', MEANINGS['[']!)
    fields.set(key, value)
    if (take(/,/y) === null) need(/(?=\})/y, 'a comma or a closing brace')
  }
  need(/$/y, 'nothing after the dictionary')
  return toHeader(origin, fields)
}

function toHeader(origin: Origin, fields: ReadonlyMap<string, RegExpExecArray>): Header {
  const field = (name: string): RegExpExecArray => {
    const match = fields.get(name)
    if (match === undefined) throw fileError(origin, `the header has no field ${quote(name)}.`)
    return match
  }
  const [, single, double] = field('descr')
  const [, dimensions = ''] = field('shape')
  return {
    descr: single ?? double!,
    fortranOrder: field('fortran_order')[1] === 'True',
    // Adding 0 makes -0 what it is in Python.
    shape: (dimensions.match(/-?\d+/g) ?? []).map((n) => Number(n) + 0),
  }
}

// ---- The dtype ----

const FORMATS: Readonly<Record<string, FormatName>> = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
}

const MEANINGS: Readonly<Record<string, string>> = {
  '[': ' (structured)',
  c: ' (complex numbers)',
  f: ' (extended precision)',
  m: ' (durations)',
  M: ' (dates)',
  O: ' (pickled objects, which are programs)',
  S: ' (strings)',
  U: ' (strings)',
  V: ' (raw memory)',
}

/** `<f8`: the byte order, the kind and the size in bytes. */
function parseDescr(origin: Origin, descr: string): { format: FormatName; littleEndian: boolean } {
  const kind = descr.replace(/^[<>|]/, '')
  const format = Object.hasOwn(FORMATS, kind) ? FORMATS[kind]! : undefined
  const hasOrder = descr !== kind && (!descr.startsWith('|') || kind.endsWith('1'))
  if (format === undefined || !hasOrder)
    throw formatError(origin, descr, (format === undefined && MEANINGS[kind.charAt(0)]) || '')
  return { format, littleEndian: !descr.startsWith('>') }
}

// ---- Writing ----

/** A whole npy file of version 1.0, its numbers little-endian, in row-major order and aligned to 64 bytes. */
export function encodeNpy(origin: Origin, x: Untyped): Uint8Array {
  if (x.ndim > MOST_AXES) throw rankError(origin, x.ndim, MOST_AXES)
  const descr = x.dtype === 'float32' ? '<f4' : '<f8'
  const dimensions = x.shape.map((n) => `${n},`).join(' ')
  const shape = x.ndim > 1 ? dimensions.slice(0, -1) : dimensions
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`
  const start = 64 * Math.ceil((10 + header.length + 1) / 64)
  const out = new Uint8Array(start + byteLengthOf(x))
  out.set(MAGIC)
  out.set([1, 0, (start - 10) & 0xff, (start - 10) >> 8], 6)
  out.set(new TextEncoder().encode(`${header.padEnd(start - 11)}\n`), 10)
  writeNumbers(x, out, start)
  return out
}
