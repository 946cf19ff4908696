// A contender in a process of its own: `node worker.ts <contender> <root>`. It gets a
// request per line and answers each with a line on the fourth channel, since peers
// print to the others. python.py speaks the same.
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { CONTENDERS } from './contenders.ts'
import type { ContenderName, Work } from './contender.ts'
import type { Reply, Request } from './protocol.ts'
import { BLOCKS } from './protocol.ts'

const [name, root] = process.argv.slice(2) as [ContenderName, string]
const replies = createWriteStream('', { fd: 3 })
let work: Work | undefined

async function open(title: string): Promise<Reply> {
  const { version, works } = await CONTENDERS[name](root)
  const make = works[title]
  if (!make) throw new Error('not available')
  work = await make()
  return { version }
}

async function check(runs: number): Promise<Reply> {
  const samples: number[] = []
  const sums: number[] = []
  let length = 0
  for (let i = 0; i < runs; i++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await work!.run()
    // oxlint-disable-next-line no-await-in-loop
    const result = await work!.result?.()
    length = result?.length ?? 0
    const step = Math.ceil(length / BLOCKS)
    for (let j = 0; j < length; j += step) {
      samples.push(result![j]!)
      sums.push(sumOf(result!, j, step))
    }
  }
  return { length, samples, sums }
}

/** The sum of a block; numbers that have changed places change it. */
function sumOf(result: ArrayLike<number>, start: number, size: number): number {
  let sum = 0
  for (let k = 0; k < size && start + k < result.length; k++)
    sum += (1 + k / size) * result[start + k]!
  return sum
}

/** Runs until the time is over, or as often as it is told. */
async function time({ runs = Infinity, ms = Infinity }): Promise<Reply> {
  const { run } = work!
  const start = performance.now()
  let done = 0
  while (done < runs && performance.now() - start < ms) {
    const running = run()
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    if (running) await running
    done++
  }
  return { ms: performance.now() - start, runs: done }
}

function answer(request: Request): Promise<Reply> {
  if ('open' in request) return open(request.open)
  if ('check' in request) return check(request.check)
  return time(request)
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line) as Request).catch((error: unknown) => ({
    error: error instanceof Error ? error.message : String(error),
  }))
  replies.write(`${JSON.stringify(reply)}\n`)
}
process.exit(0)
