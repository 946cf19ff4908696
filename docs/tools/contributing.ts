/**
 * The first contributions: a page in docs/contributing for each, with the diff beside it. The page shows the
 * diff, but for reference numbers that a program printed; `pnpm generate docs` writes it there anew.
 *
 * A diff that no longer applies: `git apply -3 docs/contributing/loss.diff`, mend what conflicts, and
 * `git add -N . && git diff -U1 HEAD` makes it anew (without what its page generates).
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'contributing')

/** The contributions by name. */
export const contributions = readdirSync(folder)
  .filter((file) => file.endsWith('.diff'))
  .map((file) => file.slice(0, -'.diff'.length))

const diffOf = (name: string): string => readFileSync(join(folder, `${name}.diff`), 'utf8')

/** The page of a contribution. */
export const pageOf = (name: string): string => readFileSync(join(folder, `${name}.md`), 'utf8')

/** What the page leaves out: numbers, and the hashes of files. */
const NUMBERS = /^diff --git .*\.(?:csv|jsonl)\n(?:(?!diff --git ).*\n)*/gm
const HASHES = /^index .*\n/gm
const BLOCK = /```diff\n[^]*?```/

/** The page with the diff of today. */
export function withDiff(name: string): string {
  const shown = diffOf(name).replaceAll(NUMBERS, '').replaceAll(HASHES, '')
  return pageOf(name).replace(BLOCK, () => `\`\`\`diff\n${shown}\`\`\``)
}

/** The files that a diff touches. */
export function filesOf(name: string): string[] {
  const paths = diffOf(name).matchAll(/^\+\+\+ b\/(.*)$/gm)
  return Array.from(paths, ([, path]) => path!)
}

/** How many lines a diff adds to the files whose paths match. */
export function linesOf(name: string, where: RegExp): number {
  return diffOf(name)
    .split(/^diff --git /m)
    .filter((part) => where.test(part.split('\n', 1)[0]!))
    .reduce((sum, part) => sum + part.split(/^\+(?!\+\+ )/m).length - 1, 0)
}

/** The commands of a page, in their order. */
export function commandsOf(name: string): string {
  return Array.from(pageOf(name).matchAll(/```sh\n([^]*?)```/g), ([, code]) => code!).join('')
}

if (process.argv[1] === import.meta.filename)
  for (const name of contributions) writeFileSync(join(folder, `${name}.md`), withDiff(name))
