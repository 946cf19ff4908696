/**
 * The generator that serves where none is given, and what draws from it.
 */
import type { MLArray } from './array.ts'
import { normal, uniform } from './distribution.ts'
import { optionError } from './errors.ts'
import { checkOptions, CREATE } from './options.ts'
import { Generator } from './random.ts'
import type { Shape } from './shape.ts'
import type { CreationOptions } from './typed.ts'

/** What `rand`, `randn` and the initialisers draw from unless they are given a generator. */
export const defaultGenerator = /* @__PURE__ */ new Generator(0)

/** Seeds the default generator. */
export function manualSeed(seed: number): void {
  defaultGenerator.state = new Generator(seed).state
}

/** Where random numbers come from, and the array that they fill. */
export type RandomOptions = CreationOptions & {
  /** Where the numbers come from. Default: the default generator, see `manualSeed`. */
  readonly generator?: Generator
}

/** The generator of the options, or the default one, and the other options. */
export function sourceOf<O extends RandomOptions>(
  op: string,
  options: O,
  names: readonly string[],
): [generator: Generator, rest: Omit<O, 'generator'>] {
  checkOptions(op, options, [...CREATE, 'generator', ...names])
  const { generator = defaultGenerator, ...rest } = options
  if (!(generator instanceof Generator))
    throw optionError(op, 'generator', 'a Generator', generator)
  return [generator, rest]
}

/** Uniform numbers from [0, 1). */
export function rand(shape: number | Shape, given: RandomOptions = {}): MLArray {
  const [generator, options] = sourceOf('rand', given, [])
  return uniform(generator, 'rand', shape, options)
}

/** Standard normal numbers. */
export function randn(shape: number | Shape, given: RandomOptions = {}): MLArray {
  const [generator, options] = sourceOf('randn', given, [])
  return normal(generator, 'randn', shape, options)
}
