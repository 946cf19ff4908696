// Several threads: the same results to the bit, an end, and what happens when one is lost.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import * as workers from 'node:worker_threads'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Generator, MLArray, setKernels, setThreads, type DType } from '../src/index.ts'
import { WORD } from '../src/thread.ts'
import { threads } from '../src/threads.ts'

afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  setKernels()
  await setThreads(1)
})

const random = new Generator(3)
const normal = (shape: readonly number[], dtype: DType = 'float32'): MLArray =>
  random.normal(shape, { dtype }).detach()

const bytesOf = (data: Float32Array | Float64Array): Buffer =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength)

const SHAPES = [
  [
    [256, 256],
    [256, 256],
  ],
  [
    [101, 300],
    [300, 103],
  ],
  [
    [99, 513],
    [513, 1001],
  ],
  [
    [1001, 513],
    [513, 99],
  ],
  [
    [33, 64, 40],
    [33, 40, 64],
  ],
  [
    [2, 1, 130, 70],
    [3, 70, 131],
  ],
  [
    [2, 200, 70],
    [2, 70, 131],
  ],
  [
    [3000, 500],
    [500, 2],
  ],
] as const

test.each([
  ['float32', 'simd', 2],
  ['float32', 'relaxed', 2],
  ['float32', 'relaxed', 3],
  ['float64', 'simd', 3],
  ['float64', 'relaxed', 2],
] as const)('a product does not depend on their number: %s, %s, %i', async (dtype, set, n) => {
  setKernels(set)
  const cases = SHAPES.flatMap(([left, right]) => [
    [normal(left, dtype), normal(right, dtype)] as const,
    [turned(normal(left, dtype)), turned(normal(right, dtype))] as const,
  ])
  const results = cases.map(([x, y]) => x.matmul(y).toTypedArray())

  expect(await setThreads(n)).toBe(n)

  cases.forEach(([x, y], i) => {
    expect(bytesOf(x.matmul(y).toTypedArray()).equals(bytesOf(results[i]!)), `case ${i}`).toBe(true)
  })
})

test.each([
  ['float32', 2],
  ['float32', 3],
  ['float64', 2],
] as const)('nor do elementwise operations: %s, %i', async (dtype, n) => {
  const x = normal([600_001], dtype)
  const operations = [
    (y: MLArray) => y.exp(),
    (y: MLArray) => y.tanh(),
    (y: MLArray) => y.slice('3:').log1p(),
    (y: MLArray) => y.square(),
  ]
  const results = operations.map((f) => bytesOf(f(x).toTypedArray()))

  expect(await setThreads(n)).toBe(n)

  operations.forEach((f, i) => {
    expect(bytesOf(f(x).toTypedArray()).equals(results[i]!), String(f)).toBe(true)
  })
})

/** The same matrices, the columns of each side by side. */
const turned = (x: MLArray): MLArray => x.swapaxes(-1, -2).mul(1).swapaxes(-1, -2)

const a = normal([300, 300])
const product = (): Buffer => bytesOf(a.matmul(a).toTypedArray())
const alone = product()

describe('the pool', () => {
  test('computes nothing but what is asked for', async () => {
    await setThreads(2)
    const small = normal([4, 5]).matmul(normal([5, 4]))

    expect(small.shape).toEqual([4, 4])
    for (let i = 0; i < 200; i++) expect(product().equals(alone)).toBe(true)
  })

  test('copies in JavaScript where no module has two memories', async () => {
    await setThreads(2)
    vi.spyOn(WebAssembly, 'Module').mockImplementation(() => {
      throw new WebAssembly.CompileError('multi-memory')
    })

    expect(product().equals(alone)).toBe(true)
    vi.restoreAllMocks()
    expect(product().equals(alone)).toBe(true)
  })

  test('takes more calls than its list holds', async () => {
    await setThreads(2)
    const pool = threads()!
    const engine = pool.engine('simd')!
    const count = 3000
    const x = engine.reserve(4)
    const y = engine.reserve(count * 4)
    engine.float32[x / 4] = 3
    engine.float32.fill(0, y / 4, y / 4 + count)
    // y = y · 3, one element a call; each starts from a column that holds its number.
    const from = engine.place(
      Float32Array.from({ length: count }, (_, i) => i),
      0,
      count,
    )
    const operands = Array.from({ length: count }, (_, i) => {
      return [1, 1, 1, x, 0, 1, from + 4 * i, 0, 1, 1, y + 4 * i, 0]
    })
    pool.run(engine, { kernel: 'vector_f32', work: 11, operands })

    expect([...engine.float32.subarray(y / 4, y / 4 + count)]).toEqual(
      Array.from({ length: count }, (_, i) => 3 * i),
    )
  })

  test('changes its size, and goes', async () => {
    expect(await setThreads(3)).toBe(3)
    expect(await Promise.all([setThreads(2), setThreads(4), setThreads(2)])).toEqual([2, 4, 2])
    expect(threads()!.size).toBe(2)
    expect(await setThreads(1)).toBe(1)
    expect(threads()).toBeUndefined()
  })

  test('lets its process end', () => {
    const module = join(import.meta.dirname, '../src/index.ts')
    const code = `
      const { randn, setThreads } = await import(${JSON.stringify(module)})
      console.log(await setThreads(2), randn([200, 200]).matmul(randn([200, 200])).shape)`

    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      timeout: 60_000,
      encoding: 'utf8',
    })

    expect(printed.trim()).toBe('2 [ 200, 200 ]')
  })
})

describe('a thread that is lost', () => {
  type Made = { worker: workers.Worker; given: { memory: WebAssembly.Memory; words: number } }

  /** Notes the workers that are made, and lets them run other code. */
  function watch(code?: string): Made[] {
    const made: Made[] = []
    const node = process.getBuiltinModule('node:worker_threads')
    vi.spyOn(node, 'Worker').mockImplementation(function (
      own: string,
      options: workers.WorkerOptions,
    ) {
      const worker = new workers.Worker(code ?? own, options)
      made.push({ worker, given: options.workerData as Made['given'] })
      return worker
    } as never)
    return made
  }

  test('while nothing runs is told of at the next use; then one thread runs', async () => {
    const [first] = [watch()]
    await setThreads(2)
    await first[0]!.worker.terminate()

    expect(product).toThrowErrorMatchingInlineSnapshot(
      `[Error: setThreads: a thread has ended before its time: one thread runs from now on.]`,
    )
    expect(product().equals(alone)).toBe(true)
    expect(threads()).toBeUndefined()
    expect(await setThreads(2)).toBe(2)
    expect(product().equals(alone)).toBe(true)
  })

  test('before it took a call costs nothing', async () => {
    const [first] = [watch()]
    await setThreads(2)
    void first[0]!.worker.terminate()

    for (let i = 0; i < 20; i++) expect(product().equals(alone)).toBe(true)
  })

  test('during a call is an error, and no wait without end', async () => {
    // Takes a call of the first job that it sees, and is gone.
    watch(`const { parentPort, workerData } = require('node:worker_threads');
      const word = new Int32Array(workerData.memory.buffer, workerData.words)
      parentPort.postMessage('')
      while (Atomics.load(word, ${WORD.left}) <= 0 || Atomics.sub(word, ${WORD.left}, 1) <= 0);`)
    await setThreads(2)
    // Where it gets no processor in time, this thread does it all.
    const untilLost = (): void => {
      for (let i = 0; i < 1000; i++) product()
    }

    expect(untilLost).toThrow('setThreads: a thread has ended before its time')
    expect(product().equals(alone)).toBe(true)
  })

  test('as it starts leaves one thread, and says so', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    watch('process.exit(3)')

    expect(await setThreads(2)).toBe(1)
    expect(warn.mock.calls).toMatchInlineSnapshot(`
      [
        [
          "setThreads: no thread could be started (Error: exit code 3); one thread runs.",
        ],
      ]
    `)
  })
})

describe('where threads cannot be', () => {
  const warnings = async (): Promise<unknown> => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    expect(await setThreads(2)).toBe(1)
    expect(product().equals(alone)).toBe(true)
    return warn.mock.calls
  }

  test('for want of shared memory', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined)

    expect(await warnings()).toMatchInlineSnapshot(`
      [
        [
          "setThreads: no memory can be shared (is the page cross-origin isolated?); one thread runs.",
        ],
      ]
    `)
  })

  test('because this thread may not wait', async () => {
    vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      throw new TypeError('Atomics.wait cannot be called in this context')
    })

    expect(await warnings()).toMatchInlineSnapshot(`
      [
        [
          "setThreads: this thread may not wait (call it in a worker); one thread runs.",
        ],
      ]
    `)
  })

  test('because there is no WebAssembly', async () => {
    setKernels('plain')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)

    expect(await setThreads(2)).toBe(1)
    expect(warn.mock.calls).toMatchInlineSnapshot(`
      [
        [
          "setThreads: the plain kernels serve; one thread runs.",
        ],
      ]
    `)
  })

  test.each([0, 1.5, 65, NaN, '2', undefined])('a number of them must be one: %s', async (n) => {
    await expect(setThreads(n as number)).rejects.toThrow('expected an integer from 1 to 64')
  })
})
