// The gallery of the front page: what `docs/gallery/<name>` has of each example, as a section of
// the README. `update-gallery.ts` fills these folders; this file knows nothing of running.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What an example writes to `out/figures.json`; see `examples/README.md`. */
export type Summary = {
  readonly figures: readonly {
    readonly name: string
    readonly value: number
    readonly text: string
  }[]
  readonly pictures: readonly { readonly file: string; readonly alt: string }[]
}

/** A summary, and when and on what it was measured. */
export type Entry = Summary & { readonly measured: string }

/** Bytes; a front page that takes seconds to load is no invitation. */
export const LARGEST_PICTURE = 200_000

const BEGIN = '<!-- gallery -->'
const END = '<!-- /gallery -->'

/** In the order in which one would learn; any other example comes after them. */
const ORDER = [
  'scalar-neuron',
  'linear-regression',
  'moons',
  'digits',
  'names',
  'optimisers',
  'curve-fit',
  'iris',
]

const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length)

/** The names of the folders in `folder` that have this file, in the order of the gallery. */
export const namesIn = (folder: string, file: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => existsSync(join(folder, name, file)))
        .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    : []

/**
 * The summary in a text that should be one.
 *
 * @throws TypeError with the place where it is none.
 */
export function parseSummary(text: string, place: string): Summary {
  const given = JSON.parse(text) as Partial<Summary>
  const expect = (holds: boolean, what: string) => {
    if (!holds) throw new TypeError(`gallery: ${place}: ${what}.`)
  }
  const { figures = [], pictures = [] } = given
  expect(figures.length >= 2 && figures.length <= 6, `${figures.length} figures; expected 2 … 6`)
  for (const [i, { name, value, text: shown }] of figures.entries()) {
    const isFigure = isText(name) && isText(shown) && Number.isFinite(value)
    expect(isFigure, `figure ${i} must have a name, a finite value and a text`)
  }
  expect(pictures.length > 0, 'no pictures')
  for (const [i, { file, alt }] of pictures.entries()) {
    expect(isText(alt), `picture ${i} must have an alt`)
    expect(/^[\w-]+\.(svg|png|gif)$/.test(file), `picture ${i} must be a file in out, got ${file}`)
  }
  return { figures, pictures }
}

const isText = (x: unknown) => typeof x === 'string' && x !== ''

/** The entry of an example in the gallery, from the root of the repository. */
export const readEntry = (root: string, name: string): Entry =>
  JSON.parse(readFileSync(join(root, 'docs/gallery', name, 'figures.json'), 'utf8')) as Entry

/** The README with its gallery as the folders have it. */
export function withGallery(readme: string, root: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)]
  if (begin < 0 || end < begin) throw new TypeError(`gallery: no ${BEGIN} … ${END} in the README.`)
  const names = namesIn(join(root, 'docs/gallery'), 'figures.json')
  const parts = [BEGIN, ...names.map((name) => part(root, name)), END]
  return `${readme.slice(0, begin)}${parts.join('\n\n')}${readme.slice(end + END.length)}`
}

/** The heading of an example's README, if it has one. */
export function titleOf(root: string, name: string): string | undefined {
  const path = join(root, 'examples', name, 'README.md')
  return existsSync(path) ? /^# (.*)$/m.exec(readFileSync(path, 'utf8'))?.[1] : undefined
}

/** Heading, sentence, figures, and the first two pictures. */
function part(root: string, name: string): string {
  const folder = join(root, 'examples', name)
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
  const { description } = JSON.parse(manifest) as { description: string }
  const { figures, pictures, measured } = readEntry(root, name)
  const images = pictures
    .slice(0, 2)
    .map(
      ({ file, alt }) =>
        `<img src="docs/gallery/${name}/${file}" alt="${alt}" width="49%" align="top">`,
    )
  return [
    `### [${titleOf(root, name)}](examples/${name})`,
    `${description}. \`pnpm example ${name}\``,
    figures.map((figure) => `${figure.name} **${figure.text}**`).join(' · '),
    images.join('\n'),
    `<sub>${measured}</sub>`,
  ].join('\n\n')
}
