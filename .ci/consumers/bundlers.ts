// Vite, esbuild and webpack: what is bundled runs, and nothing comes along that was not imported.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, expect, run } from './checks.ts'
import { isSame, type Trained } from './programs.ts'

export const BUNDLERS = { esbuild: '0.28.2', vite: '8.3.8', webpack: '5.112.2' } as const
type Bundler = keyof typeof BUNDLERS

/** One program each: what it prints, and texts that must not come along. */
const PROGRAMS = {
  value: {
    source: `import { Value } from '@smol/value'
const x = new Value(2)
x.mul(x).backward()
console.log(x.grad)`,
    prints: '4',
  },
  loss: {
    source: `import { mseLoss } from '@smol/losses'
import { MLArray } from '@smol/mlarray'
console.log(mseLoss(new MLArray([1, 2]), new MLArray([3, 5])).item())`,
    prints: '6.5',
  },
  optimizer: {
    source: `import { MLArray } from '@smol/mlarray'
import { SGD } from '@smol/optim'
const x = new MLArray([1])
x.square().sum().backward()
new SGD([x], { learningRate: 0.25 }).step()
console.log(x.at(0).data)`,
    prints: '0.5',
  },
  // Everything that can be imported: here the texts that others must not have are found.
  everything: {
    source: `import * as losses from '@smol/losses'
import * as mlarray from '@smol/mlarray'
import * as optim from '@smol/optim'
import * as value from '@smol/value'
globalThis.everything = [losses, mlarray, optim, value].flatMap((each) => Object.values(each))
console.log(globalThis.everything.length > 100)`,
    prints: 'true',
  },
} as const
type Program = keyof typeof PROGRAMS

/** Texts of messages, which survive every minifier, of code that a program does not import. */
const FOREIGN: readonly (readonly [Program, readonly string[]])[] = [
  ['value', ['matmul', 'ShapeError', 'WebAssembly', 'customOp', 'digraph', 'hessian']],
  ['loss', ['crossEntropyLoss', 'huberLoss', 'ctcLoss', 'tripletMarginLoss', 'Adam', 'toDot']],
  ['optimizer', ['LBFGS', 'Muon', 'oneCycle', 'clipGradNorm', 'mseLoss', 'hessian']],
]

/** What runs in the folder of the tools: builds `name.js` of the consumer into `bundled/`. */
const BUILD = `
import { createRequire } from 'node:module'
import { join } from 'node:path'
const [bundler, folder, ...names] = process.argv.slice(2)
const out = join(folder, 'bundled', bundler)
for (const name of names) {
  const entry = join(folder, name + '.mjs')
  if (bundler === 'esbuild') {
    const { build } = await import('esbuild')
    await build({ entryPoints: [entry], outfile: join(out, name + '.mjs'), bundle: true, minify: true, format: 'esm', logLevel: 'error' })
  } else if (bundler === 'vite') {
    const { build } = await import('vite')
    await build({
      root: folder, configFile: false, logLevel: 'error',
      build: { outDir: out, emptyOutDir: false, minify: true, target: 'es2022',
        lib: { entry, formats: ['es'], fileName: () => name + '.mjs' } },
    })
  } else {
    const webpack = createRequire(import.meta.url)('webpack')
    await new Promise((resolve, reject) => webpack({
      mode: 'production', context: folder, entry, target: ['web', 'es2022'],
      experiments: { outputModule: true }, performance: { hints: false },
      output: { path: out, filename: name + '.mjs', library: { type: 'module' } },
    }, (error, stats) => error ?? (stats.hasErrors() || stats.hasWarnings()) ? reject(error ?? new Error(stats.toString())) : resolve()))
  }
}
`

const bundle = (folder: string, bundler: Bundler, name: string): string =>
  join(folder, 'bundled', bundler, `${name}.mjs`)

/** The others would build it slowly, and to no other end. */
const builds = (bundler: Bundler, name: string): boolean =>
  name !== 'everything' || bundler === 'esbuild'

/** Bundles every program with every bundler, and `extra` ones that others run. */
export async function inBundlers(
  folder: string,
  tools: string,
  expected: Trained,
  extra: readonly string[],
): Promise<void> {
  for (const [name, { source }] of Object.entries(PROGRAMS))
    writeFileSync(join(folder, `${name}.mjs`), source)
  writeFileSync(join(tools, 'build.mjs'), BUILD)
  for (const bundler of Object.keys(BUNDLERS) as Bundler[]) {
    const names = Object.keys(PROGRAMS).filter((name) => builds(bundler, name))
    names.push('print', ...(bundler === 'esbuild' ? extra : []))
    const title = `${bundler} ${BUNDLERS[bundler]}`
    // oxlint-disable-next-line no-await-in-loop -- two processors, shared with others
    await check(`${title} builds`, () =>
      run(`"${process.execPath}" build.mjs ${bundler} "${folder}" ${names.join(' ')}`, tools),
    )
    // oxlint-disable-next-line no-await-in-loop
    await check(`${title}: what it built runs`, () => runAll(folder, bundler, expected))
    // oxlint-disable-next-line no-await-in-loop
    await check(`${title} leaves out what is not imported`, () => {
      const everything = readFileSync(bundle(folder, 'esbuild', 'everything'), 'utf8')
      for (const [name, texts] of FOREIGN) {
        const code = readFileSync(bundle(folder, bundler, name), 'utf8')
        for (const text of texts) {
          expect(everything.includes(text), `${text} is no text of these packages`)
          expect(!code.includes(text), `${name} has ${text}`)
        }
      }
    })
  }
}

async function runAll(folder: string, bundler: Bundler, expected: Trained): Promise<void> {
  for (const [name, { prints }] of Object.entries(PROGRAMS)) {
    if (!builds(bundler, name)) continue
    // oxlint-disable-next-line no-await-in-loop
    const printed = await run(`"${process.execPath}" "${bundle(folder, bundler, name)}"`, folder)
    expect(printed.trim() === prints, `${name} printed ${printed}`)
  }
  const found = await run(`"${process.execPath}" "${bundle(folder, bundler, 'print')}"`, folder)
  expect(isSame(JSON.parse(found) as Trained, expected), `print printed ${found}`)
}
