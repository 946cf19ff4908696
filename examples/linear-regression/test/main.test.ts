import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Generator } from '@smol/mlarray'
import { expect, test } from 'vitest'
import { loadCars, split, type Car } from '../src/data.ts'
import { runRegression } from './run.ts'
import { parseSvg } from './svg.ts'

const first = runRegression('--seed', '3')
const read = (file: string) => readFileSync(join(first.folder, 'out', file), 'utf8')

type Figure = { readonly name: string; readonly value: number }
const { figures, pictures } = JSON.parse(read('figures.json')) as {
  figures: Figure[]
  pictures: { file: string }[]
}
const figure = (name: string) => figures.find((each) => each.name === name)!.value

/** The printed weights: a row each, and in it the three methods. */
const printed = [...first.stdout.matchAll(/^\S.*?((?: +-?\d+\.\d{10}){3})$/gm)].map(([, row]) =>
  row!.trim().split(/ +/).map(Number),
)

// The same in plain JavaScript: Gauss and Jordan on the normal equations.

const { training, test: unseen } = split(loadCars().cars, new Generator(3))
const average = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length
const columns = training[0]!.features.map((_, j) => training.map(({ features }) => features[j]!))
const means = columns.map(average)
const deviations = columns.map((column, j) =>
  Math.sqrt(average(column.map((each) => (each - means[j]!) ** 2))),
)
const inputs = ({ features }: Car) => [
  1,
  ...features.map((each, j) => (each - means[j]!) / deviations[j]!),
]

function leastSquares(rows: readonly number[][], targets: readonly number[]): number[] {
  const system = rows[0]!.map((_, i) =>
    rows[0]!
      .map((__, j) => rows.reduce((total, row) => total + row[i]! * row[j]!, 0))
      .concat(rows.reduce((total, row, k) => total + row[i]! * targets[k]!, 0)),
  )
  for (const [i, pivot] of system.entries()) {
    const factor = pivot[i]!
    for (const j of pivot.keys()) pivot[j]! /= factor
    for (const other of system.filter((row) => row !== pivot)) {
      const share = other[i]!
      for (const j of other.keys()) other[j]! -= share * pivot[j]!
    }
  }
  return system.map((row) => row.at(-1)!)
}

const weights = leastSquares(
  training.map(inputs),
  training.map(({ litres }) => litres),
)

test('it says how many cars there are', () => {
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(first.stdout).toContain('392 cars (14 more lack a value and were dropped)')
  expect(first.stdout).toContain('314 to learn from, 78 to be tested on')
})

test('the three methods find the weights of least squares, to ten decimals', () => {
  expect(printed).toHaveLength(7)
  for (const [i, row] of printed.entries()) {
    for (const weight of row) expect(weight).toBeCloseTo(weights[i]!, 9)
  }
  expect(figure('largest difference of the three')).toBeLessThan(1e-12)
  expect(figure('largest difference of the three')).toBeGreaterThan(0)
})

test('R² and the error are those of the unseen cars', () => {
  const errors = unseen.map((car) => {
    const predicted = inputs(car).reduce((total, each, i) => total + each * weights[i]!, 0)
    return (predicted - car.litres) ** 2
  })
  const mean = average(unseen.map(({ litres }) => litres))
  const spread = average(unseen.map(({ litres }) => (litres - mean) ** 2))
  expect(figure('RMS error')).toBeCloseTo(Math.sqrt(average(errors)), 10)
  expect(figure('R² on unseen cars')).toBeCloseTo(1 - average(errors) / spread, 10)
  expect(figure('R² on unseen cars')).toBeGreaterThan(0.8)
})

test('a few steps are not enough, and it says so', () => {
  const { stdout } = runRegression('--steps', '20')
  const [, apart] = /^the largest difference between them: (.*)$/m.exec(stdout)!
  expect(Number(apart)).toBeGreaterThan(0.1)
})

test('two pictures, where the program says', () => {
  expect(pictures).toHaveLength(2)
  for (const { file } of pictures) {
    expect(first.stdout).toContain(join(first.folder, 'out', file))
    expect(read(file)).toContain('prefers-color-scheme: dark')
  }
  const points = [...parseSvg(read('predictions.svg')).getElementsByTagName('path')].filter(
    (path) => path.getAttribute('aria-roledescription') === 'point',
  )
  expect(points).toHaveLength(392)
})

test('the same seed prints the same numbers', () => {
  const numbers = ({ stdout, folder }: typeof first) =>
    stdout.replaceAll(folder, '').replaceAll(/\d+ ms/g, '')
  expect(numbers(runRegression('--seed', '3'))).toBe(numbers(first))
  expect(numbers(runRegression('--seed', '4'))).not.toBe(numbers(first))
})
