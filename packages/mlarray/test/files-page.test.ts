// docs/files.md: its code runs, and its results are what `// →` says.
import { readFileSync } from 'node:fs'
import { formatWithOptions } from 'node:util'
import { expect, test } from 'vitest'
import * as mlarray from '../src/index.ts'
import * as npy from '../src/npy.ts'
import * as npz from '../src/npz.ts'
import * as safetensors from '../src/safetensors.ts'

const page = readFileSync(new URL('../../../docs/files.md', import.meta.url), 'utf8')
const modules: Readonly<Record<string, object>> = {
  '@smol/mlarray': mlarray,
  '@smol/mlarray/npy': npy,
  '@smol/mlarray/npz': npz,
  '@smol/mlarray/safetensors': safetensors,
}

/** All blocks as one program, in which what the page says is printed or thrown is a call of `check`. */
const program = [...page.matchAll(/```ts\n([^]*?)```/g)]
  .map(([, code]) => code!)
  .join('\n')
  .replaceAll(
    /^import (\{.*\}) from '(.*)'$/gm,
    (_, names, from) => `const ${names} = modules['${from}']`,
  )
  .replaceAll(
    /^console\.log\((.*)\) \/\/ → (.*)$/gm,
    (_, logged, shown) => `check(${JSON.stringify(shown)}, ${logged})`,
  )
  .replaceAll(
    /^(.*)\n\/\/ → (.*Error: .*)$/gm,
    (_, line, shown) =>
      `try { ${line} } catch (error) { check(${JSON.stringify(shown)}, String(error)) }`,
  )

test('the code runs, with the results that it states', async () => {
  const checked: string[] = []
  const check = (shown: string, ...logged: readonly unknown[]): void => {
    expect(formatWithOptions({}, ...logged)).toBe(shown)
    checked.push(shown)
  }
  const run = `return (async () => {'use strict'\n${program}})()`
  // oxlint-disable-next-line typescript/no-implied-eval -- the program is the page
  await (new Function('modules', 'check', run)(modules, check) as Promise<void>)
  expect(checked.length).toBe(page.split('// → ').length - 1)
})
