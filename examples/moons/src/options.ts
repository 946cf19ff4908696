// The options of the command line. What is wrong with them is said in one line,
// before anything else is done, with exit code 2.
import { Command, InvalidArgumentError } from 'commander'

export type Options = {
  readonly epochs: number
  readonly hidden: number
  readonly learningRate: number
  readonly noise: number
  readonly seed: number
}

/** Exits with 0 after `--help` and with 2 after a mistake. */
export function parseOptions(words: readonly string[]): Options {
  return new Command('moons')
    .description('Trains one network in scalars and in arrays to tell two moons apart.')
    .option('--epochs <n>', 'how often it sees each point', whole(1, 500), 40)
    .option('--hidden <n>', 'numbers in each of the two hidden layers', whole(1, 64), 12)
    .option('--learning-rate <x>', 'size of the steps', rate, 0.05)
    .option('--noise <x>', 'how far the points are off their moon', off, 0.15)
    .option('--seed <n>', 'which random numbers to use', whole(0, 2 ** 32 - 1), 1)
    .helpOption('--help', 'print this')
    .showSuggestionAfterError(false)
    .configureOutput({
      outputError: (text, write) => write(text.replace('error:', 'moons:')),
    })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse(words, { from: 'user' })
    .opts<Options>()
}

const whole = (least: number, most: number) => (text: string) => {
  const value = toNumber(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`Expected a whole number, ${least} … ${most}.`)
}

const rate = (text: string) => {
  const value = toNumber(text)
  if (value > 0 && value <= 1) return value
  throw new InvalidArgumentError('Expected a number above 0, at most 1.')
}

const off = (text: string) => {
  const value = toNumber(text)
  if (value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('Expected a number, 0 … 1.')
}

/** `Number` takes an empty text for 0. */
const toNumber = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
