/** The dtype of memory. It imports nothing at run time, so that every file can ask. */
import type { DType, TypedArray } from './array.ts'

export function dtypeOf(data: TypedArray): DType {
  return data instanceof Float32Array ? 'float32' : 'float64'
}
