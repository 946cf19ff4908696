/** Names that could do harm stay text: in messages and saved states, and as names of parameters. */
import { MLArray } from '@smol/mlarray'
import { expect, test } from 'vitest'
import { Adam, stateFromTensors, stateToTensors } from '../src/index.ts'

const names = ['<b onclick="x()">', 'a"\n\\', '\u202Eabc', 'constructor', '__proto__']

test.for(names)('%j', (name) => {
  const own = Object.getOwnPropertyNames(Object.prototype)
  const w = new MLArray([1, 2], { label: name })
  const optimizer = new Adam(Object.fromEntries([[name, w]]))
  w.square().sum().backward()
  optimizer.step()
  // The label is not part of the state, nor of what is told of an update.
  const state = optimizer.stateDict()
  expect(JSON.stringify(state)).not.toContain(JSON.stringify(name))
  expect(String(optimizer.explainUpdate(w, 0))).not.toContain(name)
  expect(JSON.parse(JSON.stringify(state))).toEqual(state)
  const { tensors, metadata } = stateToTensors(state)
  expect(stateFromTensors(tensors, metadata)).toEqual(state)
  const untracked = new MLArray([1], { requiresGrad: false, label: name })
  // In quotes, unless it can only be a name.
  const told = /^\w+$/.test(name) ? name : JSON.stringify(name)
  expect(() => new Adam(untracked)).toThrow(`Adam: parameter ${told} is untracked`)
  expect(() => new Adam(new MLArray([1]), Object.fromEntries([[name, 1]]))).toThrow('Adam: ')
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(own)
})
