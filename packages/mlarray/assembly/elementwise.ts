/**
 * Loops over elements, which tools/assembly.ts writes from the rows of `@smol/value/ops` and the functions of
 * math.ts: see there for what they take.
 */
export * from './generated/rows'
