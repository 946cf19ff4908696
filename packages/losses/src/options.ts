/**
 * Options objects as users give them: what is no plain object, an unknown name, and a flag or number that is
 * none are refused, since nothing else would tell of the slip. Ranges are checked where numbers are used.
 */
import { optionError, optionsError, unknownOptionError } from './errors.ts'

const FLAGS: ReadonlySet<string> = new Set(
  'full logInput logTarget squared swap zeroInfinity'.split(' '),
)
const NUMBERS: ReadonlySet<string> = new Set(
  'alpha beta delta eps gamma ignoreIndex labelSmoothing margin p quantile smooth temperature zeroDivision'.split(
    ' ',
  ),
)

/** @throws TypeError where `options` is no plain object, or has other names. */
export function checkOptions<O extends object>(
  op: string,
  options: O,
  names: readonly (keyof O & string)[],
): void {
  const given: unknown = options
  if (!isPlain(given)) throw optionsError(op, names, given)
  for (const name of Object.keys(given)) {
    if (!(names as readonly string[]).includes(name)) throw unknownOptionError(op, name, names)
    const value = given[name]
    if (value === undefined) continue
    if (FLAGS.has(name) && typeof value !== 'boolean')
      throw optionError(op, name, 'true or false', value)
    // A margin has no range, and would make everything NaN.
    const isNumber = typeof value === 'number' && !(name === 'margin' && Number.isNaN(value))
    if (NUMBERS.has(name) && !isNumber) throw optionError(op, name, 'a number', value)
  }
}

function isPlain(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== 'object' || x === null) return false
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
