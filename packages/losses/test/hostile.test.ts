// Values that nobody should pass are refused in words of our own, and a refused call changes nothing.
import { MLArray, Value } from '@smol/mlarray'
import { assert, asyncProperty } from 'fast-check'
import { expect, test } from 'vitest'
import * as losses from '../src/index.ts'
import * as metrics from '../src/metrics.ts'
// @boundaries-ignore what tests share stands with the lowest package
import { callsOf, everyCall, isRefused, misplaced } from '../../value/test/fuzz/strange.ts'
import { cases, strange } from './fuzz/hostile.ts'

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

test('the stack of every refusal starts at the line of the call', async () => {
  expect(await misplaced(cases, strange, 5)).toEqual([])
})

test('everything that is exported is among them', () => {
  const exported = [...Object.keys(losses), ...Object.keys(metrics)]
  expect(exported.length).toBeGreaterThan(30)
  expect(exported.filter((name) => !(name in cases))).toEqual([])
})

test('what inherits from Value or MLArray without being one', () => {
  const told = 'got an object that inherits from'
  const fakes = [Value, MLArray].map((kind) => any(Object.create(kind.prototype)))
  for (const fake of fakes) {
    expect(() => losses.mseLoss(fake, 1)).toThrow(told)
    expect(() => losses.mseLoss(new MLArray([1]), [fake])).toThrow(told)
  }
  expect(() => losses.mseLoss(new Value(1), fakes[0]!)).toThrow(`mseLoss: expected a number`)
})

test('as many classes as nobody has memory for', () => {
  const { accuracy, confusionMatrix, precisionRecallF1 } = metrics
  expect(() => confusionMatrix([0], [0], { numClasses: 1e9 })).toThrow('an integer from 1 to 8192')
  expect(() => confusionMatrix([0], [1e9])).toThrow('1000000000 at [0] is out of range for 8192')
  expect(() => precisionRecallF1([0], [1e9])).toThrow('is out of range for 1048576 classes')
  expect(() => accuracy([0], [2 ** 31])).toThrow('is out of range for 2147483648 classes')
  expect(accuracy([0, 2 ** 31 - 1], [1, 2 ** 31 - 1])).toBe(0.5)
  expect(() => confusionMatrix(new MLArray([[1, 2, 0]]), [2], { numClasses: 2 })).toThrow(
    'numClasses must be an integer from 3 to 8192, got 2.',
  )
  expect(() => accuracy([0], any(new BigInt64Array(1)))).toThrow('expected numbers')
})
