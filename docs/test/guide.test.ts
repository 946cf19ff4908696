// The guide and the page for newcomers from elsewhere: their pictures are up to date, their tables are code.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LARGEST_PICTURE } from '../tools/gallery.ts'
import { isSame } from '../tools/guide.ts'
import { pages } from '../tools/guide-pictures.ts'
import { codeOf } from './page.ts'

const docs = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(docs, file), 'utf8')
const chapters = readdirSync(join(docs, 'guide')).filter((file) => /^\d.*\.md$/.test(file))
test.each(Object.entries(pages))(
  'the pictures of %s show what it computes: run pnpm generate docs',
  async (page, drawAll) => {
    const drawn = await drawAll()
    const shown = [...read(`guide/${page}.md`).matchAll(/\]\(pictures\/([^)]+)\)/g)]
    expect(Object.keys(drawn).toSorted()).toEqual(shown.map(([, file]) => file!).toSorted())
    for (const [file, svg] of Object.entries(drawn)) {
      const committed = read(`guide/pictures/${file}`)
      expect([file, isSame(svg, committed)]).toEqual([file, true])
    }
  },
)

test('every page has its pictures, every picture its page', () => {
  expect(chapters.map((file) => file.replace('.md', ''))).toEqual(Object.keys(pages))
  const text = chapters.map((file) => read(`guide/${file}`)).join('')
  const shown = Array.from(text.matchAll(/pictures\/([\w-]+\.svg)/g), ([, name]) => name!)
  expect(readdirSync(join(docs, 'guide/pictures')).toSorted()).toEqual(shown.toSorted())
})

test.each(readdirSync(join(docs, 'guide/pictures')))(
  '%s is small and follows the colour scheme',
  (file) => {
    expect(statSync(join(docs, 'guide/pictures', file)).size).toBeLessThanOrEqual(LARGEST_PICTURE)
    expect(read(`guide/pictures/${file}`)).toContain('prefers-color-scheme: dark')
  },
)

test('the list of the guide names every page', () => {
  const listed = [...read('guide/README.md').matchAll(/^\d\. \[.*\]\((.*)\)/gm)]
  expect(listed.map(([, file]) => file)).toEqual(chapters)
})

test('the plots look as those of the examples', () => {
  expect(read('tools/look.ts')).toBe(read('../examples/scalar-neuron/src/look.ts'))
})

/** The cells of the last column of all tables, and of these what stands between backticks. */
function cellsOf(markdown: string): string[] {
  const rows = markdown.split('\n').filter((line) => /^\| (?!---)/.test(line))
  const here = rows.map((row) => row.split('|').at(-2)!).join('\n')
  return Array.from(here.matchAll(/`([^`\n]+)`/g), ([, code]) => code!)
}

test('every cell of "here" stands in the code of the page', () => {
  const page = read('coming-from.md')
  const code = codeOf(page)
  const cells = cellsOf(page)
  expect(cells.length).toBeGreaterThan(100)
  expect(cells.filter((cell) => !code.includes(cell))).toEqual([])
})
