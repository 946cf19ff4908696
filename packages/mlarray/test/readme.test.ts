// The README: its code runs, its results are what `// →` says, and its table is what the operations say.
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import * as mlarray from '../src/index.ts'
import * as testing from '../src/testing.ts'
import { withTable } from '../tools/operations.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const modules: Readonly<Record<string, object>> = {
  '@smol/mlarray': mlarray,
  '@smol/mlarray/testing': testing,
}

/** All blocks as one program, in which a result that the README states is a call of `check`. */
function program(): string {
  const blocks = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code!)
  return blocks
    .join('\n')
    .replaceAll(
      /^import (\{.*\}) from '(.*)'$/gm,
      (_, names, from) => `const ${names} = modules['${from}']`,
    )
    .replaceAll(
      /^(.*\S) +\/\/ → (.*)$/gm,
      (_, code, shown) => `check(${code}, ${JSON.stringify(shown)})`,
    )
}

test('the code runs, with the results that it states', () => {
  const checked: string[] = []
  const check = (actual: unknown, shown: string): void => {
    expect(inspect(actual, { breakLength: Infinity })).toBe(shown)
    checked.push(shown)
  }
  // oxlint-disable-next-line typescript/no-implied-eval -- the program is the README
  new Function('modules', 'check', `'use strict'\n${program()}`)(modules, check)
  expect(checked.length).toBe(readme.split('// → ').length - 1)
})

test('the table of operations is up to date: node tools/operations.ts rewrites it', () => {
  const plain = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---')
  expect(plain(readme)).toBe(plain(withTable(readme)))
})
