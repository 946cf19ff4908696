import { Value, dot, sum } from '@smol/value'
import { Closure } from './closures.ts'
import { oneByOne, training } from './epoch.ts'
const leaf = (data: number): Value => new Value(data)
const fixed = (data: number): Value => new Value(data, { requiresGrad: false })
const which = process.argv[2]
const t =
  which === 'closures'
    ? training<Closure>({
        parameter: (d) => new Closure(d),
        constant: (d) => new Closure(d),
        ...oneByOne<Closure>(),
      })
    : which === 'lists'
      ? training<Value>({
          parameter: leaf,
          constant: fixed,
          neuron: dot,
          total: sum,
          norm: (x) => dot(x, x),
        })
      : training<Value>({ parameter: leaf, constant: fixed, ...oneByOne<Value>() })
const times: number[] = []
let f = 0,
  fw: number[] = []
for (let i = 0; i < 300; i++) {
  const s = performance.now()
  ;(t as any).epoch()
  times.push(performance.now() - s)
}
const ts = times.slice(60).toSorted((a, b) => a - b)
console.log(
  which,
  'median',
  ts[ts.length >> 1].toFixed(2),
  'mean',
  (ts.reduce((a, b) => a + b) / ts.length).toFixed(2),
  'min',
  ts[0].toFixed(2),
  'p90',
  ts[Math.floor(ts.length * 0.9)].toFixed(2),
)
