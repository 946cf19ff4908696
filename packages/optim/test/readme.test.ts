/** The README: its code runs, its results are what `// →` says, and its formulas are those of the rows. */
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import * as mlarray from '@smol/mlarray'
import { expect, test } from 'vitest'
import * as optim from '../src/index.ts'
import { rows } from '../src/rows.ts'
import * as training from '../src/training.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const modules: Readonly<Record<string, object>> = {
  '@smol/mlarray': mlarray,
  '@smol/optim': optim,
  '@smol/optim/training': training,
}

/** All blocks as one program, in which a result that the README states is a call of `check`. */
function program(): string {
  return [...readme.matchAll(/```ts\n([^]*?)```/g)]
    .map(([, code]) => code!)
    .join('\n')
    .replaceAll(
      /^import (\{.*\}) from '(.*)'$/gm,
      (_, names, from) => `const ${names} = modules['${from}']`,
    )
    .replaceAll(
      /^console\.log\((.*)\) +\/\/ → (.*)$/gm,
      (_, logged, shown) => `check([${logged}].join(' '), ${JSON.stringify(shown)})`,
    )
    .replaceAll(
      /^([^\n]*\S) +\/\/ → (.*)$/gm,
      (_, code, shown) => `check(inspect(${code}), ${JSON.stringify(shown)})`,
    )
}

test('the code runs, with the results that it states', () => {
  let checked = 0
  const check = (actual: string, shown: string): void => {
    expect(actual.trim()).toBe(shown.trim())
    checked++
  }
  // oxlint-disable-next-line typescript/no-implied-eval -- the program is the README
  const run = new Function('modules', 'inspect', 'check', `'use strict'\n${program()}`)
  run(modules, inspect, check)
  expect(checked).toBe(readme.split('// → ').length - 1)
})

test('every row stands there with its formula', () => {
  const plain = readme.replaceAll('\\|', '|').replaceAll(/ +/g, ' ')
  for (const [name, { formula }] of Object.entries(rows)) {
    expect(plain).toContain(`| \`${name}\` |`)
    expect(plain).toContain(formula.replaceAll(/ +/g, ' '))
  }
  expect(readme.split('\n').length).toBeLessThanOrEqual(151)
})
