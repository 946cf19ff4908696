// What a graph keeps alive, and that a training loop does not grow.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test, vi } from 'vitest'
import { MLArray, randn } from '../src/index.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** The memory of typed arrays and of the heap, in bytes, after garbage has been collected. */
async function used(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect()
    // oxlint-disable-next-line no-await-in-loop -- finalizers run between turns
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return arrayBuffers + heapUsed
}

const MEGABYTE = 2 ** 20

vi.setConfig({ testTimeout: 60_000 })

test('a chain of operations that read nothing keeps nothing', async () => {
  const x = randn([256, 256]) // half a megabyte
  const before = await used()
  let y: MLArray = x
  for (let i = 0; i < 200; i++) y = y.add(1).reshape([-1]).reshape([256, 256]).T
  const grown = (await used()) - before
  // The result itself, and its graph: not 200 arrays.
  expect(grown).toBeLessThan(4 * MEGABYTE)
  y.sum().backward()
  expect(x.grad().at(3, 5).data).toBe(1)
})

test('an operation keeps what its gradient reads: of exp the result, of square the input', async () => {
  const x = randn([256, 256])
  const before = await used()
  const y = x.exp().add(1)
  const grown = (await used()) - before
  expect(grown).toBeLessThan(2 * MEGABYTE) // exp(x), and y
  expect(y.requiresGrad).toBe(true)
})

test('what a constant operand is multiplied by is not kept', async () => {
  const x = randn([256, 256])
  let y: MLArray = x
  const before = await used()
  for (let i = 0; i < 50; i++) y = y.mul(1.01)
  // The gradient of the product with a number does not read the array.
  expect((await used()) - before).toBeLessThan(4 * MEGABYTE)
  y.backward()
  expect(x.grad().at(0, 0).data).toBeCloseTo(1.01 ** 50, 10)
})

test('a graph is collected with its root', async () => {
  const x = randn([256, 256])
  const roots = (() => {
    const y = x.exp()
    const z = y.sum()
    return [new WeakRef<object>(y), new WeakRef<object>(z)]
  })()
  await used()
  expect(roots.map((root) => root.deref())).toEqual([undefined, undefined])
})

test('ten thousand training steps leave memory as it was', async () => {
  const x = randn([8, 4], { requiresGrad: false })
  const weights = [randn([4, 8]), randn([8, 1])] as MLArray[]
  const step = (): void => {
    const [a, b] = weights as [MLArray, MLArray]
    for (const w of weights) w.zeroGrad()
    x.matmul(a).tanh().matmul(b).sub(1).square().mean().backward()
    for (const w of weights) w.assign(w.detach().sub(w.grad().mul(0.01)))
  }
  for (let i = 0; i < 500; i++) step()
  const before = await used()
  for (let i = 0; i < 10_000; i++) step()
  expect((await used()) - before).toBeLessThan(2 * MEGABYTE)
})

test('so does a loop that never yields, whose small results are cut from slabs', () => {
  const x = randn([40, 4], { requiresGrad: false })
  const w = randn([4, 8])
  let most = 0
  for (let i = 0; i < 20_000; i++) {
    w.zeroGrad()
    x.matmul(w).tanh().square().mean().backward()
    w.assign(w.detach().sub(w.grad().mul(0.01)))
    if (i % 500 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers)
  }
  // All in all they take several hundred megabytes.
  expect(most).toBeLessThan(64 * MEGABYTE)
})
