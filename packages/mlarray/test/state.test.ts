// The state of a model: named by the way to each array, loaded in place, and only as a whole.
import { describe, expect, test } from 'vitest'
import { MLArray, ones, Value, zeros } from '../src/index.ts'
import { fromNpz, toNpz } from '../src/npz.ts'
import {
  fromSafetensors,
  loadState,
  safetensorsMetadata,
  saveState,
  toSafetensors,
  type State,
} from '../src/safetensors.ts'

const perceptron = (start: number) => ({
  layers: [
    { w: new MLArray([[start, 2, 3]]), b: new MLArray([start]) },
    { w: new MLArray([start], { dtype: 'float32' }), b: new MLArray(4) },
  ],
  scale: new MLArray(start),
})

describe('saveState', () => {
  test('names arrays by the way to them', () => {
    const file = saveState(perceptron(1), { step: '12' })
    expect(Object.keys(fromSafetensors(file)).toSorted()).toEqual([
      'layers.0.b',
      'layers.0.w',
      'layers.1.b',
      'layers.1.w',
      'scale',
    ])
    expect(safetensorsMetadata(file)).toEqual({ step: '12' })
  })

  test('takes a list, and views and results', () => {
    const w = new MLArray([[1, 2]])
    const result = fromSafetensors(saveState([w.T, w.mul(2)]))
    expect(result['0']!.toList()).toEqual([[1], [2]])
    expect(result['1']!.toList()).toEqual([[2, 4]])
  })

  test('refuses what is no state', () => {
    const x = ones([1])
    expect(() => saveState(x as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: saveState: a state consists of lists and plain objects of arrays, got an object (MLArray).]`,
    )
    expect(() =>
      saveState({ w: x, layer: [{ act: 'relu' }] } as never),
    ).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: saveState: "layer.0.act": a state consists of lists and plain objects of arrays, got the string "relu".]`,
    )
    expect(() => saveState([x, undefined] as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: saveState: "1": a state consists of lists and plain objects of arrays, got undefined.]`,
    )
    expect(() => saveState({ w: new Value(1) } as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: saveState: "w": a state consists of lists and plain objects of arrays, got an object (Value).]`,
    )
    expect(() => saveState(new Map([['w', x]]) as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: saveState: a state consists of lists and plain objects of arrays, got an object (Map).]`,
    )
    expect(() => saveState({ 'a.b': x, a: { b: x } })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: saveState: the name "a.b" occurs twice.]`,
    )
    expect(() => saveState({ ['__proto__']: x })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: saveState: the name "__proto__" is not allowed.]`,
    )
    const self: Record<string, unknown> = {}
    self['self'] = self
    expect(() => saveState(self as never)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: saveState: the state is nested more than 64 deep; does it contain itself?]`,
    )
  })
})

describe('loadState', () => {
  test('writes into the arrays that are there', () => {
    const model = perceptron(0)
    const { w } = model.layers[0]!
    loadState(model, saveState(perceptron(7)))
    expect(model.layers[0]!.w).toBe(w)
    expect(w.toList()).toEqual([[7, 2, 3]])
    expect([model.scale.item(), model.layers[1]!.w.item(), model.layers[1]!.b.item()]).toEqual([
      7, 7, 4,
    ])
  })

  test('keeps the dtype and the gradient, and whether an array is tracked', () => {
    const model = { w: zeros([2], { dtype: 'float32' }), b: zeros([2], { requiresGrad: false }) }
    model.w.sum().backward()
    loadState(model, saveState({ w: new MLArray([0.1, 1]), b: ones([2]) }))
    expect(model.w.dtype).toBe('float32')
    expect(model.w.toTypedArray()).toEqual(Float32Array.of(0.1, 1))
    expect([model.w.requiresGrad, model.b.requiresGrad]).toEqual([true, false])
    expect(model.w.grad().toList()).toEqual([1, 1])
  })

  test('counts as a change: a pass over an earlier use refuses', () => {
    const w = new MLArray([1, 2])
    const y = w.square().sum()
    loadState({ w }, saveState({ w }))
    expect(() => y.backward()).toThrow('backward')
  })

  test('takes arrays by name, from whatever they come', async () => {
    const model = perceptron(0)
    const named = fromSafetensors(saveState(perceptron(3)))
    loadState(model, await fromNpz(await toNpz(named)))
    expect(model.scale.item()).toBe(3)
    loadState(model, perceptron(5))
    expect(model.scale.item()).toBe(5)
  })

  test('writes through views', () => {
    const w = zeros([2, 2])
    loadState(
      { row: w.T },
      {
        row: new MLArray([
          [1, 2],
          [3, 4],
        ]),
      },
    )
    expect(w.toList()).toEqual([
      [1, 3],
      [2, 4],
    ])
  })

  test('exchanges arrays that share memory with what is loaded', () => {
    const [a, b] = [new MLArray([1]), new MLArray([2])]
    loadState({ a, b }, { a: b, b: a })
    expect([a.item(), b.item()]).toEqual([2, 1])
  })
})

describe('a state that does not fit', () => {
  const model = perceptron(0)
  const refusal =
    (state: State, source: Uint8Array | State): (() => void) =>
    () => {
      loadState(state, source)
    }

  test('says which name, which shapes', () => {
    const other = { ...perceptron(1), scale: ones([3]) }
    expect(refusal(model, saveState(other))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: loadState: nothing is loaded, since it does not fit: "scale" has shape [3], the state has shape [].]`,
    )
    expect(
      refusal({ w: ones([2]) }, saveState({ w: ones([1]) })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: loadState: nothing is loaded, since it does not fit: "w" has shape [1], the state has shape [2].]`,
    )
    expect(
      refusal({ w: ones([2]), b: ones([]) }, { w: ones([2]) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: loadState: nothing is loaded, since it does not fit: "b" is missing, the state has shape [].]`,
    )
    expect(
      refusal({ w: ones([2]) }, { w: ones([2]), b: ones([3]) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: loadState: nothing is loaded, since it does not fit: "b" of shape [3] is not in the state.]`,
    )
    expect(refusal({ toString: ones([2]) }, {})).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: loadState: nothing is loaded, since it does not fit: "toString" is missing, the state has shape [2].]`,
    )
  })

  test('has names and shapes as fields of the error', () => {
    expect(refusal({ w: ones([2]) }, { w: ones([3]), b: ones([4]) })).toThrow(
      expect.objectContaining({
        name: 'ShapeError',
        op: 'loadState',
        entries: ['w', 'b'],
        shapes: [[2], [3], [4]],
      }),
    )
  })

  test('shows eight names at most', () => {
    const many = Array.from({ length: 12 }, () => ones([1]))
    expect(refusal([], many)).toThrow(/"7" of shape \[1\] is not in the state; and 4 more\.$/)
  })

  test('changes nothing, however late it is noticed', () => {
    const [a, b] = [new MLArray([1]), new MLArray([2])]
    const result = b.mul(2)
    const y = a.square().sum()
    expect(refusal({ a, b }, { a: ones([1]).mul(9), b: ones([2]) })).toThrow('loadState')
    expect(
      refusal({ a, result }, { a: new MLArray([9]), result: new MLArray([9]) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: loadState: "result" is the result of mul, which cannot be changed in place.]`,
    )
    const broken = toSafetensors({ a: new MLArray([9]), b: new MLArray([9]) })
    expect(refusal({ a, b }, broken.subarray(0, -1))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: loadState: "b": data_offsets [8, 16] are no beginning and end within 15 bytes.]`,
    )
    expect([a.item(), b.item(), result.item()]).toEqual([1, 2, 4])
    expect(() => y.backward()).not.toThrow()
  })

  test('or is none', () => {
    expect(refusal(model, 'model.safetensors' as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: loadState: a state consists of lists and plain objects of arrays, got the string "model.safetensors".]`,
    )
    expect(refusal(ones([1]) as never, model)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: loadState: a state consists of lists and plain objects of arrays, got an object (MLArray).]`,
    )
    expect(refusal(model, null as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: loadState: a state consists of lists and plain objects of arrays, got null.]`,
    )
  })
})
