/** Clipping, averages and accumulation. */
import { MLArray, Value } from '@smol/mlarray'
import { replaceGradient } from '@smol/mlarray/kernels'
import { describe, expect, test } from 'vitest'
import {
  Adam,
  clipGradNorm,
  clipGradValue,
  ExponentialMovingAverage,
  GradientAccumulation,
  SGD,
} from '../src/index.ts'

describe('clipping', () => {
  test('the norm goes over arrays and Values; what has no gradient does not count', () => {
    const [w, v, unused] = [new MLArray([0, 0]), new Value(0), new MLArray([0])]
    replaceGradient(w, new Float64Array([3, 0]))
    v.grad = 4
    expect(clipGradNorm({ w, v, unused }, 1)).toBe(5)
    expect([...w.grad().toTypedArray(), v.grad]).toEqual([3 / (5 + 1e-6), 0, 4 / (5 + 1e-6)])
  })

  test('a norm within bounds changes nothing', () => {
    const w = new MLArray([0])
    replaceGradient(w, new Float64Array([0.5]))
    expect(clipGradNorm(w, 1, { normType: Infinity })).toBe(0.5)
    expect(w.grad().toList()).toEqual([0.5])
  })

  test('values; NaN stays', () => {
    const w = new MLArray([0, 0, 0], { dtype: 'float32' })
    replaceGradient(w, new Float32Array([-3, 0.5, NaN]))
    clipGradValue(w, 1)
    expect(w.grad().toList()).toEqual([-1, 0.5, NaN])
  })
})

describe('ExponentialMovingAverage', () => {
  test('a decay that follows the updates: the plain mean of stochastic weight averaging', () => {
    const w = new MLArray([9])
    const average = new ExponentialMovingAverage(w, { decay: (n) => n / (n + 1) })
    for (const x of [1, 2, 6]) {
      w.assign([x])
      average.update()
    }
    expect(average.with(() => w.item())).toBeCloseTo(3, 15)
    const wrong = new ExponentialMovingAverage(w, { decay: () => 2 })
    expect(() => wrong.update()).toThrow('decay must be from 0 to 1, got 2.')
    expect(wrong.updates).toBe(0)
  })

  test('copies first, then averages; with() puts the parameters back', () => {
    const w = new MLArray([9, 9])
    const average = new ExponentialMovingAverage({ w }, { decay: 0.75 })
    w.assign([1, 2])
    average.update()
    w.assign([5, 6])
    average.update()
    expect(average.with(() => w.toList())).toEqual([2, 3])
    expect(w.toList()).toEqual([5, 6])
    expect(() =>
      average.with(() => {
        throw new Error('inside')
      }),
    ).toThrow('inside')
    expect(w.toList()).toEqual([5, 6])
    average.copyTo()
    expect(w.toList()).toEqual([2, 3])
  })

  test('the first update copies, whatever the parameters were before', () => {
    const w = new MLArray([NaN, Infinity])
    const average = new ExponentialMovingAverage(w)
    w.assign([1, 2])
    average.update()
    average.copyTo()
    expect(w.toList()).toEqual([1, 2])
  })

  test('puts the parameters back after a promise', async () => {
    const v = new Value(1)
    const average = new ExponentialMovingAverage(v)
    average.update()
    v.data = 7
    await expect(average.with(async () => v.data)).resolves.toBe(1)
    expect(v.data).toBe(7)
  })

  test('is saved and loaded', () => {
    const w = new MLArray([1 / 3])
    const average = new ExponentialMovingAverage(w)
    average.update()
    const state = JSON.parse(JSON.stringify(average.stateDict()))
    w.assign([9])
    const loaded = new ExponentialMovingAverage(w)
    loaded.loadStateDict(state)
    expect([loaded.updates, loaded.with(() => w.item())]).toEqual([1, 1 / 3])
  })
})

describe('GradientAccumulation', () => {
  test('four micro-batches make the step of their batch', () => {
    const data = [1, 2, 3, 4, 5, 6, 7, 8]
    const loss = (w: MLArray, batch: readonly number[]): MLArray =>
      w
        .sub(new MLArray([...batch], { requiresGrad: false }))
        .square()
        .mean()
    const [whole, parts] = [new MLArray([0]), new MLArray([0])]
    const optimizer = new Adam(whole)
    const accumulation = new GradientAccumulation(new Adam(parts), { steps: 4 })
    const stepped = [0, 2, 4, 6].map((i) => {
      loss(parts, data.slice(i, i + 2)).backward()
      return accumulation.step()
    })
    loss(whole, data).backward()
    optimizer.step()
    expect(stepped).toEqual([false, false, false, true])
    expect(parts.item()).toBeCloseTo(whole.item(), 15)
    expect(parts.grad().toList()).toEqual([0])
  })

  test('what is done before a step sees the mean gradient, and may clip it', () => {
    const w = new MLArray([0, 0])
    const norms: number[] = []
    const accumulation = new GradientAccumulation(new SGD(w, { learningRate: 1 }), {
      steps: 2,
      beforeStep: () => norms.push(clipGradNorm(w, 1)),
    })
    for (const slope of [1, 11, 5]) {
      w.mul(new MLArray([3 * slope, 4 * slope]))
        .sum()
        .backward()
      accumulation.step()
    }
    const scale = 1 / (30 + 1e-6)
    expect([norms, w.toList()]).toEqual([[30], [-18 * scale, -24 * scale]])
    accumulation.flush()
    expect(norms).toEqual([30, 25])
  })

  test('a step that is refused leaves all as it was', () => {
    const [w, v] = [new MLArray([0]), new Value(0)]
    const optimizer = new SGD([w, v], { learningRate: 1, schedule: () => NaN })
    const accumulation = new GradientAccumulation(optimizer, { steps: 2 })
    const pass = (slope: number): void => w.mul(v.add(slope)).add(v).sum().backward()
    pass(1)
    accumulation.step()
    pass(3)
    expect(() => accumulation.step()).toThrow('SGD: the schedule must give')
    expect([accumulation.pending, w.grad().item(), v.grad]).toEqual([1, 4, 2])
    optimizer.attach(undefined)
    expect(accumulation.step()).toBe(true)
    expect([w.item(), v.data]).toEqual([-2, -1])
  })

  test('a step that is skipped is none', () => {
    const w = new MLArray([0])
    const optimizer = new SGD(w, { skipNonFinite: true })
    const accumulation = new GradientAccumulation(optimizer, { steps: 1 })
    w.mul(NaN).sum().backward()
    expect([accumulation.step(), accumulation.pending, w.item()]).toEqual([false, 0, 0])
    expect(w.grad().toList()).toEqual([0])
  })

  test('flush averages over what there is', () => {
    const w = new MLArray([0])
    const accumulation = new GradientAccumulation(new SGD(w, { learningRate: 1 }), { steps: 4 })
    for (const slope of [1, 3]) {
      w.mul(slope).sum().backward()
      accumulation.step()
    }
    expect([accumulation.pending, accumulation.flush(), w.item()]).toEqual([2, true, -2])
    expect(accumulation.flush()).toBe(false)
  })
})
