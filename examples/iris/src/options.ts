// The options of the command line. What is wrong with them is said in one line,
// before anything else is done, with exit code 2.
import { Command, InvalidArgumentError } from 'commander'

export type Options = {
  readonly folds: number
  readonly repeats: number
  readonly steps: number
  readonly seed: number
}

/** Exits with 0 after `--help` and with 2 after a mistake. */
export function parseOptions(words: readonly string[]): Options {
  return new Command('iris')
    .description('Tells three kinds of irises apart, and says how sure it is.')
    .option('--folds <n>', 'parts for the cross-validation', whole(2, 50), 10)
    .option('--repeats <n>', 'how often the flowers are dealt into them', whole(1, 100), 3)
    .option('--steps <n>', 'steps of each training', whole(1, 10_000), 300)
    .option('--seed <n>', 'which random numbers to use', whole(0, 2 ** 32 - 1), 1)
    .helpOption('--help', 'print this')
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(text.replace('error:', 'iris:')) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse(words, { from: 'user' })
    .opts<Options>()
}

const whole = (least: number, most: number) => (text: string) => {
  const value = text.trim() === '' ? Number.NaN : Number(text) // `Number` takes nothing for 0.
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`Expected a whole number, ${least} … ${most}.`)
}
