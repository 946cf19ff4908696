/**
 * One contender in a process of its own: the garbage of one would be collected on the time of another.
 * Started by `main.ts`; prints JSON.
 */
import { dot, sum, topologicalOrder, Value } from '@smol/value'
import { Closure } from './closures.ts'
import { oneByOne, training, type Training } from './epoch.ts'

const WARM_UP = 60
const EPOCHS = 200

const leaf = (data: number): Value => new Value(data)
const fixed = (data: number): Value => new Value(data, { requiresGrad: false })

const contenders: Readonly<Record<string, () => Training<Value> | Training<Closure>>> = {
  closures: () =>
    training<Closure>({
      parameter: (data) => new Closure(data),
      constant: (data) => new Closure(data),
      ...oneByOne<Closure>(),
    }),
  values: () => training<Value>({ parameter: leaf, constant: fixed, ...oneByOne<Value>() }),
  lists: () =>
    training<Value>({
      parameter: leaf,
      constant: fixed,
      neuron: dot,
      total: sum,
      norm: (terms) => dot(terms, terms),
    }),
}

const contender = contenders[process.argv[2]!]!()
const times: number[] = []
let loss = 0
for (let i = 0; i < WARM_UP + EPOCHS; i++) {
  const start = performance.now()
  loss = contender.epoch()
  if (i >= WARM_UP) times.push(performance.now() - start)
}
console.log(JSON.stringify({ times, loss, ...size() }))

/** How many nodes, and bytes of heap for each, of graphs after their backward pass. */
function size(): { nodes: number; bytes: number } {
  const held: (Value | Closure)[] = []
  globalThis.gc!()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 10; i++) {
    const root = contender.forward()
    root.backward()
    held.push(root)
  }
  globalThis.gc!()
  const bytes = process.memoryUsage().heapUsed - before
  const roots = held.filter((root) => root instanceof Value)
  const nodes = roots.reduce((all, root) => all + topologicalOrder(root).length, 0)
  return { nodes: nodes / held.length, bytes: bytes / nodes }
}
