// What a user asks of gradients: passes, hooks, higher orders, and graphs of arrays and Values together.
import { grad as gradOf, jvp } from '@smol/value'
import { describe, expect, test, vi } from 'vitest'
import { MLArray, noGrad, ones, Value, where, zeros } from '../src/index.ts'
import { readGradient } from '../src/kernels.ts'

/** A function that `noGrad` refuses, as its type does. */
const later = (async () => 1) as unknown as () => number

describe('backward', () => {
  test('the seed example', () => {
    const x = new MLArray([
      [1, 2],
      [3, 4],
    ])
    const w = new MLArray([[0.5], [-0.25]])
    x.matmul(w).sum().backward()
    expect(x.grad().toList()).toEqual([
      [0.5, -0.25],
      [0.5, -0.25],
    ])
    expect(w.grad().toList()).toEqual([[4], [6]])
  })

  test('of an array is that of the sum of its elements', () => {
    const x = new MLArray([1, 2, 3])
    x.square().backward()
    expect(x.grad().toList()).toEqual([2, 4, 6])
  })

  test('takes an upstream gradient: a number, an array, one that broadcasts, one of another dtype', () => {
    const x = new MLArray([
      [1, 2],
      [3, 4],
    ])
    const slope = (upstream: MLArray | number): unknown => {
      x.zeroGrad()
      x.square().backward({ upstream })
      return x.grad().toList()
    }
    expect(slope(2)).toEqual([
      [4, 8],
      [12, 16],
    ])
    expect(
      slope(
        new MLArray([
          [1, 0],
          [0, 10],
        ]),
      ),
    ).toEqual([
      [2, 0],
      [0, 80],
    ])
    expect(slope(new MLArray([1, 0], { dtype: 'float32' }))).toEqual([
      [2, 0],
      [6, 0],
    ])
  })

  test('does not tie the upstream gradient to the graph', () => {
    const x = new MLArray([1, 2])
    const upstream = new MLArray([1, 10])
    const y = x.add(0)
    y.backward({ upstream, createGraph: true })
    upstream.assign(0)
    expect([x.grad().toList(), y.grad().toList()]).toEqual([
      [1, 10],
      [1, 10],
    ])
  })

  test('accumulates in leaves and counts nothing twice', () => {
    const x = new MLArray([1, 2])
    const y = x.square()
    y.backward()
    y.backward()
    expect([x.grad().toList(), y.grad().toList()]).toEqual([
      [4, 8],
      [1, 1],
    ])
    x.zeroGrad()
    expect(x.grad().toList()).toEqual([0, 0])
  })

  test('adds up where an array is used more than once', () => {
    const x = new MLArray([3])
    const y = x.mul(x).add(x).add(x.T)
    y.backward()
    expect(x.grad().toList()).toEqual([8])
  })

  test('leaves zeros where nothing has been, of the shape and dtype', () => {
    const x = zeros([2, 3], { dtype: 'float32' })
    expect([x.grad().shape, x.grad().dtype, x.grad().requiresGrad]).toEqual([
      [2, 3],
      'float32',
      false,
    ])
    expect(x.detach().grad().toList()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
  })

  test('what grad() gives cannot be changed in place, and does not change later', () => {
    const x = new MLArray([1, 2])
    x.square().backward()
    const first = x.grad()
    expect(() => first.assign(0)).toThrow('the result of grad cannot be changed in place')
    x.square().backward()
    expect([first.toList(), x.grad().toList()]).toEqual([
      [2, 4],
      [4, 8],
    ])
  })

  test('refuses an untracked root', () => {
    expect(() => ones([2]).detach().backward()).toThrow(
      'backward: this array of shape [2] is untracked',
    )
    const y = noGrad(() => new MLArray([1]).mul(2))
    expect(() => y.backward()).toThrow(
      'is untracked: it was made in noGrad or a hook, or from nothing that requires a gradient.',
    )
  })
})

describe('tracking', () => {
  test('everything that a user makes is tracked unless it is said otherwise', () => {
    expect([zeros(2).requiresGrad, new MLArray(1).requiresGrad]).toEqual([true, true])
    const x = new MLArray([1], { requiresGrad: false })
    expect([x.requiresGrad, x.add(1).requiresGrad, x.add(ones(1)).requiresGrad]).toEqual([
      false,
      false,
      true,
    ])
  })

  test('noGrad suspends it, also where the function throws', () => {
    const x = ones(2)
    expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false)
    expect(() => noGrad(() => x.add(zeros(3) as never))).toThrow('do not broadcast')
    expect(x.mul(2).requiresGrad).toBe(true)
    expect(() => noGrad(later)).toThrow('promise')
  })

  test('detach cuts the history and shares the memory', () => {
    const x = new MLArray([2])
    const y = x.detach()
    expect(() => y.mul(y).backward()).toThrow('untracked')
    y.assign(5)
    expect(x.item()).toBe(5)
    x.mul(x.detach()).backward()
    expect(x.grad().toList()).toEqual([5])
  })

  test('only asked-for gradients are computed', () => {
    const x = new MLArray([2])
    const data = new MLArray([3], { requiresGrad: false })
    x.mul(data).backward()
    expect([data.grad().toList(), x.grad().toList()]).toEqual([[0], [3]])
  })
})

describe('createGraph', () => {
  test('gives gradients that can be differentiated, up to the third', () => {
    const x = new MLArray([2])
    x.pow(4).backward({ createGraph: true })
    const first = x.gradNode()!
    x.zeroGrad()
    first.backward({ createGraph: true })
    const second = x.gradNode()!
    x.zeroGrad()
    second.backward({ createGraph: true })
    const third = x.gradNode()!
    expect([first, second, third].map((g) => g.item())).toEqual([32, 48, 48])
    x.zeroGrad()
    third.backward()
    expect(x.grad().item()).toBe(24)
  })

  test('the third derivative of x² at 0 is 0', () => {
    const x = new MLArray([0])
    let y = x.pow(2) as MLArray
    for (let order = 0; order < 2; order++) {
      x.zeroGrad()
      y.backward({ createGraph: true })
      y = x.gradNode()!
    }
    x.zeroGrad()
    y.backward()
    expect([y.item(), x.grad().item()]).toEqual([2, 0])
  })

  test('of a gradient penalty', () => {
    const x = new MLArray([1, 2])
    const w = new MLArray([3, 4])
    x.mul(w).square().sum().backward({ createGraph: true })
    const penalty = x.gradNode()!.square().sum()
    w.zeroGrad()
    penalty.backward()
    // d/dw of (2 w² x)², which is 16 w³ x².
    expect(w.grad().toList()).toEqual([432, 4096])
  })

  test('gradNode is gone after a pass without it', () => {
    const x = new MLArray([1])
    expect(x.gradNode()).toBeUndefined()
    x.square().backward({ createGraph: true })
    expect(x.gradNode()!.item()).toBe(2)
    x.zeroGrad()
    expect(x.gradNode()).toBeUndefined()
  })
})

describe('hooks', () => {
  test('see the whole gradient of a pass, and may replace it', () => {
    const x = new MLArray([1, 2])
    const seen: unknown[] = []
    const y = x.mul(3)
    y.onGradient((g) => {
      seen.push(g.toList())
      return g.mul(10)
    })
    y.add(y.square()).backward()
    expect(seen).toEqual([[7, 13]])
    expect(x.grad().toList()).toEqual([210, 390])
  })

  test('of leaves add what they return to what is there', () => {
    const x = new MLArray([1])
    const remove = x.onGradient((g) => g.neg())
    x.mul(3).backward()
    x.mul(3).backward()
    expect(x.grad().item()).toBe(-6)
    remove()
    x.mul(3).backward()
    expect(x.grad().item()).toBe(-3)
  })

  test('may return an array of the user, who can change it later', () => {
    const x = new MLArray([1, 2])
    const own = new MLArray([5, 6])
    x.onGradient(() => own)
    x.mul(3).backward()
    own.assign(0)
    expect([x.grad().toList(), own.toList()]).toEqual([
      [5, 6],
      [0, 0],
    ])
  })

  test('are recorded in a pass that is', () => {
    const x = new MLArray([3])
    const y = x.square()
    y.onGradient((g) => g.mul(x))
    y.backward({ createGraph: true })
    const slope = x.gradNode()!
    x.zeroGrad()
    slope.backward()
    // The hook makes the slope 2x · x.
    expect([slope.item(), x.grad().item()]).toEqual([18, 12])
  })

  test('are refused where they are none, or return something else', () => {
    const x = new MLArray([1, 2])
    expect(() => x.onGradient(3 as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: onGradient: expected a function, got 3.]`,
    )
    expect(() => x.detach().onGradient(() => undefined)).toThrow('untracked')
    x.onGradient(() => ones(3) as never)
    expect(() => x.mul(1).backward()).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: onGradient: the hook of an array of shape [2] must return an array of that shape, or nothing, got [3].]`,
    )
  })
})

describe('arrays and Values in one graph', () => {
  test('one pass crosses from one to the other and back', () => {
    const v = new Value(2)
    const x = new MLArray([1, 2, 3])
    const y = x.mul(v) // array ← Value
    const z = y.at(1).mul(v).add(y.sum().at()) // Value ← array
    new MLArray([z, 1]).square().sum().backward() // array ← Value
    // z = 2v² + 6v = 20, and the root is z² + 1.
    expect(v.grad).toBe(2 * 20 * (8 + 6))
    expect(x.grad().toList()).toEqual([80, 240, 80])
  })

  test('with gradients of every order', () => {
    const cube = (v: Value): Value => new MLArray([v, 1]).mul(v).at(0).mul(new MLArray(v).at())
    expect(gradOf(cube)(2).data).toBe(12)
    expect(gradOf(gradOf(cube))(2).data).toBe(12)
    expect(gradOf(gradOf(gradOf(cube)))(2).data).toBe(6)
  })

  test('and forward mode', () => {
    const f = (v: Value): Value =>
      new MLArray([v, v.mul(2)])
        .softmax()
        .mul(v)
        .matmul(new MLArray([[1], [3]]))
        .at(0)
    const [, slope] = jvp(f)(0.5, 1)
    expect(slope.data).toBeCloseTo(gradOf(f)(0.5).data, 14)
  })

  test('createGraph leaves gradient nodes on both', () => {
    const v = new Value(3)
    const x = new MLArray([2])
    x.mul(v).square().sum().at().backward({ createGraph: true })
    expect([v.gradNode!.data, x.gradNode()!.item()]).toEqual([24, 36])
    expect(x.at(0).gradNode!.data).toBe(36)
  })

  test('equal the same program on Values alone', () => {
    const xs = [0.5, -1, 2].map((n) => new Value(n))
    const byArray = new MLArray(xs).tanh().square().sum().at()
    byArray.backward()
    const slopes = xs.map((x) => x.grad)
    xs.forEach((x) => x.zeroGrad())
    xs.map((x) => x.tanh().square())
      .reduce((a, b) => a.add(b))
      .backward()
    xs.forEach((x, i) => expect(slopes[i]).toBeCloseTo(x.grad, 15))
  })
})

describe('parts of one array', () => {
  test('add their shares to the same gradient, beside shares of all of it', () => {
    const x = new MLArray([
      [1, 2],
      [3, 4],
    ])
    const rows = x.take([1, 1], { axis: 0 })
    const elements = x.take([3, 0, 3])
    const y = x.slice(':', 0).sum().add(x.square().sum()).add(x.slice(1).sum()).add(rows.sum())
    y.add(elements.sum()).backward()
    expect(x.grad().toList()).toEqual([
      [4, 4],
      [10, 13],
    ])
  })

  test('leave alone what was read of the gradient before', () => {
    const x = new MLArray([1, 2, 3])
    x.slice('1:').sum().backward()
    const elements = readGradient(x)!
    x.slice(':2').sum().backward()
    expect(Array.from(elements)).toEqual([0, 1, 1])
    const before = x.grad()
    x.slice(1).backward()
    expect(before.toList()).toEqual([1, 2, 1])
    expect(x.grad().toList()).toEqual([1, 3, 1])
  })

  test.for<[string, (x: MLArray, i: number) => MLArray]>([
    ['slices', (x, i) => x.slice(i)],
    ['rows that are taken', (x, i) => x.take(i, { axis: 0 })],
    ['elements that are taken', (x, i) => x.take([0, 1, 2, 3, 4, 5, 6, 7].map((j) => 8 * i + j))],
  ])('however many take no array of its size each: %s', ([, part]) => {
    const x = zeros([1000, 8])
    let y: MLArray = zeros([8])
    for (let i = 0; i < 1000; i++) y = y.add(part(x, i))
    let elements = 0
    const counted = class extends Float64Array {
      constructor(...given: [ArrayBuffer, number, number]) {
        super(...given)
        elements += this.length
      }
    }
    vi.stubGlobal('Float64Array', counted)
    try {
      y.sum().backward()
    } finally {
      vi.unstubAllGlobals()
    }
    expect(x.grad().sum().item()).toBe(8000)
    expect(elements).toBeLessThan(3 * x.size)
  })
})

describe('many operations', () => {
  test('a chain of 100,000 does not overflow the stack', () => {
    const x = new MLArray([1, 2])
    let y: MLArray = x
    for (let i = 0; i < 100_000; i++) y = y.add(1)
    y.backward()
    expect([y.toList(), x.grad().toList()]).toEqual([
      [100_001, 100_002],
      [1, 1],
    ])
  })

  test('a diamond of 2^100 paths takes as long as its nodes', () => {
    const x = new MLArray([1])
    let y: MLArray = x
    for (let i = 0; i < 100; i++) y = y.add(y).mul(0.5)
    y.backward()
    expect(x.grad().item()).toBe(1)
  })

  test('dead branches of where do not run into each other', () => {
    const x = new MLArray([-2, 3])
    where(x.gt(0), x.mul(2), x.neg()).backward()
    expect(x.grad().toList()).toEqual([-1, 2])
  })
})
