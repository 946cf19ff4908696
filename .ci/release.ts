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
      if (
        Object.keys(manifestOf(each).dependencies ?? {}).some((d) =>
          found.has(d.slice('@smol/'.length)),
        )
      )
        found.add(each)
  return Object.fromEntries(
    PACKAGES.filter((each) => found.has(each)).map((each) => [
      each,
      each === name ? kind : 'patch',
    ]),
  )
}

/** A copy of what is committed, with what was built of it; what waits there now is released. */
function setUp(): void {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, copy])
  for (const name of PACKAGES)
    cpSync(join(root, 'packages', name, 'dist'), join(copy, 'packages', name, 'dist'), {
      recursive: true,
    })
  run('git', 'config', 'user.name', 'Rehearsal')
  run('git', 'config', 'user.email', 'rehearsal@example.invalid')
  run('pnpm', 'install', '--frozen-lockfile', '--trust-lockfile', '--prefer-offline')
  run('pnpm', 'exec', 'changeset', 'version')
  run('git', 'add', '--all')
  commit('chore: release')
  run('pnpm', 'exec', 'changeset', 'tag')
}

function checkVersions(): void {
  const status = run('pnpm', 'exec', 'changeset', 'status')
  check('no change, no release', status.includes('to be bumped at'), false)
  for (const kind of ['patch', 'minor'] as const)
    for (const name of PACKAGES)
      check(`a ${kind} of ${name}`, release(name, kind), expectedOf(name, kind))
}

/** By now every package has a version that no tag has. */
function checkPublishing(): void {
  const expected = PACKAGES.map((name) => `@smol/${name}@${manifestOf(name).version}`)
  const tags = new Set(run('git', 'tag').split('\n'))
  run('pnpm', 'exec', 'changeset', 'tag')
  const added = run('git', 'tag')
    .split('\n')
    .filter((tag) => !tags.has(tag))
  check('tags', added, expected)
  const published = run('pnpm', 'publish', '-r', '--dry-run', '--no-git-checks', '--json')
  const names = (JSON.parse(published) as Manifest[]).map(
    ({ name, version }) => `${name}@${version}`,
  )
  check('what would be published', names.toSorted(), expected)
}

function checkProvenance(): void {
  const workflow = read('.github/workflows/release.yml')
  const [, setting = 'unset', value = ''] = /^ +(\w+_PROVENANCE): '(\w+)'$/m.exec(workflow) ?? []
  process.env[setting] = value
  check('provenance', run('pnpm', 'config', 'get', 'provenance').trim(), 'true')
  check('the workflow may sign it', /^ +id-token: write$/m.test(workflow), true)
}

/** What every tarball has, and what else may be in one. */
const CONTENTS = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'dist/index.js',
  'dist/index.d.ts',
  'src/index.ts',
]
const ALLOWED =
  /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|src\/.*\.ts|dist\/.*\.(?:js|d\.ts)(?:\.map)?)$/

function checkTarball(name: string): void {
  const { version, dependencies = {} } = manifestOf(name)
  const changelog = read(`packages/${name}/CHANGELOG.md`)
  const told = [`## ${version}\n`, `A change of ${name}.`]
  check(
    `${name}: changelog`,
    told.filter((text) => !changelog.includes(text)),
    [],
  )
  const folder = join(copy, 'packages', name)
  const { filename, files } = JSON.parse(
    run('pnpm', '--dir', folder, 'pack', '--json', '--pack-destination', copy),
  ) as { filename: string; files: { path: string }[] }
  const paths = files.map(({ path }) => path)
  const others = paths.filter((path) => !ALLOWED.test(path))
  check(`${name}: what else is in its tarball`, others, [])
  const missing = CONTENTS.filter((path) => !paths.includes(path))
  check(`${name}: what its tarball misses`, missing, [])

  const unpack = (file: string): string => run('tar', '-xzOf', filename, `package/${file}`)
  const packed = JSON.parse(unpack('package.json')) as Manifest
  check(`${name}: where its sources are`, packed.repository, {
    type: 'git',
    url: 'git+https://github.com/example/smol.git',
    directory: `packages/${name}`,
  })
  const links = Array.from(unpack('README.md').matchAll(/\]\(([^)\s]+)\)/g), ([, to]) => to!)
  const dead = links.filter((to) => !/^(?:https:|#)/.test(to))
  check(`${name}: links that lead nowhere`, dead, [])
  const needed = Object.keys(dependencies).map((each) => [
    each,
    `^${manifestOf(each.slice('@smol/'.length)).version}`,
  ])
  check(
    `${name}: what it depends on`,
    packed.dependencies ?? {},
    Object.fromEntries(needed) as Record<string, string>,
  )
}

try {
  setUp()
  checkVersions()
  checkPublishing()
  checkProvenance()
  process.env['GITHUB_REPOSITORY'] = 'example/smol'
  run('node', '.ci/address.ts')
  for (const name of PACKAGES) checkTarball(name)
} finally {
  rmSync(copy, { recursive: true, force: true })
}
console.log(`rehearsed releases: ${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
