/** Matrices of derivatives, in blocks: one for each pair of parts of two trees. */
import type { Value } from '@smol/value'
import { filled, MLArray as Untyped } from './array.ts'
import { call, forward, fullLike, reverse, shapeOf, transformed } from './call.ts'
import { fromValues } from './element.ts'
import { join, place, reshape, windowOf } from './move.ts'
import { sizeOf, type Shape } from './shape.ts'
import { checkFunction, oneNumber, type Arguments, type GivenList } from './transform.ts'
import type { Leaf } from './tree.ts'
import type { MLArray, ShapeFrom } from './typed.ts'

/** The derivatives of `Y` in `X`: a Value where both are, else an array of shape `[...Y, ...X]`. */
export type Block<Y, X> = [Y, X] extends [Value | number, Value | number]
  ? Value
  : MLArray<[...ShapeFrom<Y>, ...ShapeFrom<X>]>

type Part = MLArray | Value | number

/** For every part of `T` the block of the derivatives of `Y` in it. */
export type BlocksOf<Y, T> = T extends Part
  ? Block<Y, T>
  : { -readonly [K in keyof T]: BlocksOf<Y, T[K]> }

type RowsOf<Y, T> = Y extends Part ? BlocksOf<Y, T> : { -readonly [K in keyof Y]: RowsOf<Y[K], T> }

/** A Jacobian in structure: that of the result, in whose places stands that of the arguments, with blocks. */
export type JacobianOf<A extends readonly unknown[], Y> = RowsOf<Y, Arguments<A>>

/** A Hessian in structure: that of the arguments, in whose places it stands once more, with blocks. */
export type HessianOf<A extends readonly unknown[]> = RowsOf<Arguments<A>, Arguments<A>>

/**
 * All first derivatives of `f`: for each part of the result and each of the arguments a block of shape
 * `[...result, ...argument]`. One sweep for each element of the result (in reverse) or of the arguments
 * (forward), whichever are fewer.
 *
 * @example
 * jacobian((x: MLArray) => x.square())(new MLArray([1, 2])).toList() // → [ [ 2, 0 ], [ 0, 4 ] ]
 */
export function jacobian<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
): (...args: GivenList<A>) => JacobianOf<A, Y> {
  checkFunction('jacobian', f, jacobian)
  return transformed(f.length, (...args) =>
    call('jacobian', f, args, ({ inputs, results, finish }) => {
      const blocks = blocksOf(results.leaves, inputs.leaves)
      return results.rebuild(blocks.map((row) => inputs.rebuild(row.map(finish)))) as JacobianOf<
        A,
        Y
      >
    }),
  )
}

/**
 * All second derivatives of a function whose result is one number, by forward mode over reverse mode: one
 * sweep for each element of the arguments.
 *
 * @throws ShapeError where the result of `f` is not one number.
 */
export function hessian<A extends readonly unknown[]>(
  f: (...args: A) => MLArray | Value,
): (...args: GivenList<A>) => HessianOf<A> {
  checkFunction('hessian', f, hessian)
  return transformed(f.length, (...args) =>
    call('hessian', f, args, ({ inputs, results, finish }) => {
      const y = oneNumber('hessian', results)
      const gradient = reverse([y], [fullLike(y, 1)], inputs.leaves)
      const blocks = columnsOf(gradient, inputs.leaves)
      return inputs.rebuild(blocks.map((row) => inputs.rebuild(row.map(finish)))) as HessianOf<A>
    }),
  )
}

// ---- Blocks ----

const countOf = (parts: readonly Leaf[]): number =>
  parts.reduce((count, x) => count + sizeOf(shapeOf(x)), 0)

/** The block of each result and each input. */
function blocksOf(ys: readonly Leaf[], inputs: readonly Leaf[]): Leaf[][] {
  if (countOf(inputs) < countOf(ys)) return columnsOf(ys, inputs)
  return ys.map((y) => {
    const rows = basisOf(y).map((dy) => reverse([y], [dy], inputs))
    return inputs.map((x, j) =>
      stacked(
        rows.map((row) => row[j]!),
        y,
        x,
        'rows',
      ),
    )
  })
}

/** The same by forward mode. */
function columnsOf(ys: readonly Leaf[], inputs: readonly Leaf[]): Leaf[][] {
  const columns = inputs.map((x) => basisOf(x).map((dx) => forward(ys, [x], [dx])))
  return ys.map((y, i) =>
    inputs.map((x, j) =>
      stacked(
        columns[j]!.map((column) => column[i]!),
        y,
        x,
        'columns',
      ),
    ),
  )
}

/** The unit directions of an array or Value, in row-major order. */
function basisOf(x: Leaf): Leaf[] {
  if (!(x instanceof Untyped)) return [fullLike(x, 1)]
  const one = filled(
    x.shape.map(() => 1),
    1,
    x.dtype,
  )
  return Array.from({ length: x.size }, (_, i) => place(one, x.shape, windowOf(x.shape, i)))
}

/** Derivatives along the unit directions of `y` (rows) or of `x` (columns), as one block. */
function stacked(parts: readonly Leaf[], y: Leaf, x: Leaf, are: 'rows' | 'columns'): Leaf {
  if (!(y instanceof Untyped || x instanceof Untyped)) return parts[0]!
  const shape: Shape = [...shapeOf(y), ...shapeOf(x)]
  const [first] = parts
  if (first === undefined)
    return filled(shape, 0, (x instanceof Untyped ? x : (y as Untyped)).dtype)
  if (!(first instanceof Untyped)) {
    const { dtype } = (y instanceof Untyped ? y : x) as Untyped
    return fromValues(parts as readonly Value[], shape, dtype)
  }
  const inner = first.shape
  const lines = (parts as readonly Untyped[]).map((part) =>
    reshape(part, are === 'rows' ? [1, ...inner] : [...inner, 1]),
  )
  return reshape(join(lines, are === 'rows' ? 0 : inner.length, 'stack'), shape)
}
