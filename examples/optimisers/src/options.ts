// The options of the command line. What is wrong with them is said in one line,
// before anything else is done, with exit code 2.
import { Command, InvalidArgumentError } from 'commander'

export type Options = {
  readonly evaluations: number
  readonly seed: number
}

/** Exits with 0 after `--help` and with 2 after a mistake. */
export function parseOptions(words: readonly string[]): Options {
  return new Command('optimisers')
    .description('Lets optimisers race down four landscapes and through a small network.')
    .option('--evaluations <n>', 'gradients that each may ask for', whole(10, 1000), 200)
    .option('--seed <n>', 'which random numbers to use', whole(0, 2 ** 32 - 1), 1)
    .helpOption('--help', 'print this')
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(text.replace('error:', 'optimisers:')) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse(words, { from: 'user' })
    .opts<Options>()
}

const whole = (least: number, most: number) => (text: string) => {
  const value = text.trim() === '' ? Number.NaN : Number(text) // `Number` takes nothing for 0.
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`Expected a whole number, ${least} … ${most}.`)
}
