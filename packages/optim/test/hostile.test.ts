// Values that nobody should pass are refused in words of our own, and a refused call changes nothing.
import { MLArray, Value } from '@smol/mlarray'
import { assert, asyncProperty } from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as optim from '../src/index.ts'
import * as training from '../src/training.ts'
// @boundaries-ignore what tests share stands with the lowest package
import { callsOf, everyCall, isRefused, misplaced } from '../../value/test/fuzz/strange.ts'
import { cases, silentMethods, strange } from './fuzz/hostile.ts'

const any = (given: unknown): never => given as never

test('in place of every argument, option and element', async () => {
  const counts = { refused: 0, taken: 0 }
  let i = 0
  for (const call of everyCall(cases, strange))
    // One in seven, since optimisers have many settings; `pnpm fuzz` tries all, and two at a time.
    if (i++ % 7 === 0)
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other, since they may change what all see
      counts[(await isRefused(cases, strange, call)) ? 'refused' : 'taken']++
  // Both must occur, or the values teach nothing.
  expect(Math.min(counts.refused, counts.taken)).toBeGreaterThan(500)
})

test('in place of two of them', async () => {
  await assert(
    asyncProperty(callsOf(cases, strange), async (call) => {
      await isRefused(cases, strange, call)
    }),
    { numRuns: 500 },
  )
})

test('the stack of every refusal starts at the line of the call', async () => {
  const found = await misplaced(cases, strange, 7)
  // What a step of a training gives is known when no caller is on the stack any more.
  expect(found.filter((place) => !place.startsWith('train: '))).toEqual([])
  const refused = training.train(any({ epochs: -1 }))
  await expect(refused).rejects.toMatchObject({
    stack: expect.stringMatching(/^.*\n.*hostile\.test\.ts/),
  })
})

test('a mistake inside of what an optimiser calls is shown there', () => {
  const w = new MLArray([1, 2])
  function mistaken(): never {
    return w.reshape([3] as never) as never
  }
  const inside = { stack: expect.stringMatching(/^.*\n +at mistaken /) }
  expect(() => new optim.LBFGS(w).step(mistaken)).toThrow(expect.objectContaining(inside))
  const average = new optim.ExponentialMovingAverage(w)
  expect(() => average.with(mistaken)).toThrow(expect.objectContaining(inside))
})

test('everything that is exported is among them, with its methods', () => {
  const exported = { ...optim, ...training } as Readonly<Record<string, unknown>>
  expect(Object.keys(exported).length).toBeGreaterThan(30)
  expect(Object.keys(exported).filter((name) => !(name in cases))).toEqual([])
  const methods = Object.values(exported).flatMap((made) => {
    const found: string[] = []
    const start: unknown = (made as { prototype?: unknown }).prototype
    for (let owner = start as object | null; owner && owner !== Object.prototype;) {
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner)))
        if (typeof value === 'function') found.push(name)
      owner = Object.getPrototypeOf(owner) as object | null
    }
    return found
  })
  const tried = new Set([
    ...Object.keys(cases).map((name) => name.split(' ')[0]!),
    ...silentMethods,
  ])
  expect([...new Set(methods)].filter((name) => !tried.has(name))).toEqual([])
})

describe('states of others', () => {
  const saved = (): Record<string, unknown> => {
    const w = new MLArray([1, 2])
    const optimizer = new optim.Adam(w)
    w.sum().backward()
    optimizer.step()
    return JSON.parse(JSON.stringify(optimizer.stateDict())) as Record<string, unknown>
  }

  test.for([
    ['groups', undefined, 'groups is undefined, expected a list'],
    ['groups', [null], 'group 0 is null, expected an object'],
    ['state', null, 'state is null, expected an object'],
    ['state', { 0: { step: 1 } }, 'kept of parameter 0 is undefined, expected an object'],
    ['skippedSteps', -1, 'skippedSteps is -1, expected an integer'],
    ['optimizer', 'x'.repeat(1e6), 'the optimizer is "xxx'],
  ] as const)('%s: %j', ([name, given, told]) => {
    const optimizer = new optim.Adam(new MLArray([1, 2]))
    const before = JSON.stringify(optimizer.stateDict())
    expect(() => optimizer.loadStateDict(any({ ...saved(), [name]: given }))).toThrow(told)
    expect(JSON.stringify(optimizer.stateDict())).toBe(before)
  })

  test('with keys that an object has by itself', () => {
    const optimizer = new optim.Adam(new MLArray([1, 2]))
    const text = JSON.stringify(saved())
    const own = Object.getOwnPropertyNames(Object.prototype)
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const other = JSON.parse(text.replace('{"0":', `{"${name}":`)) as never
      expect(() => optimizer.loadStateDict(other)).toThrow(`the place of a parameter is ${name}`)
      const { metadata } = optim.stateToTensors(any(saved()))
      const tensors = Object.fromEntries([[`${name}.expAvg`, new MLArray([1])]])
      expect(() => optim.stateFromTensors(tensors, metadata)).toThrow(`a tensor is ${name}.expAvg`)
    }
    const slot = JSON.parse(text.replace('"expAvg"', '"__proto__"')) as optim.OptimizerState
    const { tensors, metadata } = optim.stateToTensors(slot)
    expect(Object.keys(tensors)).toContain('0.__proto__')
    expect(Object.keys(optim.stateFromTensors(tensors, metadata).state['0']!.slots)).toContain(
      '__proto__',
    )
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(own)
    expect(({} as Record<string, unknown>)['step']).toBeUndefined()
  })

  test('without what it goes on from', () => {
    const w = new MLArray([3])
    const slope = (): number => {
      w.zeroGrad()
      const loss = w.cosh().sum()
      loss.backward()
      return loss.item()
    }
    const lbfgs = new optim.LBFGS(w)
    const [nadam, asgd, sgd] = [new optim.NAdam(w), new optim.ASGD(w), new optim.SGD(w)]
    lbfgs.step(slope)
    for (const each of [nadam, asgd, sgd]) each.step()
    const names: [optim.Optimizer, string[]][] = [
      [lbfgs, ['direction', 'gradient', 'evaluations', 't', 's0']],
      [nadam, ['muProduct', 'expAvg', 'expAvgSq']],
      [asgd, ['eta', 'mu', 'average']],
    ]
    for (const [optimizer, parts] of names) {
      const before = JSON.stringify(optimizer.stateDict())
      for (const name of parts) {
        const without = JSON.parse(before.replace(`"${name}"`, '"other"')) as optim.OptimizerState
        expect(() => optimizer.loadStateDict(without)).toThrow(
          RegExp(`${name}( of parameter 0)? is undefined`),
        )
      }
      expect(JSON.stringify(optimizer.stateDict())).toBe(before)
    }
    // A momentum that was set after the last step has no buffer yet.
    sgd.groups[0]!.set({ momentum: 0.9 })
    expect(() => sgd.loadStateDict(sgd.stateDict())).not.toThrow()
  })
})

test('parameters that hold themselves, are none, or are missing', () => {
  const cyclic: unknown[] = [new MLArray([1])]
  cyclic.push(cyclic)
  let many: unknown = []
  for (let i = 0; i < 60; i++) many = [many, many]
  expect(() => new optim.SGD(any(cyclic))).toThrow('nested deeper than 64')
  expect(() => new optim.SGD(any(many))).toThrow('more than 262144 parts')
  const hole = Object.assign([], { 1: new MLArray([1]) })
  expect(() => new optim.SGD(any(hole))).toThrow('got undefined at [0]')
  for (const kind of [MLArray, Value])
    expect(() => new optim.SGD(any(Object.create(kind.prototype)))).toThrow(
      'SGD: expected MLArrays',
    )
})

test('a schedule is refused by all groups or by none', () => {
  const groups = [{ parameters: new MLArray([1]) }, { parameters: new MLArray([1]) }]
  const optimizer = new optim.SGD(groups)
  const cycling = optim.oneCycle({ maxLearningRate: 1, totalSteps: 9 })
  optimizer.attach(cycling)
  expect(() => optimizer.attach(any('x'))).toThrow('SGD: schedule must be a function')
  expect(optimizer.groups.map(({ schedule }) => schedule)).toEqual([cycling, cycling])
  const wrong = new optim.SGD(groups[0]!, { schedule: any(() => 'fast') })
  groups[0]!.parameters.sum().backward()
  expect(() => wrong.step()).toThrow('SGD: the schedule must give the learning rate as a number')
  expect(optim.cosineRestarts({ t0: 1, tMult: 2 })(Infinity, 1)).toBeNaN()
})

test('a training is told what its step must give', async () => {
  const run = (step: unknown): Promise<unknown> =>
    training.train({ epochs: 1, batches: [1], step: any(step) })
  await expect(run(() => new MLArray(1))).rejects.toThrow('item() is the number of an array.')
  await expect(run(() => 'low')).rejects.toThrow('train: step must give a number')
  await expect(run('x')).rejects.toThrow('train: step must be a function')
})

test('batches of as many positions as one likes need memory for one of them', () => {
  const [first] = training.batchIndices(2 ** 32 - 1, { size: 2 })
  expect(first).toEqual(Uint32Array.of(0, 1))
  expect(() => training.batchIndices(2 ** 32, { size: 2 })).toThrow('from 0 to 4294967295')
  expect(() => training.batchIndices(2 ** 28, { size: 2, shuffle: 1 })).toThrow(
    'shuffle must be left',
  )
  expect(() => training.batches(any({ length: 1e9 }), { size: 2 })).toThrow('expected a list')
})
