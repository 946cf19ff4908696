import { readdirSync, readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'
// @boundaries-ignore how packages are built is no part of them
import { base, onIndex } from '../../tsup.base.ts'
import manifest from './package.json' with { type: 'json' }

// V8 compiles constants in, where it knows them. In what esbuild writes it does not; so both are mended, in lines that
// keep their length, but for the exports at the end: the source map stays true.

/** The variables of the package's modules: what `let` declares. */
const variables = new Set(
  readdirSync('src')
    .map((name) => readFileSync(`src/${name}`, 'utf8'))
    .flatMap((text) => Array.from(text.matchAll(/^(?:export )?let (\w+)/gm), ([, name]) => name!)),
)

/** Where names meet, esbuild puts a number behind one of them. */
const isConstant = (name: string): boolean =>
  !variables.has(name) && !variables.has(name.replace(/\d+$/, ''))

/**
 * `const` for what is declared once: esbuild writes `var`, which V8 loads and checks at every use.
 */
function withConst(code: string): string {
  return code.replace(/^var (\w+|\{[^}]*\}) = /gm, (declaration, name: string) =>
    isConstant(name) ? `const ${name}=` : declaration,
  )
}

/**
 * Constants are exported under a second name: what a module exports, V8 keeps in a cell, which it reads and checks at
 * every use, inside the module, too.
 */
function withSecondNames(code: string): string {
  const declared = code.matchAll(/^(?:const|class) (\w+)/gm)
  const constants = new Set(Array.from(declared, ([, name]) => name!))
  return code.replace(/^export \{([^}]*)\};/m, (_, list: string) => {
    const entries = list.split(',').map((entry) => entry.trim().split(' as '))
    const seconds = entries.flatMap(([name]) => (constants.has(name!) ? [`${name}$=${name}`] : []))
    const names = entries.map(([name, as = name]) =>
      constants.has(name!) ? `${name}$ as ${as}` : `${name} as ${as}`,
    )
    return `${seconds.length > 0 ? `const ${seconds.join()};` : ''}export{${names.join()}};`
  })
}

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/graph.ts', 'src/lift.ts', 'src/testing.ts'],
  esbuildPlugins: [onIndex(['graph', 'lift', 'testing'])],
  plugins: [
    ...base.plugins,
    {
      name: 'constants',
      renderChunk: (code, { map }) => ({
        code: withSecondNames(withConst(code)),
        map: map ?? null,
      }),
    },
  ],
  define: { __VERSION__: JSON.stringify(manifest.version) },
})
