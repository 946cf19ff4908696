// Whether a comparison reaches the bars of its row: the middle of all turns decides.
import type { Comparison } from './compare.ts'
import { type ContenderName, LABELS } from './contender.ts'
import type { Bar, Row } from './rows.ts'
import { summarize } from './statistics.ts'

export type Verdict = {
  /** What is asked, in words. */
  readonly bar: string
  /** The measured figure, of the strongest peer; undefined where one side was not there. */
  readonly measured?: number
  readonly reached?: boolean
}

export function judge(row: Row, comparison: Comparison): readonly Verdict[] {
  const subject = LABELS[row.subjects[0]!]
  return row.bars.map((bar) => {
    const text = describe(bar)
    const measured = measure(bar, subject, comparison)
    if (measured === undefined) return { bar: text }
    const reached = 'below' in bar ? measured < bar.below : measured >= bar.times
    return { bar: text, measured, reached }
  })
}

function measure(bar: Bar, subject: string, { sides, ratios }: Comparison): number | undefined {
  if ('below' in bar) {
    const side = sides.find(({ label }) => label === subject)
    return side && summarize(side.times).median
  }
  const peers = new Set(bar.over.map((name) => LABELS[name]))
  const against = ratios.filter((pair) => pair.subject === subject && peers.has(pair.peer))
  return against.length === 0
    ? undefined
    : Math.min(...against.map((pair) => summarize(pair.ratios).median))
}

const NPM: readonly ContenderName[] = ['tfjs', 'jax', 'jax-jit', 'numpy-ts']

function describe(bar: Bar): string {
  if ('below' in bar) return `below ${bar.below} ms`
  const whom = NPM.every((name) => bar.over.includes(name))
    ? 'the best npm peer'
    : bar.over.map((name) => (name === 'ours' ? 'one thread' : LABELS[name])).join(', ')
  return `${bar.times} × ${whom}`
}
