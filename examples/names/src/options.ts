// The options of the command line. What is wrong with them is said in one line,
// before anything else is done, with exit code 2.
import { Command, InvalidArgumentError } from 'commander'

export type Options = {
  readonly epochs: number
  readonly count: number
  readonly temperature: number
  readonly seed: number
}

/** Exits with 0 after `--help` and with 2 after a mistake. */
export function parseOptions(words: readonly string[]): Options {
  return new Command('names')
    .description('Trains a small transformer on given names and lets it invent new ones.')
    .option('--epochs <n>', 'how often it reads each name', whole(1, 1000), 8)
    .option('--count <n>', 'names to invent', whole(1, 1000), 24)
    .option('--temperature <x>', 'how daring they are, 1 as the names are', heat, 0.8)
    .option('--seed <n>', 'which random numbers to use', whole(0, 2 ** 32 - 1), 1)
    .helpOption('--help', 'print this')
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(text.replace('error:', 'names:')) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse(words, { from: 'user' })
    .opts<Options>()
}

const whole = (least: number, most: number) => (text: string) => {
  const value = toNumber(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`Expected a whole number, ${least} … ${most}.`)
}

const heat = (text: string) => {
  const value = toNumber(text)
  if (value >= 0.01 && value <= 100) return value
  throw new InvalidArgumentError('Expected a number, 0.01 … 100.')
}

/** `Number` takes an empty text for 0. */
const toNumber = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
