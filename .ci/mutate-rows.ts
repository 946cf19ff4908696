// Mutants of the rows of value, which Stryker passes over (it enters no `as const`): every call of a rule is
// exchanged for its neighbour and every number for the next, one at a time, and the tests of the table must
// notice. `node .ci/mutate-rows.ts`, five minutes; `node .ci/mutate-rows.ts 'm.sub'` takes the lines with that.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const source = join(root, 'packages/value')
const copy = join(root, 'out/mutation/rows')
const only = process.argv[2] ?? ''

const NEIGHBOURS: Readonly<Record<string, string>> = {
  add: 'sub',
  sub: 'add',
  mul: 'div',
  div: 'mul',
  gt: 'ge',
  ge: 'gt',
  lt: 'le',
  le: 'lt',
  sin: 'cos',
  cos: 'sin',
  sinh: 'cosh',
  cosh: 'sinh',
  neg: 'abs',
  abs: 'neg',
  square: 'abs',
  exp: 'expm1',
  expm1: 'exp',
  sqrt: 'abs',
  sign: 'abs',
}

type Mutant = { readonly line: number; readonly text: string }

/** Every change of one place of a row; sampling intervals and comments are no rules. */
function mutantsOf(lines: readonly string[]): Mutant[] {
  const first = lines.findIndex((line) => line.startsWith('export const unary'))
  return lines.flatMap((line, at): Mutant[] => {
    const isRule = at >= first && !/^\s*(\/\/|\/?\*|domain|\[)/.test(line) && line.includes(only)
    if (!isRule) return []
    const [code = '', tail = ''] = line.split(/(?=, domain:)/, 2)
    const changed = (from: number, length: number, by: string): Mutant => ({
      line: at,
      text: code.slice(0, from) + by + code.slice(from + length) + tail,
    })
    const calls = [...code.matchAll(/\bm\.(\w+)/g)]
      .filter(([, name]) => NEIGHBOURS[name!] !== undefined)
      .map(({ 0: whole, 1: name, index }) =>
        changed(index, whole.length, `m.${NEIGHBOURS[name!]!}`),
      )
    const numbers = [...code.matchAll(/(?<![\w.])\d+(?:\.\d+)?(?![\w.])/g)].map(
      ({ 0: number, index }) => changed(index, number.length, String(Number(number) + 1)),
    )
    return [...calls, ...numbers]
  })
}

rmSync(copy, { recursive: true, force: true })
mkdirSync(copy, { recursive: true })
for (const name of ['src', 'test', 'package.json']) {
  cpSync(join(source, name), join(copy, name), { recursive: true })
}
symlinkSync(join(source, 'node_modules'), join(copy, 'node_modules'), 'junction')

/** Whether the tests of the table notice. */
function isNoticed(): boolean {
  const tests = ['table', 'edges', 'mutants', 'functional'].map((name) => `test/${name}.test.ts`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const options = ['--bail=1', '--maxWorkers=1', '--no-isolate', '--reporter=dot']
  try {
    execFileSync(process.execPath, [vitest, 'run', ...options, ...tests], {
      cwd: copy,
      stdio: 'ignore',
      timeout: 60_000,
    })
    return false
  } catch {
    return true
  }
}

const lines = readFileSync(join(source, 'src/ops.ts'), 'utf8').split('\n')
if (isNoticed()) throw new Error('the tests fail without any mutant')
const mutants = mutantsOf(lines)
const survivors = mutants.filter(({ line, text }) => {
  writeFileSync(join(copy, 'src/ops.ts'), lines.with(line, text).join('\n'))
  if (isNoticed()) return false
  console.log(`survived ${line + 1}: ${lines[line]!.trim()}\n      as      ${text.trim()}`)
  return true
})
console.log(
  `${mutants.length - survivors.length} of ${mutants.length} mutants of the rows are noticed`,
)
