/**
 * Elementwise kernels of one operand over large ordinary arrays, on several threads: each takes a run of the
 * elements. It knows no operations, and says no where one thread is as fast.
 */
import type { TypedArray } from './array.ts'
import { RUN } from './bridge.ts'
import { threads } from './threads.ts'
import type { Engine } from './wasm.ts'

/** From so many elements on: for fewer, waking a thread takes longer than it saves. */
export const LEAST_TOGETHER = 262_144

/**
 * Writes what `kernel` (a result, how many elements, an operand) makes of `n` elements of `data` to `out`.
 * This thread does the first of them by `alone`, which writes as many elements as it is told.
 *
 * @returns whether it was done.
 */
export function mapTogether(
  engine: Engine,
  kernel: string,
  out: TypedArray,
  at: number,
  n: number,
  data: TypedArray,
  from: number,
  alone: (count: number) => void,
): boolean {
  const pool = threads()
  const shared = pool?.engine(engine.set)
  if (pool === undefined || shared === undefined) return false
  const width = out.BYTES_PER_ELEMENT
  // Copies are this thread's work, so it takes no more than its share of the elements.
  const own = Math.ceil(n / pool.size / RUN) * RUN
  const theirs = n - own
  const bridge = pool.bridge(engine)
  if (theirs <= 0 || !shared.fits(theirs * width, 1) || !bridge.fits()) return false
  const mark = shared.mark
  const there = bridge.place(data, from + own, theirs)
  const operands = Array.from({ length: Math.ceil(theirs / RUN) }, (_, i) => {
    const start = there + i * RUN * width
    return [start, Math.min(RUN, theirs - i * RUN), start]
  })
  pool.run(shared, { kernel, operands, first: () => alone(own) })
  bridge.take(there, out, at + own, theirs)
  shared.release(mark)
  return true
}
