import { readdirSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { parseOptions } from '../src/options.ts'
import { runNames } from './run.ts'

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
  expect(parseOptions([])).toEqual({ epochs: 8, count: 24, temperature: 0.8, seed: 1 })
})

test('each option is read, with a space or an equals sign', () => {
  const words = ['--epochs', '3', '--count=100', '--temperature', '5e-1', '--seed=0']
  expect(parseOptions(words)).toEqual({ epochs: 3, count: 100, temperature: 0.5, seed: 0 })
})

test.each([
  [['--epoch', '3'], "unknown option '--epoch'"],
  [['3'], 'too many arguments. Expected 0 arguments but got 1: 3.'],
  [['--seed'], "option '--seed <n>' argument missing"],
])('%j is refused', (words, message) => {
  expect(refusalOf(...words)).toBe(`names: ${message}\n`)
})

const WHOLE = 'a whole number, 1 … 1000'

test.each([
  ...['0', '-1', '1.5', 'many', '', 'NaN', '1001'].map((text) => ['--epochs <n>', text, WHOLE]),
  ...['0', '1001', '2.5'].map((text) => ['--count <n>', text, WHOLE]),
  ...['0', '101', 'hot', ''].map((text) => ['--temperature <x>', text, 'a number, 0.01 … 100']),
  ...['-1', '4294967296'].map((text) => ['--seed <n>', text, 'a whole number, 0 … 4294967295']),
] as [string, string, string][])('%s %j is refused', (option, text, expected) => {
  expect(refusalOf(option.split(' ')[0]!, text)).toBe(
    `names: option '${option}' argument '${text}' is invalid. Expected ${expected}.\n`,
  )
})

test('the program prints its help and ends with 0', () => {
  const { status, stdout, stderr } = runNames('--help')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: names [options]

    Trains a small transformer on given names and lets it invent new ones.

    Options:
      --epochs <n>       how often it reads each name (default: 8)
      --count <n>        names to invent (default: 24)
      --temperature <x>  how daring they are, 1 as the names are (default: 0.8)
      --seed <n>         which random numbers to use (default: 1)
      --help             print this
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
  const { status, stdout, stderr, folder } = runNames(...words)
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `names: ${message}\n`,
  })
  expect(readdirSync(folder)).toEqual([])
})
