// The options of the command line. What is wrong with them is said in one line,
// before anything else is done, with exit code 2.
import { Command, InvalidArgumentError } from 'commander'

export type Options = {
  readonly points: number
  readonly noise: number
  readonly repeats: number
  readonly seed: number
}

/** Exits with 0 after `--help` and with 2 after a mistake. */
export function parseOptions(words: readonly string[]): Options {
  return new Command('curve-fit')
    .description('Fits a damped oscillation to noisy measurements, with standard errors.')
    .option('--points <n>', 'how many measurements', whole(30, 10_000), 120)
    .option('--noise <x>', 'their standard deviation', noise, 0.3)
    .option('--repeats <n>', 'how often the experiment is repeated', whole(2, 10_000), 500)
    .option('--seed <n>', 'which random numbers to use', whole(0, 2 ** 32 - 1), 1)
    .helpOption('--help', 'print this')
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(text.replace('error:', 'curve-fit:')) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse(words, { from: 'user' })
    .opts<Options>()
}

const whole = (least: number, most: number) => (text: string) => {
  const value = toNumber(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`Expected a whole number, ${least} … ${most}.`)
}

const noise = (text: string) => {
  const value = toNumber(text)
  if (value >= 0.001 && value <= 0.5) return value
  throw new InvalidArgumentError('Expected a number, 0.001 … 0.5.')
}

/** `Number` takes an empty text for 0. */
const toNumber = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
