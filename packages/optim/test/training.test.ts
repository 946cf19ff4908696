/** The training loop: what it calls, in which order, and what it tells. */
import { Generator, MLArray } from '@smol/mlarray'
import { describe, expect, test } from 'vitest'
import {
  Adam,
  clipGradNorm,
  cosine,
  ExponentialMovingAverage,
  ReduceOnPlateau,
  SGD,
  warmup,
} from '../src/index.ts'
import { batches, batchIndices, earlyStopping, train, type Progress } from '../src/training.ts'

const toLists = (all: Iterable<ArrayLike<number>>): number[][] =>
  Array.from(all, (batch) => Array.from(batch))

describe('batches', () => {
  test('in order, with and without the last', () => {
    const data = [10, 20, 30, 40, 50]
    const all = batches(data, { size: 2 })
    expect([all.length, toLists(all)]).toEqual([3, [[10, 20], [30, 40], [50]]])
    const full = batches(Float32Array.from(data), { size: 2, dropLast: true })
    expect([full.length, toLists(full)]).toEqual([
      2,
      [
        [10, 20],
        [30, 40],
      ],
    ])
    expect(toLists(batches([], { size: 3 }))).toEqual([])
  })

  test('shuffled: every item once, anew in each epoch, the same from the same seed', () => {
    const epochs = (): number[][] => {
      const shuffled = batchIndices(50, { size: 8, shuffle: 3 })
      return [toLists(shuffled).flat(), toLists(shuffled).flat()]
    }
    const [first, second] = epochs() as [number[], number[]]
    expect(first.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(first).not.toEqual(second)
    expect(epochs()).toEqual([first, second])
    const generator = new Generator(3)
    expect(toLists(batchIndices(50, { size: 8, shuffle: generator })).flat()).toEqual(first)
  })

  test('every order is equally likely', () => {
    const counts = new Map<string, number>()
    const shuffled = batchIndices(3, { size: 3, shuffle: 1 })
    for (let i = 0; i < 6000; i++) {
      const key = String(toLists(shuffled))
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})

describe('train', () => {
  test('learns, and returns the means of each epoch', async () => {
    const w = new MLArray([0])
    const optimizer = new SGD(w, { learningRate: 0.1 })
    const history = await train({
      epochs: 30,
      batches: batches([1, 2, 3], { size: 2, shuffle: 1 }),
      step(batch) {
        const loss = w
          .sub(new MLArray(batch, { requiresGrad: false }))
          .square()
          .mean()
        optimizer.zeroGrad()
        loss.backward()
        optimizer.step()
        return loss.item()
      },
      validate: () => ({ distance: Math.abs(w.item() - 2) }),
    })
    expect([history.epochs.length, history.totalSteps, history.stopped]).toEqual([30, 60, false])
    expect(history.epochs.at(-1)!['distance']).toBeLessThan(0.5)
    expect(history.epochs[0]!['loss']).toBeGreaterThan(history.epochs.at(-1)!['loss']!)
  })

  test('means are weighted by the sizes of batches', async () => {
    const { epochs } = await train({
      epochs: 1,
      batches: batches([1, 2, 6], { size: 2 }),
      step: (batch) => batch.reduce((sum, x) => sum + x, 0) / batch.length,
    })
    expect(epochs).toEqual([{ loss: 3 }])
  })

  test('tells what happens, for a bar', async () => {
    const told: Progress[] = []
    await train({
      epochs: 2,
      batches: batches([1, 2, 3], { size: 2 }),
      step: (_batch, { step }) => ({ at: step }),
      callbacks: [(progress) => void told.push(progress)],
      yieldEveryMs: 0,
    })
    const kinds = ['epochStart', 'step', 'step', 'epochEnd']
    expect(told.map(({ kind }) => kind)).toEqual(['start', ...kinds, ...kinds, 'end'])
    expect(told[3]).toMatchObject({
      epoch: 1,
      epochs: 2,
      step: 2,
      stepsPerEpoch: 2,
      totalSteps: 2,
      metrics: { at: 1 },
      means: { at: 1 / 3 },
    })
    expect(told[3]!.remainingMs).toBeCloseTo(told[3]!.elapsedMs, 6)
    expect(told[0]!.remainingMs).toBeUndefined()
  })

  test('yields between steps when asked, and only then', async () => {
    const ticks = async (yieldEveryMs?: number): Promise<number> => {
      let count = 0
      const timer = setInterval(() => count++, 0)
      const until = (ms: number): void => {
        const end = Date.now() + ms
        while (Date.now() < end);
      }
      const step = (): void => until(4)
      await train({
        epochs: 1,
        batches: [1, 2, 3, 4, 5],
        step,
        ...(yieldEveryMs === undefined ? {} : { yieldEveryMs }),
      })
      clearInterval(timer)
      return count
    }
    expect(await ticks()).toBe(0)
    expect(await ticks(1)).toBeGreaterThan(0)
  })

  test('a callback stops it', async () => {
    const history = await train({
      epochs: 5,
      batches: [1, 2, 3],
      step: () => 1,
      callbacks: [({ totalSteps }) => (totalSteps === 4 ? 'stop' : undefined)],
    })
    expect([history.totalSteps, history.stopped, history.epochs.length]).toEqual([4, true, 2])
  })

  test('early stopping restores the best parameters', async () => {
    const w = new MLArray([0])
    const losses = [3, 2, 1, NaN, 1, 1, 0]
    const history = await train({
      epochs: 7,
      batches: [0],
      step: (_batch, { epoch }) => {
        w.assign([epoch])
        return losses[epoch - 1]!
      },
      callbacks: [earlyStopping({ patience: 2, restore: w })],
    })
    expect([history.epochs.length, history.stopped, w.item()]).toEqual([6, true, 3])
  })

  test('early stopping says which epoch was the best, and starts anew with a training', async () => {
    const w = new MLArray([0])
    const stopping = earlyStopping({ metric: 'score', mode: 'max', patience: 1, restore: w })
    expect([stopping.best, stopping.bestEpoch]).toEqual([-Infinity, 0])
    const run = async (scores: readonly number[]): Promise<readonly number[]> => {
      const { epochs } = await train({
        epochs: scores.length,
        batches: [0],
        step: (_batch, { epoch }) => {
          w.assign([10 * epoch])
          return { score: scores[epoch - 1]! }
        },
        callbacks: [stopping],
      })
      return [epochs.length, stopping.best, stopping.bestEpoch, w.item()]
    }
    expect(await run([5, 9, 8, 7, 99])).toEqual([4, 9, 2, 20])
    expect(await run([1, 2, 3])).toEqual([3, 3, 3, 30])
    expect(await run([NaN, NaN, NaN])).toEqual([2, -Infinity, 0, 30])
    expect(earlyStopping().best).toBe(Infinity)
  })

  test('stopped as an epoch begins, it has not been', async () => {
    const generator = new Generator(3)
    const before = generator.state
    const { epochs, totalSteps, stopped } = await train({
      epochs: 5,
      batches: batches([1, 2, 3], { size: 2, shuffle: generator }),
      step: () => 1,
      validate: () => ({ score: 1 }),
      callbacks: [({ kind }) => (kind === 'epochStart' ? 'stop' : undefined), earlyStopping()],
    })
    expect([epochs, totalSteps, stopped]).toEqual([[], 0, true])
    expect(generator.state).toEqual(before)
  })
})

describe('what stands around a step', () => {
  /** Everything that a training goes on from, and what it has come to. */
  function trainingOf() {
    const w = new MLArray([0.3, -0.2])
    const random = new Generator(5)
    const schedule = warmup({ steps: 4 }, cosine({ tMax: 60 }))
    const optimizer = new Adam(w, { learningRate: 0.05, schedule })
    const average = new ExponentialMovingAverage(w, { decay: 0.9 })
    const plateau = new ReduceOnPlateau(optimizer, { patience: 0 })
    const data = Array.from({ length: 37 }, (_, i) => Math.sin(i))
    const run = (epochs: number) =>
      train({
        epochs,
        batches: batches(data, { size: 8, shuffle: random }),
        step(batch) {
          const loss = w.sum().sub(new MLArray(batch)).square().mean()
          optimizer.zeroGrad()
          loss.backward()
          clipGradNorm(w, 0.5)
          optimizer.step()
          average.update()
          return loss.item()
        },
        callbacks: [
          ({ kind, metrics }) => {
            if (kind === 'epochEnd') plateau.step(metrics['loss']!)
          },
        ],
      })
    const save = () => ({
      w: w.toList(),
      random: random.state,
      parts: [optimizer, average, plateau].map((part) => part.stateDict()),
    })
    const load = (saved: ReturnType<typeof save>): void => {
      w.assign(saved.w)
      random.state = saved.random
      const [first, second, third] = saved.parts
      optimizer.loadStateDict(first as never)
      average.loadStateDict(second as never)
      plateau.loadStateDict(third as never)
    }
    return { run, save, load }
  }

  test('goes on after a file as if nothing had been, bit for bit', async () => {
    const [whole, half, rest] = [trainingOf(), trainingOf(), trainingOf()]
    await whole.run(6)
    await half.run(3)
    rest.load(JSON.parse(JSON.stringify(half.save())))
    await rest.run(3)
    expect(JSON.stringify(rest.save())).toBe(JSON.stringify(whole.save()))
  })

  test('a loss that is NaN ends it there', async () => {
    const { epochs, totalSteps, stopped } = await train({
      epochs: 3,
      batches: [1, NaN, 3],
      step: (loss) => loss,
      callbacks: [({ metrics }) => (Number.isNaN(metrics['loss']) ? 'stop' : undefined)],
    })
    expect([epochs.length, totalSteps, stopped]).toEqual([1, 2, true])
  })
})
