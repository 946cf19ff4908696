// Shapes in types: what is carried through, and what stays unknown. Nothing here runs.
import { describe, expectTypeOf, test } from 'vitest'
import { Value } from '@smol/value'
import {
  arange,
  concatenate,
  einsum,
  eye,
  full,
  linspace,
  MLArray,
  oneHot,
  ones,
  split,
  stack,
  where,
  zeros,
  zerosLike,
  type Shape,
} from '../src/index.ts'

declare const n: number
declare const any: MLArray
declare const x: MLArray<[2, 3]>
declare const y: MLArray<[2, 3, 4]>
declare const v: Value

/** The shape in the type of an array. */
const shape = <A extends MLArray>(array: A) => expectTypeOf<A['shape']>(array.shape)

describe('creation', () => {
  test('nested lists', () => {
    shape(new MLArray(3)).toEqualTypeOf<readonly []>()
    shape(new MLArray([])).toEqualTypeOf<readonly [0]>()
    shape(
      new MLArray([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqualTypeOf<readonly [2, 3]>()
    shape(new MLArray([v, 1])).toEqualTypeOf<readonly [2]>()
    shape(new MLArray([x, x])).toEqualTypeOf<readonly [2, 2, 3]>()
    shape(new MLArray([] as number[][])).toEqualTypeOf<readonly [number, number]>()
    shape(new MLArray([] as (number | number[])[])).toEqualTypeOf<Shape>()
    shape(new MLArray(any.toList())).toEqualTypeOf<Shape>()
  })

  test('typed arrays', () => {
    shape(new MLArray(new Float32Array(6))).toEqualTypeOf<readonly [number]>()
    shape(new MLArray(new Float32Array(6), { shape: [2, 3] })).toEqualTypeOf<readonly [2, 3]>()
  })

  test('functions', () => {
    shape(zeros([2, 3], { dtype: 'float32' })).toEqualTypeOf<readonly [2, 3]>()
    shape(zeros([n, 3])).toEqualTypeOf<readonly [number, 3]>()
    shape(zeros([2, 3] as number[])).toEqualTypeOf<Shape>()
    shape(full([2], 7)).toEqualTypeOf<readonly [2]>()
    shape(zerosLike(x)).toEqualTypeOf<readonly [2, 3]>()
    shape(eye(3)).toEqualTypeOf<readonly [3, 3]>()
    shape(eye(3, { m: 4 })).toEqualTypeOf<readonly [3, 4]>()
    shape(arange(5)).toEqualTypeOf<readonly [5]>()
    shape(arange(2.5)).toEqualTypeOf<readonly [number]>()
    shape(arange(1, 5)).toEqualTypeOf<readonly [number]>()
    shape(linspace(0, 1, 11)).toEqualTypeOf<readonly [11]>()
    shape(oneHot([2, 0], 3)).toEqualTypeOf<readonly [2, 3]>()
  })
})

describe('elementwise', () => {
  test('rows', () => {
    shape(x.relu()).toEqualTypeOf<readonly [2, 3]>()
    shape(x.add(1)).toEqualTypeOf<readonly [2, 3]>()
    shape(x.add(v)).toEqualTypeOf<readonly [2, 3]>()
    shape(x.leakyRelu()).toEqualTypeOf<readonly [2, 3]>()
    shape(x.clip(0, ones([3]))).toEqualTypeOf<readonly [2, 3]>()
    shape(x.gt(0)).toEqualTypeOf<readonly [2, 3]>()
    shape(where(x.gt(0), ones([4, 1, 1]), 0)).toEqualTypeOf<readonly [4, 2, 3]>()
  })

  test('broadcasting', () => {
    shape(x.add(ones([3]))).toEqualTypeOf<readonly [2, 3]>()
    shape(ones([3]).add(x)).toEqualTypeOf<readonly [2, 3]>()
    shape(ones([5, 1, 1]).add(x)).toEqualTypeOf<readonly [5, 2, 3]>()
    shape(ones([2, 1]).add(ones([1, 3]))).toEqualTypeOf<readonly [2, 3]>()
    shape(ones([0, 1]).add(ones([3]))).toEqualTypeOf<readonly [0, 3]>()
    shape(ones([n, 3]).add(x)).toEqualTypeOf<readonly [2, 3]>()
    shape(ones([n, 1]).add(ones([1, n]))).toEqualTypeOf<readonly [number, number]>()
    shape(x.add(any)).toEqualTypeOf<Shape>()
  })
})

describe('contractions', () => {
  test('matmul', () => {
    shape(x.matmul(ones([3, 4]))).toEqualTypeOf<readonly [2, 4]>()
    shape(x.matmul(ones([3]))).toEqualTypeOf<readonly [2]>()
    shape(ones([2]).matmul(x)).toEqualTypeOf<readonly [3]>()
    shape(ones([3]).matmul(ones([3]))).toEqualTypeOf<readonly []>()
    shape(y.matmul(ones([4, 5]))).toEqualTypeOf<readonly [2, 3, 5]>()
    shape(ones([7, 1, 3, 4]).matmul(ones([2, 4, 5]))).toEqualTypeOf<readonly [7, 2, 3, 5]>()
    shape(ones([n, 3]).matmul(ones([3, n]))).toEqualTypeOf<readonly [number, number]>()
    shape(any.matmul(x)).toEqualTypeOf<Shape>()
  })

  test('others', () => {
    shape(y.dot(ones([5, 4, 6]))).toEqualTypeOf<readonly [2, 3, 5, 6]>()
    shape(x.outer(ones([4]))).toEqualTypeOf<readonly [6, 4]>()
    shape(y.trace()).toEqualTypeOf<readonly [4]>()
    shape(einsum('ij->ji', x)).toEqualTypeOf<Shape>()
  })
})

describe('reductions', () => {
  test('axis and keepdims', () => {
    shape(x.sum()).toEqualTypeOf<readonly []>()
    shape(any.sum()).toEqualTypeOf<readonly []>()
    shape(x.sum({ axis: 0 })).toEqualTypeOf<readonly [3]>()
    shape(x.sum({ axis: -1, keepdims: true })).toEqualTypeOf<readonly [2, 1]>()
    shape(x.mean({ keepdims: true })).toEqualTypeOf<readonly [1, 1]>()
    shape(y.max({ axis: [0, -1] })).toEqualTypeOf<readonly [3]>()
    shape(y.max({ axis: [] })).toEqualTypeOf<readonly [2, 3, 4]>()
    shape(x.std({ axis: 1, ddof: 1 })).toEqualTypeOf<readonly [2]>()
    shape(x.argmax({ axis: 1 })).toEqualTypeOf<readonly [2]>()
  })

  test('what is known only at run time', () => {
    const options: { axis?: number } = {}
    shape(x.sum({ axis: n })).toEqualTypeOf<Shape>()
    shape(x.sum(options)).toEqualTypeOf<Shape>()
  })

  test('along an axis', () => {
    shape(x.cumsum()).toEqualTypeOf<readonly [6]>()
    shape(x.cumsum({ axis: 0 })).toEqualTypeOf<readonly [2, 3]>()
    shape(x.softmax({ axis: 0 })).toEqualTypeOf<readonly [2, 3]>()
  })
})

describe('movement', () => {
  test('reshape', () => {
    shape(x.reshape([3, 2])).toEqualTypeOf<readonly [3, 2]>()
    shape(x.reshape([3, -1])).toEqualTypeOf<readonly [3, 2]>()
    shape(ones([64, 28, 28]).reshape([64, -1])).toEqualTypeOf<readonly [64, 784]>()
    shape(ones([n, 28, 28]).reshape([-1, 784])).toEqualTypeOf<readonly [number, 784]>()
    shape(any.reshape([2, 3])).toEqualTypeOf<readonly [2, 3]>()
    shape(ones([784, 128]).flatten()).toEqualTypeOf<readonly [100352]>()
  })

  test('order of axes', () => {
    shape(y.T).toEqualTypeOf<readonly [4, 3, 2]>()
    shape(any.T).toEqualTypeOf<Shape>()
    shape(y.transpose()).toEqualTypeOf<readonly [4, 3, 2]>()
    shape(y.transpose([-1, 0, 1])).toEqualTypeOf<readonly [4, 2, 3]>()
    shape(y.swapaxes(0, -1)).toEqualTypeOf<readonly [4, 3, 2]>()
    shape(y.moveaxis(0, -1)).toEqualTypeOf<readonly [3, 4, 2]>()
    shape(y.moveaxis([0, 1], [2, 0])).toEqualTypeOf<readonly [3, 4, 2]>()
  })

  test('number of axes', () => {
    shape(ones([1, 2, 1]).squeeze()).toEqualTypeOf<readonly [2]>()
    shape(ones([1, 2, 1]).squeeze({ axis: -1 })).toEqualTypeOf<readonly [1, 2]>()
    shape(ones([n, 2]).squeeze()).toEqualTypeOf<Shape>()
    shape(x.expandDims(-1)).toEqualTypeOf<readonly [2, 3, 1]>()
    shape(x.expandDims([0, 2])).toEqualTypeOf<readonly [1, 2, 1, 3]>()
    shape(x.broadcastTo([5, 2, 3])).toEqualTypeOf<readonly [5, 2, 3]>()
  })

  test('several arrays', () => {
    shape(concatenate([x, ones([4, 3])])).toEqualTypeOf<readonly [6, 3]>()
    shape(concatenate([x, ones([2, n])], { axis: 1 })).toEqualTypeOf<readonly [2, number]>()
    shape(concatenate([any, x])).toEqualTypeOf<Shape>()
    shape(concatenate([] as MLArray<[2, 3]>[])).toEqualTypeOf<readonly [number, 3]>()
    shape(stack([x, x, x])).toEqualTypeOf<readonly [3, 2, 3]>()
    shape(stack([x, x, x], { axis: -1 })).toEqualTypeOf<readonly [2, 3, 3]>()
    expectTypeOf(split(x, 3, { axis: 1 })).toEqualTypeOf<MLArray<[2, 1]>[]>()
  })

  test('others', () => {
    shape(x.tile([2, 1, 2])).toEqualTypeOf<readonly [2, 2, 6]>()
    shape(x.repeat(2)).toEqualTypeOf<readonly [12]>()
    shape(x.repeat(2, { axis: 1 })).toEqualTypeOf<readonly [2, 6]>()
    shape(
      x.pad([
        [1, 1],
        [0, 0],
      ]),
    ).toEqualTypeOf<readonly [number, number]>()
    shape(ones([3]).diag()).toEqualTypeOf<readonly [3, 3]>()
    shape(x.flip().roll(1).triu()).toEqualTypeOf<readonly [2, 3]>()
  })
})

describe('conversion', () => {
  test('elements', () => {
    expectTypeOf(x.at(0, 1)).toEqualTypeOf<Value>()
    expectTypeOf(x.ndim).toEqualTypeOf<2>()
    expectTypeOf(x.toList()).toEqualTypeOf<number[][]>()
    expectTypeOf(x.sum().toList()).toEqualTypeOf<number>()
  })

  test('iteration', () => {
    for (const row of x) shape(row).toEqualTypeOf<readonly [3]>()
    for (const element of ones([3])) expectTypeOf(element).toEqualTypeOf<Value>()
    for (const item of any) expectTypeOf(item).toEqualTypeOf<Value | MLArray>()
  })

  test('instanceof', () => {
    const thing: unknown = x
    if (thing instanceof MLArray) expectTypeOf(thing).toEqualTypeOf<MLArray>()
    const either = x as MLArray<[2, 3]> | number
    if (either instanceof MLArray) shape(either).toEqualTypeOf<readonly [2, 3]>()
  })
})

describe('gradients', () => {
  test('have the shape of the array', () => {
    shape(x.grad()).toEqualTypeOf<readonly [2, 3]>()
    x.backward({ upstream: ones([2, 3]), createGraph: true })
    x.onGradient((gradient) => gradient.mul(2))
    x.assign([[1, 2, 3]])
  })
})

describe('gradual typing', () => {
  test('every array is an MLArray', () => {
    let h: MLArray = x
    h = h.matmul(x.T).T
    const list: MLArray[] = [x, y, h]
    expectTypeOf(list.reduce((a, b) => a.add(b))).toEqualTypeOf<MLArray>()
  })

  test('code that knows no shapes', () => {
    const layer = (input: MLArray, w: MLArray, b: MLArray) => input.matmul(w).add(b).relu()
    shape(layer(x, ones([3, 4]), any)).toEqualTypeOf<Shape>()
  })

  test('code that is generic in the shape', () => {
    const halved = <S extends Shape>(array: MLArray<S>): MLArray<S> => array.mul(0.5).tanh()
    shape(halved(x)).toEqualTypeOf<readonly [2, 3]>()
    const total = <A extends MLArray>(array: A) => array.mul(2).add(1).sum()
    shape(total(x)).toEqualTypeOf<readonly []>()
  })

  test('readonly and mutable spellings', () => {
    const readonly: MLArray<readonly [2, 3]> = x
    expectTypeOf(readonly).toExtend<MLArray<[2, 3]>>()
  })

  test('one of several shapes', () => {
    const either = n > 0 ? ones([2]) : ones([3, 1])
    shape(either.relu().add(1).sum()).toEqualTypeOf<readonly []>()
    shape(x.add(n > 0 ? x : 2)).toEqualTypeOf<readonly [2, 3]>()
  })

  test('a row chosen by its name', () => {
    const name: 'relu' | 'tanh' = n > 0 ? 'relu' : 'tanh'
    shape(x[name]()).toEqualTypeOf<readonly [2, 3]>()
  })
})
