// Labels that could do harm come out as text, wherever they are shown; docs/test has the programs that draw them.
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { toDot, toMermaid, Value } from '../src/index.ts'

test.for([
  '<img src=x onerror="alert(1)">',
  'one\ntwo\r\nthree',
  '__proto__',
  'bell\u0007 escape\u001B[31m null\u0000',
  'lone \uD800',
  'x'.repeat(100_000),
])('%j', (label) => {
  const own = Object.getOwnPropertyNames(Object.prototype)
  const x = new Value(1, { label })
  expect(x.label).toBe(label)
  for (const text of [String(x), inspect(x)]) {
    expect(text).toBe(`Value(data=1, grad=0, label=${JSON.stringify(label)})`)
    expect(text).not.toMatch(/\p{Cc}/u)
  }
  for (const drawing of [toDot(x), toMermaid(x)]) {
    expect(drawing.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cs}/u)
    expect(drawing.replaceAll('<br/>', '')).not.toMatch(/[<]/)
  }
  expect(toMermaid(x).split('\n')).toHaveLength(2)
  expect(toDot(x).split('\n')).toHaveLength(5)
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(own)
})

test('what Mermaid would take for a formula, an icon or the end of a line, and nothing else, is parted', () => {
  const drawn = (label: string): string => toMermaid(new Value(1, { label })).split('"')[1]!
  expect(drawn('$$$ $x$')).toContain('$#8288;$#8288;$ $x$: leaf')
  expect(drawn('\\n \\N \\m #92;n')).toContain('#92;#8288;n #92;#8288;N #92;m #35;92;n: leaf')
  expect(drawn('fa:fa-x fas:fa-y fa: x')).toContain('fa:#8288;fa-x fas:#8288;fa-y fa: x: leaf')
})
