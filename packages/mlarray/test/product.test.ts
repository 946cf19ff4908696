// The matrix product in WebAssembly is the plain one within the bound that it states, of all sizes and layouts.
import { topologicalOrder } from '@smol/value/graph'
import { afterEach, describe, expect, test } from 'vitest'
import { Generator, MLArray, setKernels, type DType } from '../src/index.ts'
import { nodeOf, type ArrayNode } from '../src/node.ts'

afterEach(() => {
  setKernels()
})

const random = new Generator(7)
// Node 20 knows no relaxed instructions.
const SETS = (['simd', 'relaxed'] as const).filter((set) => setKernels(set) === set)
const DTYPES = ['float32', 'float64'] as const
type Shape = readonly number[]

const normal = (shape: Shape, dtype: DType = 'float32'): MLArray =>
  random.normal(shape, { dtype }).detach()

/** |c − exact| ≤ (k + 1) ε |a| |b|, in either: their difference at most twice that. */
function checkProduct(a: MLArray, b: MLArray): void {
  setKernels('plain')
  const plain = a.matmul(b).toTypedArray()
  const size = a.abs().matmul(b.abs()).toTypedArray()
  const eps = a.dtype === 'float32' ? 2 ** -24 : 2 ** -53
  const bound = (a.shape.at(-1)! + 1) * eps * 2
  for (const set of SETS) {
    expect(setKernels(set)).toBe(set)
    const tuned = a.matmul(b).toTypedArray()
    expect(tuned.length).toBe(plain.length)
    const wrong = tuned.findIndex((y, i) => !(Math.abs(y - plain[i]!) <= bound * size[i]!))
    expect(wrong, `element of ${set} ${a.dtype} ${String(a.shape)} @ ${String(b.shape)}`).toBe(-1)
  }
}

const SIZES = [0, 1, 3, 4, 5, 7, 8, 31, 32, 33]

describe('values', () => {
  test.each(DTYPES)('of all small sizes, %s', (dtype) => {
    for (const m of SIZES)
      for (const k of SIZES)
        for (const n of SIZES) checkProduct(normal([m, k], dtype), normal([k, n], dtype))
  })

  test.each(DTYPES)('of sizes beyond each block, %s', (dtype) => {
    const shapes = [
      [100, 257, 9],
      [97, 300, 1030],
      [193, 513, 37],
      [65, 1000, 130],
      [1000, 1000, 3],
      [3, 1000, 1000],
      [129, 1, 129],
      [1, 1000, 1000],
      [1000, 1000, 1],
      [1, 1003, 1],
    ] as const
    for (const [m, k, n] of shapes) checkProduct(normal([m, k], dtype), normal([k, n], dtype))
  })

  test.each(DTYPES)('of operands as they lie, %s', (dtype) => {
    for (const [m, k, n] of [
      [5, 7, 9],
      [33, 31, 34],
      [1, 33, 35],
      [35, 33, 1],
      [130, 270, 140],
    ] as const) {
      const lefts = layouts(m, k, dtype)
      const rights = layouts(k, n, dtype)
      for (const a of lefts) for (const b of rights) checkProduct(a, b)
    }
  })

  test.each(DTYPES)('of stacks, also broadcast, %s', (dtype) => {
    const of = (...shape: number[]): MLArray => normal(shape, dtype)
    checkProduct(of(32, 16, 17), of(32, 17, 18))
    checkProduct(of(3, 5, 6, 7), of(7, 9))
    checkProduct(of(6, 7), of(3, 5, 7, 9))
    checkProduct(of(3, 1, 6, 7), of(5, 7, 9))
    checkProduct(of(4, 1, 7), of(7, 9))
    checkProduct(of(4, 1, 7), of(4, 7, 9))
    checkProduct(of(4, 6, 7), of(4, 7, 1))
    checkProduct(of(7, 4, 6).transpose([1, 2, 0]), of(4, 9, 7).swapaxes(-1, -2))
    checkProduct(of(2, 100, 130), of(2, 130, 140))
  })

  test('a matrix by itself, transposed', () => {
    const x = normal([40, 50])

    checkProduct(x, x.T)
    checkProduct(x.T, x)
  })
})

describe('the gradient of a matrix that a whole stack met', () => {
  /** The shapes of all that it is computed from, and by. */
  const shapesBehind = (matrix: MLArray, y: MLArray): string[] => {
    y.square().sum().backward({ createGraph: true })
    const nodes = topologicalOrder(nodeOf(matrix.gradNode() as never))
    return nodes.map((node) => (node as ArrayNode).shape.join())
  }

  test('is one product, and no stack of products', () => {
    const right = random.normal([3, 4])
    expect(shapesBehind(right, normal([50, 2, 3]).matmul(right))).not.toContain('50,3,4')
    const left = random.normal([20, 10])
    expect(shapesBehind(left, left.matmul(normal([50, 10, 1])))).not.toContain('50,20,10')
  })

  test('is a stack where that is smaller', () => {
    const left = random.normal([2, 3])
    expect(shapesBehind(left, left.matmul(normal([5, 3, 40])))).toContain('5,2,3')
  })
})

/** A matrix of this size in many layouts: dense, transposed, with gaps, offset, backwards, broadcast. */
function layouts(rows: number, columns: number, dtype: DType): MLArray[] {
  return [
    normal([rows, columns], dtype),
    normal([columns, rows], dtype).T,
    normal([rows * 2, columns * 3], dtype).slice('::2', '::3'),
    normal([rows + 2, columns + 3], dtype).slice('1:-1', '2:-1'),
    normal([columns + 2, rows + 3], dtype).slice('1:-1', '2:-1').T,
    normal([rows, columns], dtype).slice('::-1', '::-1'),
    normal([rows * 9, columns], dtype).slice('::9'),
    normal([columns], dtype).broadcastTo([rows, columns]),
    normal([rows, 1], dtype).broadcastTo([rows, columns]),
  ]
}

describe('what is not finite', () => {
  test.each(DTYPES)('goes through as in the plain kernel, %s', (dtype) => {
    for (const [m, k, n] of [
      [5, 6, 9],
      [1, 6, 40],
      [6, 9, 1],
      [70, 300, 20],
    ] as const) {
      const a = normal([m, k], dtype)
      const b = normal([k, n], dtype)
      a.put([0, m * k - 1], [0, Infinity])
      b.put([0, 1, k * n - 1], [Infinity, NaN, -Infinity])
      setKernels('plain')
      const plain = a.matmul(b).toTypedArray().map(kindOf)
      for (const set of SETS) {
        setKernels(set)
        expect(a.matmul(b).toTypedArray().map(kindOf), `${set} [${m}, ${k}, ${n}]`).toEqual(plain)
      }
    }
  })
})

const kindOf = (x: number): number => (Number.isFinite(x) ? 0 : x)

test('no set of kernels of another name', () => {
  expect(() => setKernels('fast' as never)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: setKernels: expected 'plain', 'simd', 'relaxed' or nothing, got the string "fast".]`,
  )
})
