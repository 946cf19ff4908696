/**
 * The entry point `@smol/optim/training`: batches and a training loop. It knows no loss and no model.
 */
export { batches, batchIndices, type Batches, type BatchOptions } from './batch.ts'
export {
  train,
  type Callback,
  type Metrics,
  type Progress,
  type TrainingHistory,
  type TrainingOptions,
} from './train.ts'
export { earlyStopping, type EarlyStopping, type EarlyStoppingOptions } from './stopping.ts'
