/**
 * What the settings of optimisers accept, one line each: `[what is accepted, the test]`. A name means the same in
 * all of them.
 */
import { nesterovError, optionError, optionsError, unknownOptionError } from './errors.ts'

export function isPlainObject(given: unknown): given is Record<string, unknown> {
  if (typeof given !== 'object' || given === null) return false
  const prototype: unknown = Object.getPrototypeOf(given)
  return prototype === Object.prototype || prototype === null
}

/** What is accepted, and the test. */
export type Check = readonly [accepted: string, holds: (given: unknown) => boolean]

export const real = (accepted: string, holds: (x: number) => boolean): Check => [
  accepted,
  (x) => typeof x === 'number' && holds(x),
]

export const AT_LEAST_0 = real('≥ 0', (x) => x >= 0)
export const ANY = real('a number', (x) => !Number.isNaN(x))
const BETA = real('≥ 0 and < 1', (x) => x >= 0 && x < 1)
export const COUNT = real('an integer ≥ 1', (x) => Number.isSafeInteger(x) && x >= 1)
export const FLAG: Check = ['true or false', (x) => typeof x === 'boolean']
export const UP_TO_1 = real('from 0 to 1', (x) => x >= 0 && x <= 1)

export const oneOf = (...names: readonly string[]): Check => [
  names
    .map((name) => `'${name}'`)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' or '),
  (x) => names.includes(x as string),
]

const SETTINGS: Readonly<Record<string, Check>> = {
  learningRate: AT_LEAST_0,
  weightDecay: AT_LEAST_0,
  momentum: AT_LEAST_0,
  dampening: ANY,
  nesterov: FLAG,
  maximize: FLAG,
  amsgrad: FLAG,
  centered: FLAG,
  decoupledWeightDecay: FLAG,
  proximal: FLAG,
  beta1: BETA,
  beta2: BETA,
  beta3: BETA,
  eps: AT_LEAST_0,
  rho: UP_TO_1,
  alpha: AT_LEAST_0,
  learningRateDecay: AT_LEAST_0,
  initialAccumulatorValue: AT_LEAST_0,
  momentumDecay: AT_LEAST_0,
  etaMinus: real('> 0 and < 1', (x) => x > 0 && x < 1),
  etaPlus: real('> 1', (x) => x > 1),
  stepSizeMin: AT_LEAST_0,
  stepSizeMax: AT_LEAST_0,
  lambd: ANY,
  t0: ANY,
  newtonSchulzSteps: real(
    'an integer from 0 to 99',
    (x) => Number.isInteger(x) && x >= 0 && x < 100,
  ),
  coefficients: [
    'three numbers',
    (x) => Array.isArray(x) && x.length === 3 && x.every((c) => Number.isFinite(c)),
  ],
  adjustment: oneOf('original', 'matchRmsAdamW'),
  maxIter: COUNT,
  maxEval: COUNT,
  toleranceGrad: AT_LEAST_0,
  toleranceChange: AT_LEAST_0,
  historySize: COUNT,
  lineSearch: oneOf('none', 'strongWolfe'),
}

/** @throws TypeError where `options` is no plain object, or holds something else than `known`. */
export function checkOptions(op: string, options: unknown, known: readonly string[]): void {
  if (!isPlainObject(options)) throw optionsError(op, known, options)
  const other = Object.keys(options).find((name) => !known.includes(name))
  if (other !== undefined) throw unknownOptionError(op, other, known)
}

/** Settings that an optimiser, or what has `checks` of its own, was given, over its defaults. */
export function settle<S extends object>(
  op: string,
  defaults: S,
  given: Partial<S>,
  checks = SETTINGS,
): S {
  checkOptions(op, given, Object.keys(defaults))
  const defined = Object.entries(given).filter(([, value]) => value !== undefined)
  const settings = { ...defaults, ...Object.fromEntries(defined) } as S
  for (const [name, value] of Object.entries(settings)) check(op, name, value, checks)
  checkNesterov(op, settings)
  return settings
}

/** @throws RangeError where an option is outside of what its line accepts. */
export function check(op: string, name: string, value: unknown, checks = SETTINGS): void {
  const [accepted, holds] = checks[name]!
  if (!holds(value)) throw optionError(op, name, accepted, value)
}

function checkNesterov(op: string, settings: object): void {
  const { nesterov, momentum, dampening } = settings as Record<string, unknown>
  if (nesterov !== true || dampening === undefined) return
  if (momentum === 0 || dampening !== 0) throw nesterovError(op, momentum, dampening)
}
