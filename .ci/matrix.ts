// Installs the packed packages into a throw-away project, as a user would, and
// uses them there from several Node versions and from several TypeScript versions
// and module resolutions. Expects built packages.
//   NODES=22,26 TS=7.0.2 node .ci/matrix.ts   narrows it; KEEP=1 keeps the project
import { execSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const nodes = (process.env['NODES'] ?? '20.19,22,24,26').split(',')
const compilers = (process.env['TS'] ?? '5.4.5,5.9.3,6.0.3,7.0.2').split(',')
const dir = mkdtempSync(join(tmpdir(), 'smol-matrix-'))
let passed = 0
let failed = 0

const run = (command: string, cwd: string = dir): string =>
  execSync(command, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_loglevel: 'error' },
  })

/** Runs a command and counts how it ended; its output matters only where it fails. */
const check = (name: string, command: string): void => {
  const start = performance.now()
  try {
    run(command)
    passed++
    console.log(`ok   ${name} (${Math.round(performance.now() - start)} ms)`)
  } catch (error) {
    failed++
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    console.log(`FAIL ${name}\n${stdout}${stderr}`)
  }
}

/** Every entry point that a package publishes: `@smol/value`, `@smol/value/graph`, … */
const entryPoints = readdirSync(join(root, 'packages')).flatMap((folder) => {
  const manifest = JSON.parse(
    readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'),
  ) as { name: string; exports: Record<string, unknown> }
  return Object.keys(manifest.exports)
    .filter((path) => path !== './package.json')
    .map((path) => manifest.name + path.slice(1))
})

const imports = `
import { crossEntropyLoss, mseLoss } from '@smol/losses'
import { MLArray } from '@smol/mlarray'
import { Adam, SGD } from '@smol/optim'
import { Value } from '@smol/value'
${entryPoints.map((name, i) => `import * as entry${i} from '${name}'`).join('\n')}
`
const use = `
const entries: readonly object[] = [${entryPoints.map((_, i) => `entry${i}`).join(', ')}]
const six: number = new Value(2).mul(3).data
const ten: number = new MLArray([[1, 2], [3, 4]]).sum().item()
const facts: readonly boolean[] = [
  six === 6,
  ten === 10,
  new MLArray([[1, 2], [3, 4]]).at(0, 1) instanceof Value,
  [crossEntropyLoss, mseLoss, Adam, SGD].every((thing) => typeof thing === 'function'),
  entries.every((entry) => Object.keys(entry).length > 0),
]
if (facts.includes(false)) throw new Error('the packed packages do not do what they should: ' + facts)
`
const javascript = use.replaceAll(/^(const \w+): [^=]+=/gm, '$1 =')
const required = imports
  .replaceAll('* as ', '')
  .replaceAll(/^import (.*) from (.*)$/gm, 'const $1 = require($2)')
writeFileSync(join(dir, 'use.mjs'), imports + javascript)
writeFileSync(join(dir, 'use.cjs'), required + javascript)
writeFileSync(join(dir, 'use.mts'), imports + use)
writeFileSync(join(dir, 'use.cts'), imports + use)
writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))

try {
  run(`pnpm -r --filter "./packages/*" pack --pack-destination "${dir}"`, root)
  const tarballs = readdirSync(dir).filter((file) => file.endsWith('.tgz'))
  const wanted = [
    ...tarballs.map((file) => `./${file}`),
    ...compilers.map((version) => `ts${version}@npm:typescript@${version}`),
  ]
  run(`npm install --no-save --no-audit --no-fund --ignore-scripts ${wanted.join(' ')}`)

  for (const version of nodes) {
    // The pinned Node is the one that runs this; npm's `node` package has the others.
    const here = process.versions.node.startsWith(`${version}.`)
    const node = here ? `"${process.execPath}"` : `npx --yes node@${version}`
    check(`node ${version} import`, `${node} use.mjs`)
    check(`node ${version} require`, `${node} use.cjs`)
  }
  // A CommonJS TypeScript file may require an ES module from TypeScript 5.8 on,
  // with module nodenext; node16 never allows it.
  const modes: readonly [module: string, resolution: string, file: string, from: number][] = [
    ['es2022', 'bundler', 'use.mts', 0],
    ['node16', 'node16', 'use.mts', 0],
    ['nodenext', 'nodenext', 'use.mts', 0],
    ['nodenext', 'nodenext', 'use.cts', 5.8],
  ]
  for (const version of compilers) {
    for (const [module, resolution, file, from] of modes) {
      if (Number.parseFloat(version) < from) continue
      check(
        `typescript ${version} ${resolution} ${file}`,
        `node node_modules/ts${version}/bin/tsc --noEmit --strict --target es2022 --lib es2022,dom --skipLibCheck false --module ${module} --moduleResolution ${resolution} ${file}`,
      )
    }
  }
} finally {
  if (process.env['KEEP'] === undefined) rmSync(dir, { recursive: true, force: true })
  else console.log(dir)
}
console.log(`packed packages: ${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
