// The processes of contenders: they answer, they compute the same, and a mistake in one
// is told. Only those run here that need no installation.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Contestant } from '../contestant.ts'
import { floats, oneHot } from '../data.ts'
import { ROOT } from '../machine.ts'
import { load } from '../peak.ts'

function start(t: TestContext, contender: 'peak' | 'ours', node = process.execPath): Contestant {
  const contestant = new Contestant({ contender, label: contender, root: ROOT, node })
  t.after(() => contestant.close())
  return contestant
}

test('a process opens a work, checks it and times it', async (t) => {
  const contestant = start(t, 'ours')
  await contestant.open('sum')
  const { length, samples } = await contestant.check(2)
  const sum = floats(1_000_000, 1).reduce((total, x) => total + x, 0)
  assert.equal(length, 1)
  assert.equal(samples.length, 2)
  assert.ok(Math.abs(samples[0]! / sum - 1) < 2e-4)
  const { ms, runs } = await contestant.time({ runs: 3 })
  assert.equal(runs, 3)
  assert.ok(ms > 0)
})

test('a work that a contender does not have is an answer, not an end', async (t) => {
  const contestant = start(t, 'peak')
  await assert.rejects(contestant.open('add'), /not available/)
  assert.equal((await contestant.open('matmul-f32-256')).version, '')
})

test('a process that ends says why', async (t) => {
  const contestant = start(t, 'peak', 'no-such-program')
  await assert.rejects(contestant.open('add'), /its process ended: .*no-such-program/)
})

test('the loop of the peak is a module that runs', () => {
  const work = load().works['matmul-f32-256']!()
  assert.doesNotThrow(() => (work as { run: () => void }).run())
})

test('one label in each row', () => {
  const rows = oneHot()
  assert.equal(
    rows.reduce((sum, x) => sum + x, 0),
    64,
  )
  assert.deepEqual(Array.from(rows.slice(10, 20)), [0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
})
