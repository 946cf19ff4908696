// What a program pays: one loss brings no other, and no metric; the README states the sizes.
import { readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import * as losses from '../src/index.ts'
import * as metrics from '../src/metrics.ts'

const names = [...Object.keys(losses), ...Object.keys(metrics)]
const dist = new URL('../dist/', import.meta.url).pathname

/** The bundle of some exports of the built package, without its dependencies. */
async function bundle(exported: string, minify: boolean): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: exported, resolveDir: dist },
    bundle: true,
    format: 'esm',
    minify,
    write: false,
    external: ['@smol/*'],
    logLevel: 'error',
  })
  return outputFiles[0]!.text
}

const kilobytes = (code: string): number => brotliCompressSync(code).length / 1000

test.each(names)('%s comes alone', async (name) => {
  const from = name in losses ? './index.js' : './metrics.js'
  const code = await bundle(`export { ${name} } from '${from}'`, false)
  const brought = names.filter((other) => new RegExp(`function ${other}\\b`).test(code))
  expect(brought).toEqual([name])
})

test('the sizes that the README states, nearly', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const stated = /`mseLoss` (.*) kB, `crossEntropyLoss` (.*) kB, all losses (.*) kB/.exec(readme)
  const exported = [
    `export { mseLoss } from './index.js'`,
    `export { crossEntropyLoss } from './index.js'`,
    `export * from './index.js'`,
  ]
  const bundles = await Promise.all(exported.map((source) => bundle(source, true)))
  const ratios = bundles.map((code, i) => Number(stated?.[i + 1]) / kilobytes(code))
  expect(Math.min(...ratios)).toBeGreaterThan(0.95)
  expect(Math.max(...ratios)).toBeLessThan(1.05)
})
