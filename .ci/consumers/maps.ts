// Whether the source maps lead from what is installed to where it was written: debuggers and stack traces follow them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, join } from 'node:path'
import { check, expect } from './checks.ts'
import type { Package } from './project.ts'

/** What is declared by its name, in what is installed and in the sources alike. */
const DECLARED = /\b(?:class|function) (\w+)/g

/** Each installed package of a project: every function and class must lead to a line that has its name. */
export async function mapped(folder: string, packages: readonly Package[]): Promise<void> {
  for (const { name } of packages) {
    const dist = join(folder, 'node_modules', name, 'dist')
    // oxlint-disable-next-line no-await-in-loop -- they are counted in order
    await check(`source maps of ${name}`, () => {
      const files = readdirSync(dist).filter((file) => file.endsWith('.js'))
      const found = files.map((file) => declarationsIn(join(dist, file)))
      expect(Math.max(...found) > 10, 'too few functions to tell')
      const maps = readdirSync(dist, { recursive: true, encoding: 'utf8' })
      for (const map of maps.filter((file) => file.endsWith('.map'))) sourcesOf(join(dist, map))
    })
  }
}

/** Fails where a source of a map is not installed with it: an editor goes there from a declaration. */
function sourcesOf(map: string): void {
  const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: readonly string[] }
  for (const source of sources)
    expect(existsSync(join(dirname(map), source)), `${map} leads to ${source}, which is not there`)
}

/** How many there are. Fails at the first that leads astray. */
function declarationsIn(file: string): number {
  const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')))
  const { sources, sourcesContent } = map.payload
  let count = 0
  for (const [line, text] of readFileSync(file, 'utf8').split('\n').entries()) {
    for (const { index, 0: declaration, 1: name } of text.matchAll(DECLARED)) {
      const entry = map.findEntry(line, index + declaration.length - name!.length)
      if (!('originalSource' in entry))
        throw new Error(`${file}:${line + 1}: ${name} leads nowhere`)
      const source = sourcesContent[sources.indexOf(entry.originalSource)] ?? ''
      const original = source.split('\n')[entry.originalLine] ?? ''
      // Where two files have the same name, esbuild numbers it.
      const written = name!.replace(/^_|\d+$/g, '')
      expect(original.includes(written), `${file}:${line + 1}: ${name} leads to "${original}"`)
      count++
    }
  }
  return count
}
