// Starts a contender's process and talks to it. It knows nothing of what is compared.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { ContenderName } from './contender.ts'
import type { Checked, Opened, Reply, Request, Timed } from './protocol.ts'

/** Who runs: a contender, and for ours the checkout whose packages it loads. */
export type Side = {
  readonly contender: ContenderName
  readonly label: string
  readonly root: string
  /** The program that runs Node. */
  readonly node: string
}

/** Two libraries know each variable; both are told to stay on one thread. */
const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'

export class Contestant {
  readonly side: Side
  readonly #process: ChildProcess
  readonly #replies: AsyncIterator<string>
  #stderr = ''

  constructor(side: Side) {
    this.side = side
    this.#process = start(side)
    this.#process.stderr!.on('data', (text: Buffer) => (this.#stderr += String(text)))
    // Who cannot be started, or has died, does not answer; `#ask` says so.
    this.#process.on('error', (error) => (this.#stderr += error.message))
    this.#process.stdin!.on('error', () => {})
    const input = this.#process.stdio[3] as Readable
    this.#replies = createInterface({ input })[Symbol.asyncIterator]()
  }

  open(work: string): Promise<Opened> {
    return this.#ask<Opened>({ open: work })
  }

  check(runs: number): Promise<Checked> {
    return this.#ask<Checked>({ check: runs })
  }

  time(request: { readonly runs: number } | { readonly ms: number }): Promise<Timed> {
    return this.#ask<Timed>(request)
  }

  close(): void {
    this.#process.stdin!.end()
    this.#process.kill()
  }

  async #ask<R extends Reply>(request: Request): Promise<R> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await this.#replies.next()
    const last = this.#stderr.trim().split('\n').at(-1)
    if (done) throw new Error(`its process ended: ${last || 'without a message'}`)
    const reply = JSON.parse(value) as Reply
    if ('error' in reply) throw new Error(reply.error)
    return reply as R
  }
}

function start({ contender, root, node }: Side): ChildProcess {
  const here = import.meta.dirname
  const [program, args] =
    contender === 'numpy' || contender === 'torch'
      ? ([PYTHON, [join(here, 'python.py'), contender]] as const)
      : ([node, [join(here, 'worker.ts'), contender, root]] as const)
  // Whoever forces OpenBLAS to a kind of processor would measure that one's instructions.
  const { OPENBLAS_CORETYPE: _, ...env } = process.env
  return spawn(program, args, {
    env: { ...env, ...ONE_THREAD },
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  })
}
