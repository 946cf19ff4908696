// The picture of the README is what the optimisers do.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { draw } from '../tools/paths.ts'

test('the picture is up to date: pnpm generate optim draws it again', async () => {
  expect(await draw()).toBe(readFileSync(new URL('../docs/paths.svg', import.meta.url), 'utf8'))
})
