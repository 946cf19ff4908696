import { afterEach, expect, test } from 'vitest'
import { setKernels, wasm, type Engine } from '../src/wasm.ts'

afterEach(() => {
  setKernels()
})

/** Writes five elements at `b` times the one at `x` to `y`. */
const scale = (engine: Engine, y: number, x: number, b: number): unknown =>
  engine.run['vector_f32']!(1, 5, 1, x, 0, 1, b, 0, 5, 1, y, engine.reserve(20_000))

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
  scale(engine, y, engine.place(a, 2, 1), b)
  engine.take(y, out, 1, 5)
  engine.release(before)

  expect([...out]).toEqual([0, 6, 9, 12, 15, 18, 0])
  expect(engine.mark).toBe(before)
})

test('a resident array is read where it lies', () => {
  const engine = wasm()!
  const { used } = engine.usage
  const before = engine.mark
  const x = engine.resident(5, 'float32')!
  x.set([1, 2, 3, 4, 5])

  const at = engine.place(x, 0, 5)
  scale(engine, at, engine.place(Float32Array.of(2), 0, 1), at)
  engine.release(before)

  expect([...x]).toEqual([2, 4, 6, 8, 10])
  expect(engine.usage.used).toBe(used + 64)
})

test('where the memory is full there are no more resident arrays', () => {
  const engine = wasm()!
  const { size } = engine.usage

  expect(engine.resident(size, 'float32')).toBeUndefined()
  expect(engine.resident(4, 'float64')!.every((element) => element === 0)).toBe(true)
})
