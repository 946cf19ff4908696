// npz: what NumPy wrote is read, and what is written is what NumPy reads.
import { assert, asyncProperty, boolean, dictionary } from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { MLArray, zeros } from '../src/index.ts'
import { toNpy } from '../src/npy.ts'
import { fromNpz, toNpz } from '../src/npz.ts'
import { arrays, contentOf, names } from './files/array.ts'
import { ascii, deflated, fromBase64, zipFile } from './files/build.ts'
import files from './files/by-numpy.json' with { type: 'json' }

const x = toNpy(new MLArray([1, 2, 3]))

describe('reads', () => {
  test.each(['savez', 'savez_compressed'])('numpy.%s', async (name) => {
    const result = await fromNpz(fromBase64(files.npz.find((file) => file.name === name)!.base64))
    expect(
      Object.entries(result).map((pair) => [pair[0], pair[1].dtype, pair[1].toList()]),
    ).toEqual([
      ['x', 'float64', [0, 1, 2]],
      ['Größe', 'float64', [[1, 2]]],
      ['layers/0', 'float32', zeros([4, 5]).toList()],
    ])
  })

  test('nothing at all', async () => {
    expect(await fromNpz(fromBase64(files.npz[2]!.base64))).toEqual({})
    expect(await fromNpz(await toNpz({}))).toEqual({})
  })

  test('with a dtype of one’s own, tracked or not', async () => {
    const file = zipFile([{ name: 'x.npy', bytes: x }])
    const result = await fromNpz(file, { dtype: 'float32', requiresGrad: false })
    expect([result['x']!.dtype, result['x']!.requiresGrad]).toEqual(['float32', false])
    expect((await fromNpz(file))['x']!.requiresGrad).toBe(true)
  })

  test('a file with a comment, and entries with names of every object', async () => {
    const file = zipFile([deflated('constructor.npy', x), { name: '.npy', bytes: x }], {
      comment: `PK\x05\x06${'.'.repeat(30)}`,
    })
    expect(Object.keys(await fromNpz(file))).toEqual(['constructor', ''])
  })
})

describe('writes', () => {
  test('stored npy files under the names that NumPy gives them', async () => {
    const file = await toNpz({ x: new MLArray([1, 2, 3]) })
    expect(file.subarray(0, 4)).toEqual(ascii('PK\x03\x04'))
    expect(file.subarray(26, 35)).toEqual(ascii('\x05\x00\x00\x00x.npy'))
    expect(file.subarray(35, 35 + x.length)).toEqual(x)
  })

  test('the same bytes for the same arrays on every day', async () => {
    const record = { x: new MLArray([1, 2, 3]) }
    vi.useFakeTimers({ now: new Date(2031, 4, 5), toFake: ['Date'] })
    const later = await toNpz(record)
    vi.useRealTimers()
    expect(await toNpz(record)).toEqual(later)
  })

  test('smaller where it is asked to', async () => {
    const record = { x: zeros([100, 100]) }
    expect((await toNpz(record, { compressed: true })).length).toBeLessThan(1000)
    expect((await toNpz(record)).length).toBeGreaterThan(80_000)
  })

  test('more than fits into one chunk', async () => {
    const waves = new MLArray(Float64Array.from({ length: 10_000 }, (_, i) => Math.sin(i)))
    const file = await toNpz({ waves }, { compressed: true })
    expect(file.length).toBeGreaterThan(60_000)
    expect((await fromNpz(file))['waves']!.arrayEqual(waves)).toBe(true)
  })

  test('the numbers of the moment of the call', async () => {
    const w = new MLArray([1])
    const promise = toNpz({ w })
    w.assign([2])
    expect((await fromNpz(await promise))['w']!.toList()).toEqual([1])
  })

  test('and reads it back, whatever it is', async () => {
    await assert(
      asyncProperty(
        dictionary(names, arrays, { maxKeys: 4 }),
        boolean(),
        async (record, compressed) => {
          const result = await fromNpz(await toNpz(record, { compressed }))
          expect(Object.keys(result).toSorted()).toEqual(Object.keys(record).toSorted())
          for (const [key, array] of Object.entries(record))
            expect(contentOf(result[key]!)).toEqual(contentOf(array))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('only what the format can hold', async () => {
    const array = new MLArray([1])
    await expect(toNpz({ x: [1] as never })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toNpz: "x": expected an MLArray, got [1].]`,
    )
    await expect(toNpz([array] as never)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toNpz: expected an object of arrays by name, got [an object (MLArray)].]`,
    )
    await expect(toNpz({ ['__proto__']: array })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: toNpz: the name "__proto__" is not allowed.]`,
    )
    await expect(toNpz({ '\udc00': array })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: toNpz: the name "\\udc00" is no valid Unicode.]`,
    )
    await expect(
      toNpz({ ['x'.repeat(2 ** 16)]: array }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: toNpz: the name "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" is longer than 65531 bytes.]`,
    )
  })
})

describe('without fflate', () => {
  afterEach(() => {
    vi.doUnmock('fflate')
  })

  test('says which package to install', async () => {
    vi.doMock('fflate', () => {
      throw new Error("Cannot find package 'fflate'")
    })
    await expect(toNpz({ x: new MLArray([1]) })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: toNpz: zip files need the package fflate, which could not be loaded. npm install fflate installs it.]`,
    )
    await expect(fromNpz(zipFile([]))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: fromNpz: zip files need the package fflate, which could not be loaded. npm install fflate installs it.]`,
    )
    await expect(fromNpz(zipFile([]))).rejects.toHaveProperty('cause')
  })
})
