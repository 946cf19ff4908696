import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runMoons } from './run.ts'

test('the program prints its help and ends with 0', () => {
  const { status, stdout, stderr } = runMoons('--help')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: moons [options]

    Trains one network in scalars and in arrays to tell two moons apart.

    Options:
      --epochs <n>         how often it sees each point (default: 40)
      --hidden <n>         numbers in each of the two hidden layers (default: 12)
      --learning-rate <x>  size of the steps (default: 0.05)
      --noise <x>          how far the points are off their moon (default: 0.15)
      --seed <n>           which random numbers to use (default: 1)
      --help               print this
    "
  `)
})

test.each([
  [['--epoch', '3'], "unknown option '--epoch'"],
  [
    ['--epochs', '0'],
    "option '--epochs <n>' argument '0' is invalid. Expected a whole number, 1 … 500.",
  ],
  [
    ['--hidden', '65'],
    "option '--hidden <n>' argument '65' is invalid. Expected a whole number, 1 … 64.",
  ],
  [
    ['--learning-rate', '0'],
    "option '--learning-rate <x>' argument '0' is invalid. Expected a number above 0, at most 1.",
  ],
  [['--noise', '2'], "option '--noise <x>' argument '2' is invalid. Expected a number, 0 … 1."],
  [
    ['--seed', '-1'],
    "option '--seed <n>' argument '-1' is invalid. Expected a whole number, 0 … 4294967295.",
  ],
])('the program refuses %j with 2 and does nothing else', (words, message) => {
  const { status, stdout, stderr, folder } = runMoons(...words)
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `moons: ${message}\n`,
  })
  expect(readdirSync(folder)).toEqual([])
})
