/**
 * The entry point `@smol/mlarray/safetensors`: named arrays in the format that the Hugging Face tools
 * exchange weights in, and the state of a model.
 *
 * Bytes in, bytes out: it opens no files, so that it serves pages as well.
 */
import { checkBytes, checkOptions, type ReadOptions } from './file-number.ts'
import { namedArrays } from './file-record.ts'
import { decodeTensors, encodeTensors, parseHeader } from './file-tensors.ts'
import type { MLArray } from './typed.ts'

export type { ReadOptions } from './file-number.ts'
export { loadState, saveState, type State } from './state.ts'

/**
 * Named arrays, and texts about them, as the bytes of a safetensors file.
 *
 * @see safetensors.numpy.save
 * @example
 * writeFileSync('model.safetensors', toSafetensors({ w, b }, { format: 'np' }))
 */
export function toSafetensors(
  record: Readonly<Record<string, MLArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  return encodeTensors('toSafetensors', namedArrays('toSafetensors', record), metadata)
}

/**
 * The arrays in the bytes of a safetensors file, by name. Floats of 16 and 32 bits, bfloat16 among them,
 * become float32; booleans, integers and float64 become float64.
 *
 * @throws TypeError where a tensor is of a dtype with no counterpart, such as complex numbers or 8-bit floats.
 * @throws RangeError where the header and the bytes do not fit together, before memory is allocated; and
 * where an integer lies beyond ±2⁵³.
 * @see safetensors.numpy.load
 * @example
 * const { w, b } = fromSafetensors(new Uint8Array(await response.arrayBuffer()))
 */
export function fromSafetensors(
  bytes: Uint8Array,
  options: ReadOptions = {},
): Record<string, MLArray> {
  checkBytes('fromSafetensors', bytes)
  return Object.fromEntries(
    decodeTensors('fromSafetensors', bytes, checkOptions('fromSafetensors', options)),
  )
}

/**
 * The texts that a safetensors file has about its arrays; nothing of the arrays is read.
 *
 * @see safetensors.safe_open.metadata
 */
export function safetensorsMetadata(bytes: Uint8Array): Record<string, string> {
  checkBytes('safetensorsMetadata', bytes)
  return Object.fromEntries(parseHeader('safetensorsMetadata', bytes).metadata)
}
