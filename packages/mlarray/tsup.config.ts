// The entry points share a chunk (`splitting`), so that a class imported through any of them is the same class.
// Declarations, with their maps, come from tsc: tsup's own need a compiler API that TypeScript 7 does not have.
import { defineConfig } from 'tsup'
// @boundaries-ignore how packages are built is no part of them
import { inOneChunk } from '../../tsup.base.ts'

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/kernels.ts',
    'src/npy.ts',
    'src/npz.ts',
    'src/safetensors.ts',
    'src/testing.ts',
  ],
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: false,
  // Not npz, which loads an optional dependency: bundlers would ask everyone for it.
  esbuildPlugins: [inOneChunk(['index', 'kernels', 'npy', 'safetensors', 'testing'])],
  // Without blanks an engine reads the chunk a fifth faster. Names stay, and the marks that bundlers need to leave
  // out what is not used; lines are broken, since a program that ends with an error shows the one where it was thrown.
  minify: 'terser',
  terserOptions: {
    compress: false,
    mangle: false,
    format: { preserve_annotations: true, max_line_len: 120 },
  },
})
