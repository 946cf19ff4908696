/**
 * The directory of a zip file, and its entries one by one. Written from the specification,
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT; inflating is handed in.
 *
 * ```
 *   entry 1 … entry n        directory                    end
 *   name, bytes              name, sizes, checksum,       where the directory
 *                            position of the entry        is, how many entries
 * ```
 * Nothing in the directory is believed: before anything is inflated, all sizes are within the reader's limit
 * and within what deflate can reach, and what comes out must have that size and its checksum.
 */
import { duplicateError, encodingError, fileError, truncatedError } from './file-error.ts'

/** Inflates `bytes` into `out` and gives how many bytes came; it throws where they do not fit. */
export type Inflate = (bytes: Uint8Array, out: Uint8Array) => number

/** A file in the zip file, as the directory has it. */
export type Entry = {
  readonly name: string
  readonly isDeflated: boolean
  readonly checksum: number
  /** How many bytes it has when it is inflated. */
  readonly size: number
  /** Where it lies, with its own copy of its name. */
  readonly begin: number
  readonly end: number
  readonly bytes: Uint8Array
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const END_SIZE = 22
const CENTRAL_SIZE = 46
const LOCAL_SIZE = 30

// Deflate copies at most 258 bytes with the two bits that the shortest codes of a length and a distance take.
const LARGEST_RATIO = 1032

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

// ---- The directory ----

/** What the file contains, checked as a whole. @throws RangeError where it would take more than `maxBytes`. */
export function readDirectory(op: string, bytes: Uint8Array, maxBytes: number): Entry[] {
  const [start, end, count] = findDirectory(op, bytes)
  const view = viewOf(bytes)
  const entries: Entry[] = []
  const names = new Set<string>()
  let at = start
  for (let i = 0; i < count; i++) {
    if (end - at < CENTRAL_SIZE || view.getUint32(at, true) !== CENTRAL)
      throw fileError({ op }, `the directory has ${i} entries and claims ${count}.`)
    const next =
      at + CENTRAL_SIZE + [28, 30, 32].reduce((n, k) => n + view.getUint16(at + k, true), 0)
    if (next > end) throw truncatedError({ op }, `entry ${i} of the directory`, next - at, end - at)
    const entry = readEntry(op, bytes, at, start)
    if (names.has(entry.name)) throw duplicateError(op, entry.name)
    names.add(entry.name)
    entries.push(entry)
    at = next
  }
  if (at !== end)
    throw fileError({ op }, `the directory has more entries than the ${count} that it claims.`)
  checkOverlap(op, entries)
  checkSizes(op, entries, maxBytes)
  return entries
}

/** Where the directory starts and ends, and how many entries it has. */
function findDirectory(op: string, bytes: Uint8Array): [start: number, end: number, count: number] {
  const view = viewOf(bytes)
  // The last record is followed by a comment of up to 65535 bytes, whose length it says.
  for (let at = bytes.length - END_SIZE; at >= 0 && at >= bytes.length - END_SIZE - 0xffff; at--) {
    if (view.getUint32(at, true) !== END) continue
    if (view.getUint16(at + 20, true) !== bytes.length - at - END_SIZE) continue
    const count = view.getUint16(at + 10, true)
    const start = view.getUint32(at + 16, true)
    const size = view.getUint32(at + 12, true)
    if (count === 0xffff || start === 0xffffffff || size === 0xffffffff)
      throw fileError(
        { op },
        'zip files of more than 4 GiB or 65534 entries (Zip64) cannot be read.',
      )
    if (start + size !== at || view.getUint16(at + 8, true) !== count)
      throw fileError(
        { op },
        `the directory should lie at bytes ${start} to ${start + size} and end at ${at}.`,
      )
    return [start, at, count]
  }
  throw fileError(
    { op },
    'this is no npz file, or it is cut off: the end of a zip directory is missing.',
  )
}

/** The entry whose directory record is at `at`; entries lie before `limit`. */
function readEntry(op: string, bytes: Uint8Array, at: number, limit: number): Entry {
  const view = viewOf(bytes)
  const flags = view.getUint16(at + 8, true)
  const method = view.getUint16(at + 10, true)
  const packed = view.getUint32(at + 20, true)
  const begin = view.getUint32(at + 42, true)
  const nameBytes = bytes.slice(
    at + CENTRAL_SIZE,
    at + CENTRAL_SIZE + view.getUint16(at + 28, true),
  )
  const name = decodeName(op, nameBytes, (flags & 0x800) !== 0)
  const origin = { op, entry: name }
  if (flags & 1) throw fileError(origin, 'encrypted entries cannot be read.')
  if (method !== 0 && method !== 8)
    throw fileError(
      origin,
      `compression method ${method} cannot be read; 0 (none) and 8 (deflate) can.`,
    )
  if (begin + LOCAL_SIZE > limit || view.getUint32(begin, true) !== LOCAL)
    throw fileError(origin, `there is no entry at byte ${begin}.`)
  const lengthOfName = view.getUint16(begin + 26, true)
  const start = begin + LOCAL_SIZE + lengthOfName + view.getUint16(begin + 28, true)
  const isSame =
    lengthOfName === nameBytes.length &&
    nameBytes.every((byte, i) => byte === bytes[begin + LOCAL_SIZE + i])
  if (!isSame) throw fileError(origin, 'the entry itself has another name than the directory.')
  if (start + packed > limit)
    throw truncatedError(origin, 'the entry', packed, Math.max(0, limit - start))
  return {
    name,
    isDeflated: method === 8,
    checksum: view.getUint32(at + 16, true),
    size: view.getUint32(at + 24, true),
    begin,
    end: start + packed,
    bytes: bytes.subarray(start, start + packed),
  }
}

function decodeName(op: string, bytes: Uint8Array, isUtf8: boolean): string {
  if (!isUtf8 && bytes.some((byte) => byte > 0x7f))
    throw fileError({ op }, 'a name is not ASCII and not marked as UTF-8.')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw encodingError({ op }, 'a name')
  }
}

// ---- Checks before anything is inflated ----

function checkOverlap(op: string, entries: readonly Entry[]): void {
  const sorted = entries.toSorted((a, b) => a.begin - b.begin)
  sorted.forEach(({ name, begin }, i) => {
    const before = sorted[i - 1]
    if (before !== undefined && begin < before.end)
      throw fileError({ op, entry: name }, `it overlaps ${JSON.stringify(before.name)}.`)
  })
}

function checkSizes(op: string, entries: readonly Entry[], maxBytes: number): void {
  let total = 0
  for (const { name, isDeflated, size, bytes } of entries) {
    const most = isDeflated ? bytes.length * LARGEST_RATIO : bytes.length
    if (size > most || (!isDeflated && size !== most))
      throw fileError(
        { op, entry: name },
        `${bytes.length} bytes in the file cannot be the ${size} bytes that the directory claims.`,
      )
    total += size
  }
  if (total > maxBytes)
    throw fileError(
      { op },
      `the arrays would take ${total} bytes, more than maxBytes = ${maxBytes}.`,
      { total, maxBytes },
    )
}

// ---- Entries ----

/** The bytes of an entry. @throws RangeError where size or checksum are not what the directory says. */
export function extract(op: string, entry: Entry, inflate: Inflate): Uint8Array {
  const origin = { op, entry: entry.name }
  const bytes = entry.isDeflated ? new Uint8Array(entry.size) : entry.bytes
  if (entry.isDeflated) {
    let size: number
    try {
      size = inflate(entry.bytes, bytes)
    } catch (cause) {
      throw Object.assign(
        fileError(origin, `the compressed bytes do not inflate to ${entry.size} bytes.`),
        { cause },
      )
    }
    if (size !== entry.size)
      throw fileError(origin, `it inflates to ${size} bytes, not to ${entry.size}.`)
  }
  if (crc32(bytes) !== entry.checksum)
    throw fileError(origin, 'its checksum does not match: the bytes have changed.')
  return bytes
}

let remainders: Int32Array | undefined

/** The remainder of every byte, with the reversed polynomial 0xEDB88320. */
function makeRemainders(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1
    return rest
  })
}

/** The checksum of zip, a cyclic redundancy check, a byte at a time. */
export function crc32(bytes: Uint8Array): number {
  // Signed integers stay integers in the engine; iterating by `of` is several times slower.
  const table = (remainders ??= makeRemainders())
  let rest = -1
  for (let i = 0; i < bytes.length; i++) rest = (rest >>> 8) ^ table[(rest ^ bytes[i]!) & 0xff]!
  return ~rest >>> 0
}
