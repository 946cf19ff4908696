// What would take a process down is refused at once: labels, classes, steps and lists, in a process with
// little memory (`dangerous/run.ts`).
import { join } from 'node:path'
import { expect, test } from 'vitest'
// @boundaries-ignore what tests share stands with the lowest package
import { dangers, runsTypeScript } from '../../value/test/fuzz/dangerous.ts'

test.runIf(runsTypeScript)('sizes that no machine has, in a process with little memory', () => {
  const { calls, wrong } = dangers(join(import.meta.dirname, 'dangerous', 'run.ts'))
  expect(wrong).toEqual([])
  expect(calls).toBeGreaterThan(40)
})
