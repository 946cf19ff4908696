// The figures of a run as tables: one of ratios, one of times. Both are lists of cells,
// written as text for a terminal or as Markdown.
import type { Comparison } from './compare.ts'
import { LABELS } from './contender.ts'
import type { Row } from './rows.ts'
import { summarize } from './statistics.ts'
import { judge, type Verdict } from './verdict.ts'

export type Table = {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}
export type Result = { readonly row: Row; readonly comparison: Comparison }

/** A line per work and subject, a column per peer: how many times as fast the subject is. */
export function ratioTable(results: readonly Result[]): Table {
  const peers = Object.values(LABELS).filter((label) =>
    results.some(({ comparison }) => comparison.ratios.some(({ peer }) => peer === label)),
  )
  const rows = results.flatMap(({ row, comparison }) =>
    row.subjects.map((name, i) => {
      const subject = LABELS[name]
      const side = comparison.sides.find(({ label }) => label === subject)
      const cells = peers.map((peer) => {
        const pair = comparison.ratios.find((x) => x.subject === subject && x.peer === peer)
        return pair ? figure(summarize(pair.ratios).median) : ''
      })
      const time = side ? figure(summarize(side.times).median) : 'not available'
      const title = name === 'ours-kernels' ? `${row.title}, kernel` : row.title
      const verdicts = i === 0 ? judge(row, comparison) : []
      return [title, time, ...cells, verdicts.map(verdictText).join('; ')]
    }),
  )
  return { head: ['work', 'ms', ...peers, 'bars'], rows }
}

function verdictText({ bar, measured, reached }: Verdict): string {
  if (measured === undefined) return `${bar}: not measured`
  return `${bar}: ${reached ? 'reached' : 'missed'} (${figure(measured)})`
}

/** A line per work and side: the times of one run in milliseconds, and the ratio's spread. */
export function timeTable(results: readonly Result[]): Table {
  const rows = results.flatMap(({ row, comparison: { sides, ratios } }) =>
    sides.map(({ label, times }) => {
      const time = summarize(times)
      const pair = ratios.find(({ peer, subject }) => peer === label && subject !== label)
      const ratio = pair && summarize(pair.ratios)
      return [
        row.title,
        label,
        figure(time.median),
        figure(time.mean),
        `${figure(time.p10)}–${figure(time.p90)}`,
        ratio ? `${figure(ratio.median)} (${figure(ratio.p10)}–${figure(ratio.p90)})` : '',
      ]
    }),
  )
  return { head: ['work', 'who', 'median', 'mean', 'p10–p90', 'ratio (p10–p90)'], rows }
}

/** Three significant digits, never an exponent. */
export function figure(x: number): string {
  if (!Number.isFinite(x)) return String(x)
  const digits = x === 0 ? 2 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x))))
  return x.toFixed(Math.min(digits, 6))
}

export function toText({ head, rows }: Table): string {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => cells[i]!.length)))
  return [head, ...rows]
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function toMarkdown({ head, rows }: Table): string {
  const numeric = (i: number): boolean => rows.some((cells) => /^\d/.test(cells[i]!)) && i > 0
  const rule = head.map((name, i) => (numeric(i) && name !== 'bars' ? '--:' : '---'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
