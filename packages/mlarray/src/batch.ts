/**
 * `vmap`: functions of single samples, over an axis of samples.
 */
import { Value } from '@smol/value'
import { MLArray as Untyped } from './array.ts'
import { batchSizeError, resultError } from './errors.ts'
import { elementAt, fromValues } from './element.ts'
import { reshape, slice, stackAlong, windowAlong } from './move.ts'
import { toAxis } from './shape.ts'
import { takeApart, type Leaf } from './tree.ts'
import type { MLArray } from './typed.ts'

export type BatchOptions = {
  /** The axis of the samples in each argument (`null` for an argument that all samples share), or in all. Default 0. */
  readonly inAxes?: number | null | readonly (number | null)[]
  /** The axis of the samples in the result. Default 0. */
  readonly outAxes?: number
}

/**
 * The function that applies `f` to every sample: `f` is called once for each, with the arrays of the arguments
 * cut along the axis of the samples, and its results are stacked. Derivatives go through, and it composes with
 * the other transformations. It saves writing, not time: operations that take whole batches are faster.
 *
 * @throws RangeError where arguments have different numbers of samples.
 */
export function vmap(
  f: (...args: never[]) => MLArray | Value,
  { inAxes = 0, outAxes = 0 }: BatchOptions = {},
): (...args: readonly unknown[]) => MLArray {
  return (...args) => {
    const { leaves, rebuild } = takeApart(args, 'vmap')
    const axes = axesOf(args, leaves, inAxes)
    const sizes = new Set(
      leaves.flatMap((x, i) => (axes[i] === null ? [] : [(x as Untyped).shape[axes[i]!]!])),
    )
    if (sizes.size !== 1) throw batchSizeError([...sizes])
    const [size] = [...sizes] as [number]
    const results = Array.from({ length: size }, (_, sample) => {
      const parts = leaves.map((x, i) =>
        axes[i] === null ? x : sampleOf(x as Untyped, axes[i]!, sample),
      )
      const y: unknown = f(...(rebuild(parts) as never[]))
      if (y instanceof Value) return fromValues([y], [], 'float64')
      if (y instanceof Untyped) return y
      throw resultError('vmap', y)
    })
    return stackAlong(results, outAxes) as unknown as MLArray
  }
}

/** The axis of the samples in each leaf; null where it has none. */
function axesOf(
  args: readonly unknown[],
  leaves: readonly Leaf[],
  inAxes: NonNullable<BatchOptions['inAxes']> | null,
): (number | null)[] {
  const perArgument = args.flatMap((arg, i) => {
    const axis = Array.isArray(inAxes)
      ? ((inAxes[i] as number | null | undefined) ?? null)
      : (inAxes as number | null)
    return takeApart(arg, 'vmap').leaves.map(() => axis)
  })
  return leaves.map((x, i) => {
    const axis = perArgument[i] ?? null
    return axis === null || !(x instanceof Untyped) ? null : toAxis(axis, x.shape, 'vmap')
  })
}

/** One sample: a Value of an array of rank 1. */
function sampleOf(x: Untyped, axis: number, sample: number): Leaf {
  if (x.ndim === 1) return elementAt(x, sample)
  const rest = x.shape.filter((_, i) => i !== axis)
  return reshape(slice(x, windowAlong(x.shape, axis, sample, 1)), rest)
}
