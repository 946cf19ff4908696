// The table of the README is what the operations say.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withTable } from '../tools/operations.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('the table of operations is up to date: pnpm generate mlarray rewrites it', () => {
  const plain = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---')
  expect(plain(readme)).toBe(plain(withTable(readme)))
})
