/**
 * How the packages are built. Entry points share chunks (`splitting`), so that a class imported through any of them
 * is the same class. Declarations, with their maps, come from tsc: tsup's own need a compiler API that TypeScript 7
 * does not have.
 */
import { readFileSync } from 'node:fs'
import type { BuildOptions, Plugin } from 'esbuild'

/**
 * Lets entry points import each other, so that what they share becomes one chunk or two instead of eight: a
 * process starts faster with fewer files.
 */
function inOneChunk(names: readonly string[]): Plugin {
  const all = names.map((name) => `import './${name}.ts'`).join('\n')
  return {
    name: 'one-chunk',
    setup(build) {
      build.onLoad({ filter: new RegExp(`/src/(${names.join('|')})\\.ts$`) }, ({ path }) => ({
        contents: `${readFileSync(path, 'utf8')}\n${all}`,
        loader: 'ts',
      }))
    },
  }
}

/** The options for entry points in `src`; those `apart` do not become part of what the others share. */
export function library(names: readonly string[], apart: readonly string[] = []) {
  return {
    entry: [...names, ...apart].map((name) => `src/${name}.ts`),
    format: 'esm' as const,
    target: 'es2022',
    platform: 'neutral' as const,
    splitting: true,
    sourcemap: true,
    clean: true,
    dts: false,
    esbuildPlugins: [inOneChunk(names)],
    esbuildOptions(options: BuildOptions) {
      // Of the imports that the plugin adds only their being there counts.
      options.logOverride = { 'ignored-bare-import': 'silent' }
    },
  }
}
