// What people import, minified and compressed, beside the ceilings of sizes.json: a size that grows past its
// ceiling fails, and who raises one says there why. `--write` puts the table into the README, which may not be
// far from what is measured. Expects built packages.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
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
/** So far the table may be from what is measured before it must be written anew. */
const STALE = 0.05

/** What the table says of a program. */
function written(name: string, table: string): number {
  const [, , , gzip] =
    table
      .split('\n')
      .find((row) => row.startsWith(`| ${name} `))
      ?.split('|') ?? []
  return 1000 * Number.parseFloat(gzip ?? '')
}

let failed = 0
const fail = (message: string): void => {
  failed++
  console.log(`FAIL ${message}`)
}
const writes = process.argv.includes('--write')
const text = readFileSync(README, 'utf8')
const table = MARKED.exec(text)?.[0] ?? ''
const rows: string[] = []
for (const [name, { source, ceiling, story }] of Object.entries(sizes)) {
  // oxlint-disable-next-line no-await-in-loop -- one at a time leaves the machine to others
  const { bare, gzip, brotli } = await measure(source)
  console.log(`${name}: ${bare} bytes, gzip ${gzip} of ${ceiling}, brotli ${brotli}`)
  if (gzip > ceiling) fail(`${name} is larger than sizes.json allows`)
  if (!writes && !(Math.abs(written(name, table) / gzip - 1) < STALE))
    fail(`the README has another size of ${name}: run pnpm size --write`)
  const figures = [bare, gzip, brotli].map(kilobytes)
  rows.push(`| ${[name, ...figures, story].join(' | ')} |`)
}

/** The README's table of packages, whose last column says what all of each weighs, with what it stands on. */
async function withPackages(readme: string): Promise<string> {
  let page = readme
  for (const name of ['value', 'mlarray', 'losses', 'optim']) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time leaves the machine to others
    const { gzip } = await measure(`export * from '@smol/${name}'`)
    const row = new RegExp(`^(\\| \\[\`@smol/${name}\`\\].*\\|)[^|]*\\|$`, 'm')
    page = page.replace(row, (_, cells: string) => `${cells} ${kilobytes(gzip)} |`)
  }
  return page
}

if (writes) {
  const head =
    '| what is imported | minified | gzip | brotli | |\n| --- | ---: | ---: | ---: | --- |'
  const marked = `<!-- sizes -->\n\n${head}\n${rows.join('\n')}\n\n<!-- /sizes -->`
  writeFileSync(README, await withPackages(text.replace(MARKED, () => marked)))
  execFileSync('oxfmt', [README])
}
process.exitCode = failed > 0 ? 1 : 0
