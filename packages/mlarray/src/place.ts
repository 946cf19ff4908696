/**
 * Where in the user's program something was called: the first line of a stack that is no line of these
 * packages. It knows how engines write stacks (V8 with a header and `at`, others `name@place`).
 */

/** V8 keeps as many lines of a stack as this says. */
const engine = Error as { stackTraceLimit?: number | undefined }

/** A stack to be read later, which is what costs. */
export function traced(): Error {
  const { stackTraceLimit } = engine
  // The packages' own lines come first.
  engine.stackTraceLimit = 50
  const trace = new Error()
  engine.stackTraceLimit = stackTraceLimit
  return trace
}

type Line = { readonly file: string; readonly at: string; readonly text: string }

/** `at name (file:1:2)` and `at file:1:2`, or `name@file:1:2`. */
const PLACES = [/^\s*at (?:async )?(?:.*? \()?(.*?):(\d+:\d+)\)?$/, /^(?:[^@]*@)?(.*?):(\d+:\d+)$/]

function linesOf(trace: Error): Line[] {
  return (trace.stack ?? '').split('\n').flatMap((text) => {
    const found = PLACES.map((place) => place.exec(text)).find((match) => match !== null)
    if (found === undefined) return []
    // Code from text: `eval at name (file:1:2), <anonymous>`.
    const file = found[1]!.startsWith('eval at ') ? found[1]!.replace(/^.*, /, '') : found[1]!
    return [{ file, at: `${file}:${found[2]}`, text }]
  })
}

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1)

/** The folders of the `count` innermost lines. */
export function foldersOf(trace: Error, count: number): string[] {
  return linesOf(trace)
    .slice(0, count)
    .map(({ file }) => folderOf(file))
}

export type Place = {
  /** `file:line:column`; nothing where the user's lines cannot be told from those of the packages. */
  readonly line: string | undefined
  /** The stack from there. */
  readonly stack: string
}

/** The user's part of a stack: from the first line outside of the given folders. */
export function placeIn(trace: Error, folders: readonly string[]): Place {
  const lines = linesOf(trace)
  const isOwn = ({ file }: Line): boolean =>
    file.includes('/node_modules/@smol/') || folders.some((folder) => file.startsWith(folder))
  const first = lines.findIndex((line) => !isOwn(line))
  const stack = lines
    .slice(Math.max(first, 0))
    .map(({ text }) => text)
    .join('\n')
  // Bundled into one file with the program, the packages' lines look like the user's.
  return { line: lines[first]?.at, stack }
}
