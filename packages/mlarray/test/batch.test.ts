// `vmap`: what it gives for many samples is what the function gives for each.
import { describe, expect, test } from 'vitest'
import { checkpoint, grad, hessian, jacobian, jvp, MLArray, Value, vmap } from '../src/index.ts'
import { checkGrads } from '../src/testing.ts'
import { sample } from './sample.ts'

const rows = new MLArray([
  [3, 4],
  [6, 8],
  [0, 1],
])
const norm = (x: MLArray): MLArray => x.square().sum().sqrt()

describe('vmap', () => {
  test('is the function, sample by sample', () => {
    expect(vmap(norm)(rows).toList()).toEqual([5, 10, 1])
    expect(vmap((x: MLArray) => x.mul(2))(rows).toList()).toEqual(rows.mul(2).toList())
  })

  test('gives Values where samples have no axes, and takes Values for results', () => {
    const y = vmap((x: Value, v: Value) => x.mul(v))(new MLArray([1, 2]), new MLArray([3, 4]))
    expect(y.toList()).toEqual([3, 8])
  })

  test('along other axes, with arguments that all samples share', () => {
    const y = vmap((x: MLArray, w: MLArray) => x.mul(w), { inAxes: [1, null], outAxes: -1 })(
      rows,
      new MLArray([1, 10, 100]),
    )
    expect(y.toList()).toEqual([
      [3, 4],
      [60, 80],
      [0, 100],
    ])
  })

  test('takes and gives trees', () => {
    const f = ({ x }: { x: MLArray }): { twice: MLArray; parts: [Value, MLArray] } => ({
      twice: x.mul(2),
      parts: [x.at(0), x.sum()],
    })
    const { twice, parts } = vmap(f)({ x: rows })
    expect([twice.shape, parts[0].toList(), parts[1].toList()]).toEqual([
      [3, 2],
      [3, 6, 0],
      [7, 14, 1],
    ])
  })

  test('composes: gradients of every sample, Hessians, tangents, checkpoints', () => {
    expect(vmap(grad(norm))(rows).allClose(rows.div(vmap(norm)(rows).reshape([3, 1])))).toBe(true)
    const cube = (x: MLArray): MLArray => x.pow(3).sum()
    expect(vmap(hessian(cube))(rows).shape).toEqual([3, 2, 2])
    expect(vmap((x: MLArray) => jvp(cube)(x, new MLArray([1, 0]))[1])(rows).toList()).toEqual([
      27, 108, 0,
    ])
    expect(jacobian(vmap(cube))(rows).sum({ axis: 0 }).allClose(rows.square().mul(3))).toBe(true)
    expect(
      grad((x: MLArray) => vmap(checkpoint(cube))(x).sum())(rows).allClose(rows.square().mul(3)),
    ).toBe(true)
    expect(vmap(vmap((x: Value) => x.exp()))(rows).allClose(rows.exp())).toBe(true)
  })

  test('gradients per sample of parameters that all share', () => {
    const loss = ({ w }: { w: MLArray }, x: MLArray): MLArray => x.dot(w).square()
    const w = new MLArray([1, -1])
    const [{ w: each }] = vmap(grad(loss), { inAxes: [null, 0] })({ w }, rows)
    expect(each.shape).toEqual([3, 2])
    w.zeroGrad()
    vmap(loss, { inAxes: [null, 0] })({ w }, rows)
      .sum()
      .backward()
    expect(each.sum({ axis: 0 }).toList()).toEqual(w.grad().toList())
  })

  test('gives Values in the dtype of the arrays', () => {
    const single = new MLArray([1, 2, 3], { dtype: 'float32' })
    const double = new MLArray([1, 2, 3])
    const f = vmap((x: Value, w: Value) => x.square().mul(w))
    expect([f(single, single).dtype, f(single, double).dtype]).toEqual(['float32', 'float64'])
    const total = vmap((row: MLArray) => row.sum().at())
    expect(total(single.reshape([3, 1])).dtype).toBe('float32')
  })

  test('has derivatives of both orders', () => {
    const f = vmap((x: MLArray, w: MLArray) => x.mul(w).tanh().sum(), { inAxes: [0, null] })
    expect(() =>
      checkGrads((x, w) => f(x, w), [sample([3, 2]), sample([2])], { order: 2 }),
    ).not.toThrow()
  })

  test('refuses samples that do not match, and none', () => {
    const f = (x: MLArray, y: MLArray): MLArray => x.add(y)
    expect(() => vmap(f)(rows, sample([2, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: vmap: arguments have 3 and 2 samples; expected the same number in each.]`,
    )
    expect(() => vmap(f, { inAxes: null })(rows, rows)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: vmap: no argument has an axis of samples; expected the same number in each.]`,
    )
    expect(() => vmap(f, { inAxes: [0] })(rows, rows)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: vmap: inAxes has length 1 for 2 arguments.]`,
    )
    expect(() => vmap(norm)(sample([0, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: vmap: there are no samples, so that the shape of a result is unknown; expected at least 1.]`,
    )
    expect(() => vmap(norm, { inAxes: 2 })(rows)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: vmap: axis 2 is out of range for shape [3, 2]; expected -2 … 1.]`,
    )
    expect(() => vmap((x: MLArray) => String(x))(rows)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: vmap: the function must return an MLArray or a Value, got the string "[3. 4.]".]`,
    )
  })
})
