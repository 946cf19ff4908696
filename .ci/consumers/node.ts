// Node, with `import` and `require`, and TypeScript under each module resolution.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, expect, run } from './checks.ts'
import { useOf } from './programs.ts'
import { project, type Package } from './project.ts'

/** Kinds of modules, how they are found, and which globals have types: those for Node come without the browser's. */
const MODES = [
  ['es2022', 'bundler', 'es2022,dom'],
  ['node16', 'node16', 'es2022'],
  ['nodenext', 'nodenext', 'es2022'],
] as const

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

/**
 * Each package alone, with nothing but what it says that it needs: every entry point, and what its README shows, as
 * JavaScript and as strict TypeScript. The compiler is of the project `all`.
 */
export async function eachAlone(
  folder: string,
  packages: readonly Package[],
  all: string,
  version: string,
): Promise<void> {
  for (const each of packages) {
    const short = each.name.slice('@smol/'.length)
    const wanted = packages.filter(({ name }) => name === each.name || each.needs.includes(name))
    const alone = join(folder, short)
    // oxlint-disable-next-line no-await-in-loop -- two processors, shared with others
    await check(`${short} alone`, async () => {
      await project(
        alone,
        wanted.map(({ tarball }) => tarball),
      )
      const installed = readdirSync(join(alone, 'node_modules')).filter(
        (name) => !name.startsWith('.'),
      )
      expect(installed.join(' ') === '@smol', `it brings ${installed.join(', ')}`)
      writeUse(alone, [each])
      await run(`"${process.execPath}" use.mjs`, alone)
      await run(`"${process.execPath}" use.cjs`, alone)
      await run(`${compile(all, version, MODES[2])} use.mts`, alone)
    })
    // oxlint-disable-next-line no-await-in-loop
    await check(`${short}: the code of its README, pasted`, async () => {
      const code = codeOf(alone, each.name)
      for (const file of ['readme.mjs', 'readme.mts']) writeFileSync(join(alone, file), code)
      await run(`"${process.execPath}" readme.mjs`, alone)
      // `console` is the browser's or Node's.
      await run(`${compile(all, version, MODES[0])} readme.mts`, alone)
    })
  }
}

export async function onNode(folder: string, versions: readonly string[]): Promise<void> {
  for (const version of versions) {
    // The pinned Node is the one that runs this; npm's `node` package has the others.
    const here = process.versions.node.startsWith(`${version}.`)
    const node = here ? `"${process.execPath}"` : `npx --yes node@${version}`
    for (const [way, file] of [
      ['import', 'use.mjs'],
      ['require', 'use.cjs'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop
      await check(`node ${version} ${way}`, () => run(`${node} ${file}`, folder))
    }
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
