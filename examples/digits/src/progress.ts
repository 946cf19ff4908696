// What is seen of an epoch while it runs: a bar on a terminal; elsewhere, in a file
// or a pipe, nothing but one line at its end.
import { setImmediate } from 'node:timers/promises'
import { progress } from '@clack/prompts'
import type { Callback, Progress as Training } from '@smol/optim/training'

export interface Progress {
  /** One more step is done. */
  step(message: string): Promise<void>
  /** The epoch is done; this line stays. */
  end(message: string): void
}

export function showProgress(steps: number): Progress {
  if (!isWideTerminal()) return { step: async () => {}, end: (message) => console.log(message) }
  const bar = progress({ max: steps, size: 10, withGuide: false })
  bar.start()
  return {
    async step(message) {
      bar.advance(1, message)
      await setImmediate() // The bar is drawn, and Ctrl+C heard, between two steps.
    },
    end: (message) => bar.stop(message),
  }
}

/** The same as a callback of `train`. `say` is told how long the epoch has taken, in milliseconds. */
export function showEpochs(say: (training: Training, milliseconds: number) => string): Callback {
  let bar: Progress
  let start = 0
  let taken = 0
  return async (training) => {
    if (training.kind === 'epochStart') {
      bar = showProgress(training.stepsPerEpoch!)
      start = performance.now()
    } else if (training.kind === 'step') {
      taken = performance.now() - start
      await bar.step(say(training, taken))
    } else if (training.kind === 'epochEnd') bar.end(say(training, taken))
  }
}

/** A bar that does not fit into one line could not be drawn over. */
const isWideTerminal = () => process.stdout.isTTY && process.stdout.columns >= 80
