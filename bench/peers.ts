// `pnpm bench:peers`: the built packages beside the packages that people would use
// instead, and beside what the machine could do.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.ts'
import { LABELS } from './contender.ts'
import { describeMachine, ROOT } from './machine.ts'
import { findNode } from './node.ts'
import { command, type Options, settingsOf } from './options.ts'
import { pictureName, replaceSection, replaceSpeed, type Run } from './page.ts'
import { drawRatios } from './picture.ts'
import { chooseRows } from './rows.ts'
import { runRows, sideOf } from './run.ts'
import { ratioTable, toText } from './table.ts'

const options = command('bench:peers', 'Compares the packages with their peers.')
  .option('--write', 'puts the results into docs/benchmarks.md')
  .parse()
  .opts<Options & { readonly write?: boolean }>()

build(ROOT)
const node = findNode(options.node)
const settings = settingsOf(options)
const machine = describeMachine(node)
console.log(`${machine.date}, ${machine.processor}, Node ${machine.node}, commit ${machine.commit}`)

const side = (name: keyof typeof LABELS) => sideOf(name, LABELS[name], ROOT, node)
const results = await runRows(
  chooseRows(options.only),
  ({ subjects, peers }) => [subjects.map(side), peers.map(side)],
  settings,
)
const run: Run = { machine, rounds: settings.rounds, results }
const picture = await drawRatios(results, `smol beside its peers, Node ${machine.node}`)

const folder = join(import.meta.dirname, 'out')
mkdirSync(folder, { recursive: true })
const file = join(folder, pictureName(machine))
writeFileSync(file, picture)
const json = file.replace('.svg', '.json')
writeFileSync(json, `${JSON.stringify({ settings, ...run }, null, 2)}\n`)
console.log(`\nHow many times as fast as each peer:\n\n${toText(ratioTable(results))}\n`)
console.log(`figures: ${json}\npicture: ${file}`)

if (results.some(({ comparison }) => comparison.absent.some(({ wrong }) => wrong))) {
  process.exitCode = 1
}
if (options.write) {
  const page = join(ROOT, 'docs', 'benchmarks.md')
  const readme = join(ROOT, 'README.md')
  writeFileSync(page, replaceSection(readFileSync(page, 'utf8'), run))
  // The README shows the Node that the bars are about.
  if (machine.node.startsWith('v24.'))
    writeFileSync(readme, replaceSpeed(readFileSync(readme, 'utf8'), run))
  writeFileSync(join(ROOT, 'docs', pictureName(machine)), picture)
  spawnSync('oxfmt', [page, readme], { cwd: ROOT, stdio: 'inherit' })
  console.log(`page:    ${page}`)
}
