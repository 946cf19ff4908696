/**
 * The free functions of the run time under the signatures that carry shapes, one constant each, so that a
 * bundler can leave out what nobody uses.
 */
import * as arrange from './arrange.ts'
import * as contract from './contract.ts'
import * as create from './create.ts'
import * as letters from './einsum.ts'
import * as start from './initialise.ts'
import * as linalg from './linalg.ts'
import * as seed from './seed.ts'
import { choose } from './select.ts'
import { publicly } from './stack.ts'
import type { Functions } from './typed.ts'

/** All elements 0; tracked. Shape: `zeros(3)` is `[3]`. @see numpy.zeros */
export const zeros = /* @__PURE__ */ publicly(create.zeros) as unknown as Functions['zeros']
/** All elements 1; tracked. Shape: `ones([2, 3])` is `[2, 3]`. @see numpy.ones */
export const ones = /* @__PURE__ */ publicly(create.ones) as unknown as Functions['ones']
/** All elements `value`; tracked. @see numpy.full */
export const full = /* @__PURE__ */ publicly(create.full) as unknown as Functions['full']
/**
 * Ones on the k-th diagonal of an `n` × `m` matrix, above the main one for k > 0; untracked.
 *
 * @example
 * eye(2, { m: 3, k: 1 }).toList() // → [ [ 0, 1, 0 ], [ 0, 0, 1 ] ]
 * @see numpy.eye
 */
export const eye = /* @__PURE__ */ publicly(create.eye) as unknown as Functions['eye']
/**
 * Numbers from `start` up to `stop`, which is left out; untracked. `arange(stop)` starts at 0, and a negative
 * step goes down. Rounding may add one more, as in NumPy: `linspace` has a sure number of elements.
 *
 * @throws RangeError where the step is 0, or something is not finite.
 * @example
 * arange(1, 2, 0.25).toList() // → [ 1, 1.25, 1.5, 1.75 ]
 * arange(3, { dtype: 'float32' }).toList() // → [ 0, 1, 2 ]
 * @see numpy.arange
 */
export const arange = /* @__PURE__ */ publicly(create.arange) as unknown as Functions['arange']
/**
 * `num` numbers at equal distances from `start` to `stop`, both included; untracked.
 *
 * @throws RangeError where an end is not finite, or `num` no integer ≥ 0.
 * @example
 * linspace(0, 1, 5).toList() // → [ 0, 0.25, 0.5, 0.75, 1 ]
 * @see numpy.linspace
 */
export const linspace = /* @__PURE__ */ publicly(
  create.linspace,
) as unknown as Functions['linspace']
/** Zeros in the shape and dtype of another array; tracked. @see numpy.zeros_like */
export const zerosLike = /* @__PURE__ */ publicly(
  create.zerosLike,
) as unknown as Functions['zerosLike']
/** Ones in the shape and dtype of another array; tracked. @see numpy.ones_like */
export const onesLike = /* @__PURE__ */ publicly(
  create.onesLike,
) as unknown as Functions['onesLike']
/** `value` in the shape and dtype of another array; tracked. @see numpy.full_like */
export const fullLike = /* @__PURE__ */ publicly(
  create.fullLike,
) as unknown as Functions['fullLike']
/**
 * For every index a row of zeros with a 1 at it; untracked. Shape: `[...] → [..., numClasses]`.
 *
 * @throws RangeError where an index is no integer from 0 to numClasses − 1.
 * @example
 * oneHot([2, 0], 3).toList() // → [ [ 0, 0, 1 ], [ 1, 0, 0 ] ]
 * @see torch.nn.functional.one_hot
 */
export const oneHot = /* @__PURE__ */ publicly(create.oneHot) as unknown as Functions['oneHot']
/** Uniform numbers from [0, 1), of the default generator; tracked. `manualSeed` makes them repeatable. @see torch.rand */
export const rand = /* @__PURE__ */ publicly(seed.rand) as unknown as Functions['rand']
/** Standard normal numbers, of the default generator; tracked. @see torch.randn */
export const randn = /* @__PURE__ */ publicly(seed.randn) as unknown as Functions['randn']
/** Uniform on ±gain · √(6 / (fanIn + fanOut)), for weights `[fanIn, fanOut]` as `x.matmul(w)` takes them. @see torch.nn.init.xavier_uniform_ */
export const xavierUniform = /* @__PURE__ */ publicly(
  start.xavierUniform,
) as unknown as Functions['xavierUniform']
/** Normal with standard deviation gain · √(2 / (fanIn + fanOut)), for weights `[fanIn, fanOut]`. @see torch.nn.init.xavier_normal_ */
export const xavierNormal = /* @__PURE__ */ publicly(
  start.xavierNormal,
) as unknown as Functions['xavierNormal']
/** Uniform on ±gain · √(3 / fan), for weights `[fanIn, fanOut]` before a relu. @see torch.nn.init.kaiming_uniform_ */
export const heUniform = /* @__PURE__ */ publicly(
  start.heUniform,
) as unknown as Functions['heUniform']
/** Normal with standard deviation gain / √fan, for weights `[fanIn, fanOut]` before a relu. @see torch.nn.init.kaiming_normal_ */
export const heNormal = /* @__PURE__ */ publicly(start.heNormal) as unknown as Functions['heNormal']
/** Rows or columns, whichever are fewer, are orthogonal and as long as the gain. @see torch.nn.init.orthogonal_ */
export const orthogonal = /* @__PURE__ */ publicly(
  start.orthogonal,
) as unknown as Functions['orthogonal']
/**
 * Normal numbers of which those outside of [low, high] do not occur.
 *
 * @throws RangeError where `std` is not > 0, or `low` not below `high`.
 * @see torch.nn.init.trunc_normal_
 */
export const truncatedNormal = /* @__PURE__ */ publicly(
  start.truncatedNormal,
) as unknown as Functions['truncatedNormal']
/**
 * The solution `x` of `a x = b`. Shape: `[..., n, n], [..., n, k] → [..., n, k]`; a `b` of rank 1 is one
 * right-hand side.
 *
 * @throws RangeError where a matrix is singular, to rounding; it says which one.
 * @example
 * solve(new MLArray([[4, 1], [1, 3]]), new MLArray([6, 7])).toList() // → [ 1, 2 ]
 * @see numpy.linalg.solve
 */
export const solve = /* @__PURE__ */ publicly(linalg.solve) as unknown as Functions['solve']
/**
 * The inverse. Shape: `[..., n, n] → [..., n, n]`.
 *
 * @throws RangeError where a matrix is singular, to rounding; it says which one.
 * @see numpy.linalg.inv
 */
export const inv = /* @__PURE__ */ publicly(linalg.inv) as unknown as Functions['inv']
/** The determinant, whose gradient is right for singular matrices, too. Shape: `[..., n, n] → [...]`. @see numpy.linalg.det */
export const det = /* @__PURE__ */ publicly(linalg.det) as unknown as Functions['det']
/**
 * The lower triangular `l` with `l lᵀ = a`, of symmetric matrices. Shape: `[..., n, n] → [..., n, n]`.
 *
 * @throws RangeError where a matrix is not symmetric or not positive definite; it says which one.
 * @see numpy.linalg.cholesky
 */
export const cholesky = /* @__PURE__ */ publicly(
  linalg.cholesky,
) as unknown as Functions['cholesky']
/**
 * `a` where the condition is 1, else `b`, all three broadcast. What was not taken gets gradient 0, whatever it is.
 *
 * @throws RangeError where the condition holds something else than 0 and 1.
 * @example
 * where(x.gt(0), x, 0) // relu
 * @see numpy.where
 */
export const where = /* @__PURE__ */ publicly(choose) as unknown as Functions['where']
/**
 * The sum of products over pairs of axes: over the last `axes` of `a` and the first of `b`, or over two lists of
 * axes. The other axes of `a` come first. Default 2.
 *
 * @throws ShapeError where paired axes differ.
 * @see numpy.tensordot
 */
export const tensordot = /* @__PURE__ */ publicly(
  contract.tensordot,
) as unknown as Functions['tensordot']
/**
 * Einstein summation: letters name axes, and an axis that the result does not name is summed over. A letter that
 * an operand has twice is its diagonal, `...` stands for the axes that have no letter, and without `->` the
 * result has the letters that stand once, in alphabetical order.
 *
 * @throws ShapeError where the subscripts do not fit the operands.
 * @example
 * einsum('ij,jk->ik', a, b) // the matrix product
 * einsum('...ii->...', a) // the trace of each matrix
 * @see numpy.einsum
 */
export const einsum = /* @__PURE__ */ publicly(letters.einsum) as unknown as Functions['einsum']
/**
 * Arrays joined along an existing axis, by default the first. Mixed dtypes become float64.
 *
 * @throws ShapeError where shapes differ elsewhere.
 * @see numpy.concatenate
 */
export const concatenate = /* @__PURE__ */ publicly(
  arrange.concatenate,
) as unknown as Functions['concatenate']
/**
 * Arrays of one shape along a new axis, by default the first. Mixed dtypes become float64.
 *
 * @throws ShapeError where shapes differ.
 * @see numpy.stack
 */
export const stack = /* @__PURE__ */ publicly(arrange.stack) as unknown as Functions['stack']
/**
 * Parts along an axis, by default the first: so many equal ones, or cut at the given positions. They are views.
 *
 * @throws RangeError where the axis cannot be cut into equal parts.
 * @example
 * split(arange(5), [2]).map((part) => part.toList()) // → [ [ 0, 1 ], [ 2, 3, 4 ] ]
 * @see numpy.split
 */
export const split = /* @__PURE__ */ publicly(arrange.split) as unknown as Functions['split']
