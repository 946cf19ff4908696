// Graphs of arrays as text: an array is one box, with its shape and a few numbers.
import { expect, test } from 'vitest'
import { MLArray, noGrad, toDot, toMermaid, Value } from '../src/index.ts'

const x = new MLArray(
  [
    [1, 2],
    [3, 4],
  ],
  { label: 'x' },
)

test('an array is a box with label, operation, shape and few numbers', () => {
  expect(toDot(x.matmul(x).tanh())).toMatchInlineSnapshot(`
    "digraph {
      rankdir=LR
      node [shape=box]
      n0 [label="tanh\\nshape [2, 2]\\n[[0.99999834 1.        ]\\n [1.         1.        ]]"]
      n1 [label="matmul\\nshape [2, 2]"]
      n2 [label="x: leaf\\nshape [2, 2]\\n[[1. 2.]\\n [3. 4.]]"]
      n1 -> n0
      n2 -> n1
      n2 -> n1
    }"
  `)
})

test('Values and arrays in one drawing', () => {
  const rate = new Value(0.5, { label: 'rate' })
  expect(toMermaid(x.mul(rate).sum().at())).toMatchInlineSnapshot(`
    "flowchart LR
      n0["at<br/>data 5<br/>grad 0"]
      n1["sum<br/>shape #91;#93;"]
      n2["mul<br/>shape #91;2, 2#93;"]
      n3["x: leaf<br/>shape #91;2, 2#93;<br/>#91;#91;1. 2.#93;<br/> #91;3. 4.#93;#93;"]
      n4["fromValues<br/>shape #91;#93;<br/>0.5"]
      n5["rate: leaf<br/>data 0.5<br/>grad 0"]
      n1 --> n0
      n2 --> n1
      n3 --> n2
      n4 --> n2
      n5 --> n4"
  `)
})

test('many numbers are left out, and so are nodes above the limit', () => {
  const y = new MLArray(new Float64Array(100), { label: 'large' }).square().sum()
  expect(toMermaid(y, { limit: 3 })).toMatchInlineSnapshot(`
    "flowchart LR
      n0["sum<br/>shape #91;#93;"]
      n1["square<br/>shape #91;100#93;"]
      n2["large: leaf<br/>shape #91;100#93;"]
      n1 --> n0
      n2 --> n1"
  `)
})

test('of what has no history there is one box', () => {
  expect(toMermaid(noGrad(() => x.exp()))).toMatchInlineSnapshot(`
    "flowchart LR
      n0["constant<br/>shape #91;2, 2#93;<br/>#91;#91; 2.71828183  7.3890561 #93;<br/> #91;20.08553692 54.59815003#93;#93;"]"
  `)
})

test('refuses limits that are none', () => {
  expect(() => toDot(x, { limit: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: toDot: limit must be an integer ≥ 1, got 0.]`,
  )
})

test('a product with a vector is one box', () => {
  const [v, m] = [new MLArray([1, 2]), new MLArray([[1, 2], [3, 4]])] // prettier-ignore
  const boxesOf = (y: MLArray): number => toDot(y).match(/\[label=/g)!.length
  expect([v.dot(m.slice(0)), v.dot(v.mul(2))].map(boxesOf)).toEqual([4, 4])
  expect([v.dot(m), m.dot(v), v.matmul(m), m.matmul(v)].map(boxesOf)).toEqual([3, 3, 3, 3])
  expect([v.dot(m).op, v.dot(v).shape]).toEqual(['matmul', []])
})
