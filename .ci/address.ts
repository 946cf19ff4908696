// Says in every package where its sources are, before it is published: npm's page links there, and a registry refuses
// provenance of a package that does not say it. The address is that of the workflow's repository, or of the remote
// `origin`; it is written into package.json (`repository`, `homepage`, `bugs`) and into the relative links and pictures
// of README.md, which npm would show as dead. Only of what is packed: `pnpm release` runs it, nobody commits it.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const root = join(import.meta.dirname, '..')

/** `https://host/owner/name`, without `.git`. */
function addressOf({ env }: NodeJS.Process): string {
  const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: name } = env
  if (name !== undefined) return `${server}/${name}`
  const options = { cwd: root, encoding: 'utf8' } as const
  const { stdout } = spawnSync('git', ['remote', 'get-url', 'origin'], options)
  const [, host, path] =
    /^(?:\w+:\/\/)?(?:\w+@)?([\w.-]+)[:/](.+?)(?:\.git)?\s*$/.exec(stdout) ?? []
  if (host === undefined || !host.includes('.'))
    throw new Error(`address: ${stdout.trim() || 'no remote'} is no address that npm can show.`)
  return `https://${host}/${path}`
}

/** A relative link or picture; code is not looked into. */
const LINK = /```[^]*?```|(!?)(\[[^\]]*\])\((?!\w+:|#)([^)\s]+)\)/g

const address = addressOf(process)
for (const name of readdirSync(join(root, 'packages'))) {
  const directory = `packages/${name}`
  const manifest = join(root, directory, 'package.json')
  const said = {
    ...(JSON.parse(readFileSync(manifest, 'utf8')) as object),
    homepage: `${address}/tree/main/${directory}#readme`,
    bugs: `${address}/issues`,
    repository: { type: 'git', url: `git+${address}.git`, directory },
  }
  writeFileSync(manifest, `${JSON.stringify(said, null, 2)}\n`)

  const readme = join(root, directory, 'README.md')
  const absolute = readFileSync(readme, 'utf8').replaceAll(
    LINK,
    (all: string, picture: string, text: string | undefined, to: string) => {
      if (text === undefined) return all
      const kind = picture === '' ? 'blob' : 'raw'
      return `${picture}${text}(${address}/${kind}/main/${posix.join(directory, to)})`
    },
  )
  writeFileSync(readme, absolute)
}
console.log(`address: ${address}`)
