// Deno and Bun, where npm's packages of them start.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { check, expect, run, skip } from './checks.ts'
import { isSame, type Trained } from './programs.ts'

const { arch, platform } = process
const windows = platform === 'win32'
const denoName = `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`
const bunName = `@oven/bun-${windows ? 'windows' : platform}-${arch === 'arm64' ? 'aarch64' : arch}`

/** The packages that bring them, with the binary in each, and how it is told to run a file. */
const RUNTIMES = [
  {
    name: 'deno',
    version: '2.9.6',
    from: denoName,
    binary: windows ? 'deno.exe' : 'deno',
    // No permission at all.
    start: 'run --no-prompt --no-lock --cached-only --node-modules-dir=manual',
    files: ['use.mjs'],
  },
  {
    name: 'bun',
    version: '1.4.5',
    from: bunName,
    binary: windows ? 'bin/bun.exe' : 'bin/bun',
    start: '--no-install',
    files: ['use.mjs', 'use.cjs'],
  },
] as const

export async function onRuntimes(
  folder: string,
  expected: Trained,
  install: (folder: string, wanted: string) => Promise<unknown>,
): Promise<void> {
  for (const { name, version, from, binary, start, files } of RUNTIMES) {
    const tools = join(folder, '..', name)
    const path = join(tools, 'node_modules', from, binary)
    try {
      // oxlint-disable-next-line no-await-in-loop
      await install(tools, `${from}@${version}`)
      // oxlint-disable-next-line no-await-in-loop
      await run(`"${path}" --version`, folder)
    } catch (error) {
      const reason = existsSync(path) ? 'does not start here' : 'cannot be installed here'
      skip(`${name} ${version}`, `${reason} (${String(error).split('\n')[0]})`)
      continue
    }
    for (const file of files) {
      // oxlint-disable-next-line no-await-in-loop
      await check(`${name} ${version} ${file}`, () => run(`"${path}" ${start} ${file}`, folder))
    }
    // oxlint-disable-next-line no-await-in-loop
    await check(`${name} ${version} trains`, async () => {
      const found = JSON.parse(await run(`"${path}" ${start} print.mjs`, folder)) as Trained
      expect(isSame(found, expected), `${JSON.stringify(found)} is not ${JSON.stringify(expected)}`)
      expect(found.kernels !== 'plain', 'no WebAssembly kernels')
    })
  }
}
