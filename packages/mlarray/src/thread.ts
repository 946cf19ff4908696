/**
 * What a thread runs, as text, so that no bundler has to find a file: calls of kernels on memory that it
 * shares with others, of jobs that `threads.ts` posts there. No thread makes any other run slower by waiting:
 * it looks for a new job for a moment, and then sleeps until it is woken.
 *
 * The words of the memory, as 32-bit integers, from `words` on: see `WORD`. The operands of the calls follow
 * as doubles.
 */

/** Where in the shared words stands what. */
export const WORD = {
  /** The number of the job: a change wakes the threads, and −1 ends them. */
  job: 0,
  /** How many calls nobody has taken yet; below 0 where threads came too late. */
  left: 1,
  /** How many calls have ended. */
  ended: 2,
  /** Whether a call has thrown. */
  failed: 3,
  /** Which module, and which of its exports, runs. */
  module: 4,
  kernel: 5,
  /** How many operands a call has. */
  operands: 6,
  /** Which of them is the address of memory to work in, which each thread has of its own; −1 where none is. */
  work: 7,
} as const

/** How often a thread looks before it sleeps: for some 300 µs, since what lies between two calls of a loop takes that long. */
export const SPINS = 48_000

/**
 * A function of what a thread is given, and of what tells that it stands. Made where threads are started, so that
 * programs without them are bundled without it.
 */
export const threadCode = (): string => `(given, ready) => {
  const { memory, modules, words, table, work } = given
  const word = new Int32Array(memory.buffer, words)
  const numbers = new Float64Array(memory.buffer, table)
  const kernels = modules.map((module) => {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    return Object.keys(exports).map((name) => exports[name])
  })
  let job = Atomics.load(word, ${WORD.job})
  ready()
  for (;;) {
    for (let i = 0; i < ${SPINS} && Atomics.load(word, ${WORD.job}) === job; i++);
    Atomics.wait(word, ${WORD.job}, job)
    job = Atomics.load(word, ${WORD.job})
    if (job === -1) return
    for (;;) {
      const call = Atomics.sub(word, ${WORD.left}, 1) - 1
      if (call < 0) break
      try {
        const count = word[${WORD.operands}]
        const operands = Array.from(numbers.subarray(call * count, (call + 1) * count))
        if (word[${WORD.work}] >= 0) operands[word[${WORD.work}]] = work
        kernels[word[${WORD.module}]][word[${WORD.kernel}]](...operands)
      } catch {
        Atomics.store(word, ${WORD.failed}, 1)
      }
      Atomics.add(word, ${WORD.ended}, 1)
      Atomics.notify(word, ${WORD.ended})
    }
  }
}`
