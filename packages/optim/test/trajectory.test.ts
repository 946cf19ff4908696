/** 50 steps of every row against definitions coded independently, on three problems. */
import { MLArray } from '@smol/mlarray'
import { describe, expect, test } from 'vitest'
import { rows } from '../src/rows.ts'
import { definitions } from './definition.ts'
import { descend, optimizers, problems, startOf } from './problem.ts'

/** 2-3-1 with tanh on four points; the parameters are one vector, so that a definition can take them. */
function network(p: MLArray): MLArray {
  const inputs = new MLArray(
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    { requiresGrad: false },
  )
  const w1 = p.slice('0:6').reshape([2, 3])
  const w2 = p.slice('6:9').reshape([3, 1])
  const y = inputs.matmul(w1).tanh().matmul(w2)
  return y
    .sub(new MLArray([[0], [1], [1], [0]], { requiresGrad: false }))
    .square()
    .sum()
}

const START = [0.5, -0.3, 0.8, 0.1, 0.7, -0.6, 0.4, -0.9, 0.2]

const cases = {
  quadratic: () => [startOf('quadratic'), problems.quadratic] as const,
  rosenbrock: () => [startOf('rosenbrock'), problems.rosenbrock] as const,
  network: () => [new MLArray(START), network] as const,
}

const variants: Readonly<Record<string, readonly object[]>> = {
  SGD: [
    {},
    { learningRate: 1e-3, momentum: 0.9, dampening: 0.2, weightDecay: 0.1 },
    { momentum: 0.8, nesterov: true },
  ],
  AdaGrad: [{}, { learningRateDecay: 0.1, weightDecay: 0.1, initialAccumulatorValue: 0.2 }],
  Adadelta: [{}, { rho: 0.7, weightDecay: 0.1 }],
  RMSprop: [{}, { centered: true }, { momentum: 0.5, weightDecay: 0.1 }],
  Adam: [{}, { learningRate: 0.1, weightDecay: 0.1, amsgrad: true }],
  AdamW: [{}, { learningRate: 0.1, weightDecay: 0.3 }],
  NAdam: [
    {},
    { weightDecay: 0.1, learningRate: 0.05 },
    { weightDecay: 0.1, decoupledWeightDecay: true },
  ],
  RAdam: [
    {},
    { weightDecay: 0.1, learningRate: 0.01 },
    { weightDecay: 0.1, decoupledWeightDecay: true },
  ],
  Adamax: [{}, { weightDecay: 0.1, learningRate: 0.05 }],
  Adan: [{}, { weightDecay: 0.1, learningRate: 0.05 }, { weightDecay: 0.1, proximal: false }],
  Lion: [{}, { weightDecay: 0.1, learningRate: 0.01 }],
  Rprop: [{}, { etaPlus: 1.5, stepSizeMax: 0.2 }],
  ASGD: [{ learningRate: 1e-3 }, { learningRate: 1e-3, t0: 5, lambd: 0.1, weightDecay: 0.1 }],
}

const all = Object.entries(variants).flatMap(([name, list]) =>
  list.flatMap((options) =>
    Object.keys(cases).map((problem) => ({
      name,
      options,
      problem: problem as keyof typeof cases,
    })),
  ),
)

describe('50 steps follow the definition', () => {
  test.for(all)('$name $options on $problem', ({ name, options, problem }) => {
    const [p, loss] = cases[problem]()
    const settings = { ...rows[name as 'SGD'].defaults, ...options } as never
    const optimizer = new optimizers[name]!(p, options)
    const memory = {}
    const expected = [...p.toTypedArray()]
    for (let t = 1; t <= 50; t++) {
      // The definition walks on its own: its gradient is taken at its own point.
      const own = new MLArray(expected)
      loss(own).backward()
      definitions[name]!(expected, [...own.grad().toTypedArray()], t, memory, settings)
      descend(optimizer, () => loss(p))
    }
    p.toTypedArray().forEach((x, i) => {
      const scale = Math.max(1, Math.abs(expected[i]!))
      expect(Math.abs(x - expected[i]!) / scale).toBeLessThan(1e-10)
    })
  })
})

test('every row has a definition, or a test of its own', () => {
  expect(Object.keys(definitions).toSorted()).toEqual(
    Object.keys(rows)
      .filter((name) => name !== 'Muon')
      .toSorted(),
  )
})
