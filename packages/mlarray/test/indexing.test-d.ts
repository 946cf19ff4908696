// Shapes in types: what indexing, order, random numbers and linear algebra carry through. Nothing here runs.
import { describe, expectTypeOf, test } from 'vitest'
import {
  cholesky,
  det,
  Generator,
  heNormal,
  inv,
  MLArray,
  solve,
  type Shape,
  type SliceItem,
} from '../src/index.ts'

declare const n: number
declare const text: string
declare const items: SliceItem[]
declare const any: MLArray
declare const x: MLArray<[2, 3]>
declare const y: MLArray<[2, 3, 4]>

type Of<S extends Shape> = MLArray<S>

describe('slice', () => {
  test('integers take axes away, new axes are 1', () => {
    expectTypeOf(x.slice(0)).toEqualTypeOf<Of<[3]>>()
    expectTypeOf(x.slice(n, -1)).toEqualTypeOf<Of<[]>>()
    expectTypeOf(x.slice(':', null, 0)).toEqualTypeOf<Of<[2, 1]>>()
    expectTypeOf(x.slice()).toEqualTypeOf<Of<[2, 3]>>()
  })

  test('ranges other than the whole have a length that the run time knows', () => {
    expectTypeOf(x.slice('1:', ':')).toEqualTypeOf<Of<[number, 3]>>()
    expectTypeOf(x.slice('::-1')).toEqualTypeOf<Of<[number, 3]>>()
  })

  test('an ellipsis stands for the axes in between', () => {
    expectTypeOf(y.slice('...', 0)).toEqualTypeOf<Of<[2, 3]>>()
    expectTypeOf(y.slice(0, '...', null, ':')).toEqualTypeOf<Of<[3, 1, 4]>>()
    expectTypeOf(y.slice(0, '...', 0, '1:')).toEqualTypeOf<Of<[number]>>()
  })

  test('what is not known, and what the run time refuses', () => {
    expectTypeOf(any.slice(0)).toEqualTypeOf<MLArray>()
    expectTypeOf(x.slice(text)).toEqualTypeOf<MLArray>()
    expectTypeOf(x.slice(...items)).toEqualTypeOf<MLArray>()
    // @ts-expect-error slice: 3 indices are too many for shape [2, 3]
    x.slice(0, 0, 0)
    expectTypeOf(x.slice(0, 0, text)).toEqualTypeOf<MLArray>()
    // @ts-expect-error a list is no item of a slice
    x.slice([0, 1])
    // @ts-expect-error nor is a boolean
    x.slice(true)
  })

  test('index knows as much where it is a slice', () => {
    expectTypeOf(x.index(0)).toEqualTypeOf<Of<[3]>>()
    expectTypeOf(x.index([0, 1])).toEqualTypeOf<MLArray>()
    expectTypeOf(x.set([0, '1:'], 1)).toEqualTypeOf<Of<[2, 3]>>()
  })
})

test('take', () => {
  expectTypeOf(
    x.take(
      [
        [0, 1],
        [1, 0],
      ],
      { axis: -1 },
    ),
  ).toEqualTypeOf<Of<[2, 2, 2]>>()
  expectTypeOf(y.take(0, { axis: 1 })).toEqualTypeOf<Of<[2, 4]>>()
  expectTypeOf(x.take([0, 1, 2])).toEqualTypeOf<Of<[3]>>()
  expectTypeOf(x.take(new Int32Array(2), { axis: 0 })).toEqualTypeOf<Of<[number, 3]>>()
  expectTypeOf(x.take([] as number[], { axis: n })).toEqualTypeOf<MLArray>()
  expectTypeOf(x.take(any, { axis: 0 })).toEqualTypeOf<MLArray>()
  expectTypeOf(any.take([0], { axis: 0 })).toEqualTypeOf<MLArray>()
})

test('order', () => {
  expectTypeOf(x.sort({ axis: 0, descending: true })).toEqualTypeOf<Of<[2, 3]>>()
  expectTypeOf(x.argsort()).toEqualTypeOf<Of<[2, 3]>>()
  expectTypeOf(x.topk(2).values).toEqualTypeOf<Of<[2, 2]>>()
  expectTypeOf(x.topk(n, { axis: 0 }).indices).toEqualTypeOf<Of<[number, 3]>>()
  expectTypeOf(x.quantile(0.5)).toEqualTypeOf<Of<[]>>()
  expectTypeOf(x.quantile([0.1, 0.9], { axis: 0, keepdims: true })).toEqualTypeOf<Of<[2, 1, 3]>>()
  expectTypeOf(x.quantile(any, { axis: 0 })).toEqualTypeOf<MLArray>()
  expectTypeOf(x.median({ axis: 1 })).toEqualTypeOf<Of<[2]>>()
  expectTypeOf(x.scatterAdd(0, [[0]], 1)).toEqualTypeOf<Of<[2, 3]>>()
  expectTypeOf(x.uniqueAll().inverseIndices).toEqualTypeOf<Of<[2, 3]>>()
  // @ts-expect-error sort: axis 2 is out of range for shape [2, 3]
  x.sort({ axis: 2 })
})

test('random numbers', () => {
  const random = new Generator(0)
  expectTypeOf(random.uniform([2, 3])).toEqualTypeOf<Of<[2, 3]>>()
  expectTypeOf(random.normal()).toEqualTypeOf<Of<[]>>()
  expectTypeOf(random.integers(0, 9, 4)).toEqualTypeOf<Of<[4]>>()
  expectTypeOf(heNormal([3, 4], { generator: random })).toEqualTypeOf<Of<[3, 4]>>()
})

test('linear algebra', () => {
  const a = inv(
    new MLArray([
      [2, 0],
      [0, 1],
    ]),
  )
  expectTypeOf(a).toEqualTypeOf<Of<[2, 2]>>()
  expectTypeOf(cholesky(a)).toEqualTypeOf<Of<[2, 2]>>()
  expectTypeOf(solve(a, x)).toEqualTypeOf<Of<[2, 3]>>()
  expectTypeOf(solve(any, x)).toEqualTypeOf<MLArray>()
  expectTypeOf(inv(a.triu())).toEqualTypeOf<Of<[2, 2]>>()
  expectTypeOf(x.sum().softmax({ axis: 0 })).toEqualTypeOf<Of<[]>>()
  expectTypeOf(det(a)).toEqualTypeOf<Of<[]>>()
  expectTypeOf(det(any)).toEqualTypeOf<MLArray>()
})
