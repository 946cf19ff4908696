// The options of the command line. What is wrong with them is said in one line,
// before anything else is done, with exit code 2.
import { Command, InvalidArgumentError } from 'commander'

export type Options = {
  readonly steps: number
  readonly learningRate: number
  readonly momentum: number
  readonly seed: number
}

/** Exits with 0 after `--help` and with 2 after a mistake. */
export function parseOptions(words: readonly string[]): Options {
  return new Command('linear-regression')
    .description('Predicts how much fuel a car needs, by three methods that must agree.')
    .option('--steps <n>', 'steps of each descent', whole(1, 10_000), 800)
    .option('--learning-rate <x>', 'size of the steps', rate, 0.1)
    .option('--momentum <x>', 'part of a step that the next keeps', part, 0.9)
    .option('--seed <n>', 'which random numbers to use', whole(0, 2 ** 32 - 1), 1)
    .helpOption('--help', 'print this')
    .showSuggestionAfterError(false)
    .configureOutput({
      outputError: (text, write) => write(text.replace('error:', 'linear-regression:')),
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

const part = (text: string) => {
  const value = toNumber(text)
  if (value >= 0 && value < 1) return value
  throw new InvalidArgumentError('Expected a number from 0 on, below 1.')
}

/** `Number` takes an empty text for 0. */
const toNumber = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
