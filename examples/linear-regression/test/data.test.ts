import { Generator } from '@smol/mlarray'
import { expect, test } from 'vitest'
import { FEATURES, loadCars, split } from '../src/data.ts'

const { cars, dropped } = loadCars()

test('392 of 406 cars are known completely', () => {
  expect(cars).toHaveLength(392)
  expect(dropped).toBe(14)
})

test('a car as the file has it: 13 miles per gallon are 18.1 litres per 100 km', () => {
  const car = cars.find(({ name }) => name === 'AMC Ambassador Brougham')!
  expect(FEATURES).toHaveLength(6)
  expect(car.features).toEqual([8, 360, 175, 3821, 11, 73])
  expect(car.litres).toBeCloseTo(18.0934, 4)
})

test('every number is a positive number', () => {
  const numbers = cars.flatMap(({ features, litres }) => [...features, litres])
  expect(numbers.every((n) => Number.isFinite(n) && n > 0)).toBe(true)
})

test('the split has every car once, and the seed decides where', () => {
  const sets = split(cars, new Generator(1))
  expect(sets.training).toHaveLength(314)
  expect(new Set([...sets.training, ...sets.test])).toEqual(new Set(cars))
  expect(split(cars, new Generator(1))).toEqual(sets)
  expect(split(cars, new Generator(2))).not.toEqual(sets)
})
