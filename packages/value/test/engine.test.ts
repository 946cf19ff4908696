// The laws of the engine, on scalars.
import { describe, expect, test } from 'vitest'
import { customOp, dot, grad, noGrad, sum, topologicalOrder, Value, where } from '../src/index.ts'

const leaf = (data: number): Value => new Value(data)

describe('a Value', () => {
  test('has data, a gradient of 0, an operation, inputs and a label', () => {
    const a = new Value(2, { label: 'a' })
    const y = a.mul(3)
    expect([a.data, a.grad, a.op, a.inputs, a.label]).toEqual([2, 0, 'leaf', [], 'a'])
    expect([y.data, y.op, y.inputs[0], y.requiresGrad]).toEqual([6, 'mul', a, true])
  })

  test('mixes with numbers', () => {
    const x = leaf(2)
    const y = x.add(1).mul(2).sub(x).div(2).pow(2)
    y.backward()
    expect([y.data, x.grad]).toEqual([4, 2])
  })
})

describe('backward', () => {
  test('adds up over the uses of a shared node', () => {
    const a = leaf(3)
    const b = a.add(a)
    b.mul(b).backward()
    expect([b.grad, a.grad]).toEqual([12, 24])
  })

  test('called twice accumulates in leaves and double-counts nothing between', () => {
    const [a, b] = [leaf(2), leaf(-3)]
    const product = a.mul(b)
    const y = product.mul(product)
    y.backward()
    y.backward()
    expect([a.grad, b.grad, product.grad, y.grad]).toEqual([72, -48, -12, 1])
  })

  test('takes an upstream gradient, as a number or a Value', () => {
    const x = leaf(3)
    x.mul(x).backward({ upstream: 10 })
    expect(x.grad).toBe(60)
    x.mul(x).backward({ upstream: leaf(-10) })
    expect(x.grad).toBe(0)
  })

  test('of a leaf adds 1', () => {
    const x = leaf(3)
    x.backward()
    x.backward()
    expect(x.grad).toBe(2)
  })

  test('crosses a chain of a million nodes', () => {
    const x = leaf(0)
    let y = x
    for (let i = 0; i < 1_000_000; i++) y = y.add(1)
    y.backward()
    expect([y.data, x.grad, topologicalOrder(y).length]).toEqual([1_000_000, 1, 1_000_001])
  })

  test('visits a diamond of 2^1000 paths once', () => {
    const x = leaf(1)
    let y = x
    for (let i = 0; i < 1000; i++) y = y.add(y)
    y.backward()
    expect(x.grad).toBe(2 ** 1000)
  })

  test('works between two graphs that share nodes', () => {
    const x = leaf(2)
    const shared = x.mul(x)
    shared.mul(3).backward()
    shared.mul(5).backward()
    expect([x.grad, shared.grad]).toEqual([32, 5])
  })
})

describe('order', () => {
  test('puts inputs before what was made from them, and leaves constants out', () => {
    const [a, b] = [leaf(1), leaf(2)]
    const c = a.mul(b)
    const y = dot([c, a], [b, 4]).add(c.exp())
    const order = topologicalOrder(y)
    expect(order.length).toBe(6)
    for (const [i, node] of order.entries()) {
      for (const input of node.inputs)
        if (input.requiresGrad) expect(order.indexOf(input)).toBeLessThan(i)
    }
  })
})

describe('what is not tracked', () => {
  test('requiresGrad: false is neither recorded nor computed', () => {
    const c = new Value(2, { requiresGrad: false })
    const x = leaf(3)
    const untracked = c.mul(4)
    const y = untracked.mul(x)
    y.backward()
    expect([untracked.op, untracked.inputs.length, c.grad, untracked.grad]).toEqual([
      'constant',
      0,
      0,
      0,
    ])
    expect(x.grad).toBe(8)
  })

  test('a derivative that nobody wants is not computed', () => {
    const asked: string[] = []
    const spy = customOp('spy', {
      f: (a, b) => a * b,
      da: (_m, _a, b) => (asked.push('a'), b),
      db: (_m, a) => (asked.push('b'), a),
    })
    const [x, w] = [leaf(2), leaf(3)]
    asked.length = 0
    spy(x, 5).backward()
    spy(x, 5).backward({ createGraph: true })
    grad((z) => spy(z, w))(2)
    expect(asked).toEqual(['a', 'a', 'a'])
  })

  test('detach keeps the number and cuts the history', () => {
    const x = leaf(3)
    const y = x.square()
    y.detach().mul(x).backward()
    expect([x.grad, y.grad, y.detach().requiresGrad]).toEqual([9, 0, false])
  })

  test('noGrad records nothing, nests, and ends when its function throws', () => {
    const x = leaf(3)
    const y = noGrad(() => noGrad(() => x.mul(2)).add(x))
    expect([y.data, y.requiresGrad]).toEqual([9, false])
    expect(() =>
      noGrad(() => {
        throw new Error('within')
      }),
    ).toThrow('within')
    expect(x.mul(2).requiresGrad).toBe(true)
  })

  test('zeroGrad forgets', () => {
    const x = leaf(3)
    x.square().backward({ createGraph: true })
    x.zeroGrad()
    expect([x.grad, x.gradNode]).toEqual([0, undefined])
  })
})

describe('createGraph', () => {
  test('makes gradients that can be differentiated', () => {
    const x = leaf(2)
    x.pow(4).backward({ createGraph: true })
    const first = x.gradNode!
    expect([x.grad, first.data]).toEqual([32, 32])
    x.zeroGrad()
    first.backward({ createGraph: true })
    expect(x.grad).toBe(48)
    const second = x.gradNode!
    x.zeroGrad()
    second.backward()
    expect([x.grad, x.gradNode]).toEqual([48, undefined])
  })

  test('is over with the next plain pass', () => {
    const x = leaf(3)
    const y = x.square()
    y.backward({ createGraph: true })
    y.backward()
    expect([x.grad, x.gradNode, y.gradNode]).toEqual([12, undefined, undefined])
  })

  test('accumulates in leaves as a plain pass does, and sets what lies between', () => {
    const x = leaf(3)
    const y = x.square()
    y.mul(2).backward()
    y.mul(2).backward({ createGraph: true })
    expect([x.grad, x.gradNode!.data, y.grad, y.gradNode!.data]).toEqual([24, 24, 2, 2])
  })
})

describe('hooks', () => {
  test('see a complete gradient before it goes on, and may replace it', () => {
    const x = leaf(3)
    const y = x.mul(2)
    const seen: number[] = []
    const remove = y.onGradient((dy) => {
      seen.push(dy.data)
      return dy.mul(10)
    })
    y.add(y).backward()
    expect([seen, y.grad, x.grad]).toEqual([[2], 20, 40])
    remove()
    y.backward()
    expect([seen.length, x.grad]).toEqual([1, 42])
  })

  test('on a leaf see this pass alone', () => {
    const x = leaf(3)
    x.grad = 100
    const seen: number[] = []
    x.onGradient((dy) => {
      seen.push(dy.data)
      return -dy.data
    })
    x.add(x).backward()
    expect([seen, x.grad]).toEqual([[2], 98])
  })

  test('take part where gradients are recorded', () => {
    const x = leaf(3)
    const y = x.square()
    y.onGradient((dy) => dy.mul(5))
    y.square().backward({ createGraph: true })
    expect([y.grad, x.grad, x.gradNode!.data, x.gradNode!.requiresGrad]).toEqual([
      90,
      540,
      540,
      true,
    ])
  })

  test('may run a pass over another graph, and look at this one', () => {
    const [x, z] = [leaf(3), leaf(4)]
    const [y, other] = [x.square(), z.square()]
    y.onGradient(() => {
      other.backward()
      expect(topologicalOrder(y).length).toBe(2)
    })
    y.backward()
    expect([x.grad, z.grad]).toEqual([6, 8])
  })
})

describe('an error within a pass leaves the graph usable', () => {
  test('thrown by a hook', () => {
    const [a, b] = [leaf(2), leaf(5)]
    const product = a.mul(b)
    const y = product.add(a).mul(product)
    const remove = product.onGradient(() => {
      throw new Error('from a hook')
    })
    expect(() => y.backward()).toThrow('from a hook')
    remove()
    for (const x of [a, b]) x.zeroGrad()
    y.backward()
    expect([a.grad, b.grad]).toEqual([2 * 2 * 25 + 2 * 2 * 5, 2 * 4 * 5 + 4])
  })

  test('thrown by a hook above nodes that others share', () => {
    const x = leaf(0.5)
    const shared = x.exp()
    const above = shared.mul(shared).add(shared.sin())
    const remove = above.mul(3).onGradient(() => undefined)
    remove()
    const y = above.mul(above)
    const stop = above.onGradient(() => {
      throw new Error('from a hook')
    })
    expect(() => y.add(shared).backward()).toThrow('from a hook')
    stop()
    x.zeroGrad()
    y.backward()
    const e = Math.exp(0.5)
    expect(x.grad).toBeCloseTo(2 * (e * e + Math.sin(e)) * (2 * e + Math.cos(e)) * e, 11)
  })

  test('thrown since data changed, wherever in the graph', () => {
    const [a, b] = [leaf(2), leaf(5)]
    const y = a.mul(b).add(a.exp()).add(b)
    a.data = 3
    a.onGradient(() => undefined)
    a.grad = 7
    expect(() => y.backward()).toThrow('an input of')
    expect([a.grad, b.grad]).toEqual([7, 0])
    const again = a.mul(b).add(b)
    again.backward()
    expect([a.grad, b.grad]).toEqual([12, 4])
  })

  test('a nested pass over shared nodes is refused, and the outer one may go on', () => {
    const x = leaf(2)
    const y = x.square()
    const z = y.add(x.exp())
    z.onGradient(() => {
      expect(() => y.backward()).toThrow('under way')
    })
    z.backward()
    expect(x.grad).toBeCloseTo(4 + Math.exp(2), 12)
  })
})

describe('data that changed', () => {
  test('matters where a derivative reads it', () => {
    const [w, x] = [leaf(2), leaf(3)]
    const y = w.mul(x)
    x.data = 4
    expect(() => y.backward()).toThrow('mul')
    const list = dot([w], [x])
    w.data = 1
    expect(() => list.backward()).toThrow('dot')
    const clipped = w.clip(0, 3)
    w.data = 2
    expect(() => clipped.backward()).toThrow('clip')
  })

  test('does not matter where it is not read', () => {
    const [a, b] = [leaf(2), leaf(3)]
    const y = sum([a.add(b), a.exp()])
    b.data = 10
    y.backward()
    expect([a.grad, b.grad]).toEqual([1 + Math.exp(2), 1])
    const c = new Value(4, { requiresGrad: false })
    const z = a.mul(c)
    a.data = 5
    z.backward()
    expect(a.grad).toBe(5 + Math.exp(2))
  })

  test('does not matter to where, which has chosen', () => {
    const [condition, a, b] = [leaf(1), leaf(2), leaf(3)]
    const y = where(condition, a, b).mul(2)
    for (const changed of [condition, a, b]) changed.data = 0
    y.backward()
    expect([a.grad, b.grad]).toEqual([2, 0])
  })

  test('matters to the operands that the rules of an operation on three read', () => {
    const muladd = customOp('muladd', {
      f: (a, b, c) => a * b + c,
      da: (_m, _a, b) => b,
      db: (_m, a) => a,
      dc: () => 1,
    })
    const [a, b, c] = [leaf(2), leaf(3), leaf(4)]
    const y = muladd(a, b, c)
    c.data = 5
    y.backward()
    expect([a.grad, b.grad, c.grad]).toEqual([3, 2, 1])
    b.data = 6
    expect(() => y.backward()).toThrow('muladd')
  })

  test('matters to dot wherever in its lists', () => {
    const x = [leaf(1), leaf(2), leaf(3), leaf(4)]
    for (const changed of x) {
      const y = dot(x.slice(0, 2), x.slice(2))
      changed.data += 1
      expect(() => y.backward()).toThrow('an input of dot')
    }
  })

  test('matters to the operands that wanted gradients read', () => {
    const fixed = (data: number): Value => new Value(data, { requiresGrad: false })
    const [w, x, bias] = [[leaf(1), leaf(2)], [fixed(3), fixed(4)], leaf(5)]
    const y = dot(w, x, bias)
    for (const changed of [...w, bias]) changed.data = 9
    y.backward()
    y.backward({ createGraph: true })
    expect([w[0]!.grad, w[1]!.grad, bias.grad]).toEqual([6, 8, 2])
    x[0]!.data = 0
    expect(() => y.backward()).toThrow('an input of dot')
    const product = customOp('product', {
      f: (a, b, c) => a * b * c,
      da: (m, _a, b, c) => m.mul(b, c),
      db: (m, a, _b, c) => m.mul(a, c),
      dc: (m, a, b) => m.mul(a, b),
    })
    const [a, b, c] = [fixed(2), leaf(3), fixed(4)]
    const z = product(a, b, c)
    b.data = 7
    z.backward()
    expect(b.grad).toBe(8)
    c.data = 5
    expect(() => z.backward()).toThrow('an input of product')
  })

  test('is refused where a hook changes it before it is read, in every kind of pass', () => {
    const [a, b] = [leaf(2), leaf(3)]
    const graph = (x: Value): Value => {
      const product = x.mul(b)
      product.onGradient(() => {
        b.data += 1
      })
      return product.exp()
    }
    const told = 'an input of mul was changed by an assignment'
    expect(() => graph(a).backward()).toThrow(told)
    expect(() => graph(a).backward({ createGraph: true })).toThrow(told)
    expect(() => grad(graph)(2)).toThrow(told)
    expect([a.grad, a.gradNode]).toEqual([0, undefined])
    // The pass before has left nothing behind.
    a.mul(b).backward()
    expect([a.grad, b.grad]).toEqual([6, 2])
  })

  test('may be changed by a hook once all have read it', () => {
    const [w, x] = [leaf(2), leaf(3)]
    w.onGradient((gradient) => {
      w.data -= 0.1 * gradient.data
    })
    for (let step = 0; step < 3; step++) w.mul(x).sub(1).square().add(w.square()).backward()
    // Each step is w − 0.1 (6 (3w − 1) + 2w), which is 0.6 − w.
    expect(w.data).toBeCloseTo(0.6 - (0.6 - (0.6 - 2)), 12)
  })

  test('is checked at every order', () => {
    const x = leaf(3)
    const y = x.square()
    x.data = 4
    expect(() => y.backward({ createGraph: true })).toThrow('square')
  })
})

describe('sum and dot', () => {
  test('are one node each, with every input inspectable', () => {
    const [w, x, bias] = [[leaf(1), leaf(2)], [leaf(3), 4], leaf(5)] as const
    const y = dot(w, x, bias)
    y.backward()
    expect([y.data, y.op, y.inputs.length, w[0].grad, w[1].grad, bias.grad]).toEqual([
      16,
      'dot',
      5,
      3,
      4,
      1,
    ])
    expect(sum([y, 1, y]).data).toBe(33)
  })

  test('keep a list of their own', () => {
    const list = [leaf(1), leaf(2)]
    const y = sum(list)
    list.length = 0
    y.backward()
    expect(y.inputs.length).toBe(2)
  })

  test('are differentiable at every order', () => {
    const [a, b] = [leaf(2), leaf(3)]
    dot([a, a, b], [a, b, b], a).square().backward({ createGraph: true })
    const first = a.gradNode!
    // f = (a² + ab + b² + a)², fa = 2 (…)(2a + b + 1), faa = 2 (2a + b + 1)² + 4 (…)
    expect(first.data).toBe(2 * 21 * 8)
    a.zeroGrad()
    first.backward()
    expect(a.grad).toBe(2 * 64 + 4 * 21)
  })
})
