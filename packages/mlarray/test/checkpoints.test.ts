// Random programs mean the same with checkpoints and without.
import { assert, property } from 'fast-check'
import { expect, test } from 'vitest'
import { comparedScene, scenes } from './fuzz/checkpoints.ts'

test('programs with checkpoints and without', () => {
  assert(
    property(scenes, (scene) => {
      expect(comparedScene(scene)).toBe('same')
    }),
    { numRuns: 1000 },
  )
})
