import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runExample } from './run.ts'
import { parseSvg } from './svg.ts'

const first = runExample('--evaluations', '60')
const read = ({ folder }: typeof first, name: string) =>
  readFileSync(join(folder, 'out', name), 'utf8')

type Report = {
  figures: { name: string; value: number; text: string }[]
  pictures: { file: string; alt: string }[]
}
const { figures, pictures } = JSON.parse(read(first, 'figures.json')) as Report

/** The five cells of a racer, such as `24 at 3` and `(0.37) at 0.003`. */
const cellsOf = (racer: string) => {
  const line = first.stdout.split('\n').find((each) => each.startsWith(`${racer} `))!
  return line.slice(racer.length).match(/\S+ at [\d.]+/g)!
}

test('the program ends well, with a row per racer and a column per course', () => {
  expect(first).toMatchObject({ status: 0, stderr: '' })
  for (const racer of ['SGD', 'momentum', 'RMSprop', 'Adam', 'Rprop', 'L-BFGS'])
    expect(cellsOf(racer)).toHaveLength(5)
})

test('who arrives when on the landscapes', () => {
  const landscapes = ['SGD', 'momentum', 'RMSprop', 'Adam', 'Rprop', 'L-BFGS'].map(
    (racer) => `${racer}: ${cellsOf(racer).slice(0, 4).join(', ')}`,
  )
  expect(landscapes).toMatchInlineSnapshot(`
    [
      "SGD: (1.5) at 0.003, (0.031) at 0.03, 35 at 0.01, (2.9) at 0.1",
      "momentum: (0.31) at 0.003, (0.012) at 0.003, (0.0021) at 0.01, (4.9) at 0.03",
      "RMSprop: (2.9) at 0.1, (0.054) at 0.1, 8 at 0.1, (6.6) at 0.01",
      "Adam: (2.2) at 0.3, (0.037) at 0.3, (0.1) at 1, (6.6) at 0.3",
      "Rprop: (3.7) at 0.03, (14) at 0.3, 26 at 1, (6.6) at 0.1",
      "L-BFGS: (0.015) at 1, 24 at 3, 14 at 3, (0.11) at 10",
    ]
  `)
})

test('SGD on the Rosenbrock function is where a loop by hand is', () => {
  const [cell = ''] = cellsOf('SGD')
  const [, height, rate] = /^\(([\d.]+)\) at ([\d.]+)$/.exec(cell)!
  let [x, y] = [-1.2, 1]
  for (let step = 0; step < 59; step++) {
    const bend = y - x ** 2
    ;[x, y] = [x - Number(rate) * (2 * (x - 1) - 400 * x * bend), y - Number(rate) * 200 * bend]
  }
  const byHand = (1 - x) ** 2 + 100 * (y - x ** 2) ** 2
  expect(Number(height)).toBe(Number(byHand.toPrecision(2)))
})

test('L-BFGS is the first on the Beale function, and Rprop ends on its saddle', () => {
  const [, beale] = cellsOf('L-BFGS')
  expect(Number.parseInt(beale!, 10)).toBeLessThan(40)
  expect(figures[1]!.name).toBe('first on Beale')
  expect(figures[1]!.text).toBe(`L-BFGS, ${figures[1]!.value} gradients`)
  // Along the diagonal into (0, 1): 1.5² + 2.25² + 2.625² there.
  expect(cellsOf('Rprop')[1]).toMatch(/^\(14\) /)
})

test('Adam trains the network in 60 gradients, SGD does not', () => {
  expect(Number.parseInt(cellsOf('Adam')[4]!, 10)).toBeLessThan(60)
  const [, loss] = /^\(([\d.]+)\) /.exec(cellsOf('SGD')[4]!)!
  expect(Number(loss)).toBeGreaterThan(0.2)
})

test('the pictures are where the program says', () => {
  expect(pictures.map(({ file }) => file)).toEqual(['race.svg', 'network.svg'])
  for (const { file } of pictures) {
    expect(first.stdout).toContain(join(first.folder, 'out', file))
    expect(parseSvg(read(first, file)).documentElement?.tagName).toBe('svg')
    expect(read(first, file).length).toBeLessThan(200_000)
  }
})

test('every path of the race has its dot, and its dot a path', () => {
  const paths = [...parseSvg(read(first, 'race.svg')).getElementsByTagName('path')]
  const moving = paths.map((path) => path.getAttribute('class') ?? '').filter((name) => name !== '')
  const names = Array.from({ length: 24 }, (_, i) => [`race-${i} path`, `race-${i} end`])
  expect(moving.filter((name) => name.startsWith('race-'))).toEqual(names.flat())
})

test('the same seed gives the same pictures, another another network', () => {
  const [a, b, c] = ['7', '7', '8'].map((seed) => runExample('--evaluations', '15', '--seed', seed))
  for (const { file } of pictures) expect(read(a!, file)).toBe(read(b!, file))
  expect(read(a!, 'race.svg')).toBe(read(c!, 'race.svg'))
  expect(read(a!, 'network.svg')).not.toBe(read(c!, 'network.svg'))
})
