/** Problems to optimise, as functions of an array: the same as in reference.py. */
import { MLArray } from '@smol/mlarray'
import * as optim from '../src/index.ts'

export const problems = {
  /** ½ Σ aᵢ (pᵢ − cᵢ)², with condition number 200. */
  quadratic: (p: MLArray): MLArray => {
    const a = new MLArray([200, 1, 20, 5], { requiresGrad: false })
    const c = new MLArray([1, -1, 0.5, 2], { requiresGrad: false })
    return p.sub(c).square().mul(a).sum().mul(0.5)
  },
  rosenbrock: (p: MLArray): MLArray => {
    const [x, y] = [p.at(0), p.at(1)]
    const flat = x.mul(-1).add(1).square()
    const steep = y.sub(x.square()).square().mul(100)
    return new MLArray([flat, steep]).sum()
  },
  /** Many hills: a line search has work there. */
  waves: (p: MLArray): MLArray =>
    p.mul(3).sin().add(p.square().mul(0.1)).add(p.mul(7).cos().mul(0.05)).sum(),
} as const

export type Problem = keyof typeof problems

const STARTS = { quadratic: [3, 2, -1, 0.5], rosenbrock: [-1.2, 1], waves: [2.5, -1.7, 0.4] }

export function startOf(problem: Problem): MLArray {
  return new MLArray(STARTS[problem])
}

type Stepper = { step(): boolean; zeroGrad(): void }
type OptimizerClass = new (
  parameters: optim.Parameters,
  options?: object,
) => Stepper & optim.Optimizer & Pick<optim.SGD, 'explainUpdate'>

/** Every optimiser with a rule, by name. */
export const optimizers = {
  SGD: optim.SGD,
  AdaGrad: optim.AdaGrad,
  Adadelta: optim.Adadelta,
  RMSprop: optim.RMSprop,
  Adam: optim.Adam,
  AdamW: optim.AdamW,
  NAdam: optim.NAdam,
  RAdam: optim.RAdam,
  Adamax: optim.Adamax,
  Adan: optim.Adan,
  Lion: optim.Lion,
  Muon: optim.Muon,
  Rprop: optim.Rprop,
  ASGD: optim.ASGD,
} as unknown as Readonly<Record<string, OptimizerClass>>

/** One step down `loss`. */
export function descend(optimizer: Stepper, loss: () => MLArray): void {
  optimizer.zeroGrad()
  loss().backward()
  optimizer.step()
}
