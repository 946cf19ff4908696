// Memory stays flat, in loops that never yield.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { dot, sum, Value } from '../src/index.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapUsed(): number {
  collect()
  return process.memoryUsage().heapUsed
}

/** A network of `width` hidden neurons, one node per operation, and a loss over `points` points. */
function network(width: number, points: number): { loss: () => Value; parameters: Value[] } {
  const parameters = Array.from({ length: 3 * width }, (_, i) => new Value(Math.sin(i)))
  const loss = (): Value => {
    const errors = Array.from({ length: points }, (_, p) => {
      let y = new Value(0, { requiresGrad: false })
      for (let i = 0; i < width; i++) {
        const hidden = parameters[3 * i]!.mul(p / points).add(parameters[3 * i + 1]!)
        y = y.add(hidden.tanh().mul(parameters[3 * i + 2]!))
      }
      return y.sub(1).square()
    })
    return sum(errors).add(dot(parameters, parameters).mul(1e-3))
  }
  return { loss, parameters }
}

function growth(passes: number, warmUp: number, pass: () => void): number {
  for (let i = 0; i < warmUp; i++) pass()
  const before = heapUsed()
  for (let i = 0; i < passes; i++) pass()
  return heapUsed() - before
}

test('over ten thousand passes of a thousand nodes, with backward and forward only', () => {
  const { loss, parameters } = network(10, 20)
  const train = (): void => {
    for (const p of parameters) p.grad = 0
    loss().backward()
    for (const p of parameters) p.data -= 1e-3 * p.grad
  }
  expect(growth(10_000, 200, train)).toBeLessThan(500_000)
  expect(growth(10_000, 200, () => void loss())).toBeLessThan(500_000)
}, 60_000)

test('over a hundred passes of 66,000 nodes', () => {
  const { loss, parameters } = network(30, 440)
  const train = (): void => {
    for (const p of parameters) p.grad = 0
    loss().backward()
  }
  expect(growth(100, 5, train)).toBeLessThan(1_000_000)
}, 60_000)

test('with gradients of gradients, labels and hooks on what is dropped', () => {
  const x = new Value(0.5)
  const pass = (): void => {
    x.zeroGrad()
    const y = x.sin().mul(x)
    y.label = 'dropped'
    y.onGradient(() => undefined)
    y.backward({ createGraph: true })
    x.gradNode!.backward()
  }
  expect(growth(5000, 5000, pass)).toBeLessThan(300_000)
})
