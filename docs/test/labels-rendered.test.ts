// Labels that could do harm, as Mermaid draws them in a browser: with the texts of boxes as HTML and as SVG, and
// trusting what is drawn, which pages may choose to.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toMermaid } from '@smol/mlarray'
import { labels, linesOf, made } from './labels.ts'

const executablePath = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))

type Mermaid = {
  readonly initialize: (options: object) => void
  readonly render: (id: string, text: string) => Promise<{ readonly svg: string }>
}

/** As a page shows it: blanks are one, and word joiners nothing. */
const shown = (line: string): string => line.replaceAll('\u2060', '').replaceAll(/\s+/g, ' ')

describe.runIf(executablePath !== undefined)('Mermaid draws', () => {
  let browser: Browser
  let page: Page
  /** What a drawing must not do: ask anything of the page's user, or of the network. */
  const done: string[] = []
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    })
    page = await browser.newPage()
    page.on('dialog', (dialog) => {
      done.push(dialog.message())
      void dialog.dismiss()
    })
    await page.setContent('<div id="place"></div>')
    await page.addScriptTag({
      path: join(import.meta.dirname, '../node_modules/mermaid/dist/mermaid.min.js'),
    })
    page.on('request', (request) => done.push(request.url()))
  })
  afterAll(async () => {
    await browser.close()
  })

  /** The texts of the boxes, how many arrows there are, and elements that no drawing of ours has. */
  const drawn = (text: string, htmlLabels: boolean) =>
    page.evaluate(
      async ([source, isHtml]) => {
        const { mermaid } = globalThis as unknown as { readonly mermaid: Mermaid }
        const flowchart = { htmlLabels: isHtml, wrappingWidth: 1e6 }
        const all = { securityLevel: 'loose', maxTextSize: 1e6, htmlLabels: isHtml, flowchart }
        mermaid.initialize({ startOnLoad: false, ...all })
        const place = document.querySelector('#place')!
        place.innerHTML = (await mermaid.render('drawing', source)).svg
        const textOf = (box: Element): string =>
          isHtml
            ? box.querySelector<HTMLElement>('foreignObject > *')!.innerText
            : Array.from(box.querySelectorAll('.row'), (row) => row.textContent).join('\n')
        return {
          boxes: Array.from(place.querySelectorAll('g.node'), textOf),
          arrows: place.querySelectorAll('path.flowchart-link').length,
          others: place.querySelectorAll('script, img, a, i, b, em, strong, math, [onerror]')
            .length,
        }
      },
      [text, htmlLabels] as const,
    )

  describe.each(made)('of a %s', (_, make) => {
    describe.each(['HTML', 'SVG'])('as %s', (kind) => {
      test.for(labels.map((label) => [JSON.stringify(label).slice(0, 60), label] as const))(
        '%s',
        async ([, label]) => {
          const { boxes, arrows, others } = await drawn(toMermaid(make(label)), kind === 'HTML')
          expect([boxes.length, arrows, others]).toEqual([3, 2, 0])
          const lines = linesOf(`${label}: leaf`).map(shown)
          const box = boxes.map((text) => text.split('\n').map(shown))
          expect(box.map((found) => found.slice(0, lines.length))).toContainEqual(lines)
          expect(done).toEqual([])
        },
      )
    })
  })
})
