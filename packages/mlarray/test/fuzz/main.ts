// Reads thousands of damaged files: pnpm fuzz [--seed 1] [--runs 20000]
import { parseArgs } from 'node:util'
import { readFuzzed } from './files.ts'

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
process.exitCode = failed > 0 ? 1 : 0
