// The suites against the built packages, for `pnpm test:platforms` (platforms.ts says where they run). What a
// test imports from the sources of its package comes from the entry point of that name in dist; tests that
// reach deeper than entry points, or into tools, are left to `pnpm test`.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { defineConfig, type Plugin } from 'vitest/config'

const root = join(import.meta.dirname, '..')
const packages = ['value', 'mlarray', 'losses', 'optim']
const pathOf = (name: string): string => join(root, 'packages', name)

/** The modules of src that are entry points: those that `exports` names. */
function entriesOf(name: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(pathOf(name), 'package.json'), 'utf8')) as {
    exports: Record<string, { default?: string }>
  }
  return Object.values(manifest.exports).flatMap((target) =>
    target.default === undefined ? [] : [basename(target.default, '.js')],
  )
}

/** They measure memory, and start processes that run TypeScript, which Node 20 does not. */
const elsewhere: ReadonlySet<string> = new Set(['memory.test.ts', 'soak.test.ts'])

/** What a test and the files of its folder that it takes from import of `src` and `tools`. */
function reachedFrom(path: string, seen = new Set([path])): readonly string[] {
  const text = readFileSync(path, 'utf8')
  const own = [...text.matchAll(/(?:from |import\()'(\.\.\/(?:src|tools)\/[^']+)'/g)]
  const beside = [...text.matchAll(/from '(\.\/[\w-]+\.ts)'/g)]
    .map(([, other]) => join(dirname(path), other!))
    .filter((other) => !seen.has(other) && seen.add(other))
  return [
    ...own.map(([, reached]) => reached!),
    ...beside.flatMap((other) => reachedFrom(other, seen)),
  ]
}

/** Tests that would need more than entry points, or measure for half a minute what the pinned Node measures. */
function leftOut(name: string): readonly string[] {
  const published = new Set(entriesOf(name).map((entry) => `../src/${entry}.ts`))
  const folder = join(pathOf(name), 'test')
  return readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .filter(
      (file) =>
        elsewhere.has(file) || reachedFrom(join(folder, file)).some((path) => !published.has(path)),
    )
}

/** `../src/index.ts` becomes `../dist/index.js`; what tests share may also build files with a part of src. */
const built: Plugin = {
  name: 'built-packages',
  enforce: 'pre',
  resolveId(source, importer) {
    if (importer === undefined || !/^(?:\.\.\/)+src\/[\w-]+\.ts$/.test(source)) return undefined
    const entry = join(dirname(importer), source.replace('/src/', '/dist/').replace(/ts$/, 'js'))
    return existsSync(entry) ? entry : undefined
  },
}

export default defineConfig({
  root,
  test: {
    testTimeout: 120_000,
    projects: packages.map((name) => ({
      root: pathOf(name),
      plugins: [built],
      test: {
        name,
        include: ['test/*.test.ts'],
        exclude: leftOut(name).map((file) => `test/${file}`),
        setupFiles: name === 'value' ? [] : [join(import.meta.dirname, 'platforms.setup.ts')],
      },
    })),
  },
})
