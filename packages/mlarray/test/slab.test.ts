// Small results are cut from slabs: no two share an element, and what a user may hand on is no part of one.
import { expect, test } from 'vitest'
import { cut } from '../src/array.ts'
import { MLArray, ones } from '../src/index.ts'
import { readElements } from '../src/kernels.ts'

test('pieces are zeros that do not overlap, in order of 8 bytes', () => {
  const sizes = [1, 16, 17, 33, 1000, 4096, 4097, 3, 2048, 31]
  const pieces = Array.from({ length: 200 }, (_, i) =>
    cut(sizes[i % sizes.length]!, i % 3 === 0 ? 'float64' : 'float32'),
  )
  pieces.forEach((piece, i) => {
    expect(piece.every((x) => x === 0)).toBe(true)
    expect(piece.byteOffset % 8).toBe(0)
    piece.fill(i + 1)
  })
  pieces.forEach((piece, i) => expect(piece.every((x) => x === i + 1)).toBe(true))
})

test('of 65 to 16,384 bytes they share buffers of 32 KB; others have their own', () => {
  const bytesOf = (size: number): number => cut(size, 'float32').buffer.byteLength
  expect([16, 17, 4096, 4097].map(bytesOf)).toEqual([64, 32_768, 32_768, 4 * 4097])
})

test('a typed array for the user is all of its buffer', () => {
  const x = ones([5, 5]).mul(2)
  expect(readElements(x).buffer.byteLength).toBe(32_768)
  for (const y of [x, x.T, x.slice('1:3'), x.sum({ axis: 0 }).tile(9)]) {
    const data = y.toTypedArray()
    expect([data.byteOffset, data.buffer.byteLength]).toEqual([0, data.byteLength])
  }
})

test('what is made from another array has memory of its own', () => {
  const x = ones([5, 5]).mul(2)
  const own = new MLArray(x, { requiresGrad: false })
  own.assign(7)
  expect([x.sum().item(), own.sum().item()]).toEqual([50, 175])
})
