// Derivatives over generated shapes, axes and views: what nobody thought of in a list.
import {
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  property,
  subarray,
  tuple,
  type Arbitrary,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatenate, MLArray, type Shape } from '../src/index.ts'
import { derivatives, sample, views } from './sample.ts'

const shapes = array(integer({ min: 1, max: 3 }), { maxLength: 3 })

/** A shape with some of its axes, of which negative ones count from the end. */
const shapesWithAxes: Arbitrary<[number[], number[]]> = shapes.chain((shape) =>
  tuple(subarray(shape.map((_, axis) => axis)), boolean()).map(
    ([axes, fromEnd]): [number[], number[]] => [
      shape,
      fromEnd ? axes.map((axis) => axis - shape.length) : axes,
    ],
  ),
)
const viewNames = constantFrom('contiguous', 'transposed', 'flipped', 'offset', 'strided')

/** Checks `f` of an array of this shape that lies in memory as the view says. */
function expectRight(f: (x: MLArray) => MLArray, shape: Shape, view: string): void {
  const { of, as } = views[view]!
  expect(derivatives((x) => f(as(x)), [sample(of(shape), 'float64', { from: 0.5 })])).toBe('right')
}

const runs = { numRuns: 40 }

describe('reductions', () => {
  test.each(['sum', 'mean', 'prod', 'max', 'var', 'std', 'norm', 'logsumexp'] as const)(
    '%s',
    (name) => {
      assert(
        property(shapesWithAxes, viewNames, boolean(), ([shape, axis], view, keepdims) => {
          const reduced = axis.reduce((n, i) => n * shape.at(i)!, 1)
          // The deviation of one number has a kink where it is.
          if ((name === 'std' || name === 'var') && reduced < 2) return
          expectRight(
            (x) => (x[name] as (options: object) => MLArray).call(x, { axis, keepdims }),
            shape,
            view,
          )
        }),
        runs,
      )
    },
  )
})

test('broadcasting of two shapes', () => {
  const pairs = shapes.chain((shape) =>
    tuple(
      array(boolean(), { minLength: shape.length, maxLength: shape.length }),
      integer({ min: 0, max: shape.length }),
    ).map(([ones, cut]) => [shape, shape.map((n, i) => (ones[i] ? 1 : n)).slice(cut)] as const),
  )
  assert(
    property(pairs, boolean(), ([a, b], swap) => {
      const [first, second] = swap ? [b, a] : [a, b]
      const inputs = [sample(first), sample(second, 'float64', { from: 0.5, start: 3 })] as const
      expect(derivatives((x, y) => x.div(y).add(y.mul(x)), inputs)).toBe('right')
    }),
    runs,
  )
})

test('products of generated stacks of matrices', () => {
  const size = integer({ min: 1, max: 3 })
  const stacks = array(tuple(size, boolean(), boolean()), { maxLength: 2 })
  assert(
    property(size, size, size, stacks, boolean(), (m, k, n, stack, transposed) => {
      const a = [...stack.map(([d, one]) => (one ? 1 : d)), m, k]
      const b = [...stack.map(([d, , one]) => (one ? 1 : d)), ...(transposed ? [n, k] : [k, n])]
      const f = (x: MLArray, y: MLArray): MLArray => x.matmul(transposed ? y.swapaxes(-1, -2) : y)
      expect(derivatives(f, [sample(a), sample(b)])).toBe('right')
    }),
    runs,
  )
})

test('movement, one after the other', () => {
  const step = constantFrom<((x: MLArray) => MLArray)[]>(
    (x) => x.T,
    (x) => x.flip(),
    (x) => x.flatten(),
    (x) => x.expandDims(0),
    (x) => x.reshape([1, -1]),
    (x) => x.roll(1),
    (x) => x.pad(x.shape.map(() => [1, 0])),
    (x) => x.broadcastTo([2, ...x.shape]),
    (x) => x.cumsum(),
    (x) => concatenate([x.flatten(), x.T.flatten()]),
    (x) => x.tile(2),
    (x) => x.square(),
  )
  assert(
    property(
      shapes,
      viewNames,
      array(step, { minLength: 1, maxLength: 4 }),
      (shape, view, steps) => {
        expectRight((x) => steps.reduce((y, f) => f(y), x), shape, view)
      },
    ),
    runs,
  )
})
