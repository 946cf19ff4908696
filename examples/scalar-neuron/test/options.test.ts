import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNeuron } from './run.ts'

test('the program prints its help and ends with 0', () => {
  const { status, stdout, stderr } = runNeuron('--help')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: scalar-neuron [options]

    Shows how a neuron learns, with one weight and every number in sight.

    Options:
      --learning-rate <x>  size of the steps of chapter 2 (default: 0.1)
      --momentum <x>       part of a step that the next keeps, in chapter 4
                           (default: 0.9)
      --steps <n>          steps of each descent (default: 100)
      --seed <n>           which random numbers to use (default: 1)
      --help               print this
    "
  `)
})

test.each([
  [['--step', '3'], "unknown option '--step'"],
  [
    ['--steps', '0'],
    "option '--steps <n>' argument '0' is invalid. Expected a whole number, 1 … 1000.",
  ],
  [
    ['--seed', '-1'],
    "option '--seed <n>' argument '-1' is invalid. Expected a whole number, 0 … 4294967295.",
  ],
  [
    ['--learning-rate', '0'],
    "option '--learning-rate <x>' argument '0' is invalid. Expected a number above 0, at most 10.",
  ],
  [
    ['--momentum', '1'],
    "option '--momentum <x>' argument '1' is invalid. Expected a number from 0 on, below 1.",
  ],
  [
    ['--momentum', ''],
    "option '--momentum <x>' argument '' is invalid. Expected a number from 0 on, below 1.",
  ],
])('the program refuses %j with 2 and does nothing else', (words, message) => {
  const { status, stdout, stderr, folder } = runNeuron(...words)
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `scalar-neuron: ${message}\n`,
  })
  expect(readdirSync(folder)).toEqual([])
})
