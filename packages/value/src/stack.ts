/**
 * Where the stack of an error starts: at the line of the user's that made the call. Whoever refuses an argument
 * names the call. The engine does not know through which call it was reached: `within` sees to its errors.
 */
const unplaced = new WeakSet<Error>()

/** Lets the stack start at the line that called `caller`, or leaves that to `within` where no caller is known. */
export function startAt(error: Error, caller: unknown): void {
  const { captureStackTrace } = Error as {
    captureStackTrace?: (error: Error, below: unknown) => void
  }
  if (typeof caller === 'function') captureStackTrace?.(error, caller)
  else unplaced.add(error)
}

/** What `body` returns. Errors of the engine start at the line that called `caller`, in which this stands. */
export function within<T>(caller: unknown, body: () => T): T {
  try {
    return body()
  } catch (error) {
    if (unplaced.delete(error as Error)) startAt(error as Error, caller)
    throw error
  }
}
