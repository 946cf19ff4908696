// Where the bytes are: by how much what people import shrinks without each module, compressed. `pnpm size:parts <name
// of .ci/sizes.json> [module …]`; the modules that are named are also left out at once. Of the sources, where modules
// are still apart. What is left out keeps its exports, without values.
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

const root = join(import.meta.dirname, '..')

function parse(path: string): Record<string, Record<string, unknown>> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, unknown>>
}

/** The source of an entry point: `@smol/value/ops` is `packages/value/src/lift.ts`. */
function sourceOf(specifier: string): string {
  const [, name = '', ...entry] = specifier.split('/')
  const folder = join(root, 'packages', name)
  const { exports } = parse(join(folder, 'package.json'))
  const { default: built } = exports![['.', ...entry].join('/')] as { default: string }
  return join(folder, built.replace('dist', 'src').replace(/js$/, 'ts'))
}

/** What a module exports, none of it with a value but what it passes on from others. */
async function shellOf(path: string): Promise<string> {
  const { metafile } = await build({
    entryPoints: [path],
    format: 'esm',
    metafile: true,
    write: false,
  })
  const names = Object.values(metafile.outputs).flatMap(({ exports }) => exports)
  const passedOn = readFileSync(path, 'utf8').match(/^export \* from .*$/gm) ?? []
  const own = names.length === 0 ? [] : [`export let ${names.join(', ')}`]
  return [...passedOn, ...own].join('\n')
}

const sources = (without: ReadonlySet<string>): Plugin => ({
  name: 'sources',
  setup(bundler) {
    bundler.onResolve({ filter: /^@smol\// }, ({ path }) => ({
      path: sourceOf(path),
      sideEffects: false,
    }))
    bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) =>
      without.has(relative(root, path))
        ? { contents: await shellOf(path), loader: 'ts' }
        : undefined,
    )
  },
})

type Bundle = { readonly gzip: number; readonly modules: readonly string[] }

async function bundle(source: string, without: readonly string[] = []): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    metafile: true,
    write: false,
    logLevel: 'error',
    plugins: [sources(new Set(without))],
  })
  const { inputs } = Object.values(metafile.outputs)[0]!
  return {
    gzip: gzipSync(outputFiles[0]!.contents, { level: 9 }).length,
    modules: Object.keys(inputs).filter((path) => path.startsWith('packages/')),
  }
}

const [name = '', ...chosen] = process.argv.slice(2)
const sizes = parse(join(import.meta.dirname, 'sizes.json'))
const source = sizes[name]?.['source']
if (typeof source !== 'string')
  throw new Error(`"${name}" is none of ${Object.keys(sizes).join(', ')}`)
const { gzip, modules } = await bundle(source)
const unknown = chosen.find((path) => !modules.includes(path))
if (unknown !== undefined)
  throw new Error(`${unknown} is no module of ${name}: ${modules.join(', ')}`)
const saved = await Promise.all(
  modules.map(async (path) => ({ path, bytes: gzip - (await bundle(source, [path])).gzip })),
)
console.log(`${name}: gzip ${gzip}`)
for (const { path, bytes } of saved.toSorted((a, b) => b.bytes - a.bytes))
  console.log(`${String(bytes).padStart(6)} ${path}`)
if (chosen.length > 0)
  console.log(`without ${chosen.join(', ')}: gzip ${(await bundle(source, chosen)).gzip}`)
