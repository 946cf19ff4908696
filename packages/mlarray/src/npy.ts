/**
 * The entry point `@smol/mlarray/npy`: one array in the format of `numpy.save`.
 *
 * Bytes in, bytes out: it opens no files, so that it serves pages as well.
 */
import { decodeNpy, encodeNpy } from './file-npy.ts'
import { checkBytes, checkOptions, toUntyped, type ReadOptions } from './file-number.ts'
import type { MLArray } from './typed.ts'

export type { ReadOptions } from './file-number.ts'

/**
 * An array as the bytes of an npy file: float32 or float64, little-endian, in row-major order.
 *
 * @see numpy.save
 * @example
 * writeFileSync('x.npy', toNpy(x)) // np.load('x.npy')
 */
export function toNpy(x: MLArray): Uint8Array {
  const origin = { op: 'toNpy' }
  return encodeNpy(origin, toUntyped(origin, x))
}

/**
 * The array in the bytes of an npy file (version 1.0 to 3.0, either byte order, either order of axes).
 * Floats of 16 and 32 bits become float32; booleans, integers and float64 become float64.
 *
 * @throws TypeError where the file holds complex numbers, strings, dates, records or pickled objects.
 * @throws RangeError where the header and the bytes do not fit together, before memory is allocated; and
 * where an integer lies beyond ±2⁵³.
 * @see numpy.load
 * @example
 * const x = fromNpy(readFileSync('x.npy'), { requiresGrad: false })
 */
export function fromNpy(bytes: Uint8Array, options: ReadOptions = {}): MLArray {
  checkBytes('fromNpy', bytes)
  return decodeNpy({ op: 'fromNpy' }, bytes, checkOptions('fromNpy', options))
}
