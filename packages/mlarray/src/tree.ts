/**
 * Arguments with structure: arrays and Values in lists and plain objects, taken apart and put together.
 */
import { Value } from '@smol/value'
import { MLArray as Untyped } from './array.ts'
import { treeError } from './errors.ts'
import type { MLArray } from './typed.ts'

/** What may be given where a function takes `T`: a number for a Value, in whatever structure. */
export type Given<T> = T extends Value
  ? Value | number
  : T extends MLArray
    ? T
    : { readonly [K in keyof T]: Given<T[K]> }

/** A part of a tree that has no parts. */
export type Leaf = Untyped | Value

/**
 * The leaves of a tree, from left to right, and the way back to a tree of the same structure.
 *
 * @throws TypeError where something else than arrays, Values, numbers, lists and plain objects is in it.
 */
export function takeApart(
  tree: unknown,
  op: string,
): { readonly leaves: Leaf[]; readonly rebuild: (parts: readonly unknown[]) => unknown } {
  const leaves: Leaf[] = []
  const shapeOf = (part: unknown): ((parts: readonly unknown[]) => unknown) => {
    if (part instanceof Untyped || part instanceof Value || typeof part === 'number') {
      const place = leaves.length
      leaves.push(typeof part === 'number' ? new Value(part, { requiresGrad: false }) : part)
      return (parts) => parts[place]
    }
    if (Array.isArray(part)) {
      const builders = part.map(shapeOf)
      return (parts) => builders.map((build) => build(parts))
    }
    if (!isPlainObject(part)) throw treeError(op, part)
    const builders = Object.entries(part).map(([key, value]) => [key, shapeOf(value)] as const)
    return (parts) => Object.fromEntries(builders.map(([key, build]) => [key, build(parts)]))
  }
  return { leaves, rebuild: shapeOf(tree) }
}

function isPlainObject(x: unknown): x is object {
  if (typeof x !== 'object' || x === null) return false
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === Object.prototype || prototype === null
}
