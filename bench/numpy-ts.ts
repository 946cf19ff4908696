// numpy-ts. Results are disposed of by hand, as its documentation asks of tight loops:
// its heap is fixed, and everything slows down once that is full.
import * as np from 'numpy-ts'
import type { Contender, Work } from './contender.ts'
import { versionOf } from './contender.ts'
import * as data from './data.ts'

type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
type Shape = readonly number[]

export async function load(): Promise<Contender> {
  return {
    version: await versionOf('numpy-ts/package.json').catch(() => '1.7.0'),
    works: works(),
  }
}

function array(from: Numbers, shape: Shape): np.NDArray {
  const flat = np.array(from, from instanceof Float32Array ? 'float32' : 'float64')
  return flat.reshape(...shape)
}

const sizeOf = (shape: Shape): number => shape.reduce((size, n) => size * n, 1)

/** One call; the result of the one before is freed first. */
function call(f: () => unknown): Work {
  let last: np.NDArray | number | undefined
  return {
    run() {
      if (last instanceof np.NDArray) last.dispose()
      last = f() as np.NDArray | number
    },
    result: () => (last instanceof np.NDArray ? (last.data as ArrayLike<number>) : [Number(last)]),
  }
}

type Make = (size: number, seed: number) => Numbers

const binary =
  (f: (x: np.NDArray, y: np.NDArray) => unknown, make: Make, a: Shape, b: Shape) => (): Work => {
    const x = array(make(sizeOf(a), 1), a)
    const y = array(make(sizeOf(b), 2), b)
    return call(() => f(x, y))
  }

const unary = (f: (x: np.NDArray) => unknown, shape: Shape) => (): Work => {
  const x = array(data.floats(sizeOf(shape), 1), shape)
  return call(() => f(x))
}

function works(): Contender['works'] {
  const { BATCHED, MATRIX, MILLION, WIDE, floats, numbers } = data
  const product = (make: Make, a: Shape, b: Shape) => binary((x, y) => np.matmul(x, y), make, a, b)
  const square = [MATRIX, MATRIX]
  const { batch, n } = BATCHED
  return {
    ...Object.fromEntries(
      [256, 512, 1024].flatMap((size) => [
        [`matmul-f32-${size}`, product(floats, [size, size], [size, size])],
        [`matmul-f64-${size}`, product(numbers, [size, size], [size, size])],
      ]),
    ),
    'matmul-batched': product(floats, [batch, n, n], [batch, n, n]),
    'matmul-wide': product(floats, [WIDE.m, WIDE.k], [WIDE.k, WIDE.n]),
    add: binary((x, y) => np.add(x, y), floats, [MILLION], [MILLION]),
    mul: binary((x, y) => np.multiply(x, y), floats, [MILLION], [MILLION]),
    'row-add': binary((x, y) => np.add(x, y), floats, square, [MATRIX]),
    exp: unary((x) => np.exp(x), [MILLION]),
    tanh: unary((x) => np.tanh(x), [MILLION]),
    sum: unary((x) => np.sum(x), [MILLION]),
    max: unary((x) => np.max(x), [MILLION]),
    'sum-axis0': unary((x) => np.sum(x, 0), square),
    'sum-axis1': unary((x) => np.sum(x, 1), square),
  }
}
