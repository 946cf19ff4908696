// The products of @smol/mlarray on two threads, called as a user calls them.
import type { Contender } from './contender.ts'
import { entryOf, load as loadOurs } from './ours.ts'

/** Looked up by name, since older commits do not have it. It says how many threads there are. */
type Threads = { readonly setThreads?: (threads: number) => Promise<number> }

export async function load(root: string): Promise<Contender> {
  const { setThreads } = (await import(entryOf(root, 'mlarray'))) as Threads
  const threads = await setThreads?.(2)
  return threads === 2 ? loadOurs(root) : { version: '', works: {} }
}
