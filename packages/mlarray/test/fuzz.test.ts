// Some of the files that `pnpm fuzz` reads thousands of, always the same.
import { expect, test } from 'vitest'
import { readFuzzed } from './fuzz/files.ts'

test('400 damaged files are read or refused in our own words', async () => {
  const outcomes = await Promise.all(Array.from({ length: 400 }, (_, seed) => readFuzzed(seed)))
  const good = outcomes.filter(Boolean).length
  // Both must occur, or the damage teaches nothing.
  expect(good).toBeGreaterThan(20)
  expect(outcomes.length - good).toBeGreaterThan(200)
})
