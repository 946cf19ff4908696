/** Every message, as a user meets it. */
import { inspect } from 'node:util'
import { MLArray, Value } from '@smol/mlarray'
import { expect, test } from 'vitest'
import * as optim from '../src/index.ts'
import { batches, batchIndices, earlyStopping, train } from '../src/training.ts'

const w = (): MLArray => new MLArray([1, 2])

function messageOf(fn: () => unknown): string {
  try {
    fn()
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
  return 'no error'
}

test('options', () => {
  const messages = [
    () => new optim.Adam(w(), { learningRate: -0.1 }),
    () => new optim.Adam(w(), { learningRate: NaN }),
    () => new optim.Adam(w(), { learningRate: '0.1' as never }),
    () => new optim.Adam(w(), { beta1: 1 }),
    () => new optim.Adam(w(), { eps: -1 }),
    () => new optim.Adam(w(), { amsgrad: 1 as never }),
    () => new optim.Adam(w(), { lr: 1 } as never),
    () => new optim.Adam(w(), { skipNonFinite: 1 as never }),
    () => new optim.Adam([{ parameters: w(), beta2: 2 }]),
    () => new optim.SGD(w(), { momentum: -1 }),
    () => new optim.SGD(w(), { nesterov: true }),
    () => new optim.SGD(w(), { nesterov: true, momentum: 0.9, dampening: 0.1 }),
    () => new optim.Adadelta(w(), { rho: 1.5 }),
    () => new optim.Rprop(w(), { etaMinus: 1 }),
    () => new optim.Rprop(w(), { etaPlus: 1 }),
    () => new optim.Muon(new MLArray([[1]]), { newtonSchulzSteps: 100 }),
    () => new optim.Muon(new MLArray([[1]]), { coefficients: [1, 2] as never }),
    () => new optim.Muon(new MLArray([[1]]), { adjustment: 'none' as never }),
    () => new optim.LBFGS(w(), { historySize: 0 }),
    () => new optim.LBFGS(w(), { lineSearch: 'wolfe' as never }),
  ].map(messageOf)
  expect(messages).toMatchInlineSnapshot(`
    [
      "RangeError: Adam: learningRate must be ≥ 0, got -0.1.",
      "RangeError: Adam: learningRate must be ≥ 0, got NaN.",
      "RangeError: Adam: learningRate must be ≥ 0, got the string "0.1".",
      "RangeError: Adam: beta1 must be ≥ 0 and < 1, got 1.",
      "RangeError: Adam: eps must be ≥ 0, got -1.",
      "RangeError: Adam: amsgrad must be true or false, got 1.",
      "TypeError: Adam: there is no option lr; the options are learningRate, beta1, beta2, eps, weightDecay, amsgrad, maximize, schedule, skipNonFinite.",
      "RangeError: Adam: skipNonFinite must be true or false, got 1.",
      "RangeError: Adam: beta2 must be ≥ 0 and < 1, got 2.",
      "RangeError: SGD: momentum must be ≥ 0, got -1.",
      "RangeError: SGD: nesterov needs a momentum > 0 and a dampening of 0, got 0 and 0.",
      "RangeError: SGD: nesterov needs a momentum > 0 and a dampening of 0, got 0.9 and 0.1.",
      "RangeError: Adadelta: rho must be from 0 to 1, got 1.5.",
      "RangeError: Rprop: etaMinus must be > 0 and < 1, got 1.",
      "RangeError: Rprop: etaPlus must be > 1, got 1.",
      "RangeError: Muon: newtonSchulzSteps must be an integer from 0 to 99, got 100.",
      "RangeError: Muon: coefficients must be three numbers, got [1, 2].",
      "RangeError: Muon: adjustment must be 'original' or 'matchRmsAdamW', got the string "none".",
      "RangeError: LBFGS: historySize must be an integer ≥ 1, got 0.",
      "RangeError: LBFGS: lineSearch must be 'none' or 'strongWolfe', got the string "wolfe".",
    ]
  `)
})

test('an error carries what it says', () => {
  expect(() => new optim.Adam(w(), { beta1: 2 })).toThrow(
    expect.objectContaining({ op: 'Adam', option: 'beta1', given: 2 }),
  )
})

test('parameters', () => {
  const p = w()
  const messages = [
    () => new optim.SGD([]),
    () => new optim.SGD([p, 3 as never]),
    () => new optim.SGD({ layers: [{ bias: null as never }] }),
    () => new optim.SGD(new Map() as never),
    () => new optim.SGD({ w: new MLArray([1], { requiresGrad: false }) }),
    () => new optim.SGD([new Value(1, { requiresGrad: false, label: 'rate' })]),
    () => new optim.SGD([p.mul(2)]),
    () => new optim.SGD([new Value(1).exp()]),
    () => new optim.SGD([{ parameters: p }, { parameters: [p] }]),
    () => new optim.SGD([{ parameters: p }, w()] as never),
    () => new optim.Muon({ b: p }),
    () => new optim.SGD(p).explainUpdate(w()),
    () => new optim.SGD(p).explainUpdate(p, 2),
    () => new optim.SGD(p).explainUpdate(p, [0, 0]),
    () => optim.clipGradNorm([], 1),
    () => new optim.SGD(new Set([w()]) as never),
    () => new optim.SGD([w()].values() as never),
    () => new optim.SGD(new Float64Array(2) as never),
    () =>
      new optim.SGD([
        new (class Net {
          w = w()
        })(),
      ] as never),
    () => new optim.SGD(new Date(0) as never),
    () => new optim.SGD([{ parameters: w(), lr: 1 }] as never),
    () => new optim.SGD(w()).step(),
    () => new optim.LBFGS(w()).step(() => 1),
    () => new optim.LBFGS(w()).step(() => w()),
  ].map(messageOf)
  expect(messages).toMatchInlineSnapshot(`
    [
      "TypeError: SGD: there are no parameters: the list is empty.",
      "TypeError: SGD: expected MLArrays, Values, or lists and plain objects of them, got 3 at [1].",
      "TypeError: SGD: expected MLArrays, Values, or lists and plain objects of them, got null at layers[0].bias.",
      "TypeError: SGD: expected MLArrays, Values, or lists and plain objects of them, got an object (Map). [...map.values()] is a list of its parts.",
      "TypeError: SGD: parameter w is untracked, as by requiresGrad: false, noGrad or detach(). A new MLArray or Value of its data is tracked.",
      "TypeError: SGD: parameter rate is untracked, as by requiresGrad: false, noGrad or detach(). A new MLArray or Value of its data is tracked.",
      "TypeError: SGD: parameter [0] is the result of mul; only what was not computed can be a parameter. detach() and a new MLArray or Value make one.",
      "TypeError: SGD: parameter [0] is the result of exp; only what was not computed can be a parameter. detach() and a new MLArray or Value make one.",
      "TypeError: SGD: parameter 0 is in another group already.",
      "TypeError: SGD: a list holds either parameters or groups ({ parameters, …options }), not both.",
      "RangeError: Muon: parameter 0 must be a matrix, got shape [2]; another optimiser can take the others.",
      "TypeError: SGD: this optimiser has no such parameter.",
      "RangeError: explainUpdate: index must be an integer from 0 to 1, got 2.",
      "RangeError: explainUpdate: index must be an integer from 0 to 1, got [0, 0].",
      "TypeError: clipGradNorm: there are no parameters: the list is empty.",
      "TypeError: SGD: expected MLArrays, Values, or lists and plain objects of them, got an object (Set). [...parameters] makes a list of it.",
      "TypeError: SGD: expected MLArrays, Values, or lists and plain objects of them, got an object (Iterator). [...parameters] makes a list of it.",
      "TypeError: SGD: expected MLArrays, Values, or lists and plain objects of them, got an object (Float64Array).",
      "TypeError: SGD: expected MLArrays, Values, or lists and plain objects of them, got an object (Net) at [0]. Object.values(model) is a list of its fields.",
      "TypeError: SGD: expected MLArrays, Values, or lists and plain objects of them, got an object (Date).",
      "TypeError: SGD: there is no option lr; the options are parameters, learningRate, momentum, dampening, weightDecay, nesterov, maximize, schedule.",
      "TypeError: SGD: no parameter has a gradient. A step comes after backward() of what was computed from them, and before zeroGrad().",
      "TypeError: LBFGS: no parameter has a gradient. A step comes after backward() of what was computed from them, and before zeroGrad().",
      "TypeError: LBFGS: expected the loss as a number, got an object (MLArray) of shape [2].",
    ]
  `)
})

test('schedules', () => {
  const sgd = (): optim.SGD => new optim.SGD(w())
  const cycle = optim.oneCycle({ maxLearningRate: 1, totalSteps: 3 })
  const messages = [
    () => optim.step({} as never),
    () => optim.step({ stepSize: 0 }),
    () => optim.multiStep({ milestones: [1.5] }),
    () => optim.linear({ startFactor: 0 }),
    () => optim.cosine({ tMax: 0 }),
    () => optim.cosineRestarts({ t0: 0 }),
    () => optim.cosineRestarts({ t0: 1, tMult: 1.5 }),
    () => optim.oneCycle({ maxLearningRate: 1, totalSteps: 3, anneal: 'quadratic' as never }),
    () => optim.oneCycle({ maxLearningRate: 1, totalSteps: 3, pctStart: 2 }),
    () => optim.cyclic({ base: 1, max: 2, mode: 'exp' as never }),
    () => optim.warmup({ steps: -1 }),
    () => optim.warmup({ steps: 1 }, 3 as never),
    () => optim.lambda(0.5 as never),
    () => optim.sequential([optim.constant()], [3]),
    () => new optim.SGD(w(), { schedule: optim.lambda(() => NaN) }).learningRates(),
    () =>
      new optim.SGD(w(), {
        schedule: Object.assign(() => 1, { momentum: () => NaN }),
      }).learningRates(),
    () => optim.sequential([optim.constant(), optim.constant()], [0]),
    () => cycle(4, 1),
    () => sgd().attach(0.1 as never),
    () => sgd().attach(optim.constant(), { group: 1 }),
    () => new optim.AdaGrad(w(), { schedule: cycle }),
    () => new optim.ReduceOnPlateau(sgd(), { factor: 1 }),
    () => new optim.ReduceOnPlateau(sgd(), { group: 2 }),
    () => new optim.ReduceOnPlateau(sgd(), { minLearningRate: [0, 1] }),
    () => new optim.ReduceOnPlateau(sgd()).step('1' as never),
  ].map(messageOf)
  expect(messages).toMatchInlineSnapshot(`
    [
      "RangeError: step: stepSize must be an integer ≥ 1, got undefined.",
      "RangeError: step: stepSize must be an integer ≥ 1, got 0.",
      "RangeError: multiStep: milestones must be a list of integers ≥ 0, got [1.5].",
      "RangeError: linear: startFactor must be > 0 and ≤ 1, got 0.",
      "RangeError: cosine: tMax must be an integer ≥ 1, got 0.",
      "RangeError: cosineRestarts: t0 must be an integer ≥ 1, got 0.",
      "RangeError: cosineRestarts: tMult must be an integer ≥ 1, got 1.5.",
      "RangeError: oneCycle: anneal must be 'cos' or 'linear', got the string "quadratic".",
      "RangeError: oneCycle: pctStart must be from 0 to 1, got 2.",
      "RangeError: cyclic: mode must be 'triangular', 'triangular2' or 'expRange', got the string "exp".",
      "RangeError: warmup: steps must be an integer ≥ 0, got -1.",
      "TypeError: warmup: schedule must be a function of the step and the learning rate, got 3.",
      "TypeError: lambda: schedule must be a function of the step and the learning rate, got 0.5.",
      "RangeError: sequential: 1 schedules need 0 ascending milestones, got [3].",
      "TypeError: SGD: the schedule must give the learning rate as a number, got NaN.",
      "TypeError: SGD: the schedule must give the momentum as a number, got NaN.",
      "RangeError: sequential: 2 schedules need 1 ascending milestones, got [0].",
      "RangeError: oneCycle: step 4 is beyond totalSteps, 3.",
      "TypeError: SGD: schedule must be a function of the step and the learning rate, got 0.1.",
      "RangeError: SGD: group must be an integer from 0 to 0, got 1.",
      "TypeError: AdaGrad: the schedule cycles momentum, and there is neither momentum nor beta1; cycleMomentum: false leaves it alone.",
      "RangeError: ReduceOnPlateau: factor must be ≥ 0 and < 1, got 1.",
      "RangeError: ReduceOnPlateau: group must be an integer from 0 to 0, got 2.",
      "RangeError: ReduceOnPlateau: minLearningRate must be a list of 1, got [0, 1].",
      "TypeError: ReduceOnPlateau: expected the metric as a number, got the string "1".",
    ]
  `)
})

test('states that do not fit change nothing', () => {
  const sgd = new optim.SGD(w(), { momentum: 0.9 })
  const state = sgd.stateDict()
  const slots = { step: 1, kept: {}, slots: { momentumBuffer: [1] } }
  const messages = [
    () => new optim.Adam(w()).loadStateDict(state),
    () => sgd.loadStateDict(JSON.stringify(state) as never),
    () => new optim.ExponentialMovingAverage(w()).loadStateDict('{}' as never),
    () => new optim.ReduceOnPlateau(sgd).loadStateDict('{}' as never),
    () => new optim.SGD([{ parameters: w() }, { parameters: w() }]).loadStateDict(state),
    () => new optim.SGD([w(), w()]).loadStateDict(state),
    () => new optim.SGD(new MLArray([1])).loadStateDict(state),
    () => sgd.loadStateDict({ ...state, state: { 0: slots } }),
    () =>
      sgd.loadStateDict({
        ...state,
        state: { 0: { ...slots, slots: { momentumBuffer: [1, 'a'] } } },
      } as never),
    () => sgd.loadStateDict({ ...state, state: { 0: { ...slots, step: -1, slots: {} } } }),
    () => sgd.loadStateDict({ ...state, state: { 7: slots } }),
    () => sgd.loadStateDict({ ...state, groups: [{ ...state.groups[0]!, settings: {} }] }),
    () =>
      sgd.loadStateDict({
        ...state,
        groups: [{ ...state.groups[0]!, settings: { ...state.groups[0]!.settings, momentum: -1 } }],
      }),
    () => new optim.ExponentialMovingAverage(w()).loadStateDict({ updates: 1, averages: [] }),
    () => new optim.ExponentialMovingAverage(w()).loadStateDict({ updates: -1, averages: [] }),
    () =>
      new optim.ReduceOnPlateau(sgd).loadStateDict({
        best: 'x' as never,
        badMetrics: 0,
        cooldown: 0,
      }),
  ].map(messageOf)
  expect(messages).toMatchInlineSnapshot(`
    [
      "RangeError: Adam: the state does not fit: the optimizer is SGD, expected Adam.",
      "RangeError: SGD: the state does not fit: it is the text "{\\"optimizer\\":\\"SGD\\",\\"state\\":{},\\"groups\\":[", expected an object.",
      "RangeError: ExponentialMovingAverage: the state does not fit: it is the text "{}", expected an object.",
      "RangeError: ReduceOnPlateau: the state does not fit: it is the text "{}", expected an object.",
      "RangeError: SGD: the state does not fit: the number of groups is 1, expected 2.",
      "RangeError: SGD: the state does not fit: the number of parameters of group 0 is 1, expected 2.",
      "RangeError: SGD: the state does not fit: the shape of parameter 0 of group 0 is [2], expected [1].",
      "RangeError: SGD: the state does not fit: the length of momentumBuffer of parameter 0 is 1, expected 2.",
      "RangeError: SGD: the state does not fit: momentumBuffer of parameter 0 is "a", expected a number.",
      "RangeError: SGD: the state does not fit: the step of parameter 0 is -1, expected an integer.",
      "RangeError: SGD: the state does not fit: the place of a parameter is 7, expected less than 1.",
      "RangeError: SGD: the state does not fit: the list of settings is , expected dampening, learningRate, maximize, momentum, nesterov, weightDecay.",
      "RangeError: SGD: momentum must be ≥ 0, got -1.",
      "RangeError: ExponentialMovingAverage: the state does not fit: the number of parameters is 0, expected 1.",
      "RangeError: ExponentialMovingAverage: the state does not fit: updates is -1, expected an integer.",
      "RangeError: ReduceOnPlateau: the state does not fit: best is "x", expected a number.",
    ]
  `)
  expect(sgd.stateDict()).toEqual(state)
})

test('tools and training', async () => {
  const sgd = new optim.SGD(w())
  const lbfgs = new optim.LBFGS(w())
  const messages = [
    () => optim.clipGradNorm(w(), -1),
    () => optim.clipGradNorm(w(), 1, { normType: NaN }),
    () => optim.clipGradValue(w(), -1),
    () => new optim.ExponentialMovingAverage(w(), { decay: 2 }),
    () => new optim.GradientAccumulation(sgd, { steps: 0 }),
    () => new optim.GradientAccumulation(sgd, { steps: 1, average: 1 as never }),
    () => new optim.GradientAccumulation(lbfgs as never, { steps: 1 }),
    () => new optim.GradientAccumulation(sgd, { steps: 1, beforeStep: 1 as never }),
    () => lbfgs.step(undefined as never),
    () => lbfgs.step((() => 'loss') as never),
    () => lbfgs.addGroup({ parameters: w() }),
    () => batches(3 as never, { size: 1 }),
    () => batches([1], { size: 0 }),
    () => batches([1], { size: 1, dropLast: 1 as never }),
    () => batchIndices(-1, { size: 1 }),
    () => earlyStopping({ mode: 'least' as never }),
    () => earlyStopping({ patience: -1 }),
    () => earlyStopping({ minDelta: -1 }),
  ].map(messageOf)
  expect(messages).toMatchInlineSnapshot(`
    [
      "RangeError: clipGradNorm: maxNorm must be ≥ 0, got -1.",
      "RangeError: clipGradNorm: normType must be a number, got NaN.",
      "RangeError: clipGradValue: limit must be ≥ 0, got -1.",
      "RangeError: ExponentialMovingAverage: decay must be from 0 to 1, got 2.",
      "RangeError: GradientAccumulation: steps must be an integer ≥ 1, got 0.",
      "RangeError: GradientAccumulation: average must be true or false, got 1.",
      "TypeError: GradientAccumulation: expected an optimiser of this package whose step takes no closure, got an object (LBFGS).",
      "TypeError: GradientAccumulation: beforeStep must be a function, got 1.",
      "TypeError: LBFGS: step needs a function that clears the gradients, computes the loss, calls backward() and returns the loss; got undefined.",
      "TypeError: LBFGS: expected the loss as a number, got the string "loss".",
      "TypeError: LBFGS: takes one group of parameters only.",
      "TypeError: batches: expected a list or typed array of items, got 3.",
      "RangeError: batches: size must be an integer ≥ 1, got 0.",
      "RangeError: batches: dropLast must be true or false, got 1.",
      "RangeError: batchIndices: count must be an integer from 0 to 4294967295, got -1.",
      "RangeError: earlyStopping: mode must be 'min' or 'max', got the string "least".",
      "RangeError: earlyStopping: patience must be an integer ≥ 0, got -1.",
      "RangeError: earlyStopping: minDelta must be ≥ 0, got -1.",
    ]
  `)
  const one = { epochs: 1, batches: [1], step: (): number => 1 }
  await expect(train({ ...one, epochs: -1 })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[RangeError: train: epochs must be an integer ≥ 0, got -1.]`,
  )
  await expect(train({ ...one, yieldEveryMs: -1 })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[RangeError: train: yieldEveryMs must be ≥ 0, got -1.]`,
  )
  await expect(
    train({ ...one, callbacks: [earlyStopping({ metric: 'accuracy' })] }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[RangeError: earlyStopping: there is no metric accuracy; this epoch has loss.]`,
  )
  await expect(
    train({ ...one, step: () => ({ loss: 1, error: new MLArray(1) as never }) }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[TypeError: train: step must give a number, an object of numbers, or nothing, got an object (MLArray) as error. item() is the number of an array.]`,
  )
  await expect(
    train({ ...one, validate: () => [1] as never }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[TypeError: train: validate must give an object of numbers, or nothing, got [1].]`,
  )
  await expect(
    train({ ...one, validate: () => 2 as never }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[TypeError: train: validate must give an object of numbers, or nothing, got 2.]`,
  )
  await expect(train({ ...one, step: () => new MLArray(1).mul(2) as never })).rejects.toSatisfy(
    (error: { given?: unknown }) =>
      error.given instanceof MLArray &&
      !inspect(error, { customInspect: false }).includes('storage'),
  )
  const once = (): Iterable<number> => [1, 2].values()
  await expect(train({ ...one, batches: once() })).resolves.toMatchObject({ totalSteps: 2 })
  await expect(
    train({ ...one, batches: once(), epochs: 3 }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[TypeError: train: batches are an iterator, which gives them once, and there are 3 epochs. A list, batches() or an object with [Symbol.iterator] gives them in each.]`,
  )
})
