import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseOptions } from '../src/options.ts'
import { runExample } from './run.ts'

test('without options the defaults hold', () => {
  expect(parseOptions([])).toEqual({ points: 120, noise: 0.3, repeats: 500, seed: 1 })
})

test('each option is read, with a space or an equals sign', () => {
  const words = ['--points', '50', '--noise=0.1', '--repeats', '9', '--seed=0']
  expect(parseOptions(words)).toEqual({ points: 50, noise: 0.1, repeats: 9, seed: 0 })
})

test('the program prints its help and ends with 0', () => {
  const { status, stdout, stderr } = runExample('--help')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: curve-fit [options]

    Fits a damped oscillation to noisy measurements, with standard errors.

    Options:
      --points <n>   how many measurements (default: 120)
      --noise <x>    their standard deviation (default: 0.3)
      --repeats <n>  how often the experiment is repeated (default: 500)
      --seed <n>     which random numbers to use (default: 1)
      --help         print this
    "
  `)
})

const range = (name: string, value: string, text: string, expected: string) =>
  `option '--${name} <${value}>' argument '${text}' is invalid. Expected ${expected}.`

test.each([
  [['--point', '30'], "unknown option '--point'"],
  [['3'], 'too many arguments. Expected 0 arguments but got 1: 3.'],
  [['--points', '29'], range('points', 'n', '29', 'a whole number, 30 … 10000')],
  [['--noise', '0'], range('noise', 'x', '0', 'a number, 0.001 … 0.5')],
  [['--noise', ''], range('noise', 'x', '', 'a number, 0.001 … 0.5')],
  [['--repeats', '1.5'], range('repeats', 'n', '1.5', 'a whole number, 2 … 10000')],
  [['--seed', '-1'], range('seed', 'n', '-1', 'a whole number, 0 … 4294967295')],
])('the program refuses %j with 2 and does nothing else', (words, message) => {
  const { status, stdout, stderr, folder } = runExample(...words)
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `curve-fit: ${message}\n`,
  })
  expect(readdirSync(folder)).toEqual([])
})
