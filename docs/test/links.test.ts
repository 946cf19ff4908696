// What the pages of the repository lead to is there: files, headings, pictures, commands.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file.endsWith('.md') && !/^\.changeset\/|\.api\.md$|CHANGELOG/.test(file))
  .filter((file) => existsSync(join(root, file)))

const withoutCode = (page: string): string =>
  page.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]+`/g, '`')

/** Where links and pictures lead, those of a page on the network aside. */
function linksOf(page: string): string[] {
  const found = withoutCode(page).matchAll(/\]\(([^)\s]+)\)|(?:src|href|srcset)="([^"]+)"/g)
  return Array.from(found, ([, a, b]) => (a ?? b)!).filter((to) => !/^(?:https?|mailto):/.test(to))
}

/** The anchors that GitHub gives headings. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading] of page.replaceAll(/^```[^]*?^```/gm, '').matchAll(/^#+ +(.*)$/gm)) {
    const text = heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = text.replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '').replaceAll(' ', '-')
    let name = slug
    for (let again = 1; anchors.has(name); again++) name = `${slug}-${again}`
    anchors.add(name)
  }
  return anchors
}

function isDead(link: string, page: string): boolean {
  const [path = '', anchor] = link.split('#', 2)
  const target = path === '' ? page : relative(root, join(root, dirname(page), decodeURI(path)))
  if (target.startsWith('..') || !existsSync(join(root, target))) return true
  return anchor !== undefined && target.endsWith('.md') && !anchorsOf(read(target)).has(anchor)
}

test.for(pages)('%s leads to what there is', (page) => {
  expect(linksOf(read(page)).filter((link) => isDead(link, page))).toEqual([])
})

test('a dead link is seen, and a heading that is not there', () => {
  expect(isDead('docs/nowhere.md', 'README.md')).toBe(true)
  expect(isDead('CONTRIBUTING.md#in-no-minute', 'README.md')).toBe(true)
  expect(isDead('CONTRIBUTING.md#in-one-minute', 'README.md')).toBe(false)
})

// ---- Commands ----

const scriptsIn = (folder: string): string[] =>
  Object.keys(
    (JSON.parse(read(join(folder, 'package.json'))) as { scripts?: object }).scripts ?? {},
  )
const folders = [
  'docs',
  ...['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
  ),
].filter((folder) => existsSync(join(root, folder, 'package.json')))
const folderOf = new Map(
  folders.map((folder) => [
    (JSON.parse(read(join(folder, 'package.json'))) as { name: string }).name,
    folder,
  ]),
)
const PNPM = new Set(['install', 'add', 'exec', 'pack', 'publish', 'changeset', 'vitest'])

/** What follows `pnpm` must be a script of the package, or of the root, or pnpm's own. */
function isUnknown(command: string): boolean {
  const [, filters, word] = /^pnpm((?: --filter \S+)*) ([a-z][\w:-]*)/.exec(command) ?? []
  if (word === undefined || PNPM.has(word)) return false
  const named = [...filters!.matchAll(/--filter (\S+)/g)].map(([, name]) => folderOf.get(name!))
  if (named.includes(undefined)) return true
  const known = named.length > 0 ? named : ['']
  if (known.some((folder) => scriptsIn(folder!).includes(word))) return false
  // Inside a package, its own scripts.
  return named.length > 0 || !folders.some((folder) => scriptsIn(folder).includes(word))
}

/** The commands of a page: lines of its shell blocks, and what stands between backticks. */
function commandsOf(page: string): string[] {
  const lines = page.matchAll(/^(?:> )?\$? ?(pnpm .*|npm (?:start|test|run).*)$/gm)
  const inline = page.matchAll(/`((?:pnpm|npm (?:start|test|run)) [^`]*)`/g)
  return [...lines, ...inline].map(([, command]) => command!)
}

test.for(pages)('%s names commands that there are', (page) => {
  expect(commandsOf(read(page)).filter(isUnknown)).toEqual([])
})

test('a command that is not there is seen', () => {
  expect(isUnknown('pnpm fly')).toBe(true)
  expect(isUnknown('pnpm --filter @smol/value fly')).toBe(true)
  expect(isUnknown('pnpm --filter @smol/value build')).toBe(false)
  expect(isUnknown('pnpm check')).toBe(false)
})
