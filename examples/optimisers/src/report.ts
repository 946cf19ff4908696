// What the program says, as text.

/** Where a racer stood when it asked for a gradient: the place in its first two numbers. */
export type Spot = { readonly place: readonly number[]; readonly height: number }

export type Run = {
  readonly rate: number
  readonly track: readonly Spot[]
  /** How many gradients it took to the goal; Infinity if it did not get there. */
  readonly arrived: number
  /** How high it stood at the end. */
  readonly last: number
}

export type Race = {
  readonly course: string
  readonly goal: number
  readonly runs: readonly (Run & { readonly racer: string })[]
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

/** A row per racer, a column per course: `57 at 0.03`, or the height where it ended, `(0.4) at 0.03`. */
export function raceTable(races: readonly Race[]): string {
  const racers = races[0]!.runs.map(({ racer }) => racer)
  const rows = racers.map((racer, i) => [racer].concat(races.map(({ runs }) => resultOf(runs[i]!))))
  const goals = races.map(({ goal }) => `< ${goal}`.padEnd(6))
  const head = ['', ...races.map(({ course }) => course)]
  return table([head, ['goal', ...goals], ...rows], [10, 18, 18, 18, 18, 18])
}

function resultOf({ arrived, last, rate }: Run): string {
  const result = Number.isFinite(arrived) ? String(arrived) : `(${Number(last.toPrecision(2))})`
  return `${result} at ${String(rate).padEnd(6)}`
}

/** The first column to the left, the others to the right. */
const table = (rows: readonly string[][], widths: readonly number[]): string =>
  rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[i]!)))
        .join('')
        .trimEnd(),
    )
    .join('\n')
