// What is seen of the runs while they run: a bar on a terminal; elsewhere, in a
// file or a pipe, nothing but one line at their end.
import { setImmediate } from 'node:timers/promises'
import { progress } from '@clack/prompts'

export interface Progress {
  /** One more step is done. */
  step(message: string): Promise<void>
  /** All is done; this line stays. */
  end(message: string): void
}

export function showProgress(steps: number): Progress {
  if (!isWideTerminal()) return { step: async () => {}, end: (message) => console.log(message) }
  const bar = progress({ max: steps, size: 20, withGuide: false })
  bar.start()
  return {
    async step(message) {
      bar.advance(1, message)
      await setImmediate() // The bar is drawn, and Ctrl+C heard, between two steps.
    },
    end: (message) => bar.stop(message),
  }
}

/** A bar that does not fit into one line could not be drawn over. */
const isWideTerminal = () => process.stdout.isTTY && process.stdout.columns >= 80
