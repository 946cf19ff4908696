import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { percent } from '../src/report.ts'
import { runExample } from './run.ts'
import { parseSvg } from './svg.ts'

const SHORT = ['--folds', '5', '--repeats', '2', '--steps', '100']
const first = runExample(...SHORT)
const read = ({ folder }: typeof first, name: string) =>
  readFileSync(join(folder, 'out', name), 'utf8')

type Report = {
  figures: { name: string; value: number; text: string }[]
  pictures: { file: string; alt: string }[]
}
const { figures, pictures } = JSON.parse(read(first, 'figures.json')) as Report
const rowsOf = (pattern: RegExp) =>
  [...first.stdout.matchAll(pattern)].map(([, ...cells]) =>
    cells.map((cell) => (cell === '·' ? 0 : Number(cell))),
  )

/** How many marks of a kind each panel has. */
const marks = (file: string, role: string) =>
  [...parseSvg(read(first, file)).getElementsByTagName('g')]
    .filter((group) => group.getAttribute('class')?.includes(`mark-${role} role-mark concat`))
    .map((group) => group.getElementsByTagName('path').length)

test('each candidate is right about most flowers, and less sure about unseen ones', () => {
  expect(first).toMatchObject({ status: 0, stderr: '' })
  const scores = rowsOf(/^(?:linear|network.*?) +(0\.\d{4}) +(0\.\d{4}) +(\d\d\.\d) %$/gm)
  expect(scores).toHaveLength(3)
  for (const [learned, unseen, right] of scores) {
    expect(unseen!).toBeGreaterThan(learned!)
    expect(right!).toBeGreaterThan(94)
  }
  const best = Math.min(...scores.map(([, unseen]) => unseen!))
  expect(figures[1]!.value).toBeCloseTo(best, 4)
  expect(best).toBeLessThan(0.1)
})

test('the figures of this seed', () => {
  expect(figures.slice(0, 3).map(({ name, text }) => `${name}: ${text}`)).toMatchInlineSnapshot(`
    [
      "accuracy on unseen flowers: 96.7 %",
      "cross-entropy on unseen flowers: 0.093",
      "the same without weight decay: 0.139",
    ]
  `)
})

test('the confusion matrix has each flower twice, and its diagonal is the accuracy', () => {
  const counts = rowsOf(/^\w+ +(\d+|·) +(\d+|·) +(\d+|·) +\d+\.\d %$/gm)
  expect(counts.map((row) => row.reduce((sum, n) => sum + n, 0))).toEqual([100, 100, 100])
  const right = counts[0]![0]! + counts[1]![1]! + counts[2]![2]!
  expect(figures[0]!.value).toBeCloseTo(right / 300, 12)
  expect(figures[0]!.text).toBe(percent(right / 300))
  expect(counts[0]).toEqual([100, 0, 0]) // Setosa is easy.
})

test('the probabilities of a flower sum to 1, and a misread one has less than half for the truth', () => {
  const missed = [
    ...first.stdout.matchAll(/^no\. \d+, (\w+) +([\d.]+) % +([\d.]+) % +([\d.]+) %$/gm),
  ]
  expect(missed.length).toBeGreaterThan(2)
  for (const [, species, ...cells] of missed) {
    const shares = cells.map(Number)
    expect(shares.reduce((sum, x) => sum + x, 0)).toBeCloseTo(100, 0)
    expect(shares[['setosa', 'versicolor', 'virginica'].indexOf(species!)]).toBeLessThan(50)
  }
})

test('the pictures are where the program says, with all flowers', () => {
  expect(pictures.map(({ file }) => file)).toEqual([
    'regions.svg',
    'probabilities.svg',
    'confusion.svg',
  ])
  for (const { file } of pictures) {
    expect(first.stdout).toContain(join(first.folder, 'out', file))
    expect(parseSvg(read(first, file)).documentElement?.tagName).toBe('svg')
    expect(read(first, file).length).toBeLessThan(200_000)
  }
  expect(marks('regions.svg', 'symbol')).toEqual([150, 150, 150])
  expect(marks('probabilities.svg', 'rect')).toEqual([150, 150, 150])
})

test('the same seed gives the same numbers and pictures, another does not', () => {
  const words = ['--folds', '2', '--repeats', '1', '--steps', '20', '--seed']
  const [a, b, c] = ['7', '7', '8'].map((seed) => runExample(...words, seed))
  for (const { file } of pictures) expect(read(a!, file)).toBe(read(b!, file))
  expect(read(a!, 'regions.svg')).not.toBe(read(c!, 'regions.svg'))
})
