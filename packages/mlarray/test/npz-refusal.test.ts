// npz files that lie: each lie is refused, before anything is inflated where the directory gives it away.
import { deflateSync, Inflate } from 'fflate'
import { describe, expect, test, vi } from 'vitest'
import { MLArray } from '../src/index.ts'
import { toNpy } from '../src/npy.ts'
import { fromNpz } from '../src/npz.ts'
import { ascii, deflated, join, npyFile, zipFile, type ZipEntry } from './files/build.ts'

const x = toNpy(new MLArray([1, 2, 3]))

describe('refuses', () => {
  const good = zipFile([{ name: 'x.npy', bytes: x }, deflated('y.npy', x)])
  const refusal = (...entries: readonly ZipEntry[]): Promise<unknown> => fromNpz(zipFile(entries))

  test('what is no zip file, or cut off', async () => {
    await expect(fromNpz('x' as never)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TypeError: fromNpz: expected a Uint8Array, got the string "x".]`,
    )
    await expect(fromNpz(x)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: this is no npz file, or it is cut off: the end of a zip directory is missing.]`,
    )
    await expect(fromNpz(good.subarray(1))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: the directory should lie at bytes 302 to 404 and end at 403.]`,
    )
    const cuts = Array.from({ length: good.length }, (_, length) =>
      fromNpz(good.subarray(0, length)),
    )
    await Promise.all(cuts.map((cut) => expect(cut).rejects.toThrow(/^fromNpz: /)))
  })

  test('entries that are no npy files', async () => {
    await expect(refusal({ name: 'x.txt', bytes: x })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.txt": this is no .npy file, as those in an npz file are.]`,
    )
    await expect(
      refusal({ name: 'x.npy', bytes: ascii('hello, world') }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x": this is no npy file: it does not start with \\x93NUMPY.]`,
    )
    const lying = npyFile(
      `{'descr': '<f8', 'fortran_order': False, 'shape': (9,), }`,
      new Uint8Array(8),
    )
    await expect(
      refusal({ name: 'x.npy', bytes: lying }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x": shape [9] of float64 takes 72 bytes, the file has 8 for it.]`,
    )
  })

  test('names twice, __proto__, or in no known encoding', async () => {
    const entry = { name: 'x.npy', bytes: x }
    await expect(refusal(entry, entry)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: the name "x.npy" occurs twice.]`,
    )
    await expect(
      refusal({ ...entry, name: '__proto__.npy' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: the name "__proto__" is not allowed.]`,
    )
    await expect(refusal({ ...entry, name: 'ü.npy' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: a name is not ASCII and not marked as UTF-8.]`,
    )
    const broken = zipFile([{ ...entry, name: 'ab.npy', flags: 0x800 }])
    const at = broken.findLastIndex((byte, i) => byte === 0x61 && broken[i + 1] === 0x62)
    broken[at] = 0xff
    await expect(fromNpz(broken)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: a name is not UTF-8.]`,
    )
    await expect(
      refusal({ ...entry, localName: 'y.npy' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": the entry itself has another name than the directory.]`,
    )
  })

  test('encryption and other methods', async () => {
    await expect(
      refusal({ name: 'x.npy', bytes: x, flags: 1 }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": encrypted entries cannot be read.]`,
    )
    await expect(
      refusal({ name: 'x.npy', bytes: x, method: 14 }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": compression method 14 cannot be read; 0 (none) and 8 (deflate) can.]`,
    )
  })

  test('bytes that have changed', async () => {
    const stored = zipFile([{ name: 'x.npy', bytes: x }])
    stored[35 + x.length - 2]! ^= 1
    await expect(fromNpz(stored)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": its checksum does not match: the bytes have changed.]`,
    )
    const entry = deflated('x.npy', x)
    await expect(refusal({ ...entry, checksum: 7 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": its checksum does not match: the bytes have changed.]`,
    )
    await expect(
      refusal({ ...entry, bytes: entry.bytes.map((byte) => byte ^ 0x55) }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": the compressed bytes do not inflate to 152 bytes.]`,
    )
    await expect(
      refusal({ ...entry, bytes: entry.bytes.subarray(0, -9) }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": the compressed bytes do not inflate to 152 bytes.]`,
    )
  })

  test('a directory that lies', async () => {
    const entry = { name: 'x.npy', bytes: x }
    await expect(
      fromNpz(zipFile([entry], { count: 2 })),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: the directory has 1 entries and claims 2.]`,
    )
    await expect(
      fromNpz(zipFile([entry, { ...entry, name: 'y.npy' }], { count: 1 })),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: the directory has more entries than the 1 that it claims.]`,
    )
    await expect(
      fromNpz(zipFile([entry], { count: 65535 })),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: zip files of more than 4 GiB or 65534 entries (Zip64) cannot be read.]`,
    )
    await expect(refusal({ ...entry, begin: 4 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": there is no entry at byte 4.]`,
    )
    await expect(refusal({ ...entry, begin: 2 ** 31 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": there is no entry at byte 2147483648.]`,
    )
    await expect(
      refusal(entry, { ...entry, name: 'y.npy', begin: 0, localName: 'x.npy' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "y.npy": the entry itself has another name than the directory.]`,
    )
    const moved = join(ascii('....'), good)
    await expect(fromNpz(moved)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: the directory should lie at bytes 302 to 404 and end at 408.]`,
    )
  })

  test('an entry within another', async () => {
    const inner = zipFile([{ name: 'y.npy', bytes: x }]).subarray(0, 35 + x.length)
    const outer = { name: 'x.npy', bytes: inner }
    await expect(
      refusal(outer, { name: 'y.npy', bytes: x, begin: 35 }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "y.npy": it overlaps "x.npy".]`,
    )
  })

  test('a cut inside the directory', async () => {
    const stored = zipFile([{ name: 'x.npy', bytes: x }])
    // The size of the comment of the last entry of the directory.
    stored[stored.length - 22 - 5 - 14] = 200
    await expect(fromNpz(stored)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: the file is cut off: entry 0 of the directory would take 251 bytes, 51 are there.]`,
    )
  })

  test('a cut inside an entry', async () => {
    const stored = zipFile([{ name: 'x.npy', bytes: x }])
    // The size of the entry's extra field, which pushes its bytes beyond the directory.
    stored[28] = 200
    await expect(fromNpz(stored)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": the file is cut off: the entry would take 152 bytes, 0 are there.]`,
    )
  })
})

describe('zip bombs', () => {
  const bomb = deflateSync(new Uint8Array(5_000_000), { level: 9 })

  test('that say how large they are: the limit is the reader’s', async () => {
    const honest = { name: 'x.npy', bytes: bomb, method: 8, size: 5_000_000, checksum: 0 }
    const entries = Array.from({ length: 300 }, (_, i) => ({ ...honest, name: `${i}.npy` }))
    await expect(fromNpz(zipFile(entries))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: the arrays would take 1500000000 bytes, more than maxBytes = 1073741824.]`,
    )
    await expect(
      fromNpz(zipFile([honest]), { maxBytes: 1e6 }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: the arrays would take 5000000 bytes, more than maxBytes = 1000000.]`,
    )
    await expect(
      fromNpz(zipFile([]), { maxBytes: NaN }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: maxBytes must be ≥ 0, got NaN.]`,
    )
  })

  test('that say they are smaller: noticed at the first chunk that is too much', async () => {
    const push = vi.spyOn(Inflate.prototype, 'push')
    const bytes = deflateSync(new Uint8Array(40_000_000), { level: 9 })
    const lying = { name: 'x.npy', bytes, method: 8, size: 200, checksum: 0 }
    await expect(fromNpz(zipFile([lying]))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": the compressed bytes do not inflate to 200 bytes.]`,
    )
    expect(push.mock.calls.map(([chunk]) => chunk.length)).toEqual([2 ** 14])
    push.mockRestore()
  })

  test('that say they are larger than deflate can make them', async () => {
    const packed = deflateSync(x)
    const lying = { name: 'x.npy', bytes: packed, method: 8, size: 1e9, checksum: 0 }
    await expect(fromNpz(zipFile([lying]))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": 80 bytes in the file cannot be the 1000000000 bytes that the directory claims.]`,
    )
    await expect(
      fromNpz(zipFile([{ ...lying, size: x.length + 1 }])),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": it inflates to 152 bytes, not to 153.]`,
    )
    await expect(
      fromNpz(zipFile([{ ...lying, bytes: x, method: 0 }])),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: fromNpz: "x.npy": 152 bytes in the file cannot be the 1000000000 bytes that the directory claims.]`,
    )
  })
})
