// `pnpm bench:peers` and `pnpm bench:commits`: installs what this folder's lockfile
// says, then starts the command with its options, if there is one. It runs before
// anything is installed here, so it imports nothing of that.
import { join } from 'node:path'
import { run } from '../.ci/spawn.mjs'

const cwd = import.meta.dirname
const [command = '', ...options] = process.argv.slice(2)
const install = ['install', '--frozen-lockfile', '--trust-lockfile', '--loglevel=warn']
const { status } = run('pnpm', install, { cwd })
if (status !== 0 || !command) process.exit(status ?? 1)
process.exit(run(process.execPath, [join(cwd, `${command}.ts`), ...options]).status ?? 1)
