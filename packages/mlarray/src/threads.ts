/**
 * Threads: a pool of workers that take calls of kernels from a list in memory that all share, together with
 * the thread that posted it, which waits for the rest of them.
 *
 * A call is taken by counting down an atomic word. So a worker that sleeps, or that has ended, or that finds no
 * processor costs the others nothing: they do its calls. Only one that ends during a call can be missed, and
 * the wait for that is bounded. What is called knows nothing of this; results do not depend on who calls.
 * Decision 0030 says why the pool has a memory of its own.
 */
import { Bridge } from './bridge.ts'
import { lostThreadError, threadsError } from './errors.ts'
import { SPINS, threadCode, WORD } from './thread.ts'
import { sharedEngines, wasm, type Engine, type KernelSet } from './wasm.ts'

const MOST_THREADS = 64
const MOST_CALLS = 1024
const MOST_OPERANDS = 32
/** Memory to work in that each thread has, in bytes: what the matrix product needs. */
const workBytes = (engine: Engine): number => engine.run['product_work']!()
/** How long a wait lasts, in milliseconds, and how many of them in vain mean that a worker is lost. */
const WAIT = 50
const MOST_WAITS = 40

/** A worker of whatever kind. */
type Thread = {
  /** Resolves when it stands. */
  readonly ready: Promise<void>
  readonly end: () => void
}

/** What a thread is told at its start. */
type Given = {
  readonly memory: WebAssembly.Memory
  readonly modules: readonly WebAssembly.Module[]
  readonly words: number
  readonly table: number
  readonly work: number
}

/** Calls of one kernel, each with as many operands. */
export type Calls = {
  readonly kernel: string
  /** Which operand is the address of memory to work in, which is filled in. */
  readonly work?: number
  readonly operands: readonly (readonly number[])[]
  /** What this thread does before it takes calls. */
  readonly first?: () => void
}

/** Several threads, this one among them, over memory that they share. */
export class Pool {
  readonly size: number
  /** Why it is not to be used any more. */
  failure: Error | undefined
  readonly #engines: readonly Engine[]
  readonly #names: readonly (readonly string[])[]
  readonly #word: Int32Array
  readonly #numbers: Float64Array
  readonly #work: number
  readonly #threads: readonly Thread[]
  #bridge: Bridge | undefined
  readonly ready: Promise<unknown>

  constructor(size: number) {
    this.size = size
    this.#engines = sharedEngines()
    const [engine] = this.#engines
    if (engine === undefined) throw new Error('no kernels')
    const { memory } = engine
    const words = engine.keep(64)
    const table = engine.keep(MOST_CALLS * MOST_OPERANDS * 8)
    this.#names = this.#engines.map(({ run }) => Object.keys(run))
    this.#word = new Int32Array(memory.buffer, words, 16)
    this.#numbers = new Float64Array(memory.buffer, table, MOST_CALLS * MOST_OPERANDS)
    this.#work = engine.keep(workBytes(engine))
    const modules = this.#engines.map(({ module }) => module)
    const lost = (): void => void (this.failure ??= lostThreadError())
    this.#threads = Array.from({ length: size - 1 }, () =>
      startThread({ memory, modules, words, table, work: engine.keep(workBytes(engine)) }, lost),
    )
    this.ready = Promise.all(this.#threads.map(({ ready }) => ready))
  }

  /** The memory of the pool, with a set of kernels. */
  engine(set: KernelSet): Engine | undefined {
    return this.#engines.find((engine) => engine.set === set)
  }

  /** Copies between the memory of an engine and this one. */
  bridge(engine: Engine): Bridge {
    if (this.#bridge?.engine !== engine) this.#bridge = new Bridge(this.#engines[0]!, engine)
    return this.#bridge
  }

  /** Runs all calls, on operands that lie in the memory of the pool. */
  run(engine: Engine, { kernel, work = -1, operands, first }: Calls): void {
    for (let from = 0; from < operands.length; from += MOST_CALLS) {
      const calls = operands.slice(from, from + MOST_CALLS)
      const began = performance.now()
      this.#post(engine, kernel, work, calls)
      if (from === 0) first?.()
      this.#takePart(engine.run[kernel]!, work, calls)
      this.#await(calls.length, performance.now() - began)
    }
  }

  #takePart(kernel: (...operands: number[]) => void, work: number, calls: Calls['operands']): void {
    const word = this.#word
    for (;;) {
      const next = Atomics.sub(word, WORD.left, 1) - 1
      if (next < 0) return
      const operands = calls[next]!
      kernel(...(work < 0 ? operands : operands.with(work, this.#work)))
      Atomics.add(word, WORD.ended, 1)
    }
  }

  #post(engine: Engine, kernel: string, work: number, calls: Calls['operands']): void {
    const word = this.#word
    const module = this.#engines.indexOf(engine)
    word[WORD.module] = module
    word[WORD.kernel] = this.#names[module]!.indexOf(kernel)
    word[WORD.work] = work
    word[WORD.operands] = calls[0]!.length
    calls.forEach((operands, i) => this.#numbers.set(operands, i * operands.length))
    Atomics.store(word, WORD.ended, 0)
    Atomics.store(word, WORD.left, calls.length)
    Atomics.store(word, WORD.job, (word[WORD.job]! + 1) & 0x7fffffff)
    Atomics.notify(word, WORD.job)
  }

  /** Waits until `count` calls have ended, when this thread's own took so many milliseconds. */
  #await(count: number, own: number): void {
    const word = this.#word
    for (let i = 0; i < SPINS; i++) if (Atomics.load(word, WORD.ended) === count) break
    // Counted in waits, not by the clock, which goes on while a computer sleeps.
    let patience = MOST_WAITS + (20 * own) / WAIT
    for (;;) {
      const ended = Atomics.load(word, WORD.ended)
      if (ended === count) break
      if (Atomics.wait(word, WORD.ended, ended, WAIT) === 'timed-out' && --patience < 0)
        giveUp(this)
    }
    if (Atomics.load(word, WORD.failed) === 1) giveUp(this)
  }

  /** Lets the workers go. */
  end(): void {
    Atomics.store(this.#word, WORD.job, -1)
    Atomics.notify(this.#word, WORD.job)
    for (const thread of this.#threads) thread.end()
  }
}

// ---- The pool that runs ----

let pool: Pool | undefined

/** The pool, where there are several threads. */
export function threads(): Pool | undefined {
  if (pool?.failure !== undefined) giveUp(pool)
  return pool
}

/** One thread from now on, since one was lost; its memory may still be written to, and is not used again. */
function giveUp(lost: Pool): never {
  if (pool === lost) pool = undefined
  lost.end()
  throw lost.failure ?? lostThreadError()
}

let turn: Promise<unknown> = Promise.resolve()

/**
 * Lets large operations run on `n` threads; resolves when they stand, with the number of threads that run from
 * now on. Results do not depend on it. The threads sleep while there is nothing to do, and end with the
 * process; `setThreads(1)` lets them go.
 *
 * They need memory that threads can share, and a thread that may wait: Node, or a worker of a page that is
 * cross-origin isolated. Elsewhere a warning says what is missing, and one thread runs.
 *
 * @throws RangeError where `n` is not an integer from 1 to 64.
 */
export async function setThreads(n: number): Promise<number> {
  if (!Number.isInteger(n) || n < 1 || n > MOST_THREADS) throw threadsError(n)
  const change = turn.then(() => startPool(n))
  turn = change
  return change
}

async function startPool(n: number): Promise<number> {
  if (n === (pool?.size ?? 1) && pool?.failure === undefined) return n
  pool?.end()
  pool = undefined
  if (n === 1) return 1
  const obstacle = missing()
  if (obstacle !== undefined) return stayAlone(obstacle)
  let next: Pool | undefined
  try {
    next = new Pool(n)
    await next.ready
  } catch (error) {
    next?.end()
    return stayAlone(`no thread could be started (${String(error)})`)
  }
  pool = next
  return n
}

/** What threads need and is not here. */
function missing(): string | undefined {
  if (wasm() === undefined) return 'the plain kernels serve'
  if (typeof SharedArrayBuffer === 'undefined')
    return 'no memory can be shared (is the page cross-origin isolated?)'
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
  } catch {
    return 'this thread may not wait (call it in a worker)'
  }
  return undefined
}

function stayAlone(reason: string): number {
  console.warn(`setThreads: ${reason}; one thread runs.`)
  return 1
}

// ---- Workers ----

type NodeWorker = {
  once(event: string, listener: (given: unknown) => void): void
  unref(): void
  terminate(): unknown
}
type NodeThreads = {
  Worker: new (code: string, options: { eval: true; execArgv: []; workerData: Given }) => NodeWorker
}

/** Not imported, so that bundlers for pages need not know of it. */
function nodeThreads(): NodeThreads | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => unknown }
  }
  return process?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined
}

/** `lost` is called where a worker ends of itself after it stood. */
function startThread(given: Given, lost: () => void): Thread {
  const node = nodeThreads()
  return node === undefined ? startInPage(given, lost) : startInNode(node, given, lost)
}

function startInNode({ Worker: NodeThread }: NodeThreads, given: Given, lost: () => void): Thread {
  const code = `const { parentPort, workerData } = require('node:worker_threads');
(${threadCode()})(workerData, () => parentPort.postMessage(''))`
  const worker = new NodeThread(code, { eval: true, execArgv: [], workerData: given })
  let isLetGo = false
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => {
      // Not before: a process that waits for it would end.
      worker.unref()
      resolve()
    })
    worker.once('error', reject)
    worker.once('exit', (status) => {
      if (!isLetGo) lost()
      reject(new Error(`exit code ${String(status)}`))
    })
  })
  const end = (): void => {
    isLetGo = true
    worker.terminate()
  }
  return { ready, end }
}

function startInPage(given: Given, lost: () => void): Thread {
  const code = `onmessage = ({ data }) => (${threadCode()})(data, () => postMessage(''))`
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  const worker = new Worker(url)
  const ready = new Promise<void>((resolve, reject) => {
    worker.addEventListener('message', () => resolve())
    worker.addEventListener('error', ({ message }) => {
      lost()
      reject(new Error(message))
    })
  }).finally(() => URL.revokeObjectURL(url))
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  worker.postMessage(given)
  return { ready, end: () => worker.terminate() }
}
