// The examples look alike, and the gallery of the front page is what docs/gallery has.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LARGEST_PICTURE, namesIn, parseSummary, readEntry, withGallery } from '../tools/gallery.ts'

const root = join(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const examples = namesIn(join(root, 'examples'), 'package.json')
const shown = namesIn(join(root, 'docs/gallery'), 'figures.json')

test.each(examples)('%s draws as the other examples do', (name) => {
  expect(read(`examples/${name}/src/look.ts`)).toBe(read('examples/scalar-neuron/src/look.ts'))
})

test('the gallery of the README is what docs/gallery has: run pnpm gallery', () => {
  expect(withGallery(read('README.md'), root)).toBe(read('README.md'))
})

test.each(shown)('the pictures of %s are small and follow the colour scheme', (name) => {
  const { pictures } = readEntry(root, name)
  const files = pictures.map(({ file }) => file)
  const folder = join(root, 'docs/gallery', name)
  expect(readdirSync(folder).toSorted()).toEqual(['figures.json', ...files].toSorted())
  for (const file of files) {
    expect(statSync(join(folder, file)).size).toBeLessThanOrEqual(LARGEST_PICTURE)
  }
  for (const file of files.filter((each) => each.endsWith('.svg'))) {
    expect(readFileSync(join(folder, file), 'utf8')).toContain('prefers-color-scheme: dark')
  }
})

test.each(examples)('the README of %s shows pictures that there are', (name) => {
  const paths = [...read(`examples/${name}/README.md`).matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)]
  const files = paths.map(([, path]) => join(root, 'examples', name, path!))
  expect(files.filter((file) => !existsSync(file))).toEqual([])
})

const figures = [
  { name: 'accuracy', value: 0.9, text: '90 %' },
  { name: 'time', value: 12, text: '12 ms' },
]
const pictures = [{ file: 'curves.svg', alt: 'Curves' }]
const parse = (summary: object) => parseSummary(JSON.stringify(summary), 'figures.json')

test('a summary is taken as it is', () => {
  expect(parse({ figures, pictures })).toEqual({ figures, pictures })
})

test.each([
  [{ pictures }, '0 figures; expected 2 … 6'],
  [
    { figures: [...figures, ...figures, ...figures, ...figures], pictures },
    '8 figures; expected 2 … 6',
  ],
  [
    { figures: [{ ...figures[0], value: null }, figures[1]], pictures },
    'figure 0 must have a name, a finite value and a text',
  ],
  [
    { figures: [figures[0], { name: 'time', value: 1 }], pictures },
    'figure 1 must have a name, a finite value and a text',
  ],
  [{ figures }, 'no pictures'],
  [{ figures, pictures: [{ file: 'a.svg' }] }, 'picture 0 must have an alt'],
  [
    { figures, pictures: [{ file: '../a.svg', alt: 'A' }] },
    'picture 0 must be a file in out, got ../a.svg',
  ],
])('%j is refused', (summary, message) => {
  expect(() => parse(summary)).toThrow(new TypeError(`gallery: figures.json: ${message}.`))
})

test('a README without the two marks is refused', () => {
  const message = 'gallery: no <!-- gallery --> … <!-- /gallery --> in the README.'
  expect(() => withGallery('# smol\n', root)).toThrow(message)
  expect(() => withGallery('<!-- /gallery -->\n<!-- gallery -->\n', root)).toThrow(message)
})
