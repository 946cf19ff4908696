// Two copies of the package in one program: the first operation that mixes them says so.
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import * as own from '../dist/index.js'

const folder = mkdtempSync(join(tmpdir(), 'value-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('two built copies do not mix silently', async () => {
  const dist = new URL('../dist/', import.meta.url)
  for (const file of readdirSync(dist)) {
    copyFileSync(new URL(file, dist), join(folder, file))
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const other = (await import(
    /* @vite-ignore */ pathToFileURL(join(folder, 'index.js')).href
  )) as typeof own
  expect(other.Value).not.toBe(own.Value)
  const mix = (): unknown => new own.Value(1).add(new other.Value(2))
  const version = own.VERSION
  expect(mix).toThrow(
    `add: this Value comes from another copy of @smol/value (version ${version}; this one is ${version}). Install one copy only.`,
  )
  expect(() => own.dot([new other.Value(1)], [2])).toThrow('another copy')
  expect(() => own.grad(() => new other.Value(1))(2)).toThrow('must return a Value')
})

test('the entry points share one copy', async () => {
  const graph = await import('../dist/graph.js')
  const { checkGrads } = await import('../dist/testing.js')
  expect(new own.Value(1)).toBeInstanceOf(graph.Node)
  checkGrads((x) => own.dot([x], [x]), [3])
})
