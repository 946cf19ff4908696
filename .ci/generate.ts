// `pnpm generate [name …]` writes anew what is committed and follows from something else: loops, tables, pictures,
// pages, reports of the public surface, sizes. All of it, or the parts that are named, in the order below, since each
// part reads what those above it have written, and is run on what is built of them. What is up to date stays as it
// is: on a clean tree nothing changes. Measured figures and reference values have programs of their own.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './spawn.mjs'

type Part = {
  /** What turbo must have done before. */
  readonly built?: readonly string[]
  readonly programs: readonly (readonly [file: string, ...options: string[]])[]
}

const parts: Readonly<Record<string, Part>> = {
  value: { programs: [['packages/value/tools/operations.ts']] },
  mlarray: {
    built: ['wasm', '--filter=@smol/mlarray'],
    programs: [['packages/mlarray/tools/loops.ts'], ['packages/mlarray/tools/operations.ts']],
  },
  losses: {
    built: ['build', '--filter=@smol/losses'],
    programs: [['packages/losses/tools/pictures.ts']],
  },
  optim: {
    built: ['build', '--filter=@smol/optim'],
    programs: [['packages/optim/tools/paths.ts']],
  },
  docs: {
    built: ['build'],
    programs: [
      ['docs/tools/operations.ts'],
      ['docs/tools/guide.ts'],
      ['docs/tools/contributing.ts'],
      ['docs/tools/update-gallery.ts', '--no-run'],
    ],
  },
  api: { built: ['build'], programs: [['.ci/api.ts', '--write']] },
  sizes: { built: ['build'], programs: [['.ci/size.ts', '--write']] },
}

const cwd = join(import.meta.dirname, '..')
const names = process.argv.slice(2)
const unknown = names.find((name) => parts[name] === undefined)
if (unknown !== undefined) {
  const expected = Object.keys(parts).join(', ')
  console.error(`generate: there is no part "${unknown}"; expected some of: ${expected}.`)
  process.exit(2)
}

const git = (args: readonly string[], input = ''): string[] =>
  execFileSync('git', args, { cwd, input, encoding: 'utf8' }).split('\n').slice(0, -1)

/** All files that git knows or may add, with what is in each. */
function contents(): ReadonlyMap<string, string> {
  const files = git(['ls-files', '-co', '--exclude-standard', '--deduplicate']).filter((file) =>
    existsSync(join(cwd, file)),
  )
  const hashes = git(['hash-object', '--stdin-paths'], `${files.join('\n')}\n`)
  return new Map(files.map((file, i) => [file, hashes[i]!]))
}

/** What a program prints is of interest only where it fails. */
function succeeds(command: string, args: readonly string[]): boolean {
  const { status, stdout, stderr } = run(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  if (status !== 0) console.error(`${String(stdout)}${String(stderr)}`)
  return status === 0
}

const before = contents()
const failed: string[] = []
for (const [name, { built, programs }] of Object.entries(parts)) {
  if (names.length > 0 && !names.includes(name)) continue
  console.log(name)
  if (built !== undefined && !succeeds('turbo', ['run', ...built])) {
    failed.push(`${name} (its build)`)
    break
  }
  for (const [file, ...options] of programs)
    if (!succeeds(process.execPath, [file, ...options])) failed.push(`${name} (${file})`)
}
const changes = (): string[] =>
  [...contents()].flatMap(([file, hash]) => (before.get(file) === hash ? [] : file))
const written = changes()
if (written.length > 0 && !succeeds('oxfmt', ['--no-error-on-unmatched-pattern', ...written]))
  failed.push('formatting')
const changed = changes()
for (const file of changed) console.log(`wrote ${file}`)
if (changed.length === 0) console.log('all of it was up to date')
for (const what of failed) console.error(`generate: failed: ${what}.`)
process.exitCode = failed.length > 0 ? 1 : 0
