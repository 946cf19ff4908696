// What the program says, as text.

/** How well a network does: the mean loss, and the share of right answers. */
export type Score = { readonly loss: number; readonly accuracy: number }

/** `0.9512` → `95.1 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** `12345.6` → `12,346`. */
export const count = (n: number): string => Math.round(n).toLocaleString('en')

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

/** Three digits: `1.83 ms`, `23.8 ms`, `152 ms`. */
export const milliseconds = (time: number): string =>
  `${time < 99.95 ? time.toPrecision(3) : time.toFixed(0)} ms`

/** `1.3412` → `1.34 ×`. */
export const times = (factor: number): string => `${factor.toFixed(2)} ×`

export const yesNo = (fact: boolean): string => (fact ? 'yes' : 'no')

/** Half of the numbers are smaller. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

/** `epoch  3/12  loss 0.2101, 93.9 %  18,123 images/s`, and between them how well it reads what it watches. */
export function epochLine(
  [epoch, epochs]: readonly [number, number],
  learned: Score,
  perMillisecond: number,
  watched?: Score,
): string {
  return [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `loss ${scoreText(learned)}`,
    ...(watched === undefined ? [] : [`validation ${scoreText(watched)}`]),
    `${count(1000 * perMillisecond).padStart(6)} images/s`,
  ].join('  ')
}

const scoreText = ({ loss, accuracy }: Score): string => `${loss.toFixed(4)}, ${percent(accuracy)}`

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

/** A column for each word of the head, aligned to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, ...rows].map((cells) => cells.map((cell) => cell.padStart(14)).join('')).join('\n')
