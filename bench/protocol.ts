// What the runner and the processes of the contenders say to each other: a line of
// JSON each, a reply to every request.

export type Request =
  | { readonly open: string }
  | { readonly check: number }
  | { readonly runs: number }
  | { readonly ms: number }

export type Opened = { readonly version: string }
export type Checked = { readonly length: number; readonly samples: readonly number[] }
export type Timed = { readonly ms: number; readonly runs: number }
type Failed = { readonly error: string }
export type Reply = Opened | Checked | Timed | Failed

/** So many numbers of each result are compared. */
export const SAMPLE = 4096
