/**
 * The table of operations in the README, from the rows of `ops.ts`: the name, its comment, and its
 * derivatives as the rules write them over an arithmetic of text. `pnpm generate value` rewrites the README;
 * a test sees to it that nobody forgets.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { binary, comparisons, ternary, unary, type Arithmetic } from '../src/ops.ts'

const README = new URL('../README.md', import.meta.url)
const ROWS = new URL('../src/ops.ts', import.meta.url)
const [START, END] = ['<!-- operations -->', '<!-- /operations -->']

type Operand = string | number

/** In a formula, an operand that is itself an operation stands in parentheses. */
const group = (x: Operand): string =>
  /^-?[\w.²∞]+$|^[\w√]+\([^()]*\)$/.test(String(x)) ? String(x) : `(${x})`
const infix =
  (sign: string) =>
  (a: Operand, b: Operand): string =>
    `${group(a)} ${sign} ${group(b)}`
const calls =
  (name: string) =>
  (...xs: Operand[]): string =>
    `${name}(${xs.join(', ')})`

const FORMULAS: Readonly<Record<string, (...xs: Operand[]) => string>> = {
  neg: (x) => `−${group(x)}`,
  square: (x) => `${group(x)}²`,
  sqrt: (x) => `√${group(x)}`,
  add: infix('+'),
  sub: infix('−'),
  mul: infix('·'),
  div: infix('/'),
  where: (mask, a, b) => `${mask} ? ${a} : ${group(b)}`,
  eq: infix('='),
  ne: infix('≠'),
  lt: infix('<'),
  le: infix('≤'),
  gt: infix('>'),
  ge: infix('≥'),
}

const text = Object.fromEntries(
  Object.keys({ ...unary, ...binary, ...comparisons, where: 0 }).map((name) => [
    name,
    FORMULAS[name] ?? calls(name),
  ]),
) as unknown as Arithmetic<string, string>

type Rule = (m: Arithmetic<string, string>, ...operands: string[]) => string | number

/** What operands are called, where not `x`, or `a` and `b`. @public */
export const OPERANDS: Readonly<Record<string, readonly string[]>> = {
  softplus: ['x', 'beta'],
  leakyRelu: ['x', 'slope'],
  elu: ['x', 'alpha'],
  clip: ['x', 'min', 'max'],
  where: ['condition', 'a', 'b'],
}

/** Long formulas are better read in the source. */
const shorten = (formula: string): string => (formula.length > 60 ? '…' : formula)

function line(name: string, row: object, comments: ReadonlyMap<string, string>): string {
  const rules = ['df', 'da', 'db', 'dc'].flatMap((key) => (row as Record<string, Rule>)[key] ?? [])
  const operands = OPERANDS[name] ?? (rules.length === 1 ? ['x'] : ['a', 'b'])
  const partials = rules.map((rule) => shorten(String(rule(text, ...operands, 'y'))))
  const [first, ...rest] = operands
  const call =
    name === 'where' ? `where(${operands.join(', ')})` : `${first}.${name}(${rest.join(', ')})`
  return `| \`${call}\` | ${comments.get(name)} | ${partials.map((d) => `\`${d}\``).join(', ')} |`
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
  const rows = Object.entries({ ...unary, ...binary, ...ternary })
  const lines = rows.map(([name, row]) => line(name, row, comments))
  for (const name of Object.keys(comparisons))
    lines.push(`| \`a.${name}(b)\` | ${comments.get(name)} | a boolean |`)
  return [
    '| operation | what it is | derivative (`y` is the result) |',
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
