// The sizes that fuzz/sizes.ts tries lie on both sides of every threshold in the sources.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RUN } from '../src/bridge.ts'
import { LEAST_TOGETHER } from '../src/together.ts'
import { thresholdOf } from '../src/vector.ts'
import { ELEMENTWISE, LENGTHS, SHARED_LENGTHS, SHARED_WORK, TINY_WORK } from './fuzz/sizes.ts'

/** A constant of a file, as its source has it. */
function constant(file: string, name: string): number {
  const source = readFileSync(new URL(`../src/${file}.ts`, import.meta.url), 'utf8')
  const [, digits, power = '1'] = new RegExp(`const ${name} = ([\\d_]+)(?: \\*\\* (\\d))?\\n`).exec(
    source,
  )!
  return Number(digits!.replaceAll('_', '')) ** Number(power)
}

const isBetween = (threshold: number, [from, to]: readonly number[]): boolean =>
  from! < threshold && threshold < to!

test('of elementwise operations and reductions', () => {
  const names = [...ELEMENTWISE, 'sum', 'max', 'min', 'softmax', 'logSoftmax', 'softmaxVjp']
  const thresholds = names
    .flatMap((name) => [thresholdOf(name, 'float32'), thresholdOf(name, 'float64')])
    .filter(Number.isFinite)
  expect(thresholds.length).toBeGreaterThan(40)
  thresholds.push(constant('vector', 'BLOCK'), constant('fold', 'BLOCK'))
  // In bytes, of two dtypes.
  thresholds.push(16_384 / 8, 16_384 / 4)
  const known: ReadonlySet<number> = new Set(LENGTHS)
  for (const least of thresholds)
    expect([least - 1, least, least + 1].filter((n) => !known.has(n))).toEqual([])
})

test('of products and threads', () => {
  expect(isBetween(constant('multiply', 'FEW'), TINY_WORK)).toBe(true)
  expect(isBetween(constant('multiply', 'SHARED_WORK'), SHARED_WORK)).toBe(true)
  const least = LEAST_TOGETHER
  expect(SHARED_LENGTHS).toEqual(
    expect.arrayContaining([least - 1, least, least + 1, least + RUN + 1]),
  )
})
