/** Drawings of graphs in which arrays are nodes. */
import {
  toDot as nodeToDot,
  toMermaid as nodeToMermaid,
  Value,
  type DrawOptions,
} from '@smol/value'
import type { Node } from '@smol/value/graph'
import { MLArray as Untyped } from './array.ts'
import { operandError } from './errors.ts'
import { nodeOf } from './node.ts'
import { checkOptions } from './options.ts'
import type { MLArray } from './typed.ts'

function rootOf(op: string, y: MLArray | Value): Node {
  if (y instanceof Untyped) return nodeOf(y)
  if (y instanceof Value) return y
  throw operandError(op, y)
}

/**
 * The graph behind an array or a Value in Graphviz' language: an array is one box with its shape, and with
 * its numbers where they are kept and few.
 *
 * @throws RangeError where `limit` is no integer ≥ 1.
 */
export function toDot(y: MLArray | Value, options?: DrawOptions): string {
  checkOptions('toDot', options, ['limit'])
  return nodeToDot(rootOf('toDot', y), options)
}

/**
 * The same in Mermaid's language.
 *
 * @throws RangeError where `limit` is no integer ≥ 1.
 */
export function toMermaid(y: MLArray | Value, options?: DrawOptions): string {
  checkOptions('toMermaid', options, ['limit'])
  return nodeToMermaid(rootOf('toMermaid', y), options)
}
