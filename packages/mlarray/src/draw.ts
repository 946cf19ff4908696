/** Drawings of graphs in which arrays are nodes. */
import {
  toDot as nodeToDot,
  toMermaid as nodeToMermaid,
  type DrawOptions,
  type Value,
} from '@smol/value'
import type { Node } from '@smol/value/graph'
import { MLArray as Untyped } from './array.ts'
import { nodeOf } from './node.ts'
import type { MLArray } from './typed.ts'

function rootOf(y: MLArray | Value): Node {
  return y instanceof Untyped ? nodeOf(y) : (y as Value)
}

/**
 * The graph behind an array or a Value in Graphviz' language: an array is one box with its shape, and with
 * its numbers where they are kept and few.
 *
 * @throws RangeError where `limit` is no integer ≥ 1.
 */
export function toDot(y: MLArray | Value, options?: DrawOptions): string {
  return nodeToDot(rootOf(y), options)
}

/**
 * The same in Mermaid's language.
 *
 * @throws RangeError where `limit` is no integer ≥ 1.
 */
export function toMermaid(y: MLArray | Value, options?: DrawOptions): string {
  return nodeToMermaid(rootOf(y), options)
}
