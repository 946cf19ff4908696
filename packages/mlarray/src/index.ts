/** The public surface of `@smol/mlarray`. */
export { noGrad, Value } from '@smol/value'
export type { DType } from './array.ts'
export { detectAnomaly } from './anomaly.ts'
export { vmap, type Batch, type BatchOptions, type Samples } from './batch.ts'
export { checkpoint } from './checkpoint.ts'
export { setDefaultDtype } from './create.ts'
export { customOp } from './custom.ts'
export type {
  BinaryOperation,
  OptionalOperation,
  TernaryOperation,
  UnaryOperation,
} from './custom.ts'
export { toDot, toMermaid } from './draw.ts'
export { ShapeError } from './errors.ts'
export * from './functions.ts'
export type { NormalOptions, UniformOptions } from './distribution.ts'
export type { GainOptions, HeOptions, TruncatedNormalOptions } from './initialise.ts'
export type { EinsumResult, EinsumShape } from './einsum-type.ts'
export type { SliceItem } from './index-type.ts'
export { Generator } from './random.ts'
export type { ChoiceOptions, GeneratorState } from './random.ts'
export { defaultGenerator, manualSeed, type RandomOptions } from './seed.ts'
export { hessian, jacobian } from './jacobian.ts'
export type { Block, BlocksOf, HessianOf, JacobianOf } from './jacobian.ts'
export type * from './shape-type.ts'
export type { Shape } from './shape.ts'
export { setThreads } from './threads.ts'
export { grad, jvp, valueAndGrad, vjp } from './transform.ts'
export type { Arguments, GivenList, GradientOf } from './transform.ts'
export type { Given } from './tree.ts'
export { MLArray } from './typed.ts'
export type {
  ArrayData,
  AxisOption,
  BackwardOptions,
  CreationOptions,
  Functions,
  IndexItem,
  IntegerData,
  MLArrayConstructor,
  NestedList,
  NumericBuffer,
  Operand,
  PadOptions,
  ReduceOptions,
  RowOf,
  ShapeFrom,
  Tolerance,
} from './typed.ts'
export { unroll, type NestedValues, type UnrollOptions } from './unroll.ts'
export { kernelMemory, setKernels, type KernelSet } from './wasm.ts'
