// What the program says, as text.
/** How well the network does: the mean loss, and the share of right answers. */
export type Score = { readonly loss: number; readonly accuracy: number }

/** `0.9512` → `95.1 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** `12345.6` → `12,346`. */
export const count = (n: number): string => Math.round(n).toLocaleString('en')

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

/** `epoch  3/12  loss 0.2101  accuracy 93.9 %  18,123 images/s` */
export function epochLine(epoch: number, epochs: number, score: Score, perMillisecond: number) {
  return [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `loss ${score.loss.toFixed(4)}`,
    `accuracy ${percent(score.accuracy)}`,
    `${count(1000 * perMillisecond).padStart(6)} images/s`,
  ].join('  ')
}

/** How often each digit (row) was taken for which (column); what is on the diagonal is right. */
export function matrixTable(counts: readonly (readonly number[])[]): string {
  const rows = counts.map((row, digit) => {
    const total = row.reduce((sum, n) => sum + n, 0)
    const cells = row.map((n) => (n === 0 ? '·' : String(n)))
    return line(String(digit), cells, total === 0 ? '–' : percent(row[digit]! / total))
  })
  return [line('digit', [...counts.keys()].map(String), 'right'), ...rows].join('\n')
}

const line = (head: string, cells: readonly string[], tail: string) =>
  [head.padStart(5), ...cells.map((cell) => cell.padStart(5)), tail.padStart(10)].join('')
