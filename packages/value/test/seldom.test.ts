// What is seldom reached: the other words of a message, and branches that only one kind of input takes.
import { expect, test } from 'vitest'
import { customOp, dot, grad, jvp, sum, toDot, toMermaid, Value } from '../src/index.ts'
import { LEAF, Node, onGradient } from '../src/graph.ts'
import { checkGrads } from '../src/testing.ts'

const any = (given: unknown): never => given as never

test('one and several in messages', () => {
  const one = customOp('one', { f: (x) => x, df: () => 1 })
  const two = customOp('two', { f: (x, y) => x + y, da: () => 1, db: () => 1 })
  expect(() => (two as (...xs: number[]) => Value)(1)).toThrow('two: takes 2 operands, got 1.')
  expect(() => (one as (...xs: number[]) => Value)()).toThrow('one: takes 1 operand, got 0.')
  expect(() => jvp((x) => x)(1, any([1, 2]))).toThrow('the point has length 1, and')
  expect(() => new Value(any(() => 1))).toThrow('got a function.')
  expect(() => new Value(any(1n))).toThrow('data must be a number, got the bigint 1.')
})

test('a row that is no object has no function', () => {
  expect(() => customOp('none', any(undefined))).toThrow('customOp none: f must be a function.')
  expect(() => customOp('none', any(3))).toThrow('customOp none: f must be a function.')
})

test('a derivative that gives something else than the arithmetic computes is refused', () => {
  expect(() => customOp('text', { f: (x) => x, df: () => any('1') })).toThrow(
    'customOp text: a deriv',
  )
})

test('the drawing that is refused is named, and one node left out is no plural', () => {
  const y = new Value(1).exp().neg()
  expect(() => toMermaid(y, { limit: 0 })).toThrow(
    'toMermaid: limit must be an integer ≥ 1, got 0.',
  )
  expect(toDot(y, { limit: 2 })).toContain('"… 1 more node"')
  expect(toMermaid(y, { limit: 1 })).toContain('"… 2 more nodes"')
})

test('a hook that is removed leaves the others', () => {
  const seen: string[] = []
  const x = new Value(3)
  const remove = onGradient(x, () => void seen.push('first'))
  onGradient(x, () => void seen.push('second'))
  remove()
  x.square().backward()
  expect([seen, x.grad]).toEqual([['second'], 6])
})

test('no gradient goes into constants of a list', () => {
  const [a, fixed] = [new Value(2), new Value(3, { requiresGrad: false })]
  sum([a, fixed]).backward()
  dot([a, fixed], [fixed, a], fixed).backward()
  expect([a.grad, fixed.grad]).toEqual([7, 0])
  expect(() => dot(any(1), [])).toThrow('dot: a must be a list of numbers and Values, got 1.')
})

test('what does not depend on the point has the derivative and the tangent 0', () => {
  const w = new Value(5)
  expect(grad(() => w.square())(3).data).toBe(0)
  expect(jvp(() => w.square())(3, 1).map((x) => x.data)).toEqual([25, 0])
  expect(jvp(() => new Value(1, { requiresGrad: false }))(3, 1)[1].data).toBe(0)
})

test('checkGrads names the direction where every axis alone agrees', () => {
  // At the origin a³/(a² + b²) has the slopes 1 and 0 along the axes, and is no plane between them.
  const cone = customOp('cone', {
    f: (a, b) => a ** 3 / (a * a + b * b),
    da: () => 1,
    db: () => 0,
  })
  expect(() => checkGrads(cone, [0, 0])).toThrow(
    /^checkGrads: first derivative at direction \[-?[\d.]+, -?[\d.]+\] = 0,0: numeric /,
  )
})

test('checkGrads takes a step that suits the small inputs beside large ones', () => {
  checkGrads((x, y) => x.mul(1e-3).add(y.log()), [1000, 0.5], { order: 2 })
  checkGrads((x, y) => x.mul(1e-4).mul(y.exp()), [10_000, 0.5])
  const wrong = customOp('wrong', { f: Math.log, df: (m, y) => m.div(1.001, y) })
  expect(() => checkGrads((x, y) => x.mul(1e-3).add(wrong(y)), [1000, 0.5])).toThrow(
    'first derivative at input 1 = 0.5: numeric 2.0000',
  )
})

test('checkGrads names the order of the derivative that differs', () => {
  // The powers of a ramp are smooth at 0 up to one less than the power.
  const ramp = (power: number) => (x: Value) => x.relu().pow(power)
  for (const [power, ordinal] of [
    [1, 'first'],
    [2, 'second'],
    [3, 'third'],
    [4, '4th'],
  ] as const) {
    expect(() => checkGrads(ramp(power), [0], { order: 4, tolerance: 1e-4 })).toThrow(
      `checkGrads: ${ordinal} derivative at input 0 = 0: numeric `,
    )
  }
})

test('a node of a kind of its own says what it is', () => {
  class Plain extends Node {
    override get holdsGrad(): boolean {
      return false
    }
    override readGrad(): unknown {
      return 0
    }
    override setGrad(): void {}
    override addGrad(): void {}
    override plus(x: unknown): unknown {
      return x
    }
    override vjp(): unknown {
      return 0
    }
    override jvp(): unknown {
      return 0
    }
  }
  const node = new Plain(LEAF)
  expect([String(node), node.describe()]).toEqual(['Plain(op=leaf)', []])
  expect(toDot(node)).toContain('[label="leaf"]')
})
