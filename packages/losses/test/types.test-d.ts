// What losses return, as types; and what must not compile.
import { MLArray, ones, Value } from '@smol/mlarray'
import { expectTypeOf, test } from 'vitest'
import { crossEntropyLoss, huberLoss, klDivergenceLoss, mseLoss } from '../src/index.ts'
import { precisionRecallF1 } from '../src/metrics.ts'

const x = ones([2, 3])

test('a reduced loss has rank 0, an unreduced one the shape of the predictions', () => {
  expectTypeOf(mseLoss(x, x)).toEqualTypeOf<MLArray<[]>>()
  expectTypeOf(mseLoss(x, x, { reduction: 'sum' })).toEqualTypeOf<MLArray<[]>>()
  expectTypeOf(mseLoss(x, x, { reduction: 'none' })).toEqualTypeOf<MLArray<[2, 3]>>()
  expectTypeOf(huberLoss(x, x, { reduction: 'none', delta: 2 })).toEqualTypeOf<MLArray<[2, 3]>>()
  expectTypeOf(crossEntropyLoss(x, [0, 1])).toEqualTypeOf<MLArray<[]>>()
  expectTypeOf(crossEntropyLoss(x, [0, 1], { reduction: 'none' })).toEqualTypeOf<MLArray>()
  const any: MLArray = x
  expectTypeOf(mseLoss(any, any, { reduction: 'none' })).toEqualTypeOf<MLArray>()
})

test('a Value in is a Value out', () => {
  expectTypeOf(mseLoss(new Value(1), 2)).toEqualTypeOf<Value>()
  expectTypeOf(mseLoss(new Value(1), 2, { reduction: 'none' })).toEqualTypeOf<Value>()
})

test('what must not compile', () => {
  // @ts-expect-error a reduction of another name
  mseLoss(x, x, { reduction: 'avg' })
  // @ts-expect-error only the divergence of a batch has this one
  mseLoss(x, x, { reduction: 'batchmean' })
  klDivergenceLoss(x, x, { reduction: 'batchmean' })
  // @ts-expect-error predictions are an array
  crossEntropyLoss([[1, 2]], [0])
  // @ts-expect-error no such option
  huberLoss(x, x, { beta: 1 })
  // @ts-expect-error strings are no targets
  mseLoss(x, ['1'])
})

test('metrics are numbers', () => {
  expectTypeOf(precisionRecallF1([0], [0]).f1).toEqualTypeOf<number>()
  expectTypeOf(precisionRecallF1([0], [0], { average: 'none' }).f1).toEqualTypeOf<number[]>()
})
