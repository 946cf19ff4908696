// What the transformer has to beat: a table of how often each symbol follows each other one.
import { CHOICES, SYMBOLS, type Symbols } from './data.ts'

/** `table[a * CHOICES + b]`: how likely b is after a. Each count is one more than it was seen (Laplace). */
export function countBigrams(names: readonly Symbols[]): Float64Array {
  const table = new Float64Array(SYMBOLS * CHOICES).fill(1)
  for (const symbols of names) {
    for (let i = 1; i < symbols.length; i++) table[symbols[i - 1]! * CHOICES + symbols[i]!]! += 1
  }
  for (let start = 0; start < table.length; start += CHOICES) {
    const row = table.subarray(start, start + CHOICES)
    const total = row.reduce((sum, n) => sum + n, 0)
    row.forEach((n, i) => (row[i] = n / total))
  }
  return table
}

/** The mean of `−log p` over the symbols of the names, in nats. */
export function bigramLoss(table: Float64Array, names: readonly Symbols[]): number {
  let sum = 0
  let symbols = 0
  for (const name of names) {
    for (let i = 1; i < name.length; i++) sum -= Math.log(table[name[i - 1]! * CHOICES + name[i]!]!)
    symbols += name.length - 1
  }
  return sum / symbols
}
