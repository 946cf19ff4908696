// The formulas of the README are those of the rows.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rows } from '../src/rows.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('every row stands there with its formula', () => {
  const plain = readme.replaceAll('\\|', '|').replaceAll(/ +/g, ' ')
  for (const [name, { formula }] of Object.entries(rows)) {
    expect(plain).toContain(`| \`${name}\` |`)
    expect(plain).toContain(formula.replaceAll(/ +/g, ' '))
  }
  expect(readme.split('\n').length).toBeLessThanOrEqual(151)
})
