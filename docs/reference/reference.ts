/**
 * The reference as typedoc's model, made of the sources of the packages: one module for each entry point.
 * What it does not know is how pages look, and what an operation is.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import {
  Application,
  Converter,
  type Context,
  type DocumentReflection,
  LogLevel,
  normalizePath,
  type ProjectReflection,
  TypeScript as ts,
} from 'typedoc'
import { asMethod, simplifySignatures } from './method.ts'
import { HEADINGS, sectionOf } from './section.ts'

const ROOT = resolve(import.meta.dirname, '../..')
/** In the order in which one would learn. */
const PACKAGES = ['value', 'mlarray', 'losses', 'optim']

type Exports = Readonly<Record<string, { readonly types?: string }>>
type Entry = { readonly name: string; readonly file: string }

/** The entry points of a package, by the name under which they are imported. */
function entriesOf(name: string): Entry[] {
  const folder = join(ROOT, 'packages', name)
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    exports: Exports
  }
  return Object.entries(exports).flatMap(([entry, { types }]) => {
    if (types === undefined) return []
    const source = types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts')
    const file = join(folder, source)
    return [{ name: `@smol/${name}${entry.slice(1)}`, file }]
  })
}

/** The pages beside the reference: where they lie, and the heading under which they are listed. */
const PAGES: readonly (readonly [pattern: string, group: string])[] = [
  ['docs/guide/*.md', 'Guide'],
  ['docs/*.md', 'Pages'],
  ['CONTRIBUTING.md', 'Pages'],
  ['docs/graph/*.md', 'Graphs'],
  ['packages/*/docs/*.md', 'Graphs'],
  ['examples/README.md', 'Examples'],
  ['examples/*/README.md', 'Examples'],
  ['docs/decisions/*.md', 'Decisions'],
]

const GROUPS = [...new Set(PAGES.map(([, group]) => group))]

const isFirst = (path: string): boolean => basename(path) === 'README.md'

const pages = PAGES.flatMap(([pattern, group]) =>
  globSync(pattern, { cwd: ROOT })
    .toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a)) || a.localeCompare(b))
    .map((path) => ({ path: join(ROOT, path), group })),
)

const headingOf = (path: string): string =>
  /^# (.*)$/m.exec(readFileSync(path, 'utf8'))?.[1]?.replaceAll('`', '') ?? basename(path)

/** A page has the name of its heading, and its place in the list. */
function placed(document: DocumentReflection, path: string): void {
  const page = pages.find((other) => other.path === path)
  if (page === undefined) return
  document.name = headingOf(path)
  document.frontmatter['group'] = page.group
}

/** Puts each README on its module, and notes where links to folders lead: to the README there, or the first page. */
function connect(converter: Converter, project: ProjectReflection): void {
  const { files } = project
  for (const name of PACKAGES) {
    const module = project.children?.find((child) => child.name === `@smol/${name}`)
    if (module === undefined) continue
    const readme = normalizePath(join(ROOT, `packages/${name}/README.md`))
    const source = ts.createSourceFile(readme, readFileSync(readme, 'utf8'), ts.ScriptTarget.ESNext)
    module.readme = converter.parseRawComment(source, files).content
    for (const path of [`packages/${name}`, `packages/${name}/README.md`])
      files.registerReflectionPath(normalizePath(join(ROOT, path)), module)
  }
  const folders = new Set<string>()
  for (const document of project.documents ?? []) {
    const path = files.getReflectionPath(document)
    if (path === undefined) continue
    const folder = dirname(path)
    const hasReadme = existsSync(join(folder, 'README.md'))
    if (folders.has(folder) || (hasReadme && basename(path) !== 'README.md')) continue
    if (folder === normalizePath(ROOT) || relative(ROOT, folder) === 'docs') continue
    folders.add(folder)
    files.registerReflectionPath(normalizePath(folder), document)
  }
}

/** Typedoc with our settings, and what it makes of the sources. */
export async function reference(): Promise<{ app: Application; project: ProjectReflection }> {
  const entries = PACKAGES.flatMap(entriesOf)
  const app = await Application.bootstrap({
    logLevel: LogLevel.Warn,
    entryPoints: entries.map(({ file }) => file),
    tsconfig: join(import.meta.dirname, 'tsconfig.sources.json'),
    basePath: ROOT,
    name: 'smol',
    readme: join(ROOT, 'README.md'),
    projectDocuments: pages.map(({ path }) => path),
    excludeInternal: true,
    excludePrivate: true,
    excludeProtected: true,
    disableSources: true,
    hideGenerator: true,
    customCss: join(import.meta.dirname, 'reference.css'),
    sortEntryPoints: false,
    sort: ['documents-first', 'alphabetical-ignoring-documents'],
    kindSortOrder: [
      'Document',
      'Module',
      'Class',
      'Interface',
      'Function',
      'Variable',
      'TypeAlias',
    ],
    groupOrder: [...GROUPS, ...HEADINGS, 'Classes', 'Functions', '*', 'References'],
    navigation: { includeGroups: true, includeFolders: false, excludeReferences: true },
    // Options that are not of the public surface show their fields where they are used.
    validation: { notExported: false, invalidLink: true, invalidPath: true, notDocumented: false },
  })
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context: Context, reflection) => {
    asMethod(context, reflection)
    sectionOf(context, reflection)
  })
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context: undefined, document) => {
    const path = document.project.files.getReflectionPath(document)
    if (path !== undefined) placed(document, path)
  })
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    connect(app.converter, project)
    simplifySignatures(project)
  })
  const points = app.getEntryPoints() ?? []
  for (const point of points)
    point.displayName = entries.find(
      ({ file }) => normalizePath(file) === point.sourceFile.fileName,
    )!.name
  return { app, project: app.converter.convert(points) }
}
