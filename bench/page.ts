// Writes a run into docs/benchmarks.md: a section per version of Node, between two
// comments, whole and anew.
import type { Machine } from './machine.ts'
import { ratioTable, type Result, timeTable, toMarkdown } from './table.ts'

export type Run = {
  readonly machine: Machine
  readonly rounds: number
  readonly results: readonly Result[]
}

const majorOf = ({ node }: Machine): string => node.slice(1).split('.')[0]!

export const pictureName = (machine: Machine): string => `benchmarks-node${majorOf(machine)}.svg`

/** The page with this run in the place of the one before on that Node. */
export function replaceSection(page: string, run: Run): string {
  const name = `results: Node ${majorOf(run.machine)}`
  return replaceBetween(page, `<!-- ${name} -->`, `<!-- end of ${name} -->`, section(run))
}

/** The README with the picture of this run in the place of the one before. */
export function replaceSpeed(readme: string, run: Run): string {
  const { date, processor, node } = run.machine
  const text = `![How many times as fast as each peer](docs/${pictureName(run.machine)})

<sub>${date}, ${processor}, Node ${node.slice(1)}, one thread</sub>`
  return replaceBetween(readme, '<!-- speed -->', '<!-- /speed -->', text)
}

function replaceBetween(page: string, start: string, end: string, text: string): string {
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`"${start}" is not there.`)
  return `${page.slice(0, from + start.length)}\n\n${text}\n\n${page.slice(to)}`
}

function section({ machine, rounds, results }: Run): string {
  const { date, processor, system, node, commit } = machine
  const absent = [
    ...new Set(results.flatMap(({ comparison }) => comparison.absent.map(({ label }) => label))),
  ]
  return `${date}, ${processor}, ${system}, Node ${node.slice(1)}, one thread, commit \`${commit}\`, at most ${rounds}
rounds. ${versions(results)}.${absent.length > 0 ? ` Not there in some works: ${absent.join(', ')}.` : ''}

![How many times as fast as each peer](${pictureName(machine)})

${toMarkdown(ratioTable(results))}

<details>
<summary>Times: medians, means, and where four fifths of the turns lie, in milliseconds</summary>

${toMarkdown(timeTable(results))}

</details>`
}

function versions(results: readonly Result[]): string {
  const all = new Map(
    results.flatMap(({ comparison }) =>
      comparison.sides
        .filter(({ version, label }) => version !== '' && !label.startsWith('smol'))
        .map(({ label, version }) => [label, version] as const),
    ),
  )
  return [...all].map(([label, version]) => `${label} ${version}`).join(', ')
}
