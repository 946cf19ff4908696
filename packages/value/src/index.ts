/** The public surface of `@smol/value`. */
export { grad, hessian, jvp, valueAndGrad } from './functional.ts'
export { topologicalOrder } from './graph.ts'
export { dot, sum } from './nary.ts'
export { constant, toValue, Value, VERSION, where } from './value.ts'
export type { BackwardOptions, ValueOptions } from './value.ts'
