/**
 * Arguments and results with structure: arrays and Values in lists and plain objects, taken apart and put
 * together.
 */
import { Value } from '@smol/value'
import { MLArray as Untyped } from './array.ts'
import { resultError, treeError } from './errors.ts'
import type { MLArray } from './typed.ts'

/** What may be given where a function takes `T`: a number for a Value, in whatever structure. */
export type Given<T> = T extends Value
  ? Value | number
  : T extends MLArray
    ? T
    : { readonly [K in keyof T]: Given<T[K]> }

/** A part of a tree that has no parts. */
export type Leaf = Untyped | Value

/** A tree taken apart. */
export type Parts = {
  /** From left to right. */
  readonly leaves: readonly Leaf[]
  /** Where in the tree each leaf stands: `[0].weights`. */
  readonly paths: readonly string[]
  /** Puts other things into the places of the leaves. */
  readonly rebuild: (parts: readonly unknown[]) => unknown
}

/**
 * The leaves of a tree, and the way back to a tree of the same structure.
 *
 * @throws TypeError where something else than arrays, Values, numbers, lists and plain objects is in it; a
 *   result may not be a number, which would have no history.
 */
export function takeApart(tree: unknown, op: string, isResult = false): Parts {
  const leaves: Leaf[] = []
  const paths: string[] = []
  const visit = (part: unknown, path: string): Parts['rebuild'] => {
    const isNumber = typeof part === 'number' && !isResult
    if (part instanceof Untyped || part instanceof Value || isNumber) {
      const place = leaves.length
      leaves.push(typeof part === 'number' ? new Value(part, { requiresGrad: false }) : part)
      paths.push(path)
      return (parts) => parts[place]
    }
    if (Array.isArray(part)) {
      const builders = part.map((item, i) => visit(item, `${path}[${i}]`))
      return (parts) => builders.map((build) => build(parts))
    }
    if (!isPlainObject(part)) throw isResult ? resultError(op, part) : treeError(op, part)
    const builders = Object.entries(part).map(
      ([key, value]) => [key, visit(value, `${path}.${key}`)] as const,
    )
    return (parts) => Object.fromEntries(builders.map(([key, build]) => [key, build(parts)]))
  }
  const rebuild = visit(tree, '')
  return { leaves, paths, rebuild }
}

function isPlainObject(x: unknown): x is object {
  if (typeof x !== 'object' || x === null) return false
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === Object.prototype || prototype === null
}
