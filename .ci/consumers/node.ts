// Node, with `import` and `require`, and TypeScript under each module resolution.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, expect, run } from './checks.ts'
import { isSame, useOf, type Trained } from './programs.ts'
import { project, type Package } from './project.ts'

/** Kinds of modules, how they are found, and which globals have types: those for Node come without the browser's. */
const MODES = [
  ['es2022', 'bundler', 'es2022,dom'],
  ['node16', 'node16', 'es2022'],
  ['nodenext', 'nodenext', 'es2022'],
] as const

export type Node = { readonly version: string; readonly program: string }

/** The pinned Node is the one that runs this; npm's `node` package has the others. */
export async function findNode(version: string, folder: string): Promise<Node> {
  if (process.versions.node.startsWith(`${version}.`)) return { version, program: process.execPath }
  const asked = 'node -p process.versions.node+process.execPath'
  const said = await run(`npx --yes --package=node@${version} --call="${asked}"`, folder)
  const [, found = '', program = ''] = /^([\d.]+)(.+)/m.exec(said) ?? []
  expect(found.startsWith(`${version}.`), `npx brought ${said} for Node ${version}`)
  return { version, program }
}

/** Puts the programs that use these packages into a folder. */
export function writeUse(folder: string, packages: readonly Package[]): void {
  for (const [file, text] of Object.entries(useOf(packages)))
    writeFileSync(join(folder, file), text)
}

const compile = (
  folder: string,
  version: string,
  [module, resolution, lib]: readonly string[],
): string =>
  `node "${join(folder, 'node_modules', `ts${version}`, 'bin/tsc')}" --noEmit --strict --target es2022 --lib ${lib} --skipLibCheck false --module ${module} --moduleResolution ${resolution}`

/** The code of the README that was installed, pasted into one file as it is. */
function codeOf(folder: string, name: string): string {
  const readme = readFileSync(join(folder, 'node_modules', name, 'README.md'), 'utf8')
  return Array.from(readme.matchAll(/```ts\n([^]*?)```/g), ([, code]) => code!).join('\n')
}

/** A project with one package and nothing but what it says that it needs, and the programs that use it. */
async function onlyOne(folder: string, each: Package, packages: readonly Package[]): Promise<void> {
  const wanted = packages.filter(({ name }) => name === each.name || each.needs.includes(name))
  await project(
    folder,
    wanted.map(({ tarball }) => tarball),
  )
  writeUse(folder, [each])
  const code = codeOf(folder, each.name)
  for (const file of ['readme.mjs', 'readme.mts']) writeFileSync(join(folder, file), code)
  const installed = readdirSync(join(folder, 'node_modules')).filter(
    (name) => !name.startsWith('.'),
  )
  expect(installed.join(' ') === '@smol', `it brings ${installed.join(', ')}`)
}

/**
 * Each package alone: every entry point, and what its README shows, as JavaScript and as strict TypeScript. The
 * compilers are of the project `all`: here the oldest and the newest.
 */
export async function eachAlone(
  folder: string,
  packages: readonly Package[],
  all: string,
  nodes: readonly Node[],
  compilers: readonly string[],
): Promise<void> {
  const ends = [...new Set([compilers[0]!, compilers.at(-1)!])]
  for (const each of packages) {
    const short = each.name.slice('@smol/'.length)
    const alone = join(folder, short)
    // oxlint-disable-next-line no-await-in-loop -- two processors, shared with others
    await check(`${short} alone`, () => onlyOne(alone, each, packages))
    for (const { version, program } of nodes)
      for (const file of ['use.mjs', 'use.cjs', 'readme.mjs'])
        // oxlint-disable-next-line no-await-in-loop
        await check(`${short} alone, node ${version} ${file}`, () =>
          run(`"${program}" ${file}`, alone),
        )
    for (const version of ends) {
      for (const mode of MODES)
        // oxlint-disable-next-line no-await-in-loop
        await check(`${short} alone, typescript ${version} ${mode[1]} use.mts`, () =>
          run(`${compile(all, version, mode)} use.mts`, alone),
        )
      // `console` is the browser's or Node's.
      // oxlint-disable-next-line no-await-in-loop
      await check(`${short} alone, typescript ${version} readme.mts`, () =>
        run(`${compile(all, version, MODES[0])} readme.mts`, alone),
      )
    }
  }
}

export async function onNode(
  folder: string,
  expected: Trained,
  nodes: readonly Node[],
): Promise<void> {
  for (const { version, program } of nodes) {
    const node = `"${program}"`
    for (const [way, file] of [
      ['import', 'use.mjs'],
      ['require', 'use.cjs'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop
      await check(`node ${version} ${way}`, () => run(`${node} ${file}`, folder))
    }
    // oxlint-disable-next-line no-await-in-loop
    await check(`node ${version} trains`, async () => {
      const found = JSON.parse(await run(`${node} print.mjs`, folder)) as Trained
      expect(isSame(found, expected), `${JSON.stringify(found)} is not ${JSON.stringify(expected)}`)
      expect(found.kernels !== 'plain', 'no WebAssembly kernels')
    })
  }
}

export async function inTypeScript(folder: string, versions: readonly string[]): Promise<void> {
  for (const version of versions) {
    for (const mode of MODES) {
      // A CommonJS file may require an ES module from 5.8 on; node16 never allows it.
      const isAllowed = mode[0] === 'nodenext' && Number.parseFloat(version) >= 5.8
      const files = isAllowed ? 'use.mts use.cts' : 'use.mts'
      // oxlint-disable-next-line no-await-in-loop
      await check(`typescript ${version} ${mode[1]} ${files}`, () =>
        run(`${compile(folder, version, mode)} ${files}`, folder),
      )
    }
  }
}
