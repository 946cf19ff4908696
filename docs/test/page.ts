/**
 * Runs the code of a page: all its `ts` blocks as one program, in which every result that a comment states
 * (`// → …`) is checked.
 *
 *   expression // → as the console shows it
 *   console.log(a, b) // → as the console shows them, further lines below in comments
 *   statement
 *   // → RangeError: the error that it throws
 */
import { formatWithOptions, inspect } from 'node:util'

/** What a page states, and what came out; white space does not count. */
export type Result = { readonly stated: string; readonly actual: string }

/** The results of a page in their order. Its imports are by the names of packages. */
export async function runPage(markdown: string): Promise<readonly Result[]> {
  return (await run(markdown, [])).results
}

/** What some of the names of a page stand for after it has run. */
export async function valuesIn(
  markdown: string,
  names: readonly string[],
): Promise<Record<string, unknown>> {
  return (await run(markdown, names)).values
}

async function run(markdown: string, names: readonly string[]) {
  const results: Result[] = []
  const check = (stated: string, actual: string): void => {
    results.push({ stated: plain(stated), actual: plain(actual) })
  }
  const body = `return (async () => {'use strict'\n${programOf(markdown)}\nreturn { ${names.join(', ')} }\n})()`
  // oxlint-disable-next-line typescript/no-implied-eval -- the program is the page
  const program = new Function('load', 'check', 'show', 'print', body) as (
    ...tools: readonly unknown[]
  ) => Promise<Record<string, unknown>>
  const values = await program((name: string) => import(name), check, show, print)
  return { results, values }
}

/** A value as the console of an interactive session shows it, in one line. */
function show(value: unknown): string {
  return inspect(value, { breakLength: Infinity })
}

/** What `console.log` prints. */
function print(...logged: readonly unknown[]): string {
  return formatWithOptions({}, ...logged)
}

/** How many results a page states. */
export function countResults(markdown: string): number {
  return markdown.split('// → ').length - 1
}

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** The `ts` blocks of a page, one after the other. */
export function codeOf(markdown: string): string {
  return Array.from(markdown.matchAll(/```ts\n([^]*?)```/g), ([, code]) => code!).join('\n')
}

function programOf(markdown: string): string {
  return codeOf(markdown)
    .replaceAll(
      /^import (\{[^}]*\}) from '(.*)'$/gm,
      (_, names, from) => `const ${names} = await load('${from}')`,
    )
    .replaceAll(
      /( \/\/ → .*)\n((?: *\/\/ {2,}.*\n)+)/g,
      (_, first: string, more: string) =>
        `${first} ${more.replaceAll(/^ *\/\/ +/gm, '').replaceAll('\n', ' ')}\n`,
    )
    .replaceAll(
      /^console\.log\((.*)\) \/\/ → (.*)$/gm,
      (_, logged, stated: string) => `check(${JSON.stringify(stated)}, print(${logged}))`,
    )
    .replaceAll(
      /^(.*)\n\/\/ → (.*Error: .*)$/gm,
      (_, line, stated: string) =>
        `try { ${line} } catch (error) { check(${JSON.stringify(stated)}, String(error)) }`,
    )
    .replaceAll(
      /^(.*\S) +\/\/ → (.*)$/gm,
      (_, code, stated: string) => `check(${JSON.stringify(stated)}, show(${code}))`,
    )
}
