// The entry points share chunks (`splitting`), so that a class imported through
// any of them is the same class. Declarations, with their maps, come from tsc:
// tsup's own need a compiler API that TypeScript 7 does not have.
import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/training.ts'],
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: false,
})
