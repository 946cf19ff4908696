// Checkpoints: the same numbers and gradients with less memory.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import {
  checkpoint,
  defaultGenerator,
  Generator,
  grad,
  hessian,
  jvp,
  manualSeed,
  MLArray,
  noGrad,
  onesLike,
  rand,
  Value,
  unroll,
} from '../src/index.ts'
import { checkGrads } from '../src/testing.ts'
import { sample } from './sample.ts'

const w1 = sample([3, 3], 'float64', { start: 1 })
const w2 = sample([3, 3], 'float64', { start: 2 })
const layer = (x: MLArray): MLArray => x.matmul(w1).tanh().matmul(w2).sigmoid()

/** The gradients of x and both weights. */
function gradientsOf(f: (x: MLArray) => MLArray): number[][] {
  const x = sample([2, 3])
  for (const leaf of [w1, w2]) leaf.zeroGrad()
  f(x).square().sum().backward()
  return [x, w1, w2].map((leaf) => Array.from(leaf.grad().toTypedArray()))
}

describe('a checkpoint', () => {
  test('gives the same numbers and the same gradients, bit for bit', () => {
    expect(checkpoint(layer)(sample([2, 3])).toList()).toEqual(layer(sample([2, 3])).toList())
    expect(gradientsOf(checkpoint(layer))).toEqual(gradientsOf(layer))
    const twice = checkpoint((x: MLArray) => checkpoint(layer)(checkpoint(layer)(x)))
    expect(gradientsOf(twice)).toEqual(gradientsOf((x) => layer(layer(x))))
  })

  test('is one node, whose inputs are what the function was given and what it uses', () => {
    const x = sample([2, 3])
    const y = checkpoint(layer)(x)
    expect(y.op).toBe('checkpoint')
    const h = x.square()
    const z = checkpoint((a: MLArray) => a.mul(h))(x)
    z.sum().backward()
    expect(h.grad().toList()).toEqual(x.toList())
    expect(x.grad().allClose(x.square().mul(3))).toBe(true)
  })

  test('counts a share once of what it uses in two ways', () => {
    const [x, z] = [new MLArray([3]), new MLArray([3])]
    const h = x.square()
    checkpoint((a: MLArray) => a.mul(h).mul(x))(new MLArray([1])).backward()
    // Given and used: 2z, and its derivative.
    const y = checkpoint((a: MLArray) => a.mul(z))(z)
    y.backward({ createGraph: true })
    expect([x.grad().toList(), z.grad().toList()]).toEqual([[27], [6]])
    z.gradNode()!.backward()
    expect(z.grad().toList()).toEqual([8])
  })

  test('takes trees and Values, and gives a Value', () => {
    const v = new Value(3)
    const [x, f] = [
      new MLArray([1, 2]),
      checkpoint((p: { x: MLArray; v: Value }) => p.x.sum().at().mul(p.v)),
    ]
    const y = f({ x, v })
    y.mul(2).backward()
    expect([y.data, x.grad().toList(), v.grad]).toEqual([9, [6, 6], 6])
  })

  test('does not change what is untracked, nor record where nothing is', () => {
    const constant = new MLArray([1, 2], { requiresGrad: false })
    expect(checkpoint((x: MLArray) => x.exp())(constant).requiresGrad).toBe(false)
    expect(noGrad(() => checkpoint(layer)(sample([2, 3]))).requiresGrad).toBe(false)
    const unused = checkpoint((x: MLArray, y: MLArray) => x.mul(2).add(y.detach()))
    const [a, b] = [new MLArray([1]), new MLArray([2])]
    unused(a, b).backward()
    expect([a.grad().toList(), b.grad().toList()]).toEqual([[2], [0]])
  })

  test('has derivatives of every order, in both modes', () => {
    const x = sample([2, 3])
    const f = (g: (z: MLArray) => MLArray) => (z: MLArray) => g(z).square().sum()
    const [plain, kept] = [f(checkpoint(layer)), f(layer)]
    expect(jvp(plain)(x, onesLike(x))[1].item()).toBe(jvp(kept)(x, onesLike(x))[1].item())
    expect(hessian(plain)(x).allClose(hessian(kept)(x))).toBe(true)
    const third = (g: (z: MLArray) => MLArray) =>
      grad((z: MLArray) => jvp(grad(g))(z, onesLike(z))[1].square().sum())
    expect(third(plain)(x).allClose(third(kept)(x))).toBe(true)
    expect(() =>
      checkGrads((z, w) => checkpoint((a: MLArray) => a.matmul(w).tanh())(z), [x, sample([3, 2])], {
        order: 2,
      }),
    ).not.toThrow()
  })

  test('repeats random numbers, and lets the generator go on', () => {
    const dropout = (x: MLArray): MLArray => x.mul(rand(x.shape, { requiresGrad: false }).gt(0.5))
    const x = sample([4, 4])
    manualSeed(7)
    const y = checkpoint(dropout)(x)
    const state = defaultGenerator.state
    y.sum().backward()
    expect(x.grad().toList()).toEqual(y.div(x).toList())
    expect(defaultGenerator.state).toEqual(state)
  })

  test('calls hooks once, with the whole gradient', () => {
    const w = new MLArray([2])
    const seen: unknown[] = []
    w.onGradient((dw) => {
      seen.push(dw.toList())
    })
    checkpoint((x: MLArray) => x.mul(w))(new MLArray([3]))
      .add(w)
      .backward()
    expect(seen).toEqual([[4]])
  })

  test('opens to scalars', () => {
    const x = new MLArray([1, 2])
    const [, y] = unroll(checkpoint((z: MLArray) => z.square().sum().mul(z))(x)) as Value[]
    y!.backward()
    expect([y!.data, x.grad().toList()]).toEqual([10, [4, 13]])
  })

  test('refuses inputs that changed, and what is no function of arrays', () => {
    const x = new MLArray([1, 2])
    const y = checkpoint((z: MLArray) => z.mul(3))(x).sum()
    x.assign([5, 5])
    expect(() => y.backward()).toThrow(/checkpoint was changed by assign/)
    expect(x.grad().toList()).toEqual([0, 0])
    expect(() => checkpoint(3 as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: checkpoint: expected a function, got 3.]`,
    )
    expect(() => checkpoint((() => 'x') as never)(x as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: checkpoint: the function must return an MLArray or a Value, got the string "x".]`,
    )
  })
})

test('a function that gives another result later is refused, since its gradient would be wrong', () => {
  const x = new MLArray([1, Number.NaN])
  const constant = new MLArray([3, 4], { requiresGrad: false })
  let factor = 2
  const own = new Generator(1)
  const functions = {
    constant: (z: MLArray) => z.mul(constant),
    'made of a constant': (z: MLArray) => z.mul(constant.square()),
    'a number': (z: MLArray) => z.mul(factor),
    'random numbers of its own': (z: MLArray) => z.mul(own.normal([2])),
    'another shape': (z: MLArray) => (factor === 2 ? z.square() : z.square().sum()),
  }
  const later = Object.values(functions).map((f) => checkpoint(f)(x))
  const same = checkpoint((z: MLArray) => z.mul(5))(x)
  constant.assign([5, 5])
  factor = 3
  expect(() => unroll(later[0]!)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: checkpoint: the function gave another result when it was run again; what it uses must not change before a derivative is asked for.]`,
  )
  for (const y of later) {
    expect(() => y.backward()).toThrow('checkpoint: the function gave another result when it was')
    expect(x.grad().toList()).toEqual([0, 0])
  }
  same.backward()
  expect(x.grad().toList()).toEqual([5, 5])
})

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** How many bytes of arrays are alive when `f` has run and its result is still there. */
async function bytesOf(f: () => MLArray): Promise<number> {
  const collect = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      gc()
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      await new Promise((done) => {
        setTimeout(done)
      })
    }
  }
  await collect()
  const before = process.memoryUsage().arrayBuffers
  const y = f()
  await collect()
  const after = process.memoryUsage().arrayBuffers
  y.backward()
  return after - before
}

describe('memory', () => {
  test('of twenty layers is that of their results, not of what is in them', async () => {
    const x = new MLArray(new Float64Array(25_000))
    // Eight arrays of 0.2 MB in a layer, all of which a gradient reads.
    const deep = (z: MLArray): MLArray => {
      let y = z
      for (let i = 0; i < 8; i++) y = y.sin().add(0.1)
      return y
    }
    const run = (f: typeof deep) => () => {
      let y: MLArray = x
      for (let i = 0; i < 20; i++) y = f(y)
      return y.sum()
    }
    const kept = await bytesOf(run(deep))
    const recomputed = await bytesOf(run(checkpoint(deep)))
    expect(kept / 0.2e6).toBeGreaterThan(150)
    expect(recomputed / 0.2e6).toBeLessThan(25)
  }, 60_000)
})
