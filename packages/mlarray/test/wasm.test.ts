import { afterEach, describe, expect, test } from 'vitest'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { kernelMemory, MLArray, randn } from '../src/index.ts'
import { changeElements, keepResident, readElements, residentElements } from '../src/kernels.ts'
import { setKernels, startMemory, wasm, type Engine } from '../src/wasm.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Garbage is collected, and finalizers have run. */
async function settled(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    collect()
    // oxlint-disable-next-line no-await-in-loop -- finalizers run between turns
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
}

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

test('the sets share a memory, and so have the same constants in the same places', () => {
  startMemory(64)
  setKernels('simd')
  const constants = Buffer.from(wasm()!.memory.buffer.slice(0, 65_536))
  setKernels('relaxed')

  expect(constants.some((byte) => byte !== 0)).toBe(true)
  expect(Buffer.from(wasm()!.memory.buffer.slice(0, 65_536)).equals(constants)).toBe(true)
  startMemory()
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

describe('arrays that stay in the memory of the kernels', () => {
  test('move there once, with their views, and are otherwise as before', () => {
    const x = new MLArray(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { dtype: 'float32' },
    )
    const row = x.slice(1)
    const { used } = kernelMemory()

    expect(keepResident(x)).toBe(true)
    expect(keepResident(row)).toBe(true)
    changeElements(x, 'test', (elements) => elements.set([7], 5))

    expect(kernelMemory().used).toBe(used + 64)
    expect(row.toList()).toEqual([4, 5, 7])
    expect(x.matmul(row).toList()).toEqual([1 * 4 + 2 * 5 + 3 * 7, 4 * 4 + 5 * 5 + 7 * 7])
    expect(x.T.matmul(x).dtype).toBe('float32')
  })

  test('stay where they are where the plain kernels serve', () => {
    setKernels('plain')

    expect(keepResident(randn([3]))).toBe(false)
    expect(residentElements(3, 'float32')).toEqual(new Float32Array(3))
    expect(kernelMemory()).toEqual({ used: 0, size: 0 })
  })

  test('work with the plain kernels, too', () => {
    const x = new MLArray([
      [1, 2],
      [3, 4],
    ])
    keepResident(x)
    setKernels('plain')

    expect(x.matmul(x).add(x).toList()).toEqual([
      [8, 12],
      [18, 26],
    ])
  })

  test('are freed with the last reference, and a view is one', async () => {
    await settled()
    const { used } = kernelMemory()
    const held: unknown[] = []
    const make = (): void => {
      const x = randn([1000], { dtype: 'float64' })
      keepResident(x)
      held.push(readElements(x.slice('1:')))
    }

    make()
    await settled()
    expect(kernelMemory().used).toBe(used + 8000)
    held.length = 0
    await settled()
    expect(kernelMemory().used).toBe(used)
  })

  test('have zeros where others were', async () => {
    await settled()
    const fill = (): number => residentElements(100, 'float64').fill(3).byteOffset
    const at = fill()
    await settled()
    const x = residentElements(100, 'float64')

    expect(x.byteOffset).toBe(at)
    expect([...x]).toEqual([...new Float64Array(100)])
  })
})

describe('a full memory', () => {
  afterEach(() => {
    startMemory()
  })

  test('is one in which everything works, in ordinary memory', () => {
    const [a, b] = [randn([300, 300]), randn([300, 300])]
    const expected = a.matmul(b)
    startMemory(64)
    const parameters = Array.from({ length: 60 }, () => randn([100, 100]))
    const moved = parameters.filter((x) => keepResident(x))

    expect(moved.length).toBeGreaterThan(10)
    expect(moved.length).toBeLessThan(60)
    const { used, size } = kernelMemory()
    expect(used).toBe(moved.length * 80_000)
    expect(used).toBeLessThan(size)
    expect(residentElements(100_000, 'float64')).toHaveLength(100_000)
    expect(a.matmul(b).allClose(expected, { rtol: 1e-12, atol: 1e-12 })).toBe(true)
    for (const x of parameters) expect(x.matmul(x).shape).toEqual([100, 100])
  })
})
