// `pnpm gallery [name …]` runs the examples, all or those named, with their default settings,
// takes their figures and pictures into docs/gallery, and writes the gallery of the README anew.
// With `--no-run` it only writes, after a change of a heading or a description, as `pnpm generate docs` does.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import {
  LARGEST_PICTURE,
  namesIn,
  parseSummary,
  titleOf,
  withGallery,
  type Entry,
} from './gallery.ts'

const root = join(import.meta.dirname, '..', '..')
const all = namesIn(join(root, 'examples'), 'package.json')
const words = process.argv.slice(2)
const asked = words.filter((word) => word !== '--no-run')
const unknown = asked.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(
    `gallery: there is no example "${unknown[0]}"; expected some of: ${all.join(', ')}.`,
  )
  process.exit(2)
}

/** Runs an example and takes what it made; the reason where there is nothing to take. */
function take(name: string): string | undefined {
  if (titleOf(root, name) === undefined) return 'has no README.md with a heading'
  const out = join(root, 'examples', name, 'out')
  const path = join(out, 'figures.json')
  rmSync(path, { force: true })
  const { status } = spawnSync(process.execPath, ['.ci/example.ts', name], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) return `ended with ${status}`
  if (!existsSync(path)) return 'wrote no out/figures.json'

  const summary = parseSummary(readFileSync(path, 'utf8'), `examples/${name}/out/figures.json`)
  const large = summary.pictures.find(
    ({ file }) => statSync(join(out, file)).size > LARGEST_PICTURE,
  )
  if (large) return `${large.file} has more than ${LARGEST_PICTURE} bytes`

  const folder = join(root, 'docs/gallery', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { file } of summary.pictures) copyFileSync(join(out, file), join(folder, file))
  const entry: Entry = { ...summary, measured }
  writeFileSync(join(folder, 'figures.json'), `${JSON.stringify(entry, null, 2)}\n`)
  return undefined
}

const day = new Date().toISOString().slice(0, 10)
const measured = `${day}, ${cpus()[0]!.model.trim()}, Node ${process.versions.node}`
const failed: string[] = []
const chosen = asked.length > 0 ? asked : all
for (const name of words.includes('--no-run') ? [] : chosen) {
  console.log(`\n=== ${name}\n`)
  const reason = take(name)
  if (reason !== undefined) failed.push(`${name} ${reason}`)
}
const readme = join(root, 'README.md')
writeFileSync(readme, withGallery(readFileSync(readme, 'utf8'), root))
console.log(`\ngallery: ${namesIn(join(root, 'docs/gallery'), 'figures.json').join(', ')}`)
for (const what of failed) console.error(`gallery: left as it was: ${what}.`)
process.exit(failed.length > 0 ? 1 : 0)
