// jax-js on its WebAssembly backend, operation by operation or compiled by its jit.
// Functions own their arguments, so `.ref` keeps what is needed again; results are
// disposed of by hand. Work is deferred, so each run waits until it is done.
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax'
import type { Contender, Work } from './contender.ts'
import { versionOf } from './contender.ts'
import * as data from './data.ts'

type Shape = readonly number[]
type Params = { w: np.Array; b: np.Array }[]
type Settings = { readonly jit: boolean }

export async function load(settings: Settings): Promise<Contender> {
  // A Node that had Worker would be given a pool of threads.
  Reflect.deleteProperty(globalThis, 'Worker')
  await init('wasm')
  defaultDevice('wasm')
  return {
    version: await versionOf('@jax-js/jax/package.json').catch(() => '0.1.25'),
    works: { ...operations(settings), ...trainings(settings) },
  }
}

const array = (numbers: Float32Array<ArrayBuffer>, shape: Shape): np.Array =>
  np.array(numbers).reshape([...shape])

const sizeOf = (shape: Shape): number => shape.reduce((size, n) => size * n, 1)

/** One call; the result of the one before is freed first. */
function call(f: () => np.Array): Work {
  let last: np.Array | undefined
  return {
    async run() {
      last?.dispose()
      last = await f().blockUntilReady()
    },
    result: () => last!.ref.data(),
  }
}

function operations(settings: Settings): Contender['works'] {
  const { BATCHED, MATRIX, MILLION, WIDE } = data
  const unary = (f: (x: np.Array) => np.Array, shape: Shape) => (): Work => {
    const g = settings.jit ? jit(f) : f
    const x = array(data.floats(sizeOf(shape), 1), shape)
    return call(() => g(x.ref))
  }
  const binary = (f: (x: np.Array, y: np.Array) => np.Array, a: Shape, b: Shape) => (): Work => {
    const g = settings.jit ? jit(f) : f
    const x = array(data.floats(sizeOf(a), 1), a)
    const y = array(data.floats(sizeOf(b), 2), b)
    return call(() => g(x.ref, y.ref))
  }
  const product = (a: Shape, b: Shape) => binary((x, y) => np.matmul(x, y), a, b)
  const square = [MATRIX, MATRIX]
  const { batch, n } = BATCHED
  return {
    ...Object.fromEntries(
      [256, 512, 1024].map((size) => [`matmul-f32-${size}`, product([size, size], [size, size])]),
    ),
    'matmul-batched': product([batch, n, n], [batch, n, n]),
    'matmul-wide': product([WIDE.m, WIDE.k], [WIDE.k, WIDE.n]),
    add: binary((x, y) => np.add(x, y), [MILLION], [MILLION]),
    mul: binary((x, y) => np.multiply(x, y), [MILLION], [MILLION]),
    'row-add': binary((x, y) => np.add(x, y), square, [MATRIX]),
    exp: unary((x) => np.exp(x), [MILLION]),
    tanh: unary((x) => np.tanh(x), [MILLION]),
    sum: unary((x) => np.sum(x), [MILLION]),
    max: unary((x) => np.max(x), [MILLION]),
    'sum-axis0': unary((x) => np.sum(x, 0), square),
    'sum-axis1': unary((x) => np.sum(x, 1), square),
    softmax: unary((x) => nn.softmax(x, -1), square),
  }
}

function digitsLoss(params: Params, x: np.Array, labels: np.Array): np.Array {
  const [one, two] = params
  const hidden = nn.relu(np.matmul(x, one!.w).add(one!.b))
  const logits = np.matmul(hidden, two!.w).add(two!.b)
  return nn
    .logSoftmax(logits, -1)
    .mul(labels)
    .sum()
    .mul(-1 / data.DIGITS.batch)
}

function moonsLoss(params: Params, x: np.Array, targets: np.Array): np.Array {
  const [one, two, three] = params
  const first = np.tanh(np.matmul(x, one!.w).add(one!.b))
  const second = np.tanh(np.matmul(first, two!.w).add(two!.b))
  return np.mean(np.square(np.matmul(second, three!.w).add(three!.b).sub(targets)))
}

function trainings(settings: Settings): Contender['works'] {
  const { DIGITS, MOONS } = data
  const inputs = DIGITS.sizes[0]
  const digits = (): Operands => ({
    params: parameters(DIGITS.sizes),
    x: array(data.floats(DIGITS.batch * inputs, 1), [DIGITS.batch, inputs]),
    targets: array(data.oneHot(), [DIGITS.batch, 10]),
  })
  const moons = (): Operands => ({
    params: parameters(MOONS.sizes),
    x: array(data.floats(MOONS.batch * 2, 1), [MOONS.batch, 2]),
    targets: array(data.floats(MOONS.batch, 2), [MOONS.batch, 1]),
  })
  return {
    'train-784-sgd': () => sgd(settings, digitsLoss, digits(), DIGITS.sgd),
    'train-784-adam': () => adam(settings, digitsLoss, digits(), DIGITS.adam),
    'train-2-16': () => sgd(settings, moonsLoss, moons(), MOONS.sgd),
  }
}

type Operands = { params: Params; readonly x: np.Array; readonly targets: np.Array }

function parameters(sizes: readonly number[]): Params {
  return data.layers(sizes).map(({ w, b, inputs, outputs }) => ({
    w: array(w, [inputs, outputs]),
    b: array(b, [outputs]),
  }))
}

/** The whole step is one function, from the loss to the new parameters. */
function sgd(settings: Settings, lossOf: typeof digitsLoss, start: Operands, rate: number): Work {
  const update = (p: np.Array, g: np.Array) => p.sub(g.mul(rate))
  const f = (params: Params, x: np.Array, targets: np.Array): [np.Array, Params] => {
    const [loss, grads] = valueAndGrad(lossOf)(tree.ref(params), x, targets) as [np.Array, Params]
    return [
      loss,
      params.map(({ w, b }, i) => ({ w: update(w, grads[i]!.w), b: update(b, grads[i]!.b) })),
    ]
  }
  const g = settings.jit ? jit(f) : f
  let { params } = start
  let loss: np.Array | undefined
  return {
    async run() {
      loss?.dispose()
      ;[loss, params] = g(params, start.x.ref, start.targets.ref)
      await Promise.all(
        [loss, ...params.flatMap(({ w, b }) => [w, b])].map((x) => x.blockUntilReady()),
      )
    },
    result: () => loss!.ref.data(),
  }
}

type Slots = { readonly params: Params; readonly m: Params; readonly v: Params }

function adam(settings: Settings, lossOf: typeof digitsLoss, start: Operands, rate: number): Work {
  const { beta1, beta2, eps } = data.ADAM
  // `size` is α / (1 − β₁ᵗ), `correction` √(1 − β₂ᵗ).
  const f = (
    { params, m, v }: Slots,
    x: np.Array,
    targets: np.Array,
    size: np.Array,
    correction: np.Array,
  ): [np.Array, Slots] => {
    const [loss, grads] = valueAndGrad(lossOf)(tree.ref(params), x, targets) as [np.Array, Params]
    const update = (p: np.Array, dp: np.Array, mean: np.Array, square: np.Array) => {
      const newMean = mean.mul(beta1).add(dp.ref.mul(1 - beta1))
      const newSquare = square.mul(beta2).add(np.square(dp).mul(1 - beta2))
      const scale = np.sqrt(newSquare.ref).div(correction.ref).add(eps)
      return [p.sub(newMean.ref.mul(size.ref).div(scale)), newMean, newSquare] as const
    }
    const next = params.map(({ w, b }, i) => ({
      w: update(w, grads[i]!.w, m[i]!.w, v[i]!.w),
      b: update(b, grads[i]!.b, m[i]!.b, v[i]!.b),
    }))
    size.dispose()
    correction.dispose()
    const part = (k: 0 | 1 | 2): Params => next.map(({ w, b }) => ({ w: w[k], b: b[k] }))
    return [loss, { params: part(0), m: part(1), v: part(2) }]
  }
  const g = settings.jit ? jit(f) : f
  const zeros = (): Params =>
    start.params.map(({ w, b }) => ({ w: np.zerosLike(w.ref), b: np.zerosLike(b.ref) }))
  let state: Slots = { params: start.params, m: zeros(), v: zeros() }
  let loss: np.Array | undefined
  let t = 0
  return {
    async run() {
      t++
      loss?.dispose()
      const size = np.array(rate / (1 - beta1 ** t))
      const correction = np.array(Math.sqrt(1 - beta2 ** t))
      ;[loss, state] = g(state, start.x.ref, start.targets.ref, size, correction)
      const all = [state.params, state.m, state.v].flatMap((part) =>
        part.flatMap(({ w, b }) => [w, b]),
      )
      await Promise.all([loss, ...all].map((x) => x.blockUntilReady()))
    },
    result: () => loss!.ref.data(),
  }
}
