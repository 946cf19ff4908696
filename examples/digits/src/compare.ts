// What comparisons need: a network that can be led step by step, so that two of them learn side by
// side, and what tells whether they are the same in the end.
import { Generator, setThreads, type DType, type MLArray } from '@smol/mlarray'
import { AdamW } from '@smol/optim'
import { batchIndices } from '@smol/optim/training'
import { pick, type Digits } from './data.ts'
import { learn, makeNetwork, type Network } from './network.ts'
import { median } from './report.ts'

export type Learner = {
  readonly network: Network
  /** The loss before each step, and how long the step took, in milliseconds. */
  readonly losses: number[]
  readonly times: number[]
  readonly step: () => void
}

type LearnerOptions = {
  readonly sizes: readonly number[]
  readonly dtype?: DType
  readonly batch: number
  readonly seed: number
}

/** Two learners of one seed begin with the same weights and read the same batches. */
export function makeLearner(training: Digits, options: LearnerOptions): Learner {
  const { sizes, dtype = 'float32', batch, seed } = options
  const random = new Generator(seed)
  const network = makeNetwork(sizes, { dtype, generator: random })
  const optimizer = new AdamW(network)
  const { length } = training.labels
  const readings = endless(batchIndices(length, { size: batch, shuffle: random, dropLast: true }))
  const losses: number[] = []
  const times: number[] = []
  const step = () => {
    const digits = pick(training, readings.next().value)
    const start = performance.now()
    losses.push(learn(network, optimizer, digits).loss)
    times.push(performance.now() - start)
  }
  return { network, losses, times, step }
}

/** Epoch after epoch, each in an order of its own. */
function* endless<T>(epoch: Iterable<T>): Iterator<T, never> {
  for (;;) yield* epoch
}

const TURNS = 3
const IMAGES = 4096

/**
 * The same training with one thread and with two, in turns. Gives the median time of a step in the best turn
 * of each: the others were disturbed by whatever else the machine had to do.
 */
export async function compareThreads(training: Digits, options: LearnerOptions) {
  const learners = [makeLearner(training, options), makeLearner(training, options)] as const
  const best = [Infinity, Infinity]
  const steps = Math.ceil(IMAGES / options.batch)
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [i, learner] of learners.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await setThreads(1 + i)
      for (let step = 0; step < steps; step++) learner.step()
      best[i] = Math.min(best[i]!, median(learner.times.slice(-steps)))
    }
  }
  await setThreads(1)
  const [one, two] = learners
  return { one: best[0]!, two: best[1]!, same: sameWeights(one.network, two.network) }
}

/** Whether all weights are equal, to the last bit. */
export const sameWeights = (one: Network, other: Network): boolean =>
  one.every(({ w, b }, i) => sameBits(w, other[i]!.w) && sameBits(b, other[i]!.b))

/** Whether all numbers are equal, to the last bit. */
export function sameBits(one: MLArray, other: MLArray): boolean {
  const [a, b] = [one.toTypedArray(), other.toTypedArray()]
  return a.length === b.length && a.every((x, i) => Object.is(x, b[i]))
}
