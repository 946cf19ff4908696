/**
 * The optimisers, one row each. Each follows PyTorch where it and the paper differ, and says so.
 *
 * Orders of operations are PyTorch's, so that trajectories agree to the last digits.
 */
import { ema } from './arithmetic.ts'
import { orthogonalise } from './orthogonal.ts'
import {
  descent,
  shrunk,
  uphillOrDownhill,
  type CommonSettings,
  type Factors,
  type Row,
} from './row.ts'
import type {
  AdaGradSettings,
  AdadeltaSettings,
  AdamSettings,
  AdamaxSettings,
  AdanSettings,
  ASGDSettings,
  LionSettings,
  MuonSettings,
  NAdamSettings,
  RAdamSettings,
  RMSpropSettings,
  RpropSettings,
  SGDSettings,
} from './settings.ts'

const NOTHING: Factors = {}

export const sgd: Row<SGDSettings, 'momentumBuffer'> = {
  name: 'SGD',
  formula: 'b ← μ b + (1 − τ) g;  θ ← θ − α b',
  source: 'Sutskever et al. 2013, section 2, with α outside b as PyTorch has it',
  defaults: {
    learningRate: 1e-3,
    momentum: 0,
    dampening: 0,
    weightDecay: 0,
    nesterov: false,
    maximize: false,
  },
  slots: ({ momentum }) => (momentum === 0 ? {} : { momentumBuffer: 0 }),
  // The first buffer is the gradient itself, undamped.
  factors: ({ dampening }, { first }) => ({ share: first ? 1 : 1 - dampening }),
  update: (m, x, o, { share }) => {
    const g = descent(m, x, o)
    if (o.momentum === 0) return { parameter: m.sub(x.parameter, m.mul(o.learningRate, g)) }
    const momentumBuffer = m.add(m.mul(o.momentum, x.momentumBuffer), m.mul(share!, g))
    const direction = o.nesterov ? m.add(g, m.mul(o.momentum, momentumBuffer)) : momentumBuffer
    const parameter = m.sub(x.parameter, m.mul(o.learningRate, direction))
    return { parameter, momentumBuffer, direction }
  },
}

export const adaGrad: Row<AdaGradSettings, 'sum'> = {
  name: 'AdaGrad',
  formula: 's ← s + g²;  θ ← θ − α / (1 + (t − 1) η) · g / (√s + ε)',
  source: 'Duchi, Hazan, Singer 2011, JMLR 12, figure 1; ε outside the root as PyTorch has it',
  defaults: {
    learningRate: 1e-2,
    learningRateDecay: 0,
    weightDecay: 0,
    initialAccumulatorValue: 0,
    eps: 1e-10,
    maximize: false,
  },
  slots: ({ initialAccumulatorValue }) => ({ sum: initialAccumulatorValue }),
  factors: ({ learningRate, learningRateDecay }, { step }) => ({
    decayedLearningRate: learningRate / (1 + (step - 1) * learningRateDecay),
  }),
  update: (m, x, o, { decayedLearningRate }) => {
    const g = descent(m, x, o)
    const sum = m.add(x.sum, m.square(g))
    const denominator = m.add(m.sqrt(sum), o.eps)
    const change = m.div(m.mul(decayedLearningRate!, g), denominator)
    return { parameter: m.sub(x.parameter, change), sum, denominator }
  },
}

export const adadelta: Row<AdadeltaSettings, 'squareAvg' | 'accDelta'> = {
  name: 'Adadelta',
  formula:
    'v ← ρ v + (1 − ρ) g²;  Δ = √(u + ε) / √(v + ε) · g;  u ← ρ u + (1 − ρ) Δ²;  θ ← θ − α Δ',
  source: 'arXiv:1212.5701, algorithm 1; PyTorch adds α, which is 1 in the paper',
  defaults: { learningRate: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false },
  slots: () => ({ squareAvg: 0, accDelta: 0 }),
  factors: () => NOTHING,
  update: (m, x, o) => {
    const g = descent(m, x, o)
    const squareAvg = ema(m, o.rho, x.squareAvg, m.square(g))
    const delta = m.mul(m.div(m.sqrt(m.add(x.accDelta, o.eps)), m.sqrt(m.add(squareAvg, o.eps))), g)
    const accDelta = ema(m, o.rho, x.accDelta, m.square(delta))
    const parameter = m.sub(x.parameter, m.mul(o.learningRate, delta))
    return { parameter, squareAvg, accDelta, delta }
  },
}

export const rmsprop: Row<RMSpropSettings, 'squareAvg' | 'gradAvg' | 'momentumBuffer'> = {
  name: 'RMSprop',
  formula: 'v ← ρ v + (1 − ρ) g²;  θ ← θ − α g / (√v + ε)',
  source: 'Hinton, Lectures on neural networks 6e; centered: arXiv:1308.0850, equations 38 to 41',
  defaults: {
    learningRate: 1e-2,
    alpha: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    momentum: 0,
    centered: false,
    maximize: false,
  },
  slots: ({ centered, momentum }) => ({
    squareAvg: 0,
    ...(centered ? { gradAvg: 0 } : {}),
    ...(momentum > 0 ? { momentumBuffer: 0 } : {}),
  }),
  factors: () => NOTHING,
  update: (m, x, o) => {
    const g = descent(m, x, o)
    const squareAvg = ema(m, o.alpha, x.squareAvg, m.square(g))
    const centre = o.centered ? { gradAvg: ema(m, o.alpha, x.gradAvg, g) } : {}
    const variance = centre.gradAvg ? m.sub(squareAvg, m.square(centre.gradAvg)) : squareAvg
    const denominator = m.add(m.sqrt(variance), o.eps)
    const slots = { squareAvg, ...centre, denominator }
    if (o.momentum === 0) {
      const change = m.div(m.mul(o.learningRate, g), denominator)
      return { parameter: m.sub(x.parameter, change), ...slots }
    }
    const momentumBuffer = m.add(m.mul(o.momentum, x.momentumBuffer), m.div(g, denominator))
    const parameter = m.sub(x.parameter, m.mul(o.learningRate, momentumBuffer))
    return { parameter, ...slots, momentumBuffer }
  },
}

type AdamSlot = 'expAvg' | 'expAvgSq' | 'maxExpAvgSq'

const adamSlots = ({ amsgrad }: AdamSettings): { readonly [K in AdamSlot]?: number } =>
  amsgrad ? { expAvg: 0, expAvgSq: 0, maxExpAvgSq: 0 } : { expAvg: 0, expAvgSq: 0 }

type AdamFactors = {
  readonly biasCorrection1: number
  readonly biasCorrection2: number
  readonly stepSize: number
}

const adamFactors: Row<AdamSettings, AdamSlot, AdamFactors>['factors'] = (o, { step }) => {
  const biasCorrection1 = 1 - o.beta1 ** step
  const biasCorrection2 = 1 - o.beta2 ** step
  return { biasCorrection1, biasCorrection2, stepSize: o.learningRate / biasCorrection1 }
}

/** Adam's step from a parameter and a gradient that weight decay has been dealt with in. */
const adamStep: (decoupled: boolean) => Row<AdamSettings, AdamSlot, AdamFactors>['update'] =
  (decoupled) => (m, x, o, c) => {
    const g = decoupled ? uphillOrDownhill(m, x.gradient, o.maximize) : descent(m, x, o)
    const from = decoupled ? shrunk(m, x.parameter, o) : x.parameter
    const expAvg = ema(m, o.beta1, x.expAvg, g)
    const expAvgSq = ema(m, o.beta2, x.expAvgSq, m.square(g))
    const largest = o.amsgrad ? { maxExpAvgSq: m.maximum(x.maxExpAvgSq, expAvgSq) } : {}
    const root = m.sqrt(largest.maxExpAvgSq ?? expAvgSq)
    const denominator = m.add(m.div(root, Math.sqrt(c.biasCorrection2)), o.eps)
    const parameter = m.sub(from, m.div(m.mul(c.stepSize, expAvg), denominator))
    return { parameter, expAvg, expAvgSq, ...largest, denominator }
  }

const adamDefaults = (weightDecay: number): AdamSettings => ({
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  weightDecay,
  amsgrad: false,
  maximize: false,
})

export const adam: Row<AdamSettings, AdamSlot, AdamFactors> = {
  name: 'Adam',
  formula:
    'm ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  θ ← θ − α m̂ / (√v̂ + ε),  m̂ = m/(1 − β₁ᵗ),  v̂ = v/(1 − β₂ᵗ)',
  source: 'arXiv:1412.6980, algorithm 1; amsgrad: arXiv:1904.09237, algorithm 2',
  defaults: /* @__PURE__ */ adamDefaults(0),
  slots: adamSlots,
  factors: adamFactors,
  update: /* @__PURE__ */ adamStep(false),
}

export const adamW: Row<AdamSettings, AdamSlot, AdamFactors> = {
  name: 'AdamW',
  formula: 'θ ← (1 − αλ) θ, then as Adam',
  source: 'arXiv:1711.05101, algorithm 2; the schedule multiplies the decay too, as PyTorch has it',
  defaults: /* @__PURE__ */ adamDefaults(1e-2),
  slots: adamSlots,
  factors: adamFactors,
  update: /* @__PURE__ */ adamStep(true),
}

export const nadam: Row<NAdamSettings, 'expAvg' | 'expAvgSq'> = {
  name: 'NAdam',
  formula:
    'μₜ = β₁(1 − ½ 0.96^(tψ));  θ ← θ − α ((1 − μₜ)/(1 − Πμ) g + μₜ₊₁/(1 − Πμ μₜ₊₁) m) / (√v̂ + ε)',
  source:
    'Dozat 2016, algorithm 2, with the momentum schedule of its section 2.2 (there ψ is 0.004)',
  defaults: {
    learningRate: 2e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weightDecay: 0,
    momentumDecay: 4e-3,
    decoupledWeightDecay: false,
    maximize: false,
  },
  slots: () => ({ expAvg: 0, expAvgSq: 0 }),
  kept: () => ({ muProduct: 1 }),
  factors: (o, { step, kept }) => {
    const mu = o.beta1 * (1 - 0.5 * 0.96 ** (step * o.momentumDecay))
    const muNext = o.beta1 * (1 - 0.5 * 0.96 ** ((step + 1) * o.momentumDecay))
    const muProduct = kept['muProduct']! * mu
    return { mu, muNext, muProduct, biasCorrection2: 1 - o.beta2 ** step }
  },
  update: (m, x, o, c) => {
    const { muProduct, muNext } = c as { muProduct: number; muNext: number }
    const decoupled = o.decoupledWeightDecay
    const g = decoupled ? uphillOrDownhill(m, x.gradient, o.maximize) : descent(m, x, o)
    const from = decoupled ? shrunk(m, x.parameter, o) : x.parameter
    const expAvg = ema(m, o.beta1, x.expAvg, g)
    const expAvgSq = ema(m, o.beta2, x.expAvgSq, m.square(g))
    const denominator = m.add(m.sqrt(m.div(expAvgSq, c['biasCorrection2']!)), o.eps)
    const ofGradient = (o.learningRate * (1 - c['mu']!)) / (1 - muProduct)
    const ofAverage = (o.learningRate * muNext) / (1 - muProduct * muNext)
    const along = m.sub(from, m.div(m.mul(ofGradient, g), denominator))
    const parameter = m.sub(along, m.div(m.mul(ofAverage, expAvg), denominator))
    return { parameter, expAvg, expAvgSq, denominator }
  },
}

export const radam: Row<RAdamSettings, 'expAvg' | 'expAvgSq'> = {
  name: 'RAdam',
  formula: 'as Adam with m̂ √(1 − β₂ᵗ) r / (√v + ε) where ρₜ > 5, and θ ← θ − α m̂ before',
  source: 'arXiv:1908.03265, algorithm 2; it rectifies from ρ > 4 on, PyTorch from ρ > 5',
  defaults: {
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weightDecay: 0,
    decoupledWeightDecay: false,
    maximize: false,
  },
  slots: () => ({ expAvg: 0, expAvgSq: 0 }),
  factors: (o, { step }) => {
    const biasCorrection1 = 1 - o.beta1 ** step
    const biasCorrection2 = 1 - o.beta2 ** step
    const rhoInf = 2 / (1 - o.beta2) - 1
    const rho = rhoInf - (2 * step * o.beta2 ** step) / biasCorrection2
    const rectification =
      rho > 5
        ? Math.sqrt(((rho - 4) * (rho - 2) * rhoInf) / ((rhoInf - 4) * (rhoInf - 2) * rho))
        : 0
    return { biasCorrection1, biasCorrection2, rho, rectification }
  },
  update: (m, x, o, c) => {
    const decoupled = o.decoupledWeightDecay
    const g = decoupled ? uphillOrDownhill(m, x.gradient, o.maximize) : descent(m, x, o)
    const from = decoupled ? shrunk(m, x.parameter, o) : x.parameter
    const expAvg = ema(m, o.beta1, x.expAvg, g)
    const expAvgSq = ema(m, o.beta2, x.expAvgSq, m.square(g))
    const slots = { expAvg, expAvgSq }
    const plain = m.mul(o.learningRate, m.div(expAvg, c['biasCorrection1']!))
    if (c['rectification'] === 0) return { parameter: m.sub(from, plain), ...slots }
    const denominator = m.add(m.sqrt(expAvgSq), o.eps)
    const adaptive = m.div(Math.sqrt(c['biasCorrection2']!), denominator)
    const change = m.mul(m.mul(plain, adaptive), c['rectification']!)
    return { parameter: m.sub(from, change), ...slots, denominator }
  },
}

export const adamax: Row<AdamaxSettings, 'expAvg' | 'expInf'> = {
  name: 'Adamax',
  formula: 'm ← β₁m + (1 − β₁)g;  u ← max(β₂u, |g| + ε);  θ ← θ − α/(1 − β₁ᵗ) · m/u',
  source: 'arXiv:1412.6980, algorithm 2; PyTorch adds ε to |g|, the paper has none',
  defaults: {
    learningRate: 2e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weightDecay: 0,
    maximize: false,
  },
  slots: () => ({ expAvg: 0, expInf: 0 }),
  factors: (o, { step }) => {
    const biasCorrection1 = 1 - o.beta1 ** step
    return { biasCorrection1, stepSize: o.learningRate / biasCorrection1 }
  },
  update: (m, x, o, { stepSize }) => {
    const g = descent(m, x, o)
    const expAvg = ema(m, o.beta1, x.expAvg, g)
    const expInf = m.maximum(m.mul(o.beta2, x.expInf), m.add(m.abs(g), o.eps))
    const parameter = m.sub(x.parameter, m.div(m.mul(stepSize!, expAvg), expInf))
    return { parameter, expAvg, expInf }
  },
}

export const adan: Row<AdanSettings, 'expAvg' | 'expAvgDiff' | 'expAvgSq' | 'previousGradient'> = {
  name: 'Adan',
  formula:
    'd = g − g₋₁;  m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)d;  n ← β₃n + (1 − β₃)(g + β₂d)²;  θ ← (θ − α (m̂ + β₂v̂)/(√n̂ + ε)) / (1 + αλ)',
  source:
    'arXiv:2208.06677, algorithm 1, with β for 1 − β and bias corrections as its authors’ program',
  defaults: {
    learningRate: 1e-3,
    beta1: 0.98,
    beta2: 0.92,
    beta3: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    proximal: true,
    maximize: false,
  },
  slots: () => ({ expAvg: 0, expAvgDiff: 0, expAvgSq: 0, previousGradient: 0 }),
  factors: (o, { step }) => ({
    biasCorrection1: 1 - o.beta1 ** step,
    biasCorrection2: 1 - o.beta2 ** step,
    biasCorrection3: 1 - o.beta3 ** step,
    // At the first step there is no earlier gradient, and no difference.
    hasPrevious: step === 1 ? 0 : 1,
  }),
  update: (m, x, o, c) => {
    const g = uphillOrDownhill(m, x.gradient, o.maximize)
    const difference = c['hasPrevious'] === 1 ? m.sub(g, x.previousGradient) : m.mul(0, x.expAvg)
    const expAvg = ema(m, o.beta1, x.expAvg, g)
    const expAvgDiff = ema(m, o.beta2, x.expAvgDiff, difference)
    const expAvgSq = ema(m, o.beta3, x.expAvgSq, m.square(m.add(g, m.mul(o.beta2, difference))))
    const denominator = m.add(m.div(m.sqrt(expAvgSq), Math.sqrt(c['biasCorrection3']!)), o.eps)
    const direction = m.add(
      m.mul(o.learningRate / c['biasCorrection1']!, expAvg),
      m.mul((o.learningRate * o.beta2) / c['biasCorrection2']!, expAvgDiff),
    )
    const from = o.proximal ? x.parameter : shrunk(m, x.parameter, o)
    const moved = m.sub(from, m.div(direction, denominator))
    const parameter = o.proximal ? m.div(moved, 1 + o.learningRate * o.weightDecay) : moved
    return { parameter, expAvg, expAvgDiff, expAvgSq, previousGradient: g, denominator }
  },
}

export const lion: Row<LionSettings, 'expAvg'> = {
  name: 'Lion',
  formula: 'θ ← (1 − αλ) θ − α sign(β₁m + (1 − β₁)g);  m ← β₂m + (1 − β₂)g',
  source: 'arXiv:2302.06675, algorithm 2',
  defaults: { learningRate: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 0, maximize: false },
  slots: () => ({ expAvg: 0 }),
  factors: () => NOTHING,
  update: (m, x, o) => {
    const g = uphillOrDownhill(m, x.gradient, o.maximize)
    const direction = m.sign(ema(m, o.beta1, x.expAvg, g))
    const parameter = m.sub(shrunk(m, x.parameter, o), m.mul(o.learningRate, direction))
    return { parameter, expAvg: ema(m, o.beta2, x.expAvg, g), direction }
  },
}

export const muon: Row<MuonSettings, 'momentumBuffer'> = {
  name: 'Muon',
  formula:
    'B ← μB + (1 − μ)G;  O = NewtonSchulz((1 − μ)G + μB);  θ ← (1 − αλ) θ − α √max(1, rows/columns) O',
  source: 'Jordan et al. 2024, “Muon”; adjustment matchRmsAdamW: arXiv:2502.16982, equation 4',
  defaults: {
    learningRate: 1e-3,
    weightDecay: 0.1,
    momentum: 0.95,
    nesterov: true,
    newtonSchulzSteps: 5,
    coefficients: [3.4445, -4.775, 2.0315],
    adjustment: 'original',
    eps: 1e-7,
    maximize: false,
  },
  slots: () => ({ momentumBuffer: 0 }),
  factors: ({ learningRate, adjustment }, { shape }) => {
    const [rows, columns] = shape as readonly [number, number]
    const ratio =
      adjustment === 'original'
        ? Math.sqrt(Math.max(1, rows / columns))
        : 0.2 * Math.sqrt(Math.max(rows, columns))
    return { adjustedLearningRate: learningRate * ratio }
  },
  matrix: {
    direction: (m, x, o) => {
      const g = uphillOrDownhill(m, x.gradient, o.maximize)
      const momentumBuffer = ema(m, o.momentum, x.momentumBuffer, g)
      const direction = o.nesterov ? ema(m, 1 - o.momentum, g, momentumBuffer) : momentumBuffer
      return { momentumBuffer, direction }
    },
    transform: orthogonalise,
  },
  // Here the gradient is the orthogonal matrix.
  update: (m, x, o, { adjustedLearningRate }) => ({
    parameter: m.sub(shrunk(m, x.parameter, o), m.mul(adjustedLearningRate!, x.gradient)),
  }),
}

export const rprop: Row<RpropSettings, 'previousGradient' | 'stepSize'> = {
  name: 'Rprop',
  formula:
    's ← clip(s · (η₊ if g g₋₁ > 0, η₋ if < 0), min, max);  g ← 0 where g g₋₁ < 0;  θ ← θ − s sign(g)',
  source: 'Riedmiller, Braun 1993, section 2; as PyTorch, iRprop− of Igel, Hüsken 2000, table 4',
  defaults: {
    learningRate: 1e-2,
    etaMinus: 0.5,
    etaPlus: 1.2,
    stepSizeMin: 1e-6,
    stepSizeMax: 50,
    maximize: false,
  },
  slots: ({ learningRate }) => ({ previousGradient: 0, stepSize: learningRate }),
  factors: () => NOTHING,
  update: (m, x, o) => {
    const g = uphillOrDownhill(m, x.gradient, o.maximize)
    const agreement = m.mul(g, x.previousGradient)
    const turned = m.lt(agreement, 0)
    const factor = m.where(m.gt(agreement, 0), o.etaPlus, m.where(turned, o.etaMinus, 1))
    const grown = m.mul(x.stepSize, factor)
    const stepSize = m.minimum(m.maximum(grown, o.stepSizeMin), o.stepSizeMax)
    const previousGradient = m.where(turned, 0, g)
    const parameter = m.sub(x.parameter, m.mul(m.sign(previousGradient), stepSize))
    return { parameter, previousGradient, stepSize }
  },
}

export const asgd: Row<ASGDSettings, 'average'> = {
  name: 'ASGD',
  formula:
    'θ ← (1 − λη) θ − η g;  a ← a + μ (θ − a);  η = α / (1 + λαt)^κ;  μ = 1 / max(1, t − t₀)',
  source: 'Polyak, Juditsky 1992, with the steps of Bottou 2010, section 5.1, as PyTorch has it',
  defaults: {
    learningRate: 1e-2,
    lambd: 1e-4,
    alpha: 0.75,
    t0: 1e6,
    weightDecay: 0,
    maximize: false,
  },
  slots: () => ({ average: 0 }),
  // The step size and the share of a step are settled at the end of the step before.
  kept: ({ learningRate }) => ({ eta: learningRate, mu: 1 }),
  factors: ({ learningRate, lambd, alpha, t0 }, { step, kept }) => ({
    stepSize: kept['eta']!,
    share: kept['mu']!,
    eta: learningRate / (1 + lambd * learningRate * step) ** alpha,
    mu: 1 / Math.max(1, step - t0),
  }),
  update: (m, x, o, c) => {
    const g = descent(m, x, o)
    const decayed = m.mul(1 - o.lambd * c['stepSize']!, x.parameter)
    const parameter = m.sub(decayed, m.mul(c['stepSize']!, g))
    const average =
      c['share'] === 1
        ? parameter
        : m.add(x.average, m.mul(c['share']!, m.sub(parameter, x.average)))
    return { parameter, average }
  },
}

/** Every optimiser with an update rule for one number. `LBFGS` has none: its step concerns all at once. */
export const rows = {
  SGD: sgd,
  AdaGrad: adaGrad,
  Adadelta: adadelta,
  RMSprop: rmsprop,
  Adam: adam,
  AdamW: adamW,
  NAdam: nadam,
  RAdam: radam,
  Adamax: adamax,
  Adan: adan,
  Lion: lion,
  Muon: muon,
  Rprop: rprop,
  ASGD: asgd,
} as const satisfies Record<string, { readonly defaults: Pick<CommonSettings, 'learningRate'> }>
