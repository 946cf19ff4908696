import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runNeuron } from './run.ts'
import { parseSvg } from './svg.ts'

const first = runNeuron('--seed', '3')
const read = (file: string) => readFileSync(join(first.folder, 'out', file), 'utf8')

type Figure = { readonly name: string; readonly value: number }
const { figures, pictures } = JSON.parse(read('figures.json')) as {
  figures: Figure[]
  pictures: { file: string }[]
}
const figure = (name: string) => figures.find((each) => each.name === name)!.value

/** The numbers of a line that begins with this. */
const lineOf = (start: string) => {
  const line = first.stdout.split('\n').find((each) => each.startsWith(start)) ?? ''
  return line
    .slice(start.length)
    .match(/-?\d+(\.\d+)?(e[+-]\d+)?/g)!
    .map(Number)
}

test('it ends well', () => {
  expect(first).toMatchObject({ status: 0, stderr: '' })
})

test('gradients by hand, by backward and by trial are the same', () => {
  expect(lineOf('y  ')).toEqual([4, 1, 1])
  expect(lineOf('a·b')).toEqual([-6, 1, 1])
  expect(lineOf('a  ')).toEqual([2, -3, -3, -3])
  expect(lineOf('b  ')).toEqual([-3, 2, 2, 2])
  expect(lineOf('c  ')).toEqual([10, 1, 1, 1])
})

test('the descent finds the best weight', () => {
  const [best] = lineOf('the best weight, by hand w')
  expect(figure('weight found')).toBeCloseTo(best!, 4)
  expect(best).toBeGreaterThan(1.2)
  expect(best).toBeLessThan(1.8)
})

test('the first step is the learning rate times the gradient', () => {
  const [w0, , gradient] = lineOf('0   ')
  const [w1] = lineOf('1   ')
  expect(w0).toBe(-1)
  expect(w1).toBeCloseTo(w0! - 0.1 * gradient!, 3)
})

// x is 1/6, 2/6 … 2, so loss″ is twice the mean of x², and that is 650/36/12.
test('the largest learning rate is 2 / loss″; below it the descent ends, above it diverges', () => {
  expect(figure('largest learning rate')).toBeCloseTo((36 * 12) / 650, 12)
  const [best] = lineOf('the best weight, by hand w')
  expect(lineOf('right: 0.133')[0]).toBe(best)
  expect(lineOf('large: 0.631')[0]).toBeCloseTo(best!, 3)
  const distance = 1.04 ** 100 * Math.abs(-1 - best!)
  expect(Math.abs(lineOf('too large: 0.678')[0]! - best!) / distance).toBeCloseTo(1, 3)
  expect(Math.abs(lineOf('too small: 0.007')[0]! - best!)).toBeCloseTo(0.98 ** 100 * (1 + best!), 3)
})

const valleys = (w: number) => (w * w - 4) ** 2 / 16 + 0.4 * w

/** Newton's method finds where the derivative of the valleys, w (w² − 4) / 4 + 0.4, is 0. */
function bottom(w: number): number {
  for (let i = 0; i < 50; i++) w -= ((w * (w * w - 4)) / 4 + 0.4) / ((3 * w * w - 4) / 4)
  return w
}

test('momentum leaves the valley where plain descent stays', () => {
  expect(figure('loss without momentum')).toBeCloseTo(valleys(bottom(2)), 6)
  expect(figure('with momentum')).toBeCloseTo(valleys(bottom(-2)), 3)
  expect(figure('with momentum')).toBeLessThan(figure('loss without momentum') - 1.5)
})

test('four pictures, where the program says', () => {
  expect(pictures).toHaveLength(4)
  for (const { file } of pictures) {
    expect(first.stdout).toContain(join(first.folder, 'out', file))
    expect(parseSvg(read(file)).documentElement?.tagName).toBe('svg')
    expect(read(file)).toContain('prefers-color-scheme: dark')
  }
})

test('the graph shows the data and the gradient of each node', () => {
  const texts = [...parseSvg(read('graph.svg')).getElementsByTagName('text')].map(
    (element) => element.textContent,
  )
  expect(texts.join(' ')).toContain('a: leaf data 2 grad -3')
  expect(texts.join(' ')).toContain('y: add data 4 grad 1')
})

test('the same seed tells the same story, another one has other measurements', () => {
  const story = ({ stdout, folder }: typeof first) => stdout.replaceAll(folder, '')
  expect(story(runNeuron('--seed', '3'))).toBe(story(first))
  expect(story(runNeuron('--seed', '4'))).not.toBe(story(first))
})

test('without momentum both weights stay in the first valley', () => {
  const { stdout } = runNeuron('--momentum', '0')
  const [one, other] = stdout.match(/^(without momentum|momentum 0) .*$/gm)!
  expect(other!.slice(24)).toBe(one.slice(24))
})
