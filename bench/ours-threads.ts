// The products of @smol/mlarray on two threads, called as a user calls them.
import type { Contender } from './contender.ts'
import { entryOf, load as loadOurs } from './ours.ts'

/** The setting is looked up by name, since older commits do not have it. */
type Threads = { readonly setThreads?: (threads: number) => Promise<void> }

export async function load(root: string): Promise<Contender> {
  const { setThreads } = (await import(entryOf(root, 'mlarray'))) as Threads
  if (!setThreads) return { version: '', works: {} }
  await setThreads(2)
  return loadOurs(root)
}
