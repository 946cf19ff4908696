/** Ten thousand steps of each optimiser leave memory flat. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { MLArray } from '@smol/mlarray'
import { replaceGradient } from '@smol/mlarray/kernels'
import { expect, test } from 'vitest'
import { LBFGS } from '../src/index.ts'
import { optimizers } from './problem.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function memoryUsed(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Bytes that ten thousand steps leave behind, after a few to warm up. */
function growth(step: () => void): number {
  for (let i = 0; i < 2000; i++) step()
  const before = memoryUsed()
  for (let i = 0; i < 10_000; i++) step()
  return memoryUsed() - before
}

test.for(Object.keys(optimizers))('%s', (name) => {
  const p = new MLArray([
    [1, 2],
    [3, 4],
  ])
  replaceGradient(p, new Float64Array([1, 2, 3, 4]))
  const optimizer = new optimizers[name]!(p)
  expect(growth(() => optimizer.step())).toBeLessThan(200_000)
})

test('LBFGS', () => {
  const p = new MLArray([1, 2])
  const optimizer = new LBFGS(p, { maxIter: 1, learningRate: 1e-3, historySize: 5 })
  const step = (): void => {
    optimizer.step(() => {
      optimizer.zeroGrad()
      const y = p.square().sum().add(p.sin().sum())
      y.backward()
      return y
    })
  }
  expect(growth(step)).toBeLessThan(200_000)
})
