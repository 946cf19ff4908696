import { afterEach, expect, test, vi } from 'vitest'
import { setKernels, startMemory } from '../src/wasm.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  startMemory()
  setKernels()
})

test.each([
  ['Uint8Array.fromHex', {}],
  ['Buffer', { Uint8Array: withoutFromHex() }],
  ['neither', { Uint8Array: withoutFromHex(), Buffer: undefined }],
])('modules are read with %s', (_, globals) => {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
  startMemory()

  expect(setKernels('simd')).toBe('simd')
})

function withoutFromHex(): typeof Uint8Array {
  class Bytes extends Uint8Array<ArrayBuffer> {}
  Object.defineProperty(Bytes, 'fromHex', { value: undefined })
  return Bytes as unknown as typeof Uint8Array
}
