// The code of every README of the packages, of the front page and of every page here runs, with the results
// that it states.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countResults, runPage } from './page.ts'

const root = join(import.meta.dirname, '..', '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
  .map((file) => join('docs', file))
const readmes = readdirSync(join(root, 'packages')).map((name) =>
  join('packages', name, 'README.md'),
)

test.for(['README.md', ...readmes, ...pages].filter((file) => read(file).includes('```ts\n')))(
  '%s',
  async (file) => {
    const results = await runPage(read(file))
    for (const { stated, actual } of results) expect(actual).toBe(stated)
    expect(results.length).toBe(countResults(read(file)))
  },
)

test('a wrong result is seen', async () => {
  const page = '```ts\nconst x = 1 + 1\nx // → 3\n```'
  expect(await runPage(page)).toEqual([{ stated: '3', actual: '2' }])
})
