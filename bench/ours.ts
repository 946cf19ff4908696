// This repository's packages as a user calls them, from the folder that is given: a
// checkout whose packages are built. A package is loaded by the works that need it.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { MLArray } from '../packages/mlarray/dist/index.js'
import type { Contender, Work } from './contender.ts'
import { versionOf } from './contender.ts'
import * as data from './data.ts'

type Arrays = typeof import('../packages/mlarray/dist/index.js')
type Losses = typeof import('../packages/losses/dist/index.js')
type Optim = typeof import('../packages/optim/dist/index.js')
type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
type Shape = readonly number[]

/** The entry of a built package, as an address to import. */
export function entryOf(root: string, name: string, file = 'index.js'): string {
  return pathToFileURL(join(root, 'packages', name, 'dist', file)).href
}

export async function load(root: string): Promise<Contender> {
  const arrays = (await import(entryOf(root, 'mlarray'))) as Arrays
  const manifest = pathToFileURL(join(root, 'packages/mlarray/package.json')).href
  return {
    version: await versionOf(manifest),
    works: { ...operations(arrays), ...trainings(arrays, root) },
  }
}

/** An array that no gradient is asked of. */
export function constant({ MLArray }: Arrays, numbers: Numbers, shape: Shape): MLArray {
  const dtype = numbers instanceof Float32Array ? 'float32' : 'float64'
  return new MLArray(numbers, { shape, dtype, requiresGrad: false })
}

/** One call, over and over; the result is left to the garbage collector. */
function call(f: () => MLArray): Work {
  let last: MLArray | undefined
  return {
    run() {
      last = f()
    },
    result: () => last!.toTypedArray(),
  }
}

function operations(arrays: Arrays): Contender['works'] {
  const { BATCHED, MATRIX, MILLION, WIDE, floats, numbers } = data
  const matrix = (make: typeof floats | typeof numbers, seed: number, shape: Shape) =>
    constant(
      arrays,
      make(
        shape.reduce((size, n) => size * n, 1),
        seed,
      ),
      shape,
    )
  const product = (make: typeof floats | typeof numbers, a: Shape, b: Shape) => (): Work => {
    const x = matrix(make, 1, a)
    const y = matrix(make, 2, b)
    return call(() => x.matmul(y))
  }
  const unary = (f: (x: MLArray) => MLArray, shape: Shape) => (): Work => {
    const x = matrix(floats, 1, shape)
    return call(() => f(x))
  }
  const binary = (f: (x: MLArray, y: MLArray) => MLArray, a: Shape, b: Shape) => (): Work => {
    const x = matrix(floats, 1, a)
    const y = matrix(floats, 2, b)
    return call(() => f(x, y))
  }
  const square = [MATRIX, MATRIX]
  const { batch, n } = BATCHED
  return {
    ...Object.fromEntries(
      [256, 512, 1024].flatMap((size) => [
        [`matmul-f32-${size}`, product(floats, [size, size], [size, size])],
        [`matmul-f64-${size}`, product(numbers, [size, size], [size, size])],
        [`threads-${size}`, product(floats, [size, size], [size, size])],
      ]),
    ),
    'matmul-batched': product(floats, [batch, n, n], [batch, n, n]),
    'matmul-wide': product(floats, [WIDE.m, WIDE.k], [WIDE.k, WIDE.n]),
    add: binary((x, y) => x.add(y), [MILLION], [MILLION]),
    mul: binary((x, y) => x.mul(y), [MILLION], [MILLION]),
    'row-add': binary((x, y) => x.add(y), square, [MATRIX]),
    exp: unary((x) => x.exp(), [MILLION]),
    tanh: unary((x) => x.tanh(), [MILLION]),
    sum: unary((x) => x.sum(), [MILLION]),
    max: unary((x) => x.max(), [MILLION]),
    'sum-axis0': unary((x) => x.sum({ axis: 0 }), square),
    'sum-axis1': unary((x) => x.sum({ axis: 1 }), square),
    softmax: unary((x) => x.softmax({ axis: -1 }), square),
  }
}

function trainings(arrays: Arrays, root: string): Contender['works'] {
  const { DIGITS, MOONS } = data
  const digits = (optimizer: 'SGD' | 'Adam', learningRate: number) => async (): Promise<Work> => {
    const losses = (await import(entryOf(root, 'losses'))) as Losses
    const optim = (await import(entryOf(root, 'optim'))) as Optim
    const inputs = DIGITS.sizes[0]
    const x = constant(arrays, data.floats(DIGITS.batch * inputs, 1), [DIGITS.batch, inputs])
    const labels = data.labels()
    const layers = parameters(arrays, DIGITS.sizes)
    const [one, two] = layers
    const steps = new optim[optimizer](layers, { learningRate })
    return step(steps, () => {
      const hidden = x.matmul(one!.w).add(one!.b).relu()
      return losses.crossEntropyLoss(hidden.matmul(two!.w).add(two!.b), labels)
    })
  }
  const moons = async (): Promise<Work> => {
    const losses = (await import(entryOf(root, 'losses'))) as Losses
    const optim = (await import(entryOf(root, 'optim'))) as Optim
    const x = constant(arrays, data.floats(MOONS.batch * 2, 1), [MOONS.batch, 2])
    const targets = constant(arrays, data.floats(MOONS.batch, 2), [MOONS.batch, 1])
    const layers = parameters(arrays, MOONS.sizes)
    const [one, two, three] = layers
    const steps = new optim.SGD(layers, { learningRate: MOONS.sgd })
    return step(steps, () => {
      const hidden = x.matmul(one!.w).add(one!.b).tanh().matmul(two!.w).add(two!.b).tanh()
      return losses.mseLoss(hidden.matmul(three!.w).add(three!.b), targets)
    })
  }
  return {
    'train-784-sgd': digits('SGD', DIGITS.sgd),
    'train-784-adam': digits('Adam', DIGITS.adam),
    'train-2-16': moons,
  }
}

function parameters({ MLArray }: Arrays, sizes: readonly number[]) {
  return data.layers(sizes).map(({ w, b, inputs, outputs }) => ({
    w: new MLArray(w, { shape: [inputs, outputs], dtype: 'float32' }) as MLArray,
    b: new MLArray(b, { dtype: 'float32' }) as MLArray,
  }))
}

/** A step of a training, forward to update. */
function step(
  optimizer: { readonly zeroGrad: () => void; readonly step: () => unknown },
  lossOf: () => MLArray,
): Work {
  let loss: MLArray | undefined
  return {
    run() {
      loss = lossOf()
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
    },
    result: () => loss!.toTypedArray(),
  }
}
