import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromSafetensors, safetensorsMetadata } from '@smol/mlarray/safetensors'
import { expect, test } from 'vitest'
import { percent } from '../src/report.ts'
import { runDigits } from './run.ts'
import { parseSvg } from './svg.ts'

const all = runDigits('--epochs', '1', '--seed', '3')

type Run = typeof all
type Figures = {
  figures: { name: string; value: number; text: string }[]
  pictures: { file: string; alt: string }[]
}

const pathIn = ({ folder }: Run, file: string) => join(folder, 'out', file)
const read = (run: Run, file: string) => readFileSync(pathIn(run, file), 'utf8')
const figuresOf = (run: Run) => JSON.parse(read(run, 'figures.json')) as Figures

/** Times and places differ from run to run. */
const withoutTimes = ({ stdout, folder }: Run) =>
  stdout
    .replaceAll(folder, '')
    .replaceAll(/ +[\d,]+ images\/s/g, '')
    .replaceAll(/\d+\.\d s/g, '')

/** What it prints from one heading to the next. */
const chapter = (run: Run, number: number) =>
  withoutTimes(run)
    .split(/^(?=\d\. )/m)
    .find((part) => part.startsWith(`${number}. `))

const accuracies = [...all.stdout.matchAll(/^test accuracy: (\d+\.\d %), training took/gm)].map(
  ([, text]) => text,
)
const { figures, pictures } = figuresOf(all)
const figure = (name: string) => figures.find((one) => one.name === name)

test('one epoch is enough to read most digits', () => {
  expect(all).toMatchObject({ status: 0, stderr: '' })
  const line =
    /^epoch 1\/1 {2}loss \d\.\d{4}, \d\d\.\d % {2}validation 0\.\d{4}, \d\d\.\d % +[\d,]+ images\/s$/gm
  expect(all.stdout.match(line)).toHaveLength(2)
  expect(accuracies).toHaveLength(2)
  expect(figure('of the first network')!.value).toBeGreaterThan(0.85)
  expect(figure('test accuracy')!.value).toBeGreaterThan(0.75)
})

test('the figures are those that it prints', () => {
  expect(figures).toHaveLength(6)
  expect(figure('of the first network')!.text).toBe(accuracies[0])
  expect(figure('test accuracy')!.text).toBe(accuracies[1])
  for (const { text } of figures.slice(0, 4)) expect(all.stdout).toContain(text)
  for (const { value } of figures) expect(value).toBeGreaterThan(0)
})

test('the confusion matrix has all 2,000 answers, and the diagonal is the accuracy of the second', () => {
  const rows = [...all.stdout.matchAll(/^ +\d((?: +(?:\d+|·)){10}) +\d+\.\d %$/gm)].map(
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
  expect(percent(right / total)).toBe(accuracies[1])
})

test('the pictures are where the program says, and small enough for a page', () => {
  expect(pictures.map(({ file }) => file)).toEqual(['mistakes.svg', 'curves.svg'])
  for (const { file } of pictures) {
    const svg = read(all, file)
    expect(all.stdout).toContain(pathIn(all, file))
    expect(parseSvg(svg).documentElement?.tagName).toBe('svg')
    expect(svg.length).toBeLessThan(200_000)
  }
})

test('the saved network has its weights, and what is loaded reads the same to the bit', () => {
  const file = pathIn(all, 'network.safetensors')
  const bytes = readFileSync(file)
  const shapes = Object.entries(fromSafetensors(bytes)).map(([name, { shape }]) => [name, shape])
  expect(Object.fromEntries(shapes)).toEqual({
    '0.w': [784, 256],
    '0.b': [256],
    '1.w': [256, 128],
    '1.b': [128],
    '2.w': [128, 10],
    '2.b': [10],
  })
  expect(safetensorsMetadata(bytes)).toEqual({ sizes: '784 256 128 10' })
  expect(all.stdout).toContain(`saved: ${file}, 941 kB`)
  expect(all.stdout).toMatch(
    new RegExp(
      `^a new network reads \\d+\\.\\d %, with the file ${accuracies[1]}; its logits are equal to the bit: yes$`,
      'm',
    ),
  )
})

test('float32 and float64 go the same way for a while', () => {
  const rows = [...chapter(all, 3)!.matchAll(/^ +at step \d+ +(\d\.\d{9}) +(\d\.\d{9})$/gm)].map(
    ([, single, double]) => [Number(single), Number(double)] as const,
  )
  expect(rows).toHaveLength(4)
  for (const [single, double] of rows) expect(single).toBeCloseTo(double, 2)
  const [[single, double]] = rows as [readonly [number, number]]
  expect(single).toBeCloseTo(double, 5)
  expect(single).not.toBe(double)
  expect(rows[3]![1]).toBeLessThan(rows[0]![1] / 4)
})

test('two threads make the same weights as one, and so do the loop and the helper', () => {
  expect(chapter(all, 4)!.match(/^ +[\d,]+ +\S+ ms +\S+ ms +\d\.\d\d × +yes$/gm)).toHaveLength(3)
  expect(chapter(all, 5)).toMatch(/^2 epochs by hand , with train ; same weights: yes$/m)
})

test('the same seed prints the same numbers and draws the same pictures, another does not', () => {
  const again = runDigits('--only', 'first', 'second', '--epochs', '1', '--seed=3')
  const other = runDigits('--only', 'first', '--epochs', '1', '--seed', '4')
  expect(chapter(again, 1)).toBe(chapter(all, 1))
  expect(again.stdout).not.toContain('\n3. ')
  expect(chapter(all, 2)).toContain('confusion matrix')
  expect(chapter(again, 2)).toContain(chapter(all, 2)!.trimEnd())
  for (const { file } of pictures) expect(read(again, file)).toBe(read(all, file))
  expect(chapter(other, 1)).not.toContain(accuracies[0])
  expect(existsSync(pathIn(other, 'network.safetensors'))).toBe(false)
})

test('it stops when it gets no better, and keeps the weights of the best epoch', () => {
  const options = ['--epochs', '12', '--patience', '0', '--shift', '0', '--learning-rate', '0.2']
  const run = runDigits('--only', 'second', ...options)
  const losses = [...run.stdout.matchAll(/ validation (\d+\.\d{4}), /g)].map(([, loss]) =>
    Number(loss),
  )
  const best = 1 + losses.indexOf(Math.min(...losses))
  expect(losses.length).toBeLessThan(12)
  expect(best).toBe(losses.length - 1)
  expect(run.stdout).toContain(
    `\nstopped after ${losses.length} epochs; the weights of epoch ${best} are kept\n`,
  )
  const watched = [...run.stdout.matchAll(/ validation \d+\.\d{4}, (\d+\.\d) %/g)][best - 1]![1]
  const { value } = figuresOf(run).figures[0]!
  expect(Math.abs(100 * value - Number(watched))).toBeLessThan(4)
})
