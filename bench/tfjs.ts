// TensorFlow.js on its WebAssembly backend, one thread. Its operations are done when
// they return; results are disposed of by hand or by tidy, as it demands.
import * as tf from '@tensorflow/tfjs'
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm'
import type { Contender, Work } from './contender.ts'
import * as data from './data.ts'

type Shape = readonly number[]

export async function load(): Promise<Contender> {
  setThreadsCount(1)
  await tf.setBackend('wasm')
  await tf.ready()
  if (tf.getBackend() !== 'wasm') throw new Error('its WebAssembly backend did not start')
  return { version: tf.version.tfjs, works: { ...operations(), ...trainings() } }
}

const tensor = (numbers: Float32Array, shape: Shape): tf.Tensor =>
  tf.tensor(numbers, [...shape], 'float32')

const sizeOf = (shape: Shape): number => shape.reduce((size, n) => size * n, 1)

/** One call; what it makes on the way is freed by tidy, the result before by hand. */
function call(f: () => tf.Tensor): Work {
  let last: tf.Tensor | undefined
  return {
    run() {
      last?.dispose()
      last = f()
    },
    result: () => last!.data(),
  }
}

const binary = (f: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor, a: Shape, b: Shape) => (): Work => {
  const x = tensor(data.floats(sizeOf(a), 1), a)
  const y = tensor(data.floats(sizeOf(b), 2), b)
  return call(() => f(x, y))
}

const unary = (f: (x: tf.Tensor) => tf.Tensor, shape: Shape) => (): Work => {
  const x = tensor(data.floats(sizeOf(shape), 1), shape)
  return call(() => f(x))
}

function operations(): Contender['works'] {
  const { BATCHED, MATRIX, MILLION, WIDE } = data
  const product = (a: Shape, b: Shape) => binary((x, y) => tf.matMul(x, y), a, b)
  const square = [MATRIX, MATRIX]
  const { batch, n } = BATCHED
  return {
    ...Object.fromEntries(
      [256, 512, 1024].map((size) => [`matmul-f32-${size}`, product([size, size], [size, size])]),
    ),
    'matmul-batched': product([batch, n, n], [batch, n, n]),
    'matmul-wide': product([WIDE.m, WIDE.k], [WIDE.k, WIDE.n]),
    add: binary((x, y) => tf.add(x, y), [MILLION], [MILLION]),
    mul: binary((x, y) => tf.mul(x, y), [MILLION], [MILLION]),
    'row-add': binary((x, y) => tf.add(x, y), square, [MATRIX]),
    exp: unary((x) => tf.exp(x), [MILLION]),
    tanh: unary((x) => tf.tanh(x), [MILLION]),
    sum: unary((x) => tf.sum(x), [MILLION]),
    max: unary((x) => tf.max(x), [MILLION]),
    'sum-axis0': unary((x) => tf.sum(x, 0), square),
    'sum-axis1': unary((x) => tf.sum(x, 1), square),
    softmax: unary((x) => tf.softmax(x, -1), square),
  }
}

function trainings(): Contender['works'] {
  const { ADAM, DIGITS, MOONS } = data
  const digits = (optimizer: tf.Optimizer) => (): Work => {
    const inputs = DIGITS.sizes[0]
    const x = tensor(data.floats(DIGITS.batch * inputs, 1), [DIGITS.batch, inputs])
    const labels = tensor(data.oneHot(), [DIGITS.batch, 10])
    const [one, two] = parameters(DIGITS.sizes)
    return step(optimizer, () => {
      const hidden = tf.relu(tf.add(tf.matMul(x, one!.w), one!.b))
      const logits = tf.add(tf.matMul(hidden, two!.w), two!.b)
      return tf.losses.softmaxCrossEntropy(labels, logits).asScalar()
    })
  }
  const moons = (): Work => {
    const x = tensor(data.floats(MOONS.batch * 2, 1), [MOONS.batch, 2])
    const targets = tensor(data.floats(MOONS.batch, 2), [MOONS.batch, 1])
    const [one, two, three] = parameters(MOONS.sizes)
    return step(tf.train.sgd(MOONS.sgd), () => {
      const first = tf.tanh(tf.add(tf.matMul(x, one!.w), one!.b))
      const second = tf.tanh(tf.add(tf.matMul(first, two!.w), two!.b))
      const predictions = tf.add(tf.matMul(second, three!.w), three!.b)
      return tf.losses.meanSquaredError(targets, predictions).asScalar()
    })
  }
  return {
    'train-784-sgd': digits(tf.train.sgd(DIGITS.sgd)),
    'train-784-adam': digits(tf.train.adam(DIGITS.adam, ADAM.beta1, ADAM.beta2, ADAM.eps)),
    'train-2-16': moons,
  }
}

function parameters(sizes: readonly number[]) {
  return data.layers(sizes).map(({ w, b, inputs, outputs }) => ({
    w: tf.variable(tensor(w, [inputs, outputs])),
    b: tf.variable(tensor(b, [outputs])),
  }))
}

/** A step of a training; minimize tidies up what it made, but for the loss. */
function step(optimizer: tf.Optimizer, lossOf: () => tf.Scalar): Work {
  let loss: tf.Scalar | null = null
  return {
    run() {
      loss?.dispose()
      loss = optimizer.minimize(lossOf, true)
    },
    result: () => loss!.data(),
  }
}
