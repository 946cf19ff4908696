import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { percent } from '../src/report.ts'
import { runDigits } from './run.ts'
import { parseSvg } from './svg.ts'

const first = runDigits('--epochs', '1', '--seed', '3')

/** Times and places differ from run to run. */
const withoutTimes = ({ stdout, folder }: typeof first) =>
  stdout
    .replaceAll(folder, '')
    .replaceAll(/ +[\d,]+ images\/s/g, '')
    .replaceAll(/\d+\.\d s/g, '')

const accuracy = /^test accuracy: (\d+\.\d) %$/m.exec(first.stdout)?.[1]

test('one epoch is enough to read most digits', () => {
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(first.stdout).toMatch(
    /^epoch 1\/1 {2}loss 0\.\d{4} {2}accuracy \d\d\.\d % +[\d,]+ images\/s {2}test \d\d\.\d %$/m,
  )
  expect(Number(accuracy)).toBeGreaterThan(85)
})

test('the confusion matrix has all 2,000 answers, and the diagonal is the accuracy', () => {
  const rows = [...first.stdout.matchAll(/^ +\d((?: +(?:\d+|·)){10}) +\d+\.\d %$/gm)].map(
    ([, cells = '']) =>
      cells
        .trim()
        .split(/ +/)
        .map((cell) => (cell === '·' ? 0 : Number(cell))),
  )
  const total = rows.flat().reduce((sum, n) => sum + n, 0)
  const right = rows.reduce((sum, row, digit) => sum + row[digit]!, 0)
  expect(rows).toHaveLength(10)
  expect(total).toBe(2000)
  expect(percent(right / total)).toBe(`${accuracy} %`)
})

test.each(['curves.svg', 'mistakes.svg'])('%s is where the program says', (name) => {
  const path = join(first.folder, 'out', name)
  expect(first.stdout).toContain(path)
  expect(parseSvg(readFileSync(path, 'utf8')).documentElement?.tagName).toBe('svg')
})

test('the figures are those that it prints', () => {
  const text = readFileSync(join(first.folder, 'out', 'figures.json'), 'utf8')
  const { figures } = JSON.parse(text) as { figures: { name: string; value: number }[] }
  const [tested, loss] = figures
  expect(tested).toMatchObject({ name: 'test accuracy', text: `${accuracy} %` })
  expect(percent(tested!.value)).toBe(`${accuracy} %`)
  expect(loss!.value).toBeGreaterThan(0.1)
  expect(loss!.value).toBeLessThan(0.6)
})

test('the same seed prints the same numbers and draws the same pictures, another does not', () => {
  const again = runDigits('--epochs', '1', '--seed', '3')
  const other = runDigits('--epochs', '1', '--seed', '4')
  expect(withoutTimes(again)).toBe(withoutTimes(first))
  expect(withoutTimes(other)).not.toBe(withoutTimes(first))
  for (const name of ['curves.svg', 'mistakes.svg']) {
    const [a, b] = [first, again].map(({ folder }) => readFileSync(join(folder, 'out', name)))
    expect(a!.equals(b!)).toBe(true)
  }
})
