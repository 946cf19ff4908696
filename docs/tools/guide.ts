// `pnpm generate docs` draws the pictures of the guide anew, where they are no longer what a page computes.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pages } from './guide-pictures.ts'

const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g

const textOf = (svg: string) => svg.replaceAll(NUMBER, '#').trim()
const numbersOf = (svg: string) => Array.from(svg.matchAll(NUMBER), ([number]) => Number(number))

/** What is written in a picture, without how it is drawn. */
const wordsOf = (svg: string) => svg.replaceAll(/<[^>]*>/g, ' ')

/** The largest difference of two numbers, for which the texts must be alike. */
function distance(svg: string, committed: string): number {
  const before = numbersOf(committed)
  return Math.max(0, ...numbersOf(svg).map((x, i) => Math.abs(x - before[i]!)))
}

/**
 * Whether two drawings show the same. Training gives other last digits on another machine: a pixel, or one in the
 * last place written.
 */
export const isSame = (svg: string, committed: string): boolean =>
  textOf(svg) === textOf(committed) &&
  distance(svg, committed) <= 1 &&
  distance(wordsOf(svg), wordsOf(committed)) < 0.011

if (import.meta.main) {
  const folder = join(import.meta.dirname, '..', 'guide', 'pictures')
  mkdirSync(folder, { recursive: true })
  for (const [page, drawAll] of Object.entries(pages)) {
    // oxlint-disable-next-line no-await-in-loop -- one page after the other, as it is told
    for (const [name, svg] of Object.entries(await drawAll())) {
      const file = join(folder, name)
      if (existsSync(file) && isSame(svg, readFileSync(file, 'utf8'))) continue
      writeFileSync(file, `${svg}\n`)
      console.log(`${page}: ${name}, ${(svg.length / 1000).toFixed(1)} kB`)
    }
  }
}
