// Headless Chromium: a plain page with an import map and no bundler, and a module worker, under strict
// content-security policies. Each page sends what it found back to the server that it came from.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { check, expect, skip } from './checks.ts'
import { isSame, type Trained } from './programs.ts'
import type { Package } from './project.ts'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const PATIENCE = 60_000

/** Only what the server itself sends, and the one inline script, the import map, by its hash. */
const STRICT = "default-src 'none'; connect-src 'self'; script-src 'self' 'nonce-map'"
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

type Case = {
  readonly title: string
  readonly page: 'page' | 'worker'
  readonly headers: Readonly<Record<string, string>>
  readonly wasm: boolean
  /** How many threads run where four are asked for. */
  readonly threads: number
}

const policy = (more: string): Case['headers'] => ({ 'content-security-policy': STRICT + more })
const WITH_WASM = " 'wasm-unsafe-eval'; worker-src 'self'"
const CASES: readonly Case[] = [
  { title: 'import map', page: 'page', headers: {}, wasm: true, threads: 1 },
  {
    title: 'import map, no eval of any kind',
    page: 'page',
    headers: policy(''),
    wasm: false,
    threads: 1,
  },
  {
    title: 'import map, wasm-unsafe-eval',
    page: 'page',
    headers: policy(WITH_WASM),
    wasm: true,
    threads: 1,
  },
  {
    title: 'worker, no eval of any kind',
    page: 'worker',
    headers: policy("; worker-src 'self'"),
    wasm: false,
    threads: 1,
  },
  {
    title: 'worker, wasm-unsafe-eval',
    page: 'worker',
    headers: policy(WITH_WASM),
    wasm: true,
    threads: 1,
  },
  { title: 'page, cross-origin isolated', page: 'page', headers: ISOLATED, wasm: true, threads: 1 },
  {
    title: 'worker, cross-origin isolated: threads',
    page: 'worker',
    headers: ISOLATED,
    wasm: true,
    threads: 4,
  },
  {
    title: 'worker, cross-origin isolated, wasm-unsafe-eval, workers from blobs: threads',
    page: 'worker',
    headers: { ...policy(`${WITH_WASM} blob:`), ...ISOLATED },
    wasm: true,
    threads: 4,
  },
]

/** What a page or a worker does; the worker's is bundled, since import maps are for pages. */
const REPORT = `
import { setThreads } from '@smol/mlarray'
import { train } from './train.mjs'

export async function report() {
  try {
    const threads = await setThreads(4)
    return { ...train(), threads }
  } catch (error) {
    return { problem: String(error.stack) }
  }
}
`
const SEND = "fetch('/found', { method: 'POST', body: JSON.stringify(found) })"
const SCRIPTS: Readonly<Record<string, string>> = {
  'report.mjs': REPORT,
  'page.mjs': `import { report } from './report.mjs'\nconst found = await report()\nawait ${SEND}\n`,
  'in-worker.mjs': `import { report } from './report.mjs'\nreport().then((found) => postMessage(found))\n`,
  'worker.mjs': `const worker = new Worker('/bundled/esbuild/in-worker.mjs', { type: 'module' })
worker.onmessage = ({ data: found }) => ${SEND}
worker.onerror = ({ message }) => {
  const found = { problem: 'the worker: ' + message }
  ${SEND}
}
`,
}
/** What a bundler must make of these scripts. */
export const BUNDLED = ['in-worker']

export function writePages(folder: string, packages: readonly Package[]): void {
  for (const [file, text] of Object.entries(SCRIPTS)) writeFileSync(join(folder, file), text)
  const imports = Object.fromEntries(
    packages.flatMap(({ name, entryPoints }) => {
      const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
      const { exports } = JSON.parse(manifest) as {
        exports: Readonly<Record<string, { readonly default: string }>>
      }
      return entryPoints.map((entry) => {
        const target = exports[`.${entry.slice(name.length)}`]!.default
        return [entry, `/${join('node_modules', name, target)}`]
      })
    }),
  )
  for (const page of ['page', 'worker'])
    writeFileSync(
      join(folder, `${page}.html`),
      `<!doctype html><meta charset="utf-8"><title>${page}</title>
<script type="importmap" nonce="map">${JSON.stringify({ imports })}</script>
<script type="module" src="/${page}.mjs"></script>
`,
    )
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
}

/** Serves the folder with the headers of one case; resolves `found` with what a page sends. */
async function serve(
  folder: string,
  headers: Case['headers'],
): Promise<{ url: string; found: Promise<Trained>; close: () => void }> {
  const { promise: found, resolve } = Promise.withResolvers<Trained>()
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    if (path === '/found') {
      const body = await request.toArray()
      resolve(JSON.parse(Buffer.concat(body as Buffer[]).toString()) as Trained)
      response.end()
      return
    }
    const file = join(folder, path)
    const type = TYPES[extname(file)]
    if (type === undefined || !existsSync(file)) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': type, ...headers }).end(readFileSync(file))
  }
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  // Localhost is a secure context, which memory that threads share needs.
  return { url: `http://localhost:${port}`, found, close: () => server.close() }
}

async function visit(chromium: string, folder: string, each: Case): Promise<Trained> {
  const { url, found, close } = await serve(folder, each.headers)
  const profile = mkdtempSync(join(tmpdir(), 'smol-chromium-'))
  const browser = spawn(
    chromium,
    [
      '--headless',
      // Chromium refuses its sandbox to root, as which containers run.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--enable-logging=stderr',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      `${url}/${each.page}.html`,
    ],
    // What else it writes goes to the same folder, not to the user's.
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HOME: profile, TMPDIR: profile },
      // A group of its own, to be ended as one.
      detached: true,
    },
  )
  let log = ''
  browser.stderr.on('data', (text) => (log += String(text)))
  const said = (): string => log.match(/.*CONSOLE.*/g)?.join('\n') ?? log.slice(-1000)
  const ended = once(browser, 'exit')
  // The processes that it started have the same pipe: none of them writes to the folder after this.
  const closed = once(browser, 'close')
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer:\n${said()}`)), PATIENCE)
  const early = ended.then(() => {
    throw new Error(`the browser has ended:\n${said()}`)
  })
  try {
    return await Promise.race([found, late, early])
  } finally {
    clearTimeout(timer)
    early.catch(() => undefined)
    if ((browser.exitCode ?? browser.signalCode) === null) process.kill(-browser.pid!, 'SIGKILL')
    await closed
    close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

export async function inBrowser(folder: string, expected: Trained): Promise<void> {
  const chromium = CHROMIUM.find((path) => existsSync(path))
  if (chromium === undefined) {
    skip('chromium', `none of ${CHROMIUM.join(', ')} is there`)
    return
  }
  for (const each of CASES) {
    // oxlint-disable-next-line no-await-in-loop -- two processors, shared with others
    await check(`chromium: ${each.title}`, async () => {
      const found = await visit(chromium, folder, each)
      const { kernels, threads, problem } = found
      expect(problem === undefined, String(problem))
      expect((kernels !== 'plain') === each.wasm, `the kernels are ${kernels}`)
      expect(threads === each.threads, `${threads} threads run`)
      expect(isSame(found, expected), `${JSON.stringify(found)} is not ${JSON.stringify(expected)}`)
    })
  }
}
