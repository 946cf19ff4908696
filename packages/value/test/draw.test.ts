// Drawings and printing: what they show, and that no label can break them.
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { installDevtoolsFormatter, toDot, toMermaid, Value } from '../src/index.ts'

function neuron(): Value {
  const x = new Value(2, { label: 'x' })
  const y = x.mul(-3).add(10)
  y.label = 'y'
  y.backward()
  return y
}

test('toDot', () => {
  expect(toDot(neuron())).toMatchInlineSnapshot(`
    "digraph {
      rankdir=LR
      node [shape=box]
      n0 [label="y: add\\ndata 4\\ngrad 1"]
      n1 [label="mul\\ndata -6\\ngrad 1"]
      n2 [label="constant\\ndata 10\\ngrad 0"]
      n3 [label="x: leaf\\ndata 2\\ngrad -3"]
      n4 [label="constant\\ndata -3\\ngrad 0"]
      n1 -> n0
      n2 -> n0
      n3 -> n1
      n4 -> n1
    }"
  `)
})

test('toMermaid', () => {
  expect(toMermaid(neuron())).toMatchInlineSnapshot(`
    "flowchart LR
      n0["y: add<br/>data 4<br/>grad 1"]
      n1["mul<br/>data -6<br/>grad 1"]
      n2["constant<br/>data 10<br/>grad 0"]
      n3["x: leaf<br/>data 2<br/>grad -3"]
      n4["constant<br/>data -3<br/>grad 0"]
      n1 --> n0
      n2 --> n0
      n3 --> n1
      n4 --> n1"
  `)
})

test('labels are escaped', () => {
  const x = new Value(1, { label: 'a "b" <i>&\\n\nend] }' })
  expect(toDot(x)).toMatchInlineSnapshot(`
    "digraph {
      rankdir=LR
      node [shape=box]
      n0 [label="a \\"b\\" &lt;i&gt;&amp;\\\\n\\nend] }: leaf\\ndata 1\\ngrad 0"]
    }"
  `)
  expect(toMermaid(x)).toMatchInlineSnapshot(`
    "flowchart LR
      n0["a #34;b#34; #60;i#62;#38;#92;#8288;n<br/>end#93; #125;: leaf<br/>data 1<br/>grad 0"]"
  `)
})

test('a limit says what it left out', () => {
  let y = new Value(1)
  for (let i = 0; i < 1000; i++) y = y.add(y)
  expect(
    toDot(y)
      .split('\n')
      .filter((line) => line.includes('label')),
  ).toHaveLength(201)
  expect(toMermaid(y, { limit: 2 })).toMatchInlineSnapshot(`
    "flowchart LR
      n0["add<br/>data 1.0715086071862673e+301<br/>grad 0"]
      n1["add<br/>data 5.357543035931337e+300<br/>grad 0"]
      n2["… 999 more nodes"]
      n1 --> n0
      n1 --> n0
      n2 --> n1"
  `)
})

test('a node that is used twice is drawn once, with two arrows', () => {
  const x = new Value(3)
  expect(toMermaid(x.mul(x))).toMatchInlineSnapshot(`
    "flowchart LR
      n0["mul<br/>data 9<br/>grad 0"]
      n1["leaf<br/>data 3<br/>grad 0"]
      n1 --> n0
      n1 --> n0"
  `)
})

test('printing shows data, gradient, operation and label, not internals', () => {
  const y = neuron()
  expect(String(y)).toBe('Value(data=4, grad=1, op=add, label="y")')
  expect(String([y])).toBe(y.toString())
  expect(inspect([y, new Value(0.5)])).toBe(`[ ${y.toString()}, Value(data=0.5, grad=0) ]`)
})

test('JSON has the number, and no graph', () => {
  const a = new Value(3)
  expect(JSON.stringify({ a, y: a.mul(a).add(a), none: new Value(NaN) })).toBe(
    '{"a":3,"y":12,"none":null}',
  )
})

test('a browser shows the same once the formatter is installed', () => {
  const scope = globalThis as {
    devtoolsFormatters?: { header(x: unknown): unknown; hasBody(x: unknown): boolean }[]
  }
  installDevtoolsFormatter()
  installDevtoolsFormatter()
  const [formatter, ...others] = scope.devtoolsFormatters!
  delete scope.devtoolsFormatters
  expect(others).toEqual([])
  expect(formatter!.header(new Value(2))).toEqual(['span', {}, 'Value(data=2, grad=0)'])
  expect([formatter!.header({}), formatter!.hasBody(new Value(2))]).toEqual([null, false])
})
