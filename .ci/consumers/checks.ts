// What every part of `pnpm test:packages` shares: commands, and checks that are counted.
import { exec } from 'node:child_process'
import { promisify } from 'node:util'

let passed = 0
let failed = 0

/** Runs a command in a folder; what it printed. Fails with what it printed where it fails. */
export async function run(command: string, cwd: string): Promise<string> {
  const { stdout } = await promisify(exec)(command, {
    cwd,
    maxBuffer: 2 ** 26,
    env: { ...process.env, npm_config_loglevel: 'error' },
  })
  return stdout
}

/** Counts whether an action ends well, and says why not. */
export async function check(name: string, action: () => unknown): Promise<void> {
  const start = performance.now()
  try {
    await action()
    passed++
    console.log(`ok   ${name} (${Math.round(performance.now() - start)} ms)`)
  } catch (error) {
    failed++
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    console.log(`FAIL ${name}\n${String(error)}\n${stdout}${stderr}`)
  }
}

/** Says what could not be checked here. */
export function skip(name: string, reason: string): void {
  console.log(`skip ${name}: ${reason}`)
}

export function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}

/** The line that CI adds up. */
export function summary(): boolean {
  console.log(`packed packages: ${passed} passed, ${failed} failed`)
  return failed === 0
}
