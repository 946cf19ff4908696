/**
 * The headings under which the members of an array are listed: those of its interface in `typed.ts`, and the
 * tables of rows.
 */
import { readFileSync } from 'node:fs'
import { Comment, CommentTag, type Context, type DeclarationReflection } from 'typedoc'

const TABLES: Readonly<Record<string, string>> = {
  unary: 'Operations on one operand',
  binary: 'Operations on two operands',
  ternary: 'Operations on three operands',
  comparisons: 'Comparisons',
}

const TYPED = new URL('../../packages/mlarray/src/typed.ts', import.meta.url)
const headingsOf = (text: string): string[] =>
  Array.from(text.matchAll(/^ {2}\/\/ -{4} (.*) -{4}$/gm), ([, heading]) => heading!)

/** All of them, in order. */
export const HEADINGS: readonly string[] = [
  ...new Set([
    'Constructors',
    ...headingsOf(readFileSync(TYPED, 'utf8')),
    ...Object.values(TABLES),
  ]),
]

/** The last heading (`// ---- Views ----`, or a table of rows) before a declaration. */
function headingBefore(text: string, fileName: string): string | undefined {
  if (fileName.endsWith('value/src/ops.ts')) {
    const table = [...text.matchAll(/^export const (\w+) = \{$/gm)].at(-1)?.[1]
    return table === undefined ? undefined : TABLES[table]
  }
  return fileName.endsWith('mlarray/src/typed.ts') ? headingsOf(text).at(-1) : undefined
}

/** Gives a member of `Value` or `MLArray` the heading under which it stands in the source. */
export function sectionOf(context: Context, reflection: DeclarationReflection): void {
  const { parent } = reflection
  if (parent?.name !== 'MLArray' && parent?.name !== 'Value') return
  const declaration = context.getSymbolFromReflection(reflection)?.declarations?.[0]
  if (declaration === undefined) return
  const source = declaration.getSourceFile()
  const heading = headingBefore(source.text.slice(0, declaration.getStart()), source.fileName)
  if (heading === undefined) return
  reflection.comment ??= new Comment()
  reflection.comment.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: heading }]))
}
