// Runs the program as its user does, in an empty folder, where its pictures end up.
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const main = join(import.meta.dirname, '..', 'src', 'main.ts')

export function runExample(...words: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'optimisers-'))
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr, folder }
}
