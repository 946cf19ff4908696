/**
 * The scalar meaning of array operations: the same computation on Values, element by element. It is the
 * oracle of the tests and what `unroll` shows; nothing here is fast.
 */
import { sum, type Value } from '@smol/value'
import { fromData, rowMajor, type MLArray } from './array.ts'
import type { ArrayNode, ArrayOperation } from './node.ts'
import { sizeOf, type Shape } from './shape.ts'

/** The elements of an array as Values, in row-major order. */
export type Scalars = { readonly values: readonly Value[]; readonly shape: Shape }

/** The elements of a result, from those of the inputs. */
export type Unroll = (inputs: readonly Scalars[], node: ArrayNode) => readonly Value[]

/** An array that holds at each place the number of that place, in row-major order, plus `first`. */
export function numbered(shape: Shape, first = 0): MLArray {
  return fromData(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => first + i),
    shape,
  )
}

/** The Values at the places that an array of numbers names. */
export function pick(values: readonly Value[], places: MLArray): Value[] {
  return Array.from(rowMajor(places), (place) => values[place]!)
}

/** Of a movement: its tangent rule, run on an array of numbers, says which element goes where. */
export const moved: Unroll = ([x], node) => {
  const { jvp } = node.operation as ArrayOperation
  return pick(x!.values, jvp([numbered(x!.shape)], node))
}

/** Of a sum: its reverse, run on an array of numbers, says where each element is added. */
export const summed: Unroll = ([x], node) => {
  const { vjp } = node.operation as ArrayOperation
  const places = rowMajor(vjp(numbered(node.shape), node, 0) as MLArray)
  return groups(places, sizeOf(node.shape)).map((group) => sum(group.map((i) => x!.values[i]!)))
}

/** For each of `count` places the numbers of the elements that go there. */
export function groups(places: ArrayLike<number>, count: number): number[][] {
  const found: number[][] = Array.from({ length: count }, () => [])
  for (let i = 0; i < places.length; i++) found[places[i]!]!.push(i)
  return found
}

/** Of a cast or a copy. */
export const unchanged: Unroll = ([x]) => x!.values
