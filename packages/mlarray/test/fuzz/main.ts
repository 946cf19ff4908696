// Thousands of damaged files, hostile calls, random programs and sizes: pnpm fuzz [--seed 1] [--runs 20000]
import { parseArgs } from 'node:util'
import { check, property, type Arbitrary, type RunDetails } from 'fast-check'
import { setKernels } from '../../src/index.ts'
import { comparedScene, scenes } from './checkpoints.ts'
import { readFuzzed } from './files.ts'
import { calls, checkCall } from './hostile.ts'
import { compared, programs } from './programs.ts'
import * as sizes from './sizes.ts'

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

/** A property of cases that say `'same'` or what is wrong. */
const holds = <T>(cases: Arbitrary<T>, of: (given: T) => string) =>
  property(cases, (given) => {
    const found = of(given)
    if (found !== 'same') throw new Error(found)
  })

// A program takes as long as a few files.
report('programs', check(holds(programs, compared), { seed: start, numRuns: Math.ceil(runs / 4) }))

report('checkpoints', check(holds(scenes, comparedScene), { seed: start, numRuns: runs }))

const around = { seed: start, numRuns: Math.ceil(runs / 10) }
report('elementwise', check(holds(sizes.elementwise, sizes.checkElementwise), around))
report('reductions', check(holds(sizes.reductions, sizes.checkReduction), around))
report('products', check(holds(sizes.products, sizes.checkProduct), around))
report('products of few', check(holds(sizes.tinyProducts, sizes.checkProduct), around))

const shared = { seed: start, numRuns: Math.ceil(runs / 200) }
for (const set of ['simd', 'relaxed'] as const) {
  setKernels(set)
  // oxlint-disable-next-line eslint/no-await-in-loop -- one set after the other
  const wrong = await sizes.checkThreads(shared)
  console.log(`threads, ${set}: ${wrong ?? 'none failed'}`)
  if (wrong !== undefined) failed++
}
setKernels()

process.exitCode = failed > 0 ? 1 : 0
