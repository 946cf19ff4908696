import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseOptions } from '../src/options.ts'
import { runExample } from './run.ts'

test('without options the defaults hold', () => {
  expect(parseOptions([])).toEqual({ evaluations: 200, seed: 1 })
})

test('each option is read, with a space or an equals sign', () => {
  expect(parseOptions(['--evaluations', '50', '--seed=0'])).toEqual({ evaluations: 50, seed: 0 })
})

test('the program prints its help and ends with 0', () => {
  const { status, stdout, stderr } = runExample('--help')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: optimisers [options]

    Lets optimisers race down four landscapes and through a small network.

    Options:
      --evaluations <n>  gradients that each may ask for (default: 200)
      --seed <n>         which random numbers to use (default: 1)
      --help             print this
    "
  `)
})

const range = (name: string, text: string, expected: string) =>
  `option '--${name} <n>' argument '${text}' is invalid. Expected a whole number, ${expected}.`

test.each([
  [['--evaluation', '50'], "unknown option '--evaluation'"],
  [['3'], 'too many arguments. Expected 0 arguments but got 1: 3.'],
  [['--evaluations', '9'], range('evaluations', '9', '10 … 1000')],
  [['--evaluations', '10.5'], range('evaluations', '10.5', '10 … 1000')],
  [['--seed', ''], range('seed', '', '0 … 4294967295')],
])('the program refuses %j with 2 and does nothing else', (words, message) => {
  const { status, stdout, stderr, folder } = runExample(...words)
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `optimisers: ${message}\n`,
  })
  expect(readdirSync(folder)).toEqual([])
})
