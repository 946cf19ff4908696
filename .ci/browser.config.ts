// The array and kernel suites of mlarray in headless Chromium, for `pnpm test:platforms`: all tests that do
// without Node, on the sources, since those of the kernels reach into them.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '../packages/mlarray')

/** They expect Node's paths in a stack, Node's way to hide a package, and Node's process. */
const ofNode: ReadonlySet<string> = new Set(['place.test.ts', 'npz.test.ts', 'fuzz.test.ts'])

/** And those that import what a page has not. */
const needsNode = readdirSync(join(root, 'test'))
  .filter((file) => file.endsWith('.test.ts'))
  .filter(
    (file) =>
      ofNode.has(file) ||
      /from '(?:node:[\w/]+|\.\.\/tools\/[^']+)'/.test(
        readFileSync(join(root, 'test', file), 'utf8'),
      ),
  )

export default defineConfig({
  root,
  // Threads need memory that is shared, and a page has it only with these.
  server: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
  test: {
    include: ['test/*.test.ts'],
    exclude: needsNode.map((file) => `test/${file}`),
    testTimeout: 120_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
          args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
          ],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
