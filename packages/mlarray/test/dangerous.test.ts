// What would take a process down is refused at once: sizes that no machine has, in a process with little memory
// (`dangerous/run.ts`), and what only looks like an array, has lost its memory, or holds itself.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { grad, MLArray, Value, vmap, zerosLike } from '../src/index.ts'
import { Pass } from '../src/kernels.ts'
// @boundaries-ignore what tests share stands with the lowest package
import { dangers, runsTypeScript } from '../../value/test/fuzz/dangerous.ts'

const any = (given: unknown): never => given as never

test('what inherits from MLArray without being one', () => {
  const x = new MLArray([1, 2])
  const fake = any(Object.create(MLArray.prototype))
  const told = 'MLArray: got an object that inherits from MLArray and was never made.'
  for (const call of [
    () => x.add(fake),
    () => x.matmul(fake),
    () => x.assign(fake),
    () => new MLArray([x, fake]),
    () => zerosLike(fake),
    () => x.mul(x).backward({ upstream: fake }),
  ])
    expect(call).toThrow(told)
  expect([x.toList(), x.grad().toList()]).toEqual([
    [1, 2],
    [0, 0],
  ])
})

test('what inherits from Value without being one', () => {
  const fake = any(Object.create(Value.prototype))
  const told = 'MLArray: expected a number or a Value, got an object that inherits from Value'
  expect(() => new MLArray([1, 2]).add(fake)).toThrow(told)
  expect(() => new MLArray([1, fake])).toThrow(told)
})

test('typed arrays whose memory has gone elsewhere', () => {
  const gone = new Float64Array(2)
  structuredClone(gone.buffer, { transfer: [gone.buffer] })
  const told = 'the memory of a typed array is gone: its buffer was transferred or shrank.'
  expect(() => new MLArray(gone)).toThrow(`MLArray: ${told}`)
  expect(() => new MLArray([gone])).toThrow(`MLArray: ${told}`)
  expect(() => new MLArray([1, 2]).take(gone)).toThrow(`take: ${told}`)
  expect(new MLArray(new Float64Array(0)).shape).toEqual([0])
  expect(() => new MLArray(any(new BigInt64Array(0)))).toThrow('MLArray: expected numbers')
})

test('structures that hold themselves, or one thing again and again', () => {
  const cyclic: unknown[] = [1]
  cyclic.push(cyclic)
  let many: unknown = 1
  for (let i = 0; i < 60; i++) many = [many, many]
  const slope = grad((x: unknown) => (x as MLArray).sum())
  expect(() => slope(any(cyclic))).toThrow('grad: lists are nested deeper than 64.')
  expect(() => slope(any(many))).toThrow('grad: lists and objects have more than 262144 parts.')
  // oxlint-disable-next-line unicorn/no-new-array -- a list of holes is meant
  expect(() => slope(any(new Array(2 ** 32 - 1)))).toThrow('grad: arguments must be')
  expect(() => vmap((x: MLArray) => x, any(null))).toThrow('vmap: options are an object')
})

test('a pass over what is not there', () => {
  const x = Float32Array.of(1, 2)
  const run = (expression: (m: never, x: never) => unknown): void =>
    new Pass(['x']).run(any(expression), [x])
  type M = Record<string, (...given: unknown[]) => unknown>
  expect(() => run((m: M) => ({ x: m['mull']!(1, 2) }))).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: Pass: there is no operation "mull"; the operations are add, sub, mul, div, maximum, minimum, gt, lt, square, sqrt, abs, sign, where.]`,
  )
  expect(() =>
    run((m: M, { y }: M) => ({ x: m['add']!(y, 2) })),
  ).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: Pass: add needs arrays of the pass, results of its operations, or numbers, got undefined.]`,
  )
  expect(() =>
    run((m: M, { x: a }: M) => ({ x: m['where']!(a, 1) })),
  ).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: Pass: where needs arrays of the pass, results of its operations, or numbers, got undefined.]`,
  )
  expect(() => run(() => ({ x: '2' }))).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: Pass: the result x needs arrays of the pass, results of its operations, or numbers, got the string "2".]`,
  )
  expect(() => run(() => undefined)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: Pass: an expression gives an object of new elements by name, got undefined.]`,
  )
  expect([...x]).toEqual([1, 2])
})

test.runIf(runsTypeScript)('sizes that no machine has, in a process with little memory', () => {
  const { calls, wrong } = dangers(join(import.meta.dirname, 'dangerous', 'run.ts'))
  expect(wrong).toEqual([])
  expect(calls).toBeGreaterThan(30)
})
