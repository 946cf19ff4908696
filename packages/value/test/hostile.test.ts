// Values that nobody should pass are refused in words of our own, and a refused call changes nothing.
import { assert, asyncProperty } from 'fast-check'
import { expect, test } from 'vitest'
import * as api from '../src/index.ts'
import * as testing from '../src/testing.ts'
import { cases, silent, silentMethods, strange } from './fuzz/hostile.ts'
import { callsOf, everyCall, isRefused } from './fuzz/strange.ts'
import { unary } from '../src/ops.ts'

const { dot, jvp, sum, toDot, topologicalOrder, Value } = api
const any = (given: unknown): never => given as never

test('in place of every argument, option and element', async () => {
  const counts = { refused: 0, taken: 0 }
  for (const call of everyCall(cases, strange))
    // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other, since they may change what all see
    counts[(await isRefused(cases, strange, call)) ? 'refused' : 'taken']++
  // Both must occur, or the values teach nothing.
  expect(Math.min(counts.refused, counts.taken)).toBeGreaterThan(1000)
})

test('in place of two of them', async () => {
  await assert(
    asyncProperty(callsOf(cases, strange), async (call) => {
      await isRefused(cases, strange, call)
    }),
    { numRuns: 500 },
  )
})

test('everything that is exported is among them', () => {
  const known = new Set([...Object.keys(cases), ...silent])
  const exported = [...Object.keys(api), ...Object.keys(testing)]
  expect(exported.length).toBeGreaterThan(15)
  expect(exported.filter((name) => !known.has(name))).toEqual([])
  const methods = new Set(
    [Value.prototype, Object.getPrototypeOf(Value.prototype) as object].flatMap((owner) =>
      Object.getOwnPropertyNames(owner).filter(
        (name) => typeof Object.getOwnPropertyDescriptor(owner, name)?.value === 'function',
      ),
    ),
  )
  expect(methods.size).toBeGreaterThan(60)
  const tried = (name: string): boolean => known.has(name) || `method ${name}` in cases
  const others = new Set([...silentMethods, ...Object.keys(unary)])
  expect([...methods].filter((name) => !tried(name) && !others.has(name))).toEqual([])
})

test('what inherits from Value without being one', () => {
  const x = new Value(2)
  for (const fake of [Object.create(Value.prototype), Value.prototype]) {
    const told = 'expected a number or a Value, got an object that inherits from Value'
    expect(() => x.add(any(fake))).toThrow(`add: ${told}`)
    expect(() => sum([x, any(fake)])).toThrow(`sum: ${told}`)
    expect(() => x.exp().backward({ upstream: any(fake) })).toThrow(`backward: ${told}`)
    expect(() => topologicalOrder(any(fake))).toThrow('topologicalOrder: expected a Value, got')
    expect(() => toDot(any(fake))).toThrow('toDot: expected a Value, got')
  }
  expect(x.grad).toBe(0)
})

test('lists of holes are refused at the first of them, however many there are', () => {
  // oxlint-disable-next-line unicorn/no-new-array -- a list of holes is meant
  const holes = any(new Array(2 ** 32 - 1))
  const told = 'expected a number or a Value, got undefined.'
  expect(() => sum(holes)).toThrow(`sum: ${told}`)
  expect(() => api.dot(holes, holes, 1)).toThrow(`dot: ${told}`)
  expect(() => jvp((x) => x)(holes, holes)).toThrow(`jvp: ${told}`)
  expect(() => testing.checkGrads((x) => x, holes)).toThrow(`checkGrads: ${told}`)
  // One that is longer than what is made at once, and whole.
  const long = Array.from({ length: 2 ** 16 + 1 }, () => 1)
  expect([sum(long).data, dot(long, long, 1).data]).toEqual([2 ** 16 + 1, 2 ** 16 + 2])
})

test('a hook that is no function is refused before a pass would call it', () => {
  const x = new Value(2)
  expect(() => x.onGradient(any('x'))).toThrow('onGradient: expected a function of a Value, got')
  x.square().backward()
  expect(x.grad).toBe(4)
})
