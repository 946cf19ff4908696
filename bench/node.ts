// The program of another version of Node: the one that runs this, or what npx brings.
import { spawnSync } from 'node:child_process'

export function findNode(major: number | undefined): string {
  const running = Number(process.versions.node.split('.')[0])
  if (major === undefined || major === running) return process.execPath
  const args = ['--yes', `--package=node@${major}`, '--call=node -p process.execPath']
  const windows = process.platform === 'win32'
  const { stdout, stderr } = windows
    ? spawnSync(['npx', ...args.map((arg) => `"${arg}"`)].join(' '), { shell: true })
    : spawnSync('npx', args)
  const path = String(stdout).trim().split('\n').at(-1)
  if (!path) throw new Error(`npx could not bring Node ${major}: ${String(stderr)}`)
  return path
}
