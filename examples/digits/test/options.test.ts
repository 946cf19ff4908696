import { readdirSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { parseOptions } from '../src/options.ts'
import { runDigits } from './run.ts'

afterEach(() => vi.restoreAllMocks())

/** What is said on stderr before the program ends with exit code 2. */
function refusalOf(...words: string[]): string {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`)
  })
  expect(() => parseOptions(words)).toThrow('exit 2')
  return write.mock.calls.join('')
}

test('without options the defaults hold', () => {
  expect(parseOptions([])).toEqual({
    only: ['first', 'second', 'precision', 'threads', 'loops'],
    epochs: 30,
    batch: 64,
    learningRate: 0.005,
    shift: 2,
    patience: 10,
    seed: 1,
  })
})

test('each option is read, with a space or an equals sign', () => {
  const words = ['--epochs', '3', '--batch=100', '--learning-rate', '3e-3', '--seed=0']
  const more = ['--only', 'loops', 'first', '--shift=0', '--patience', '1000']
  expect(parseOptions([...words, ...more])).toEqual({
    only: ['loops', 'first'],
    epochs: 3,
    batch: 100,
    learningRate: 0.003,
    shift: 0,
    patience: 1000,
    seed: 0,
  })
})

test.each(['third', '', 'First'])('--only %j is refused', (text) => {
  expect(refusalOf('--only', text)).toBe(
    `digits: option '--only <parts...>' argument '${text}' is invalid. Allowed choices are first, second, precision, threads, loops.\n`,
  )
})

test.each([
  ['--shift', '15', '0 … 14'],
  ['--shift', '-1', '0 … 14'],
  ['--patience', '1001', '0 … 1000'],
  ['--patience', '0.5', '0 … 1000'],
])('%s %s is refused', (option, text, range) => {
  expect(refusalOf(option, text)).toBe(
    `digits: option '${option} <n>' argument '${text}' is invalid. Expected a whole number, ${range}.\n`,
  )
})

test.each([
  [['--epoch', '3'], "unknown option '--epoch'"],
  [['3'], 'too many arguments. Expected 0 arguments but got 1: 3.'],
  [['--seed'], "option '--seed <n>' argument missing"],
])('%j is refused', (words, message) => {
  expect(refusalOf(...words)).toBe(`digits: ${message}\n`)
})

test.each(['0', '-1', '1.5', 'many', '', 'NaN', '1001'])('--epochs %j is refused', (text) => {
  expect(refusalOf('--epochs', text)).toBe(
    `digits: option '--epochs <n>' argument '${text}' is invalid. Expected a whole number, 1 … 1000.\n`,
  )
})

test.each(['0', '7001', '2.5'])('--batch %j is refused', (text) => {
  expect(refusalOf('--batch', text)).toBe(
    `digits: option '--batch <n>' argument '${text}' is invalid. Expected a whole number, 1 … 7000.\n`,
  )
})

test.each(['0', '-0.1', '1.5', 'NaN', 'Infinity', 'fast', ''])(
  '--learning-rate %j is refused',
  (text) => {
    expect(refusalOf('--learning-rate', text)).toBe(
      `digits: option '--learning-rate <x>' argument '${text}' is invalid. Expected a number above 0, at most 1.\n`,
    )
  },
)

test.each(['-1', '0.5', '4294967296'])('--seed %j is refused', (text) => {
  expect(refusalOf('--seed', text)).toBe(
    `digits: option '--seed <n>' argument '${text}' is invalid. Expected a whole number, 0 … 4294967295.\n`,
  )
})

test('the program prints its help and ends with 0', () => {
  const { status, stdout, stderr } = runDigits('--help')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: digits [options]

    Trains two networks to read handwritten digits.

    Options:
      --only <parts...>    which of them to run (choices: "first", "second",
                           "precision", "threads", "loops", default: all)
      --epochs <n>         how often they see each image at most (default: 30)
      --batch <n>          images per step of the second (default: 64)
      --learning-rate <x>  its largest learning rate (default: 0.005)
      --shift <n>          pixels by which its images are moved at most (default: 2)
      --patience <n>       epochs without progress that it is allowed (default: 10)
      --seed <n>           which random numbers to use (default: 1)
      --help               print this
    "
  `)
})

test.each([
  [['--epoch', '3'], "unknown option '--epoch'"],
  [
    ['--epochs', '0'],
    "option '--epochs <n>' argument '0' is invalid. Expected a whole number, 1 … 1000.",
  ],
])('the program refuses %j with 2 and does nothing else', (words, message) => {
  const { status, stdout, stderr, folder } = runDigits(...words)
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `digits: ${message}\n`,
  })
  expect(readdirSync(folder)).toEqual([])
})
