// Runs rows one after the other, and says what came out as soon as it is known.
import { compareCold } from './cold.ts'
import { type Comparison, compare, type Settings } from './compare.ts'
import type { ContenderName } from './contender.ts'
import type { Side } from './contestant.ts'
import type { Row } from './rows.ts'
import { summarize } from './statistics.ts'
import { figure, type Result } from './table.ts'

/** Who takes part in a row, subjects and peers. */
export type Sides = (row: Row) => readonly [readonly Side[], readonly Side[]]

export async function runRows(
  rows: readonly Row[],
  sidesOf: Sides,
  settings: Settings,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const row of rows) {
    const [subjects, peers] = sidesOf(row)
    const comparison =
      row.name === 'import'
        ? compareCold(row.name, subjects, peers, settings.rounds)
        : // oxlint-disable-next-line no-await-in-loop -- one after the other
          await compare(row, subjects, peers, settings)
    results.push({ row, comparison })
    report(row, comparison)
  }
  return results
}

function report(row: Row, { sides, ratios, absent }: Comparison): void {
  console.log(`\n${row.title}`)
  for (const { label, times } of sides) {
    const { median, mean, p10, p90 } = summarize(times)
    const against = ratios
      .filter(({ peer, subject }) => peer === label && subject !== peer)
      .map((pair) => {
        const ratio = summarize(pair.ratios)
        return `${pair.subject} is ${figure(ratio.median)} times as fast (${figure(ratio.p10)}–${figure(ratio.p90)})`
      })
    console.log(
      `  ${label.padEnd(16)} ${figure(median).padStart(8)} ms, mean ${figure(mean)}, ` +
        [`${figure(p10)}–${figure(p90)}`, ...against].join('; '),
    )
  }
  for (const { label, why } of absent) console.log(`  ${label.padEnd(16)} ${why}`)
}

/** A side that runs from this checkout. */
export function sideOf(contender: ContenderName, label: string, root: string, node: string): Side {
  return { contender, label, root, node }
}
