// `npm start` and `npm test` need nothing but Node and npm: this installs what
// the lockfile says, with the pnpm that package.json pins, and runs a root script
// with it. A pnpm on PATH of the same major version serves; otherwise npx brings
// one. It has no dependencies and runs on any Node that the packages support.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from './spawn.mjs'

const cwd = fileURLToPath(new URL('..', import.meta.url))
const { packageManager } = JSON.parse(readFileSync(`${cwd}package.json`, 'utf8'))
const pin = packageManager.split('+')[0] // pnpm@12.21.0
const major = pin.slice('pnpm@'.length).split('.')[0]

/** @type {NodeJS.ProcessEnv} */
const env = { TURBO_TELEMETRY_DISABLED: '1', ...process.env }

const found = run('pnpm', ['--version'], { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] })
if (found.status !== 0 || String(found.stdout).trim().split('.')[0] !== major) {
  // Only the PATH is taken from npx: what runs inside `npx --call` inherits that
  // setting, and every npx further down stumbles over it.
  const npx = run(
    'npx',
    [
      '--yes',
      '--prefer-offline',
      '--loglevel=error',
      `--package=${pin}`,
      '--call=node -p process.env.PATH',
    ],
    { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  if (npx.status !== 0) {
    console.error(`npx could not bring ${pin}: is the npm registry within reach?`)
    process.exit(1)
  }
  env['PATH'] = String(npx.stdout).trim()
}

// The lockfile is the repository's own: pnpm need not ask the registry about
// each entry again on every fresh clone. Once all is there it has nothing to say.
const quiet = existsSync(`${cwd}node_modules`) ? ['--loglevel=warn'] : []
for (const args of [
  [...quiet, 'install', '--frozen-lockfile', '--trust-lockfile'],
  ['--silent', 'run', ...process.argv.slice(2)],
]) {
  const { status } = run('pnpm', args, { cwd, env })
  if (status !== 0) process.exit(status ?? 1)
}
