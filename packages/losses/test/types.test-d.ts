// What losses return, as types; and what must not compile.
import { MLArray, ones, Value } from '@smol/mlarray'
import { expectTypeOf, test } from 'vitest'
import {
  contrastiveLoss,
  crossEntropyLoss,
  diceLoss,
  hingeLoss,
  huberLoss,
  klDivergenceLoss,
  marginRankingLoss,
  mseLoss,
  nllLoss,
  type ArrayData,
  type CrossEntropyOptions,
  type Predictions,
  type Reduction,
} from '../src/index.ts'
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

test('targets of another shape', () => {
  // @ts-expect-error mseLoss: targets must have shape [2, 3], got [3]
  mseLoss(x, ones([3]))
  // @ts-expect-error mseLoss: targets must have shape [4, 1], got [4]
  mseLoss(ones([4, 1]), [1, 2, 3, 4])
  // @ts-expect-error mseLoss: targets must have shape [2, 3], got []
  mseLoss(x, 0)
  // @ts-expect-error mseLoss: targets must have shape [2, 3], got [number]
  mseLoss(x, new Float32Array(6))
  // @ts-expect-error hingeLoss: labels must have shape [2, 3], got [2]
  hingeLoss(x, [1, -1])
  // @ts-expect-error marginRankingLoss: labels must have shape [2, 3], got [2]
  marginRankingLoss(x, x, [1, -1])
  // @ts-expect-error contrastiveLoss: second must have shape [2, 3], got [2, 4]
  contrastiveLoss(x, ones([2, 4]))
  // @ts-expect-error diceLoss: targets must have shape [2, 3], got [3, 2]
  diceLoss(x, x.T)
})

test('classes of another shape', () => {
  crossEntropyLoss(x, x)
  crossEntropyLoss(ones([2, 3, 4]), ones([2, 4]))
  crossEntropyLoss(ones([2, 3, 4]), ones([2, 3]), { axis: -1 })
  crossEntropyLoss(ones([3]), 1)
  nllLoss(x, new Int32Array(2))
  // @ts-expect-error targets must be class indices of shape [2] or probabilities of shape [2, 3], got [2, 1]
  crossEntropyLoss(x, [[0], [1]])
  // @ts-expect-error targets must be class indices of shape [2, 4] or probabilities …, got [2, 3]
  crossEntropyLoss(ones([2, 3, 4]), ones([2, 3]))
  // @ts-expect-error nllLoss: labels must have shape [2], got [3]
  nllLoss(x, [0, 1, 2])
  // @ts-expect-error nllLoss: axis 2 is out of range for shape [2, 3]
  nllLoss(x, [0, 1], { axis: 2 })
})

test('targets of which the compiler does not know the shape', () => {
  const any: MLArray = x
  const n: number = 2
  const rows: number[][] = []
  const of = (p: Predictions, t: ArrayData): MLArray | Value => mseLoss(p, t)
  const alike = <N extends number>(p: MLArray<[N, 3]>, t: MLArray<[N, 3]>): MLArray<[]> =>
    mseLoss(p, t)
  const reduced = <R extends Reduction>(reduction: R): readonly [R, MLArray] => [
    reduction,
    mseLoss(x, any, { reduction }),
  ]
  const losses: ((p: MLArray, t: ArrayData) => MLArray)[] = [
    mseLoss,
    hingeLoss,
    diceLoss,
    nllLoss,
    crossEntropyLoss,
  ]
  const options: CrossEntropyOptions = { axis: n }
  const byClass = <N extends number>(p: MLArray<[N, 3]>, t: MLArray<[N]>): MLArray<[]> =>
    crossEntropyLoss(p, t).add(nllLoss(p, t))
  crossEntropyLoss(ones([2, 3, 4]), ones([2, 3]), options)
  crossEntropyLoss(any, x)
  crossEntropyLoss(x, any, { axis: n })
  nllLoss(ones([n, 3]), [0, 1])
  mseLoss(any, x)
  mseLoss(x, any)
  mseLoss(x, rows)
  mseLoss(ones([n, 3]), x)
  mseLoss(x, [ones([3]), [new Value(1), 2, 3]])
  mseLoss(ones([n]), new Float32Array(n))
  mseLoss(x.sum(), 3)
  mseLoss(n > 0 ? x : new Value(1), any)
  expectTypeOf([of, alike, byClass, reduced, losses]).toBeArray()
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
