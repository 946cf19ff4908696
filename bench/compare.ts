// Compares sides on one work: each in a process of its own, the results first, then
// the times by turns. Only one of the processes works at any time.
import { Contestant, type Side } from './contestant.ts'
import type { Checked } from './protocol.ts'
import type { Row } from './rows.ts'
import { difference } from './statistics.ts'

export type Settings = {
  readonly rounds: number
  /** How long a turn takes, in milliseconds, and how long everyone runs before. */
  readonly turn: number
  readonly warmUp: number
  /** All rounds of one work take about so long at most, in milliseconds. */
  readonly longest: number
}

/** Fewer rounds than this say nothing, however long they take. */
const FEWEST = 3

/** What one side did: milliseconds per run, turn by turn. */
type Times = {
  readonly label: string
  readonly version: string
  readonly times: readonly number[]
}

/** How many times as long as the subject the peer took, in neighbouring turns. */
type Ratio = {
  readonly subject: string
  readonly peer: string
  readonly ratios: readonly number[]
}

export type Comparison = {
  readonly row: string
  readonly sides: readonly Times[]
  readonly ratios: readonly Ratio[]
  readonly absent: readonly Absent[]
}

/** Who did not take part, and why; `wrong` if it computed something else. */
type Absent = { readonly label: string; readonly why: string; readonly wrong: boolean }

type Ready = {
  readonly contestant: Contestant
  readonly label: string
  readonly version: string
  readonly times: number[]
  runs: number
}

export async function compare(
  row: Row,
  subjects: readonly Side[],
  peers: readonly Side[],
  settings: Settings,
): Promise<Comparison> {
  const absent: Absent[] = []
  const ready = new Map<Side, Ready>()
  const all = [...subjects, ...peers]
  try {
    let expected: Checked | undefined
    for (const side of all) {
      const contestant = new Contestant(side)
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const { version } = await contestant.open(row.name)
        // oxlint-disable-next-line no-await-in-loop
        const checked = await contestant.check(row.runs ?? 1)
        expected ??= checked
        // The peak computes nothing.
        if (side.contender !== 'peak') assertEqual(row, checked, expected)
        ready.set(side, { contestant, label: side.label, version, times: [], runs: 1 })
      } catch (error) {
        contestant.close()
        const wrong = error instanceof DifferentResult
        absent.push({ label: side.label, why: (error as Error).message, wrong })
      }
    }
    const pick = (sides: readonly Side[]) => sides.flatMap((side) => ready.get(side) ?? [])
    const present = pick(subjects)
    if (present.length === 0) return { row: row.name, sides: [], ratios: [], absent }
    const ratios = await takeTurns(present, pick(peers), settings)
    const sides = pick(all).map(({ label, version, times }) => ({ label, version, times }))
    return { row: row.name, sides, ratios, absent }
  } finally {
    for (const { contestant } of ready.values()) contestant.close()
  }
}

/** Nothing is timed that computes something else. */
class DifferentResult extends Error {}

function assertEqual({ tolerance }: Row, actual: Checked, expected: Checked): void {
  const apart =
    actual.length === expected.length
      ? Math.max(
          difference(actual.samples, expected.samples),
          difference(actual.sums, expected.sums),
        )
      : Infinity
  if (apart > tolerance) {
    const far = `${apart.toExponential(1)} of the largest number, more than ${tolerance}`
    throw new DifferentResult(`its result (${actual.length} numbers) differs by ${far}`)
  }
}

async function takeTurns(
  subjects: readonly Ready[],
  peers: readonly Ready[],
  { rounds, turn, warmUp, longest }: Settings,
): Promise<readonly Ratio[]> {
  const estimates = new Map<Ready, number>()
  for (const side of [...subjects, ...peers]) {
    // Twice, since the first runs are slower than those that the turns consist of.
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await side.contestant.time({ ms: warmUp })
    // oxlint-disable-next-line no-await-in-loop
    const { ms, runs } = await side.contestant.time({ ms: turn })
    side.runs = Math.max(1, Math.round((turn * runs) / ms))
    estimates.set(side, (side.runs * ms) / runs)
  }
  const ratios = peers.flatMap((peer) =>
    subjects.map((subject) => ({ subject, peer, ratios: [] as number[] })),
  )
  const nobody = peers.length === 0
  const pairs = ratios.map(({ subject, peer }) => estimates.get(subject)! + estimates.get(peer)!)
  const roundTime = nobody ? turn : pairs.reduce((sum, ms) => sum + ms, 0)
  const affordable = Math.max(FEWEST, Math.floor(longest / roundTime))
  for (let round = 0; round < Math.min(rounds, affordable); round++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    if (nobody) for (const subject of subjects) await takeTurn(subject)
    for (const pair of ratios) {
      // oxlint-disable-next-line no-await-in-loop
      const own = await takeTurn(pair.subject)
      // oxlint-disable-next-line no-await-in-loop
      pair.ratios.push((await takeTurn(pair.peer)) / own)
    }
  }
  return ratios.map(({ subject, peer, ratios: each }) => ({
    subject: subject.label,
    peer: peer.label,
    ratios: each,
  }))
}

async function takeTurn(side: Ready): Promise<number> {
  const { ms, runs } = await side.contestant.time({ runs: side.runs })
  const each = ms / runs
  side.times.push(each)
  return each
}
