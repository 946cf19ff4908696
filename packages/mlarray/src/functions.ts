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
export const xavierUniform = start.xavierUniform as unknown as Functions['xavierUniform']
export const xavierNormal = start.xavierNormal as unknown as Functions['xavierNormal']
export const heUniform = start.heUniform as unknown as Functions['heUniform']
export const heNormal = start.heNormal as unknown as Functions['heNormal']
export const orthogonal = start.orthogonal as unknown as Functions['orthogonal']
export const truncatedNormal = start.truncatedNormal as unknown as Functions['truncatedNormal']
export const solve = linalg.solve as unknown as Functions['solve']
export const inv = linalg.inv as unknown as Functions['inv']
export const det = linalg.det as unknown as Functions['det']
export const cholesky = linalg.cholesky as unknown as Functions['cholesky']
export const where = choose as unknown as Functions['where']
export const tensordot = contract.tensordot as unknown as Functions['tensordot']
export const einsum = letters.einsum as unknown as Functions['einsum']
export const concatenate = arrange.concatenate as unknown as Functions['concatenate']
export const stack = arrange.stack as unknown as Functions['stack']
export const split = arrange.split as unknown as Functions['split']
