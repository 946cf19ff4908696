// What would take a process down is refused at once: lists without end, depths and counts, in a process with
// little memory (`dangerous/run.ts`).
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dangers, runsTypeScript } from './fuzz/dangerous.ts'

test.runIf(runsTypeScript)('sizes that no machine has, in a process with little memory', () => {
  const { calls, wrong } = dangers(join(import.meta.dirname, 'dangerous', 'run.ts'))
  expect(wrong).toEqual([])
  expect(calls).toBeGreaterThan(40)
})
