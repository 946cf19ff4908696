// Hostile values in place of everything that a user passes to this package: good calls of all that it exports.
import { Generator, MLArray, Value } from '@smol/mlarray'
import * as optim from '../../src/index.ts'
import * as training from '../../src/training.ts'
// @boundaries-ignore what tests share stands with the lowest package
import {
  common,
  type Case,
  type Cases,
  type Strange,
  Trap,
} from '../../../value/test/fuzz/strange.ts'

export const strange: Strange = {
  ...common,
  'a fake array': () => Object.create(MLArray.prototype) as unknown,
  'a fake Value': () => Object.create(Value.prototype) as unknown,
  value: () => new Value(1),
  array: () => new MLArray([1, 2]),
  'untracked array': () => new MLArray([1, 2], { requiresGrad: false }),
  result: () => new MLArray([1, 2]).exp(),
  'a fake optimiser': () => Object.create(optim.SGD.prototype) as unknown,
  optimiser: () => new optim.SGD(new MLArray([1, 2])),
  'a list of itself': () => {
    const x = new MLArray([1])
    return [x, x, [x]]
  },
  'function of an array': () => () => new MLArray([1]),
  'function of metrics': () => () => ({ loss: 'low' }),
  'function of no number': () => () => Number.NaN,
  'a word for a number': () => 'NaN',
}

type Call = (...given: unknown[]) => unknown
type Stepping = optim.Optimizer & { step(): unknown }
type Made = new (...given: unknown[]) => Stepping

/** Two parameters with gradients, and everything that a refused call must leave alone. */
function parameters(): { readonly w: MLArray; readonly b: Value; readonly state: () => string } {
  const [w, b] = [new MLArray([[1, 2], [3, 4]], { label: 'w' }), new Value(5, { label: 'b' })] // prettier-ignore
  w.square().sum().mul(b).backward()
  return { w, b, state: () => [String(w), String(w.grad()), String(b), w.label].join() }
}

/** An optimiser that has taken two steps. */
function started(make: (w: MLArray, b: Value) => Stepping) {
  const { w, b, state } = parameters()
  const optimizer = make(w, b)
  for (let i = 0; i < 2; i++) optimizer.step()
  return {
    w,
    b,
    optimizer,
    state: () => [state(), JSON.stringify(optimizer.stateDict()), optimizer.learningRates()].join(),
  }
}

const adam = () => started((w, b) => new optim.Adam([{ parameters: w }, { parameters: [b] }]))

const lbfgs = () => {
  const { w, b, state } = parameters()
  const optimizer = new optim.LBFGS([w, b], { maxIter: 2 })
  optimizer.step(() => {
    optimizer.zeroGrad()
    const loss = w.square().sum().add(b.square())
    loss.backward()
    return loss
  })
  return { w, b, optimizer, state: () => state() + JSON.stringify(optimizer.stateDict()) }
}

const on =
  (
    start: typeof adam,
    make: (own: ReturnType<typeof adam>) => {
      readonly args: readonly unknown[]
      readonly call: unknown
    },
  ) =>
  (): Case => {
    const own = start()
    const { args, call } = make(own)
    return { args, call: call as Call, state: own.state }
  }

// ---- Optimisers ----

const optimizers = Object.entries(optim).filter(([, made]) => isOptimizer(made)) as [string, Made][]

function isOptimizer(made: unknown): boolean {
  return typeof made === 'function' && made.prototype instanceof Object.getPrototypeOf(Object.getPrototypeOf(optim.SGD)) // prettier-ignore
}

const schedule = () => optim.oneCycle({ maxLearningRate: 1, totalSteps: 9, cycleMomentum: false })

/** All settings of an optimiser by their defaults, a schedule, and a step. */
function constructed(name: string, made: Made): [string, () => Case] {
  const fitting = (w: MLArray, b: Value): unknown => (name === 'Muon' ? [w] : { w, b })
  return [
    name,
    () => {
      const { w, b, state } = parameters()
      const settings = new made([new MLArray([[1]])]).groups[0]!.settings
      return {
        args: [fitting(w, b), { ...settings, skipNonFinite: false, schedule: schedule() }],
        call: (...given) => {
          const optimizer = new made(...given)
          if (name !== 'LBFGS') optimizer.step()
        },
        state,
      }
    },
  ]
}

const jsonOf = (optimizer: optim.Optimizer): unknown =>
  JSON.parse(JSON.stringify(optimizer.stateDict()))

const ofOptimizers: Cases = {
  ...Object.fromEntries(optimizers.map(([name, made]) => constructed(name, made))),
  'Adam of groups': () => {
    const { w, b, state } = parameters()
    return {
      args: [[{ parameters: [w], learningRate: 1, schedule: schedule() }, { parameters: { b } }]],
      call: (groups) => new optim.Adam(groups as never).step(),
      state,
    }
  },
  addGroup: on(adam, ({ optimizer }) => ({
    args: [{ parameters: [new MLArray([1])], beta1: 0.5, schedule: schedule() }],
    call: optimizer.addGroup.bind(optimizer),
  })),
  'set of a group': on(adam, ({ optimizer }) => {
    const [group] = optimizer.groups
    return { args: [{ learningRate: 2, amsgrad: true }], call: group!.set.bind(group) as unknown }
  }),
  'attach of a group': on(adam, ({ optimizer }) => {
    const [group] = optimizer.groups
    return { args: [schedule()], call: group!.attach.bind(group) as unknown }
  }),
  attach: on(adam, ({ optimizer }) => ({
    args: [schedule(), { group: 1 }],
    call: optimizer.attach.bind(optimizer),
  })),
  // The schedule of a user's own is asked in the step.
  'attach and step': on(adam, ({ optimizer }) => ({
    args: [() => 0.5],
    call: (given: never) => {
      const before = optimizer.stateDict()
      optimizer.attach(given)
      try {
        optimizer.step()
      } finally {
        optimizer.attach(undefined)
        optimizer.loadStateDict(before)
      }
    },
  })),
  loadStateDict: on(adam, ({ optimizer }) => ({
    args: [jsonOf(optimizer)],
    call: optimizer.loadStateDict.bind(optimizer),
  })),
  'loadStateDict of LBFGS': () => {
    const { optimizer, state } = lbfgs()
    const call = optimizer.loadStateDict.bind(optimizer) as Call
    return { args: [jsonOf(optimizer)], call, state }
  },
  explainUpdate: on(adam, ({ optimizer, w }) => ({
    args: [w, [1, 0]],
    call: (optimizer as optim.Adam).explainUpdate.bind(optimizer),
  })),
  'step of LBFGS': () => {
    const { w, state } = parameters()
    const optimizer = new optim.LBFGS(w, { maxIter: 2 })
    return { args: [() => 1], call: (closure) => optimizer.step(closure as never), state }
  },
}

// ---- Schedules ----

/** What makes a schedule, which is asked at good and strange times. */
const schedules = Object.fromEntries(
  Object.entries({
    constant: [{ factor: 0.5, totalIters: 3 }],
    step: [{ stepSize: 2, gamma: 0.5 }],
    multiStep: [{ milestones: [1, 2], gamma: 0.5 }],
    exponential: [{ gamma: 0.5 }],
    linear: [{ startFactor: 0.5, endFactor: 1, totalIters: 3 }],
    polynomial: [{ totalIters: 3, power: 2 }],
    cosine: [{ tMax: 3, etaMin: 0 }],
    cosineRestarts: [{ t0: 2, tMult: 2, etaMin: 0 }],
    lambda: [(): number => 1],
    sequential: [[(): number => 1, (): number => 2], [3]],
    warmup: [{ steps: 3, startFactor: 0.5 }, (): number => 1],
    oneCycle: [
      {
        maxLearningRate: 1,
        totalSteps: 9,
        pctStart: 0.3,
        anneal: 'cos',
        divFactor: 2,
        finalDivFactor: 2,
        threePhase: true,
        cycleMomentum: true,
        baseMomentum: 0.8,
        maxMomentum: 0.9,
      },
    ],
    cyclic: [
      {
        base: 1,
        max: 2,
        stepSizeUp: 3,
        stepSizeDown: 3,
        mode: 'expRange',
        gamma: 0.5,
        cycleMomentum: true,
        baseMomentum: 0.8,
        maxMomentum: 0.9,
      },
    ],
  }).map(([name, args]) => [
    name,
    (): Case => ({
      args,
      call: (...given) => {
        const made = (optim as unknown as Record<string, (...x: unknown[]) => optim.Schedule>)[name]!(...given) // prettier-ignore
        for (const t of [0, 1, 5, 9]) {
          made(t, 0.1)
          made.momentum?.(t)
        }
      },
    }),
  ]),
)

// ---- What works beside an optimiser ----

const plateau = { best: 1, badMetrics: 0, cooldown: 0 }

const others: Cases = {
  ReduceOnPlateau: on(adam, ({ optimizer }) => ({
    args: [
      optimizer,
      {
        mode: 'min',
        factor: 0.1,
        patience: 0,
        threshold: 0.1,
        thresholdMode: 'abs',
        cooldown: 0,
        minLearningRate: [0, 0],
        eps: 0,
        group: 1,
      },
    ],
    call: (...given: never[]) => new optim.ReduceOnPlateau(...(given as unknown as [never])),
  })),
  'step of ReduceOnPlateau': on(adam, ({ optimizer }) => {
    const watch = new optim.ReduceOnPlateau(optimizer)
    return { args: [1], call: watch.step.bind(watch) }
  }),
  'loadStateDict of ReduceOnPlateau': on(adam, ({ optimizer }) => {
    const watch = new optim.ReduceOnPlateau(optimizer)
    return { args: [plateau], call: watch.loadStateDict.bind(watch) }
  }),
  clipGradNorm: on(adam, ({ w, b }) => ({ args: [{ w, b }, 1, { normType: 2 }], call: optim.clipGradNorm })), // prettier-ignore
  clipGradValue: on(adam, ({ w, b }) => ({ args: [[w, b], 1], call: optim.clipGradValue })),
  ExponentialMovingAverage: on(adam, ({ w, b }) => ({
    args: [[w, b], { decay: 0.5 }],
    call: (...given: never[]) =>
      new optim.ExponentialMovingAverage(...(given as unknown as [never])).update(),
  })),
  'with of ExponentialMovingAverage': on(adam, ({ w }) => {
    const average = new optim.ExponentialMovingAverage(w)
    return { args: [() => 1], call: average.with.bind(average) }
  }),
  'loadStateDict of ExponentialMovingAverage': on(adam, ({ w, b }) => {
    const average = new optim.ExponentialMovingAverage([w, b])
    return {
      args: [JSON.parse(JSON.stringify(average.stateDict()))],
      call: average.loadStateDict.bind(average),
    }
  }),
  GradientAccumulation: on(adam, ({ optimizer }) => ({
    args: [optimizer, { steps: 2, average: true, beforeStep: () => {} }],
    call: (...given: never[]) =>
      new optim.GradientAccumulation(...(given as unknown as [never, never])),
  })),
  stateToTensors: on(adam, ({ optimizer }) => ({
    args: [jsonOf(optimizer)],
    call: optim.stateToTensors,
  })),
  stateFromTensors: on(adam, ({ optimizer }) => {
    const { tensors, metadata } = optim.stateToTensors(optimizer.stateDict())
    return { args: [{ ...tensors }, { ...metadata }], call: optim.stateFromTensors }
  }),
}

// ---- Training ----

/** The first batches only: there may be as many as a caller says. */
function first(made: Iterable<unknown>): void {
  let i = 0
  for (const batch of made) if (i++ > 2 && batch !== undefined) break
}

const batching = () => ({ size: 2, shuffle: new Generator(1), dropLast: true })

/** Ends what would go on for as long as a caller says. */
function few(): () => number {
  let left = 20
  return () => {
    if (left-- === 0) throw new Trap('enough')
    return 1
  }
}

const ofTraining: Cases = {
  batches: () => ({
    args: [[1, 2, 3], batching()],
    call: (data, options) => first(training.batches(data as never, options as never)),
  }),
  batchIndices: () => ({
    args: [5, { size: 2, shuffle: undefined, dropLast: false }],
    call: (count, options) => first(training.batchIndices(count as never, options as never)),
  }),
  train: () => ({
    args: [
      {
        epochs: 2,
        batches: [[1], [2]],
        step: few(),
        validate: () => ({ score: 1 }),
        callbacks: [few()],
        yieldEveryMs: 0,
      },
    ],
    // What iterates over the batches throws what it likes: here the engine, where their memory is gone.
    call: async (options) => {
      try {
        await training.train(options as never)
      } catch (error) {
        throw /detached/.test(String(error)) ? new Trap('gone') : error
      }
    },
  }),
  earlyStopping: on(adam, ({ w }) => ({
    args: [{ metric: 'loss', mode: 'min', patience: 1, minDelta: 0, restore: [w] }],
    call: (options: never) => {
      const stop = training.earlyStopping(options)
      void stop({ kind: 'epochEnd', metrics: { loss: 1 } } as never)
    },
  })),
}

export const cases: Cases = { ...ofOptimizers, ...schedules, ...others, ...ofTraining }

/** Methods that nobody passes anything to. */
export const silentMethods =
  'constructor stateDict learningRates zeroGrad checkSchedule update copyTo flush skips allocateSlot step'.split(
    ' ',
  )
