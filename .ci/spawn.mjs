// Starts a program with its arguments as they are, in the terminal of this one.
// No shell stands between, except on Windows, where pnpm and npx are .cmd files
// that nothing else can start.
import { spawnSync } from 'node:child_process'

/** @param {string} word */
const quote = (word) => (/^[\w@.,:/\\=+-]+$/.test(word) ? word : `"${word.replaceAll('"', '""')}"`)

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
export const run = (command, args, options) => {
  const all = { stdio: /** @type {const} */ ('inherit'), ...options }
  return process.platform === 'win32'
    ? spawnSync([command, ...args].map(quote).join(' '), { ...all, shell: true })
    : spawnSync(command, args, all)
}
