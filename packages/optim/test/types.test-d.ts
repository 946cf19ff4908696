/** What compiles and what must not. */
import { MLArray, Value } from '@smol/mlarray'
import { expectTypeOf, test } from 'vitest'
import { Adam, cosine, LBFGS, SGD, type Optimizer, type RowOptimizer } from '../src/index.ts'
import { batches, train } from '../src/training.ts'

const w = new MLArray([1, 2])

test('parameters', () => {
  expectTypeOf(new SGD(w)).toExtend<Optimizer>()
  expectTypeOf(new SGD({ layers: [w, { b: new Value(1) }] })).toEqualTypeOf<SGD>()
  expectTypeOf(
    new SGD([{ parameters: w, momentum: 0.9, schedule: cosine({ tMax: 3 }) }]),
  ).toEqualTypeOf<SGD>()
  // @ts-expect-error a number is no parameter
  expectTypeOf(new SGD([3])).toEqualTypeOf<SGD>()
})

test('any that steps', () => {
  const step = (optimizer: RowOptimizer): boolean => optimizer.step()
  expectTypeOf(step).toBeCallableWith(new Adam(w))
  expectTypeOf(step).toBeCallableWith(new SGD(w))
  // @ts-expect-error its step takes a closure
  step(new LBFGS(w))
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
