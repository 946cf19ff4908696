/**
 * Options objects as users give them: an unknown name or a flag that is none is refused, since nothing else
 * would tell of the slip. What the other options hold is checked where they are used.
 */
import { flagError, labelError, optionsError, unknownOptionError } from './errors.ts'

const FLAGS: ReadonlySet<string> = new Set(
  'keepdims requiresGrad createGraph equalNan descending largest replace replacement'.split(' '),
)

const REDUCE = ['axis', 'keepdims'] as const
export const CREATE = ['dtype', 'requiresGrad', 'label'] as const

/** @throws TypeError where `options` is no plain object, or holds something else than `names`. */
export function checkOptions(op: string, options: unknown, names: readonly string[]): void {
  if (options === undefined) return
  if (!isPlain(options)) throw optionsError(op, names, options)
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw unknownOptionError(op, name, names)
    const given = options[name]
    if (given !== undefined && FLAGS.has(name) && typeof given !== 'boolean')
      throw flagError(op, name, given)
    // Here, and not where it is set: a generator would have moved on by then.
    if (name === 'label' && given !== undefined && typeof given !== 'string')
      throw labelError(op, given)
  }
}

export function isPlain(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== 'object' || x === null) return false
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Which argument of a method holds options, `this` not counted, and what may be in them. */
export const METHOD_OPTIONS: ReadonlyMap<
  string | symbol,
  readonly [at: number, names: readonly string[]]
> = new Map([
  ['sum', [0, REDUCE]],
  ['mean', [0, REDUCE]],
  ['prod', [0, REDUCE]],
  ['max', [0, REDUCE]],
  ['min', [0, REDUCE]],
  ['var', [0, [...REDUCE, 'ddof']]],
  ['std', [0, [...REDUCE, 'ddof']]],
  ['norm', [0, [...REDUCE, 'ord']]],
  ['logsumexp', [0, REDUCE]],
  ['argmax', [0, REDUCE]],
  ['argmin', [0, REDUCE]],
  ['any', [0, REDUCE]],
  ['all', [0, REDUCE]],
  ['countNonzero', [0, REDUCE]],
  ['cumsum', [0, ['axis']]],
  ['cumprod', [0, ['axis']]],
  ['softmax', [0, ['axis']]],
  ['logSoftmax', [0, ['axis']]],
  ['squeeze', [0, ['axis']]],
  ['flip', [0, ['axis']]],
  ['repeat', [1, ['axis']]],
  ['roll', [1, ['axis']]],
  ['take', [1, ['axis']]],
  ['takeAlongAxis', [1, ['axis']]],
  ['sort', [0, ['axis', 'descending']]],
  ['argsort', [0, ['axis', 'descending']]],
  ['topk', [1, ['axis', 'largest']]],
  ['searchsorted', [1, ['side']]],
  ['median', [0, REDUCE]],
  ['quantile', [1, REDUCE]],
  ['pad', [1, ['mode', 'value']]],
  ['allClose', [1, ['rtol', 'atol', 'equalNan']]],
  ['backward', [0, ['upstream', 'createGraph']]],
])
