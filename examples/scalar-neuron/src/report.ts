// What the program says, as text.

/** Four decimals and room for a sign; what has grown beyond all bounds as `1.2e+34`. */
export const number = (x: number): string =>
  (Math.abs(x) < 1000 ? x.toFixed(4) : x.toExponential(1)).padStart(8)

/** Columns as wide as their widest cell: the first to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)))
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]! + 3)))
        .join(''),
    )
    .join('\n')
}
