// One graph at two resolutions: what an operation on arrays gives is what it gives on their elements as
// Values, in numbers and gradients, and forward mode agrees with reverse mode. Over generated shapes.
import { readdirSync, readFileSync } from 'node:fs'
import { topologicalOrder } from '@smol/value/graph'
import { operations } from '@smol/value/ops'
import * as rows from '@smol/value/ops'
import {
  array,
  assert,
  constantFrom,
  integer,
  property,
  subarray,
  type Arbitrary,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as mlarray from '../src/index.ts'
import {
  checkpoint,
  concatenate,
  customOp,
  einsum,
  grad,
  MLArray,
  stack,
  tensordot,
  where,
  type Shape,
} from '../src/index.ts'
import { nodeOf } from '../src/node.ts'
import { readings } from './readings.ts'
import { surprisal } from '../src/kernels.ts'
import { recurrence } from './recurrence.ts'
import { sample } from './sample.ts'

type Name = keyof typeof operations
type Method = (this: MLArray, ...operands: unknown[]) => MLArray
type Interval = readonly [number, number]

const table: Record<string, { readonly f: unknown; readonly domain?: readonly Interval[] }> = {
  ...rows.unary,
  ...rows.binary,
  ...rows.ternary,
}

const dimension = integer({ min: 0, max: 3 })
const shapes = array(dimension, { maxLength: 3 })

/** Shapes that broadcast with one another: of one shape, with axes of size 1 and without leading axes. */
const together = (count: number): Arbitrary<number[][]> =>
  shapes.chain((shape) =>
    array(
      subarray(shape.map((_, axis) => axis)).chain((ones) =>
        integer({ min: 0, max: shape.length }).map((from) =>
          shape.map((n, axis) => (ones.includes(axis) ? 1 : n)).slice(from),
        ),
      ),
      { minLength: count, maxLength: count },
    ),
  )

function applied(name: Name, [x, ...rest]: readonly MLArray[]): MLArray {
  if (name === 'where') return where(x!.gt(0), rest[0]!, rest[1]!)
  return (x as unknown as Record<Name, Method>)[name].call(x!, ...rest)
}

describe('a row', () => {
  test.each(Object.keys(operations) as Name[])('%s', (name) => {
    const { arity } = operations[name]
    assert(
      property(together(arity), (given) => {
        const inputs = given.map((shape, start) => {
          const [from, to] = table[name]!.domain?.[start] ?? [-3, 3]
          return sample(shape, 'float64', { from, to, start })
        })
        expect(readings((...xs) => applied(name, xs), inputs)).toBe('same')
      }),
      { numRuns: 20 },
    )
  })
})

test.each(Object.keys(operations) as Name[])(
  'gradients of %s are of the dtype of its operands',
  (name) => {
    for (const createGraph of [false, true]) {
      const xs = [0, 1, 2].slice(0, operations[name].arity).map((start) => {
        const [from, to] = table[name]!.domain?.[start] ?? [-3, 3]
        return sample([5], 'float32', { from, to, start })
      })
      applied(name, xs).backward({ createGraph })
      expect(xs.map((x) => x.grad().dtype)).toEqual(xs.map(() => 'float32'))
    }
  },
)

// ---- Operations of structure ----

type Case = { readonly f: (...xs: MLArray[]) => MLArray; readonly shapes: readonly Shape[] }
type Cases = Readonly<Record<string, Arbitrary<Case>>>

const axesOf = (shape: Shape): Arbitrary<number[]> => subarray(shape.map((_, axis) => axis))
const axisOf = (shape: Shape): Arbitrary<number> =>
  integer({ min: -shape.length, max: shape.length - 1 })
const ranked = array(dimension, { minLength: 1, maxLength: 3 })
const filled = array(integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 })

/** Of one array of any shape. */
const unary = (f: (x: MLArray) => MLArray, of: Arbitrary<number[]> = shapes): Arbitrary<Case> =>
  of.map((shape) => ({ f, shapes: [shape] }))

const overAxes = (
  f: (x: MLArray, options: { axis: number[]; keepdims: boolean }) => MLArray,
  of: Arbitrary<number[]> = shapes,
): Arbitrary<Case> =>
  of.chain((shape) =>
    axesOf(shape).map((axis) => ({
      f: (x: MLArray) => f(x, { axis, keepdims: shape.length % 2 === 0 }),
      shapes: [shape],
    })),
  )

const alongAxis = (
  f: (x: MLArray, axis: number) => MLArray,
  of: Arbitrary<number[]> = ranked,
): Arbitrary<Case> =>
  of.chain((shape) =>
    axisOf(shape).map((axis) => ({ f: (x: MLArray) => f(x, axis), shapes: [shape] })),
  )

const fixed = (f: Case['f'], ...of: Shape[][]): Arbitrary<Case> =>
  constantFrom(...of).map((given) => ({ f, shapes: given }))

const structural: Cases = {
  sum: overAxes((x, options) => x.sum(options)),
  mean: overAxes((x, options) => x.mean(options), filled),
  max: overAxes((x, options) => x.max(options), filled),
  min: overAxes((x, options) => x.min(options), filled),
  'max of equal ones': overAxes((x, options) => x.sub(x.detach()).max(options), filled),
  prod: overAxes((x, options) => x.prod(options)),
  var: overAxes((x, options) => x.var(options), filled),
  std: overAxes((x, options) => x.std(options), filled),
  norm: overAxes((x, options) => x.norm(options)),
  logsumexp: overAxes((x, options) => x.logsumexp(options), filled),
  cumsum: alongAxis((x, axis) => x.cumsum({ axis })),
  cumprod: alongAxis((x, axis) => x.cumprod({ axis })),
  recurrence: fixed(
    (a, b) =>
      recurrence(a, b, { axis: 0, isReversed: false }).add(
        recurrence(b, a, { axis: a.ndim - 1, isReversed: true }),
      ),
    [[3], [3]],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [1, 2, 1],
      [1, 2, 1],
    ],
    [
      [1, 0, 2],
      [1, 0, 2],
    ],
  ),
  softmax: alongAxis((x, axis) => x.softmax({ axis })),
  logSoftmax: alongAxis((x, axis) => x.logSoftmax({ axis })),
  surprisal: fixed((x) => surprisal(x, Int32Array.of(1, 0)), [[2, 3]]),
  sort: alongAxis((x, axis) => x.sort({ axis })),
  topk: alongAxis((x, axis) => x.topk(1, { axis }).values, filled),
  flip: alongAxis((x, axis) => x.flip({ axis })),
  roll: alongAxis((x, axis) => x.roll(2, { axis })),
  repeat: alongAxis((x, axis) => x.repeat(2, { axis })),
  flatten: unary((x) => x.flatten()),
  transpose: unary((x) => x.T),
  expandDims: unary((x) => x.expandDims(0).mul(x)),
  broadcastTo: unary((x) => x.broadcastTo([2, ...x.shape])),
  tile: unary((x) => x.tile([2, 1])),
  copy: unary((x) => new MLArray(x).square()),
  pad: unary((x) =>
    x.pad(
      x.shape.map(() => [1, 2] as [number, number]),
      { value: 3 },
    ),
  ),
  concatenate: alongAxis((x, axis) => concatenate([x, x.square()], { axis })),
  stack: unary((x) => stack([x, x.exp()])),
  reflect: unary(
    (x) =>
      x.pad(
        x.shape.map(() => [1, 1] as [number, number]),
        { mode: 'symmetric' },
      ),
    filled,
  ),
  'elements as Values': unary(
    (x) => new MLArray([x.flatten().at(0).exp(), x.flatten().at(-1)]),
    filled,
  ),
  'triu, tril, trace': fixed(
    (x) => x.triu(1).add(x.tril(-1).square()).add(x.trace()),
    [[2, 3]],
    [[3, 3]],
  ),
  diag: fixed((x) => x.diag(1), [[3]], [[3, 4]]),
  slice: fixed((x) => x.slice('::-2', null, 1), [[4, 3]], [[5, 2, 2]]),
  index: fixed((x) => x.index([0, 2, 0], '1:').square(), [[3, 3]], [[4, 2]]),
  take: fixed((x) => x.take([1, 1, 0], { axis: 0 }).square(), [[2, 3]], [[2]]),
  'takeAlongAxis, put': fixed(
    (x) => x.takeAlongAxis([[1, 0, 1]], { axis: 0 }).add(x.put([0, 4], x.flatten().slice('1:3'))),
    [[2, 3]],
  ),
  'scatterAdd, indexAdd': fixed(
    (x, y) => x.scatterAdd(0, [[1, 0, 1]], y).add(x.indexAdd(0, [1], y)),
    [
      [2, 3],
      [1, 3],
    ],
  ),
  'median, quantile': alongAxis(
    (x, axis) => x.median({ axis }).add(x.quantile(0.3, { axis })),
    filled,
  ),
  'a slice in reverse': fixed(
    (x) => grad((z: MLArray) => z.slice('1:').pow(3).sum())(x),
    [[3]],
    [[2, 2]],
  ),
  'a pick in reverse': fixed(
    (x) => grad((z: MLArray) => z.take([1, 1]).pow(3).sum())(x),
    [[3]],
    [[2, 2]],
  ),
  'a checkpoint': fixed(
    (a, b) => checkpoint((x: MLArray, y: MLArray) => x.mul(y).tanh())(a, b),
    [[2], [2]],
  ),
  'a custom operation': unary((x) => cube(x)),
  // Of one element a product is a copy, and chance may give no other.
  'prod of rows': fixed((x) => x.prod({ axis: 1 }), [[2, 3]]),
  maskedSelect: fixed((x) => x.maskedSelect(x.gt(0)).square(), [[2, 3]]),
  matmul: fixed(
    (a, b) => a.matmul(b),
    [
      [2, 3],
      [3, 2],
    ],
    [[3], [3]],
    [
      [2, 1, 2, 3],
      [2, 3, 1],
    ],
    [
      [2, 0],
      [0, 3],
    ],
    [[3], [2, 3, 2]],
  ),
  'dot and outer': fixed((a, b) => a.dot(b).add(a.outer(b).sum()), [[2, 3], [3]]),
  tensordot: fixed(
    (a, b) => tensordot(a, b, 1),
    [
      [2, 3],
      [3, 2],
    ],
    [[2, 2, 3], [3]],
  ),
  einsum: fixed(
    (a, b) => einsum('ij,kj->ik', a, b),
    [
      [2, 3],
      [2, 3],
    ],
  ),
  solve: fixed(
    (a, b) => mlarray.solve(regular(a), b),
    [[2, 2], [2]],
    [
      [2, 3, 3],
      [3, 2],
    ],
  ),
  inv: fixed((a) => mlarray.inv(regular(a)), [[3, 3]], [[2, 2, 2]]),
  det: fixed((a) => mlarray.det(a), [[3, 3]], [[2, 2, 2]]),
  cholesky: fixed(
    (a) => mlarray.cholesky(regular(a.matmul(a.swapaxes(-1, -2)))),
    [[3, 3]],
    [[2, 2, 2]],
  ),
}

/** A matrix far from singular. */
const regular = (a: MLArray): MLArray => a.add(mlarray.eye(a.shape.at(-1)!).mul(4))

const cube = customOp('cube', { f: (x) => x ** 3, df: (m, x) => m.mul(3, m.square(x)) })

/** The operations of all graphs that were compared. */
const seen = new Set<string>()

describe('an operation of structure', () => {
  test.each(Object.entries(structural))('%s', (_, cases) => {
    assert(
      property(cases, ({ f, shapes: given }) => {
        const inputs = given.map((shape, start) => sample(shape, 'float64', { start }))
        expect(readings(f, inputs)).toBe('same')
        for (const node of topologicalOrder(nodeOf(f(...inputs) as never))) seen.add(node.op)
      }),
      { numRuns: 25 },
    )
  })

  test('float32 rounds where Values do not', () => {
    const inputs = [sample([2, 3], 'float32')]
    expect(readings((x) => x.exp().sum().div(3), inputs, 1e-6)).toBe('same')
    expect(readings((x) => x.astype('float64').exp(), inputs, 1e-6)).toBe('same')
    seen.add('astype')
  })

  test('is each one that this package declares', () => {
    const folder = new URL('../src/', import.meta.url)
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
    const declared = files.flatMap((file) => {
      const source = readFileSync(new URL(file, folder), 'utf8')
      return [...source.matchAll(/: ArrayOperation = \{\s+name: '(\w+)'/g)].map(([, name]) => name!)
    })
    expect(declared.length).toBeGreaterThan(15)
    expect(declared.filter((name) => !seen.has(name))).toEqual([])
  })
})
