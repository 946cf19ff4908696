// Rehearses releases in a copy of this repository, without publishing: a change of one package releases that
// package and those that depend on it, and nothing else; versions, changelogs, tarballs, tags, and what a registry
// and a reader of its pages want to know are looked at.
// Expects built packages.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const copy = mkdtempSync(join(tmpdir(), 'smol-release-'))
let passed = 0
let failed = 0

function run(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, {
    cwd: copy,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_loglevel: 'error' },
  })
}

function check(name: string, found: unknown, expected: unknown): void {
  const [a, b] = [found, expected].map((x) => JSON.stringify(x))
  if (a === b) passed++
  else failed++
  console.log(a === b ? `ok   ${name}` : `FAIL ${name}: expected ${b}, found ${a}`)
}

type Manifest = {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly repository?: object
}
const PACKAGES = readdirSync(join(root, 'packages'))
const read = (path: string): string => readFileSync(join(copy, path), 'utf8')
const manifestOf = (name: string): Manifest =>
  JSON.parse(read(`packages/${name}/package.json`)) as Manifest
const versions = (): Record<string, string> =>
  Object.fromEntries(PACKAGES.map((name) => [name, manifestOf(name).version]))
const commit = (message: string): string => run('git', 'commit', '--all', '--quiet', '-m', message)

type Kind = 'patch' | 'minor'

/** What became of a version: one more, and nothing behind it. */
function kindOf(before: string, after: string): string {
  const [major, minor, patch] = before.split('.').map(Number)
  if (after === `${major}.${minor}.${patch! + 1}`) return 'patch'
  return after === `${major}.${minor! + 1}.0` ? 'minor' : `${before} → ${after}`
}

/** Releases a change of one package; the packages that got another version, and which. */
function release(name: string, kind: Kind): Record<string, string> {
  const before = versions()
  writeFileSync(
    join(copy, '.changeset', 'rehearsal.md'),
    `---\n'@smol/${name}': ${kind}\n---\n\nA change of ${name}.\n`,
  )
  run('git', 'add', '--all')
  commit(`feat(${name}): a change`)
  run('pnpm', 'exec', 'changeset', 'version')
  run('git', 'add', '--all')
  commit('chore: release')
  const after = versions()
  return Object.fromEntries(
    PACKAGES.filter((each) => before[each] !== after[each]).map((each) => [
      each,
      kindOf(before[each]!, after[each]!),
    ]),
  )
}

/** A package, and a patch of all that depend on it, directly or not. */
function expectedOf(name: string, kind: Kind): Record<string, Kind> {
  const found = new Set([name])
  for (const _ of PACKAGES)
    for (const each of PACKAGES)
      if (Object.keys(manifestOf(each).dependencies ?? {}).some((d) => found.has(d.slice(6))))
        found.add(each)
  return Object.fromEntries(
    PACKAGES.filter((each) => found.has(each)).map((each) => [
      each,
      each === name ? kind : 'patch',
    ]),
  )
}

try {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, copy])
  for (const name of PACKAGES)
    cpSync(join(root, 'packages', name, 'dist'), join(copy, 'packages', name, 'dist'), {
      recursive: true,
    })
  run('git', 'config', 'user.name', 'Rehearsal')
  run('git', 'config', 'user.email', 'rehearsal@example.invalid')
  run('pnpm', 'install', '--frozen-lockfile', '--trust-lockfile', '--prefer-offline')

  // What waits now is released first, so that every rehearsal begins with nothing.
  run('pnpm', 'exec', 'changeset', 'version')
  run('git', 'add', '--all')
  commit('chore: release')
  run('pnpm', 'exec', 'changeset', 'tag')
  check(
    'no change, no release',
    run('pnpm', 'exec', 'changeset', 'status').includes('to be bumped at'),
    false,
  )

  for (const kind of ['patch', 'minor'] as const)
    for (const name of PACKAGES)
      check(`a ${kind} of ${name}`, release(name, kind), expectedOf(name, kind))

  const tags = new Set(run('git', 'tag').split('\n'))
  run('pnpm', 'exec', 'changeset', 'tag')
  const added = run('git', 'tag')
    .split('\n')
    .filter((tag) => !tags.has(tag))
  check(
    'tags',
    added,
    PACKAGES.map((name) => `@smol/${name}@${manifestOf(name).version}`),
  )
  const published = run('pnpm', 'publish', '-r', '--dry-run', '--no-git-checks', '--json')
  check(
    'what would be published',
    (JSON.parse(published) as Manifest[])
      .map(({ name, version }) => `${name}@${version}`)
      .toSorted(),
    added,
  )
  const workflow = read('.github/workflows/release.yml')
  const [, setting = 'unset', value = ''] = /^ +(\w+_PROVENANCE): '(\w+)'$/m.exec(workflow) ?? []
  process.env[setting] = value
  check('provenance', run('pnpm', 'config', 'get', 'provenance').trim(), 'true')
  check('the workflow may sign it', /^ +id-token: write$/m.test(workflow), true)
  process.env['GITHUB_REPOSITORY'] = 'example/smol'
  run('node', '.ci/address.ts')

  for (const name of PACKAGES) {
    const { version } = manifestOf(name)
    const changelog = read(`packages/${name}/CHANGELOG.md`)
    check(
      `${name}: changelog`,
      changelog.includes(`## ${version}\n`) && changelog.includes(`A change of ${name}.`),
      true,
    )
    const list = JSON.parse(
      run(
        'pnpm',
        '--dir',
        join(copy, 'packages', name),
        'pack',
        '--json',
        '--pack-destination',
        copy,
      ),
    ) as { filename: string; files: { path: string }[] }
    const files = new Set(list.files.map(({ path }) => path))
    check(
      `${name}: what else is in its tarball`,
      [...files].filter(
        (file) =>
          !/^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|src\/.*\.ts|dist\/.*\.(?:js|d\.ts)(?:\.map)?)$/.test(
            file,
          ),
      ),
      [],
    )
    check(
      `${name}: tarball`,
      [
        'package.json',
        'README.md',
        'LICENSE',
        'CHANGELOG.md',
        'dist/index.js',
        'dist/index.d.ts',
        'src/index.ts',
      ].filter((file) => !files.has(file)),
      [],
    )
    const unpack = (file: string): string => run('tar', '-xzOf', list.filename, `package/${file}`)
    const packed = JSON.parse(unpack('package.json')) as Manifest
    check(`${name}: where its sources are`, packed.repository, {
      type: 'git',
      url: 'git+https://github.com/example/smol.git',
      directory: `packages/${name}`,
    })
    const links = unpack('README.md').matchAll(/\]\(([^)\s]+)\)/g)
    check(
      `${name}: links that lead nowhere`,
      Array.from(links, ([, to]) => to!).filter((to) => !/^(?:https:|#)/.test(to)),
      [],
    )
    check(
      `${name}: what it depends on`,
      packed.dependencies ?? {},
      Object.fromEntries(
        Object.keys(manifestOf(name).dependencies ?? {}).map((dependency) => [
          dependency,
          `^${manifestOf(dependency.slice(6)).version}`,
        ]),
      ),
    )
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
console.log(`rehearsed releases: ${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
