import { defineConfig } from 'tsup'
// @boundaries-ignore how packages are built is no part of them
import { base, onIndex } from '../../tsup.base.ts'
import manifest from './package.json' with { type: 'json' }

/**
 * esbuild writes `var` where a module has `const`, and V8 then loads and checks at every use what it would
 * have compiled in. Whatever is never assigned again is made `const` once more; the line keeps its length, for the
 * source map.
 */
function withConst(code: string): string {
  const isAssigned = (name: string): boolean =>
    new RegExp(
      `(?<!^var |[.\\w$])${name} ?([-+*/%&|^?<>]*=(?!=)|\\+\\+|--)|(\\+\\+|--)${name}\\b`,
      'm',
    ).test(code)
  return code.replace(/^var (\w+|\{[^}]*\}) = /gm, (declaration, name: string) =>
    name.startsWith('{') || !isAssigned(name) ? `const ${name}=` : declaration,
  )
}

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/graph.ts', 'src/lift.ts', 'src/testing.ts'],
  esbuildPlugins: [onIndex(['graph', 'lift', 'testing'])],
  plugins: [
    ...base.plugins,
    {
      name: 'const',
      renderChunk: (code, { map }) => ({ code: withConst(code), map: map ?? null }),
    },
  ],
  define: { __VERSION__: JSON.stringify(manifest.version) },
})
