/**
 * The entry point `@smol/mlarray/npz`: named arrays in the format of `numpy.savez`, a zip file of npy files.
 *
 * Zip comes from the package `fflate`, which is installed by whoever wants this entry point. It is loaded at
 * the first call, since a missing static import ends a program before any message of ours: hence the
 * promises, here only.
 */
import { optionError } from './errors.ts'
import { fileError, nameError, packageError } from './file-error.ts'
import { decodeNpy, encodeNpy } from './file-npy.ts'
import { checkBytes, checkOptions, type ReadOptions } from './file-number.ts'
import { namedArrays } from './file-record.ts'
import { extract, readDirectory, type Inflate } from './file-zip.ts'
import type { MLArray } from './typed.ts'

export type { ReadOptions } from './file-number.ts'

/** What a file may make of itself: the bytes that its arrays take, inflated. */
export type NpzReadOptions = ReadOptions & {
  /** How many bytes the arrays may take once they are inflated. Default 2³⁰, one GiB. */
  readonly maxBytes?: number
}

/** Whether the arrays are deflated. */
export type NpzWriteOptions = {
  /** Whether to deflate, as `numpy.savez_compressed` does. Default `false`. */
  readonly compressed?: boolean
}

/**
 * Named arrays as the bytes of an npz file. The numbers are those of the moment of the call.
 *
 * @throws Error where the package `fflate` is not installed.
 * @see numpy.savez
 * @example
 * writeFileSync('data.npz', await toNpz({ x, y }, { compressed: true }))
 */
export async function toNpz(
  record: Readonly<Record<string, MLArray>>,
  { compressed = false }: NpzWriteOptions = {},
): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {}
  let total = 0
  for (const [name, x] of namedArrays('toNpz', record)) {
    const nameSize = new TextEncoder().encode(name).length
    if (nameSize > LONGEST_NAME)
      throw nameError('toNpz', name, `is longer than ${LONGEST_NAME} bytes`)
    const file = encodeNpy({ op: 'toNpz', entry: name }, x)
    files[`${name}.npy`] = file
    total += file.length + 2 * nameSize
  }
  if (total > LARGEST_FILE || Object.keys(files).length > MOST_ENTRIES)
    throw fileError({ op: 'toNpz' }, 'a zip file has at most 4 GiB and 65534 entries.')
  const { zipSync } = await loadFflate('toNpz')
  // The date that NumPy writes: the same arrays give the same bytes on every day.
  return zipSync(files, { level: compressed ? 6 : 0, mtime: new Date(1980, 0, 1) })
}

/**
 * The arrays in the bytes of an npz file, by name. Each is read as `fromNpy` reads it.
 *
 * @throws Error where the package `fflate` is not installed.
 * @throws RangeError where the arrays would take more than `maxBytes`, before anything is inflated; and
 * where sizes, checksums, names or headers are not what they claim.
 * @see numpy.load
 * @example
 * const { x, y } = await fromNpz(readFileSync('data.npz'))
 */
export async function fromNpz(
  bytes: Uint8Array,
  options: NpzReadOptions = {},
): Promise<Record<string, MLArray>> {
  const op = 'fromNpz'
  checkBytes(op, bytes)
  const { maxBytes = 2 ** 30 } = options
  if (!(maxBytes >= 0)) throw optionError(op, 'maxBytes', '≥ 0', maxBytes)
  checkOptions(op, options)
  const entries = readDirectory(op, bytes, maxBytes)
  const names = entries.map((entry) => arrayName(op, entry.name))
  const inflate = inflateWith(await loadFflate(op))
  return Object.fromEntries(
    entries.map((entry, i) => {
      const origin = { op, entry: names[i]! }
      return [origin.entry, decodeNpy(origin, extract(op, entry, inflate), options)]
    }),
  )
}

// What fits into the fields of a zip file without its extension for larger ones.
const LARGEST_FILE = 2 ** 32 - 2 ** 24
const MOST_ENTRIES = 0xfffe
const LONGEST_NAME = 0xffff - '.npy'.length

/** The name of the array in a file of the zip file. */
function arrayName(op: string, file: string): string {
  if (!file.endsWith('.npy'))
    throw fileError({ op, entry: file }, 'this is no .npy file, as those in an npz file are.')
  const name = file.slice(0, -'.npy'.length)
  if (name === '__proto__') throw nameError(op, name, 'is not allowed')
  return name
}

// ---- fflate ----

type Fflate = typeof import('fflate')

async function loadFflate(op: string): Promise<Fflate> {
  try {
    return await import('fflate')
  } catch (cause) {
    throw packageError(op, cause)
  }
}

// A pushed chunk becomes at most a thousand times as long before it is counted.
const CHUNK = 2 ** 14

/** Inflates in chunks, so that a lying size is noticed after the first chunk that does not fit. */
function inflateWith({ Inflate: Stream }: Fflate): Inflate {
  return (bytes, out) => {
    let size = 0
    const stream = new Stream((chunk) => {
      out.set(chunk, size)
      size += chunk.length
    })
    for (let at = 0; at === 0 || at < bytes.length; at += CHUNK)
      stream.push(bytes.subarray(at, at + CHUNK), at + CHUNK >= bytes.length)
    return size
  }
}
