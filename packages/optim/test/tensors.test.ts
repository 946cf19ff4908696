/** A state through the bytes of a safetensors file. */
import { MLArray } from '@smol/mlarray'
import { fromSafetensors, safetensorsMetadata, toSafetensors } from '@smol/mlarray/safetensors'
import { replaceGradient } from '@smol/mlarray/kernels'
import { expect, test } from 'vitest'
import {
  LBFGS,
  NAdam,
  stateFromTensors,
  stateToTensors,
  type OptimizerState,
} from '../src/index.ts'

function throughBytes(state: OptimizerState): OptimizerState {
  const { tensors, metadata } = stateToTensors(state)
  const bytes = toSafetensors(tensors, metadata)
  return stateFromTensors(fromSafetensors(bytes), safetensorsMetadata(bytes))
}

test('comes back exactly', () => {
  const p = new MLArray([1 / 3, -2, 0], { dtype: 'float32' })
  const optimizer = new NAdam([p, new MLArray([1])])
  replaceGradient(p, new Float32Array([0.1, -Infinity, NaN]))
  optimizer.step()
  const state = optimizer.stateDict()
  expect(throughBytes(state)).toEqual(state)
  optimizer.loadStateDict(throughBytes(state))
  expect(optimizer.stateDict()).toEqual(state)
})

test('that of LBFGS too', () => {
  const p = new MLArray([1, 2])
  const optimizer = new LBFGS(p, { maxIter: 3 })
  optimizer.step(() => {
    optimizer.zeroGrad()
    const loss = p.square().square().sum()
    loss.backward()
    return loss
  })
  const state = optimizer.stateDict()
  expect(throughBytes(state)).toEqual(state)
})

test('other arrays are refused', () => {
  const message = 'stateFromTensors: the state does not fit: the text named state is undefined'
  expect(() => stateFromTensors({}, {})).toThrow(message)
  const { metadata } = stateToTensors(new NAdam(new MLArray([1])).stateDict())
  expect(() => stateFromTensors({ w: new MLArray([1]) }, metadata)).toThrow('a tensor is w')
})
