// The kernels of @smol/mlarray by the names of their operations, on operands where the
// design keeps arrays, into an existing result. Until `@smol/mlarray/kernels` gives a
// kernel by name there is nothing to measure, and the rows say so.
import type { Contender } from './contender.ts'

export function load(_root: string): Contender {
  return { version: '', works: {} }
}
