// Files that were good once: a good file is damaged in a few places, and reading it must either give arrays
// no larger than the file allows or say in words of our own what is wrong. Everything follows from a seed.
import { deflateSync } from 'fflate'
import type { MLArray } from '../../src/index.ts'
import { crc32 } from '../../src/file-zip.ts'
import { fromNpy, toNpy } from '../../src/npy.ts'
import { fromNpz, toNpz } from '../../src/npz.ts'
import { fromSafetensors, toSafetensors } from '../../src/safetensors.ts'
import { ascii, fromBase64, integer, join, npyFile, tensorsFile, zipFile } from '../files/build.ts'
import files from '../files/by-numpy.json' with { type: 'json' }

/** Integers from 0 to `below` − 1. */
type Random = (below: number) => number

/** A small generator of 32 bits, so that files do not change with the one that users draw from. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x9e3779b9) >>> 0
    let bits = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
    return ((bits ^ (bits >>> 16)) >>> 0) % below
  }
}

// ---- Good files ----

const npyFiles = [...files.npy, ...files.refused].map(({ base64 }) => fromBase64(base64))

const tensors = {
  __metadata__: { format: 'np' },
  a: { dtype: 'BF16', shape: [2, 2], data_offsets: [0, 8] },
  'layers.0.b': { dtype: 'I64', shape: [1], data_offsets: [8, 16] },
  none: { dtype: 'BOOL', shape: [0, 3], data_offsets: [16, 16] },
  c: { dtype: 'F32', shape: [], data_offsets: [16, 20] },
}

const tensorFiles = [
  tensorsFile(
    tensors,
    Uint8Array.from({ length: 20 }, (_, i) => (i < 10 ? i : 0)),
  ),
  tensorsFile(JSON.stringify(tensors, undefined, 2).padEnd(800), new Uint8Array(20)),
  tensorsFile({}),
]

const zipFiles = files.npz.map(({ base64 }) => fromBase64(base64))

// ---- Damage ----

const NUMBERS = [0, 1, 2, 8, 127, 128, 255, 256, 2 ** 16 - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]
const TEXTS = [
  '-1',
  '0',
  '3',
  '18446744073709551616',
  '1e9',
  '__proto__',
  '"x"',
  '[',
  '}',
  ',',
  "'",
  '(',
]

/** Replaces `length` bytes at a random place by others. */
function splice(bytes: Uint8Array, random: Random, length: number, others: Uint8Array): Uint8Array {
  const at = random(bytes.length + 1)
  return join(bytes.subarray(0, at), others, bytes.subarray(at + length))
}

const damages: readonly ((bytes: Uint8Array, random: Random) => Uint8Array)[] = [
  (bytes, random) => splice(bytes, random, 1, Uint8Array.of(random(256))),
  (bytes, random) => splice(bytes, random, 1, Uint8Array.of(1 << random(8))),
  (bytes, random) => splice(bytes, random, 4, integer(NUMBERS[random(NUMBERS.length)]!, 4)),
  (bytes, random) => splice(bytes, random, 2, integer(NUMBERS[random(NUMBERS.length)]!, 2)),
  (bytes, random) => splice(bytes, random, random(40), new Uint8Array()),
  (bytes, random) => splice(bytes, random, 0, new Uint8Array(random(40))),
  (bytes, random) => bytes.subarray(0, random(bytes.length + 1)),
  (bytes, random) => {
    const from = random(bytes.length + 1)
    return splice(bytes, random, random(2) * 30, bytes.subarray(from, from + random(60)))
  },
  (bytes, random) => splice(bytes, random, random(3), ascii(TEXTS[random(TEXTS.length)]!)),
  replaceNumber,
]

/** Another number where a header has one. */
function replaceNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const isDigit = (byte: number | undefined): boolean =>
    byte !== undefined && byte >= 48 && byte < 58
  const digits = Array.from(bytes.keys()).filter((i) => isDigit(bytes[i]))
  if (digits.length === 0) return bytes
  const at = digits[random(digits.length)]!
  const number = random(2) === 0 ? String(random(100)) : TEXTS[random(5)]!
  return join(bytes.subarray(0, at), ascii(number), bytes.subarray(at + 1))
}

function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  let result = bytes
  for (let left = random(3); left > 0; left--)
    result = damages[random(damages.length)]!(result, random)
  return result
}

/** A header that is damaged, with its size put right, so that it is read to its end. */
function damagedHeader(random: Random): Uint8Array {
  const text = String.fromCharCode(...damaged(ascii(JSON.stringify(tensors)), random))
  if (random(2) === 0) return tensorsFile(text, new Uint8Array(20))
  const header = `{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }`
  const broken = String.fromCharCode(...damaged(ascii(header), random))
  return npyFile(broken, new Uint8Array(12), { version: 1 + random(3) })
}

/** A zip file in order, of npy files that are not; or with a lie in its directory. */
function damagedEntries(random: Random): Uint8Array {
  const entries = Array.from({ length: 1 + random(3) }, (_, i) => {
    const bytes = damaged(npyFiles[random(npyFiles.length)]!, random)
    const checksum = crc32(bytes)
    const honest = {
      name: `${i}.npy`,
      bytes: deflateSync(bytes),
      method: 8,
      size: bytes.length,
      checksum,
    }
    if (random(3) > 0) return honest
    const lies = [
      { size: random(2 ** 20) },
      { size: bytes.length + 1 },
      { checksum: 0 },
      { begin: random(300) },
      { method: 0 },
    ]
    return { ...honest, ...lies[random(lies.length)]! }
  })
  return zipFile(entries)
}

// ---- What must hold ----

type Arrays = Readonly<Record<string, MLArray>>

/** What reads, whether what it reads can be written and read again, and how many elements a file may have. */
type Reader = {
  readonly op: string
  readonly read: (bytes: Uint8Array) => Arrays | Promise<Arrays>
  readonly write: (arrays: Arrays) => Uint8Array | Promise<Uint8Array>
  readonly mostElements: (bytes: Uint8Array) => number
}

const MOST_INFLATED = 2 ** 20

const npy: Reader = {
  op: 'fromNpy',
  read: (bytes) => ({ x: fromNpy(bytes) }),
  write: ({ x }) => toNpy(x!),
  mostElements: (bytes) => bytes.length,
}
const safetensors: Reader = {
  op: 'fromSafetensors',
  read: (bytes) => fromSafetensors(bytes),
  write: (arrays) => toSafetensors(arrays),
  mostElements: (bytes) => bytes.length,
}
const npz: Reader = {
  op: 'fromNpz',
  read: (bytes) => fromNpz(bytes, { maxBytes: MOST_INFLATED }),
  write: (arrays) => toNpz(arrays),
  mostElements: () => MOST_INFLATED,
}

const contentOf = (arrays: Arrays): string =>
  Object.keys(arrays)
    .map((name) => `${name} ${arrays[name]!.shape.join()}: ${arrays[name]!.toTypedArray().join()}`)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join('\n')

const sizeOf = (arrays: Arrays): number => Object.values(arrays).reduce((n, x) => n + x.size, 0)

/** A file that follows from the seed, and what should read it. */
function fileFrom(seed: number): [reader: Reader, bytes: Uint8Array] {
  const random = randomFrom(seed)
  const pick = (list: readonly Uint8Array[]): Uint8Array => list[random(list.length)]!
  switch (random(5)) {
    case 0:
      return [npy, damaged(pick(npyFiles), random)]
    case 1:
      return [safetensors, damaged(pick(tensorFiles), random)]
    case 2:
      return [npz, damaged(pick(zipFiles), random)]
    case 3:
      return [npz, damagedEntries(random)]
    default: {
      const bytes = damagedHeader(random)
      return [bytes[0] === 0x93 ? npy : safetensors, bytes]
    }
  }
}

/**
 * Reads the file that follows from the seed; whether it was still good.
 *
 * @throws Error where reading failed in other than our words, or gave what the file cannot hold.
 */
export async function readFuzzed(seed: number): Promise<boolean> {
  const [{ op, read, write, mostElements }, bytes] = fileFrom(seed)
  const before = bytes.slice()
  let arrays: Arrays
  try {
    arrays = await read(bytes)
  } catch (error) {
    const isOurs = error instanceof Error && (error as { op?: unknown }).op === op
    if (!isOurs || !error.message.startsWith(`${op}: `) || error.message.length > 1000)
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error })
    return false
  }
  if (sizeOf(arrays) > mostElements(bytes)) throw new Error(`seed ${seed}: too many elements`)
  if (bytes.some((byte, i) => byte !== before[i])) throw new Error(`seed ${seed}: bytes changed`)
  if (contentOf(await read(await write(arrays))) !== contentOf(arrays))
    throw new Error(`seed ${seed}: not the same when written and read again`)
  return true
}
