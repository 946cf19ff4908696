/**
 * The optimisers as classes: what `new` takes, and what each is for. The mathematics is in `rows.ts`.
 */
import type { Group, OptimizerOptions } from './group.ts'
import { RowOptimizer } from './optimizer.ts'
import type { Parameters } from './parameter.ts'
import * as rows from './rows.ts'
import type * as settings from './settings.ts'

/** Parameters, one group, or a list of groups. */
type Given<S> = Parameters | Group<S> | readonly Group<S>[]

/**
 * Stochastic gradient descent, with a momentum if asked for: `b ← μb + (1 − τ)g; θ ← θ − αb`.
 *
 * The first buffer is the gradient itself. In Sutskever et al. 2013 the learning rate is inside the buffer;
 * here, as in PyTorch, outside, so that a change of it acts at once.
 *
 * @throws RangeError where an option is not accepted. @throws TypeError where a parameter is not.
 * @see torch.optim.SGD
 * @example
 * const optimizer = new SGD([w, b], { learningRate: 0.1, momentum: 0.9 })
 * loss.backward()
 * optimizer.step()
 * optimizer.zeroGrad()
 */
export class SGD extends RowOptimizer<settings.SGDSettings> {
  constructor(
    parameters: Given<settings.SGDSettings>,
    options: OptimizerOptions<settings.SGDSettings> = {},
  ) {
    super(rows.sgd, parameters, options)
  }
}

/**
 * A learning rate for each number, which falls with the squares of its gradients so far:
 * `s ← s + g²; θ ← θ − α g / (√s + ε)`. For sparse gradients.
 *
 * Duchi, Hazan and Singer, JMLR 12 (2011), figure 1 (there with `δ` inside the diagonal matrix, outside the
 * root as here). @see torch.optim.Adagrad
 */
export class AdaGrad extends RowOptimizer<settings.AdaGradSettings> {
  constructor(
    parameters: Given<settings.AdaGradSettings>,
    options: OptimizerOptions<settings.AdaGradSettings> = {},
  ) {
    super(rows.adaGrad, parameters, options)
  }
}

/**
 * Steps in the units of the parameter: the root mean square of earlier changes over that of gradients.
 *
 * arXiv:1212.5701, algorithm 1; ε is inside the roots. The learning rate is PyTorch's, 1 in the paper.
 * @see torch.optim.Adadelta
 */
export class Adadelta extends RowOptimizer<settings.AdadeltaSettings> {
  constructor(
    parameters: Given<settings.AdadeltaSettings>,
    options: OptimizerOptions<settings.AdadeltaSettings> = {},
  ) {
    super(rows.adadelta, parameters, options)
  }
}

/**
 * Gradients divided by the root of their average square: `θ ← θ − αg / (√v + ε)`. For recurrent networks and
 * losses that change over time.
 *
 * Hinton's lectures; `centered` is arXiv:1308.0850, equations 38 to 41, which has ε inside the root, PyTorch
 * outside. @see torch.optim.RMSprop
 */
export class RMSprop extends RowOptimizer<settings.RMSpropSettings> {
  constructor(
    parameters: Given<settings.RMSpropSettings>,
    options: OptimizerOptions<settings.RMSpropSettings> = {},
  ) {
    super(rows.rmsprop, parameters, options)
  }
}

/**
 * Averages of gradients over the roots of averages of their squares, both corrected for starting from 0:
 * `θ ← θ − α m̂ / (√v̂ + ε)`. The usual first choice.
 *
 * arXiv:1412.6980, algorithm 1; `amsgrad` is arXiv:1904.09237, algorithm 2, where PyTorch corrects the
 * largest `v` for its bias and the paper does not. @see torch.optim.Adam
 */
export class Adam extends RowOptimizer<settings.AdamSettings> {
  constructor(
    parameters: Given<settings.AdamSettings>,
    options: OptimizerOptions<settings.AdamSettings> = {},
  ) {
    super(rows.adam, parameters, options)
  }
}

/**
 * Adam with weight decay beside the gradient: `θ ← (1 − αλ)θ` first. For transformers, and wherever weight
 * decay is to regularise.
 *
 * arXiv:1711.05101, algorithm 2; there the decay is not multiplied by α, in PyTorch it is.
 * @see torch.optim.AdamW
 */
export class AdamW extends RowOptimizer<settings.AdamSettings> {
  constructor(
    parameters: Given<settings.AdamSettings>,
    options: OptimizerOptions<settings.AdamSettings> = {},
  ) {
    super(rows.adamW, parameters, options)
  }
}

/**
 * Adam with Nesterov's look ahead: the gradient itself enters the step beside its average.
 *
 * Dozat 2016, “Incorporating Nesterov momentum into Adam”, algorithm 2. PyTorch keeps the product of
 * momenta in single precision, here it is a double. @see torch.optim.NAdam
 */
export class NAdam extends RowOptimizer<settings.NAdamSettings> {
  constructor(
    parameters: Given<settings.NAdamSettings>,
    options: OptimizerOptions<settings.NAdamSettings> = {},
  ) {
    super(rows.nadam, parameters, options)
  }
}

/**
 * Adam that waits until the variance of its step is known, and needs no warmup for it.
 *
 * arXiv:1908.03265, algorithm 2, which rectifies where `ρ > 4`; PyTorch, and so this, where `ρ > 5`.
 * @see torch.optim.RAdam
 */
export class RAdam extends RowOptimizer<settings.RAdamSettings> {
  constructor(
    parameters: Given<settings.RAdamSettings>,
    options: OptimizerOptions<settings.RAdamSettings> = {},
  ) {
    super(rows.radam, parameters, options)
  }
}

/**
 * Adam by the largest gradient instead of the mean square: `u ← max(β₂u, |g| + ε); θ ← θ − α m̂/u`.
 *
 * arXiv:1412.6980, algorithm 2, which has no ε. @see torch.optim.Adamax
 */
export class Adamax extends RowOptimizer<settings.AdamaxSettings> {
  constructor(
    parameters: Given<settings.AdamaxSettings>,
    options: OptimizerOptions<settings.AdamaxSettings> = {},
  ) {
    super(rows.adamax, parameters, options)
  }
}

/**
 * Nesterov's momentum estimated from differences of gradients, over an average of squares; it stands large
 * learning rates.
 *
 * arXiv:2208.06677, algorithm 1. The betas here are what is kept (the paper's are `1 − β`), with bias
 * corrections as in its authors' program; weight decay divides by `1 + αλ`.
 */
export class Adan extends RowOptimizer<settings.AdanSettings> {
  constructor(
    parameters: Given<settings.AdanSettings>,
    options: OptimizerOptions<settings.AdanSettings> = {},
  ) {
    super(rows.adan, parameters, options)
  }
}

/**
 * The sign of an average, so that every number moves by α: half of Adam's memory. Wants a learning rate 3 to
 * 10 times smaller than AdamW's, and a weight decay larger by as much.
 *
 * arXiv:2302.06675, algorithm 2.
 */
export class Lion extends RowOptimizer<settings.LionSettings> {
  constructor(
    parameters: Given<settings.LionSettings>,
    options: OptimizerOptions<settings.LionSettings> = {},
  ) {
    super(rows.lion, parameters, options)
  }
}

/**
 * Momentum made orthogonal, for the weight matrices of hidden layers; other parameters need another
 * optimiser beside it.
 *
 * Jordan et al. 2024; the adjustment `'matchRmsAdamW'` is arXiv:2502.16982, equation 4. PyTorch computes the
 * orthogonal matrix in bfloat16, here it is in doubles.
 *
 * @throws RangeError where a parameter is no matrix. @see torch.optim.Muon
 */
export class Muon extends RowOptimizer<settings.MuonSettings> {
  constructor(
    parameters: Given<settings.MuonSettings>,
    options: OptimizerOptions<settings.MuonSettings> = {},
  ) {
    super(rows.muon, parameters, options)
  }
}

/**
 * A step size for each number, which grows while its gradient keeps its sign and shrinks when it turns. For
 * gradients of the whole data set, not of batches.
 *
 * Riedmiller and Braun 1993; where the gradient has turned PyTorch does not step back but stands still,
 * which is iRprop− of Igel and Hüsken 2000, table 4. @see torch.optim.Rprop
 */
export class Rprop extends RowOptimizer<settings.RpropSettings> {
  constructor(
    parameters: Given<settings.RpropSettings>,
    options: OptimizerOptions<settings.RpropSettings> = {},
  ) {
    super(rows.rprop, parameters, options)
  }
}

/**
 * Gradient descent with falling steps that also keeps the average of the parameters: the slot `average` of
 * its state.
 *
 * Polyak and Juditsky 1992, SIAM J. Control Optim. 30; steps as in Bottou 2010, section 5.1.
 * @see torch.optim.ASGD
 */
export class ASGD extends RowOptimizer<settings.ASGDSettings> {
  constructor(
    parameters: Given<settings.ASGDSettings>,
    options: OptimizerOptions<settings.ASGDSettings> = {},
  ) {
    super(rows.asgd, parameters, options)
  }
}
