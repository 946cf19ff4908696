/** The public surface of `@smol/losses`. */
export { crossEntropyLoss, type CrossEntropyOptions } from './cross-entropy.ts'
export type { ArrayData, NumericBuffer, Predictions } from './input.ts'
export type { ElementwiseLoss, LossOptions, Reduced, Reduction } from './reduction.ts'
export { mseLoss } from './regression.ts'
