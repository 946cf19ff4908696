// Passes in any order over graphs that share nodes, grow after a pass, fail and have dead ends: each must
// leave what `gradients` finds, which counts nothing on the nodes.
import { array, assert, integer, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dot, sum, Value } from '../src/index.ts'
import { gradients, topologicalOrder, withRecording } from '../src/graph.ts'

const number = integer({ min: 0, max: 999 })
const session = array(record({ action: integer({ min: 0, max: 11 }), i: number, j: number }), {
  minLength: 4,
  maxLength: 30,
})

/** Small whole numbers, so that sums are exact in every order. */
class Session {
  readonly leaves = [1, 2, -1].map((data) => new Value(data))
  readonly nodes: Value[] = [...this.leaves]
  readonly found: unknown[] = []
  readonly expected: unknown[] = []

  /** The later half more often: graphs grow at the end. */
  pick(i: number): Value {
    const { nodes } = this
    const late = i % 3 > 0 ? nodes.length >> 1 : 0
    return nodes[late + (i % (nodes.length - late))]!
  }

  perform(action: number, i: number, j: number): void {
    const { nodes } = this
    const [a, b] = [this.pick(i), this.pick(j)]
    const leaf = this.leaves[j % 3]!
    if (action < 3) nodes.push(a.add(b))
    else if (action < 5) nodes.push(a.mul(leaf))
    else if (action === 5) nodes.push(a.relu())
    else if (action === 6) nodes.push(sum([a, b, a]))
    else if (action === 7) nodes.push(dot([a, leaf], [leaf, 2], b))
    else if (action === 8) nodes.push(a.clip(leaf, b))
    else if (action === 9) this.fail(nodes.at(-1)!, a)
    else if (action === 10) leaf.data = (i % 4) - 1
    else this.pass(a)
  }

  /** A hook throws in the middle; what reached the leaves is forgotten. */
  fail(root: Value, at: Value): void {
    const remove = at.onGradient(() => {
      throw new RangeError('on purpose')
    })
    try {
      root.backward()
    } catch {
      for (const x of this.leaves) x.zeroGrad()
    }
    remove()
  }

  pass(root: Value): void {
    const order = topologicalOrder(root) as Value[]
    const before = this.gradients()
    let found: unknown[]
    try {
      found = gradients(root, new Value(1), order)
    } catch {
      // Both name a node whose data has changed, not always the same one.
      this.expected.push('was changed by an assignment', before)
      this.found.push(refusalOf(root), this.gradients())
      return
    }
    this.expected.push(
      this.nodes.map((x, i) => {
        const dx = found[order.indexOf(x)] as Value | undefined
        // No −0: the first share of 0 replaces a gradient in one order and is added in another.
        return dx === undefined ? before[i]! : 0 + dx.data + (x.op === 'leaf' ? before[i]! : 0)
      }),
    )
    root.backward()
    this.found.push(this.gradients())
  }

  gradients(): number[] {
    return this.nodes.map((x) => x.grad + 0)
  }
}

function refusalOf(root: Value): string | undefined {
  try {
    root.backward()
  } catch (error) {
    return /was .* assignment/.exec((error as Error).message)?.[0]
  }
  return undefined
}

test('every pass of a random session finds what gradients finds', () => {
  assert(
    property(session, (steps) => {
      const s = new Session()
      for (const { action, i, j } of steps) s.perform(action, i, j)
      s.pass(s.nodes.at(-1)!)
      expect(s.found).toEqual(s.expected)
    }),
    { numRuns: 3000 },
  )
})

const leaf = (data: number): Value => new Value(data)

describe('a pass finds the right counts', () => {
  test('beside results that lead nowhere', () => {
    const x = leaf(3)
    const square = x.square()
    square.exp()
    const y = square.add(square)
    y.backward()
    expect([x.grad, square.grad]).toEqual([12, 2])
  })

  test('over a graph that grew after its pass', () => {
    const x = leaf(3)
    const inner = x.mul(2)
    const y = inner.square()
    y.backward()
    const z = y.add(inner)
    z.backward()
    expect([x.grad, inner.grad, y.grad]).toEqual([24 + 26, 13, 1])
    z.backward()
    expect(x.grad).toBe(24 + 26 + 26)
  })

  test('from several roots that were recorded together', () => {
    const x = leaf(2)
    const shared = x.square()
    const roots = [shared.mul(3), shared.neg()]
    for (const root of roots) root.backward()
    expect(x.grad).toBe(12 - 4)
  })

  test('from a root in the middle of a graph, and then from its end', () => {
    const x = leaf(2)
    const middle = x.square()
    const y = middle.mul(5)
    middle.backward()
    expect(x.grad).toBe(4)
    y.backward()
    expect([x.grad, middle.grad]).toEqual([24, 5])
  })

  test('where a leaf got its hook after it was used', () => {
    const x = leaf(2)
    const y = x.square().add(x)
    const seen: number[] = []
    x.onGradient((dx) => void seen.push(dx.data))
    y.backward()
    expect([seen, x.grad]).toEqual([[5], 5])
  })

  test('for a leaf as root', () => {
    const x = leaf(2)
    x.backward()
    x.backward({ upstream: 3 })
    expect(x.grad).toBe(4)
  })

  test('where a hook runs a pass over what was recorded with this graph', () => {
    const [x, z] = [leaf(3), leaf(4)]
    const product = x.mul(z)
    const other = z.exp().log()
    const y = product.square()
    y.onGradient(() => {
      expect(() => product.add(1).backward()).toThrow('untracked')
      expect(() => product.backward()).toThrow('under way')
      other.backward()
    })
    y.backward()
    expect([x.grad, product.grad]).toEqual([96, 24])
    expect(z.grad).toBeCloseTo(72 + 1, 12)
  })

  test.each(['leaf', 'mul'])('where a hook on a %s begins a pass that leads there', (op) => {
    const [x, w] = [leaf(3), leaf(2)]
    const penalty = w.square()
    const y = w.mul(x)
    const [hooked, root] = op === 'leaf' ? [w, penalty] : [y, y.exp()]
    const refused: string[] = []
    let calls = 0
    hooked.onGradient(() => {
      if (++calls > 1) return
      try {
        root.backward()
      } catch (error) {
        refused.push((error as Error).message)
      }
    })
    y.backward()
    expect(refused.join()).toContain(`is under way (at a node made by ${op})`)
    expect([calls, x.grad, w.grad]).toEqual([1, 2, 3])
  })

  test('in the plain pass after one that recorded gradients', () => {
    const x = leaf(2)
    const y = x.exp()
    y.backward({ createGraph: true })
    const first = x.gradNode!
    first.backward()
    expect(x.gradNode).toBeUndefined()
    expect(x.grad).toBeCloseTo(2 * Math.exp(2), 12)
  })

  test('where a leaf with a hook has changed, and holds a gradient', () => {
    const x = leaf(2)
    const seen: number[] = []
    x.onGradient((dx) => void seen.push(dx.data))
    for (const data of [3, 4]) {
      x.data = data
      x.exp()
      x.square().backward()
    }
    expect([seen, x.grad]).toEqual([[6, 8], 14])
  })

  test('where an error comes before a leaf with a hook is reached', () => {
    const x = leaf(2)
    x.grad = 7
    x.onGradient(() => undefined)
    const y = x.square().exp()
    y.onGradient(() => {
      throw new RangeError('on purpose')
    })
    expect(() => y.backward()).toThrow('on purpose')
    expect(x.grad).toBe(7)
  })

  test('where a constant has a hook', () => {
    const k = new Value(5, { requiresGrad: false })
    k.onGradient(() => 1)
    const x = leaf(2)
    const [y, other] = [x.mul(k).square(), x.mul(k)]
    y.backward()
    y.onGradient(() => other.backward())
    y.backward()
    expect([x.grad, k.grad]).toEqual([205, 0])
  })

  test('of what a hook has recorded, in the hook and after it', () => {
    const x = leaf(2)
    const [a, b] = [x.square(), x.mul(3)]
    let late = a
    b.onGradient(() => {
      withRecording(true, () => {
        x.mul(7).neg().backward()
        late = a.mul(5)
      })
    })
    a.add(b).backward()
    expect(x.grad).toBe(4 + 3 - 7)
    late.backward()
    expect([x.grad, a.grad]).toEqual([20, 5])
  })
})
