/** The public surface of `@smol/losses`. */
export {
  binaryCrossEntropyLoss,
  binaryCrossEntropyWithLogitsLoss,
  focalLoss,
  type BinaryCrossEntropyWithLogitsOptions,
  type FocalOptions,
} from './binary.ts'
export type { AxisOption, LabelOptions, LabelsBeside, TargetsBeside } from './classes.ts'
export { contrastiveLoss, type ContrastiveOptions } from './contrastive.ts'
export { crossEntropyLoss, type CrossEntropyOptions } from './cross-entropy.ts'
export { ctcLoss, type CtcOptions } from './ctc.ts'
export { diceLoss, type DiceOptions } from './dice.ts'
export {
  gaussianNllLoss,
  klDivergenceLoss,
  poissonNllLoss,
  type GaussianNllOptions,
  type KlDivergenceOptions,
  type PoissonNllOptions,
} from './distribution.ts'
export {
  cosineEmbeddingLoss,
  marginRankingLoss,
  tripletMarginLoss,
  type CosineEmbeddingOptions,
  type MarginRankingOptions,
  type TripletMarginOptions,
} from './embedding.ts'
export type { Alike, ArrayData, NumericBuffer, Predictions } from './input.ts'
export {
  hingeEmbeddingLoss,
  hingeLoss,
  multiMarginLoss,
  softMarginLoss,
  squaredHingeLoss,
  type MarginOptions,
  type MultiMarginOptions,
} from './margin.ts'
export {
  categoricalCrossEntropyLoss,
  nllLoss,
  type CategoricalCrossEntropyOptions,
  type NllOptions,
} from './nll.ts'
export type { ElementwiseLoss, LossOptions, Reduced, Reduction } from './reduction.ts'
export {
  huberLoss,
  logCoshLoss,
  maeLoss,
  mseLoss,
  quantileLoss,
  smoothL1Loss,
  type HuberOptions,
  type QuantileOptions,
  type SmoothL1Options,
} from './regression.ts'
