// Builds the packages of a checkout. What the tools print is of interest only where
// they fail.
import { run } from '../.ci/spawn.mjs'

export function build(root: string): void {
  quietly('pnpm', ['exec', 'turbo', 'run', 'build', '--filter=./packages/*'], root)
}

export function quietly(program: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr, error } = run(program, args, { cwd, stdio: 'pipe' })
  if (status === 0) return
  const output = `${String(stdout)}${String(stderr)}${error?.message ?? ''}`
  throw new Error(`${program} ${args[0]} failed:\n${output}`)
}
