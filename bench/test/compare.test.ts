// Nothing is timed that computes something else, be it in a single number.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { compare } from '../compare.ts'
import type { Side } from '../contestant.ts'
import { ROOT } from '../machine.ts'
import { entryOf } from '../ours.ts'
import { chooseRows } from '../rows.ts'

/** A checkout whose arrays have another number at one place of what they hand out. */
function wrongRoot(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'bench-'))
  t.after(() => rmSync(root, { recursive: true }))
  const dist = join(root, 'packages/mlarray/dist')
  mkdirSync(dist, { recursive: true })
  writeFileSync(join(dist, '../package.json'), '{ "type": "module", "version": "" }')
  const right = JSON.stringify(entryOf(ROOT, 'mlarray'))
  writeFileSync(
    join(dist, 'index.js'),
    `import { MLArray } from ${right}
export * from ${right}
const { toTypedArray } = MLArray.prototype
MLArray.prototype.toTypedArray = function () {
  return toTypedArray.call(this).map((x, i) => (i === 3 ? x + 0.01 : x))
}
`,
  )
  return root
}

const side = (label: string, root: string): Side => ({
  contender: 'ours',
  label,
  root,
  node: process.execPath,
})
const once = { rounds: 1, turn: 1, warmUp: 1, longest: 1 }

test('who computes something else is not timed', async (t) => {
  const [row] = chooseRows(['add'])
  const peers = [side('wrong', wrongRoot(t)), side('equal', ROOT)]
  const { sides, ratios, absent } = await compare(row!, [side('right', ROOT)], peers, once)
  assert.deepEqual(
    sides.map(({ label }) => label),
    ['right', 'equal'],
  )
  assert.deepEqual(
    ratios.map(({ peer }) => peer),
    ['equal'],
  )
  assert.equal(absent.length, 1)
  assert.equal(absent[0]!.wrong, true)
  assert.match(absent[0]!.why, /^its result \(1000000 numbers\) differs by 1\.\de-4/)
})
