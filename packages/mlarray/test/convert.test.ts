// Out of arrays, and comparisons of whole arrays.
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { MLArray, zeros } from '../src/index.ts'

const x = new MLArray([
  [1, 2, 3],
  [4, 5, 6],
])

describe('toList, item, toTypedArray', () => {
  test('read views in row-major order', () => {
    expect(x.T.toList()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    expect(x.flip().toTypedArray()).toEqual(Float64Array.of(6, 5, 4, 3, 2, 1))
    expect(x.astype('float32').T.toTypedArray()).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6))
    expect([new MLArray(4).toList(), zeros([2, 0]).toList()]).toEqual([4, [[], []]])
  })

  test('item takes one element of any rank', () => {
    expect([new MLArray([[[7]]]).item(), new MLArray(7).item()]).toEqual([7, 7])
    expect(() => x.item()).toThrow(
      'only an array of one element is a number; this one has shape [2, 3]',
    )
    expect(() => zeros([0]).item()).toThrow(RangeError)
  })
})

describe('astype', () => {
  test('rounds, and its gradient goes back in the dtype of its input', () => {
    const y = new MLArray([[0.1, 0.2]])
    const single = y.T.astype('float32')
    expect([single.dtype, single.shape, single.at(0, 0).data]).toEqual([
      'float32',
      [2, 1],
      Math.fround(0.1),
    ])
    single.square().backward()
    expect([y.grad().dtype, y.grad().shape]).toEqual(['float64', [1, 2]])
  })

  test('copies also where the dtype stays', () => {
    const y = new MLArray([1, 2])
    const same = y.astype('float64')
    expect(() => same.assign(0)).toThrow('cannot be changed in place')
    expect(() => y.astype('int8' as never)).toThrow("astype: dtype must be 'float64' or 'float32'")
    expect(() => y.astype(undefined as never)).toThrow('astype: dtype')
  })
})

describe('allClose and arrayEqual', () => {
  test('tolerances are NumPy’s, relative to the other', () => {
    const a = new MLArray([1, 1e10])
    expect(a.allClose([1 + 1e-6, 1e10 + 1e4])).toBe(true)
    expect(a.allClose([1 + 1e-4, 1e10])).toBe(false)
    expect(a.allClose([1.1, 1e10], { rtol: 0.2 })).toBe(true)
    expect(new MLArray([1e-9]).allClose(0)).toBe(true)
    expect(new MLArray([1e-9]).allClose(0, { atol: 0 })).toBe(false)
  })

  test('infinities equal themselves, NaN only where it is said', () => {
    const a = new MLArray([Infinity, -Infinity])
    expect([a.allClose(a), a.allClose([Infinity, 1]), a.allClose([-Infinity, Infinity])]).toEqual([
      true,
      false,
      false,
    ])
    expect(new MLArray([1]).allClose([Infinity])).toBe(false)
    const b = new MLArray([NaN])
    expect([b.allClose(b), b.allClose(b, { equalNan: true }), b.arrayEqual(b)]).toEqual([
      false,
      true,
      false,
    ])
  })

  test('allClose broadcasts, arrayEqual does not', () => {
    expect([x.allClose([1, 2, 3]), new MLArray([[1], [1]]).allClose(1)]).toEqual([false, true])
    expect([
      x.arrayEqual(x.T.T),
      x.arrayEqual([[1, 2, 3]]),
      x.arrayEqual([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ]).toEqual([true, false, true])
    expect(new MLArray([0]).arrayEqual([-0])).toBe(true)
    expect(() => x.allClose([1, 2] as never)).toThrow('allClose: shapes')
  })

  test('options are checked', () => {
    for (const given of [{ rtol: -1 }, { atol: NaN }, { rtol: '1' }, { equalNan: 1 }, { tol: 1 }])
      expect(() => x.allClose(x, given as never)).toThrow(/^allClose: /)
  })
})

describe('JavaScript', () => {
  test('JSON has the numbers, and no graph', () => {
    const w = new MLArray([[1, 2], [3, NaN]]) // prettier-ignore
    const model = { w, scaled: w.mul(2), b: w.sum().at(), element: w.at(0, 1) }
    expect(JSON.stringify(model)).toBe(
      '{"w":[[1,2],[3,null]],"scaled":[[2,4],[6,null]],"b":null,"element":2}',
    )
    expect(JSON.stringify(w.sum())).toBe('null')
  })

  test('arithmetic and comparison are refused', () => {
    const y = x as unknown as number
    expect(() => y + 1).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: MLArray: an MLArray is no JavaScript number. Write a.add(b) for a + b, a.lt(b) to compare, a.item() for the number of one element.]`,
    )
    expect(() => y * 2).toThrow('no JavaScript number')
    expect(() => y < 2).toThrow('no JavaScript number')
  })

  test('text is NumPy’s', () => {
    expect(String(x)).toBe('[[1. 2. 3.]\n [4. 5. 6.]]')
    expect(inspect(x)).toBe('MLArray([[1., 2., 3.],\n         [4., 5., 6.]])')
    expect(inspect({ w: new MLArray([1], { label: 'w' }) })).toContain('MLArray([1.], label="w")')
  })

  test('a class, with instanceof', () => {
    expect([x instanceof MLArray, x.add(1) instanceof MLArray]).toEqual([true, true])
    expect(Object.keys(x.constructor.prototype as object)).toEqual([])
  })
})
