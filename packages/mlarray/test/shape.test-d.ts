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
declare const widths: [number, number][]
declare const x: MLArray<[2, 3]>
declare const y: MLArray<[2, 3, 4]>
declare const v: Value

const layer = (input: MLArray, w: MLArray, b: MLArray) => input.matmul(w).add(b).relu()
const halved = <S extends Shape>(array: MLArray<S>): MLArray<S> => array.mul(0.5).tanh()
const withTotal = <A extends MLArray>(array: A): readonly [A, MLArray<[]>] => [
  array,
  array.mul(2).add(1).sum(),
]

// ---- Generic in dimensions ----

const linear = <N extends number, M extends number>(
  input: MLArray<[number, N]>,
  w: MLArray<[N, M]>,
  b: MLArray<[M]>,
) => input.matmul(w).add(b).relu()

class Layer<N extends number, M extends number> {
  readonly w: MLArray<[N, M]>
  readonly b: MLArray<[M]>
  constructor(inputs: N, outputs: M) {
    this.w = zeros([inputs, outputs])
    this.b = zeros([outputs])
  }
  forward(input: MLArray<[number, N]>): MLArray<[number, M]> {
    return input.matmul(this.w).add(this.b).tanh()
  }
}

const scores = <B extends number, N extends number, D extends number>(
  q: MLArray<[B, N, D]>,
  k: MLArray<[B, N, D]>,
): MLArray<[B, N, N]> => q.matmul(k.swapaxes(1, 2)).softmax({ axis: -1 })
const attention = <B extends number, N extends number, D extends number>(
  q: MLArray<[B, N, D]>,
  k: MLArray<[B, N, D]>,
): MLArray<[B, N, N]> => einsum('bid,bjd->bij', q, k)
const total = <N extends number, M extends number>(m: MLArray<[N, M]>): MLArray<[M]> =>
  m
    .sum({ axis: 0 })
    .add(m.slice(0))
    .mul(m.T.mean({ axis: 1 }))
const chosen = <N extends number>(m: MLArray<[N, 3]>): MLArray<[N, 3]> =>
  where(m.gt(0), m.maximum(ones([3])), 0)
const flat = <N extends number>(m: MLArray<[N, 4]>): MLArray =>
  concatenate([m.reshape([m.shape[0], 2, 2]), zeros([m.shape[0], 2, 2])]).matmul(ones([2]))
const standard = <A extends MLArray>(array: A): readonly [A, MLArray] => [
  array,
  array.sub(array.mean()).div(array.std()),
]
const sums = <S extends Shape>(a: MLArray<S>, b: MLArray<S>): MLArray => a.add(b).mul(a)

const arrayIn = (thing: unknown) => (thing instanceof MLArray ? thing : undefined)
const either = (thing: MLArray<[2, 3]> | number) => (thing instanceof MLArray ? thing : undefined)

describe('creation', () => {
  test('nested lists', () => {
    expectTypeOf(new MLArray(3).shape).toEqualTypeOf<readonly []>()
    expectTypeOf(new MLArray([]).shape).toEqualTypeOf<readonly [0]>()
    expectTypeOf(
      new MLArray([
        [1, 2, 3],
        [4, 5, 6],
      ]).shape,
    ).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(new MLArray([v, 1]).shape).toEqualTypeOf<readonly [2]>()
    expectTypeOf(new MLArray([x, x]).shape).toEqualTypeOf<readonly [2, 2, 3]>()
    expectTypeOf(new MLArray([] as number[][]).shape).toEqualTypeOf<readonly [number, number]>()
    expectTypeOf(new MLArray([] as (number | number[])[]).shape).toEqualTypeOf<Shape>()
    expectTypeOf(new MLArray(any.toList()).shape).toEqualTypeOf<Shape>()
  })

  test('typed arrays', () => {
    expectTypeOf(new MLArray(new Float32Array(6)).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(new MLArray(new Float32Array(6), { shape: [2, 3] }).shape).toEqualTypeOf<
      readonly [2, 3]
    >()
  })

  test('a shape for what is given', () => {
    const options: { shape: number[] } = { shape: [1] }
    expectTypeOf(new MLArray([1, 2, 3, 4], { shape: [2, 2] }).shape).toEqualTypeOf<
      readonly [2, 2]
    >()
    expectTypeOf(new MLArray([1, 2], { shape: [n, 1] }).shape).toEqualTypeOf<readonly [number, 1]>()
    expectTypeOf(new MLArray([1], options).shape).toEqualTypeOf<Shape>()
    expectTypeOf(new MLArray(any.toList(), { shape: 3 }).shape).toEqualTypeOf<readonly [3]>()
  })

  test('functions', () => {
    expectTypeOf(zeros([2, 3], { dtype: 'float32' }).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(zeros([n, 3]).shape).toEqualTypeOf<readonly [number, 3]>()
    expectTypeOf(zeros([2, 3] as number[]).shape).toEqualTypeOf<Shape>()
    expectTypeOf(full([2], 7).shape).toEqualTypeOf<readonly [2]>()
    expectTypeOf(zerosLike(x).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(eye(3).shape).toEqualTypeOf<readonly [3, 3]>()
    expectTypeOf(eye(3, { m: 4 }).shape).toEqualTypeOf<readonly [3, 4]>()
    expectTypeOf(arange(5).shape).toEqualTypeOf<readonly [5]>()
    expectTypeOf(arange(2.5).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(arange(1, 5).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(arange(5, undefined, 1, { label: 'i' }).shape).toEqualTypeOf<readonly [5]>()
    expectTypeOf(arange(1, Math.random() > 2 ? 5 : undefined).shape).toEqualTypeOf<
      readonly [number]
    >()
    expectTypeOf(linspace(0, 1, 11).shape).toEqualTypeOf<readonly [11]>()
    expectTypeOf(oneHot([2, 0], 3).shape).toEqualTypeOf<readonly [2, 3]>()
  })

  test('options after as many numbers as one gives', () => {
    const options = { dtype: 'float32', requiresGrad: true } as const
    expectTypeOf(arange(5, { dtype: 'float32' }).shape).toEqualTypeOf<readonly [5]>()
    expectTypeOf(arange(5, options).shape).toEqualTypeOf<readonly [5]>()
    expectTypeOf(arange(n, options).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(arange(1, 5, { dtype: 'float32' }).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(arange(1, 5, 2, options).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(linspace(0, 1, { dtype: 'float32' }).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(linspace(0, 1, options).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(linspace(0, 1, 3, options).shape).toEqualTypeOf<readonly [3]>()
    // @ts-expect-error -- no dtype
    arange(5, { dtype: 'int8' })
    // @ts-expect-error -- no option
    arange(5, { dtpe: 'float32' })
    // @ts-expect-error -- no option beside one
    arange(5, { dtype: 'float32', lable: 'i' })
    // @ts-expect-error -- no option
    linspace(0, 1, { dtype: 'float32', n: 5 })
    // @ts-expect-error -- a text
    arange(5, 'float32')
    // @ts-expect-error -- an array is no number
    arange(0, ones([1]))
  })
})

describe('elementwise', () => {
  test('rows', () => {
    expectTypeOf(x.relu().shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(x.add(1).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(x.add(v).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(x.leakyRelu().shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(x.clip(0, ones([3])).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(x.gt(0).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(where(x.gt(0), ones([4, 1, 1]), 0).shape).toEqualTypeOf<readonly [4, 2, 3]>()
  })

  test('broadcasting', () => {
    expectTypeOf(x.add(ones([3])).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(ones([3]).add(x).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(ones([5, 1, 1]).add(x).shape).toEqualTypeOf<readonly [5, 2, 3]>()
    expectTypeOf(ones([2, 1]).add(ones([1, 3])).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(ones([0, 1]).add(ones([3])).shape).toEqualTypeOf<readonly [0, 3]>()
    expectTypeOf(ones([n, 3]).add(x).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(ones([n, 1]).add(ones([1, n])).shape).toEqualTypeOf<readonly [number, number]>()
    expectTypeOf(x.add(any).shape).toEqualTypeOf<Shape>()
  })
})

describe('contractions', () => {
  test('matmul', () => {
    expectTypeOf(x.matmul(ones([3, 4])).shape).toEqualTypeOf<readonly [2, 4]>()
    expectTypeOf(x.matmul(ones([3])).shape).toEqualTypeOf<readonly [2]>()
    expectTypeOf(ones([2]).matmul(x).shape).toEqualTypeOf<readonly [3]>()
    expectTypeOf(ones([3]).matmul(ones([3])).shape).toEqualTypeOf<readonly []>()
    expectTypeOf(y.matmul(ones([4, 5])).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(ones([7, 1, 3, 4]).matmul(ones([2, 4, 5])).shape).toEqualTypeOf<
      readonly [7, 2, 3, 5]
    >()
    expectTypeOf(ones([n, 3]).matmul(ones([3, n])).shape).toEqualTypeOf<readonly [number, number]>()
    expectTypeOf(any.matmul(x).shape).toEqualTypeOf<Shape>()
  })

  test('others', () => {
    expectTypeOf(y.dot(ones([5, 4, 6])).shape).toEqualTypeOf<readonly [2, 3, 5, 6]>()
    expectTypeOf(x.outer(ones([4])).shape).toEqualTypeOf<readonly [6, 4]>()
    expectTypeOf(y.trace().shape).toEqualTypeOf<readonly [4]>()
  })
})

describe('einsum', () => {
  test('has the dimensions that the letters of the result stand for', () => {
    expectTypeOf(einsum('ij->ji', x).shape).toEqualTypeOf<readonly [3, 2]>()
    expectTypeOf(einsum('ij, jk -> ik', x, ones([3, 5])).shape).toEqualTypeOf<readonly [2, 5]>()
    expectTypeOf(einsum('bij,bjk->bik', y, ones([1, 4, 5])).shape).toEqualTypeOf<
      readonly [2, 3, 5]
    >()
    expectTypeOf(einsum('ii->', ones([n, 4])).shape).toEqualTypeOf<readonly []>()
    expectTypeOf(einsum('ij,j->i', any, ones([n])).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(einsum(',ij->ij', x.sum(), x).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(attention(y, y)).toEqualTypeOf<MLArray<[2, 3, 3]>>()
  })

  test('what only the run time knows', () => {
    const some: MLArray[] = [x, x]
    const subscripts: string = 'ij'
    expectTypeOf(einsum('ij', x).shape).toEqualTypeOf<Shape>()
    expectTypeOf(einsum('...i->...', x).shape).toEqualTypeOf<Shape>()
    expectTypeOf(einsum(subscripts, x).shape).toEqualTypeOf<Shape>()
    expectTypeOf(einsum('ij,ij->i', ...some).shape).toEqualTypeOf<Shape>()
  })
})

describe('reductions', () => {
  test('axis and keepdims', () => {
    expectTypeOf(x.sum().shape).toEqualTypeOf<readonly []>()
    expectTypeOf(any.sum().shape).toEqualTypeOf<readonly []>()
    expectTypeOf(x.sum({ axis: 0 }).shape).toEqualTypeOf<readonly [3]>()
    expectTypeOf(x.sum({ axis: -1, keepdims: true }).shape).toEqualTypeOf<readonly [2, 1]>()
    expectTypeOf(x.mean({ keepdims: true }).shape).toEqualTypeOf<readonly [1, 1]>()
    expectTypeOf(y.max({ axis: [0, -1] }).shape).toEqualTypeOf<readonly [3]>()
    expectTypeOf(y.max({ axis: [] }).shape).toEqualTypeOf<readonly [2, 3, 4]>()
    expectTypeOf(x.std({ axis: 1, ddof: 1 }).shape).toEqualTypeOf<readonly [2]>()
    expectTypeOf(x.argmax({ axis: 1 }).shape).toEqualTypeOf<readonly [2]>()
  })

  test('what is known only at run time', () => {
    const options: { axis?: number } = {}
    expectTypeOf(x.sum({ axis: n }).shape).toEqualTypeOf<Shape>()
    expectTypeOf(any.sum({ axis: [0, 0] }).shape).toEqualTypeOf<Shape>()
    expectTypeOf(any.flip({ axis: 1 }).shape).toEqualTypeOf<Shape>()
    expectTypeOf(any.argmax({ axis: -1 }).shape).toEqualTypeOf<Shape>()
    expectTypeOf(x.sum(options).shape).toEqualTypeOf<Shape>()
  })

  test('along an axis', () => {
    expectTypeOf(x.cumsum().shape).toEqualTypeOf<readonly [6]>()
    expectTypeOf(x.cumsum({ axis: 0 }).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(x.softmax({ axis: 0 }).shape).toEqualTypeOf<readonly [2, 3]>()
  })
})

describe('movement', () => {
  test('reshape', () => {
    expectTypeOf(x.reshape([3, 2]).shape).toEqualTypeOf<readonly [3, 2]>()
    expectTypeOf(x.reshape([3, -1]).shape).toEqualTypeOf<readonly [3, 2]>()
    expectTypeOf(ones([64, 28, 28]).reshape([64, -1]).shape).toEqualTypeOf<readonly [64, 784]>()
    expectTypeOf(ones([n, 28, 28]).reshape([-1, 784]).shape).toEqualTypeOf<readonly [number, 784]>()
    expectTypeOf(any.reshape([2, 3]).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(ones([784, 128]).flatten().shape).toEqualTypeOf<readonly [100352]>()
  })

  test('order of axes', () => {
    expectTypeOf(y.T.shape).toEqualTypeOf<readonly [4, 3, 2]>()
    expectTypeOf(any.T.shape).toEqualTypeOf<Shape>()
    expectTypeOf(y.transpose().shape).toEqualTypeOf<readonly [4, 3, 2]>()
    expectTypeOf(y.transpose([-1, 0, 1]).shape).toEqualTypeOf<readonly [4, 2, 3]>()
    expectTypeOf(y.swapaxes(0, -1).shape).toEqualTypeOf<readonly [4, 3, 2]>()
    expectTypeOf(y.moveaxis(0, -1).shape).toEqualTypeOf<readonly [3, 4, 2]>()
    expectTypeOf(y.moveaxis([0, 1], [2, 0]).shape).toEqualTypeOf<readonly [3, 4, 2]>()
  })

  test('number of axes', () => {
    expectTypeOf(ones([1, 2, 1]).squeeze().shape).toEqualTypeOf<readonly [2]>()
    expectTypeOf(ones([1, 2, 1]).squeeze({ axis: -1 }).shape).toEqualTypeOf<readonly [1, 2]>()
    expectTypeOf(ones([n, 2]).squeeze().shape).toEqualTypeOf<Shape>()
    expectTypeOf(x.expandDims(-1).shape).toEqualTypeOf<readonly [2, 3, 1]>()
    expectTypeOf(x.expandDims([0, 2]).shape).toEqualTypeOf<readonly [1, 2, 1, 3]>()
    expectTypeOf(x.broadcastTo([5, 2, 3]).shape).toEqualTypeOf<readonly [5, 2, 3]>()
  })

  test('several arrays', () => {
    expectTypeOf(concatenate([x, ones([4, 3])]).shape).toEqualTypeOf<readonly [6, 3]>()
    expectTypeOf(concatenate([x, ones([2, n])], { axis: 1 }).shape).toEqualTypeOf<
      readonly [2, number]
    >()
    expectTypeOf(concatenate([any, x]).shape).toEqualTypeOf<Shape>()
    expectTypeOf(concatenate([] as MLArray<[2, 3]>[]).shape).toEqualTypeOf<readonly [number, 3]>()
    expectTypeOf(stack([x, x, x]).shape).toEqualTypeOf<readonly [3, 2, 3]>()
    expectTypeOf(stack([x, x, x], { axis: -1 }).shape).toEqualTypeOf<readonly [2, 3, 3]>()
    type Part = MLArray<[2, 1]>
    expectTypeOf(split(x, 3, { axis: 1 })).toEqualTypeOf<[Part, Part, Part]>()
    expectTypeOf(split(x, [1, 2], { axis: 1 })[2]).toEqualTypeOf<MLArray<[2, number]>>()
    expectTypeOf(split(any, 2)).toEqualTypeOf<[MLArray, MLArray]>()
    expectTypeOf(split(x, n)).toEqualTypeOf<MLArray<[number, 3]>[]>()
    expectTypeOf(split(any, [n, n] as number[])).toEqualTypeOf<MLArray[]>()
    expectTypeOf(split(ones([10]), 10)).toEqualTypeOf<MLArray<[1]>[]>()
  })

  test('others', () => {
    expectTypeOf(x.tile([2, 1, 2]).shape).toEqualTypeOf<readonly [2, 2, 6]>()
    expectTypeOf(x.repeat(2).shape).toEqualTypeOf<readonly [12]>()
    expectTypeOf(x.repeat(2, { axis: 1 }).shape).toEqualTypeOf<readonly [2, 6]>()
    expectTypeOf(
      x.pad([
        [1, 1],
        [0, 0],
      ]).shape,
    ).toEqualTypeOf<readonly [4, 3]>()
    expectTypeOf(x.pad(widths).shape).toEqualTypeOf<readonly [number, number]>()
    expectTypeOf(ones([3]).diag().shape).toEqualTypeOf<readonly [3, 3]>()
    expectTypeOf(x.flip().roll(1).triu().shape).toEqualTypeOf<readonly [2, 3]>()
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
    for (const row of x) expectTypeOf(row.shape).toEqualTypeOf<readonly [3]>()
    for (const element of ones([3])) expectTypeOf(element).toEqualTypeOf<Value>()
    for (const item of any) expectTypeOf(item).toEqualTypeOf<Value | MLArray>()
  })

  test('instanceof', () => {
    expectTypeOf(arrayIn(n)).toEqualTypeOf<MLArray | undefined>()
    expectTypeOf(either(x)).toEqualTypeOf<MLArray<[2, 3]> | undefined>()
  })
})

describe('gradients', () => {
  test('have the shape of the array', () => {
    expectTypeOf(x.grad().shape).toEqualTypeOf<readonly [2, 3]>()
    x.backward({ upstream: ones([2, 3]), createGraph: true })
    x.onGradient((gradient) => gradient.mul(2))
    x.assign([[1, 2, 3]])
  })

  test('flow from what may be an array or a Value', () => {
    const run = (loss: MLArray | MLArray<[2]> | Value): void =>
      loss.backward({ upstream: 2, createGraph: true })
    expectTypeOf(run).returns.toEqualTypeOf<void>()
    // @ts-expect-error -- a Value takes no array as upstream gradient
    const wrong = (loss: MLArray<[2]> | Value): void => loss.backward({ upstream: ones([2]) })
    expectTypeOf(wrong).returns.toEqualTypeOf<void>()
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
    expectTypeOf(layer(x, ones([3, 4]), any).shape).toEqualTypeOf<Shape>()
  })

  test('code that is generic in the shape', () => {
    expectTypeOf(halved(x).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(withTotal(x)[1].shape).toEqualTypeOf<readonly []>()
  })

  test('code that is generic in dimensions', () => {
    expectTypeOf(linear(x, ones([3, 4]), ones([4]))).toEqualTypeOf<MLArray<[number, 4]>>()
    expectTypeOf(new Layer(3, 4).forward(x)).toEqualTypeOf<MLArray<[number, 4]>>()
    expectTypeOf(scores(y, y)).toEqualTypeOf<MLArray<[2, 3, 3]>>()
    expectTypeOf(total(x)).toEqualTypeOf<MLArray<[3]>>()
    expectTypeOf(chosen(x)).toEqualTypeOf<MLArray<[2, 3]>>()
    expectTypeOf(flat(ones([2, 4]))).toEqualTypeOf<MLArray>()
    expectTypeOf(standard(x)).toEqualTypeOf<readonly [MLArray<[2, 3]>, MLArray]>()
    expectTypeOf(sums(x, x)).toEqualTypeOf<MLArray>()
    // @ts-expect-error -- a layer of 3 inputs
    new Layer(3, 4).forward(ones([2, 4]))
    // @ts-expect-error -- a bias of rank 2
    linear(x, ones([3, 4]), ones([1, 4]))
  })

  test('readonly and mutable spellings', () => {
    const readonly: MLArray<readonly [2, 3]> = x
    expectTypeOf(readonly).toExtend<MLArray<[2, 3]>>()
  })

  test('one of several shapes', () => {
    const one = n > 0 ? ones([2]) : ones([3, 1])
    expectTypeOf(one.relu().add(1).sum().shape).toEqualTypeOf<readonly []>()
    expectTypeOf(x.add(n > 0 ? x : 2).shape).toEqualTypeOf<readonly [2, 3]>()
  })

  test('a row chosen by its name', () => {
    const name: 'relu' | 'tanh' = n > 0 ? 'relu' : 'tanh'
    expectTypeOf(x[name]().shape).toEqualTypeOf<readonly [2, 3]>()
  })
})
