/** Trajectories, schedules and norms against what PyTorch computed: see reference.py. */
import { readFileSync } from 'node:fs'
import { MLArray } from '@smol/mlarray'
import { replaceGradient } from '@smol/mlarray/kernels'
import { describe, expect, test } from 'vitest'
import * as optim from '../src/index.ts'
import { descend, optimizers, problems, startOf, type Problem } from './problem.ts'

type Reference = {
  readonly trajectories: readonly {
    optimizer: string
    options: object
    problem: Problem
    points: number[][]
  }[]
  readonly lbfgs: readonly {
    options: object
    problem: Problem
    points: number[][]
    losses: number[]
    evaluations: number
  }[]
  readonly schedules: readonly {
    schedule: string
    options: object
    values: number[]
    momenta?: number[]
  }[]
  readonly metrics: readonly number[]
  readonly plateaus: readonly { options: object; values: number[] }[]
  readonly clips: readonly {
    maxNorm: number
    normType: number | 'Infinity'
    norm: number
    gradients: number[][]
  }[]
}

const reference = JSON.parse(
  readFileSync(new URL('reference.json', import.meta.url), 'utf8'),
) as Reference

function expectClose(given: readonly number[], expected: readonly number[], rtol = 1e-12): void {
  given.forEach((x, i) => {
    const y = expected[i]!
    expect(Math.abs(x - y), `number ${i}: ${x}, expected ${y}`).toBeLessThanOrEqual(
      rtol * Math.max(Math.abs(y), 1e-3),
    )
  })
}

const title = (name: string, options: object, problem: string): string =>
  `${name} ${JSON.stringify(options)}, ${problem}`

describe('50 steps are those of torch.optim', () => {
  test.for(
    reference.trajectories.map((x) => [title(x.optimizer, x.options, x.problem), x] as const),
  )('%s', ([, { optimizer: name, options, problem, points }]) => {
    const p = startOf(problem)
    const optimizer = new optimizers[name]!([p], options)
    const visited: number[][] = []
    for (let i = 1; i <= 50; i++) {
      descend(optimizer, () => problems[problem](p))
      if ([1, 2, 3, 10, 50].includes(i)) visited.push([...p.toTypedArray()])
    }
    visited.forEach((point, i) => expectClose(point, points[i]!, 2e-11))
  })
})

describe('LBFGS is that of torch.optim', () => {
  test.for(reference.lbfgs.map((x) => [title('LBFGS', x.options, x.problem), x] as const))(
    '%s',
    ([, { options, problem, points, losses, evaluations }]) => {
      const p = startOf(problem)
      const optimizer = new optim.LBFGS([p], options)
      const loss = (): MLArray => {
        optimizer.zeroGrad()
        const y = problems[problem](p)
        y.backward()
        return y
      }
      for (const [i, expected] of losses.entries()) {
        // Without a line search it runs away on Rosenbrock, and rounding with it.
        expectClose([optimizer.step(loss)], [expected], 1e-6)
        expectClose([...p.toTypedArray()], points[i]!, 1e-6)
      }
      expect(optimizer.evaluations).toBe(evaluations)
    },
  )
})

const makers: Record<string, (options: never) => optim.Schedule> = {
  ...optim,
  warmup: (options: { steps: number; startFactor: number }) =>
    optim.warmup(options, optim.cosine({ tMax: 20 })),
} as never

describe('schedules are those of torch.optim.lr_scheduler', () => {
  test.for(reference.schedules.map((x) => [title(x.schedule, x.options, ''), x] as const))(
    '%s',
    ([, { schedule: name, options, values, momenta }]) => {
      const schedule = makers[name]!(options as never)
      // PyTorch computes most of them by steps, and 0 comes out as 1e-17.
      values.forEach((value, t) => expect(schedule(t, 0.1)).toBeCloseTo(value, 13))
      momenta?.forEach((value, t) => expect(schedule.momentum!(t)).toBeCloseTo(value, 13))
    },
  )

  test.for(reference.plateaus)('ReduceOnPlateau $options', ({ options, values }) => {
    const optimizer = new optim.SGD([new MLArray([1])], { learningRate: 0.1 })
    const plateau = new optim.ReduceOnPlateau(optimizer, options)
    reference.metrics.forEach((metric, i) => {
      plateau.step(metric)
      expect(optimizer.learningRates()[0]).toBeCloseTo(values[i]!, 14)
    })
  })
})

test.for(reference.clips)(
  'clipGradNorm to $maxNorm, order $normType',
  ({ maxNorm, normType, norm, gradients }) => {
    const given = [
      [3, -4, 0],
      [0.5, -12],
    ]
    const parameters = given.map((gradient) => {
      const p = new MLArray(gradient.map(() => 0))
      replaceGradient(p, Float64Array.from(gradient))
      return p
    })
    const order = normType === 'Infinity' ? Infinity : normType
    const found = optim.clipGradNorm(parameters, maxNorm, { normType: order })
    expectClose([found], [norm])
    parameters.forEach((p, i) => expectClose([...p.grad().toTypedArray()], gradients[i]!))
  },
)
