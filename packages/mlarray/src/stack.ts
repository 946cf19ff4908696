/** Where the stack of an error starts: at the line of the user's that made the call. */

const placed = new WeakSet<Error>()

/** Gives an error the stack of another call, noted before; it stays. */
export function startWith(error: Error, stack: string): void {
  error.stack = `Error: ${error.message}\n${stack}`
  placed.add(error)
}

/** An error of these packages with a stack that starts at the line that called `caller`, where the engine can tell. */
function startAt(error: unknown, caller: unknown): unknown {
  if (!(error instanceof Error) || !('op' in error)) return error
  placed.add(error)
  const { captureStackTrace } = Error as {
    captureStackTrace?: (error: Error, below: unknown) => void
  }
  captureStackTrace?.(error, caller)
  return error
}

/** The same where no call within has done it, so that a mistake inside a hook is shown there. */
export function located(error: unknown, caller: unknown): unknown {
  return placed.has(error as Error) ? error : startAt(error, caller)
}

/**
 * What `body` returns. The stack of an error of these packages starts at the line that called `caller`, in which this
 * stands, also where an array beneath has refused something: so `body` calls nothing of the user's.
 */
export function within<R>(caller: unknown, body: () => R): R {
  try {
    return body()
  } catch (error) {
    throw startAt(error, caller)
  }
}

/** What a function of the user's returns. A mistake in it is shown where it is, also one that Values refuse. */
export function answerOf<A extends readonly unknown[], R>(f: (...given: A) => R, given: A): R {
  try {
    return f(...given)
  } catch (error) {
    if (error instanceof Error) placed.add(error)
    throw error
  }
}

type Call = (...given: never[]) => unknown

/** The same function, with errors whose stack starts at the line that called it. */
export function publicly(fn: Call): Call {
  return function call(...given) {
    try {
      return fn(...given)
    } catch (error) {
      throw located(error, call)
    }
  }
}
