/**
 * Speed of the scalar engine beside closures: `pnpm bench`, or `node bench/main.ts` on a Node of your
 * choice. The contenders take turns, since a machine's speed drifts; what counts is their ratio.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROUNDS = 5
const NAMES = ['closures', 'values', 'lists'] as const
type Name = (typeof NAMES)[number]

type Result = {
  readonly times: number[]
  readonly loss: number
  readonly nodes: number
  readonly bytes: number
}

const results: Record<Name, Result[]> = { closures: [], values: [], lists: [] }
const program = fileURLToPath(new URL('contender.ts', import.meta.url))
for (let round = 0; round < ROUNDS; round++) {
  for (const name of NAMES) {
    const output = execFileSync(process.execPath, ['--expose-gc', program, name], {
      encoding: 'utf8',
    })
    results[name].push(JSON.parse(output) as Result)
  }
}

const sorted = (xs: readonly number[]): number[] => xs.toSorted((a, b) => a - b)
const median = (xs: readonly number[]): number => sorted(xs)[xs.length >> 1]!
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b) / xs.length
const timesOf = (name: Name): number[] => results[name].flatMap(({ times }) => times)
const base = timesOf('closures')

console.log(`Node ${process.version}: an epoch of micrograd's demo`)
for (const name of NAMES) {
  const times = timesOf(name)
  const { loss, nodes, bytes } = results[name][0]!
  const columns = [
    name.padEnd(8),
    `median ${median(times).toFixed(2)} ms (${(median(base) / median(times)).toFixed(2)}×)`,
    `mean ${mean(times).toFixed(2)} ms (${(mean(base) / mean(times)).toFixed(2)}×)`,
    `loss ${loss.toPrecision(12)}`,
  ]
  if (nodes > 0) columns.push(`${nodes} nodes of ${bytes.toFixed(0)} bytes`)
  console.log(columns.join('  '))
}
