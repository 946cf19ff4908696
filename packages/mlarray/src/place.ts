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

/** `file:line:column`, of a line of a stack. */
const PLACE = /(?:^|[(@]|\bat (?:async )?)([^(@]*?):(\d+):(\d+)\)?$/

const linesOf = (trace: Error): string[] =>
  (trace.stack ?? '').split('\n').filter((line) => PLACE.test(line))

const fileOf = (line: string): string =>
  PLACE.exec(line)![1]!
    .replace(/^\s*at /, '')
    .trim()

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1)

/** The folders of the `count` innermost lines. */
export function foldersOf(trace: Error, count: number): string[] {
  return linesOf(trace)
    .slice(0, count)
    .map((line) => folderOf(fileOf(line)))
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
  const isOwn = (file: string): boolean =>
    file.includes('/node_modules/@smol/') || folders.some((folder) => file.startsWith(folder))
  const first = lines.findIndex((line) => !isOwn(fileOf(line)))
  // Bundled into one file with the program, the packages' lines look like the user's.
  if (first < 0) return { line: undefined, stack: lines.join('\n') }
  const [, , row, column] = PLACE.exec(lines[first]!)!
  return { line: `${fileOf(lines[first]!)}:${row}:${column}`, stack: lines.slice(first).join('\n') }
}
