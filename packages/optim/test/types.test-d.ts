/** What compiles and what must not. */
import { MLArray, Value } from '@smol/mlarray'
import { expectTypeOf, test } from 'vitest'
import {
  Adam,
  clipGradNorm,
  clipGradValue,
  cosine,
  ExponentialMovingAverage,
  GradientAccumulation,
  LBFGS,
  SGD,
  type Optimizer,
  type Parameters,
  type RowOptimizer,
} from '../src/index.ts'
import { batches, earlyStopping, train } from '../src/training.ts'

const w = new MLArray([1, 2])

interface Layer {
  w: MLArray<[2, 3]>
  readonly b: Value
}
interface Net {
  layers: Layer[]
  rest: readonly [Layer, MLArray]
}
declare const layer: Layer
declare const net: Net

test('parameters', () => {
  expectTypeOf(new SGD(w)).toExtend<Optimizer>()
  expectTypeOf(new SGD({ layers: [w, { b: new Value(1) }] })).toEqualTypeOf<SGD>()
  expectTypeOf(
    new SGD([{ parameters: w, momentum: 0.9, schedule: cosine({ tMax: 3 }) }]),
  ).toEqualTypeOf<SGD>()
  // @ts-expect-error a number is no parameter
  expectTypeOf(new SGD([3])).toEqualTypeOf<SGD>()
})

test('a model that is declared as an interface', () => {
  const given: Parameters[] = [layer, net, [layer, { net }], { net: { layer }, w }]
  expectTypeOf(new SGD(net)).toEqualTypeOf<SGD>()
  expectTypeOf(new SGD([layer, { net, w }], { momentum: 0.9 })).toEqualTypeOf<SGD>()
  expectTypeOf(
    new Adam([{ parameters: layer, beta1: 0.8 }, { parameters: [net, w] }]),
  ).toEqualTypeOf<Adam>()
  expectTypeOf(new LBFGS(net)).toEqualTypeOf<LBFGS>()
  expectTypeOf(new ExponentialMovingAverage(net)).toEqualTypeOf<ExponentialMovingAverage>()
  expectTypeOf(clipGradNorm(net, 1)).toEqualTypeOf<number>()
  clipGradValue({ layer, given }, 1)
  earlyStopping({ restore: net })
})

test('what are no parameters', () => {
  // @ts-expect-error a number among them
  expectTypeOf(new SGD({ w, rate: 3 })).toEqualTypeOf<SGD>()
  // @ts-expect-error a text, deep inside
  expectTypeOf(new SGD({ net, layers: [{ w, b: 'x' }] })).toEqualTypeOf<SGD>()
  // @ts-expect-error a typed array
  clipGradNorm([layer, new Float64Array(2)], 1)
  // @ts-expect-error a function
  clipGradNorm({ layer, forward: () => w }, 1)
  // @ts-expect-error a function alone
  clipGradNorm(() => w, 1)
  // @ts-expect-error a class
  clipGradNorm(Value, 1)
  // @ts-expect-error a map
  clipGradValue(new Map([['w', w]]), 1)
  // @ts-expect-error a set
  clipGradValue(new Set([w]), 1)
  // @ts-expect-error a promise
  clipGradValue(Promise.resolve(w), 1)
  // @ts-expect-error a date
  clipGradValue({ layer, made: new Date() }, 1)
  // @ts-expect-error nothing
  clipGradValue(null, 1)
  // @ts-expect-error a hole
  clipGradValue([w, undefined], 1)
  // @ts-expect-error a misspelt setting of a group
  expectTypeOf(new SGD([{ parameters: layer, momentumm: 0.9 }])).toEqualTypeOf<SGD>()
  // @ts-expect-error a setting of a group that is no number
  expectTypeOf(new SGD([{ parameters: net, momentum: '0.9' }])).toEqualTypeOf<SGD>()
})

test('any that steps', () => {
  const step = (optimizer: RowOptimizer): boolean => optimizer.step()
  expectTypeOf(step).toBeCallableWith(new Adam(w))
  expectTypeOf(step).toBeCallableWith(new SGD(w))
  // @ts-expect-error its step takes a closure
  step(new LBFGS(w))
  const accumulate = (optimizer: RowOptimizer): GradientAccumulation =>
    new GradientAccumulation(optimizer, { steps: 2, beforeStep: () => clipGradNorm(w, 1) })
  expectTypeOf(accumulate).toBeCallableWith(new Adam(w))
  // @ts-expect-error no number of steps
  expectTypeOf(new GradientAccumulation(new Adam(w), {})).toEqualTypeOf<GradientAccumulation>()
})

test('options', () => {
  // @ts-expect-error PyTorch's name, not ours
  expectTypeOf(new Adam(w, { lr: 1 })).toEqualTypeOf<Adam>()
  // @ts-expect-error SGD has no betas
  expectTypeOf(new SGD(w, { beta1: 0.9 })).toEqualTypeOf<SGD>()
  // @ts-expect-error one of two words
  expectTypeOf(new LBFGS(w, { lineSearch: 'wolfe' })).toEqualTypeOf<LBFGS>()
  // @ts-expect-error tMax is needed
  expectTypeOf(cosine({})).toBeFunction()
})

test('results', () => {
  expectTypeOf(new SGD(w).step()).toEqualTypeOf<boolean>()
  expectTypeOf(new LBFGS(w).step(() => 1)).toEqualTypeOf<number>()
  expectTypeOf(new Adam(w).groups[0]!.settings.beta1).toEqualTypeOf<number>()
  expectTypeOf(batches([['a'], ['b']], { size: 2 })).toExtend<Iterable<string[][]>>()
  expectTypeOf(train({ epochs: 1, batches: [1], step: (x) => x })).resolves.toHaveProperty('epochs')
})
