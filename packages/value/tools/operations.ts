/**
 * The table of operations in the README, from the rows of `ops.ts`: the name, its comment, and its
 * derivatives as formulas, at points between the edges. `pnpm generate value` rewrites the README; a test sees to
 * it that nobody forgets.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { operations } from '../src/operation.ts'
import { comparisons } from '../src/ops.ts'
import { ordinary, partialsOf, printShort } from './formula.ts'

const README = new URL('../README.md', import.meta.url)
const ROWS = new URL('../src/ops.ts', import.meta.url)
const [START, END] = ['<!-- operations -->', '<!-- /operations -->']

/** What operands are called, where not `x`, or `a` and `b`. @public */
export const OPERANDS: Readonly<Record<string, readonly string[]>> = {
  softplus: ['x', 'beta'],
  leakyRelu: ['x', 'slope'],
  elu: ['x', 'alpha'],
  clip: ['x', 'min', 'max'],
  where: ['condition', 'a', 'b'],
}

function line(name: keyof typeof operations, comments: ReadonlyMap<string, string>): string {
  const operands = OPERANDS[name] ?? (operations[name].arity === 1 ? ['x'] : ['a', 'b'])
  const partials = partialsOf(name, operands, 'y').map((term) => printShort(ordinary(term)))
  const [first, ...rest] = operands
  const call =
    name === 'where' ? `where(${operands.join(', ')})` : `${first}.${name}(${rest.join(', ')})`
  const derivatives = partials.map((d) => `\`${d.replaceAll('|', '\\|')}\``).join(', ')
  return `| \`${call}\` | ${comments.get(name)} | ${derivatives} |`
}

/** The first sentences of the comment above each row, without its references. @public */
export function commentsOf(source: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, comment, name] of source.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s+(\w+): [{(]/g)) {
    const words = comment!.replaceAll(/\n\s*\*/g, ' ').split('@see')[0]!
    found.set(name!, words.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '').replaceAll('|', '\\|'))
  }
  return found
}

/** The table, as markdown. */
function operationsTable(): string {
  const comments = commentsOf(readFileSync(ROWS, 'utf8'))
  const names = Object.keys(operations) as (keyof typeof operations)[]
  const lines = names.map((name) => line(name, comments))
  const compared = Object.keys(comparisons)
  const calls = compared.map((name) => `\`a.${name}(b)\``).join(' ')
  const meanings = compared.map((name) => comments.get(name)).join(', ')
  lines.push(`| ${calls} | ${meanings} | booleans have none |`)
  return [
    '| operation | what it is | derivative off the edges (`y` is the result) |',
    '| --- | --- | --- |',
    ...lines,
  ].join('\n')
}

/** The README with the table in its place. */
export function withTable(readme: string): string {
  const [before, rest] = readme.split(START)
  return `${before}${START}\n\n${operationsTable()}\n\n${END}${rest!.split(END)[1]}`
}

if (import.meta.main) writeFileSync(README, withTable(readFileSync(README, 'utf8')))
