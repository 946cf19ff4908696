// Vite, esbuild and webpack: what is bundled runs, and nothing comes along that was not imported.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { check, expect, run } from './checks.ts'
import { isSame, type Trained } from './programs.ts'

export const BUNDLERS = { esbuild: '0.28.2', vite: '8.3.8', webpack: '5.112.2' } as const
type Bundler = keyof typeof BUNDLERS

/** One program each, and what it prints. */
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
} as const
type Program = keyof typeof PROGRAMS

async function exportsOf(folder: string, name: string): Promise<readonly string[]> {
  const path = join(folder, 'node_modules', name, 'dist/index.js')
  return Object.keys((await import(pathToFileURL(path).href)) as object)
}

/** A program that keeps all that can be imported: here the texts that others must not have are found. */
async function everythingIn(folder: string): Promise<string> {
  const packages = ['@smol/value', '@smol/mlarray', '@smol/losses', '@smol/optim']
  const imported = await Promise.all(
    packages.map(async (name, i) =>
      (await exportsOf(folder, name)).map((each) => ({ name, each, as: `${each}${i}` })),
    ),
  )
  // One by one: an object of all of a package would have their names as texts.
  const lines = imported
    .flat()
    .map(({ name, each, as }) => `import { ${each} as ${as} } from '${name}'`)
  const all = imported.flat().map(({ as }) => as)
  return `${lines.join('\n')}\nglobalThis.everything = [${all.join(', ')}]`
}

/** Words, which survive every minifier in messages, of code that a program does not import. */
async function foreignTo(folder: string): Promise<Readonly<Record<Program, readonly string[]>>> {
  const losses = await exportsOf(folder, '@smol/losses')
  const optimizers = (await exportsOf(folder, '@smol/optim')).filter((name) => /^[A-Z]/.test(name))
  const arrays = ['MLArray', 'ShapeError', 'WebAssembly', 'matmul']
  const more = ['customOp', 'digraph', 'hessian']
  return {
    value: [...arrays, ...more, ...losses, ...optimizers],
    loss: [...more, ...optimizers, ...losses.filter((name) => name !== 'mseLoss')],
    optimizer: [
      'clipGradNorm',
      'hessian',
      'oneCycle',
      ...losses,
      ...optimizers.filter((name) => name !== 'SGD'),
    ],
  }
}

const hasWord = (code: string, word: string): boolean => new RegExp(`\\b${word}\\b`).test(code)

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

/** Bundles every program with every bundler, and `extra` ones that others run. */
export async function inBundlers(
  folder: string,
  tools: string,
  expected: Trained,
  extra: readonly string[],
): Promise<void> {
  for (const [name, { source }] of Object.entries(PROGRAMS))
    writeFileSync(join(folder, `${name}.mjs`), source)
  writeFileSync(join(folder, 'everything.mjs'), await everythingIn(folder))
  writeFileSync(join(tools, 'build.mjs'), BUILD)
  const foreign = Object.entries(await foreignTo(folder))
  for (const bundler of Object.keys(BUNDLERS) as Bundler[]) {
    const names = [...Object.keys(PROGRAMS), 'print']
    // The others would build it slowly, and to no other end.
    if (bundler === 'esbuild') names.push('everything', ...extra)
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
      for (const [name, words] of foreign) {
        const code = readFileSync(bundle(folder, bundler, name), 'utf8')
        for (const word of words) {
          expect(hasWord(everything, word), `${word} is no word of these packages`)
          expect(!hasWord(code, word), `${name} has ${word}`)
        }
      }
    })
  }
}

async function runAll(folder: string, bundler: Bundler, expected: Trained): Promise<void> {
  for (const [name, { prints }] of Object.entries(PROGRAMS)) {
    // oxlint-disable-next-line no-await-in-loop
    const printed = await run(`"${process.execPath}" "${bundle(folder, bundler, name)}"`, folder)
    expect(printed.trim() === prints, `${name} printed ${printed}`)
  }
  const found = await run(`"${process.execPath}" "${bundle(folder, bundler, 'print')}"`, folder)
  expect(isSame(JSON.parse(found) as Trained, expected), `print printed ${found}`)
}
