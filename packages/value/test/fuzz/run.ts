// Thousands of runs of properties: pnpm fuzz [--seed 1] [--runs 20000]
import { parseArgs } from 'node:util'
import { check, type IRawProperty } from 'fast-check'

/** A property of anything, and which share of the runs it takes: a program is slower than a call. */
export type Fuzzed = readonly [property: IRawProperty<unknown>, share?: number]

/** Checks each property from the seed that is given or chosen; says what came of it, and how to have it again. */
export async function fuzz(properties: Readonly<Record<string, Fuzzed>>): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, runs: { type: 'string', default: '20000' } },
  })
  const runs = Number(values.runs)
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
  for (const [name, [property, share = 1]] of Object.entries(properties)) {
    const numRuns = Math.ceil(runs * share)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const found = await check(property, { seed, numRuns })
    console.log(
      `${name}: ${found.numRuns} from seed ${seed}, ${found.failed ? 'one' : 'none'} failed`,
    )
    if (!found.failed) continue
    process.exitCode = 1
    console.error(JSON.stringify(found.counterexample), found.errorInstance)
    console.error(`once more: pnpm fuzz --seed ${seed} --runs ${runs}`)
  }
}
