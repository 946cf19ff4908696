// The options of both commands. What is wrong with them is said in one line, with exit
// code 2.
import { Command, InvalidArgumentError } from 'commander'
import type { Settings } from './compare.ts'
import { chooseRows, GROUPS } from './rows.ts'

export type Options = {
  readonly node?: number
  readonly only?: readonly string[]
  readonly rounds?: number
  readonly quick?: boolean
}

/** The options that both commands share. What fails later is told by its message alone. */
export function command(name: string, description: string): Command {
  process.on('uncaughtException', (error) => {
    console.error(`${name}: ${error.message}`)
    process.exit(1)
  })
  return new Command(name)
    .description(description)
    .option('--node <major>', 'the Node to run on, 24 or newer (default: the running one)', major)
    .option('--only <names>', `some works, by name or group: ${GROUPS.join(', ')}`, works)
    .option('--rounds <n>', 'how often each pair takes turns (default: 15)', rounds)
    .option('--quick', 'a first impression: 5 rounds of short turns')
    .helpOption('--help', 'print this')
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(text.replace('error:', `${name}:`)) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
}

export function settingsOf({ rounds: chosen, quick }: Options): Settings {
  return quick
    ? { rounds: chosen ?? 5, turn: 15, warmUp: 100, longest: 5_000 }
    : { rounds: chosen ?? 15, turn: 40, warmUp: 400, longest: 20_000 }
}

const major = (text: string): number => whole(text, 24, 99)
const rounds = (text: string): number => whole(text, 1, 1000)

function whole(text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`Expected a whole number, ${least} … ${most}.`)
}

function works(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => chooseRows([name]).length === 0)
  if (unknown === undefined) return names
  throw new InvalidArgumentError(`No work or group is called "${unknown}".`)
}
