/** The switch that says whether operations are recorded. */
import { functionError, promiseError } from './errors.ts'

let recording = true

/** Whether operations are being recorded: not so inside `noGrad`. */
export function isRecording(): boolean {
  return recording
}

/** Runs `fn` with recording on or off, and restores what was before, also where `fn` throws. */
export function withRecording<T>(on: boolean, fn: () => T): T {
  const before = recording
  recording = on
  try {
    return fn()
  } finally {
    recording = before
  }
}

/**
 * Runs `fn` without recording: its results are untracked.
 *
 * @throws TypeError where `fn` is no function, or returns a promise, since recording would be on again
 *   before it ends.
 */
export function noGrad<T>(fn: () => T extends PromiseLike<unknown> ? never : T): T {
  if (typeof fn !== 'function') throw functionError('noGrad', 'a function', fn, noGrad)
  return withRecording(false, () => {
    const result: unknown = fn()
    if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function') {
      throw promiseError(noGrad)
    }
    return result as T
  })
}
