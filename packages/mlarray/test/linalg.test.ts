// Linear algebra: what the equations say, derivatives of every order, and what is refused.
import { assert, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  arange,
  cholesky,
  concatenate,
  det,
  eye,
  Generator,
  inv,
  linspace,
  MLArray,
  ones,
  solve,
  toMermaid,
  unroll,
  Value,
  zeros,
  type NestedValues,
} from '../src/index.ts'
import { derivatives, derivativesOfViews, sample } from './sample.ts'

const random = new Generator(1)
const regular = (...shape: number[]): MLArray =>
  random
    .normal(shape)
    .add(eye(shape.at(-1)!).mul(3))
    .detach()
const definite = (a: MLArray): MLArray =>
  a.matmul(a.swapaxes(-1, -2)).add(eye(a.shape.at(-1)!).mul(0.5))

/** By expansion along the first row. */
const expanded = (rows: readonly (readonly number[])[]): number =>
  rows.length === 0
    ? 1
    : rows[0]!.reduce(
        (total, x, j) =>
          total +
          (j % 2 === 0 ? x : -x) * expanded(rows.slice(1).map((row) => row.toSpliced(j, 1))),
        0,
      )

describe('values', () => {
  test('a x is b, a⁻¹ a is 1, l lᵀ is a, of any size', () => {
    const sizes = integer({ min: 0, max: 12 })
    assert(
      property(sizes, integer({ min: 0, max: 3 }), integer({ min: 0, max: 999 }), (n, k, seed) => {
        const source = new Generator(seed)
        const a = source.normal([2, n, n])
        const b = source.normal([2, n, k])
        const near = { rtol: 1e-6, atol: 1e-6 }
        expect(a.matmul(solve(a, b)).allClose(b, near)).toBe(true)
        expect(
          inv(a)
            .matmul(a)
            .allClose(eye(n).broadcastTo([2, n, n]), near),
        ).toBe(true)
        const c = definite(a)
        const l = cholesky(c)
        expect(l.matmul(l.swapaxes(-1, -2)).allClose(c, near)).toBe(true)
        expect(l.triu(1).any().item()).toBe(0)
      }),
    )
  })

  test('determinants by expansion', () => {
    for (const n of [0, 1, 2, 3, 4, 5]) {
      const a = random.normal([n, n])
      expect(det(a).item()).toBeCloseTo(expanded(a.toList() as number[][]), 10)
    }
    expect(det(arange(9).reshape([3, 3])).item()).toBeCloseTo(0, 12)
    expect(det(zeros([2, 0, 0])).toList()).toEqual([1, 1])
  })

  // python3 -c "import numpy as np; print(np.linalg.solve([[4, 1], [1, 3]], [1, 2]), np.linalg.inv([[0, 2], [4, 1]]))"
  test('what NumPy prints', () => {
    const a = new MLArray([
      [4, 1],
      [1, 3],
    ])
    expect(
      solve(a, new MLArray([1, 2])).allClose([0.09090909090909091, 0.6363636363636364], {
        rtol: 1e-15,
      }),
    ).toBe(true)
    expect(
      inv(
        new MLArray([
          [0, 2],
          [4, 1],
        ]),
      ).toList(),
    ).toEqual([
      [-0.125, 0.25],
      [0.5, 0],
    ])
    expect(
      cholesky(
        new MLArray([
          [4, 2],
          [2, 10],
        ]),
      ).toList(),
    ).toEqual([
      [2, 0],
      [1, 3],
    ])
  })

  test('a row interchange, and numbers of every size', () => {
    expect(
      det(
        new MLArray([
          [0, 1],
          [1, 0],
        ]),
      ).item(),
    ).toBe(-1)
    for (const scale of [1e-200, 1e-20, 1, 1e100]) {
      const a = new MLArray([
        [scale, scale],
        [1, 2],
      ])
      expect(a.matmul(inv(a)).allClose(eye(2))).toBe(true)
      expect(
        inv(
          new MLArray([
            [1, 0],
            [0, scale],
          ]),
        ).toList(),
      ).toEqual([
        [1, 0],
        [0, 1 / scale],
      ])
    }
  })
})

describe('shapes', () => {
  test('stacks broadcast, and a right-hand side of rank 1 is one vector', () => {
    const shapeOf = (a: number[], b: number[]): readonly number[] =>
      solve(regular(...a), zeros(b)).shape
    expect(shapeOf([3, 3], [3])).toEqual([3])
    expect(shapeOf([3, 3], [3, 2])).toEqual([3, 2])
    expect(shapeOf([5, 3, 3], [3])).toEqual([5, 3])
    expect(shapeOf([5, 3, 3], [3, 2])).toEqual([5, 3, 2])
    expect(shapeOf([3, 3], [4, 3, 2])).toEqual([4, 3, 2])
    expect(shapeOf([5, 1, 3, 3], [4, 3, 2])).toEqual([5, 4, 3, 2])
    expect(shapeOf([0, 3, 3], [3, 2])).toEqual([0, 3, 2])
    expect(shapeOf([3, 3], [3, 0])).toEqual([3, 0])
  })

  test('of no rows and of no matrices', () => {
    expect(inv(zeros([0, 0])).shape).toEqual([0, 0])
    expect(cholesky(zeros([2, 0, 0])).shape).toEqual([2, 0, 0])
    expect(solve(zeros([0, 0]), zeros([0])).shape).toEqual([0])
    expect(det(zeros([0, 3, 3])).shape).toEqual([0])
  })

  test('float32 is computed in double precision and rounded once', () => {
    const a = new MLArray(
      [
        [3, 1],
        [1, 2],
      ],
      { dtype: 'float32' },
    )
    const exact = inv(a.astype('float64')).astype('float32')
    expect([inv(a).dtype, inv(a).toList()]).toEqual(['float32', exact.toList()])
    expect(solve(a, new MLArray([1, 2])).dtype).toBe('float64')
  })
})

describe('derivatives', () => {
  // Far from singular, as they lie in memory in any way.
  const shifted = (x: MLArray): MLArray => x.add(eye(x.shape.at(-1)!).mul(5))
  const third = { order: 3, directions: 2, tolerance: 1e-4 }

  test('of views and stacks', () => {
    expect(
      derivativesOfViews(
        (a, b) => solve(shifted(a), b),
        [
          [2, 2, 2],
          [2, 2, 2],
        ],
      ),
    ).toEqual({})
    expect(derivativesOfViews((a) => inv(shifted(a)), [[2, 2, 2]])).toEqual({})
    expect(derivativesOfViews((a) => det(shifted(a)), [[2, 2, 2]])).toEqual({})
    expect(derivativesOfViews((a) => cholesky(definite(a)), [[2, 2, 2]])).toEqual({})
  })

  test('summed where a stack was broadcast', () => {
    expect(derivatives(solve, [regular(2, 3, 3), sample([3])])).toBe('right')
    expect(derivatives(solve, [regular(3, 3), sample([2, 3, 1])])).toBe('right')
    expect(derivatives(solve, [regular(2, 1, 2, 2), sample([3, 2, 2])])).toBe('right')
  })

  test('of the third order', () => {
    const a = regular(3, 3)
    expect(derivatives(solve, [a, sample([3, 2])], third)).toBe('right')
    expect(derivatives((x) => inv(x), [a], third)).toBe('right')
    expect(derivatives((x) => det(x), [a], third)).toBe('right')
    expect(derivatives((x) => cholesky(x), [definite(a).detach()], third)).toBe('right')
  })

  test('of determinants of singular matrices', () => {
    const rank1 = new MLArray([[1], [2], [-1]]).matmul(new MLArray([[1, 3, 2]])).detach()
    const rank2 = new MLArray([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ])
    for (const a of [zeros([1, 1]), zeros([2, 2]), zeros([3, 3]), rank1, rank2]) {
      expect(derivatives((x) => det(x), [a], third)).toBe('right')
    }
    const stack = new MLArray([
      [
        [1, 2],
        [2, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ])
    expect(derivatives((x) => det(x), [stack], third)).toBe('right')
  })

  test('of large determinants, regular and singular', () => {
    const a = new Generator(3).normal([8, 8]).div(2).detach()
    expect(derivatives((x) => det(x), [a])).toBe('right')
    const singular = new MLArray(a)
    singular.set(7, a.slice(0))
    expect(derivatives((x) => det(x), [singular], { order: 1 })).toBe('right')
  })

  test('of determinants of many rows, nearly singular, by the inverse', () => {
    const x = linspace(0, 5, 40)
    const near = x.sub(x.expandDims(1)).square().neg().exp().add(eye(40).mul(1e-6))
    const a = new MLArray(near)
    const y = det(a)
    y.backward({ createGraph: true })
    const slopes = a.gradNode()!
    // The thousand minors of 40 rows would be taken out of `a` element by element.
    expect([toMermaid(slopes).includes('solve'), toMermaid(slopes).includes('gather')]).toEqual([
      true,
      false,
    ])
    // A matrix that is twice as large has the 2⁴⁰-fold determinant.
    expect(slopes.mul(a).sum().item() / y.item() / 40).toBeCloseTo(1, 9)
  })

  test('cholesky reads and answers symmetrically', () => {
    const a = new MLArray([
      [4, 2],
      [2, 10],
    ])
    cholesky(a).at(1, 0).backward()
    // l₁₀ = a₁₀ / √a₀₀, half of it from either side of the diagonal.
    expect(a.grad().toList()).toEqual([
      [-0.125, 0.25],
      [0.25, 0],
    ])
  })

  test('of no rows', () => {
    expect(derivatives((x) => det(x), [sample([2, 0, 0])])).toBe('right')
    expect(derivatives(solve, [sample([0, 0]), sample([0, 2])])).toBe('right')
  })
})

describe('scalar meaning', () => {
  const flat = (x: NestedValues): Value[] => (x instanceof Value ? [x] : x.flatMap(flat))

  test.each<[string, (a: MLArray, b: MLArray) => MLArray]>([
    ['solve', solve],
    ['inv', inv],
    ['det', (a) => det(a)],
    ['det of singular', (a) => det(a.mul(zeros([3, 3])))],
    ['det of rank 1', (a) => det(a.slice(':', ':', ':1').mul(new MLArray([2, 0, -1])))],
    [
      'det of rank 2',
      (a) => det(concatenate([a.slice(':', ':2'), a.slice(':', ':1')], { axis: 1 })),
    ],
    ['cholesky', (a) => cholesky(definite(a))],
  ])('%s', (_, f) => {
    const a = new MLArray(regular(2, 3, 3))
    const b = new MLArray(sample([3, 2]).detach())
    const gradients = (backward: (y: MLArray) => void): MLArray[] => {
      a.zeroGrad()
      b.zeroGrad()
      backward(f(a, b))
      return [a.grad(), b.grad()]
    }
    const values = flat(unroll(f(a, b))).map((value) => value.data)
    expect(f(a, b).flatten().allClose(values, { atol: 1e-12 })).toBe(true)
    const expected = gradients((y) => y.backward())
    const scalar = gradients((y) =>
      flat(unroll(y))
        .reduce((total, v) => total.add(v))
        .backward(),
    )
    scalar.forEach((gradient, i) =>
      expect(gradient.allClose(expected[i]!, { atol: 1e-12 })).toBe(true),
    )
  })
})

test('the determinant of Values keeps its digits where rows are nearly dependent', () => {
  const a = arange(25, { dtype: 'float64' }).div(8).atan().reshape([5, 5])
  const y = det(new MLArray(a))
  expect((unroll(y) as Value).data / y.item()).toBeCloseTo(1, 9)
})

test('least squares and standard errors', () => {
  // NumPy's inv, by the same formulas.
  const x = new MLArray([1, 2, 3, 4, 5].map((t) => [1, t]))
  const y = new MLArray([2.1, 3.9, 6.2, 7.8, 10.1])
  const normal = x.T.matmul(x)
  const coefficients = solve(normal, x.T.matmul(y))
  const residuals = y.sub(x.matmul(coefficients))
  const errors = inv(normal).diag().mul(residuals.square().sum().div(3)).sqrt()
  expect(coefficients.allClose([0.05, 1.99], { atol: 1e-12 })).toBe(true)
  expect(errors.allClose([0.19807406, 0.05972158], { atol: 1e-7 })).toBe(true)
})

describe('refused', () => {
  test('shapes that are no matrices', () => {
    // @ts-expect-error -- as the types say, too
    expect(() => inv(zeros([2, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: inv: a square matrix or a stack of them is expected, got shape [2, 3].]`,
    )
    // @ts-expect-error -- as the types say, too
    expect(() => det(zeros([2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: det: a square matrix or a stack of them is expected, got shape [2].]`,
    )
    // @ts-expect-error -- as the types say, too
    expect(() => cholesky(new MLArray(1))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: cholesky: a square matrix or a stack of them is expected, got shape [].]`,
    )
    // @ts-expect-error -- as the types say, too
    expect(() => solve(eye(3), zeros([2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: solve: 3 equations of shape [3, 3] need as many rows on the right-hand side, got shape [2].]`,
    )
    // @ts-expect-error -- as the types say, too
    expect(() => solve(eye(3), zeros([2, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: solve: 3 equations of shape [3, 3] need as many rows on the right-hand side, got shape [2, 3].]`,
    )
    // @ts-expect-error -- as the types say, too
    expect(() => solve(eye(3), new MLArray(1))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: solve: 3 equations of shape [3, 3] need as many rows on the right-hand side, got shape [].]`,
    )
    expect(() => solve(regular(2, 3, 3), zeros([4, 3, 1]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: solve: shapes [2] and [4] do not broadcast: axis -1 is 2 and 4.]`,
    )
  })

  test('singular matrices, to rounding, and which one of a stack', () => {
    expect(() => inv(zeros([2, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: inv: the matrix of shape [2, 2] is singular: column 0 has no pivot.]`,
    )
    expect(() =>
      inv(
        new MLArray([
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ]),
      ),
    ).toThrow('to rounding')
    const stack = new MLArray(regular(2, 3, 2, 2))
    stack.set(
      [1, 2],
      [
        [1, 2],
        [2, 4],
      ],
    )
    expect(() => solve(stack, zeros([2]))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: solve: matrix [1, 2] of shape [2, 3, 2, 2] is singular: column 1 has no pivot.]`,
    )
  })

  test('every matrix of dependent rows', () => {
    assert(
      property(integer({ min: 2, max: 30 }), integer({ min: 0, max: 999 }), (n, seed) => {
        const source = new Generator(seed)
        const a = source.normal([n, n])
        a.set(
          -1,
          a
            .slice(':-1')
            .mul(source.normal([n - 1, 1]))
            .sum({ axis: 0 }),
        )
        expect(() => inv(a)).toThrow('singular')
        expect(() => inv(a.T)).toThrow('singular')
      }),
    )
  })

  test('but not what is only badly scaled, or ill-conditioned', () => {
    const years = Array.from({ length: 50 }, (_, i) => [1, 1950 + i, (1950 + i) ** 2])
    const x = new MLArray(years)
    expect(() => inv(x.T.matmul(x))).not.toThrow()
    const hilbert = new MLArray(
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [0, 1, 2, 3, 4, 5, 6, 7].map((j) => 1 / (i + j + 1))),
    )
    expect(hilbert.matmul(inv(hilbert)).allClose(eye(8), { atol: 1e-5 })).toBe(true)
  })

  test('what is not positive definite, or not symmetric', () => {
    expect(() =>
      cholesky(
        new MLArray([
          [1, 2],
          [2, 1],
        ]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: cholesky: the matrix of shape [2, 2] is not positive definite: pivot 1 is -3.]`,
    )
    expect(() =>
      cholesky(
        new MLArray([
          [
            [1, 0],
            [0, 1],
          ],
          [
            [0, 0],
            [0, 1],
          ],
        ]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: cholesky: matrix [1] of shape [2, 2, 2] is not positive definite: pivot 0 is 0.]`,
    )
    expect(() =>
      cholesky(
        new MLArray([
          [4, 0],
          [2, 10],
        ]),
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: cholesky: the matrix of shape [2, 2] is not symmetric: [1, 0] is 2, [0, 1] is 0.]`,
    )
    expect(() => cholesky(new MLArray([[NaN]]))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: cholesky: the matrix of shape [1, 1] is not positive definite: pivot 0 is NaN.]`,
    )
  })

  test('NaN is no number that anything can be said of', () => {
    expect(inv(new MLArray([[NaN]])).item()).toBeNaN()
    expect(
      det(
        new MLArray([
          [NaN, 1],
          [1, 1],
        ]),
      ).item(),
    ).toBeNaN()
  })

  test.each([NaN, Infinity])('and %d goes through a determinant also past zeros', (x) => {
    const lists = [
      [1, x, 0, 2],
      [0, x, 0, 1],
      [0, 1, 0, x],
      [2, 0, 0, x],
      [x, x, 1, 2],
    ]
    for (const list of lists) {
      const a = new MLArray(list, { shape: [2, 2] })
      expect(det(a).item()).toBe((unroll(det(a)) as Value).data)
      expect(det(a.T).item()).toBe(det(a).item())
    }
    const upper = new MLArray([2, x, 1, 0, 1, 1, 0, 0, 3], { shape: [3, 3] })
    expect([det(upper).item(), solve(upper, ones([3])).toList()]).toEqual([NaN, [NaN, NaN, NaN]])
  })
})
