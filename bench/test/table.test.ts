// What a run says: verdicts, tables, figures, and where it is written.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Comparison } from '../compare.ts'
import { replaceSection, replaceSpeed } from '../page.ts'
import { chooseRows, ROWS, type Row } from '../rows.ts'
import { figure, ratioTable, timeTable, toMarkdown, toText } from '../table.ts'
import { judge } from '../verdict.ts'

const row: Row = {
  name: 'add',
  group: 'elementwise',
  title: 'add',
  subjects: ['ours'],
  peers: ['tfjs', 'jax'],
  bars: [
    { over: ['tfjs', 'jax'], times: 1.2 },
    { over: ['numpy-ts'], times: 1 },
  ],
  tolerance: 0,
}

const comparison: Comparison = {
  row: 'add',
  sides: [
    { label: 'smol', version: '', times: [2, 2, 2] },
    { label: 'tfjs wasm', version: '4.22.0', times: [3, 3, 6] },
    { label: 'jax-js', version: '0.1.25', times: [2.2, 2.2, 2.2] },
  ],
  ratios: [
    { subject: 'smol', peer: 'tfjs wasm', ratios: [1.5, 1.5, 3] },
    { subject: 'smol', peer: 'jax-js', ratios: [1.1, 1.1, 1.1] },
  ],
  absent: [{ label: 'numpy-ts', why: 'not available', wrong: false }],
}

test('the strongest peer decides, and who is absent is not judged', () => {
  assert.deepEqual(judge(row, comparison), [
    { bar: '1.2 × tfjs wasm, jax-js', measured: 1.1, reached: false },
    { bar: '1 × numpy-ts' },
  ])
})

test('a bar in milliseconds is reached below it', () => {
  const bars = [{ below: 2.5 }, { below: 2 }]
  const reached = judge({ ...row, bars }, comparison).map((verdict) => verdict.reached)
  assert.deepEqual(reached, [true, false])
})

test('the table of ratios has a column per peer that took part', () => {
  assert.equal(
    toMarkdown(ratioTable([{ row, comparison }])),
    `| work | ms | tfjs wasm | jax-js | bars |
| --- | --: | --: | --: | --- |
| add | 2.00 | 1.50 | 1.10 | 1.2 × tfjs wasm, jax-js: missed (1.10); 1 × numpy-ts: not measured |`,
  )
})

test('a subject that is not there keeps its line', () => {
  const two: Row = { ...row, subjects: ['ours-kernels', 'ours'] }
  const { rows } = ratioTable([{ row: two, comparison }])
  assert.deepEqual(rows[0]!.slice(0, 4), ['add, kernel', 'not available', '', ''])
  assert.match(rows[0]!.at(-1)!, /^1.2 × .*: not measured; 1 × .*: not measured$/)
  assert.deepEqual(rows[1]!.slice(0, 4), ['add', '2.00', '1.50', '1.10'])
  assert.equal(rows[1]!.at(-1), '')
})

test('the table of times has the spread', () => {
  assert.equal(
    toText(timeTable([{ row, comparison }])).split('\n')[2],
    'add   tfjs wasm  3.00    4.00  3.00–5.40  1.50 (1.50–2.70)',
  )
})

test('figures have three digits', () => {
  const written = [0.01234, 1.234, 12.34, 123.4, 1234, 0].map(figure).join(' ')
  assert.equal(written, '0.0123 1.23 12.3 123 1234 0.00')
})

test('rows are chosen by name and by group, and no name occurs twice', () => {
  assert.deepEqual(
    chooseRows(['products', 'add']).map(({ name }) => name),
    ['matmul-batched', 'matmul-wide', 'add'],
  )
  assert.equal(new Set(ROWS.map(({ name }) => name)).size, ROWS.length)
})

test('a run takes the place of the one before on that Node, and of nothing else', () => {
  const machine = { date: '', processor: '', system: '', node: 'v24.1.0', commit: 'abc' }
  const page = `a
<!-- results: Node 24 -->
old
<!-- end of results: Node 24 -->
<!-- results: Node 26 -->
kept
<!-- end of results: Node 26 -->
`
  const run = { machine, rounds: 3, results: [{ row, comparison }] }
  const once = replaceSection(page, run)
  assert.ok(once.startsWith('a\n<!-- results: Node 24 -->\n\n'))
  assert.ok(once.includes('tfjs wasm 4.22.0, jax-js 0.1.25'))
  assert.ok(!once.includes('old') && once.includes('\nkept\n'))
  assert.equal(replaceSection(once, run), once)
  const readme = replaceSpeed('a\n<!-- speed -->\nold\n<!-- /speed -->\nb', run)
  assert.match(
    readme,
    /^a\n<!-- speed -->\n\n!\[.*\]\(docs\/benchmarks-node24\.svg\)[^]*Node 24[^]*\n<!-- \/speed -->\nb$/,
  )
  assert.doesNotMatch(readme, /old/)
  assert.throws(() => replaceSection('', run), /results: Node 24/)
})
