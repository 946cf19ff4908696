import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runMoons } from './run.ts'
import { parseSvg } from './svg.ts'

const first = runMoons('--epochs', '14', '--seed', '3')
const read = (file: string) => readFileSync(join(first.folder, 'out', file), 'utf8')

type Figure = { readonly name: string; readonly value: number }
const { figures, pictures } = JSON.parse(read('figures.json')) as {
  figures: Figure[]
  pictures: { file: string }[]
}
const figure = (name: string) => figures.find((each) => each.name === name)!.value

test('it ends well', () => {
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(first.stdout).toContain('256 points to learn from, 1,000 to be tested on')
})

test('the losses of a hundred steps are the same to ten digits', () => {
  const rows = [...first.stdout.matchAll(/^ +(1|10|100) +(0\.\d+) +(0\.\d+)$/gm)]
  expect(rows.map(([, step]) => step)).toEqual(['1', '10', '100'])
  for (const [, , one, other] of rows) {
    expect(Number(one).toPrecision(10)).toBe(Number(other).toPrecision(10))
  }
  expect(figure('largest difference of 100 losses')).toBeLessThan(1e-10)
})

test('it learns: from ln 2, more or less, to next to nothing', () => {
  const [, begin] = /^ +1 +(0\.\d+)/m.exec(first.stdout)!
  const [, end] = /^loss (0\.\d+);/m.exec(first.stdout)!
  expect(Math.abs(Number(begin) - Math.LN2)).toBeLessThan(0.4)
  expect(Number(end)).toBeLessThan(0.1)
  expect(figure('unseen points known')).toBeGreaterThan(0.95)
})

test('a picture for each epoch, and all of them in one', () => {
  const names = readdirSync(join(first.folder, 'out', 'epochs'))
  expect(names).toEqual(
    Array.from({ length: 14 }, (_, i) => `${String(i + 1).padStart(3, '0')}.svg`),
  )
  const frames = [...parseSvg(read('boundary.svg')).getElementsByTagName('image')]
  const urls = frames.map((image) => image.getAttribute('xlink:href'))
  expect(new Set(urls).size).toBe(14)
  for (const [i, name] of names.entries()) {
    const [image, ...more] = [...parseSvg(read(`epochs/${name}`)).getElementsByTagName('image')]
    expect(image!.getAttribute('xlink:href')).toBe(urls[i])
    expect(more).toEqual([])
    expect(read(`epochs/${name}`)).not.toContain('@keyframes')
  }
})

test('the animation shows one frame after another and stays on the last', () => {
  const svg = read('boundary.svg')
  const delays = [...svg.matchAll(/animation-delay: (-\d+\.\d)s/g)].map(([, delay]) =>
    Number(delay),
  )
  const slots = 14 + 10
  expect(delays).toHaveLength(14)
  expect(delays[0]).toBeCloseTo(-0.2 * slots, 10)
  expect(delays[13]).toBeCloseTo(-0.2 * (slots - 13), 10)
  expect(svg).toContain(`${(100 / slots).toFixed(4)}% { opacity: 0 }`)
  expect(svg).toContain(`${((100 * 11) / slots).toFixed(4)}% { opacity: 0 }`)
  expect(svg).toContain('prefers-color-scheme: dark')
  expect(svg).toContain('prefers-reduced-motion')
})

test('the pictures are where the program says', () => {
  expect(pictures.map(({ file }) => file)).toEqual(['boundary.svg', 'losses.svg'])
  for (const { file } of pictures) {
    expect(first.stdout).toContain(join(first.folder, 'out', file))
    expect(parseSvg(read(file)).documentElement?.tagName).toBe('svg')
  }
})

test('the same seed prints the same numbers, another one others; fewer steps are compared too', () => {
  const [one, same, other] = ['5', '5', '6'].map((seed) => {
    const { stdout, folder } = runMoons('--epochs', '2', '--seed', seed)
    return stdout.replaceAll(folder, '').replaceAll(/[\d.]+ (ms|times)/g, '')
  })
  expect(same).toBe(one)
  expect(other).not.toBe(one)
  expect(one).toContain('the largest relative difference of 16 losses')
})
