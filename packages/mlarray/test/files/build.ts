// Files byte by byte, from the specifications: honest ones, and ones that lie where a test wants it.
import { deflateSync } from 'fflate'
import { crc32 } from '../../src/file-zip.ts'

export const fromBase64 = (text: string): Uint8Array => ascii(atob(text))

export const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/[0-9a-f]{2}/gi) ?? [], (byte) => Number.parseInt(byte, 16))

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))

export const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => Array.from(part)))

/** An integer of `width` bytes, little-endian. */
export const integer = (n: number, width: number): Uint8Array =>
  Uint8Array.from({ length: width }, (_, i) => Math.floor(n / 256 ** i) % 256)

/** An npy file with this header, padded to nothing. */
export function npyFile(
  header: string,
  data: Uint8Array,
  { version = 1, size = header.length }: { version?: number; size?: number } = {},
): Uint8Array {
  const preamble = [ascii('\x93NUMPY'), Uint8Array.of(version, 0)]
  return join(...preamble, integer(size, version === 1 ? 2 : 4), ascii(header), data)
}

/** A safetensors file with this header, in UTF-8. */
export function tensorsFile(
  header: object | string,
  data: Uint8Array = new Uint8Array(),
  size?: number,
): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  )
  return join(integer(size ?? text.length, 8), text, data)
}

/** What a safetensors header says of a tensor. */
export const tensor = (
  dtype: string,
  shape: readonly number[],
  begin: number,
  end: number,
): object => ({ dtype, shape, data_offsets: [begin, end] })

/** A safetensors file of one tensor `x`. */
export function tensorFile(dtype: string, shape: readonly number[], hex: string): Uint8Array {
  const data = fromHex(hex)
  return tensorsFile({ x: tensor(dtype, shape, 0, data.length) }, data)
}

export type ZipEntry = {
  readonly name: string
  /** What the entry holds in the file. */
  readonly bytes: Uint8Array
  readonly method?: number
  /** Claims; by default the truth about stored bytes. */
  readonly size?: number
  readonly checksum?: number
  readonly flags?: number
  readonly localName?: string
  /** Where the directory says that the entry is. */
  readonly begin?: number
}

/** A zip file; `count` is the number of entries that it claims to have. */
export function zipFile(
  entries: readonly ZipEntry[],
  { count = entries.length, comment = '' }: { count?: number; comment?: string } = {},
): Uint8Array {
  const locals: Uint8Array[] = []
  const records: Uint8Array[] = []
  let at = 0
  for (const entry of entries) {
    const { name, bytes, method = 0, size = bytes.length, flags = 0 } = entry
    const checksum = entry.checksum ?? crc32(bytes)
    const encoded = new TextEncoder().encode(name)
    const localName = new TextEncoder().encode(entry.localName ?? name)
    const numbers = [checksum, bytes.length, size].map((n) => integer(n, 4))
    const common = (n: number): Uint8Array =>
      join(
        integer(20, 2),
        integer(flags, 2),
        integer(method, 2),
        integer(0, 4),
        ...numbers,
        integer(n, 2),
        integer(0, 2),
      )
    const local = join(ascii('PK\x03\x04'), common(localName.length), localName, bytes)
    locals.push(local)
    records.push(
      join(
        ascii('PK\x01\x02'),
        integer(20, 2),
        common(encoded.length),
        integer(0, 10),
        integer(entry.begin ?? at, 4),
        encoded,
      ),
    )
    at += local.length
  }
  const directory = join(...records)
  const end = [integer(0, 4), integer(count, 2), integer(count, 2), integer(directory.length, 4)]
  const tail = [integer(at, 4), integer(comment.length, 2), ascii(comment)]
  return join(...locals, directory, ascii('PK\x05\x06'), ...end, ...tail)
}

/** An honest deflated entry. */
export const deflated = (name: string, bytes: Uint8Array): ZipEntry => ({
  name,
  bytes: deflateSync(bytes),
  method: 8,
  size: bytes.length,
  checksum: crc32(bytes),
})
