import { Value, dot, sum } from '@smol/value'
import { Closure } from './closures.ts'
import { oneByOne, training } from './epoch.ts'
const leaf = (data: number): Value => new Value(data)
const fixed = (data: number): Value => new Value(data, { requiresGrad: false })
const ts: any = {
  closures: training<Closure>({
    parameter: (d) => new Closure(d),
    constant: (d) => new Closure(d),
    ...oneByOne<Closure>(),
  }),
  values: training<Value>({ parameter: leaf, constant: fixed, ...oneByOne<Value>() }),
  lists: training<Value>({
    parameter: leaf,
    constant: fixed,
    neuron: dot,
    total: sum,
    norm: (x) => dot(x, x),
  }),
}
const which = process.argv.slice(2)
const R: any = {}
for (let r = 0; r < 8; r++)
  for (const w of which) {
    const t = ts[w]
    const q = (R[w] ??= { F: [], B: [], T: [] })
    for (let i = 0; i < 25; i++) {
      const s = performance.now()
      const l = t.forward()
      const m = performance.now()
      l.backward()
      const e = performance.now()
      if (r > 1) {
        q.F.push(m - s)
        q.B.push(e - m)
        q.T.push(e - s)
      }
    }
  }
const st = (x: number[]) => {
  const t = x.toSorted((a, b) => a - b)
  return `median ${t[t.length >> 1]!.toFixed(2)} min ${t[0]!.toFixed(2)} mean ${(x.reduce((a, b) => a + b) / x.length).toFixed(2)}`
}
for (const w of which)
  console.log(
    w.padEnd(8),
    'fwd',
    st(R[w].F),
    '| bwd',
    st(R[w].B),
    '| total',
    st(R[w].T),
    which[0] === 'closures'
      ? (
          R.closures.T.toSorted((a: number, b: number) => a - b)[R.closures.T.length >> 1] /
          R[w].T.toSorted((a: number, b: number) => a - b)[R[w].T.length >> 1]
        ).toFixed(2)
      : '',
  )
