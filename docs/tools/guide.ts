// `pnpm --filter @smol/docs guide` draws the pictures of the guide anew, after a build.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pages } from './guide-pictures.ts'

const folder = join(import.meta.dirname, '..', 'guide', 'pictures')
mkdirSync(folder, { recursive: true })
for (const [page, drawAll] of Object.entries(pages)) {
  // oxlint-disable-next-line no-await-in-loop -- one page after the other, as it is told
  for (const [file, svg] of Object.entries(await drawAll())) {
    writeFileSync(join(folder, file), `${svg}\n`)
    console.log(`${page}: ${file}, ${(svg.length / 1000).toFixed(1)} kB`)
  }
}
