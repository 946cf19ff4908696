// The recurrence behind running products, which users have by their derivatives only.
import { expect, test } from 'vitest'
import type { MLArray } from '../src/index.ts'
import { checkGrads } from '../src/testing.ts'
import { recurrence } from './recurrence.ts'
import { sample } from './sample.ts'

test.each([true, false])(
  'a recurrence has derivatives of every order, reversed: %s',
  (isReversed) => {
    const f = (a: MLArray, b: MLArray): MLArray =>
      recurrence(a, b, { axis: 1, isReversed }).square()
    const inputs = [sample([2, 4], 'float64', { start: 1 }).T.reshape([2, 4]), sample([2, 4])]
    expect(() => checkGrads(f, inputs as [MLArray, MLArray], { order: 3 })).not.toThrow()
  },
)
