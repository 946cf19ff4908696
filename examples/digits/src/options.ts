// The options of the command line. What is wrong with them is said in one line,
// before anything else is done, with exit code 2.
import { Command, InvalidArgumentError, Option } from 'commander'

/** The parts of the program, in their order. */
export const PARTS = ['first', 'second', 'precision', 'threads', 'loops'] as const
export type Part = (typeof PARTS)[number]

export type Options = {
  readonly only: readonly Part[]
  readonly epochs: number
  readonly batch: number
  readonly learningRate: number
  readonly shift: number
  readonly patience: number
  readonly seed: number
}

/** Exits with 0 after `--help` and with 2 after a mistake. */
export function parseOptions(words: readonly string[]): Options {
  const only = new Option('--only <parts...>', 'which of them to run')
  return new Command('digits')
    .description('Trains two networks to read handwritten digits.')
    .addOption(only.choices(PARTS).default(PARTS, 'all'))
    .option('--epochs <n>', 'how often they see each image at most', whole(1, 1000), 30)
    .option('--batch <n>', 'images per step of the second', whole(1, 7000), 64)
    .option('--learning-rate <x>', 'its largest learning rate', rate, 0.005)
    .option('--shift <n>', 'pixels by which its images are moved at most', whole(0, 14), 2)
    .option('--patience <n>', 'epochs without progress that it is allowed', whole(0, 1000), 10)
    .option('--seed <n>', 'which random numbers to use', whole(0, 2 ** 32 - 1), 1)
    .helpOption('--help', 'print this')
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(text.replace('error:', 'digits:')) })
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

/** `Number` takes an empty text for 0. */
const toNumber = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
