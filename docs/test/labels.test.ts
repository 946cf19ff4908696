// Labels that could do harm, in drawings that the programs read for which they are made: Graphviz and Mermaid.
import { instance } from '@viz-js/viz'
import { JSDOM } from 'jsdom'
import { beforeAll, describe, expect, test } from 'vitest'
import { toDot, toMermaid } from '@smol/mlarray'
import { labels, linesOf, made } from './labels.ts'

type Diagram = {
  readonly db: { readonly getVertices: () => ReadonlyMap<string, { readonly text: string }> }
}
type Mermaid = {
  readonly initialize: (options: { readonly startOnLoad: boolean }) => void
  readonly mermaidAPI: { getDiagramFromText(text: string): Promise<Diagram> }
}

let viz: Awaited<ReturnType<typeof instance>>
let mermaid: Mermaid
beforeAll(async () => {
  viz = await instance()
  // Mermaid cleans texts by a page's means.
  const { window } = new JSDOM()
  const { document, Element, DOMParser } = window
  Object.assign(globalThis, { window, document, Element, DOMParser })
  mermaid = (await import('mermaid')).default as unknown as Mermaid
  mermaid.initialize({ startOnLoad: false })
})

describe.each(made)('of a %s', (_, make) => {
  test.for(labels.map((label) => [JSON.stringify(label).slice(0, 60), label] as const))(
    'Graphviz shows %s',
    ([, label]) => {
      const svg = viz.renderString(toDot(make(label)), { format: 'svg' })
      const { document } = new JSDOM(svg, { contentType: 'image/svg+xml' }).window
      const boxes = [...document.querySelectorAll('g.node')].map((box) =>
        [...box.querySelectorAll('text')].map((line) => line.textContent.replaceAll('\u00A0', ' ')),
      )
      expect(boxes).toHaveLength(3)
      expect(document.querySelectorAll('g.edge')).toHaveLength(2)
      expect(document.querySelectorAll('script, img, a')).toHaveLength(0)
      const lines = linesOf(`${label}: leaf`)
      expect(
        boxes.find((box) => box.join('\n').includes(': leaf'))!.slice(0, lines.length),
      ).toEqual(lines)
    },
  )

  test.for(labels.map((label) => [JSON.stringify(label).slice(0, 60), label] as const))(
    'Mermaid reads %s',
    async ([, label]) => {
      const { db } = await mermaid.mermaidAPI.getDiagramFromText(toMermaid(make(label)))
      const texts = [...db.getVertices().values()].map(({ text }) => text)
      expect(texts).toHaveLength(3)
      // What Mermaid puts for `#60;` until it draws.
      const shown = texts.map((text) =>
        text.split(/<br ?\/?>/).map((line) =>
          line.replaceAll(/ﬂ°°(\d+)¶ß/g, (__, code: string) =>
            // A word joiner shows nothing.
            code === '8288' ? '' : String.fromCodePoint(Number(code)),
          ),
        ),
      )
      expect(texts.join('').replaceAll(/<br ?\/?>/g, '')).not.toMatch(/[<>]/)
      const lines = linesOf(`${label}: leaf`)
      expect(
        shown.find((box) => box.join('\n').includes(': leaf'))!.slice(0, lines.length),
      ).toEqual(lines)
    },
  )
})
