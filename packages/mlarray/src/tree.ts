/**
 * Arguments and results with structure: arrays and Values in lists and plain objects, taken apart and put
 * together.
 */
import { Value } from '@smol/value'
import { MLArray as Untyped } from './array.ts'
import { nestingError, resultError, treeError, treeSizeError } from './errors.ts'
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

/** What is nested deeper is a mistake, if not a tree that holds itself. */
const DEEPEST = 64
/** What has more parts holds the same list again and again. */
const MOST_PARTS = 2 ** 18

/**
 * The leaves of a tree, and the way back to a tree of the same structure.
 *
 * @throws TypeError where something else than arrays, Values, numbers, lists and plain objects is in it; a
 *   result may not be a number, which would have no history.
 * @throws RangeError where it holds itself, or has far too many parts.
 */
export function takeApart(tree: unknown, op: string, isResult = false): Parts {
  const leaves: Leaf[] = []
  const paths: string[] = []
  let parts = 0
  const visit = (part: unknown, path: string, depth = 0): Parts['rebuild'] => {
    if (depth > DEEPEST) throw nestingError(op, DEEPEST)
    if (++parts > MOST_PARTS) throw treeSizeError(op, MOST_PARTS)
    const isNumber = typeof part === 'number' && !isResult
    if (part instanceof Untyped || part instanceof Value || isNumber) {
      const place = leaves.length
      leaves.push(typeof part === 'number' ? new Value(part, { requiresGrad: false }) : part)
      paths.push(path)
      return (given) => given[place]
    }
    if (Array.isArray(part)) {
      // Not `map`, which passes over holes, however many there are.
      const builders = Array.from(part, (item, i) => visit(item, `${path}[${i}]`, depth + 1))
      return (given) => builders.map((build) => build(given))
    }
    if (!isPlainObject(part)) throw isResult ? resultError(op, part) : treeError(op, part)
    const builders = Object.entries(part).map(
      ([key, value]) => [key, visit(value, `${path}.${key}`, depth + 1)] as const,
    )
    return (given) => Object.fromEntries(builders.map(([key, build]) => [key, build(given)]))
  }
  const rebuild = visit(tree, '')
  return { leaves, paths, rebuild }
}

function isPlainObject(x: unknown): x is object {
  if (typeof x !== 'object' || x === null) return false
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === Object.prototype || prototype === null
}
