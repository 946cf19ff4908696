/** What tests of differentiable code need. */
export { checkGrads } from '@smol/value/testing'
