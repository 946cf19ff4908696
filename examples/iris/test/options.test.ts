import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseOptions } from '../src/options.ts'
import { runExample } from './run.ts'

test('without options the defaults hold', () => {
  expect(parseOptions([])).toEqual({ folds: 10, repeats: 3, steps: 300, seed: 1 })
})

test('each option is read, with a space or an equals sign', () => {
  const words = ['--folds', '5', '--repeats=1', '--steps', '9', '--seed=0']
  expect(parseOptions(words)).toEqual({ folds: 5, repeats: 1, steps: 9, seed: 0 })
})

test('the program prints its help and ends with 0', () => {
  const { status, stdout, stderr } = runExample('--help')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: iris [options]

    Tells three kinds of irises apart, and says how sure it is.

    Options:
      --folds <n>    parts for the cross-validation (default: 10)
      --repeats <n>  how often the flowers are dealt into them (default: 3)
      --steps <n>    steps of each training (default: 300)
      --seed <n>     which random numbers to use (default: 1)
      --help         print this
    "
  `)
})

const range = (name: string, text: string, expected: string) =>
  `option '--${name} <n>' argument '${text}' is invalid. Expected a whole number, ${expected}.`

test.each([
  [['--fold', '5'], "unknown option '--fold'"],
  [['3'], 'too many arguments. Expected 0 arguments but got 1: 3.'],
  [['--folds', '1'], range('folds', '1', '2 … 50')],
  [['--repeats', '0'], range('repeats', '0', '1 … 100')],
  [['--steps', '1.5'], range('steps', '1.5', '1 … 10000')],
  [['--seed', ''], range('seed', '', '0 … 4294967295')],
])('the program refuses %j with 2 and does nothing else', (words, message) => {
  const { status, stdout, stderr, folder } = runExample(...words)
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `iris: ${message}\n`,
  })
  expect(readdirSync(folder)).toEqual([])
})
