/**
 * Random numbers from a seed: the same bits, integers, permutations and uniform numbers on every platform,
 * and normal numbers to rounding.
 */
import { allocate, MLArray as Untyped, rowMajor } from './array.ts'
import { dtypeFor, toArray, tracked, type IntegerData as UntypedIntegers } from './create.ts'
import {
  checkWeights,
  drawn,
  normal,
  uniform,
  type NormalOptions,
  type UniformOptions,
} from './distribution.ts'
import { optionError, probabilitiesError, shuffleError, stateError } from './errors.ts'
import { take } from './gather.ts'
import { spread, takeRows } from './move.ts'
import { checkOptions, CREATE } from './options.ts'
import { assign, checkMutable } from './mutate.ts'
import {
  drawDifferent,
  drawRepeatedly,
  shuffledRange,
  shuffleInPlace,
  type Sequence,
} from './sample.ts'
import { broadcastShapes, sizeOf, toAxis, toShape, type Shape } from './shape.ts'
import type { Asked } from './shape-type.ts'
import type { ArrayData, CreationOptions, MLArray } from './typed.ts'
import { jump, nextBits, wordsFrom } from './xoshiro.ts'

/** Where a generator stands; plain data, that goes through JSON. */
export type GeneratorState = {
  readonly algorithm: 'xoshiro128**'
  readonly words: readonly number[]
}

/** What is chosen from, how often, and how likely each is. */
export type ChoiceOptions = {
  /** Whether one can be chosen twice. Default `true`. */
  readonly replace?: boolean
  /** How likely each is, in proportion; without it all are alike. */
  readonly p?: ArrayData
  /** What is chosen from: the rows of this axis. Default 0. */
  readonly axis?: number
}

/** So many generators at most: each is an object. */
const MOST_STREAMS = 2 ** 20

/**
 * A source of random numbers, determined by its seed: xoshiro128**, see `xoshiro.ts`.
 *
 * @example
 * const random = new Generator(1)
 * random.integers(0, 10, [5]).toList() // → [ 8, 3, 1, 2, 6 ]
 */
export class Generator {
  readonly #words: Uint32Array

  /** @throws RangeError where `seed` is no integer from 0 to 2⁵³ − 1. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw optionError('Generator', 'seed', 'an integer from 0 to 2⁵³ − 1', seed)
    const high = Math.floor(seed / 2 ** 32)
    this.#words = high === 0 ? wordsFrom(seed) : wordsFrom(seed >>> 0, high)
  }

  // ---- The source ----

  /** 32 random bits. */
  bits(): number {
    return nextBits(this.#words)
  }

  /** A number from [0, 1), with 53 random bits. */
  next(): number {
    return this.#wide() / 2 ** 53
  }

  /** 53 random bits. */
  #wide(): number {
    return (this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)
  }

  /**
   * An integer from 0 to n − 1, for n up to 2⁵³; each equally likely, since draws past the last whole run of
   * n are thrown away.
   */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 53)
      throw optionError('below', 'n', 'an integer from 1 to 2⁵³', n)
    const isNarrow = n <= 2 ** 32
    const range = isNarrow ? 2 ** 32 : 2 ** 53
    const end = range - (range % n)
    for (;;) {
      const draw = isNarrow ? this.bits() : this.#wide()
      if (draw < end) return draw % n
    }
  }

  /** Where the generator stands. Assigning a state continues from there. */
  get state(): GeneratorState {
    return { algorithm: 'xoshiro128**', words: Array.from(this.#words) }
  }

  set state(state: GeneratorState) {
    const words = (state as GeneratorState | undefined)?.words
    const isState =
      (state as GeneratorState | undefined)?.algorithm === 'xoshiro128**' &&
      Array.isArray(words) &&
      words.length === 4 &&
      words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32) &&
      words.some((word) => word !== 0)
    if (!isState) throw stateError(state)
    this.#words.set(words)
  }

  /**
   * `n` generators of independent streams, and this one moved on, so that a later split gives others. The
   * streams start 2⁶⁴ draws apart on one cycle, at a place that four draws determine.
   */
  split(n: number): Generator[] {
    if (!Number.isInteger(n) || n < 0 || n > MOST_STREAMS)
      throw optionError('split', 'n', `an integer from 0 to ${MOST_STREAMS}`, n)
    const words = wordsFrom(this.bits(), this.bits(), this.bits(), this.bits())
    return Array.from({ length: n }, () => {
      const stream = new Generator(0)
      stream.#words.set(words)
      jump(words)
      return stream
    })
  }

  // ---- Numbers ----

  /** Uniform numbers from [low, high). @see numpy.random.Generator.uniform */
  uniform<const N extends number | Shape = []>(
    shape?: N,
    options: UniformOptions = {},
  ): MLArray<Asked<N>> {
    checkOptions('uniform', options, [...CREATE, 'low', 'high'])
    return typed(uniform(this, 'uniform', shape ?? [], options))
  }

  /** Normal numbers. @see numpy.random.Generator.normal */
  normal<const N extends number | Shape = []>(
    shape?: N,
    options: NormalOptions = {},
  ): MLArray<Asked<N>> {
    checkOptions('normal', options, [...CREATE, 'mean', 'std'])
    return typed(normal(this, 'normal', shape ?? [], options))
  }

  /** Integers from `low` to `high − 1`, each equally likely; untracked. @see numpy.random.Generator.integers */
  integers<const N extends number | Shape = []>(
    low: number,
    high: number,
    shape?: N,
    options: CreationOptions = {},
  ): MLArray<Asked<N>> {
    checkOptions('integers', options, CREATE)
    for (const bound of [low, high])
      if (!Number.isSafeInteger(bound))
        throw optionError('integers', 'low and high', 'integers within ±(2⁵³ − 1)', bound)
    if (!(high > low && high - low <= 2 ** 53))
      throw optionError('integers', 'high', `from ${low + 1}, at most 2⁵³ above low`, high)
    return typed(drawn('integers', shape ?? [], options, () => low + this.below(high - low)))
  }

  /**
   * 1 with the given probability, else 0: one for each probability, or as many as the shape asks for, to
   * which probabilities broadcast; untracked, in the dtype of an array of probabilities. @see torch.bernoulli
   */
  bernoulli(p: ArrayData, shape?: number | Shape, options: CreationOptions = {}): MLArray {
    checkOptions('bernoulli', options, CREATE)
    const given = untracked(p, 'bernoulli')
    const wanted = shape === undefined ? given.shape : toShape(shape, 'bernoulli')
    for (const chance of rowMajor(given))
      if (!(chance >= 0 && chance <= 1)) throw optionError('bernoulli', 'p', 'from 0 to 1', chance)
    const full = broadcastShapes(given.shape, wanted, 'bernoulli')
    const chances = rowMajor(spread(given, full))
    const { dtype } = p instanceof Untyped ? p : { dtype: dtypeFor({}, 'bernoulli') }
    const draw = (i: number): number => (this.next() < chances[i]! ? 1 : 0)
    return typed(drawn('bernoulli', full, { dtype, ...options }, draw))
  }

  /**
   * `n` indices for each row of probabilities, which count in proportion and need not sum to 1; all
   * different unless with replacement; untracked. Shape: `[..., k] → [..., n]`. @see torch.multinomial
   */
  multinomial(
    probabilities: ArrayData,
    n: number,
    options: { readonly replacement?: boolean } = {},
  ): MLArray {
    checkOptions('multinomial', options, ['replacement'])
    const { replacement = false } = options
    const given = untracked(probabilities, 'multinomial')
    if (given.ndim === 0)
      throw probabilitiesError('multinomial', 'a list of probabilities', given.shape)
    if (!Number.isInteger(n) || n < 0) throw optionError('multinomial', 'n', 'an integer ≥ 0', n)
    const k = given.shape.at(-1)!
    const shape = [...given.shape.slice(0, -1), n]
    const indices = allocate(sizeOf(toShape(shape, 'multinomial')), 'float64')
    const data = rowMajor(given)
    const rows = sizeOf(given.shape.slice(0, -1))
    for (let row = 0; row < rows; row++) {
      const weights = data.subarray(row * k, (row + 1) * k)
      checkWeights('multinomial', weights, replacement ? Math.min(n, 1) : n)
    }
    const draw = replacement ? drawRepeatedly : drawDifferent
    for (let row = 0; row < rows; row++)
      indices.set(draw(this, data.subarray(row * k, (row + 1) * k), n), row * n)
    return typed(tracked(indices, shape, { requiresGrad: false }))
  }

  // ---- Orders and choices ----

  /**
   * The integers from 0 to n − 1 in random order, untracked; or the rows of an array in random order, a copy.
   * @see numpy.random.Generator.permutation
   */
  permutation(x: ArrayData, options: { readonly axis?: number } = {}): MLArray {
    checkOptions('permutation', options, ['axis'])
    if (typeof x === 'number') {
      const [n] = toShape(x, 'permutation') as [number]
      const order = new Float64Array(shuffledRange(this, n))
      return typed(tracked(order, [n], { requiresGrad: false }))
    }
    const given = toArray(x as UntypedIntegers, 'permutation')
    const along = toAxis(options.axis ?? 0, given.shape, 'permutation')
    return typed(takeRows(given, along, shuffledRange(this, given.shape[along]!)))
  }

  /**
   * Puts a list, a typed array, or the rows of an array in random order, in place.
   * @see numpy.random.Generator.shuffle
   */
  shuffle(list: MLArray | Sequence, options: { readonly axis?: number } = {}): void {
    checkOptions('shuffle', options, ['axis'])
    const x: unknown = list
    if (x instanceof Untyped) {
      checkMutable(x, 'shuffle')
      const along = toAxis(options.axis ?? 0, x.shape, 'shuffle')
      assign(x, takeRows(x.detach(), along, shuffledRange(this, x.shape[along]!)), 'shuffle')
    } else if (Array.isArray(x) || ArrayBuffer.isView(x)) shuffleInPlace(this, list as Sequence)
    else throw shuffleError(x)
  }

  /**
   * Random elements: of the integers from 0 to n − 1, untracked; or of the rows of an array, with gradients.
   * @see numpy.random.Generator.choice
   */
  choice(x: ArrayData, shape: number | Shape = [], options: ChoiceOptions = {}): MLArray {
    checkOptions('choice', options, ['replace', 'p', 'axis'])
    const wanted = toShape(shape, 'choice')
    if (typeof x === 'number') {
      const [n] = toShape(x, 'choice') as [number]
      return typed(this.#indices(n, wanted, options))
    }
    const given = toArray(x as UntypedIntegers, 'choice')
    const axis = toAxis(options.axis ?? 0, given.shape, 'choice')
    const indices = this.#indices(given.shape[axis]!, wanted, options)
    return typed(take(given, indices, { axis }))
  }

  #indices(n: number, shape: Shape, { replace = true, p }: ChoiceOptions): Untyped {
    const size = sizeOf(shape)
    const given = p === undefined ? undefined : untracked(p, 'choice')
    const weights = given && rowMajor(given)
    if (weights !== undefined) {
      if (weights.length !== n)
        throw probabilitiesError('choice', `${n} probabilities`, given!.shape)
      checkWeights('choice', weights, replace ? Math.min(size, 1) : size)
    } else if (replace ? size > 0 && n === 0 : size > n) {
      throw optionError('choice', 'shape', `of at most ${replace ? 0 : n} elements`, shape)
    }
    const draws = (): ArrayLike<number> => {
      if (weights !== undefined)
        return (replace ? drawRepeatedly : drawDifferent)(this, weights, size)
      if (!replace) return shuffledRange(this, n).subarray(0, size)
      const indices = allocate(size, 'float64')
      for (let i = 0; i < size; i++) indices[i] = this.below(n)
      return indices
    }
    return tracked(new Float64Array(draws()), shape, { requiresGrad: false })
  }
}

// The class works on arrays without shape types, and shows them with.
const typed = <S extends Shape>(x: Untyped): MLArray<S> => x as unknown as MLArray<S>

const untracked = (x: ArrayData, op: string): Untyped =>
  toArray(x as UntypedIntegers, op, 'float64').detach()
