// The tables of operations: up to date and complete.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MLArray } from '@smol/mlarray'
import * as functions from '@smol/mlarray'
import { binary, comparisons, ternary, unary } from '@smol/value/ops'
import { expect, test } from 'vitest'
import { page } from '../tools/operations.ts'

const committed = readFileSync(join(import.meta.dirname, '..', 'operations.md'), 'utf8')
const rows = Object.keys({ ...unary, ...binary, ...ternary, ...comparisons })

const plain = (text: string): string =>
  text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---').trim()

test('docs/operations.md is up to date: pnpm generate docs writes it', () => {
  expect(plain(committed)).toBe(plain(page()))
})

/** The names in the first column. */
const listed = new Set(
  Array.from(committed.matchAll(/^\| `(?:\w+\.)?(\w+)(?:\([^`]*\))?` +\|/gm), ([, name]) => name!),
)

test('every row and every operation of arrays is listed', () => {
  const others = new Set(
    `constructor ndim dtype requiresGrad op label detach set toList item toTypedArray at allClose arrayEqual
    backward grad gradNode zeroGrad onGradient assign toString toJSON inputs describe`.split(/\s+/),
  )
  const methods = Object.getOwnPropertyNames(MLArray.prototype).filter((name) => !others.has(name))
  expect([...rows, ...methods].filter((name) => !listed.has(name))).toEqual([])
})

test('what is listed exists', () => {
  const names = [
    ...rows,
    ...Object.keys(functions),
    ...Object.getOwnPropertyNames(MLArray.prototype),
  ]
  const primitives = 'checkpoint copy fromValues place recurrence surprisal'.split(' ')
  expect([...listed].filter((name) => ![...names, ...primitives].includes(name))).toEqual([])
})
