// What the program says, as text.

/** How a candidate did: on the flowers that it learned from (own), and on those it had not seen. */
export type Score = {
  readonly name: string
  readonly ownLoss: number
  readonly loss: number
  readonly accuracy: number
}

/** What a model says of a flower: the probability of each species. */
export type Verdict = {
  readonly flower: number
  readonly label: number
  readonly shares: readonly number[]
}

/** `0.9512` → `95.1 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

export function scoreTable(scores: readonly Score[]): string {
  const rows = scores.map(({ name, ownLoss, loss, accuracy }) => [
    name,
    ownLoss.toFixed(4),
    loss.toFixed(4),
    percent(accuracy),
  ])
  const head = ['cross-entropy', 'learned', 'unseen', 'right']
  return table([head, ...rows], [24, 10, 10, 10])
}

/** How often each species (row) was taken for which (column); what is on the diagonal is right. */
export function matrixTable(names: readonly string[], counts: readonly (readonly number[])[]) {
  const rows = counts.map((row, i) => {
    const total = row.reduce((sum, n) => sum + n, 0)
    const cells = row.map((n) => (n === 0 ? '·' : String(n)))
    return [names[i]!, ...cells, percent(row[i]! / total)]
  })
  return table([['', ...names, 'right'], ...rows], [12, 12, 12, 12, 12])
}

export function missedTable(names: readonly string[], verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ flower, label, shares }) => [
    `no. ${flower}, ${names[label]}`,
    ...shares.map(percent),
  ])
  return table([['', ...names], ...rows], [22, 12, 12, 12])
}

/** The first column to the left, the others to the right. */
const table = (rows: readonly string[][], widths: readonly number[]): string =>
  rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[i]!)))
        .join(''),
    )
    .join('\n')
