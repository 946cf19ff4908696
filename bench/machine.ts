// What a run is to be read with: the day, the machine, Node, the commit.
import { execFileSync } from 'node:child_process'
import { cpus, type } from 'node:os'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

export type Machine = {
  readonly date: string
  readonly processor: string
  readonly system: string
  readonly node: string
  readonly commit: string
}

export function describeMachine(node: string): Machine {
  const all = cpus()
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: `${all[0]?.model.trim() ?? 'unknown processor'}, ${all.length} cores`,
    system: type(),
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    commit: git('rev-parse', '--short', 'HEAD'),
  }
}

export function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim()
}
