// The public surface of each package, as a report that is committed (packages/*/api/): what an entry point
// exports, with its types. CI compares; `pnpm api --write` takes a change over, so that it shows in the diff.
// Every export must be documented, too. Expects built packages.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'

const root = join(import.meta.dirname, '..')
const writes = process.argv.includes('--write')
const temporary = mkdtempSync(join(tmpdir(), 'smol-api-'))
let failed = 0

type Exports = Readonly<Record<string, { readonly types: string }>>

/** What differs from the committed report, line by line. */
function showChange(before: string, after: string): void {
  const { stdout } = spawnSync('git', ['diff', '--no-index', '--unified=0', before, after], {
    encoding: 'utf8',
  })
  const lines = stdout.split('\n').filter((line) => /^[+-](?!\+\+ |-- )/.test(line))
  console.log(lines.join('\n'))
}

/** Reports of entry points that are no longer there. */
function findGone(folder: string, names: readonly string[]): void {
  const expected = new Set(names.map((name) => `${name}.api.md`))
  for (const file of readdirSync(join(folder, 'api'))) {
    if (expected.has(file)) continue
    console.log(`${basename(folder)}/${basename(file, '.api.md')}: gone`)
    if (writes) rmSync(join(folder, 'api', file))
    else failed++
  }
}

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  lib: ['es2023', 'dom'],
  skipLibCheck: true,
  types: [],
}

const configOf = (folder: string, name: string, types: string): ExtractorConfig =>
  ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    configObjectFullPath: join(folder, 'api-extractor.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, types),
      compiler: { overrideTsconfig: { compilerOptions } },
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(folder, 'api'),
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        // The report itself says of an export without a word `@public (undocumented)`.
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  })

function report(folder: string, name: string, types: string): void {
  mkdirSync(join(folder, 'api'), { recursive: true })
  const { apiReportChanged, succeeded } = Extractor.invoke(configOf(folder, name, types), {
    localBuild: writes,
    messageCallback: (message) => {
      message.handled = message.logLevel !== ExtractorLogLevel.Error
    },
  })
  const text = readFileSync(join(temporary, `${name}.api.md`), 'utf8')
  // Of overloads, the first one speaks for all.
  const bare = [
    ...text.matchAll(/^\/\/ @public \(undocumented\)\nexport (?:abstract )?\w+ (\w+)/gm),
  ].filter(([, word]) => !new RegExp(`@public\nexport function ${word}\\b`).test(text))
  const title = `${basename(folder)}/${name}`
  for (const [, word] of bare) console.log(`${title}: undocumented: ${word}`)
  console.log(`${title}: ${apiReportChanged ? 'changed' : 'unchanged'}`)
  if (apiReportChanged && !writes)
    showChange(join(folder, 'api', `${name}.api.md`), join(temporary, `${name}.api.md`))
  if (bare.length > 0 || !(succeeded || writes)) failed++
}

try {
  for (const name of readdirSync(join(root, 'packages'))) {
    const folder = join(root, 'packages', name)
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      exports: Exports
    }
    const entries = Object.entries(exports).flatMap(([entry, { types }]) =>
      types === undefined ? [] : [[entry === '.' ? 'index' : entry.slice(2), types] as const],
    )
    for (const [entry, types] of entries) report(folder, entry, types)
    findGone(
      folder,
      entries.map(([entry]) => entry),
    )
  }
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
if (failed > 0) {
  console.log(
    `${failed} reports differ or miss a word: \`pnpm api --write\` after a look at the change.`,
  )
  process.exitCode = 1
}
