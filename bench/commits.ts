// `pnpm bench:commits <a> <b>`: the same works on two commits of this repository, each
// checked out, installed and built in a folder of its own, which is removed afterwards.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../.ci/spawn.mjs'
import { build, quietly } from './build.ts'
import { describeMachine, git, ROOT } from './machine.ts'
import { findNode } from './node.ts'
import { command, type Options, settingsOf } from './options.ts'
import { chooseRows, type Row } from './rows.ts'
import { runRows, sideOf } from './run.ts'
import { summarize } from './statistics.ts'
import { figure, type Result, type Table, toText } from './table.ts'

const program = command('bench:commits', 'Compares two commits of this repository.')
  .argument('<a>', 'a commit')
  .argument('<b>', 'the commit that is compared with it')
  .parse()
const options = program.opts<Options>()
const [a = '', b = ''] = program.args.map(commitOf)

const node = findNode(options.node)
const folder = mkdtempSync(join(tmpdir(), 'bench-'))
const roots = [join(folder, 'a'), join(folder, 'b')] as const
const cleanUp = (): void => {
  for (const root of roots)
    run('git', ['worktree', 'remove', '--force', root], { cwd: ROOT, stdio: 'ignore' })
  rmSync(folder, { recursive: true, force: true })
}
process.on('SIGINT', () => {
  cleanUp()
  process.exit(130)
})

try {
  checkOut(a, roots[0])
  checkOut(b, roots[1])
  const before = `a: ${a}`
  const after = `b: ${b}`
  const results = await runRows(
    chooseRows(options.only).flatMap(bySubject),
    ({ subjects }) => [
      subjects.map((name) => sideOf(name, after, roots[1], node)),
      subjects.map((name) => sideOf(name, before, roots[0], node)),
    ],
    settingsOf(options),
  )
  console.log(`\nNode ${describeMachine(node).node}, how many times as fast ${b} is as ${a}:\n`)
  console.log(toText(table(results, [before, after])))
} finally {
  cleanUp()
}

function commitOf(name: string): string {
  try {
    return git('rev-parse', '--short', `${name}^{commit}`)
  } catch {
    return program.error(`error: there is no commit "${name}".`)
  }
}

/** The same reading is compared with itself. */
function bySubject(row: Row): readonly Row[] {
  return row.subjects.map((name) => ({
    ...row,
    subjects: [name],
    title: name === 'ours-kernels' ? `${row.title}, kernel` : row.title,
  }))
}

function table(results: readonly Result[], labels: readonly string[]): Table {
  const rows = results.map(({ row, comparison: { sides, ratios } }) => {
    const times = labels.map((label) => sides.find((side) => side.label === label)?.times)
    const ratio = ratios[0] && summarize(ratios[0].ratios)
    return [
      row.title,
      ...times.map((each) => (each ? figure(summarize(each).median) : 'not available')),
      ratio ? figure(ratio.median) : '',
      ratio ? `${figure(ratio.p10)}–${figure(ratio.p90)}` : '',
    ]
  })
  return { head: ['work', ...labels.map((label) => `${label}, ms`), 'ratio', 'p10–p90'], rows }
}

function checkOut(commit: string, root: string): void {
  console.log(`building ${commit}`)
  quietly('git', ['worktree', 'add', '--detach', root, commit], ROOT)
  quietly('pnpm', ['install', '--frozen-lockfile', '--trust-lockfile'], root)
  build(root)
}
