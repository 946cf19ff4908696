// Compiles `refused.ts` without its directives, and looks for the message that each of them announces.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'mlarray-types-'))
const lines = readFileSync(join(import.meta.dirname, 'refused.ts'), 'utf8').split('\n')

/** The compiler's messages, by line; further lines of a message are indented. */
function compile(): ReadonlyMap<number, string> {
  const source = lines.join('\n').replaceAll('@ts-expect-error', 'expected:')
  writeFileSync(join(folder, 'refused.ts'), source.replaceAll('../..', root))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        types: [],
        allowImportingTsExtensions: true,
        rewriteRelativeImportExtensions: false,
      },
      files: ['refused.ts'],
      include: [],
    }),
  )
  const compiler = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const messages = new Map<number, string>()
  try {
    execFileSync(process.execPath, [join(compiler, 'bin/tsc'), '--pretty', 'false', '-p', folder], {
      cwd: folder,
      encoding: 'utf8',
    })
  } catch (error) {
    const { stdout } = error as { stdout: string }
    for (const [, line, message] of stdout.matchAll(
      /^refused\.ts\((\d+),\d+\): (.*(?:\n .*)*)/gm,
    )) {
      messages.set(Number(line), message!)
    }
  }
  return messages
}

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const announced = lines.flatMap((line, i) => {
  const message = /@ts-expect-error (.+)/.exec(line)?.[1]
  return message === undefined ? [] : [{ message, line: i + 2 }]
})
const messages = compile()

test.each(announced)('$message', ({ message, line }) => {
  expect(messages.get(line)).toContain(message)
})

test('nothing else is refused', () => {
  expect([...messages.keys()]).toEqual(announced.map(({ line }) => line))
})
