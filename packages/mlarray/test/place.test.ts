// The user's line in a stack, as engines write them.
import { expect, test } from 'vitest'
import { foldersOf, placeIn, traced } from '../src/place.ts'

const stackOf = (...lines: string[]): Error =>
  Object.assign(new Error('x'), { stack: lines.join('\n') })
const own = ['/lib/dist/', 'https://host/lib/']

test('in V8', () => {
  const trace = stackOf(
    'Error: x',
    '    at record (/lib/dist/chunk.js:1:20)',
    '    at method [as log] (/lib/dist/index.js:3:4)',
    '    at loss (/home/me/a @ b/(group)/train.ts:7:12)',
    '    at /home/me/main.ts:2:1',
  )
  const { line, stack } = placeIn(trace, own)
  expect(line).toBe('/home/me/a @ b/(group)/train.ts:7:12')
  expect(stack.split('\n')).toHaveLength(2)
  expect(placeIn(stackOf('Error', '    at file:///a.mjs:1:2'), own).line).toBe('file:///a.mjs:1:2')
  const evaluated = stackOf('    at eval (eval at run (/home/me/page.ts:1:2), <anonymous>:16:4)')
  expect(placeIn(evaluated, own).line).toBe('<anonymous>:16:4')
})

test('in other engines', () => {
  const trace = stackOf(
    'record@https://host/lib/index.js:1:20',
    'loss@https://host/app/@me/train.js:7:12',
  )
  expect(placeIn(trace, own).line).toBe('https://host/app/@me/train.js:7:12')
})

test('packages of the family are not the user’s, wherever they lie', () => {
  const trace = stackOf(
    '    at mse (/home/me/node_modules/.pnpm/@smol+losses@1.0.0/node_modules/@smol/losses/dist/index.js:1:2)',
    '    at /home/me/main.ts:2:1',
  )
  expect(placeIn(trace, own).line).toBe('/home/me/main.ts:2:1')
})

test('nothing where all lines look alike, as in a bundle', () => {
  const trace = stackOf('    at a (/lib/dist/app.js:1:2)', '    at b (/lib/dist/app.js:3:4)')
  expect(placeIn(trace, own).line).toBeUndefined()
  expect(placeIn(trace, own).stack.split('\n')).toHaveLength(2)
})

test('of this file', () => {
  const trace = traced()
  expect(foldersOf(trace, 2)[1]).toMatch(/test\/$/)
  expect(placeIn(trace, foldersOf(trace, 1)).line).toMatch(/place\.test\.ts:\d+:\d+$/)
})
