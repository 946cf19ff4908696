// Names that could do harm where they are shown or stored come out as what they are: text.
import { beforeAll, describe, expect, test } from 'vitest'
import { MLArray, toDot, toMermaid, Value } from '../src/index.ts'
import { fromNpz, toNpz } from '../src/npz.ts'
import { fromSafetensors, toSafetensors } from '../src/safetensors.ts'

const names: readonly string[] = [
  '<img src=x onerror="alert(1)">',
  '</text><script>alert(1)</script>',
  '"] --> x["',
  '", shape=none] evil [label="',
  'a\\',
  'a\\" n9 -> n0',
  'one\ntwo\r\nthree\rfour',
  'end',
  '#quot;#60;b#62;',
  '&lt;b&gt; &amp;',
  '`code` {x} %%{init: {}}%%',
  '\u202Eabc\u202C',
  'constructor',
  'toString',
  '__proto__',
]

let own: string[]
beforeAll(() => {
  own = Object.getOwnPropertyNames(Object.prototype)
})

/** The text in the one box of a drawing. */
function textInDot(dot: string): string {
  const [, text] = /^ {2}n0 \[label="((?:[^"\\]|\\.)*)"\]$/m.exec(dot)!
  return text!
    .replaceAll(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

function textInMermaid(text: string): string {
  const [, box] = /^ {2}n0\["([^"]*)"\]$/m.exec(text)!
  return box!
    .replaceAll('<br/>', '\n')
    .replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
}

describe.each(names)('%j', (name) => {
  const lines = name.replaceAll(/\r\n|\r/g, '\n')
  const made = (): [string, MLArray | Value][] => [
    ['array', new MLArray([1], { label: name })],
    ['Value', new Value(1, { label: name })],
  ]

  test('in drawings', () => {
    for (const [, x] of made()) {
      const [dot, mermaid] = [toDot(x), toMermaid(x)]
      expect(dot.split('\n')).toHaveLength(5)
      expect(textInDot(dot).startsWith(`${lines}: leaf\n`)).toBe(true)
      expect(mermaid.split('\n')).toHaveLength(2)
      expect(textInMermaid(mermaid).startsWith(`${lines}: leaf\n`)).toBe(true)
      expect(mermaid.replaceAll('<br/>', '')).not.toMatch(/[<>]/)
    }
  })

  test('in print', () => {
    for (const [, x] of made()) expect(String(x)).not.toContain('\n')
    expect(String(new Value(1, { label: name }))).toContain(JSON.stringify(name))
  })

  test('in files', async () => {
    const record = Object.fromEntries([[name, new MLArray([7])]])
    if (name === '__proto__') {
      expect(() => toSafetensors(record)).toThrow('is not allowed')
      await expect(toNpz(record)).rejects.toThrow('is not allowed')
      return
    }
    for (const read of [
      fromSafetensors(toSafetensors(record)),
      await fromNpz(await toNpz(record)),
    ]) {
      expect(Object.keys(read)).toEqual([name])
      expect(Object.hasOwn(read, name)).toBe(true)
      expect(read[name]!.toList()).toEqual([7])
    }
  })

  test('leaves Object.prototype alone', () => {
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(own)
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  })
})
