// The table of the README, and the examples in the documentation: their code gives what `// →` says.
import { readdirSync, readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import * as mlarray from '@smol/mlarray'
import { expect, test } from 'vitest'
import * as losses from '../src/index.ts'
import * as metrics from '../src/metrics.ts'
import { draw, pictures } from '../tools/pictures.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const readme = read('../README.md')

/** A printed result with its numbers to 12 digits, since tuned kernels may round otherwise. */
function rounded(shown: string): string {
  return shown.replaceAll(/\d+\.\d{12,}/g, (digits) =>
    String(Number(Number(digits).toPrecision(12))),
  )
}

/** Runs code in which a result that it states is a call of `check`; gives how many there were. */
function run(code: string, names: Readonly<Record<string, unknown>>): number {
  let checked = 0
  const check = (actual: unknown, shown: string): void => {
    expect(rounded(inspect(actual))).toBe(rounded(shown))
    checked++
  }
  const program = code.replaceAll(
    /^(?:console\.log\((.*)\)|(.*\S))\s+\/\/ → (.*)$/gm,
    (_, logged, bare, shown) => `check(${logged ?? bare}, ${JSON.stringify(shown)})`,
  )
  // oxlint-disable-next-line typescript/no-implied-eval -- the program is the documentation
  new Function('check', ...Object.keys(names), `'use strict'\n${program}`)(
    check,
    ...Object.values(names),
  )
  return checked
}

const examples = readdirSync(new URL('../src', import.meta.url)).flatMap((file) =>
  [...read(`../src/${file}`).matchAll(/ \* @example\n((?: \* .*\n)+)/g)].map(([, code], i) => ({
    name: `${file} ${i + 1}`,
    code: code!.replaceAll(/^ \* /gm, ''),
  })),
)

test.each(examples)('the example $name', ({ code }) => {
  expect(run(code, { MLArray: mlarray.MLArray, ...losses, ...metrics })).toBe(1)
})

test('every loss and metric has an example', () => {
  const text = examples.map(({ code }) => code).join()
  for (const name of [...Object.keys(losses), ...Object.keys(metrics)])
    expect(text).toContain(`${name}(`)
})

test('every loss has its line', () => {
  const lines = [...readme.matchAll(/^\| `(\w+)` +\|.*\(docs\/(\w+)\.svg\) +\|$/gm)]
  for (const [, name, picture] of lines) expect(picture).toBe(name)
  expect(lines.map(([, name]) => name!).toSorted()).toEqual(Object.keys(losses).toSorted())
  expect(readme.split('\n').length).toBeLessThanOrEqual(150)
})

test.each(Object.keys(pictures) as (keyof typeof pictures)[])(
  'the picture of %s is up to date: pnpm generate losses draws it again',
  async (name) => {
    expect(await draw(name)).toBe(read(`../docs/${name}.svg`))
  },
)
