/**
 * The settings of the optimisers: PyTorch's, in camelCase. Their defaults stand in the rows, what is
 * accepted in `options.ts`.
 */
type Rate = {
  /** The length of a step, α; ≥ 0. */
  readonly learningRate: number
  /** Go uphill: minimise the negative. Default `false`. */
  readonly maximize: boolean
}

type L2 = {
  /** λ ≥ 0: `λ θ` is added to the gradient. Default 0. */
  readonly weightDecay: number
}

type Decoupled = {
  /** λ ≥ 0: each step first multiplies the parameter by `1 − α λ`. */
  readonly weightDecay: number
}

type L2OrDecoupled = L2 & {
  /** Shrink the parameter by `1 − α λ` instead of adding `λ θ` to the gradient. Default `false`. */
  readonly decoupledWeightDecay: boolean
}

type Eps = {
  /** ε ≥ 0, added to a denominator. */
  readonly eps: number
}

type Betas = {
  /** How much of the average of gradients is kept, from 0 (included) to 1 (not included). */
  readonly beta1: number
  /** How much of the average of squared gradients is kept, from 0 (included) to 1 (not included). */
  readonly beta2: number
}

/** The hyperparameters of `SGD`. */
export type SGDSettings = Rate &
  L2 & {
    /** μ ≥ 0, how much of the last direction is kept. Default 0. */
    readonly momentum: number
    /** τ: a gradient enters the buffer with the factor `1 − τ`, except the first. Default 0. */
    readonly dampening: number
    /** Nesterov's look ahead; needs a momentum and no dampening. Default `false`. */
    readonly nesterov: boolean
  }

/** The hyperparameters of `AdaGrad`. */
export type AdaGradSettings = Rate &
  L2 &
  Eps & {
    /** η ≥ 0: step t has the learning rate `α / (1 + (t − 1) η)`. Default 0. */
    readonly learningRateDecay: number
    /** What the sum of squares starts from, ≥ 0. Default 0. */
    readonly initialAccumulatorValue: number
  }

/** The hyperparameters of `Adadelta`. */
export type AdadeltaSettings = Rate &
  L2 &
  Eps & {
    /** How much of the averages of squares is kept, from 0 to 1. Default 0.9. */
    readonly rho: number
  }

/** The hyperparameters of `RMSprop`. */
export type RMSpropSettings = Rate &
  L2 &
  Eps & {
    /** ρ ≥ 0, how much of the average of squares is kept. Default 0.99. */
    readonly alpha: number
    /** ≥ 0, how much of the last direction is kept. Default 0. */
    readonly momentum: number
    /** Divide by the standard deviation instead of the root mean square. Default `false`. */
    readonly centered: boolean
  }

/** The hyperparameters of `Adam` and `AdamW`, which differ in the weight decay only. */
export type AdamSettings = Rate &
  L2 &
  Betas &
  Eps & {
    /** Divide by the largest `v` so far. Default `false`. */
    readonly amsgrad: boolean
  }

/** The hyperparameters of `NAdam`. */
export type NAdamSettings = Rate &
  L2OrDecoupled &
  Betas &
  Eps & {
    /** ψ ≥ 0, how fast the momentum grows to `beta1`. Default 0.004. */
    readonly momentumDecay: number
  }

/** The hyperparameters of `RAdam`. */
export type RAdamSettings = Rate & L2OrDecoupled & Betas & Eps

/** The hyperparameters of `Adamax`. */
export type AdamaxSettings = Rate & L2 & Betas & Eps

/** The hyperparameters of `Adan`. */
export type AdanSettings = Rate &
  Decoupled &
  Betas &
  Eps & {
    /** How much of the average of squares is kept, from 0 (included) to 1 (not included). Default 0.99. */
    readonly beta3: number
    /** Decay by division by `1 + α λ` after the step, else by `1 − α λ` before. Default `true`. */
    readonly proximal: boolean
  }

/** The hyperparameters of `Lion`. */
export type LionSettings = Rate & Decoupled & Betas

/** The hyperparameters of `Muon`. */
export type MuonSettings = Rate &
  Decoupled &
  Eps & {
    /** μ, how much of the average of gradients is kept. Default 0.95. */
    readonly momentum: number
    /** Nesterov's look ahead. Default `true`. */
    readonly nesterov: boolean
    /** Rounds of the iteration, from 0 to 99. Default 5. */
    readonly newtonSchulzSteps: number
    /** `a, b, c` of `X ← aX + (bA + cA²)X`. */
    readonly coefficients: readonly [a: number, b: number, c: number]
    /** How the shape changes α: `√max(1, rows/columns)`, or `0.2 √max(rows, columns)`. */
    readonly adjustment: 'original' | 'matchRmsAdamW'
  }

/** How the step sizes of `Rprop` change, and their bounds. */
export type RpropSettings = Rate & {
  /** The factor of a step size after the gradient has turned, between 0 and 1. Default 0.5. */
  readonly etaMinus: number
  /** The factor of a step size after the gradient has kept its sign, > 1. Default 1.2. */
  readonly etaPlus: number
  /** The smallest step size. Default 1e-6. */
  readonly stepSizeMin: number
  /** The largest step size. Default 50. */
  readonly stepSizeMax: number
}

/** The hyperparameters of `ASGD`, by the names that PyTorch gives them. */
export type ASGDSettings = Rate &
  L2 & {
    /** λ of the step size and of the decay. Default 1e-4. */
    readonly lambd: number
    /** κ, the power of the step size. Default 0.75. */
    readonly alpha: number
    /** t₀, the step from which on parameters are averaged. Default 1e6. */
    readonly t0: number
  }

/** How far an iteration of `LBFGS` goes, how many there are, and when they end. */
export type LBFGSSettings = {
  /** The length of a step without line search, and of the first trial with one. Default 1. */
  readonly learningRate: number
  /** Iterations in one `step`. Default 20. */
  readonly maxIter: number
  /** Evaluations of the closure in one `step`. Default `1.25 maxIter`. */
  readonly maxEval: number
  /** Stop where no gradient is larger. Default 1e-7. */
  readonly toleranceGrad: number
  /**
   * Stop where no parameter has changed by more, or the loss by less, or where the slope along the direction
   * is less steep. Default 1e-9.
   */
  readonly toleranceChange: number
  /** How many pairs of changes are kept. Default 100. */
  readonly historySize: number
  /** How the length of a step is found. Default `'none'`. */
  readonly lineSearch: 'none' | 'strongWolfe'
}
