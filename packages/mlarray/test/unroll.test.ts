// An array's history opened down to its scalars. That it means the same is in `readings.test.ts`.
import { describe, expect, test } from 'vitest'
import { MLArray, noGrad, toDot, unroll, Value } from '../src/index.ts'
import { sample } from './sample.ts'

describe('unroll', () => {
  test('is nested as the array, a Value for rank 0', () => {
    const x = sample([2, 3])
    const y = unroll(x.mul(2)) as Value[][]
    expect([y.length, y[0]!.length]).toEqual([2, 3])
    expect(unroll(x.sum())).toBeInstanceOf(Value)
    expect(unroll(sample([2, 0, 3]).exp())).toEqual([[], []])
  })

  test('has the elements of the leaves for leaves, live', () => {
    const x = new MLArray([1, 2])
    const y = unroll(x.square().sum()) as Value
    y.backward()
    expect([y.data, x.grad().toList()]).toEqual([5, [2, 4]])
    expect(unroll(x)).toEqual([x.at(0), x.at(1)])
  })

  test('goes on through Values between arrays, with their sums and products', () => {
    const [x, v] = [new MLArray([1, 2]), new Value(3)]
    const y = unroll(new MLArray([x.exp().at(1).mul(v), v]).prod()) as Value
    y.backward()
    expect(y.data).toBeCloseTo(Math.exp(2) * 9, 12)
    expect(v.grad).toBeCloseTo(Math.exp(2) * 6, 12)
    expect(x.grad().toList()).toEqual([0, y.data])
  })

  test('has second derivatives', () => {
    const x = new MLArray([2, 3])
    const y = unroll(x.prod().square()) as Value
    y.backward({ createGraph: true })
    ;(x.at(0).gradNode as Value).backward()
    // Of x₀²x₁²: from the first pass 2 x₀² x₁, and from the second d/dx₁ of 2 x₀ x₁², which is 4 x₀ x₁.
    expect(x.grad().at(1).data).toBe(24 + 24)
  })

  test('of what is untracked, and inside noGrad', () => {
    const mask = sample([3]).gt(0)
    expect((unroll(mask) as Value[]).map((v) => v.requiresGrad)).toEqual([false, false, false])
    const y = sample([3]).exp().sum()
    expect((noGrad(() => unroll(y)) as Value).requiresGrad).toBe(true)
  })

  test('refuses what was computed from other data, and takes views as they are now', () => {
    const x = new MLArray([3, 1])
    const late = x.slice('::-1')
    const weights = new MLArray([1, 2], { requiresGrad: false })
    const made = [x.index([1, 0]), x.add(1), x.at(0).exp(), weights.mul(x)]
    x.set(0, 5)
    expect(() => unroll(made[0] as MLArray)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: unroll: the data of an input of take was changed by set after it was used; unrolled, it would have other values.]`,
    )
    expect(() => unroll(made[1] as MLArray)).toThrow('unroll: the data of an input of add')
    expect(() => unroll(new MLArray([made[2] as Value]))).toThrow('an input of exp')
    expect(() => unroll(made[3] as MLArray)).toThrow('an input of mul')
    expect((unroll(late.mul(2)) as Value[]).map((v) => v.data)).toEqual([2, 10])
    const product = weights.mul(x)
    weights.assign(0)
    expect(() => unroll(product)).toThrow('an input of mul was changed by assign')
    expect((unroll(weights.mul(late)) as Value[]).map((v) => v.data)).toEqual([0, 0])
  })

  test('draws one element as scalars', () => {
    const x = new MLArray(
      [
        [1, 2],
        [3, 4],
      ],
      { label: 'x' },
    )
    const [[y]] = unroll(x.matmul(new MLArray([[1], [10]]))) as [[Value]]
    expect(toDot(y)).toMatchInlineSnapshot(`
      "digraph {
        rankdir=LR
        node [shape=box]
        n0 [label="dot\\ndata 21\\ngrad 0"]
        n1 [label="at\\ndata 1\\ngrad 0"]
        n2 [label="at\\ndata 2\\ngrad 0"]
        n3 [label="at\\ndata 1\\ngrad 0"]
        n4 [label="at\\ndata 10\\ngrad 0"]
        n5 [label="x: leaf\\nshape [2, 2]\\n[[1. 2.]\\n [3. 4.]]"]
        n6 [label="leaf\\nshape [2, 1]\\n[[ 1.]\\n [10.]]"]
        n1 -> n0
        n2 -> n0
        n3 -> n0
        n4 -> n0
        n5 -> n1
        n5 -> n2
        n6 -> n3
        n6 -> n4
      }"
    `)
  })

  test('refuses what is too large, and names the limit', () => {
    const y = sample([100])
      .outer(sample([100]))
      .sum()
    expect(() => unroll(y, { limit: 1000 })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: unroll: it takes 10401 Values, more than the limit of 1000.]`,
    )
    expect(() => unroll(y, { limit: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: unroll: limit must be an integer ≥ 1, got 0.]`,
    )
  })
})
