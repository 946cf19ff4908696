// The suites against the built packages where users run them: `pnpm test:platforms`. Every supported Node with
// the kernels that it chooses, then each set of kernels and two threads on the pinned Node, then Chromium.
//   RUNS=node20.19,simd,browser node .ci/platforms.ts   narrows it; CHROMIUM=/path/to/chromium says where that is
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const vitest = join('node_modules', 'vitest', 'vitest.mjs')
const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

type Run = {
  readonly config?: string
  /** As npm's `node` package has it; the pinned one without. */
  readonly node?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Without relaxed instructions, which Node 20 does not know, the kernels that are chosen are `simd`. */
const runs: Readonly<Record<string, Run>> = {
  'node20.19': { node: '20.19', env: { KERNELS: 'simd' } },
  node22: { node: '22', env: { KERNELS: 'relaxed' } },
  node24: { node: '24', env: { KERNELS: 'relaxed' } },
  plain: { env: { KERNELS: 'plain' } },
  simd: { env: { KERNELS: 'simd' } },
  relaxed: { env: { KERNELS: 'relaxed' } },
  'simd-threads': { env: { KERNELS: 'simd', THREADS: '2' } },
  'relaxed-threads': { env: { KERNELS: 'relaxed', THREADS: '2' } },
  browser: { config: 'browser.config.ts', env: { CHROMIUM: chromium } },
}

function outcomeOf({ config = 'platforms.config.ts', node, env = {} }: Run): boolean {
  const [command = '', ...start] =
    node === undefined ? [process.execPath] : ['npx', '--yes', `node@${node}`]
  const rest = [...start, vitest, 'run', '--config', join('.ci', config)]
  const options = {
    cwd: root,
    stdio: 'inherit',
    shell: node !== undefined && process.platform === 'win32',
    // CI: a snapshot that does not fit is a failure, and none is written.
    env: { ...process.env, CI: '1', ...env },
  } as const
  return spawnSync(command, [...rest, '--reporter=dot'], options).status === 0
}

const wanted = process.env['RUNS']?.split(',') ?? Object.keys(runs)
const lines: string[] = []
let failed = 0
for (const name of wanted) {
  const run = runs[name]
  if (run === undefined) throw new RangeError(`${name} is none of ${Object.keys(runs).join(', ')}`)
  if (name === 'browser' && !existsSync(chromium)) {
    lines.push(`skip ${name}: there is no ${chromium}`)
    continue
  }
  console.log(`\n=== ${name}`)
  const start = performance.now()
  const passed = outcomeOf(run)
  if (!passed) failed++
  const seconds = Math.round((performance.now() - start) / 1000)
  lines.push(`${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
}
console.log(`\n${lines.join('\n')}`)
process.exitCode = failed > 0 ? 1 : 0
