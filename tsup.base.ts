import { readFileSync, writeFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'
import { withoutOthers, type Sourcemap } from './.ci/source-maps.ts'

type Written = { readonly writtenFiles: readonly { readonly name: string }[] }

/** Source maps lead to sources, and name no file of the machine that built them. */
const onlySources = {
  name: 'only-sources',
  buildEnd({ writtenFiles }: Written): void {
    for (const { name } of writtenFiles.filter((file) => file.name.endsWith('.map'))) {
      const map = JSON.parse(readFileSync(name, 'utf8')) as Sourcemap
      writeFileSync(name, JSON.stringify(withoutOthers(map)))
    }
  },
}

/**
 * esbuild calls a class that names itself `_Name` inside, and `_Name` is what the console and messages would say. Here
 * inside and outside have one name, and every line keeps its length, for the source map.
 */
const ownNames = {
  name: 'own-names',
  renderChunk: (code: string, { map }: { map?: object | string | null }) => {
    const classes = [...code.matchAll(/^var (\w+) = class _\1\b/gm)]
    const renamed = classes.reduce(
      (text, [, name]) => text.replaceAll(new RegExp(`(?<![\\w$.#])_${name}\\b`, 'g'), ` ${name}`),
      code,
    )
    return { code: renamed, map: map ?? null }
  },
}

/**
 * How every package is built. The entry points share chunks (`splitting`), so that a class imported through any of
 * them is the same class. Declarations, with their maps, come from tsc: tsup's own need a compiler API that
 * TypeScript 7 does not have.
 */
export const base = {
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: false,
  // Without blanks an engine reads a package a fifth faster, and faster again where all is ASCII. Names stay, and the
  // marks that bundlers need to leave out what is not used; lines are broken, since a program that ends with an error
  // shows the one where it was thrown.
  minify: 'terser',
  terserOptions: {
    compress: false,
    mangle: false,
    sourceMap: true,
    format: { preserve_annotations: true, max_line_len: 120, ascii_only: true },
  },
  plugins: [ownNames, onlySources] as (typeof onlySources | typeof ownNames)[],
} as const

/**
 * Lets these entry points of `src` import `index.ts`, so that all it needs is one chunk, which they share, instead of
 * pieces that two or three of them have in common: a process starts faster with fewer files.
 */
export function onIndex(names: readonly string[]): Plugin {
  return {
    name: 'on-index',
    setup(build) {
      // Of this import only its being there counts.
      build.initialOptions.logOverride = { 'ignored-bare-import': 'silent' }
      build.onLoad({ filter: new RegExp(`/src/(${names.join('|')})\\.ts$`) }, ({ path }) => ({
        contents: `${readFileSync(path, 'utf8')}\nimport './index.ts'`,
        loader: 'ts',
      }))
    },
  }
}
