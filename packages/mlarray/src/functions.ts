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
import * as random from './random.ts'
import { choose } from './select.ts'
import type { Functions } from './typed.ts'

export const zeros = create.zeros as unknown as Functions['zeros']
export const ones = create.ones as unknown as Functions['ones']
export const full = create.full as unknown as Functions['full']
export const eye = create.eye as unknown as Functions['eye']
export const arange = create.arange as unknown as Functions['arange']
export const linspace = create.linspace as unknown as Functions['linspace']
export const zerosLike = create.zerosLike as unknown as Functions['zerosLike']
export const onesLike = create.onesLike as unknown as Functions['onesLike']
export const fullLike = create.fullLike as unknown as Functions['fullLike']
export const oneHot = create.oneHot as unknown as Functions['oneHot']
export const rand = random.rand as unknown as Functions['rand']
export const randn = random.randn as unknown as Functions['randn']
/** Uniform on ±gain · √(6 / (fanIn + fanOut)), for weights `[fanIn, fanOut]` as `x.matmul(w)` takes them. @see torch.nn.init.xavier_uniform_ */
export const xavierUniform = start.xavierUniform as unknown as Functions['xavierUniform']
/** Normal with standard deviation gain · √(2 / (fanIn + fanOut)), for weights `[fanIn, fanOut]`. @see torch.nn.init.xavier_normal_ */
export const xavierNormal = start.xavierNormal as unknown as Functions['xavierNormal']
/** Uniform on ±gain · √(3 / fan), for weights `[fanIn, fanOut]` before a relu. @see torch.nn.init.kaiming_uniform_ */
export const heUniform = start.heUniform as unknown as Functions['heUniform']
/** Normal with standard deviation gain / √fan, for weights `[fanIn, fanOut]` before a relu. @see torch.nn.init.kaiming_normal_ */
export const heNormal = start.heNormal as unknown as Functions['heNormal']
/** Rows or columns, whichever are fewer, are orthogonal and as long as the gain. @see torch.nn.init.orthogonal_ */
export const orthogonal = start.orthogonal as unknown as Functions['orthogonal']
/** Normal numbers of which those outside of [low, high] do not occur. @see torch.nn.init.trunc_normal_ */
export const truncatedNormal = start.truncatedNormal as unknown as Functions['truncatedNormal']
/**
 * The solution `x` of `a x = b`. Shape: `[..., n, n], [..., n, k] → [..., n, k]`; a `b` of rank 1 is one
 * right-hand side.
 *
 * @throws RangeError where a matrix is singular, to rounding; it says which one.
 * @example
 * solve(new MLArray([[4, 1], [1, 3]]), new MLArray([6, 7])).toList() // → [ 1, 2 ]
 * @see numpy.linalg.solve
 */
export const solve = linalg.solve as unknown as Functions['solve']
/**
 * The inverse. Shape: `[..., n, n] → [..., n, n]`.
 *
 * @throws RangeError where a matrix is singular, to rounding; it says which one.
 * @see numpy.linalg.inv
 */
export const inv = linalg.inv as unknown as Functions['inv']
/** The determinant, whose gradient is right for singular matrices, too. Shape: `[..., n, n] → [...]`. @see numpy.linalg.det */
export const det = linalg.det as unknown as Functions['det']
/**
 * The lower triangular `l` with `l lᵀ = a`, of symmetric matrices. Shape: `[..., n, n] → [..., n, n]`.
 *
 * @throws RangeError where a matrix is not symmetric or not positive definite; it says which one.
 * @see numpy.linalg.cholesky
 */
export const cholesky = linalg.cholesky as unknown as Functions['cholesky']
export const where = choose as unknown as Functions['where']
export const tensordot = contract.tensordot as unknown as Functions['tensordot']
export const einsum = letters.einsum as unknown as Functions['einsum']
export const concatenate = arrange.concatenate as unknown as Functions['concatenate']
export const stack = arrange.stack as unknown as Functions['stack']
export const split = arrange.split as unknown as Functions['split']
