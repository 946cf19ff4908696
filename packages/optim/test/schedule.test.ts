/** Schedules against closed forms, and how they are combined. */
import { MLArray } from '@smol/mlarray'
import { expect, test } from 'vitest'
import * as optim from '../src/index.ts'

const A = 0.2

const closedForms: Readonly<Record<string, readonly [optim.Schedule, (t: number) => number]>> = {
  constant: [optim.constant(), (t) => (t < 5 ? A / 3 : A)],
  step: [optim.step({ stepSize: 3 }), (t) => A * 0.1 ** Math.floor(t / 3)],
  multiStep: [
    optim.multiStep({ milestones: [2, 5, 5], gamma: 0.5 }),
    (t) => (t < 2 ? A : t < 5 ? A / 2 : A / 8),
  ],
  exponential: [optim.exponential({ gamma: 0.8 }), (t) => A * Math.exp(t * Math.log(0.8))],
  linear: [optim.linear(), (t) => A * (1 / 3 + (2 / 3) * Math.min(1, t / 5))],
  polynomial: [
    optim.polynomial({ totalIters: 8, power: 0.5 }),
    (t) => A * Math.sqrt(Math.max(0, 1 - t / 8)),
  ],
  // cos² is half of 1 + cos of the double angle; it rises again after tMax.
  cosine: [
    optim.cosine({ tMax: 6, etaMin: 0.05 }),
    (t) => 0.05 + 0.15 * Math.cos((Math.PI * t) / 12) ** 2,
  ],
  cosineRestarts: [
    optim.cosineRestarts({ t0: 2, tMult: 3 }),
    (t) => {
      const [start, period] = t < 2 ? [0, 2] : t < 8 ? [2, 6] : [8, 18]
      return A * Math.cos((Math.PI * (t - start)) / (2 * period)) ** 2
    },
  ],
  oneCycle: [
    optim.oneCycle({
      maxLearningRate: 1,
      totalSteps: 21,
      pctStart: 0.5,
      anneal: 'linear',
      divFactor: 10,
      finalDivFactor: 10,
    }),
    (t) => (t <= 9.5 ? 0.1 + (0.9 * t) / 9.5 : 1 - (0.99 * (t - 9.5)) / 10.5),
  ],
  cyclic: [
    optim.cyclic({ base: 1, max: 3, stepSizeUp: 4 }),
    (t) => 1 + 2 * (1 - Math.abs((t % 8) - 4) / 4),
  ],
  lambda: [optim.lambda((t) => 1 / (1 + t)), (t) => A / (1 + t)],
  sequential: [
    optim.sequential(
      [optim.constant({ factor: 0.5, totalIters: 9 }), optim.exponential({ gamma: 0.5 })],
      [4],
    ),
    (t) => (t < 4 ? A / 2 : A * 0.5 ** (t - 4)),
  ],
  warmup: [
    optim.warmup({ steps: 4, startFactor: 0.2 }, optim.exponential({ gamma: 0.5 })),
    (t) => (t < 4 ? A * (0.2 + 0.2 * t) : A * 0.5 ** (t - 4)),
  ],
}

test.for(Object.entries(closedForms))('%s', ([, [schedule, expected]]) => {
  for (let t = 0; t < 20; t++) expect(schedule(t, A)).toBeCloseTo(expected(t), 13)
})

test('every schedule that is exported has a closed form here', () => {
  const schedules = Object.entries(optim)
    .filter(([name]) => /^[a-z]/.test(name) && !/^(clip|state)/.test(name))
    .map(([name]) => name)
  expect(Object.keys(closedForms).toSorted()).toEqual(schedules.toSorted())
})

test('oneCycle: a phase of no length is over as it begins, and nothing is NaN', () => {
  const rise = optim.oneCycle({ maxLearningRate: 1, totalSteps: 10, pctStart: 0.1 })
  expect([rise(0, A), rise.momentum!(0)]).toEqual([1, 0.85])
  expect(rise(9, A)).toBeCloseTo(4e-6, 15)
  const fall = optim.oneCycle({ maxLearningRate: 1, totalSteps: 10, pctStart: 1 })
  expect([fall(9, A), fall(10, A), fall.momentum!(10)]).toEqual([1, 4e-6, 0.95])
  const both = { maxLearningRate: 1, totalSteps: 2, pctStart: 0.5, threePhase: true }
  expect([0, 1].map((t) => optim.oneCycle(both)(t, A))).toEqual([1, 4e-6])
})

test('warmup and sequential pass a cycled momentum on', () => {
  const cycle = optim.oneCycle({ maxLearningRate: 1, totalSteps: 10 })
  const warm = optim.warmup({ steps: 3 }, cycle)
  expect([warm.momentum!(0), warm.momentum!(5)]).toEqual([0.95, 0.85])
  expect(warm(0, A)).toBeCloseTo(1 / 75, 14)
  const both = optim.sequential([optim.constant(), cycle], [2])
  expect([both.momentum!(1), both.momentum!(4)]).toEqual([undefined, 0.85])
  const optimizer = new optim.SGD(new MLArray([1]), { momentum: 0.5, schedule: both })
  expect(optimizer.groups[0]!.scheduled.momentum).toBe(0.5)
})

test('the step of an optimiser uses the value at its number', () => {
  const p = new MLArray([0])
  const optimizer = new optim.SGD(p, { learningRate: 1, schedule: optim.lambda((t) => 10 ** t) })
  p.sum().backward()
  const seen = [0, 1, 2].map(() => {
    optimizer.step()
    return p.item()
  })
  expect(seen).toEqual([-1, -11, -111])
})

test('ReduceOnPlateau: state, one group, beside a schedule', () => {
  const [a, b] = [new MLArray([1]), new MLArray([1])]
  const optimizer = new optim.SGD([{ parameters: a }, { parameters: b }], {
    learningRate: 1,
    schedule: optim.lambda(() => 0.5),
  })
  const plateau = new optim.ReduceOnPlateau(optimizer, { patience: 1, group: 1 })
  const reduced = [1, 1, 1].map((metric) => plateau.step(metric))
  expect(reduced).toEqual([false, false, true])
  expect(optimizer.learningRates()).toEqual([0.5, 0.05])
  plateau.step(NaN)
  const resumed = new optim.ReduceOnPlateau(optimizer, { patience: 1, group: 1 })
  resumed.loadStateDict(JSON.parse(JSON.stringify(plateau.stateDict())))
  expect(resumed.stateDict()).toEqual(plateau.stateDict())
  expect([resumed.step(2), resumed.best]).toEqual([true, 1])
})
