// What is a state to the compiler.
import { test } from 'vitest'
import { ones, Value, type MLArray } from '../src/index.ts'
import { loadState, saveState, type State } from '../src/safetensors.ts'

interface Layer {
  w: MLArray<[2, 3]>
  readonly b: MLArray
}
interface Net {
  layers: Layer[]
  rest: readonly [Layer, MLArray]
}
declare const layer: Layer
declare const net: Net
declare const bytes: Uint8Array
const x = ones([2])

test('arrays in lists, plain objects, and what is declared as an interface', () => {
  const states: State[] = [{ x }, [x, { x }], layer, net, [layer, { net }]]
  loadState(net, saveState(net))
  loadState({ net, x }, { net, x })
  loadState(states, bytes)
})

test('nothing else', () => {
  // @ts-expect-error -- an array has no name
  saveState(x)
  // @ts-expect-error -- a Value
  saveState(new Value(1))
  // @ts-expect-error -- a Value among arrays
  saveState({ x, b: new Value(1) })
  // @ts-expect-error -- a number, deep inside
  saveState({ net, layers: [{ x, rate: 1 }] })
  // @ts-expect-error -- bytes are no state
  saveState(bytes)
  // @ts-expect-error -- a map
  saveState(new Map([['x', x]]))
  // @ts-expect-error -- a promise, as from reading a file
  loadState(net, Promise.resolve(bytes))
  // @ts-expect-error -- a function
  loadState(net, { x: ones })
})
