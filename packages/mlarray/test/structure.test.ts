// First and second derivatives of every structural operation, along every axis, as every view, in both dtypes.
import { describe, expect, test } from 'vitest'
import {
  concatenate,
  einsum,
  MLArray,
  split,
  stack,
  tensordot,
  where,
  type Shape,
} from '../src/index.ts'
import { derivatives, derivativesOfViews, sample } from './sample.ts'

type F = (...inputs: MLArray[]) => MLArray
type Row = readonly [name: string, f: F, ...shapes: Shape[]]

/** Reductions take every set of axes of a shape of rank 3, with the reduced axes kept and not. */
const AXES = [undefined, [], 0, 1, -1, [0, 1], [2, 0], [1, 2], [0, 1, 2]] as const

const reductions = {
  sum: (x: MLArray, axis?: number | readonly number[], keepdims?: boolean) =>
    x.sum(options(axis, keepdims)),
  mean: (x: MLArray, axis?: number | readonly number[], keepdims?: boolean) =>
    x.mean(options(axis, keepdims)),
  prod: (x: MLArray, axis?: number | readonly number[], keepdims?: boolean) =>
    x.prod(options(axis, keepdims)),
  max: (x: MLArray, axis?: number | readonly number[], keepdims?: boolean) =>
    x.max(options(axis, keepdims)),
  min: (x: MLArray, axis?: number | readonly number[], keepdims?: boolean) =>
    x.min(options(axis, keepdims)),
  logsumexp: (x: MLArray, axis?: number | readonly number[], keepdims?: boolean) =>
    x.logsumexp(options(axis, keepdims)),
} as const

const options = (axis?: number | readonly number[], keepdims = false): object =>
  axis === undefined ? { keepdims } : { axis, keepdims }

describe.each(Object.entries(reductions))('%s', (_, f) => {
  test.each(AXES)('over %j', (axis) => {
    for (const keepdims of [false, true]) {
      expect(derivativesOfViews((x) => f(x, axis, keepdims), [[2, 3, 2]])).toEqual({})
    }
  })

  test.each([[[]], [[1]], [[1, 3, 1]]])('of shape %j', (shape) => {
    expect(derivatives((x) => f(x), [sample(shape)])).toBe('right')
  })
})

describe.each([0, 1])('with ddof %i', (ddof) => {
  test.each(AXES.slice(2))('var and std over %j', (axis) => {
    if (axis === 0 || axis === -1) return expect(axis).toBeLessThan(1)
    for (const keepdims of [false, true]) {
      const given = { ...options(axis, keepdims), ddof }
      expect(derivativesOfViews((x) => x.var(given), [[2, 3, 2]])).toEqual({})
      expect(derivativesOfViews((x) => x.std(given), [[2, 3, 2]])).toEqual({})
    }
    return undefined
  })
})

describe.each([1, 2, 3, 1.5, -1, Infinity, -Infinity])('the norm of order %d', (ord) => {
  test.each(AXES)('over %j', (axis) => {
    for (const keepdims of [false, true]) {
      const given = { ...options(axis, keepdims), ord }
      expect(derivativesOfViews((x) => x.norm(given), [[2, 3, 2]], { from: 0.5, to: 2 })).toEqual(
        {},
      )
    }
  })
})

const scans: Row[] = [undefined, 0, 1, 2, -1].flatMap((axis): Row[] => {
  const given = axis === undefined ? {} : { axis }
  return [
    [`cumsum over ${axis}`, (x) => x.cumsum(given), [2, 3, 2]],
    [`cumprod over ${axis}`, (x) => x.cumprod(given), [2, 3, 2]],
    [`softmax along ${axis}`, (x) => x.softmax(given), [2, 3, 2]],
    [`logSoftmax along ${axis}`, (x) => x.logSoftmax(given), [2, 3, 2]],
    [`repeat along ${axis}`, (x) => x.repeat(2, given), [2, 3, 2]],
    [`flip along ${axis}`, (x) => x.flip(given), [2, 3, 2]],
    [`roll along ${axis}`, (x) => x.roll(1, given), [2, 3, 2]],
  ]
})

const movement: Row[] = [
  ['reshape', (x) => x.reshape([3, -1]), [2, 3, 2]],
  ['reshape to one axis', (x) => x.reshape(-1), [2, 3]],
  ['flatten', (x) => x.flatten(), [2, 3, 2]],
  ['transpose', (x) => x.transpose([2, 0, 1]), [2, 3, 2]],
  ['T', (x) => x.T, [2, 3, 2]],
  ['swapaxes', (x) => x.swapaxes(0, -1), [2, 3, 2]],
  ['moveaxis', (x) => x.moveaxis([0, 1], [-1, 0]), [2, 3, 2]],
  ['squeeze', (x) => x.squeeze(), [2, 1, 3, 1]],
  ['squeeze of one axis', (x) => x.squeeze({ axis: 1 }), [2, 1, 3, 1]],
  ['expandDims', (x) => x.expandDims([0, -1]), [2, 3]],
  ['broadcastTo', (x) => x.broadcastTo([4, 2, 5, 3]), [2, 1, 3]],
  ['broadcastTo the same shape', (x) => x.broadcastTo([2, 3]), [2, 3]],
  ['repeat by a list', (x) => x.repeat([2, 0, 1] as never, { axis: 1 }), [2, 3]],
  ['tile', (x) => x.tile([2, 1, 3]), [2, 3]],
  ['tile once', (x) => x.tile(1), [2, 3]],
  ['roll along two axes', (x) => x.roll([1, -2], { axis: [0, 1] }), [2, 3]],
  ['flip along two axes', (x) => x.flip({ axis: [0, 2] }), [2, 3, 2]],
  ['triu', (x) => x.triu(1), [2, 3, 3]],
  ['tril', (x) => x.tril(-1), [2, 3, 3]],
  ['diag of a vector', (x) => x.diag(1), [2]],
  ['diag of a matrix', (x) => x.diag(-1), [2, 3]],
  ['trace', (x) => x.trace(), [2, 3, 2]],
  ['split', (x) => split(x, [1], { axis: 1 })[1].mul(split(x, 3, { axis: 1 })[0]), [2, 3]],
  [
    'the rows of an iteration',
    (x) => {
      const [a, b] = x
      return (a as MLArray).mul(b as MLArray)
    },
    [2, 3],
  ],
  ['astype', (x) => x.astype('float64').square(), [2, 3]],
  ['a copy', (x) => new MLArray(x).square(), [2, 3]],
]

const padding: Row[] = (['constant', 'edge', 'reflect', 'symmetric', 'wrap'] as const).map(
  (mode) => [
    `pad by ${mode}`,
    (x) =>
      x.pad(
        [
          [1, 2],
          [0, 4],
        ],
        { mode },
      ),
    [2, 3],
  ],
)

const several: Row[] = [
  [
    'pad with a number',
    (x) =>
      x.pad(
        [
          [1, 0],
          [0, 1],
        ],
        { value: 7 },
      ),
    [2, 3],
  ],
  ['concatenate', (a, b) => concatenate([a, b], { axis: 1 }).square(), [2, 3], [2, 1]],
  ['concatenate one twice', (a) => concatenate([a, a], { axis: -1 }).square(), [2, 3]],
  ['stack', (a, b) => stack([a, b, a], { axis: 1 }).square(), [2, 3], [2, 3]],
  ['a list of arrays', (a, b) => new MLArray([a, b]).square(), [2, 3], [2, 3]],
  ['where', (a, b) => where([[1, 0, 1]], a.square(), b), [2, 3], [2, 1]],
  ['dot of vectors', (a, b) => a.dot(b), [2], [2]],
  ['dot with a matrix', (a, b) => a.dot(b), [2, 3], [3]],
  ['dot of higher ranks', (a, b) => a.dot(b), [2, 2, 3], [2, 3, 2]],
  ['dot with a scalar', (a, b) => a.dot(b), [2, 3], []],
  ['outer', (a, b) => a.outer(b), [2, 2], [3]],
  ['tensordot by a number', (a, b) => tensordot(a, b, 2), [2, 3, 2], [3, 2]],
  [
    'tensordot by lists',
    (a, b) =>
      tensordot(a, b, [
        [0, -1],
        [1, 0],
      ]),
    [2, 3, 4],
    [4, 2, 2],
  ],
  ['tensordot over nothing', (a, b) => tensordot(a, b, 0), [2], [2, 2]],
]

const products: Row[] = (
  [
    [[3], [3]],
    [[3], [3, 2]],
    [[2, 3], [3]],
    [
      [2, 3],
      [3, 2],
    ],
    [
      [2, 3],
      [2, 3, 2],
    ],
    [
      [2, 2, 3],
      [3, 2],
    ],
    [[2, 2, 3], [3]],
    [[3], [2, 3, 2]],
    [
      [2, 1, 2, 3],
      [3, 3, 2],
    ],
    [
      [1, 2, 3],
      [4, 3, 1],
    ],
    // Matrices so large that the stacks they meet are copied together.
    [
      [2, 1, 8],
      [1, 8, 8],
    ],
    [
      [8, 8],
      [2, 8, 1],
    ],
    [
      [5, 6],
      [6, 7],
    ],
  ] as const
).map(([a, b]) => [`matmul of [${a.join()}] and [${b.join()}]`, (x, y) => x.matmul(y), a, b])

/** The sum that subscripts name, of arrays of these shapes. */
const summed = (subscripts: string, ...shapes: Shape[]): Row => [
  `einsum ${subscripts}`,
  (...inputs) => einsum(subscripts, ...inputs),
  ...shapes,
]

const sums: Row[] = [
  summed('ij,jk->ik', [2, 3], [3, 2]),
  summed('ij,jk', [2, 3], [3, 2]),
  summed('ij->', [2, 3]),
  summed('ii', [2, 2]),
  summed('ii->i', [2, 2]),
  summed('iij->ji', [2, 2, 3]),
  summed('...ii->...', [2, 2, 2]),
  summed('...ij,...jk->...ik', [2, 2, 3], [3, 2]),
  summed('ij,ij->j', [2, 3], [1, 3]),
  summed('i,j,k->kji', [2], [3], [2]),
  summed('bij,bjk,bkl->bil', [2, 2, 3], [2, 3, 2], [2, 2, 1]),
  summed('ij,i', [2, 3], [2]),
  summed('ia,jb,kc,ijk->cab', [2, 3], [2, 1], [3, 2], [2, 2, 3]),
  summed('bi,bj,ij->b', [3, 2], [3, 2], [2, 2]),
]

const named = (rows: readonly Row[]): { name: string; f: F; shapes: Shape[] }[] =>
  rows.map(([name, f, ...shapes]) => ({ name, f, shapes }))

test.each(named([...scans, ...movement, ...padding, ...several, ...products, ...sums]))(
  '$name',
  ({ f, shapes }) => {
    expect(derivativesOfViews(f, shapes)).toEqual({})
  },
)

test.each(named([...movement, ...several, ...products, ...sums]))(
  '$name, squared: a second derivative that is not 0',
  ({ f, shapes }) => {
    const inputs = shapes.map((shape) => sample(shape))
    expect(derivatives((...given) => f(...given).square(), inputs)).toBe('right')
  },
)

describe('einsum of many operands', () => {
  const n = 20
  const [core, ...factors] = [
    [n, n, n, n],
    [n, n],
    [n, n],
    [n, n],
    [n, n],
  ].map((shape) => sample(shape)) as [MLArray, ...MLArray[]]

  test('needs no more memory whatever their order', () => {
    // From left to right, the factors alone would become 20⁸ products.
    const y = einsum('ia,jb,kc,ld,ijkl->abcd', ...factors, core)
    const inTurn = factors.reduce((x, factor) => tensordot(x, factor, [[0], [0]]), core)
    expect(y.allClose(inTurn)).toBe(true)
  })

  test('takes the way of the least work', () => {
    const [a, b, c, x] = [sample([300, 300]), sample([300, 300]), sample([300, 300]), sample([300])]
    const y = einsum('ij,jk,kl,l->i', a, b, c, x)
    expect(y.arrayEqual(a.matmul(b.matmul(c.matmul(x))))).toBe(true)
  })
})
