// The entry points share a chunk (`splitting`), so that a class imported through any of them is the same class.
// Declarations, with their maps, come from tsc: tsup's own need a compiler API that TypeScript 7 does not have.
import { defineConfig } from 'tsup'
// @boundaries-ignore how packages are built is no part of them
import { inOneChunk } from '../../tsup.base.ts'
import manifest from './package.json' with { type: 'json' }

/**
 * esbuild writes `var` where a module has `const`, and V8 then loads and checks at every use what it would
 * have compiled in. Whatever is never assigned again is made `const` once more.
 */
function withConst(code: string): string {
  const isAssigned = (name: string): boolean =>
    new RegExp(
      `(?<!^var |[.\\w$])${name} ?([-+*/%&|^?<>]*=(?!=)|\\+\\+|--)|(\\+\\+|--)${name}\\b`,
      'm',
    ).test(code)
  return code.replace(/^var (\w+|\{[^}]*\}) = /gm, (declaration, name: string) =>
    name.startsWith('{') || !isAssigned(name) ? `const ${name} = ` : declaration,
  )
}

export default defineConfig({
  entry: ['src/index.ts', 'src/graph.ts', 'src/lift.ts', 'src/testing.ts'],
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: false,
  esbuildPlugins: [inOneChunk(['index', 'graph', 'lift', 'testing'])],
  plugins: [
    {
      name: 'const',
      renderChunk: (code, { map }) => ({ code: withConst(code), map: map ?? null }),
    },
  ],
  define: { __VERSION__: JSON.stringify(manifest.version) },
})
