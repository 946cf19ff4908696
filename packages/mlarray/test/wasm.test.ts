import { afterEach, expect, test } from 'vitest'
import { setKernels, wasm } from '../src/wasm.ts'

afterEach(() => {
  setKernels()
})

test('the fastest set of kernels that runs here is chosen, and each can be forced', () => {
  const fastest = setKernels()

  expect(fastest).not.toBe('plain')
  expect(setKernels('simd')).toBe('simd')
  expect(wasm()!.set).toBe('simd')
  expect(setKernels('plain')).toBe('plain')
  expect(wasm()).toBeUndefined()
})

test('a kernel reads copies of ordinary arrays, and leaves nothing behind', () => {
  const engine = wasm()!
  const before = engine.mark
  const a = Float32Array.of(1, 2, 3, 4, 5, 6)
  const out = new Float32Array(7)

  const b = engine.place(a, 1, 5)
  const y = engine.reserve(20)
  engine.run['add_f32']!(y, engine.place(a, 0, 5), b, 5)
  engine.take(y, out, 1, 5)
  engine.release(before)

  expect([...out]).toEqual([0, 3, 5, 7, 9, 11, 0])
  expect(engine.mark).toBe(before)
})

test('a resident array is read where it lies', () => {
  const engine = wasm()!
  const { used } = engine.usage
  const x = engine.resident(5, 'float32')!
  x.set([1, 2, 3, 4, 5])

  const at = engine.place(x, 0, 5)
  engine.run['add_f32']!(at, at, at, 5)

  expect([...x]).toEqual([2, 4, 6, 8, 10])
  expect(engine.usage.used).toBe(used + 64)
})

test('where the memory is full there are no more resident arrays', () => {
  const engine = wasm()!
  const { size } = engine.usage

  expect(engine.resident(size, 'float32')).toBeUndefined()
  expect(engine.resident(4, 'float64')!.every((element) => element === 0)).toBe(true)
})
