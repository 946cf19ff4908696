// Throw-away projects: the packed packages in an empty folder, as a user would install them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './checks.ts'

const root = join(import.meta.dirname, '../..')

type Manifest = {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
}

export type Package = {
  readonly name: string
  /** `@smol/value`, `@smol/value/graph`, … */
  readonly entryPoints: readonly string[]
  /** Which of these packages it needs, each with its own. */
  readonly needs: readonly string[]
  readonly tarball: string
}

/** Packs all packages into a folder. */
export async function pack(folder: string): Promise<Package[]> {
  await run(`pnpm -r --filter "./packages/*" pack --pack-destination "${folder}"`, root)
  const tarballs = readdirSync(folder)
  return readdirSync(join(root, 'packages')).map((directory) => {
    const path = join(root, 'packages', directory, 'package.json')
    const { name, exports, dependencies } = JSON.parse(readFileSync(path, 'utf8')) as Manifest
    return {
      name,
      entryPoints: Object.keys(exports)
        .filter((entry) => entry !== './package.json')
        .map((entry) => name + entry.slice(1)),
      needs: Object.keys(dependencies ?? {}),
      tarball: join(
        folder,
        tarballs.find((file) => file.startsWith(`smol-${directory}-`))!,
      ),
    }
  })
}

/** An empty project with nothing but what is named, from tarballs or with a version from the registry. */
export async function project(
  folder: string,
  wanted: readonly string[],
  type: 'module' | 'commonjs' = 'module',
): Promise<string> {
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type }),
  )
  const names = wanted.map((each) => `"${each}"`).join(' ')
  await run(`npm install --no-save --no-audit --no-fund --ignore-scripts ${names}`, folder)
  return folder
}
