/**
 * `vmap`: functions of single samples, over an axis of samples.
 */
import { Value } from '@smol/value'
import { MLArray as Untyped, type DType } from './array.ts'
import { transformed } from './call.ts'
import { elementAt, fromValues } from './element.ts'
import { commonDType } from './elementwise.ts'
import { batchAxesError, batchSizeError, noSamplesError } from './errors.ts'
import { part, reshape, stackAlong } from './move.ts'
import { checkOptions } from './options.ts'
import { toAxis, type Shape } from './shape.ts'
import { answerOf } from './stack.ts'
import { checkFunction } from './transform.ts'
import { takeApart, type Leaf } from './tree.ts'
import type { MLArray } from './typed.ts'

/** Where `vmap` finds the samples, and where it leaves the results. */
export type BatchOptions = {
  /** The axis of the samples in each argument (`null` for an argument that all samples share), or in all. Default 0. */
  readonly inAxes?: number | null | readonly (number | null)[]
  /** The axis of the samples in the results. Default 0. */
  readonly outAxes?: number
}

/** What stands for many samples of `T`: arrays, or a single one that they share, in whatever structure. */
export type Samples<T> = T extends Value
  ? MLArray | Value | number
  : T extends MLArray
    ? MLArray
    : { readonly [K in keyof T]: Samples<T[K]> }

/** The results of many samples: arrays, in the structure of one result. */
export type Batch<Y> = Y extends MLArray | Value
  ? MLArray
  : { -readonly [K in keyof Y]: Batch<Y[K]> }

/**
 * The function that applies `f` to every sample: `f` is called once for each, with the arrays of the arguments
 * cut along the axis of the samples (to a Value, where they have no other axis), and its results are stacked.
 * Derivatives go through, and it composes with the other transformations. It saves writing, not time:
 * operations that take whole batches are faster.
 *
 * @throws RangeError where arguments have different numbers of samples, or there are none.
 * @example
 * const norms = vmap((x: MLArray) => x.square().sum().sqrt())
 * norms(new MLArray([[3, 4], [6, 8]])).toList() // → [ 5, 10 ]
 */
export function vmap<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  options: BatchOptions = {},
): (...args: { [K in keyof A]: Samples<A[K]> }) => Batch<Y> {
  checkFunction('vmap', f, vmap)
  checkOptions('vmap', options, ['inAxes', 'outAxes'])
  const { inAxes = 0, outAxes = 0 } = options
  return transformed(f.length, (...args) => {
    const { leaves, rebuild } = takeApart(args, 'vmap')
    const axes = axesOf(args, leaves, inAxes)
    // A Value is in the dtype of the arrays beside it.
    const dtype = commonDType(leaves)
    const results = Array.from({ length: sampleCount(leaves, axes) }, (_, sample) => {
      const parts = leaves.map((x, i) => sampleOf(x, axes[i]!, sample))
      return takeApart(answerOf(f, rebuild(parts) as A), 'vmap', true)
    })
    const [first] = results
    const stacked = first!.leaves.map((_, i) =>
      stackAlong(
        results.map((result) => toArray(result.leaves[i]!, dtype)),
        outAxes,
      ),
    )
    return first!.rebuild(stacked) as Batch<Y>
  })
}

function toArray(x: Leaf, dtype: DType): Untyped {
  return x instanceof Untyped ? x : fromValues([x], [], dtype)
}

/** The axis of the samples in each leaf; null where it has none. */
function axesOf(
  args: readonly unknown[],
  leaves: readonly Leaf[],
  inAxes: number | null | readonly (number | null)[],
): (number | null)[] {
  const listed = typeof inAxes === 'number' || inAxes === null ? args.map(() => inAxes) : inAxes
  if (listed.length !== args.length) throw batchAxesError(listed.length, args.length)
  const perLeaf = args.flatMap((arg, i) => takeApart(arg, 'vmap').leaves.map(() => listed[i]!))
  return leaves.map((x, i) => {
    const axis = perLeaf[i]!
    return axis === null || x instanceof Value ? null : toAxis(axis, x.shape, 'vmap')
  })
}

function sampleCount(leaves: readonly Leaf[], axes: readonly (number | null)[]): number {
  const sizes = new Set(
    leaves.flatMap((x, i) => (axes[i] === null ? [] : [(x as Untyped).shape[axes[i]!]!])),
  )
  const [size] = sizes
  if (size === undefined || sizes.size > 1) throw batchSizeError([...sizes])
  if (size === 0) throw noSamplesError()
  return size
}

/** One sample: a Value of an array of rank 1. */
function sampleOf(x: Leaf, axis: number | null, sample: number): Leaf {
  if (axis === null || x instanceof Value) return x
  if (x.ndim === 1) return elementAt(x, sample)
  const rest: Shape = x.shape.filter((_, i) => i !== axis)
  return reshape(part(x, axis, sample, 1), rest)
}
