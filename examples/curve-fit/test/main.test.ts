import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runExample } from './run.ts'
import { parseSvg } from './svg.ts'

const first = runExample('--repeats', '120')
const read = ({ folder }: typeof first, name: string) =>
  readFileSync(join(folder, 'out', name), 'utf8')

type Report = {
  figures: { name: string; value: number; text: string }[]
  pictures: { file: string; alt: string }[]
}
const { figures, pictures } = JSON.parse(read(first, 'figures.json')) as Report

// Newton's method in NumPy, with derivatives by SymPy, on the same measurements: the parameters
// are 2.2581123266, 0.2626464024, 2.3870098661, 0.6355145926, 0.4830874578, their errors
// 0.1484445556, 0.0241967502, 0.0220189659, 0.0555902064, 0.0268333231, and σ is 0.2898636333.

test('the fit is the lowest point, its errors those of the Hessian', () => {
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(figures[0]!.value).toBeCloseTo(2.3870098661, 7)
  expect(figures[1]!.value).toBeCloseTo(2.2581123266, 7)
  expect(first.stdout).toContain(
    [
      'parameter                fitted    true    pull',
      'amplitude a         2.26 ± 0.15       2    1.74',
      'damping γ         0.263 ± 0.024    0.22    1.76',
      'frequency ω       2.387 ± 0.022     2.4   −0.59',
      'phase φ           0.636 ± 0.056     0.6    0.64',
      'offset c          0.483 ± 0.027     0.5   −0.63',
      'noise σ           0.290 ± 0.019     0.3   −0.53',
    ].join('\n'),
  )
})

test('the band is 1.98 errors of the curve to either side', () => {
  const area = [...parseSvg(read(first, 'fit.svg')).getElementsByTagName('path')].find(
    (path) => path.getAttribute('aria-roledescription') === 'area mark',
  )
  const label = area!.getAttribute('aria-label')!
  const [, low, high] = /low: ([\d.]+); high: ([\d.]+)/.exec(label)!
  const start = (Number(high) - Number(low)) / 2
  expect(start).toBeCloseTo(1.9808 * 0.129423, 4)

  // The outline goes along one edge and back along the other.
  const outline = [...area!.getAttribute('d')!.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(heightOf)
  const heightAt = (i: number) => Math.abs(outline[i]! - outline.at(-1 - i)!)
  expect((start * heightAt(120)) / heightAt(0)).toBeCloseTo(1.9808 * 0.058075, 3)
  expect((start * heightAt(240)) / heightAt(0)).toBeCloseTo(1.9808 * 0.03305, 3)
})

const heightOf = ([, , y]: RegExpMatchArray) => Number(y)

test('the pulls have mean 0 and spread 1, and 95 % of the intervals hold the truth', () => {
  const rows = [...first.stdout.matchAll(/^\S+ \S+ +(−?[\d.]+) +([\d.]+) +([\d.]+) %$/gm)].map(
    ([, ...cells]) => cells.map((cell) => Number(cell.replace('−', '-'))),
  )
  expect(rows).toHaveLength(6)
  for (const [mean, spread, inside] of rows) {
    // Three standard errors of 120 experiments.
    expect(Math.abs(mean!)).toBeLessThan(3 / Math.sqrt(120))
    expect(Math.abs(spread! - 1)).toBeLessThan(3 / Math.sqrt(240))
    expect(Math.abs(inside! - 95)).toBeLessThan(300 * Math.sqrt((0.95 * 0.05) / 120))
  }
  expect(figures[2]!.value).toBeCloseTo(
    rows.reduce((sum, row) => sum + row[2]! / 600, 0),
    3,
  )
})

test('with next to no noise the fit is the truth', () => {
  const { stdout } = runExample('--noise', '0.001', '--repeats', '2')
  const fitted = [...stdout.matchAll(/^\S+ \S+ +([\d.]+) ± ([\d.]+) +([\d.]+) +−?[\d.]+$/gm)]
  expect(fitted).toHaveLength(6)
  for (const [, value, error, truth] of fitted) {
    expect(Number(error)).toBeLessThan(0.001)
    expect(Math.abs(Number(value) - Number(truth))).toBeLessThan(3 * Number(error))
  }
})

test('the pictures are where the program says', () => {
  expect(pictures.map(({ file }) => file)).toEqual(['fit.svg', 'pulls.svg'])
  for (const { file } of pictures) {
    expect(first.stdout).toContain(join(first.folder, 'out', file))
    expect(parseSvg(read(first, file)).documentElement?.tagName).toBe('svg')
    expect(read(first, file).length).toBeLessThan(200_000)
  }
  const points = read(first, 'fit.svg').match(/aria-roledescription="point"/g)
  expect(points).toHaveLength(2 * 120)
})

test('the same seed gives the same numbers and pictures, another does not', () => {
  const words = ['--repeats', '5', '--seed']
  const [a, b, c] = ['7', '7', '8'].map((seed) => runExample(...words, seed))
  expect(read(a!, 'fit.svg')).toBe(read(b!, 'fit.svg'))
  expect(read(a!, 'pulls.svg')).toBe(read(b!, 'pulls.svg'))
  expect(read(a!, 'fit.svg')).not.toBe(read(c!, 'fit.svg'))
})
