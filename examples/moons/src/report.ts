// What the program says, as text.

/** `0.9512` → `95.1 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** `12345` → `12,345`. */
export const count = (n: number): string => n.toLocaleString('en')

export const milliseconds = (time: number): string => `${time.toFixed(3)} ms`

/** The middle one in order; a few slow ones do not move it. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
