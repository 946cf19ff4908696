// The tests that mutants face: those of value and losses that import the sources and end within seconds.
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const project = (name: string, exclude: readonly string[]) => ({
  root: join(import.meta.dirname, '../packages', name),
  test: {
    name,
    include: ['test/*.test.ts'],
    exclude: exclude.map((test) => `test/${test}.test.ts`),
  },
})

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  test: {
    testTimeout: 30_000,
    projects: [
      // Those left out measure memory for half a minute, load the built package, or read the README.
      project('value', ['memory', 'copies', 'readme']),
      project('losses', ['bundle', 'readme']),
    ],
  },
})
