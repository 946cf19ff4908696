import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runNames } from './run.ts'
import { parseSvg } from './svg.ts'

const options = ['--epochs', '1', '--seed', '3', '--count', '7']
const first = runNames(...options)

const read = ({ folder }: typeof first, file: string) =>
  readFileSync(join(folder, 'out', file), 'utf8')

type Figures = {
  figures: { name: string; value: number; text: string }[]
  pictures: { file: string; alt: string }[]
}
const { figures, pictures } = JSON.parse(read(first, 'figures.json')) as Figures
const figure = (name: string) => figures.find((one) => one.name === name)?.value

/** Times and places differ from run to run. */
const withoutTimes = ({ stdout, folder }: typeof first) =>
  stdout
    .replaceAll(folder, '')
    .replaceAll(/ +[\d,]+ steps\/s/g, '')
    .replaceAll(/ +[\d.,]+ (ms|s)\b/g, '')

test('one epoch is enough to beat the bigrams clearly', () => {
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(figure('of a bigram table')).toBeCloseTo(11.38, 2)
  expect(figure('perplexity of unseen names')).toBeLessThan(9.5)
  expect(figure('perplexity of unseen names')).toBeGreaterThan(6)
  expect(first.stdout).toMatch(
    /^epoch 1\/1 {2}loss 2\.\d{4} +[\d,]+ steps\/s {2}test 2\.\d{4}, perplexity [89]\.\d\d$/m,
  )
})

test('arrays and scalars have the same loss to ten digits, step by step downhill', () => {
  const rows = [...first.stdout.matchAll(/^ +\d +(\d\.\d{12}) +(\d\.\d{12})$/gm)].map(
    ([, arrays, scalars]) => [Number(arrays), Number(scalars)] as const,
  )
  expect(rows).toHaveLength(5)
  for (const [arrays, scalars] of rows) expect(scalars).toBeCloseTo(arrays, 10)
  for (let i = 1; i < rows.length; i++) expect(rows[i]![0]).toBeLessThan(rows[i - 1]![0])
})

test('as many names as were asked for, spelt as names are', () => {
  const names = [...first.stdout.matchAll(/(?<=^ {2}.*)[-+ ]([A-Z][a-z]*)(?= |$)/gm)]
  expect(names).toHaveLength(7)
  expect(figure('invented names in no list')).toBeGreaterThan(0.3)
  expect(figure('invented names in no list')).toBeLessThan(1)
})

test('the pictures are where the program says, and small enough for a page', () => {
  expect(pictures).toHaveLength(3)
  for (const { file } of pictures) {
    const svg = read(first, file)
    expect(first.stdout).toContain(join(first.folder, 'out', file))
    expect(parseSvg(svg).documentElement?.tagName).toBe('svg')
    expect(svg.length).toBeLessThan(200_000)
  }
})

test('the same seed prints the same and draws the same', () => {
  const again = runNames(...options)
  expect(withoutTimes(again)).toBe(withoutTimes(first))
  for (const { file } of pictures) expect(read(again, file)).toBe(read(first, file))
})
