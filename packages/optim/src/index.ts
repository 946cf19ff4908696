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
