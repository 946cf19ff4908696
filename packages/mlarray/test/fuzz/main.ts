// Thousands of damaged files, hostile calls and random programs: pnpm fuzz [--seed 1] [--runs 20000]
import { parseArgs } from 'node:util'
import { check, property, type RunDetails } from 'fast-check'
import { readFuzzed } from './files.ts'
import { calls, checkCall } from './hostile.ts'
import { compared, programs } from './programs.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string', default: '20000' } },
})
const runs = Number(values.runs)
const start = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
console.log(`files: ${runs} damaged ones, seeds ${start} to ${start + runs - 1}`)

let good = 0
let failed = 0
let slowest = [0, start]
for (let seed = start; seed < start + runs && failed < 10; seed++) {
  const from = performance.now()
  try {
    // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other, so that the time is one file's
    if (await readFuzzed(seed)) good++
  } catch (error) {
    failed++
    console.error(error)
    console.error(`once more: pnpm fuzz --seed ${seed} --runs 1`)
  }
  const time = performance.now() - from
  if (time > slowest[0]!) slowest = [time, seed]
}
console.log(
  `files: ${good} still good, ${runs - good - failed} refused, ${failed} failed; ` +
    `the slowest took ${Math.round(slowest[0]!)} ms (seed ${slowest[1]})`,
)

/** Says what came of it, and counts a failure. */
function report<T>(
  name: string,
  { failed: isFailed, numRuns, counterexample, errorInstance }: RunDetails<T>,
): void {
  console.log(`${name}: ${numRuns} from seed ${start}, ${isFailed ? 'one failed' : 'none failed'}`)
  if (!isFailed) return
  failed++
  console.error(JSON.stringify(counterexample), errorInstance)
  console.error(`once more: pnpm fuzz --seed ${start} --runs ${runs}`)
}

report('hostile calls', check(property(calls, checkCall), { seed: start, numRuns: runs }))

const means = property(programs, (program) => {
  const found = compared(program)
  if (found !== 'same') throw new Error(found)
})
// A program takes as long as a few files.
report('programs', check(means, { seed: start, numRuns: Math.ceil(runs / 4) }))

process.exitCode = failed > 0 ? 1 : 0
