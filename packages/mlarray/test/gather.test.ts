// Picking and adding by indices and masks: what NumPy and PyTorch give, derivatives, and repeated indices.
import { array, assert, constantFrom, integer, property, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arange, MLArray, Value, zeros } from '../src/index.ts'
import { derivatives, derivativesOfViews, sample } from './sample.ts'

const x = arange(6).reshape([2, 3])

describe('take', () => {
  test('along an axis and of the flattened array, in the shape of the indices', () => {
    expect(x.take([[5, -6]]).toList()).toEqual([[5, 0]])
    expect(x.take([2, 0], { axis: 1 }).toList()).toEqual([
      [2, 0],
      [5, 3],
    ])
    expect(x.take(1, { axis: -1 }).toList()).toEqual([1, 4])
    expect(x.take([[0], [1]], { axis: 0 }).shape).toEqual([2, 1, 3])
    expect(new MLArray(7).take([0, 0]).toList()).toEqual([7, 7])
    expect(x.take([], { axis: 0 }).shape).toEqual([0, 3])
  })

  test('is the index of the same array', () => {
    assert(
      property(array(integer({ min: -3, max: 2 }), { maxLength: 6 }), (indices) => {
        expect(x.take(indices, { axis: 1 }).toList()).toEqual(x.index(':', indices).toList())
      }),
    )
  })
})

describe('takeAlongAxis', () => {
  test('one element for each index', () => {
    expect(x.takeAlongAxis([[2], [0]]).toList()).toEqual([[2], [3]])
    expect(x.takeAlongAxis([[0, 1, -1]], { axis: 0 }).toList()).toEqual([[0, 4, 5]])
  })

  test('array and indices broadcast along the other axes', () => {
    expect(new MLArray([[7, 8, 9]]).takeAlongAxis([[2], [1]]).toList()).toEqual([[9], [8]])
    expect(x.takeAlongAxis(zeros([2, 0])).shape).toEqual([2, 0])
    expect(zeros([0, 2]).takeAlongAxis(zeros([0, 3])).shape).toEqual([0, 3])
  })

  test('puts argsort to use', () => {
    const y = sample([3, 4])
    expect(y.takeAlongAxis(y.argsort({ axis: 0 }), { axis: 0 }).toList()).toEqual(
      y.sort({ axis: 0 }).toList(),
    )
  })
})

describe('scatterAdd', () => {
  // torch.zeros(3, 5).scatter_add(0, torch.tensor([[0, 1, 2, 0, 0]]), torch.ones(2, 5)), of its documentation
  test('adds each value at its index', () => {
    expect(
      zeros([3, 5])
        .scatterAdd(0, [[0, 1, 2, 0, 0]], new MLArray([[1, 1, 1, 1, 1]]))
        .toList(),
    ).toEqual([
      [1, 0, 0, 1, 1],
      [0, 1, 0, 0, 0],
      [0, 0, 1, 0, 0],
    ])
    const indices = [
      [0, 1, 2, 0, 0],
      [0, 1, 2, 2, 2],
    ]
    expect(zeros([3, 5]).scatterAdd(0, indices, 1).toList()).toEqual([
      [2, 0, 0, 1, 1],
      [0, 2, 0, 0, 0],
      [0, 0, 2, 1, 1],
    ])
  })

  test('uses the first of more values than indices', () => {
    expect(zeros([4]).scatterAdd(0, [3, 3], [1, 2, 100]).toList()).toEqual([0, 0, 0, 3])
  })
})

describe('indexAdd', () => {
  test('adds rows, twice at an index that stands twice', () => {
    const y = x.indexAdd(
      0,
      [1, 1],
      [
        [1, 1, 1],
        [10, 20, 30],
      ],
    )
    expect(y.toList()).toEqual([
      [0, 1, 2],
      [14, 25, 36],
    ])
    expect(x.indexAdd(1, [-1], 100).toList()).toEqual([
      [0, 1, 102],
      [3, 4, 105],
    ])
    expect(x.toList()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ])
  })
})

describe('put', () => {
  test('the last value stays, values are repeated', () => {
    expect(x.put([0, -1, 0], [7, 8, 9]).toList()).toEqual([
      [9, 1, 2],
      [3, 4, 8],
    ])
    expect(
      x
        .put(
          [
            [0, 1],
            [2, 3],
          ],
          [7, 8],
        )
        .toList(),
    ).toEqual([
      [7, 8, 7],
      [8, 4, 5],
    ])
    expect(x.put([1], [7, 8, 9]).toList()).toEqual([
      [0, 7, 2],
      [3, 4, 5],
    ])
    expect(x.put([], []).toList()).toEqual(x.toList())
  })

  test('of no elements is a copy', () => {
    const a = new MLArray([1, 2])
    for (const y of [a.put([], [7]), a.put([0], [])]) {
      expect(() => y.assign(9)).toThrow('cannot be changed in place')
      expect(a.toList()).toEqual([1, 2])
    }
  })

  test('gradients go to what stayed', () => {
    const a = new MLArray([1, 2, 3])
    const values = new MLArray([4, 5, 6])
    a.put([0, 2, 0], values).mul(3).backward()
    expect([a.grad().toList(), values.grad().toList()]).toEqual([
      [0, 3, 0],
      [0, 3, 3],
    ])
  })
})

describe('masks', () => {
  test('choose elements in row-major order, array and mask broadcast', () => {
    expect(x.maskedSelect(x.gt(2)).toList()).toEqual([3, 4, 5])
    expect(x.maskedSelect([1, 0, 1]).toList()).toEqual([0, 2, 3, 5])
    expect(
      new MLArray([1, 2])
        .maskedSelect([
          [1, 0],
          [1, 1],
        ])
        .toList(),
    ).toEqual([1, 1, 2])
    expect(new MLArray(5).maskedSelect(1).toList()).toEqual([5])
    expect(x.maskedSelect(zeros([2, 3])).shape).toEqual([0])
  })

  test('nonzero lists indices along each axis, NaN among them', () => {
    const found = new MLArray([
      [0, NaN, 2],
      [0, 0, -1],
    ]).nonzero()
    expect(found.map((indices) => indices.toList())).toEqual([
      [0, 0, 1],
      [1, 2, 2],
    ])
    expect(x.index(...x.nonzero()).toList()).toEqual([1, 2, 3, 4, 5])
    expect(
      zeros([0, 2])
        .nonzero()
        .map((indices) => indices.shape),
    ).toEqual([[0], [0]])
    expect(found[0]!.requiresGrad).toBe(false)
  })
})

describe('derivatives', () => {
  test('of what picks', () => {
    expect(
      derivativesOfViews(
        (a) =>
          a
            .take(
              [
                [0, 0],
                [2, 1],
              ],
              { axis: 1 },
            )
            .square(),
        [[2, 3]],
      ),
    ).toEqual({})
    expect(derivativesOfViews((a) => a.take([5, 5, 0]).square(), [[2, 3]])).toEqual({})
    expect(
      derivativesOfViews(
        (a) =>
          a
            .takeAlongAxis([
              [0, 0],
              [2, 1],
            ])
            .square(),
        [[2, 3]],
      ),
    ).toEqual({})
    expect(derivativesOfViews((a) => a.maskedSelect([1, 0, 1]).square(), [[2, 3]])).toEqual({})
    expect(derivatives((a) => a.maskedSelect([[1], [1]]).square(), [sample([3])])).toBe('right')
  })

  test('of what adds and replaces, to array and values', () => {
    const f = [
      (a: MLArray, b: MLArray) =>
        a.scatterAdd(
          1,
          [
            [0, 0],
            [2, 1],
          ],
          b,
        ),
      (a: MLArray, b: MLArray) => a.scatterAdd(0, [[1, 1]], b),
      (a: MLArray, b: MLArray) => a.indexAdd(1, [2, 2], b),
      (a: MLArray, b: MLArray) => a.put([0, 5, 1, 0], b),
    ]
    for (const each of f) {
      const squared = (a: MLArray, b: MLArray): MLArray => each(a, b).square()
      expect(
        derivativesOfViews(squared, [
          [2, 3],
          [2, 2],
        ]),
      ).toEqual({})
    }
    expect(
      derivatives((a, b) => a.scatterAdd(0, [0, 0, 1], b).square(), [sample([2]), sample([])]),
    ).toBe('right')
    expect(
      derivatives((a, b) => a.indexAdd(0, [1, 0, 1], b).square(), [sample([2, 2]), sample([2])]),
    ).toBe('right')
  })

  test('of no elements', () => {
    expect(derivatives((a) => a.take([], { axis: 0 }).square(), [sample([2, 3])])).toBe('right')
    expect(derivatives((a, b) => a.indexAdd(0, [], b).square(), [sample([2]), sample([0])])).toBe(
      'right',
    )
    expect(derivatives((a, b) => a.scatterAdd(0, [], b).square(), [sample([0]), sample([0])])).toBe(
      'right',
    )
  })

  test('an index used n times adds n times', () => {
    const places = array(integer({ min: 0, max: 2 }), { maxLength: 8 })
    assert(
      property(tuple(places, constantFrom('take', 'index')), ([indices, name]) => {
        const a = new MLArray([1, 2, 3])
        const y = name === 'take' ? a.take(indices) : a.index(indices)
        y.backward()
        const counts = [0, 1, 2].map((i) => indices.filter((place) => place === i).length)
        expect(a.grad().toList()).toEqual(counts)
      }),
    )
  })
})

test('values of other dtypes and Values', () => {
  const a = zeros([2], { dtype: 'float32' })
  const v = new Value(3)
  expect(a.indexAdd(0, [0], [1]).dtype).toBe('float32')
  expect(a.put([0], new MLArray([0.1])).dtype).toBe('float64')
  a.put([0, 1], [v, v]).backward()
  expect(v.grad).toBe(2)
})

test('errors', () => {
  expect(() => x.take([6])).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: take: index 6 is out of range for axis 0 of size 6; expected an integer from -6 to 5.]`,
  )
  // @ts-expect-error -- as the types say, too
  expect(() => x.take([0], { axis: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: take: axis 2 is out of range for shape [2, 3]; expected -2 … 1.]`,
  )
  expect(() => x.takeAlongAxis([0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: takeAlongAxis: indices of shape [1] must have as many axes as shape [2, 3].]`,
  )
  expect(() => x.takeAlongAxis([[0], [0], [0]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: takeAlongAxis: shapes [2, 1] and [3, 1] do not broadcast: axis -2 is 2 and 3.]`,
  )
  expect(() => x.takeAlongAxis([[3]])).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: takeAlongAxis: index 3 is out of range for axis 1 of size 3; expected an integer from -3 to 2.]`,
  )
  expect(() => x.scatterAdd(0, [0], [1])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scatterAdd: indices of shape [1] must have as many axes as shape [2, 3].]`,
  )
  expect(() => x.scatterAdd(0, [[0, 0]], [[1]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scatterAdd: indices of shape [1, 2] must reach no further than values of shape [1, 1], nor, on other axes than 0, than the array of shape [2, 3].]`,
  )
  expect(() => x.scatterAdd(0, [[0, 0, 0, 0]], 1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scatterAdd: indices of shape [1, 4] must reach no further than values of shape [], nor, on other axes than 0, than the array of shape [2, 3].]`,
  )
  expect(() => x.indexAdd(0, [[0]], 1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: indexAdd: the rank must be at most 1 for indices, got shape [1, 1].]`,
  )
  expect(() => x.indexAdd(0, [0], [1, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: indexAdd: shapes [1, 3] and [2] do not broadcast: axis -1 is 3 and 2.]`,
  )
  expect(() => x.indexAdd(0, [0], zeros([2, 3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: indexAdd: shape [2, 3] does not broadcast to [1, 3].]`,
  )
  expect(() => x.put([6], 0)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: put: index 6 is out of range for axis 0 of size 6; expected an integer from -6 to 5.]`,
  )
  expect(() => x.put([0.5], 0)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: put: indices must be integers, got 0.5.]`,
  )
  expect(() => x.maskedSelect([2, 0, 1])).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: maskedSelect: a mask holds 0 and 1 only, got 2.]`,
  )
  expect(() => x.maskedSelect([1, 0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: maskedSelect: shapes [2, 3] and [2] do not broadcast: axis -1 is 3 and 2.]`,
  )
  expect(() => new MLArray(3).nonzero()).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: nonzero: an array of rank 0 has no axes; flatten() gives it one.]`,
  )
})
