// The entry points share a chunk (`splitting`), so that a class imported through any of them is the same class.
// Declarations, with their maps, come from tsc: tsup's own need a compiler API that TypeScript 7 does not have.
import { readFileSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'

const names = ['index', 'kernels', 'npy', 'npz', 'safetensors', 'testing']

/** Not npz, which loads an optional dependency: bundlers would ask everyone for it. */
const together = names.filter((name) => name !== 'npz')

/**
 * Lets these entry points import each other, so that what they share becomes few chunks instead of eight: a
 * process starts faster with fewer files.
 */
const oneChunk: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'one-chunk',
  setup(build) {
    const all = together.map((name) => `import './${name}.ts'`).join('\n')
    build.onLoad({ filter: new RegExp(`/src/(${together.join('|')})\\.ts$`) }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8')}\n${all}`,
      loader: 'ts',
    }))
  },
}

export default defineConfig({
  entry: names.map((name) => `src/${name}.ts`),
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: false,
  esbuildPlugins: [oneChunk],
  esbuildOptions(options) {
    // Of the imports that the plugin adds only their being there counts.
    options.logOverride = { 'ignored-bare-import': 'silent' }
  },
})
