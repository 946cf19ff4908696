// docs/kernels.md: its code runs, and its results are what `// →` says.
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import * as mlarray from '../src/index.ts'

const page = readFileSync(new URL('../../../docs/kernels.md', import.meta.url), 'utf8')

/** All blocks as one program, in which a result that the page states is a call of `check`. */
const program = [...page.matchAll(/```ts\n([^]*?)```/g)]
  .map(([, code]) => code!)
  .join('\n')
  .replaceAll(/^import (\{.*\}) from '@smol\/mlarray'$/gm, 'const $1 = mlarray')
  .replaceAll(
    /^(.*\S) +\/\/ → (.*)$/gm,
    (_, code, shown) => `check(${code}, ${JSON.stringify(shown)})`,
  )

test('the code runs, with the results that it states', async () => {
  const checked: string[] = []
  const check = (actual: unknown, shown: string): void => {
    expect(inspect(actual, { breakLength: Infinity })).toBe(shown)
    checked.push(shown)
  }
  const run = (async () => {}).constructor as new (
    ...source: string[]
  ) => (...given: unknown[]) => Promise<void>

  await new run('mlarray', 'check', `'use strict'\n${program}`)(mlarray, check)

  expect(checked.length).toBe(page.split('// → ').length - 1)
  await mlarray.setThreads(1)
  mlarray.setKernels()
})
