/**
 * The entry point `@smol/value/ops`: the rows and what it takes to lift them to another kind of data.
 */
export * from './ops.ts'
export * from './special.ts'
export { READS_OUTPUT } from './node.ts'
export { operations, ScalarOperation } from './operation.ts'
export { apply } from './apply.ts'
export { values } from './arithmetic.ts'
