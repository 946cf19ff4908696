/**
 * Elementwise kernels of one operand over large ordinary arrays, on several threads: each takes a run of the
 * elements. It knows no operations, and says no where one thread is as fast.
 */
import type { TypedArray } from './array.ts'
import { threads } from './threads.ts'
import type { Engine } from './wasm.ts'

/** From so many elements on: for fewer, waking a thread takes longer than it saves. */
export const LEAST_TOGETHER = 262_144
/** How many elements are copied, and computed by one call, at a time: they stay in the second cache. */
const RUN = 16_384

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
  if (theirs <= 0 || !shared.fits(theirs * width, 1) || !engine.fits(RUN * width, 1)) return false
  const { share, fetch } = pool.bridge(engine)
  const mark = shared.mark
  const there = shared.reserve(theirs * width)
  const operands: number[][] = []
  forRuns(theirs, (start, length) => {
    const here = engine.mark
    share(there + start * width, engine.place(data, from + own + start, length), length * width)
    engine.release(here)
    operands.push([there + start * width, length, there + start * width])
  })
  pool.run(shared, { kernel, operands, first: () => alone(own) })
  forRuns(theirs, (start, length) => {
    const here = engine.mark
    const y = engine.reserve(length * width)
    fetch(y, there + start * width, length * width)
    engine.take(y, out, at + own + start, length)
    engine.release(here)
  })
  shared.release(mark)
  return true
}

function forRuns(count: number, run: (start: number, length: number) => void): void {
  for (let start = 0; start < count; start += RUN) run(start, Math.min(RUN, count - start))
}
