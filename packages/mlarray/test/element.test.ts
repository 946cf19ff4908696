// Elements as Values: live, the same object each time, and part of the graph.
import { describe, expect, test } from 'vitest'
import { MLArray, split, Value, zeros } from '../src/index.ts'

const fresh = (): MLArray<[2, 3]> =>
  new MLArray([
    [1, 2, 3],
    [4, 5, 6],
  ])

describe('at', () => {
  test('is the same Value each time, negative indices included', () => {
    const x = fresh()
    expect(x.at(1, 2)).toBe(x.at(-1, -1))
    expect(x.at(1, 2)).toBeInstanceOf(Value)
    expect(x.sum().at().data).toBe(21)
  })

  test('reads the present number and gradient', () => {
    const x = fresh()
    const v = x.at(0, 1)
    expect([v.data, v.grad]).toEqual([2, 0])
    x.assign(7)
    x.square().backward()
    expect([v.data, v.grad]).toEqual([7, 14])
    x.zeroGrad()
    expect(v.grad).toBe(0)
  })

  test('writes into the array, and counts as a change', () => {
    const x = fresh()
    const y = x.square()
    x.at(0, 1).data = 9
    expect(x.toList()).toEqual([
      [1, 9, 3],
      [4, 5, 6],
    ])
    expect(() => y.backward()).toThrow('was changed by at after it was used')
    expect(() => {
      y.at(0, 0).data = 1
    }).toThrow('the result of square cannot be changed in place')
    expect(() => {
      x.at(0, 0).data = '1' as never
    }).toThrow(TypeError)
  })

  test('writes the gradient of one element, and resets it', () => {
    const x = fresh()
    x.sum().backward()
    x.at(1, 1).grad = 5
    expect(x.grad().toList()).toEqual([
      [1, 1, 1],
      [1, 5, 1],
    ])
    x.at(0, 0).zeroGrad()
    expect(x.grad().toList()).toEqual([
      [0, 1, 1],
      [1, 5, 1],
    ])
  })

  test('carries gradients back, with those of the whole array', () => {
    const x = fresh()
    x.at(0, 0).mul(x.at(0, 2)).add(x.sum().at()).backward()
    expect(x.grad().toList()).toEqual([
      [4, 1, 2],
      [1, 1, 1],
    ])
  })

  test('of results and of views', () => {
    const x = fresh()
    expect(x.T.at(2, 1).data).toBe(6)
    expect(x.flip().at(0, 0).data).toBe(6)
    const y = split(x, 3, { axis: 1 })[1].T
    y.at(0, 1).square().backward()
    expect(x.grad().toList()).toEqual([
      [0, 0, 0],
      [0, 10, 0],
    ])
    y.at(0, 1).data = -1
    expect(x.at(1, 1).data).toBe(-1)
    const z = x.broadcastTo([4, 2, 3])
    z.at(3, 0, 0)
      .mul(z.at(1, 0, 0))
      .backward()
    expect(x.at(0, 0).grad).toBe(2)
  })

  test('of an untracked array is a constant', () => {
    const v = new MLArray([4], { requiresGrad: false }).at(0)
    expect([v.data, v.requiresGrad, v.add(1).requiresGrad]).toEqual([4, false, false])
  })

  test('has hooks and second derivatives', () => {
    const x = new MLArray([2, 3])
    const v = x.at(0)
    v.onGradient((g) => g.mul(10))
    v.pow(3).backward({ createGraph: true })
    expect(x.grad().toList()).toEqual([120, 0])
    const slope = x.gradNode()!
    x.zeroGrad()
    slope.at(0).backward()
    expect(x.grad().at(0).data).toBe(1200)
  })

  test('refuses what is no index', () => {
    const x = fresh()
    expect(() => x.at(0, 3)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: at: index 3 is out of range for axis 1 of size 3; expected an integer from -3 to 2.]`,
    )
    expect(() => x.at(...([0] as unknown as [0, 0]))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: at: expected 2 indices for shape [2, 3], got 1.]`,
    )
    expect(() => x.at(0.5, 0)).toThrow(RangeError)
    expect(() => zeros([0]).at(0)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: at: index 0 is out of range for axis 0 of size 0; it has no elements.]`,
    )
  })
})

describe('iteration', () => {
  test('of rank 1 gives the Values that at gives', () => {
    const x = new MLArray([1, 2, 3])
    const [a, b] = x
    expect(a).toBe(x.at(0))
    a!.mul(b!).backward()
    expect(x.grad().toList()).toEqual([2, 1, 0])
    expect([...x].map((v) => v.data)).toEqual([1, 2, 3])
  })

  test('of higher rank gives views', () => {
    const x = fresh()
    const rows = [...x]
    expect(rows.map((row) => row.toList())).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    rows[1]!.assign(0)
    expect(x.toList()).toEqual([
      [1, 2, 3],
      [0, 0, 0],
    ])
    rows[0]!.square().backward()
    expect(x.grad().toList()).toEqual([
      [2, 4, 6],
      [0, 0, 0],
    ])
  })

  test('of nothing ends at once, and of rank 0 is refused', () => {
    expect([...zeros([0, 3])]).toEqual([])
    expect(() => [...(new MLArray(1) as unknown as MLArray)]).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: MLArray: an array of rank 0 has no axis to iterate over; item() gives its number, at() its Value.]`,
    )
  })
})

describe('arrays of Values', () => {
  test('mix them with numbers and arrays, and gradients flow back', () => {
    const v = new Value(2)
    const x = new MLArray([3, 4])
    const y = new MLArray([[v, 1], x] as never) as MLArray
    expect(y.toList()).toEqual([
      [2, 1],
      [3, 4],
    ])
    y.square().backward()
    expect([v.grad, x.grad().toList()]).toEqual([4, [6, 8]])
  })

  test('the same Value twice, and elements of the array itself', () => {
    const v = new Value(3)
    new MLArray([v, v, 1]).mul(new MLArray([1, 10, 100])).backward()
    expect(v.grad).toBe(11)
    const x = new MLArray([1, 2])
    new MLArray([x.at(1), x.at(0)]).mul(new MLArray([5, 7])).backward()
    expect(x.grad().toList()).toEqual([7, 5])
  })

  test('are leaves where nothing in them is tracked', () => {
    expect(new MLArray([new Value(1, { requiresGrad: false })]).op).toBe('leaf')
    expect(new MLArray([new Value(1)], { requiresGrad: false }).requiresGrad).toBe(false)
  })
})

test('the Value of another copy of @smol/value is refused, with both versions', () => {
  const other = { data: 2, [Symbol.for('@smol/value')]: '9.9.9' } as never
  expect(() => zeros([2]).mul(other)).toThrow('another copy of @smol/value (version 9.9.9;')
  expect(() => new MLArray([1, other])).toThrow('another copy of @smol/value (version 9.9.9;')
})

test('a Value sends its user to the array', () => {
  const value = new Value(2)
  const array = new MLArray([1, 2])
  expect(() => value.mul(array as never)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: mul: a Value knows no array; write array.mul(value), with the array first.]`,
  )
  expect(() => value.sub(array as never)).toThrow('make one of the Value first')
  expect(new MLArray(value).sub(array).toList()).toEqual([1, 0])
  expect(array.constructor.name).toBe('MLArray')
})
