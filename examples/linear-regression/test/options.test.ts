import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runRegression } from './run.ts'

test('the program prints its help and ends with 0', () => {
  const { status, stdout, stderr } = runRegression('--help')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: linear-regression [options]

    Predicts how much fuel a car needs, by three methods that must agree.

    Options:
      --steps <n>          steps of each descent (default: 800)
      --learning-rate <x>  size of the steps (default: 0.1)
      --momentum <x>       part of a step that the next keeps (default: 0.9)
      --seed <n>           which random numbers to use (default: 1)
      --help               print this
    "
  `)
})

test.each([
  [['cars'], 'too many arguments. Expected 0 arguments but got 1: cars.'],
  [
    ['--steps', '1.5'],
    "option '--steps <n>' argument '1.5' is invalid. Expected a whole number, 1 … 10000.",
  ],
  [
    ['--seed', 'x'],
    "option '--seed <n>' argument 'x' is invalid. Expected a whole number, 0 … 4294967295.",
  ],
  [
    ['--learning-rate', '2'],
    "option '--learning-rate <x>' argument '2' is invalid. Expected a number above 0, at most 1.",
  ],
  [
    ['--momentum', '-0.1'],
    "option '--momentum <x>' argument '-0.1' is invalid. Expected a number from 0 on, below 1.",
  ],
])('the program refuses %j with 2 and does nothing else', (words, message) => {
  const { status, stdout, stderr, folder } = runRegression(...words)
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `linear-regression: ${message}\n`,
  })
  expect(readdirSync(folder)).toEqual([])
})
