/** The first three steps of each rule, computed by hand from p = 1 with the gradients 2, −1 and 0.5. */
import { MLArray, Value } from '@smol/mlarray'
import { replaceGradient } from '@smol/mlarray/kernels'
import { expect, test } from 'vitest'
import { LBFGS } from '../src/index.ts'
import { optimizers } from './problem.ts'

const GRADIENTS = [2, -1, 0.5]

// Fractions stand as they come from the rule with these settings; Math.sqrt where a root does not come out.
const expected: Readonly<Record<string, readonly [object, readonly number[]]>> = {
  // b = 2, −1 + 1 = 0, 0.5 + 0
  SGD: [{ learningRate: 0.1, momentum: 0.5 }, [0.8, 0.8, 0.75]],
  // s = 4, 5, 5.25
  AdaGrad: [
    { learningRate: 0.1, eps: 0 },
    [0.9, 0.9 + 0.1 / Math.sqrt(5), 0.9 + 0.1 / Math.sqrt(5) - 0.05 / Math.sqrt(5.25)],
  ],
  // v = 2, 1.5, 0.875; u = 0, then half of each Δ²: Δ = √(ε + u) / √(ε + v) g with ε = 1
  Adadelta: [
    { rho: 0.5, eps: 1 },
    [
      1 - 2 / Math.sqrt(3),
      1 - 2 / Math.sqrt(3) + Math.sqrt(1 + 2 / 3) / Math.sqrt(2.5),
      // u = 2/3, 1/3 + (1/2)(2/3) = 2/3
      1 - 2 / Math.sqrt(3) + Math.sqrt(2 / 3) - Math.sqrt(5 / 3 / 1.875) / 2,
    ],
  ],
  // v = 2, 1.5, 0.875
  RMSprop: [
    { learningRate: 0.1, alpha: 0.5, eps: 0 },
    [
      1 - 0.2 / Math.sqrt(2),
      1 - 0.2 / Math.sqrt(2) + 0.1 / Math.sqrt(1.5),
      1 - 0.2 / Math.sqrt(2) + 0.1 / Math.sqrt(1.5) - 0.05 / Math.sqrt(0.875),
    ],
  ],
  // m = 1, 0, 0.25, corrected 2, 0, 2/7; v = 2, 1.5, 0.875, corrected 4, 2, 1
  Adam: [{ learningRate: 0.1, beta1: 0.5, beta2: 0.5, eps: 0 }, [0.9, 0.9, 0.9 - 0.2 / 7]],
  // First 0.9 of the parameter, then as Adam.
  AdamW: [
    { learningRate: 0.1, beta1: 0.5, beta2: 0.5, eps: 0, weightDecay: 1 },
    [0.8, 0.72, 0.648 - 0.2 / 7],
  ],
  // ψ = 0: μ = 0.25, Πμ = 1/4, 1/16, 1/64; m = 1, 0, 0.25; v̂ = 4, 2, 1
  NAdam: [
    { learningRate: 0.1, beta1: 0.5, beta2: 0.5, eps: 0, momentumDecay: 0 },
    [
      1 - 0.1 - 0.1 * (4 / 30),
      1 - 0.1 - 0.1 * (4 / 30) + (0.1 * 0.8) / Math.sqrt(2),
      1 -
        0.1 -
        0.1 * (4 / 30) +
        (0.1 * 0.8) / Math.sqrt(2) -
        0.1 * (((0.75 * 0.5) / 63) * 64) -
        (0.1 * 0.25 * 0.25 * 256) / 255,
    ],
  ],
  // ρ∞ = 3, so never rectified: θ ← θ − α m̂
  RAdam: [{ learningRate: 0.1, beta1: 0.5, beta2: 0.5 }, [0.8, 0.8, 0.8 - 0.1 * (2 / 7)]],
  // u = 2, 1, 0.5; m̂ = 2, 0, 2/7
  Adamax: [{ learningRate: 0.1, beta1: 0.5, beta2: 0.5, eps: 0 }, [0.9, 0.9, 0.9 - 0.1 * (4 / 7)]],
  // β₂ = 0: n = 2, 1.5, 0.875, corrected 4, 2, 1: as Adam with β₃ for its β₂
  Adan: [
    { learningRate: 0.1, beta1: 0.5, beta2: 0, beta3: 0.5, eps: 0 },
    [0.9, 0.9, 0.9 - 0.2 / 7],
  ],
  // c = 1, 0.25 · 2 − 0.5 … : m = 1, 0, 0.25; c = 1, 0, 0.25
  Lion: [{ learningRate: 0.1, beta1: 0.5, beta2: 0.5 }, [0.9, 0.9, 0.8]],
  // The step: 0.1; turned: 0.05 and no move; then no agreement with 0: 0.05
  Rprop: [{ learningRate: 0.1 }, [0.9, 0.9, 0.85]],
  // λ = 0: constant steps
  ASGD: [{ learningRate: 0.1, lambd: 0 }, [0.8, 0.9, 0.85]],
}

test.for(Object.entries(expected))('%s, three steps', ([name, [options, points]]) => {
  const array = new MLArray([1, 1])
  const value = new Value(1)
  const optimizer = new optimizers[name]!([array, value], options)
  GRADIENTS.forEach((gradient, t) => {
    replaceGradient(array, new Float64Array([gradient, -gradient]))
    value.grad = gradient
    optimizer.step()
    expect(array.at(0).data).toBeCloseTo(points[t]!, 12)
    expect(value.data).toBe(array.at(0).data)
  })
})

test('Muon, three steps: a diagonal matrix stays one, its singular values come near 1', () => {
  const p = new MLArray([
    [1, 0],
    [0, 1],
  ])
  const options = { learningRate: 0.1, weightDecay: 0, momentum: 0, newtonSchulzSteps: 1 }
  const optimizer = new optimizers['Muon']!(p, options)
  // One round on s = 1/√2: 3.4445 s − 4.775 s³ + 2.0315 s⁵
  const s = Math.SQRT1_2
  const moved = 0.1 * (3.4445 * s - 4.775 * s ** 3 + 2.0315 * s ** 5)
  for (const t of [1, 2, 3]) {
    replaceGradient(p, new Float64Array([2, 0, 0, 2]))
    optimizer.step()
    expect(p.at(0, 0).data).toBeCloseTo(1 - t * moved, 12)
    expect(p.at(0, 1).data).toBe(0)
  }
})

test('LBFGS, three steps of one iteration', () => {
  const p = new MLArray([1, -2])
  const optimizer = new LBFGS(p, { learningRate: 0.5, maxIter: 1 })
  const seen = [1, 2, 3].map(() => {
    optimizer.step(() => {
      optimizer.zeroGrad()
      const loss = p.square().sum()
      loss.backward()
      return loss
    })
    return p.toList()
  })
  // g = 2p. First t = α/|g|₁ = 1/12: p − g/12 = (5/6) p. Then y = 2s, so H = 1/2, and each step halves p.
  expect(seen[0]![0]).toBeCloseTo(5 / 6, 14)
  expect(seen[1]![1]).toBeCloseTo(-5 / 6, 14)
  expect(seen[2]![0]).toBeCloseTo(5 / 24, 14)
})
