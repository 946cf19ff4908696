/** The public surface of `@smol/optim`. */
export {
  AdaGrad,
  Adadelta,
  Adam,
  AdamW,
  Adamax,
  Adan,
  ASGD,
  Lion,
  Muon,
  NAdam,
  RAdam,
  RMSprop,
  Rprop,
  SGD,
} from './optimizers.ts'
export { LBFGS, type Closure } from './lbfgs.ts'
export type { Optimizer, RowOptimizer } from './optimizer.ts'
export type { Group, OptimizerOptions, ParameterGroup } from './group.ts'
export type { Parameters } from './parameter.ts'
export type { Explanation } from './explain.ts'
export type { OptimizerState, ParameterState } from './state.ts'
export type * from './settings.ts'
export { cyclic, oneCycle, type CyclicOptions, type OneCycleOptions } from './cycle.ts'
export {
  constant,
  cosine,
  cosineRestarts,
  exponential,
  lambda,
  linear,
  multiStep,
  polynomial,
  sequential,
  step,
  warmup,
  type Schedule,
} from './schedule.ts'
export {
  ReduceOnPlateau,
  type ReduceOnPlateauOptions,
  type ReduceOnPlateauState,
} from './plateau.ts'
export { clipGradNorm, clipGradValue } from './clip.ts'
export { ExponentialMovingAverage, type AverageState } from './average.ts'
export { GradientAccumulation, type GradientAccumulationOptions } from './accumulate.ts'
export { stateFromTensors, stateToTensors, type StateTensors } from './tensors.ts'
