/**
 * What the options of schedules accept, one line each: apart from those of optimisers, with which they then need
 * not come along. A name means the same in all schedules.
 */
import { within } from '@smol/mlarray/kernels'
import {
  ANY,
  AT_LEAST_0,
  COUNT,
  FLAG,
  oneOf,
  real,
  settle as settleBy,
  UP_TO_1,
  type Check,
} from './options.ts'

const ABOVE_0 = /* @__PURE__ */ real('> 0', (x) => x > 0)
const NATURAL = /* @__PURE__ */ real('an integer ≥ 0', (x) => Number.isSafeInteger(x) && x >= 0)

const OPTIONS: Readonly<Record<string, Check>> = {
  totalIters: NATURAL,
  steps: NATURAL,
  stepSize: COUNT,
  factor: UP_TO_1,
  startFactor: /* @__PURE__ */ real('> 0 and ≤ 1', (x) => x > 0 && x <= 1),
  endFactor: UP_TO_1,
  mode: /* @__PURE__ */ oneOf('triangular', 'triangular2', 'expRange'),
  milestones: [
    'a list of integers ≥ 0',
    // Not `every`, which passes over holes.
    (x) =>
      Array.isArray(x) &&
      !x.includes(undefined) &&
      x.every((m) => Number.isSafeInteger(m) && (m as number) >= 0),
  ],
  gamma: ANY,
  power: ANY,
  tMax: COUNT,
  etaMin: ANY,
  t0: COUNT,
  tMult: COUNT,
  maxLearningRate: AT_LEAST_0,
  totalSteps: COUNT,
  pctStart: UP_TO_1,
  anneal: /* @__PURE__ */ oneOf('cos', 'linear'),
  divFactor: ABOVE_0,
  finalDivFactor: ABOVE_0,
  threePhase: FLAG,
  cycleMomentum: FLAG,
  baseMomentum: AT_LEAST_0,
  maxMomentum: AT_LEAST_0,
  base: AT_LEAST_0,
  max: AT_LEAST_0,
  stepSizeUp: ABOVE_0,
  stepSizeDown: ABOVE_0,
}

/** Options that a schedule was given, over its defaults; errors start at the line that called `caller`. */
export function settle<S extends object>(
  caller: unknown,
  op: string,
  defaults: S,
  given: Partial<S>,
): S {
  return within(caller, () => settleBy(op, defaults, given, OPTIONS))
}
