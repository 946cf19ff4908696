/** The public surface of `@smol/mlarray`. */
import { MLArray as UntypedMLArray } from './methods.ts'
import { concatenate as joinArrays, split as splitArray, stack as stackArrays } from './arrange.ts'
import { tensordot as contractAxes } from './contract.ts'
import * as create from './create.ts'
import { einsum as sumByLetters } from './einsum.ts'
import * as random from './random.ts'
import { choose } from './select.ts'
import type { Functions, MLArray as MLArrayType, MLArrayConstructor } from './typed.ts'
import type { Shape } from './shape.ts'
import { unroll as unrollArray, type NestedValues, type UnrollOptions } from './unroll.ts'

/** An N-dimensional array of Values. */
export const MLArray = UntypedMLArray as unknown as MLArrayConstructor
export type MLArray<S extends Shape = Shape> = MLArrayType<S>

/** The run-time functions under the signatures that carry shapes. */
const functions = {
  zeros: create.zeros,
  ones: create.ones,
  full: create.full,
  eye: create.eye,
  arange: create.arange,
  linspace: create.linspace,
  zerosLike: create.zerosLike,
  onesLike: create.onesLike,
  fullLike: create.fullLike,
  oneHot: create.oneHot,
  rand: random.rand,
  randn: random.randn,
  where: choose,
  tensordot: contractAxes,
  einsum: sumByLetters,
  concatenate: joinArrays,
  stack: stackArrays,
  split: splitArray,
} as unknown as Functions

export const {
  zeros,
  ones,
  full,
  eye,
  arange,
  linspace,
  zerosLike,
  onesLike,
  fullLike,
  oneHot,
  rand,
  randn,
  where,
  tensordot,
  einsum,
  concatenate,
  stack,
  split,
} = functions

export const unroll = unrollArray as unknown as (
  y: MLArray,
  options?: UnrollOptions,
) => NestedValues

export { setDefaultDtype, type CreationOptions } from './create.ts'
export { Generator, manualSeed } from './random.ts'
export { ShapeError } from './errors.ts'
export type { DType } from './array.ts'
export type { NestedValues, UnrollOptions } from './unroll.ts'
export type { Shape } from './shape.ts'
export type * from './shape-type.ts'
export { Value } from '@smol/value'
export { noGrad } from '@smol/value/graph'
