/**
 * Batches of a data set, in order or shuffled from a seed.
 */
import { Generator } from '@smol/mlarray'
import { within } from '@smol/mlarray/kernels'
import { dataSetError, optionError } from './errors.ts'
import { checkOptions } from './options.ts'

/** How large batches are, and in which order items come. */
export type BatchOptions = {
  /** Items in a batch. */
  readonly size: number
  /** Shuffle, anew in each epoch: a seed, or a generator that others draw from too. In order without it. */
  readonly shuffle?: number | Generator
  /** Leave out a last batch that is smaller. Default `false`. */
  readonly dropLast?: boolean
}

/** Can be iterated over again and again: each time is an epoch. */
export type Batches<B> = Iterable<B> & {
  /** Batches in an epoch. */
  readonly length: number
}

/**
 * The items of a data set in batches.
 *
 * @throws RangeError where an option is not accepted. @see torch.utils.data.DataLoader
 * @example
 * const epoch = batches([1, 2, 3, 4, 5], { size: 2 })
 * Array.from(epoch) // → [[1, 2], [3, 4], [5]]
 */
export function batches<T>(data: ArrayLike<T>, options: BatchOptions): Batches<T[]> {
  return within(batches, () => {
    const isList = Array.isArray(data) || (ArrayBuffer.isView(data) && 'length' in data)
    if (!isList) throw dataSetError('batches', data)
    return reading('batches', data.length, options, (indices) =>
      Array.from(indices, (index) => data[index]!),
    )
  })
}

/**
 * The positions `0 … count − 1` in batches, for data that is not a list of items.
 *
 * @throws RangeError where an option is not accepted.
 * @example
 * for (const indices of batchIndices(images.length / 784, { size: 64, shuffle: 1 })) …
 */
export function batchIndices(count: number, options: BatchOptions): Batches<Uint32Array> {
  return within(batchIndices, () => {
    if (!Number.isSafeInteger(count) || count < 0 || count >= 2 ** 32)
      throw optionError('batchIndices', 'count', 'an integer from 0 to 4294967295', count)
    return reading('batchIndices', count, options, (indices) => indices)
  })
}

/** Positions that are in memory together: those of a batch, or of a shuffled epoch. */
const MOST_AT_ONCE = 2 ** 27

function reading<B>(
  op: string,
  count: number,
  options: BatchOptions,
  read: (indices: Uint32Array) => B,
): Batches<B> {
  checkOptions(op, options, ['size', 'shuffle', 'dropLast'])
  const { size, shuffle, dropLast = false } = options
  if (!Number.isSafeInteger(size) || size < 1) throw optionError(op, 'size', 'an integer ≥ 1', size)
  if (typeof dropLast !== 'boolean') throw optionError(op, 'dropLast', 'true or false', dropLast)
  if (shuffle !== undefined && typeof shuffle !== 'number' && !(shuffle instanceof Generator))
    throw optionError(op, 'shuffle', 'a seed or a Generator', shuffle)
  // A batch takes memory for its positions and an order for all, and lists of holes have billions.
  if (Math.min(size, count) > MOST_AT_ONCE)
    throw optionError(op, 'size', `at most ${MOST_AT_ONCE} for so many items`, size)
  if (shuffle !== undefined && count > MOST_AT_ONCE)
    throw optionError(op, 'shuffle', `left out for more than ${MOST_AT_ONCE} items`, shuffle)
  const random = typeof shuffle === 'number' ? new Generator(shuffle) : shuffle
  const length = dropLast ? Math.floor(count / size) : Math.ceil(count / size)
  return {
    length,
    *[Symbol.iterator]() {
      const order = random === undefined ? undefined : shuffled(count, random)
      for (let i = 0; i < length; i++) {
        const start = i * size
        const end = Math.min(start + size, count)
        yield read(order === undefined ? range(start, end) : order.slice(start, end))
      }
    },
  }
}

function range(start: number, end: number): Uint32Array {
  const positions = new Uint32Array(end - start)
  for (let i = 0; i < positions.length; i++) positions[i] = start + i
  return positions
}

/** Every order equally likely: R. A. Fisher and F. Yates, as D. Knuth, TAOCP 2, algorithm 3.4.2P. */
function shuffled(count: number, random: Generator): Uint32Array {
  const order = range(0, count)
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1))
    const last = order[i]!
    order[i] = order[j]!
    order[j] = last
  }
  return order
}
