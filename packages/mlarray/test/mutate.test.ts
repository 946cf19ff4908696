// Changes in place: where they are allowed, what they reach, and what a pass says of them.
import { describe, expect, test } from 'vitest'
import { checkpoint, MLArray, noGrad, split, Value, where, zeros } from '../src/index.ts'

describe('assign', () => {
  test('writes numbers, lists, arrays, and what broadcasts, and returns the array', () => {
    const x = zeros([2, 2])
    expect(x.assign(3)).toBe(x)
    expect(x.toList()).toEqual([
      [3, 3],
      [3, 3],
    ])
    expect(x.assign([1, 2]).toList()).toEqual([
      [1, 2],
      [1, 2],
    ])
    expect(x.assign([[1], [2]]).toList()).toEqual([
      [1, 1],
      [2, 2],
    ])
    expect(
      x
        .assign(
          new MLArray(
            [
              [5, 6],
              [7, 8],
            ],
            { dtype: 'float32' },
          ),
        )
        .toList(),
    ).toEqual([
      [5, 6],
      [7, 8],
    ])
    expect(x.assign(Float32Array.of(1, 2)).dtype).toBe('float64')
  })

  test('reads before it writes where both share memory', () => {
    const x = new MLArray([
      [1, 2],
      [3, 4],
    ])
    x.assign(x.T)
    expect(x.toList()).toEqual([
      [1, 3],
      [2, 4],
    ])
    x.assign(split(x, 2)[1])
    expect(x.toList()).toEqual([
      [2, 4],
      [2, 4],
    ])
  })

  test('changes nothing where it is refused', () => {
    const x = new MLArray([1, 2])
    expect(() => x.assign([1, 2, 3] as never)).toThrow(
      'assign: shapes [2] and [3] do not broadcast',
    )
    expect(() => x.assign([[1], [2]] as never)).toThrow(
      'assign: shape [2, 1] does not broadcast to [2].',
    )
    expect(() => x.assign('3' as never)).toThrow('assign: expected numbers')
    expect(x.toList()).toEqual([1, 2])
  })

  test('is refused on results, with a hint', () => {
    const x = new MLArray([1, 2])
    expect(() => x.add(1).assign(0)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: assign: the result of add cannot be changed in place. Make a changed copy instead: where, put, scatterAdd and indexAdd carry gradients.]`,
    )
    expect(() => x.add(1).reshape([2, 1]).assign(0)).toThrow('the result of add')
    expect(() => new MLArray([new Value(1)]).assign(0)).toThrow('cannot be changed in place')
  })

  test('is allowed on what is untracked', () => {
    const x = new MLArray([1, 2])
    const y = noGrad(() => x.mul(2))
    expect(y.assign(0).toList()).toEqual([0, 0])
    expect(new MLArray([x, x], { requiresGrad: false }).assign(4).toList()).toEqual([
      [4, 4],
      [4, 4],
    ])
  })
})

describe('a pass after a change', () => {
  test('is refused where the data was read', () => {
    const x = new MLArray([1, 2])
    const y = x.square()
    x.assign(5)
    expect(() => y.backward()).toThrow('the data of an input of square was changed by assign')
    expect(x.grad().toList()).toEqual([0, 0])
    x.square().backward()
    expect(x.grad().toList()).toEqual([10, 10])
  })

  test('is refused with createGraph, too', () => {
    const x = new MLArray([1, 2])
    const y = x.square()
    x.assign(5)
    expect(() => y.backward({ createGraph: true })).toThrow(
      'was changed by assign after it was used',
    )
  })

  test('runs where only the shape was read', () => {
    const x = new MLArray([1, 2])
    const y = x.add(3).sum().mul(2)
    x.assign(5)
    y.backward()
    expect(x.grad().toList()).toEqual([2, 2])
  })

  test('runs where the partner of a product changed that nobody differentiates by', () => {
    const x = new MLArray([1, 2])
    const data = new MLArray([3, 4], { requiresGrad: false })
    const y = x.mul(data)
    x.assign(9) // the gradient of x reads the data only
    y.backward()
    expect(x.grad().toList()).toEqual([3, 4])
    const z = x.mul(data)
    data.assign(0)
    expect(() => z.backward()).toThrow('an input of mul was changed by assign')
  })

  test('runs where what was chosen from changed, and not the condition', () => {
    const x = new MLArray([1, 2])
    const condition = new MLArray([1, 0], { requiresGrad: false })
    const y = where(condition, x, 0).mul(3)
    x.assign(9)
    y.backward()
    expect(x.grad().toList()).toEqual([3, 0])
    condition.assign(1)
    expect(() => y.backward()).toThrow('an input of where was changed by assign')
  })

  test('is refused wherever in the list of inputs of a checkpoint', () => {
    const x = [1, 2, 3, 4].map((number) => new MLArray(number))
    for (const changed of x) {
      const y = checkpoint((...list: MLArray[]) => list.reduce((a, b) => a.mul(b)))(...x)
      changed.assign(7)
      expect(() => y.backward()).toThrow('an input of checkpoint was changed by assign')
    }
  })

  test('is refused where a view, an element or the base changed', () => {
    const x = new MLArray([
      [1, 2],
      [3, 4],
    ])
    const y = x.square()
    x.T.assign(0)
    expect(() => y.backward()).toThrow('an input of square was changed by assign')
    const z = x.T.exp().mul(x.T)
    x.at(0, 1).data = 3
    expect(() => z.backward()).toThrow('an input of mul was changed by at')
    const w = x.at(0, 0).square()
    x.assign(1)
    expect(() => w.backward()).toThrow('an input of square was changed by assign')
  })

  test('finds a change between two uses', () => {
    const x = new MLArray([2])
    const y = x.square()
    x.assign(3)
    const z = x.square()
    z.backward()
    expect(x.grad().item()).toBe(6)
    expect(() => y.add(z).backward()).toThrow('changed')
  })
})
