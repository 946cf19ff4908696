// Cars of the years 1970 to 1982: what they need, and six numbers that may tell why, from the
// npm package `@observablehq/sample-datasets`. Split at random into 80 % and 20 %.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Generator } from '@smol/mlarray'
import { csvParse } from 'd3-dsv'

/** What is known of a car, by the names that the file has for it. */
const COLUMNS = {
  cylinders: 'cylinders',
  'displacement (in³)': 'displacement (cc)', // The file says cc, but 8 cylinders with 360 are inches.
  'power (hp)': 'power (hp)',
  'weight (lb)': 'weight (lb)',
  '0–60 mph (s)': '0-60 mph (s)',
  year: 'year',
}
const ECONOMY = 'economy (mpg)'

/** Litres per 100 km are this number divided by miles per (US) gallon. */
const LITRES = (100 * 3.785411784) / 1.609344

export const FEATURES = Object.keys(COLUMNS)

/** `features` as `FEATURES` names them; `litres` per 100 km. */
export type Car = {
  readonly name: string
  readonly features: readonly number[]
  readonly litres: number
}

/** All cars of which everything is known, and how many there are besides. */
export function loadCars(): { cars: Car[]; dropped: number } {
  const require = createRequire(import.meta.url)
  const path = require.resolve('@observablehq/sample-datasets/cars.csv')
  const rows = csvParse(readFileSync(path, 'utf8'))
  const names = [ECONOMY, ...Object.values(COLUMNS)]
  const complete = rows.filter((row) => names.every((name) => row[name] !== ''))
  return {
    cars: complete.map((row) => ({
      name: row['name']!,
      features: Object.values(COLUMNS).map((name) => Number(row[name])),
      litres: LITRES / Number(row[ECONOMY]),
    })),
    dropped: rows.length - complete.length,
  }
}

/** The cars in random order, four fifths to learn from and one fifth to be tested on. */
export function split(cars: readonly Car[], random: Generator): { training: Car[]; test: Car[] } {
  const order = random.permutation(cars.length).toTypedArray()
  const shuffled = Array.from(order, (i) => cars[i]!)
  const size = Math.round(0.8 * cars.length)
  return { training: shuffled.slice(0, size), test: shuffled.slice(size) }
}
