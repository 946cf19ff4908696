// What the runner and the processes of the contenders say to each other: a line of
// JSON each, a reply to every request.

export type Request =
  | { readonly open: string }
  | { readonly check: number }
  | { readonly runs: number }
  | { readonly ms: number }

export type Opened = { readonly version: string }
export type Checked = {
  readonly length: number
  /** The first of every block of numbers. */
  readonly samples: readonly number[]
  /** The sum of every block, so that none of its numbers goes unseen: the kth of n weighs 1 + k / n. */
  readonly sums: readonly number[]
}
export type Timed = { readonly ms: number; readonly runs: number }
type Failed = { readonly error: string }
export type Reply = Opened | Checked | Timed | Failed

/** A result is compared in so many blocks. */
export const BLOCKS = 4096
