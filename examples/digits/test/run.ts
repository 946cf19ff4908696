// Runs the program as its user does, in an empty folder, where its pictures end up.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const main = join(import.meta.dirname, '..', 'src', 'main.ts')

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

export function runDigits(...words: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'digits-'))
  folders.push(folder)
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr, folder }
}
