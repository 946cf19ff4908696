// What an import and a first result cost in a process that has just started, over one
// that does nothing: the two are started by turns.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Comparison } from './compare.ts'
import type { Side } from './contestant.ts'
import { entryOf } from './ours.ts'

export function compareCold(
  row: string,
  subjects: readonly Side[],
  peers: readonly Side[],
  rounds: number,
): Comparison {
  const sides = [...subjects, ...peers].map((side) => ({ side, times: [] as number[] }))
  // The first round brings the files into memory.
  for (let round = 0; round <= rounds; round++) {
    for (const { side, times } of sides) {
      const empty = start(side, 'cold-empty.mjs')
      const first = start(side, 'cold-first.mjs', entryOf(side.root, 'mlarray'))
      if (round > 0) times.push(first - empty)
    }
  }
  const [subject, peer] = sides
  return {
    row,
    sides: sides.map(({ side, times }) => ({ label: side.label, version: '', times })),
    ratios:
      subject && peer
        ? [
            {
              subject: subject.side.label,
              peer: peer.side.label,
              ratios: peer.times.map((time, i) => time / subject.times[i]!),
            },
          ]
        : [],
    absent: [],
  }
}

function start({ node }: Side, file: string, ...args: readonly string[]): number {
  const from = performance.now()
  const { status, stderr } = spawnSync(node, [join(import.meta.dirname, file), ...args])
  if (status !== 0) throw new Error(`${file} failed: ${String(stderr)}`)
  return performance.now() - from
}
