// Random programs mean the same by fast kernels, plain ones and scalar Values, with gradients.
import { assert, property } from 'fast-check'
import { expect, test } from 'vitest'
import { compared, programs } from './fuzz/programs.ts'

test('three readings of random programs', () => {
  assert(
    property(programs, (program) => {
      expect(compared(program)).toBe('same')
    }),
    { numRuns: 300 },
  )
})
