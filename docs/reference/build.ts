/**
 * Writes the reference as static pages, into `out/`: every entry point of the four packages, the README as
 * the front page, and the pages of `docs/`. Typedoc reads the sources and their comments; `reference.ts`
 * says what it is to make of them. Nothing is fetched, neither here nor by the pages. Fails where a link is
 * broken or the reference leaves something out.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { gapsOf } from './complete.ts'
import { reference } from './reference.ts'

const out = join(import.meta.dirname, 'out')
rmSync(out, { recursive: true, force: true })
const { app, project } = await reference()
await app.generateDocs(project, out)
const gaps = await gapsOf(project)
for (const gap of gaps) console.log(gap)
if (gaps.length > 0 || app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1
console.log(`docs/reference/out/index.html: ${Object.keys(project.reflections).length} entries`)
