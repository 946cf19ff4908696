// What people import, minified and compressed, beside the ceilings of sizes.json: a size that grows past its
// ceiling fails, and who raises one says there why. `--write` puts the sizes into the README where those there are
// far from what is measured. Expects built packages.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

type Size = { readonly source: string; readonly ceiling: number; readonly story: string }

const root = join(import.meta.dirname, '..')
const sizes = JSON.parse(readFileSync(join(import.meta.dirname, 'sizes.json'), 'utf8')) as Record<
  string,
  Size
>

/** The bytes of a program that does nothing but import: minified, and compressed as servers do. */
async function measure(source: string): Promise<{ bare: number; gzip: number; brotli: number }> {
  const { outputFiles } = await build({
    // The package that depends on all others.
    stdin: { contents: source, resolveDir: join(root, 'docs') },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  })
  const { contents } = outputFiles[0]!
  return {
    bare: contents.length,
    gzip: gzipSync(contents, { level: 9 }).length,
    brotli: brotliCompressSync(contents).length,
  }
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`

const README = join(root, 'README.md')
const MARKED = /<!-- sizes -->[^]*<!-- \/sizes -->/
/** So far a figure of the README may be from what is measured before it must be written anew. */
const STALE = 0.05

const text = readFileSync(README, 'utf8')
const writes = process.argv.includes('--write')
let failed = 0
let stale = 0
const fail = (message: string): void => {
  failed++
  console.log(`FAIL ${message}`)
}

type Sizes = readonly number[]

/** Looks whether the row of the README that begins with `head` has the sizes, from that cell on, and the story. */
function compare(name: string, head: string, cell: number, measured: Sizes, story = ''): void {
  const row = text.split('\n').find((line) => line.startsWith(`| ${head} `)) ?? ''
  const cells = row.split('|')
  const isNear = measured.every((size, i) => {
    const written = 1000 * Number.parseFloat(cells.at(cell + i) ?? '')
    return Math.abs(written / size - 1) < STALE
  })
  if (isNear && row.includes(story)) return
  stale++
  if (!writes) fail(`the README has another size or story of ${name}: pnpm size --write`)
}

const rows: string[] = []
for (const [name, { source, ceiling, story }] of Object.entries(sizes)) {
  // oxlint-disable-next-line no-await-in-loop -- one at a time leaves the machine to others
  const { bare, gzip, brotli } = await measure(source)
  console.log(`${name}: ${bare} bytes, gzip ${gzip} of ${ceiling}, brotli ${brotli}`)
  if (gzip > ceiling)
    fail(
      `${name} is larger than .ci/sizes.json allows: make it smaller, or raise the ceiling and say why`,
    )
  const measured = [bare, gzip, brotli]
  compare(name, name, 2, measured, story)
  rows.push(`| ${[name, ...measured.map(kilobytes), story].join(' | ')} |`)
}
const [section] = MARKED.exec(text) ?? ['']
if (section === '') fail('the README has no place for the sizes')
else if (section.match(/^\|/gm)?.length !== rows.length + 2) {
  stale++
  if (!writes) fail('the README lists other sizes than .ci/sizes.json: pnpm size --write')
}

const head = '| what is imported | minified | gzip | brotli | |\n| --- | ---: | ---: | ---: | --- |'
let page = text.replace(
  MARKED,
  () => `<!-- sizes -->\n\n${head}\n${rows.join('\n')}\n\n<!-- /sizes -->`,
)
// Its table of packages says in the last column what all of each weighs, with what it stands on.
for (const name of readdirSync(join(root, 'packages'))) {
  // oxlint-disable-next-line no-await-in-loop
  const { gzip } = await measure(`export * from '@smol/${name}'`)
  const title = `[\`@smol/${name}\`](packages/${name})`
  compare(`all of ${name} in the table of packages`, title, -2, [gzip])
  page = page
    .split('\n')
    .map((line) =>
      line.startsWith(`| ${title} `) ? line.replace(/[^|]*\|$/, ` ${kilobytes(gzip)} |`) : line,
    )
    .join('\n')
}

if (writes && stale > 0) {
  writeFileSync(README, page)
  execFileSync('oxfmt', [README])
}
if (writes) console.log(`README.md: ${stale > 0 ? 'written' : 'near enough, left as it was'}`)
process.exitCode = failed > 0 ? 1 : 0
