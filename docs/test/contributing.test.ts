// The first contributions of docs/contributing: each diff applies to a copy of the packages as they are now,
// and the commands of its page succeed there. Nothing is installed: what the copy imports is linked.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  commandsOf,
  contributions,
  filesOf,
  linesOf,
  pageOf,
  withDiff,
} from '../tools/contributing.ts'

const root = join(import.meta.dirname, '..', '..')
const packages = readdirSync(join(root, 'packages'))

/** Links what a folder's `node_modules` holds, but not what tools write there. */
function link(folder: string, copy: string): void {
  mkdirSync(join(copy, 'node_modules'), { recursive: true })
  for (const name of readdirSync(join(root, folder, 'node_modules'))) {
    if (name === '.bin' || !name.startsWith('.'))
      symlinkSync(join(root, folder, 'node_modules', name), join(copy, 'node_modules', name))
  }
}

/** The packages with what was built of them, in a repository of its own. */
function copyOfPackages(): string {
  const copy = mkdtempSync(join(tmpdir(), 'smol-contributing-'))
  onTestFinished(() => rmSync(copy, { recursive: true }))
  execFileSync('git', ['init', '--quiet', copy])
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const built = packages.flatMap((name) =>
    ['dist', 'src/generated', 'assembly/generated'].map((folder) => `packages/${name}/${folder}`),
  )
  for (const path of [...listed.split('\0'), ...built]) {
    const isWanted = /^(?:packages|\.ci|\.changeset|docs\/contributing)\/|^[^/]+$/.test(path)
    if (!isWanted || !existsSync(join(root, path))) continue
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    cpSync(join(root, path), join(copy, path), { recursive: true })
  }
  link('.', copy)
  for (const name of packages) {
    const folder = join(copy, 'packages', name)
    link(join('packages', name), folder)
    // The packages import one another in the copy.
    rmSync(join(folder, 'node_modules', '@smol'), { force: true })
    mkdirSync(join(folder, 'node_modules', '@smol'))
    for (const other of packages)
      symlinkSync(join(copy, 'packages', other), join(folder, 'node_modules', '@smol', other))
  }
  return copy
}

/** Runs commands until one fails; gives what they printed where one does. */
function failureOf(commands: string, cwd: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', commands], {
    cwd,
    encoding: 'utf8',
    // Vitest would take the settings of the one that runs this for its own. What a change leaves as it was need not
    // be built again.
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      CI: 'true',
      TURBO_CACHE_DIR: join(root, '.turbo', 'cache'),
      TURBO_CACHE: 'local:r',
      TURBO_TELEMETRY_DISABLED: '1',
    },
  })
  return status === 0 ? '' : `${status}: ${stdout}${stderr}`
}

test.for(contributions)('%s: its page shows the diff', (name) => {
  expect(pageOf(name)).toBe(withDiff(name))
  for (const path of filesOf(name)) expect(pageOf(name)).toContain(path)
  expect(commandsOf(name)).toContain(`git apply docs/contributing/${name}.diff\n`)
  expect(commandsOf(name)).toContain(' exec vitest run ')
})

test.for(contributions)(
  '%s: applied to a copy, its commands succeed',
  { timeout: 900_000 },
  (name) => {
    const copy = copyOfPackages()
    expect(failureOf(commandsOf(name), copy)).toBe('')
  },
)

test('the proof of an operation fails where its derivative is wrong', { timeout: 900_000 }, () => {
  const copy = copyOfPackages()
  const wrong = 's/m.div(1, m.square(m.add(1/m.div(2, m.square(m.add(1/'
  const [apply, ...rest] = commandsOf('operation').split('\n')
  const commands = [apply, `sed -i.bak '${wrong}' packages/value/src/ops.ts`, ...rest]
  expect(failureOf(commands.join('\n'), copy)).toContain('softsign(-3.7), derivative 1')
})

test('the guide has a line for every contribution, with its lines of source', () => {
  const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const rows = guide.matchAll(/^\| \[\w+\]\(docs\/contributing\/(\w+)\.md\).* (\d+) *\|$/gm)
  const stated = Array.from(rows, ([, name, lines]) => [name, Number(lines)])
  const counted = contributions.map((name) => [name, linesOf(name, /\/(?:src|assembly)\//)])
  expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(counted))
})

const pages = contributions
  .map((name) => `docs/contributing/${name}.md`)
  .concat('CONTRIBUTING.md', 'SECURITY.md', 'docs/architecture.md')
const folders = ['', 'src', 'test', 'tools', 'bench', 'assembly']

/** A file is named from the root, from its package, or by its name alone. */
function isThere(file: string): boolean {
  return packages
    .flatMap((name) => folders.map((folder) => join('packages', name, folder, file)))
    .concat(file)
    .some((path) => existsSync(join(root, path)))
}

test.for(pages)('%s leads to files that exist', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/```[^]*?```/g, '')
  const links = Array.from(text.matchAll(/\]\((?!https?:)([^)#]+)/g), ([, to]) => to!)
  const files = Array.from(
    text.matchAll(/`([\w/.-]+\.(?:ts|mjs|csv|jsonl?|py|svg))`/g),
    ([, to]) => to!,
  )
  expect(links.filter((to) => !existsSync(join(root, dirname(page), to)))).toEqual([])
  expect(files.filter((file) => !isThere(file))).toEqual([])
})
