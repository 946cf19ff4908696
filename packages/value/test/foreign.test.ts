// A node kind that is no scalar: vectors of two elements, mixed with Values in both directions. It lives
// here alone, and proves that the engine knows nothing of numbers.
import { describe, expect, test } from 'vitest'
import { toDot, Value } from '../src/index.ts'
import {
  backward,
  CONSTANT,
  gradNodeOf,
  gradients,
  isRecording,
  LEAF,
  markChanged,
  noGrad,
  Node,
  onGradient,
  tangent,
  topologicalOrder,
  type Operation,
} from '../src/graph.ts'

type Two = readonly [number, number]

const TIMES: Operation = { name: 'times', readsA: 2, readsB: 1 }
const PAIR: Operation = { name: 'pair', readsA: 0, readsB: 0 }

/** A vector; `times` multiplies it by a Value, `pair` makes one of two Values. */
class Pair extends Node<Pair> {
  #data: Two
  slope: Two = [0, 0]

  constructor(data: Two, op: Operation = LEAF, a?: Node, b?: Node) {
    super(op, a, b)
    this.#data = data
  }

  get data(): Two {
    return this.#data
  }

  override get changedBy(): string {
    return 'hand'
  }

  set data(data: Two) {
    this.#data = data
    markChanged(this)
  }

  static of(x: Value, y: Value): Pair {
    const tracked = isRecording() && (x.requiresGrad || y.requiresGrad)
    return tracked ? new Pair([x.data, y.data], PAIR, x, y) : new Pair([x.data, y.data], CONSTANT)
  }

  times(k: Value): Pair {
    const [x, y] = this.#data
    const tracked = isRecording() && (this.requiresGrad || k.requiresGrad)
    const data: Two = [x * k.data, y * k.data]
    return tracked ? new Pair(data, TIMES, this, k) : new Pair(data, CONSTANT)
  }

  /** A Value made from a vector. */
  dot(other: Pair): Value {
    return new Inner(this, other)
  }

  override get holdsGrad(): boolean {
    return this.slope.some((x) => x !== 0)
  }

  override readGrad(): Pair {
    return new Pair(this.slope, CONSTANT)
  }

  override setGrad(gradient: Pair): void {
    this.slope = gradient.data
  }

  override addGrad(gradient: Pair): void {
    this.slope = [this.slope[0] + gradient.data[0], this.slope[1] + gradient.data[1]]
  }

  override plus(x: Pair, y: Pair): Pair {
    return Pair.of(element(x, 0).add(element(y, 0)), element(x, 1).add(element(y, 1)))
  }

  override vjp(dy: Pair, index: number): Node {
    if (this.operation === PAIR) return element(dy, index)
    return index === 0 ? dy.times(this.b as Value) : dy.dot(this.a as Pair)
  }

  override jvp(dxs: readonly (Node | undefined)[]): Pair {
    const [da, db] = dxs
    if (this.operation === PAIR) {
      return Pair.of((da as Value) ?? new Value(0), (db as Value) ?? new Value(0))
    }
    const first = (da as Pair | undefined)?.times(this.b as Value)
    const second = db && (this.a as Pair).times(db as Value)
    return first && second ? this.plus(first, second) : (first ?? second)!
  }

  override describe(): readonly string[] {
    return [`[${this.data.join(', ')}]`]
  }
}

const AXES = [new Pair([1, 0], CONSTANT), new Pair([0, 1], CONSTANT)] as const
const element = (pair: Pair, i: number): Value => pair.dot(AXES[i]!)

/** The inner product: a subclass of Value whose inputs are vectors. */
class Inner extends Value {
  constructor(a: Pair, b: Pair) {
    const tracked = isRecording() && (a.requiresGrad || b.requiresGrad)
    const data = a.data[0] * b.data[0] + a.data[1] * b.data[1]
    super(
      data,
      undefined,
      tracked ? INNER : CONSTANT,
      tracked ? a : undefined,
      tracked ? b : undefined,
    )
  }

  override vjp(dy: Value, index: number): never {
    const other = (index === 0 ? this.b : this.a) as Pair
    return other.times(dy) as never
  }

  override jvp(dxs: readonly unknown[]): Value {
    const [da, db] = dxs as (Pair | undefined)[]
    const first = da?.dot(this.b as Pair)
    const second = db?.dot(this.a as Pair)
    return first && second ? first.add(second) : (first ?? second)!
  }

  override pull(): void {
    const dy = new Value(this.grad, { requiresGrad: false })
    for (const [i, input] of this.inputs.entries()) {
      if (input.requiresGrad) (input as Pair).receive(this.vjp(dy, i))
    }
  }
}

const INNER: Operation = { name: 'inner', readsA: 2, readsB: 1 }

/** `(k·v) · (k·v)` with `v = (x, y)`: a Value from vectors that are made from Values. */
function graph(): { x: Value; k: Value; v: Pair; free: Pair; y: Value } {
  const [x, k] = [new Value(3), new Value(2)]
  const v = Pair.of(x, x.mul(2))
  const free = new Pair([1, -1])
  const y = v.times(k).dot(v).add(free.dot(v))
  return { x, k, v, free, y }
}

describe('a foreign kind of node', () => {
  test('is in the same order and the same pass as Values, in both directions', () => {
    const { x, k, v, free, y } = graph()
    // y = 5kx² − x
    expect([y.data, topologicalOrder(y).length]).toEqual([87, 9])
    y.backward()
    expect([x.grad, k.grad, v.slope, free.slope]).toEqual([59, 45, [13, 23], [3, 6]])
    y.backward()
    expect([x.grad, v.slope, free.slope]).toEqual([118, [13, 23], [6, 12]])
  })

  test('can be the root', () => {
    const k = new Value(2)
    const pair = new Pair([3, 4]).times(k)
    backward(pair, new Pair([1, 10], CONSTANT))
    expect([k.grad, pair.slope]).toEqual([43, [1, 10]])
  })

  test('is untracked in noGrad', () => {
    const y = noGrad(() => Pair.of(new Value(1), new Value(2)).times(new Value(3)))
    expect([y.requiresGrad, y.inputs.length]).toEqual([false, 0])
    expect(() => backward(y, y)).toThrow('untracked')
  })

  test('has hooks', () => {
    const { x, v, y } = graph()
    const seen: Two[] = []
    onGradient(v, (dv) => {
      seen.push(dv.data)
      return new Pair([1, 0], CONSTANT)
    })
    y.backward()
    expect([seen, v.slope, x.grad]).toEqual([[[13, 23]], [1, 0], 1])
  })

  test('takes part in createGraph, so that its gradients are differentiated', () => {
    const { x, v, free, y } = graph()
    y.backward({ createGraph: true })
    expect([x.grad, v.slope, free.slope]).toEqual([59, [13, 23], [3, 6]])
    expect(gradNodeOf(v)!.data).toEqual([13, 23])
    const first = x.gradNode!
    x.zeroGrad()
    first.backward()
    expect(x.grad).toBe(20)
  })

  test('is checked for changes', () => {
    const { free, y } = graph()
    free.data = [5, 5]
    expect(() => y.backward()).toThrow('an input of inner was changed by')
    const pair = new Pair([1, 2])
    const k = new Value(3)
    const product = pair.times(k)
    k.data = 4
    expect(() => backward(product, product)).toThrow('an input of times was changed by')
  })

  test('is not named where another change matters', () => {
    const [v, k] = [new Pair([1, 2]), new Value(3, { requiresGrad: false })]
    const y = v.times(k)
    v.data = [7, 7]
    backward(y, y)
    expect(v.slope).toEqual([9, 18])
    k.data = 4
    expect(() => backward(y, y)).toThrow('was changed by an assignment')
    const z = v.times(k)
    v.data = [5, 5]
    k.data = 5
    expect(() => gradients(z, z, [v])).toThrow('was changed by an assignment')
  })

  test('passes on tangents', () => {
    const { x, k, free, y } = graph()
    const along = (node: Node, dx: Node): number | undefined =>
      tangent(y, new Map([[node, dx]]))?.data
    expect(along(x, new Value(1))).toBe(59)
    expect(along(k, new Value(1))).toBe(45)
    expect(along(free, new Pair([1, 1]))).toBe(9)
    expect(along(new Value(0), new Value(1))).toBeUndefined()
  })

  test('has gradients without storing them', () => {
    const { x, free, y } = graph()
    const [dx, dFree] = gradients(y, new Value(1), [x, free]) as [Value, Pair]
    expect([dx.data, dFree.data, x.grad, free.slope]).toEqual([59, [3, 6], 0, [0, 0]])
  })

  test('is drawn with what it says of itself', () => {
    const drawing = toDot(graph().y)
    expect(drawing).toContain('label="times\\n[6, 12]"')
    expect(drawing).toContain('label="inner\\ndata 90\\ngrad 0"')
  })
})
