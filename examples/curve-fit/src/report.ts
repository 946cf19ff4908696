// What the program says, as text.

/** A fitted number with its standard error, and how many of those it lies from the truth. */
export type Estimate = {
  readonly name: string
  readonly truth: number
  readonly value: number
  readonly error: number
  readonly pull: number
}

/** The pulls of one parameter in many experiments, and the share within the 95 % interval. */
export type Check = {
  readonly name: string
  readonly pulls: readonly number[]
  readonly mean: number
  readonly deviation: number
  readonly inside: number
}

/** `0.9512` → `95.1 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

/** A number and its standard error with two digits, and no digit more: `2.26 ± 0.13`. */
export function withError({ value, error }: Pick<Estimate, 'value' | 'error'>): string {
  const digits = Math.max(0, 1 - Math.floor(Math.log10(error)))
  return `${value.toFixed(digits)} ± ${error.toFixed(digits)}`
}

export function estimateTable(estimates: readonly Estimate[]): string {
  const rows = estimates.map((estimate) => [
    estimate.name,
    withError(estimate),
    String(estimate.truth),
    signed(estimate.pull),
  ])
  return table([['parameter', 'fitted', 'true', 'pull'], ...rows], [13, 18, 8, 8])
}

/** The lower triangle: the upper one would say the same. */
export function correlationTable(names: readonly string[], rows: readonly number[][]): string {
  const cells = names.map((name, i) => [name, ...rows[i]!.slice(0, i + 1).map(signed)])
  return table(cells, [13, 8, 8, 8, 8, 8])
}

export function checkTable(checks: readonly Check[]): string {
  const rows = checks.map(({ name, mean, deviation, inside }) => [
    name,
    signed(mean),
    deviation.toFixed(2),
    percent(inside),
  ])
  const head = ['pulls', 'mean', 'spread', 'within the 95 % interval']
  return table([head, ...rows], [13, 8, 8, 26])
}

/** `-0.5` → `−0.50`, `0.5` → `0.50`. */
const signed = (x: number): string =>
  x
    .toFixed(2)
    .replace(/^-0\.00$/, '0.00')
    .replace('-', '−')

/** The first column to the left, the others to the right. */
const table = (rows: readonly string[][], widths: readonly number[]): string =>
  rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[i]!)))
        .join(''),
    )
    .join('\n')
