// `pnpm example <name> [options]` builds the packages that examples/<name> uses
// and runs its start script, which gets the options as they were written.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './spawn.mjs'

const examples = join(import.meta.dirname, '..', 'examples')
const names = existsSync(examples)
  ? readdirSync(examples).filter((name) => existsSync(join(examples, name, 'package.json')))
  : []
const [name = '', ...options] = process.argv.slice(2)
if (!names.includes(name)) {
  console.error(`example: there is no example "${name}"; expected one of: ${names.join(', ')}.`)
  process.exit(2)
}

const cwd = join(examples, name)
const manifest = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as { name: string }

// The build is of interest only where it fails: the terminal is the example's.
const build = run('turbo', ['run', 'build', `--filter=${manifest.name}^...`], {
  stdio: ['ignore', 'pipe', 'pipe'],
})
if (build.status !== 0) {
  console.error(`${String(build.stdout)}${String(build.stderr)}`)
  process.exit(build.status ?? 1)
}
process.exit(run('pnpm', ['--silent', 'start', ...options], { cwd }).status ?? 1)
