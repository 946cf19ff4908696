// Calls that ask for more than any machine has, one after the other in a process with little memory, which must
// survive them all. The packages above take this file from here, and bring calls of their own.
import { spawnSync } from 'node:child_process'
import { resourceUsage } from 'node:process'

export type Calls = Readonly<Record<string, () => unknown>>

type Outcome = {
  readonly begins?: string
  readonly name: string
  readonly isRefused: boolean
  readonly op?: unknown
  readonly message?: unknown
  readonly grown: number
}

// ---- In the process ----

export const any = (given: unknown): never => given as never

/** As long as a list can be, in no memory. */
// oxlint-disable-next-line unicorn/no-new-array -- a list of holes is meant
export const holes = (): never => any(new Array(2 ** 32 - 1))

export function deep(depth = 1e5): never {
  let list: unknown = 1
  for (let i = 0; i < depth; i++) list = [list]
  return any(list)
}

/** A list of 2⁶⁰ numbers, in little memory. */
export function doubled(): never {
  let list: unknown = 1
  for (let i = 0; i < 60; i++) list = [list, list]
  return any(list)
}

/**
 * Makes each call; the first must be refused, the others work. Says as lines of JSON what was thrown, and by how
 * much the most memory that the process has ever had has grown.
 */
export async function tell(refused: Calls, taken: Calls = {}): Promise<void> {
  const all = [
    ...Object.entries(refused).map(([name, call]) => [name, call, true] as const),
    ...Object.entries(taken).map(([name, call]) => [name, call, false] as const),
  ]
  for (const [name, call, isRefused] of all) {
    console.log(JSON.stringify({ begins: name }))
    const before = resourceUsage().maxRSS
    let thrown: unknown
    try {
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      await call()
    } catch (error) {
      thrown = error
    }
    const { op, message } = (thrown ?? {}) as { op?: unknown; message?: unknown }
    const grown = Math.round((resourceUsage().maxRSS - before) / 1024)
    console.log(JSON.stringify({ name, isRefused, op, message, grown }))
  }
}

// ---- Outside ----

/** Megabytes: what a call itself may make of its arguments. */
const MOST_GROWN = 32

// Node 20 runs no TypeScript.
export const runsTypeScript = Boolean(
  (process.features as { readonly typescript?: unknown }).typescript,
)

/** Runs a module that tells of its calls: how many there were, and each that was not as it must be. */
export function dangers(path: string): { readonly calls: number; readonly wrong: string[] } {
  const { stdout, status, signal } = spawnSync(
    process.execPath,
    ['--max-old-space-size=64', path],
    { encoding: 'utf8', timeout: 60_000 },
  )
  const told = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Outcome)
  const calls = told.filter(({ begins }) => begins === undefined)
  const wrong = calls.flatMap(wrongIn)
  // The last one to begin is what ended the process.
  if (status !== 0 || told.length === 0)
    wrong.push(`${told.at(-1)?.begins}: ended by ${signal ?? status}`)
  return { calls: calls.length, wrong }
}

function wrongIn({ name, isRefused, op, message, grown }: Outcome): string[] {
  const text = String(message)
  const begins = text.slice(0, text.indexOf(': '))
  const isOurs = (begins === op || begins === `customOp ${String(op)}`) && text.endsWith('.')
  return [
    ...(isRefused && message === undefined ? [`${name}: not refused`] : []),
    ...(isRefused && message !== undefined && !isOurs ? [`${name}: ${text}`] : []),
    ...(!isRefused && message !== undefined ? [`${name}: refused: ${text}`] : []),
    ...(grown < MOST_GROWN ? [] : [`${name}: ${grown} MB more`]),
  ]
}
