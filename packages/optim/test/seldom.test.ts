/** What is seldom reached: norms of other orders, the ways out of an L-BFGS step, the other words of a message. */
import { MLArray, Value } from '@smol/mlarray'
import { replaceGradient } from '@smol/mlarray/kernels'
import { describe, expect, test } from 'vitest'
import * as optim from '../src/index.ts'
import { earlyStopping, train } from '../src/training.ts'
import { strongWolfe, type Point } from '../src/wolfe.ts'

const any = (given: unknown): never => given as never

function withGradient(gradient: readonly number[]): MLArray {
  const w = new MLArray(gradient.map(() => 0))
  replaceGradient(w, Float64Array.from(gradient))
  return w
}

describe('clipGradNorm', () => {
  test.for([
    [1, 5],
    [3, Math.cbrt(1 + 8 + 8)],
    // The norm of the norms: here it counts the arrays that hold something, as in PyTorch.
    [0, 2],
    [Infinity, 2],
    [-Infinity, 0],
    [-1, 0],
  ] as const)('of the order %d, of all numbers together', ([normType, expected]) => {
    const parts = [withGradient([1, -2]), withGradient([0, 2])]
    expect(optim.clipGradNorm(parts, 1e9, { normType })).toBeCloseTo(expected, 14)
  })

  test('of nothing is 0', () => {
    expect(optim.clipGradNorm(new MLArray([1, 2]), 1)).toBe(0)
    expect(optim.clipGradNorm(withGradient([]), 1)).toBe(0)
  })
})

describe('GradientAccumulation', () => {
  test('of sums does not divide', () => {
    const w = new MLArray([0])
    const sgd = new optim.SGD(w, { learningRate: 1 })
    const accumulation = new optim.GradientAccumulation(sgd, { steps: 2, average: false })
    for (const slope of [1, 3]) {
      w.mul(slope).sum().backward()
      accumulation.step()
    }
    expect(w.item()).toBe(-4)
  })

  test('leaves a parameter without a gradient alone', () => {
    const [w, unused] = [new MLArray([0]), new MLArray([7])]
    const sgd = new optim.SGD([w, unused], { learningRate: 1 })
    const accumulation = new optim.GradientAccumulation(sgd, { steps: 2 })
    for (const slope of [1, 3]) {
      w.mul(slope).sum().backward()
      accumulation.step()
    }
    expect([w.item(), unused.item()]).toEqual([-2, 7])
  })
})

describe('LBFGS', () => {
  /** A step from `from` on `f`, until something ends it. */
  function descend(
    from: number,
    f: (w: MLArray) => MLArray,
    options: Partial<optim.LBFGSSettings>,
  ): { readonly w: number; readonly evaluations: number } {
    const w = new MLArray([from])
    const optimizer = new optim.LBFGS(w, options)
    optimizer.step(() => {
      optimizer.zeroGrad()
      const loss = f(w).sum()
      loss.backward()
      return loss
    })
    return { w: w.item(), evaluations: optimizer.evaluations }
  }

  test('ends where the gradient is gone', () => {
    // The first step has the length min(1, 1/|g|): from 1 it meets the minimum.
    expect(descend(1, (w) => w.square(), { learningRate: 1 })).toEqual({ w: 0, evaluations: 2 })
  })

  test('ends where the step was too short', () => {
    const options = { learningRate: 1, toleranceChange: 10 }
    expect(descend(10, (w) => w.square(), options)).toEqual({ w: 9, evaluations: 2 })
  })

  test('ends where the loss has not changed', () => {
    // From 10 straight to −10, where the loss is the same.
    expect(descend(10, (w) => w.square(), { learningRate: 20 })).toEqual({ w: -10, evaluations: 2 })
  })

  test('a parameter that the loss does not reach stays', () => {
    const [w, unused] = [new MLArray([1]), new MLArray([[7, 8]])]
    const optimizer = new optim.LBFGS([w, unused])
    optimizer.step(() => {
      optimizer.zeroGrad()
      const loss = w.square().sum()
      loss.backward()
      return loss
    })
    expect([w.item(), unused.toList()]).toEqual([0, [[7, 8]]])
  })

  test('the closure may return a number, an array or a Value, and nothing else', () => {
    const w = new Value(1)
    const optimizer = new optim.LBFGS(w)
    const run = (result: (loss: Value) => unknown): number =>
      optimizer.step(() => {
        optimizer.zeroGrad()
        const loss = w.square()
        loss.backward()
        return any(result(loss))
      })
    expect(run((loss) => loss)).toBe(1)
    expect([w.data, run((loss) => loss.data), run((loss) => new MLArray([loss]))]).toEqual([
      0, 0, 0,
    ])
    expect(() => run(() => 'low')).toThrow('LBFGS: ')
    expect(() => run(() => undefined)).toThrow('LBFGS: ')
  })

  test('skips a gradient that is not finite, and counts it', () => {
    const w = new MLArray([1])
    const optimizer = new optim.LBFGS(w, { skipNonFinite: true })
    expect(optimizer.evaluations).toBe(0)
    const step = (slope: number): number =>
      optimizer.step(() => {
        replaceGradient(w, Float64Array.of(slope))
        return slope
      })
    expect([step(NaN), w.item(), optimizer.evaluations]).toEqual([NaN, 1, 1])
    expect(step(Infinity)).toBe(Infinity)
    expect([w.item(), optimizer.skippedSteps]).toEqual([1, 2])
  })

  test('one iteration has one evaluation', () => {
    const w = descend(4, (x) => x.square(), { maxIter: 1, learningRate: 0.5 })
    expect(w).toEqual({ w: 3.5, evaluations: 1 })
  })

  test('a state from before the first step makes the optimiser new', () => {
    const w = new MLArray([3])
    const optimizer = new optim.LBFGS(w)
    const fresh = optimizer.stateDict()
    const step = (): number =>
      optimizer.step(() => {
        optimizer.zeroGrad()
        const loss = w.square().sum()
        loss.backward()
        return loss
      })
    step()
    expect(optimizer.evaluations).toBeGreaterThan(0)
    optimizer.loadStateDict(fresh)
    expect(optimizer.evaluations).toBe(0)
    w.assign([3])
    expect(step()).toBe(9)
  })
})

test('a line search that starts lower than anything it finds stays', () => {
  // Downwards by the slope, upwards by less than Armijo's condition allows for: no bracket ever.
  const at = (t: number): Point => ({
    t,
    loss: 1e-9,
    gradient: new Float64Array(0),
    slope: -1,
  })
  const start: Point = { t: 0, loss: 0, gradient: new Float64Array(0), slope: -1e-12 }
  const { point } = strongWolfe(at, start, 1e-3, 1, 1e-9)
  expect(point.loss).toBe(0)
})

describe('schedules', () => {
  const A = 0.2

  test('warmup without a schedule ends at the learning rate of the optimiser', () => {
    const schedule = optim.warmup({ steps: 2, startFactor: 0.5 })
    expect([0, 1, 2, 9].map((t) => schedule(t, 8))).toEqual([4, 6, 8, 8])
    expect(schedule.momentum).toBeUndefined()
  })

  test('oneCycle and cyclic without momentum have none', () => {
    const one = optim.oneCycle({ maxLearningRate: 1, totalSteps: 9, cycleMomentum: false })
    const cycle = optim.cyclic({ base: 1, max: 2, cycleMomentum: false })
    expect([one.momentum, cycle.momentum]).toEqual([undefined, undefined])
    expect(() => new optim.LBFGS(new MLArray([0]), { schedule: one })).not.toThrow()
  })

  test('sequential takes one schedule and refuses none', () => {
    expect(optim.sequential([optim.constant({ factor: 0.5 })], [])(0, A)).toBe(A / 2)
    expect(() => optim.sequential([], [])).toThrow('sequential: ')
  })

  test('what is no schedule is named', () => {
    expect(() => optim.warmup({ steps: 1 }, any(3))).toThrow('warmup: ')
    expect(() => optim.lambda(any(() => 1)) && optim.lambda(any([1, 2]))).toThrow('[1, 2]')
    expect(() => optim.lambda(any(Object.create(null)))).toThrow('an object (no class)')
    expect(() => optim.lambda(any([1, 2, 3, 4, 5, 6, 7, 8, 9]))).toThrow('a list of 9')
    expect(() => new optim.SGD(any(() => 1))).toThrow('a function')
  })

  test('the schedule of a group can be read', () => {
    const schedule = optim.constant()
    const optimizer = new optim.SGD(new MLArray([0]), { schedule })
    expect(optimizer.groups[0]!.schedule).toBe(schedule)
    optimizer.groups[0]!.attach(undefined)
    expect(optimizer.groups[0]!.schedule).toBeUndefined()
  })
})

describe('ReduceOnPlateau', () => {
  test('counts nothing while it cools down', () => {
    const optimizer = new optim.SGD(new MLArray([0]), { learningRate: 1 })
    const plateau = new optim.ReduceOnPlateau(optimizer, { patience: 0, cooldown: 2, factor: 0.5 })
    const reduced = [1, 1, 1, 1, 1].map((metric) => plateau.step(metric))
    // The first is the best so far, the second reduces, then two rest.
    expect(reduced).toEqual([false, true, false, false, true])
    expect(optimizer.learningRates()).toEqual([0.25])
  })

  test('a least learning rate for each group', () => {
    const optimizer = new optim.SGD(
      [{ parameters: new MLArray([0]) }, { parameters: new MLArray([0]) }],
      { learningRate: 1 },
    )
    const options = { patience: 0, minLearningRate: [0.5, 0.05] }
    const plateau = new optim.ReduceOnPlateau(optimizer, options)
    for (let i = 0; i < 5; i++) plateau.step(1)
    expect(optimizer.learningRates()).toEqual([0.5, 0.05])
  })
})

describe('states', () => {
  test('numbers that JSON has no words for come back', () => {
    const w = new MLArray([0])
    const optimizer = new optim.SGD(w, { learningRate: Infinity, momentum: -0 })
    const state = JSON.parse(JSON.stringify(optimizer.stateDict())) as never
    const loaded = new optim.SGD(w, { learningRate: 1 })
    loaded.loadStateDict(state)
    expect(loaded.groups[0]!.settings.learningRate).toBe(Infinity)
    expect(Object.is(loaded.groups[0]!.settings.momentum, -0)).toBe(true)
  })

  test('a slot that is no list is refused', () => {
    const w = new MLArray([0])
    const optimizer = new optim.SGD(w, { momentum: 0.9 })
    w.sum().backward()
    optimizer.step()
    const text = JSON.stringify(optimizer.stateDict())
    const state = JSON.parse(text.replace(/"(momentum|velocity|buffer)\w*":\[[^\]]*\]/, '"$1":"x"'))
    if (JSON.stringify(state) === text) expect.fail(text)
    expect(() => optimizer.loadStateDict(state)).toThrow('SGD: ')
  })
})

describe('train', () => {
  test('stops for the largest metric too, and names a metric that is missing', async () => {
    const stop = earlyStopping({ metric: 'score', mode: 'max', patience: 0 })
    let epoch = 0
    const { epochs, stopped } = await train({
      epochs: 9,
      batches: [1],
      step: () => ({ score: [1, 2, 2][epoch++]! }),
      callbacks: [stop],
    })
    expect([epochs.length, stopped]).toEqual([3, true])
    const run = train({
      epochs: 1,
      batches: [1],
      step: () => undefined,
      callbacks: [earlyStopping()],
    })
    await expect(run).rejects.toThrow('there is no metric loss; this epoch has none.')
  })

  test('yields by a timer where the host has no scheduler, and by the scheduler where it has one', async () => {
    const host = globalThis as { scheduler?: unknown }
    const before = Object.getOwnPropertyDescriptor(host, 'scheduler')
    const run = (): Promise<unknown> =>
      train({ epochs: 1, batches: [1, null], step: () => 1, yieldEveryMs: 0 })
    try {
      let yielded = 0
      const scheduler = { yield: async () => void yielded++ }
      Object.defineProperty(host, 'scheduler', { value: scheduler, configurable: true })
      await run()
      expect(yielded).toBe(2)
      Object.defineProperty(host, 'scheduler', { value: undefined, configurable: true })
      await expect(run()).resolves.toMatchObject({ totalSteps: 2 })
    } finally {
      if (before === undefined) delete host.scheduler
      else Object.defineProperty(host, 'scheduler', before)
    }
  })
})
