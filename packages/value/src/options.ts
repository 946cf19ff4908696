/**
 * Options objects as users give them: what is no plain object, an unknown name and a flag that is none are
 * refused, since nothing else would tell of the slip.
 */
import { flagError, optionsError, unknownOptionError } from './errors.ts'

const FLAGS: ReadonlySet<string> = new Set(['requiresGrad', 'createGraph'])

/** @throws TypeError where `options` is no plain object, or holds something else than `names`. */
export function checkOptions(
  op: string,
  options: unknown,
  names: readonly string[],
  caller?: unknown,
): void {
  if (options === undefined) return
  if (!isPlain(options)) throw optionsError(op, names, options, caller)
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw unknownOptionError(op, name, names, caller)
    const given = options[name]
    if (given !== undefined && FLAGS.has(name) && typeof given !== 'boolean')
      throw flagError(op, name, given, caller)
  }
}

function isPlain(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== 'object' || x === null) return false
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
