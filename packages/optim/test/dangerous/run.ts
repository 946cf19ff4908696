// What `dangerous.test.ts` runs in a process with little memory.
import { MLArray, Value, zeros } from '@smol/mlarray'
// @boundaries-ignore what tests share stands with the lowest package
import { any, deep, doubled, holes, tell, type Calls } from '../../../value/test/fuzz/dangerous.ts'
import * as optim from '../../src/index.ts'
import * as training from '../../src/training.ts'

type Made = new (parameters: never) => optim.Optimizer
type Make = (...given: unknown[]) => unknown

/** What all optimisers come from, whose class is not exported. */
const base = Object.getPrototypeOf(optim.LBFGS) as Made

const many = 1e15
const [long, nested] = [holes(), deep()]
const w = (): MLArray => new MLArray([1, 2])

const adam = (): optim.Adam => {
  const x = w()
  x.square().sum().backward()
  const made = new optim.Adam(x)
  made.step()
  return made
}

/** A state as somebody else may send it, with something in the place of one part. */
function stateWith(path: readonly (string | number)[], given: unknown): never {
  const state = JSON.parse(JSON.stringify(adam().stateDict())) as object
  let owner = state as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) owner = owner[key] as typeof owner
  owner[path.at(-1)!] = given
  return any(state)
}

const load = (path: readonly (string | number)[], given: unknown) => (): void =>
  adam().loadStateDict(stateWith(path, given))

/** The text of a state, in the place of its optimiser so many brackets. */
const textOf = (depth: number): string =>
  JSON.stringify(stateWith(['optimizer'], 0)).replace(
    '"optimizer":0',
    `"optimizer":${'['.repeat(depth)}${']'.repeat(depth)}`,
  )

/** Every optimiser and schedule, given what no machine can read through. */
function besides(what: string, x: never): Calls {
  const made = Object.entries(optim as unknown as Record<string, Made & Make>)
    .filter(([, f]) => f.prototype instanceof base)
    .flatMap(([name, Optimizer]) => [
      [`${name} of ${what}`, () => new Optimizer(x)] as const,
      [`${name} of groups of ${what}`, () => new Optimizer(any([{ parameters: x }]))] as const,
    ])
  const schedules =
    'constant step multiStep exponential linear polynomial cosine cosineRestarts lambda sequential warmup oneCycle cyclic'
      .split(' ')
      .map((name) => [
        `${name} of ${what}`,
        () => (optim as unknown as Record<string, Make>)[name]!(x, x),
      ])
  return Object.fromEntries([...made, ...schedules]) as Calls
}

/** A schedule at steps that no training reaches. */
const far = (schedule: optim.Schedule) => (): void => {
  for (const t of [many, 2 ** 53, 1e308, Infinity]) {
    schedule(t, 0.1)
    schedule.momentum?.(t)
  }
}

const batch = (made: Iterable<unknown>): unknown => made[Symbol.iterator]().next().value
const closure = (optimizer: optim.LBFGS, x: MLArray) => (): MLArray => {
  optimizer.zeroGrad()
  const loss = x.square().sum()
  loss.backward()
  return loss
}

await tell(
  {
    ...besides('holes', long),
    ...besides('deep lists', nested),
    ...besides('doubled lists', doubled()),
    'settings of holes': () => new optim.Muon(zeros([1, 1]), { coefficients: long }),
    'rounds without end': () => new optim.Muon(zeros([1, 1]), { newtonSchulzSteps: many }),
    'settings of deep lists': () => new optim.SGD(w(), { learningRate: nested }),
    'a group far out': () => adam().attach(() => 1, { group: many }),
    'an element far out': () => {
      const [x, y] = [w(), new optim.Adam(w())]
      return new optim.Adam(x).explainUpdate(x, [many, y.groups.length])
    },
    'an element of holes': () => {
      const x = w()
      return new optim.Adam(x).explainUpdate(x, long)
    },
    'milestones of holes': () => optim.multiStep({ milestones: long }),
    'milestones of deep lists': () => optim.multiStep({ milestones: nested }),
    'one schedule after holes': () => optim.sequential([() => 1, () => 2], long),
    'a cycle beyond its end': far(optim.oneCycle({ maxLearningRate: 1, totalSteps: 9 })),
    'state of holes': load(['state'], long),
    'groups of holes': load(['groups'], long),
    'groups of deep lists': load(['groups'], nested),
    'parameters of holes': load(['groups', 0, 'parameters'], long),
    'a shape of holes': load(['groups', 0, 'parameters', 0], long),
    'a shape of as many as there are': load(['groups', 0, 'parameters', 0], [many, many]),
    'settings from deep lists': load(['groups', 0, 'settings', 'beta1'], nested),
    'settings from holes': load(['groups', 0, 'settings', 'beta1'], long),
    'a parameter far out': load(['state', '9'.repeat(100)], { step: 1, kept: {}, slots: {} }),
    'a slot of holes': load(['state', 0, 'slots', 'expAvg'], long),
    'a slot of deep lists': load(['state', 0, 'slots', 'expAvg'], nested),
    'a slot of as many as one likes': load(['state', 0, 'slots', 'expAvg'], { length: many }),
    'steps far out': load(['state', 0, 'step'], 1e308),
    'skipped steps far out': load(['skippedSteps'], 1e308),
    'tensors of slots of holes': () =>
      optim.stateToTensors(stateWith(['state', 0, 'slots', 'expAvg'], long)),
    'tensors of deep slots': () => optim.stateToTensors(stateWith(['state', 0, 'slots'], nested)),
    'tensors of groups of holes': () => optim.stateToTensors(stateWith(['groups'], long)),
    'a text of brackets': () => optim.stateFromTensors({}, { state: '['.repeat(1e5) }),
    'a text of closed brackets': () => optim.stateFromTensors({}, { state: textOf(1e5) }),
    'tensors of holes': () => optim.stateFromTensors({ 'x.y': long }, { state: textOf(0) }),
    'what a plateau gives for holes': () =>
      new optim.ReduceOnPlateau(adam(), { minLearningRate: long }),
    'patience without end': () => new optim.ReduceOnPlateau(adam(), { patience: Infinity }),
    'a plateau of deep lists': () => new optim.ReduceOnPlateau(adam()).loadStateDict(nested),
    'clipping of holes': () => optim.clipGradNorm(long, 1),
    'clipping of deep lists': () => optim.clipGradValue(nested, 1),
    'averages of holes': () => new optim.ExponentialMovingAverage(long),
    'averages of doubled lists': () => new optim.ExponentialMovingAverage(doubled()),
    'accumulation without end': () => new optim.GradientAccumulation(adam(), { steps: Infinity }),
    'positions that are no 32 bits': () => training.batchIndices(many, { size: 2 }),
    'an order of all positions': () => training.batchIndices(2 ** 32 - 1, { size: 2, shuffle: 1 }),
    'an order of holes': () => training.batches(long, { size: 2, shuffle: 1 }),
    'a batch of all positions': () => batch(training.batchIndices(2 ** 32 - 1, { size: many })),
    'a batch of holes': () => batch(training.batches(long, { size: 2 ** 32 - 1 })),
    'data of what has a length': () => training.batches(any({ length: many }), { size: 2 }),
    'epochs without end': () => training.train({ epochs: Infinity, batches: [1], step: () => 1 }),
    'callbacks of holes': () =>
      training.train({ epochs: 1, batches: [1], step: () => 1, callbacks: long }),
    'stopping to restore holes': () => training.earlyStopping({ patience: 1, restore: long }),
    'stopping to restore deep lists': () =>
      training.earlyStopping({ patience: 1, restore: nested }),
  },
  {
    'a step far out': far(optim.step({ stepSize: 1 })),
    'restarts of one length': far(optim.cosineRestarts({ t0: 1 })),
    'restarts of twice the length': far(optim.cosineRestarts({ t0: 1, tMult: 2 })),
    'restarts that are rare': far(optim.cosineRestarts({ t0: 1, tMult: 2 ** 53 - 1 })),
    'short cycles': far(optim.cyclic({ base: 0, max: 1, stepSizeUp: 5e-324 })),
    'long cycles': far(optim.cyclic({ base: 0, max: 1, stepSizeUp: 1e308, mode: 'expRange' })),
    'a long line': far(optim.linear({ totalIters: 2 ** 53 - 1 })),
    'a long warmup': far(optim.warmup({ steps: 2 ** 53 - 1 })),
    'a long cycle': () => optim.oneCycle({ maxLearningRate: 1, totalSteps: 2 ** 53 - 1 })(many, 1),
    'as much history as one likes': () => {
      const x = w()
      const most = 2 ** 53 - 1
      const optimizer = new optim.LBFGS(x, { historySize: most, maxIter: most, maxEval: most })
      return optimizer.step(closure(optimizer, x))
    },
    'a norm of a huge power': () => {
      const x = w()
      x.square().sum().backward()
      return optim.clipGradNorm([x, new Value(1)], 1, { normType: 1e308 })
    },
    'a few of all positions': () => batch(training.batchIndices(2 ** 32 - 1, { size: 2 })),
    'a few of holes': () => batch(training.batches(long, { size: 2 })),
    'patience that is long': () => {
      const plateau = new optim.ReduceOnPlateau(adam(), { patience: 2 ** 53 - 1 })
      for (let i = 0; i < 9; i++) plateau.step(i)
    },
    'more epochs than anybody waits for': () => {
      let left = 9
      return training.train({
        epochs: 2 ** 53 - 1,
        batches: [1],
        step: () => 1,
        callbacks: [() => (--left > 0 ? undefined : 'stop')],
      })
    },
  },
)
