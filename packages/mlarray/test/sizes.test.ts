// Sizes around every threshold, of every layout: `fuzz/sizes.ts` says what must hold there.
import { assert, property, type Arbitrary } from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { setKernels } from '../src/index.ts'
import * as sizes from './fuzz/sizes.ts'

afterAll(() => {
  setKernels()
})

/** Node 20 knows no relaxed instructions. */
const SETS = (['simd', 'relaxed'] as const).filter((set) => setKernels(set) === set)

const runs = <T>(cases: Arbitrary<T>, check: (given: T) => string, numRuns: number): void =>
  assert(
    property(cases, (given) => {
      expect(check(given)).toBe('same')
    }),
    { numRuns },
  )

describe('around a threshold', () => {
  test('elementwise operations', () => runs(sizes.elementwise, sizes.checkElementwise, 200))
  test('reductions', () => runs(sizes.reductions, sizes.checkReduction, 250))
  test('products', () => runs(sizes.products, sizes.checkProduct, 100))
  test('products of few numbers', () => runs(sizes.tinyProducts, sizes.checkProduct, 300))
})

// The main thread of a page may not wait for others.
test.skipIf('document' in globalThis).each(SETS)('threads do not change a bit, %s', async (set) => {
  setKernels(set)
  expect(await sizes.checkThreads({ seed: Date.now(), numRuns: 8 })).toBeUndefined()
})
