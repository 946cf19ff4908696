import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'

/**
 * Lets entry points of `src` import each other, so that what they share becomes one chunk or two instead of eight: a
 * process starts faster with fewer files.
 */
export function inOneChunk(names: readonly string[]): Plugin {
  const all = names.map((name) => `import './${name}.ts'`).join('\n')
  return {
    name: 'one-chunk',
    setup(build) {
      // Of these imports only their being there counts.
      build.initialOptions.logOverride = { 'ignored-bare-import': 'silent' }
      build.onLoad({ filter: new RegExp(`/src/(${names.join('|')})\\.ts$`) }, ({ path }) => ({
        contents: `${readFileSync(path, 'utf8')}\n${all}`,
        loader: 'ts',
      }))
    },
  }
}
