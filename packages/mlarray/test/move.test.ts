// What is a view and what is a copy; selection that never multiplies; padding.
import { describe, expect, test } from 'vitest'
import { concatenate, MLArray, noGrad, split, stack, where, zeros } from '../src/index.ts'

const fresh = (): MLArray =>
  new MLArray([
    [1, 2, 3],
    [4, 5, 6],
  ])

/** Whether a change of `x` shows in `f(x)`. */
function isView(f: (x: MLArray) => MLArray, x = fresh()): boolean {
  const y = f(x)
  const before = String(y.toList())
  x.assign(x.mul(10).add(7))
  return String(y.toList()) !== before
}

describe('views', () => {
  test.each<[string, (x: MLArray) => MLArray]>([
    ['reshape', (x) => x.reshape([3, 2])],
    ['flatten', (x) => x.flatten()],
    ['transpose', (x) => x.transpose([1, 0])],
    ['T', (x) => x.T],
    ['swapaxes', (x) => x.swapaxes(0, 1)],
    ['moveaxis', (x) => x.moveaxis(0, 1)],
    ['squeeze', (x) => x.expandDims(0).squeeze()],
    ['expandDims', (x) => x.expandDims([0, 2])],
    ['broadcastTo', (x) => x.broadcastTo([4, 2, 3])],
    ['broadcastTo the same shape', (x) => x.broadcastTo([2, 3])],
    ['split', (x) => split(x, 2)[1]],
    ['flip', (x) => x.flip()],
    ['diag of a matrix', (x) => x.diag()],
    ['reshape of a view', (x) => x.T.expandDims(1).reshape([3, 1, 1, 2])],
    ['a row', (x) => [...x][0] as MLArray],
    ['detach', (x) => x.detach()],
  ])('%s', (_, f) => {
    expect(isView(f)).toBe(true)
  })

  test('write through to what they are views of', () => {
    const x = fresh()
    x.T.assign([
      [0, 1],
      [2, 3],
      [4, 5],
    ])
    expect(x.toList()).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ])
    split(x, 3, { axis: 1 })[1].assign(9)
    x.flip({ axis: 0 }).flatten()
    x.diag().assign([-1, -2])
    expect(x.toList()).toEqual([
      [-1, 9, 4],
      [1, -2, 5],
    ])
  })

  test('that were broadcast cannot be written to', () => {
    expect(() => fresh().broadcastTo([2, 2, 3]).assign(0)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: assign: elements of this view of shape [2, 2, 3] share memory, since it was broadcast; assign to what was broadcast.]`,
    )
  })
})

describe('copies', () => {
  test.each<[string, (x: MLArray) => MLArray]>([
    ['reshape where memory does not allow a view', (x) => x.T.reshape([6])],
    ['flatten of a transposed array', (x) => x.T.flatten()],
    ['concatenate', (x) => concatenate([x])],
    ['stack', (x) => stack([x])],
    ['tile', (x) => x.tile(2)],
    ['tile once', (x) => x.tile(1)],
    ['repeat', (x) => x.repeat(1)],
    ['roll', (x) => x.roll(1)],
    ['roll by nothing', (x) => x.roll(0)],
    ['roll over no axes', (x) => x.roll([], { axis: [] })],
    [
      'pad',
      (x) =>
        x.pad([
          [1, 0],
          [0, 0],
        ]),
    ],
    [
      'pad by nothing',
      (x) =>
        x.pad(
          [
            [0, 0],
            [0, 0],
          ],
          { mode: 'edge' },
        ),
    ],
    ['triu', (x) => x.triu(-9)],
    ['sum over no axes', (x) => x.sum({ axis: [] })],
    ['prod over no axes', (x) => x.prod({ axis: [] })],
    ['cumprod of one row', (x) => split(x, 2)[0].cumprod({ axis: 0 })],
    ['astype', (x) => x.astype('float64')],
    ['new MLArray', (x) => new MLArray(x)],
    ['new MLArray with a shape', (x) => new MLArray(x, { shape: [6] })],
    ['an untracked new MLArray', (x) => new MLArray(x, { requiresGrad: false })],
    ['diag of a vector', (x) => x.flatten().diag()],
    ['where', (x) => where(1, x, 0)],
  ])('%s', (_, f) => {
    expect(isView(f)).toBe(false)
    expect(noGrad(() => isView(f))).toBe(false)
  })
})

describe('selection', () => {
  const bad = [NaN, Infinity, -Infinity]

  test.each(bad)('the branch that where did not take gets gradient 0: %d', (worst) => {
    const x = new MLArray([1, worst])
    const y = new MLArray([worst, 2])
    where([1, 0], x, y).square().backward()
    expect([x.grad().toList(), y.grad().toList()]).toEqual([
      [2, 0],
      [0, 4],
    ])
  })

  test('also where what is taken was infinite on the way', () => {
    const x = new MLArray([0, 4])
    where(x.gt(0), x.sqrt(), 0).backward()
    // The slope of the root at 0 is infinite, and 0 · ∞ would be NaN: so it is, as everywhere.
    expect(x.grad().toList()).toEqual([NaN, 0.25])
    const z = new MLArray([0, 4])
    where(z.gt(0), where(z.gt(0), z, 1).sqrt(), 0).backward()
    expect(z.grad().toList()).toEqual([0, 0.25])
  })

  test.each(bad)('what triu and tril removed gets gradient 0: %d', (worst) => {
    const x = new MLArray([
      [1, 2],
      [worst, 4],
    ])
    x.triu().square().backward()
    expect(x.triu().toList()).toEqual([
      [1, 2],
      [0, 4],
    ])
    expect(x.grad().toList()).toEqual([
      [2, 4],
      [0, 8],
    ])
  })

  test('an infinite gradient does not reach what was not taken', () => {
    const x = new MLArray([1, 2])
    where([1, 0], x, 5).backward({ upstream: new MLArray([1, Infinity]) })
    expect(x.grad().toList()).toEqual([1, 0])
    const y = new MLArray([-1, 2])
    y.relu().backward({ upstream: new MLArray([Infinity, 1]) })
    expect(y.grad().toList()).toEqual([0, 1])
  })
})

describe('padding', () => {
  const x = new MLArray([1, 2, 3])

  test.each([
    ['constant', [0, 0, 1, 2, 3, 0, 0, 0, 0]],
    ['edge', [1, 1, 1, 2, 3, 3, 3, 3, 3]],
    ['reflect', [3, 2, 1, 2, 3, 2, 1, 2, 3]],
    ['symmetric', [2, 1, 1, 2, 3, 3, 2, 1, 1]],
    ['wrap', [2, 3, 1, 2, 3, 1, 2, 3, 1]],
  ] as const)('%s', (mode, wanted) => {
    expect(x.pad([[2, 4]], { mode }).toList()).toEqual(wanted)
  })

  test('with a number, that of nothing included', () => {
    expect(x.pad([[1, 0]], { value: -Infinity }).toList()).toEqual([-Infinity, 1, 2, 3])
    expect(
      zeros([0])
        .pad([[1, 1]], { value: 5 })
        .toList(),
    ).toEqual([5, 5])
    expect(() => zeros([0]).pad([[1, 1]], { mode: 'edge' })).toThrow('pad: mode')
  })
})

describe('strides', () => {
  test('name the memory of views', () => {
    const x = zeros([2, 3, 4])
    expect(x.strides).toEqual([12, 4, 1])
    expect(x.transpose([2, 0, 1]).strides).toEqual([1, 12, 4])
    expect(x.broadcastTo([5, 2, 3, 4]).strides).toEqual([0, 12, 4, 1])
    expect(x.flip({ axis: 1 }).strides).toEqual([12, -4, 1])
    expect(x.reshape([6, 4]).strides).toEqual([4, 1])
  })
})
