// Installs the packed packages into throw-away projects, as a user would, each package alone and all together,
// and uses them there: Node, TypeScript, bundlers, a browser, Deno and Bun. Expects built packages.
//   NODES=22,26 TS=7.0.2 node .ci/matrix.ts            narrows it; KEEP=1 keeps the projects
//   PARTS=maps,node,types,alone,runtimes,bundlers,browser   names the parts
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BUNDLED, inBrowser, writePages } from './consumers/browser.ts'
import { BUNDLERS, inBundlers } from './consumers/bundlers.ts'
import { run, summary } from './consumers/checks.ts'
import { mapped } from './consumers/maps.ts'
import { eachAlone, findNode, inTypeScript, onNode, writeUse } from './consumers/node.ts'
import { TRAIN, type Trained } from './consumers/programs.ts'
import { pack, project } from './consumers/project.ts'
import { onRuntimes } from './consumers/runtimes.ts'

const versions = (process.env['NODES'] ?? '20.19,22,24,26').split(',')
const compilers = (process.env['TS'] ?? '5.4.5,5.5.4,5.6.3,5.7.3,5.8.3,5.9.3,6.0.3,7.0.2').split(
  ',',
)
const parts = (process.env['PARTS'] ?? 'maps,node,types,alone,runtimes,bundlers,browser').split(',')
const dir = mkdtempSync(join(tmpdir(), 'smol-consumers-'))

try {
  const tarballs = join(dir, 'tarballs')
  mkdirSync(tarballs)
  const packages = await pack(tarballs)
  const all = await project(join(dir, 'all'), [
    ...packages.map(({ tarball }) => tarball),
    ...compilers.map((version) => `ts${version}@npm:typescript@${version}`),
  ])
  writeUse(all, packages)
  writeFileSync(join(all, 'train.mjs'), TRAIN)
  writeFileSync(
    join(all, 'print.mjs'),
    "import { train } from './train.mjs'\nconsole.log(JSON.stringify(train()))\n",
  )
  writePages(all, packages)
  const expected = JSON.parse(await run(`"${process.execPath}" print.mjs`, all)) as Trained

  const nodes = await Promise.all(versions.map((version) => findNode(version, all)))

  if (parts.includes('maps')) await mapped(all, packages)
  if (parts.includes('node')) await onNode(all, expected, nodes)
  if (parts.includes('types')) await inTypeScript(all, compilers)
  if (parts.includes('alone')) await eachAlone(dir, packages, all, nodes, compilers)
  if (parts.includes('runtimes'))
    await onRuntimes(all, expected, (folder, wanted) => project(folder, [wanted]))
  // The browser's worker runs what a bundler has made.
  if (parts.includes('bundlers') || parts.includes('browser')) {
    const tools = Object.entries(BUNDLERS).map(([name, version]) => `${name}@${version}`)
    await inBundlers(all, await project(join(dir, 'tools'), tools), expected, BUNDLED)
  }
  if (parts.includes('browser')) await inBrowser(all, expected)
} finally {
  if (process.env['KEEP'] === undefined) rmSync(dir, { recursive: true, force: true })
  else console.log(dir)
}
process.exitCode = summary() ? 0 : 1
