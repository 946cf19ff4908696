/** What all optimisers share: parameters, groups, states, explanations. */
import { MLArray, Value, zeros } from '@smol/mlarray'
import { replaceGradient } from '@smol/mlarray/kernels'
import { describe, expect, test } from 'vitest'
import { Adam, ASGD, cosine, LBFGS, oneCycle, SGD } from '../src/index.ts'
import { rows } from '../src/rows.ts'
import { optimizers } from './problem.ts'

const names = Object.keys(rows)
const LARGE = 300

/** An array of `size` numbers with a gradient that depends on the step. */
function withGradient(p: MLArray, step: number): void {
  const gradient = Float64Array.from({ length: p.size }, (_, i) => Math.sin(3 * i + step) + 0.1)
  replaceGradient(p, gradient)
}

function start(name: string, dtype: 'float64' | 'float32' = 'float64', size = 6): MLArray {
  const data = Float64Array.from({ length: size }, (_, i) => Math.cos(2 * i + 1))
  return new MLArray(data, { shape: name === 'Muon' ? [2, size / 2] : [size], dtype })
}

const bits = (p: MLArray): number[] => [...p.toTypedArray()]

describe('parameters', () => {
  test('arrays, Values, lists and objects of them; the same objects after the step', () => {
    const [w, b, v] = [new MLArray([1, 2]), new MLArray([3]), new Value(4)]
    const optimizer = new SGD({ layers: [{ w, b }], v }, { learningRate: 0.5 })
    w.sum().add(b.sum()).add(v).backward()
    optimizer.step()
    expect([w.toList(), b.toList(), v.data]).toEqual([[0.5, 1.5], [2.5], 3.5])
    expect(optimizer.groups[0]!.parameters).toEqual([w, b, v])
    optimizer.zeroGrad()
    expect([w.grad().toList(), v.grad]).toEqual([[0, 0], 0])
  })

  test('one that is named twice in a group counts once', () => {
    const w = new MLArray([1])
    const optimizer = new SGD([w, { tied: w }], { learningRate: 1 })
    w.sum().backward()
    optimizer.step()
    expect(w.item()).toBe(0)
  })

  test('elements of arrays and views do as parameters only where they are leaves', () => {
    const w = new MLArray([1, 2])
    expect(() => new SGD([w.at(0)])).toThrow(TypeError)
    expect(() => new SGD([w.mul(2)])).toThrow('the result of mul')
  })

  test.for(names)('%s: no gradient, no step, no decay', (name) => {
    const [used, unused] = [start(name), start(name)]
    const value = new Value(2)
    const others = name === 'Muon' ? [] : [value]
    const optimizer = new optimizers[name]!([used, unused, ...others])
    for (const step of [1, 2]) {
      withGradient(used, step)
      optimizer.step()
    }
    expect(bits(unused)).toEqual(bits(start(name)))
    expect(value.data).toBe(2)
    expect(Object.keys(optimizer.stateDict().state)).toEqual(['0'])
  })

  test('steps are counted for each parameter', () => {
    const [a, b] = [new MLArray([1]), new MLArray([1])]
    const optimizer = new Adam([a, b])
    withGradient(a, 1)
    optimizer.step()
    withGradient(b, 1)
    optimizer.step()
    const { state } = optimizer.stateDict()
    expect([state[0]!.step, state[1]!.step]).toEqual([2, 1])
    // The first step of Adam is the learning rate, whichever step of the others it is.
    expect(b.item()).toBeCloseTo(0.999, 8)
  })

  test('a gradient of 0 after one that was assigned moves it, too', () => {
    const v = new Value(1)
    const optimizer = new SGD(v, { learningRate: 1, momentum: 0.5 })
    for (const gradient of [1, 0]) {
      v.grad = gradient
      optimizer.step()
    }
    expect(v.data).toBe(-0.5)
  })

  test('a gradient of 0 that a pass has left moves a Value by its momentum', () => {
    const v = new Value(1)
    const optimizer = new SGD(v, { learningRate: 0.1, momentum: 0.5 })
    v.backward()
    optimizer.step()
    optimizer.zeroGrad()
    v.mul(0).backward()
    optimizer.step()
    expect(v.data).toBeCloseTo(1 - 0.1 - 0.05, 14)
  })

  test('a view that is not contiguous writes through', () => {
    const base = new MLArray([
      [1, 2],
      [3, 4],
    ])
    const view = new MLArray(base.detach().T)
    const optimizer = new SGD(view, { learningRate: 1 })
    view
      .mul(
        new MLArray(
          [
            [1, 10],
            [100, 1000],
          ],
          { requiresGrad: false },
        ),
      )
      .sum()
      .backward()
    optimizer.step()
    expect(view.toList()).toEqual([
      [0, -7],
      [-98, -996],
    ])
  })

  test('backward over a use before the step refuses', () => {
    const w = new MLArray([2])
    const y = w.mul(w).sum()
    y.backward()
    new SGD(w, { learningRate: 0.1 }).step()
    expect(() => y.backward()).toThrow('changed')
  })
})

describe('groups', () => {
  test('have settings of their own, also when added later', () => {
    const [a, b, c] = [new MLArray([0]), new MLArray([0]), new MLArray([0])]
    const optimizer = new SGD(
      [{ parameters: a }, { parameters: [b], learningRate: 2, weightDecay: 0 }],
      { learningRate: 1 },
    )
    optimizer.addGroup({ parameters: { c }, learningRate: 3 })
    a.add(b).add(c).sum().backward()
    optimizer.step()
    expect([a.item(), b.item(), c.item()]).toEqual([-1, -2, -3])
    optimizer.groups[1]!.set({ learningRate: 5 })
    expect(optimizer.learningRates()).toEqual([1, 5, 3])
    // As PyTorch has it; it would do nothing.
    expect(() => Object.assign(optimizer.groups[1]!, { learningRate: 7 })).toThrow('learningRate')
  })

  test('a schedule of an optimiser or of one group; t counts from 0', () => {
    const [a, b] = [new MLArray([0]), new MLArray([0])]
    const optimizer = new SGD([{ parameters: a }, { parameters: b }], { learningRate: 1 })
    optimizer.attach((t) => t + 1, { group: 1 })
    a.add(b).sum().backward()
    const rates: number[][] = []
    for (let t = 0; t < 3; t++) {
      rates.push(optimizer.learningRates())
      optimizer.step()
    }
    expect(rates).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
    ])
    optimizer.attach(cosine({ tMax: 2 }))
    optimizer.step()
    expect(optimizer.learningRates()).toEqual([0.5, 0.5])
  })

  test('momentum is cycled: beta1 of Adam', () => {
    const p = new MLArray([0])
    const schedule = oneCycle({ maxLearningRate: 1, totalSteps: 10 })
    const adam = new Adam(p, { schedule })
    expect(adam.groups[0]!.scheduled.beta1).toBe(0.95)
    withGradient(p, 1)
    for (let t = 0; t < 2; t++) adam.step()
    expect(adam.groups[0]!.scheduled.beta1).toBe(0.85)
    expect(adam.groups[0]!.scheduled.learningRate).toBe(1)
  })
})

describe.for(names)('%s', (name) => {
  test.for(['float64', 'float32'] as const)('%s: stopped, saved, loaded and continued', (dtype) => {
    const options = { schedule: cosine({ tMax: 15 }) }
    const steps = (p: MLArray, optimizer: { step(): boolean }, from: number, to: number): void => {
      for (let t = from; t < to; t++) {
        withGradient(p, t)
        optimizer.step()
      }
    }
    const p = start(name, dtype, LARGE)
    const whole = new optimizers[name]!(p, options)
    steps(p, whole, 0, 7)
    const saved = JSON.stringify(whole.stateDict())
    const q = new MLArray(p.toTypedArray(), { shape: p.shape, dtype })
    const resumed = new optimizers[name]!(q, options)
    resumed.loadStateDict(JSON.parse(saved))
    expect(JSON.stringify(resumed.stateDict())).toBe(saved)
    steps(p, whole, 7, 20)
    steps(q, resumed, 7, 20)
    expect(bits(q)).toEqual(bits(p))
  })

  // 6 numbers run in blocks, 300 in a generated loop where there is one, explanations on plain numbers.
  test.for([
    [6, {}],
    [LARGE, {}],
    [LARGE, { maximize: true }],
    [6, { weightDecay: 0.1 }],
    [LARGE, { weightDecay: 0.1 }],
  ] as const)('%i numbers, %o: explained as it is done, bit for bit', ([size, options]) => {
    if (name === 'Rprop' && 'weightDecay' in options) return
    for (const dtype of ['float64', 'float32'] as const) {
      const p = start(name, dtype, size)
      const optimizer = new optimizers[name]!(p, options)
      for (let t = 1; t <= 4; t++) {
        withGradient(p, t)
        const places = name === 'Muon' ? [0, 3] : Array.from({ length: size }, (_, i) => i)
        const told = places.map((i) => optimizer.explainUpdate(p, i))
        optimizer.step()
        const { slots } = optimizer.stateDict().state[0]!
        told.forEach((x, k) => {
          expect(x.after).toBe(bits(p)[places[k]!])
          for (const [slot, { after }] of Object.entries(x.slots))
            expect(after).toBe(Number(slots[slot]![places[k]!]))
        })
      }
    }
  })
})

test('an explanation as text', () => {
  const p = new MLArray([[1, 2]])
  const optimizer = new Adam(p, { weightDecay: 0.5 })
  withGradient(p, 0)
  replaceGradient(p, new Float64Array([0, 3]))
  expect(String(optimizer.explainUpdate(p, [0, 1]))).toMatchInlineSnapshot(`
    "Adam, step 1, number 1 of the parameter
    m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  θ ← θ − α m̂ / (√v̂ + ε),  m̂ = m/(1 − β₁ᵗ),  v̂ = v/(1 − β₂ᵗ)   (arXiv:1412.6980, algorithm 1; amsgrad: arXiv:1904.09237, algorithm 2)
      gradient         3
      weight decay     0.5 · 2
      expAvg           0 → 0.3999999999999999
      expAvgSq         0 → 0.016000000000000014
      biasCorrection1  0.09999999999999998
      biasCorrection2  0.0010000000000000009
      stepSize         0.010000000000000002
      denominator      4.00000001
      learning rate    0.001
      parameter        2 → 1.9990000000025"
  `)
  expect(optimizer.explainUpdate(p, [0, 1])).toMatchObject({
    optimizer: 'Adam',
    step: 1,
    gradient: 3,
    before: 2,
    slots: { expAvg: { before: 0, after: 0.3999999999999999 } },
  })
  optimizer.zeroGrad()
  expect(optimizer.explainUpdate(p, 0).text).toMatchInlineSnapshot(
    `"Adam, step 1, number 0 of the parameter: no gradient, so it is skipped and stays 1."`,
  )
})

test('LBFGS: stopped, saved, loaded and continued', () => {
  const run = (p: MLArray, optimizer: LBFGS, steps: number): void => {
    for (let i = 0; i < steps; i++) {
      optimizer.step(() => {
        optimizer.zeroGrad()
        const y = p.square().mul(p.add(1)).sum().add(p.cos().sum())
        y.backward()
        return y
      })
    }
  }
  for (const lineSearch of ['none', 'strongWolfe'] as const) {
    const p = new MLArray([0.3, 1, 0.8])
    const options = { lineSearch, maxIter: 2, learningRate: 0.1, historySize: 3 }
    const whole = new LBFGS(p, options)
    run(p, whole, 3)
    const q = new MLArray(p.toTypedArray())
    const resumed = new LBFGS(q, options)
    resumed.loadStateDict(JSON.parse(JSON.stringify(whole.stateDict())))
    run(p, whole, 3)
    run(q, resumed, 3)
    expect(bits(q)).toEqual(bits(p))
    expect(JSON.stringify(resumed.stateDict())).toBe(JSON.stringify(whole.stateDict()))
  }
})

test('numbers that JSON has not are saved too', () => {
  const p = new MLArray([1, 1, 1])
  const optimizer = new SGD(p, { momentum: 0.9 })
  replaceGradient(p, new Float64Array([-0, NaN, -Infinity]))
  optimizer.step()
  const state = JSON.parse(JSON.stringify(optimizer.stateDict()))
  expect(state.state[0].slots.momentumBuffer).toEqual([0, 'NaN', '-Infinity'])
  state.state[0].slots.momentumBuffer[0] = '-0'
  optimizer.loadStateDict(state)
  expect(optimizer.stateDict()).toEqual(state)
})

test('steps with gradients that are not finite are skipped and counted', () => {
  const [a, b] = [new MLArray([1]), new MLArray([1])]
  const optimizer = new SGD([a, b], { learningRate: 1, skipNonFinite: true, schedule: (t) => t })
  replaceGradient(a, new Float64Array([NaN]))
  replaceGradient(b, new Float64Array([1]))
  expect([optimizer.step(), optimizer.skippedSteps, b.item()]).toEqual([false, 1, 1])
  expect(optimizer.groups[0]!.scheduleStep).toBe(0)
  replaceGradient(a, new Float64Array([2]))
  expect([optimizer.step(), optimizer.skippedSteps]).toEqual([true, 1])
})

test('ASGD keeps the average of the parameters', () => {
  const p = new MLArray([1])
  const optimizer = new ASGD(p, { learningRate: 0.1, lambd: 0, t0: 0 })
  const seen: number[] = []
  for (let t = 1; t <= 4; t++) {
    replaceGradient(p, new Float64Array([t]))
    optimizer.step()
    seen.push(p.item())
  }
  const [first, second, third, fourth] = seen as [number, number, number, number]
  // μ = 1, 1, 1/2, 1/3: the first parameters are forgotten.
  const expected = (second + third + fourth) / 3
  expect(optimizer.stateDict().state[0]!.slots['average']![0]).toBeCloseTo(expected, 12)
  expect(first).toBe(0.9)
})

test('zero-size parameters', () => {
  const p = zeros([0, 3])
  replaceGradient(p, new Float64Array(0))
  expect(new Adam(p).step()).toBe(true)
})
