/**
 * Speed of the scalar engine beside the closures: `pnpm bench`, or `node --expose-gc bench/main.ts` on the
 * Node of your choice. Contenders take turns in one process, since a machine's speed drifts.
 */
import { dot, sum, topologicalOrder, Value } from '@smol/value'
import { Closure } from './closures.ts'
import { oneByOne, training } from './epoch.ts'

const ROUNDS = 12
const EPOCHS_PER_ROUND = 25

const leaf = (data: number): Value => new Value(data)
const fixed = (data: number): Value => new Value(data, { requiresGrad: false })

const closures = training<Closure>({
  parameter: (data) => new Closure(data),
  constant: (data) => new Closure(data),
  ...oneByOne<Closure>(),
})
const values = training<Value>({ parameter: leaf, constant: fixed, ...oneByOne<Value>() })
const lists = training<Value>({
  parameter: leaf,
  constant: fixed,
  neuron: dot,
  total: sum,
  norm: (terms) => dot(terms, terms),
})

const contenders = { closures, values, lists }
type Name = keyof typeof contenders
const names = Object.keys(contenders) as Name[]
const times: Record<Name, number[]> = { closures: [], values: [], lists: [] }
const losses: Record<Name, number> = { closures: 0, values: 0, lists: 0 }

for (let round = 0; round < ROUNDS; round++) {
  for (const name of names) {
    for (let i = 0; i < EPOCHS_PER_ROUND; i++) {
      const start = performance.now()
      losses[name] = contenders[name].epoch()
      // The first two rounds warm up.
      if (round >= 2) times[name].push(performance.now() - start)
    }
  }
}

const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[xs.length >> 1]!
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b) / xs.length

console.log(`Node ${process.version}, ${topologicalOrder(values.forward()).length} tracked nodes`)
for (const name of names) {
  const [mid, average] = [median(times[name]), mean(times[name])]
  const byMedian = (median(times.closures) / mid).toFixed(2)
  const byMean = (mean(times.closures) / average).toFixed(2)
  const perNode = bytesPerNode(name)
  console.log(
    `${name.padEnd(8)}  median ${mid.toFixed(2)} ms (${byMedian}×)  mean ${average.toFixed(2)} ms (${byMean}×)` +
      `  ${perNode}  loss ${losses[name].toPrecision(12)}`,
  )
}

/** Of a graph after its backward pass; needs `--expose-gc`. */
function bytesPerNode(name: Name): string {
  if (globalThis.gc === undefined || name !== 'values') return ''
  const held: Value[] = []
  let nodes = 0
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 10; i++) {
    const loss = values.forward()
    loss.backward()
    held.push(loss)
  }
  globalThis.gc()
  const bytes = process.memoryUsage().heapUsed - before
  for (const loss of held) nodes += topologicalOrder(loss).length
  return `${(bytes / nodes).toFixed(0)} bytes per node`
}
