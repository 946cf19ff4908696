/**
 * From rows to operations: a row in the shape that nodes point to, the same fields for every row, and
 * with it what can be read off the rule itself.
 */
import { CONSTANT, READS_OUTPUT, type Node, type Operation } from './node.ts'
import {
  binary,
  comparisons,
  ternary,
  unary,
  type Arithmetic,
  type BinaryName,
  type BinaryRow,
  type TernaryName,
  type TernaryRow,
  type UnaryName,
  type UnaryRow,
} from './ops.ts'

/** A derivative rule of any number of arguments, the output last. */
type Rule = <T, M>(m: Arithmetic<T, M>, ...operands: T[]) => T | number

/** A row made ready: what an operation on numbers does, and its partial derivatives in the order of its operands. */
export class ScalarOperation implements Operation {
  readonly name: string
  readonly variadic: boolean
  readonly readsA: number
  readonly readsB: number
  readonly reads: (list: readonly Node[], index: number) => boolean
  readonly f: (...operands: number[]) => number
  readonly partials: readonly Rule[]
  readonly selects: boolean
  readonly fallback: number | undefined

  constructor(name: string, row: UnaryRow | BinaryRow | TernaryRow) {
    const partials = (
      'df' in row ? [row.df] : 'dc' in row ? [row.da, row.db, row.dc] : [row.da, row.db]
    ) as Rule[]
    const reads = partials.map((partial) => readsOf(partial, partials.length))
    this.name = name
    // A node has places for two inputs: three lie in a list.
    this.variadic = partials.length === 3
    this.readsA = this.variadic ? reads.reduce((all, mask) => all | mask) : reads[0]!
    this.readsB = this.variadic ? 0 : (reads[1] ?? 0)
    this.reads = (list, index) =>
      list.some((x, i) => x.operation !== CONSTANT && (reads[i]! & (1 << index)) !== 0)
    this.f = row.f
    this.partials = partials
    this.selects = row.selects ?? false
    this.fallback = row.fallback
  }

  /** How many operands it takes. */
  get arity(): number {
    return this.partials.length
  }
}

/**
 * Which operands a rule reads, one bit each: the rule is run over an arithmetic whose only numbers are
 * sets of operands, and in which every operation is a union.
 */
function readsOf(rule: Rule, arity: number): number {
  const operands = Array.from({ length: arity }, (_, i) => new Reads(1 << i))
  untaken.clear()
  const result = rule(READING, ...operands, new Reads(READS_OUTPUT))
  if (untaken.size === 0 && (result instanceof Reads || typeof result === 'number'))
    return maskOf(result)
  throw outside()
}

/** A rule that computes outside the arithmetic could not be differentiated, nor seen through. */
const outside = (): TypeError => new TypeError('a derivative computed outside its arithmetic')

class Reads {
  readonly mask: number
  constructor(mask: number) {
    this.mask = mask
  }

  [Symbol.toPrimitive](): never {
    throw outside()
  }
}

/** Beside operands a rule knows numbers, and what is true of them; a Value from elsewhere is neither. */
function maskOf(x: unknown): number {
  if (x instanceof Reads) return x.mask
  if (typeof x === 'number' || typeof x === 'boolean') return 0
  throw outside()
}

// A program that starts runs these some 400 times.
const readOne = (a: unknown): Reads => new Reads(maskOf(a))
const readTwo = (a: unknown, b: unknown): Reads => new Reads(maskOf(a) | maskOf(b))

/**
 * Comparisons that no `where` has taken. JavaScript's own `?:` cannot be seen through, and the mask of a whole
 * array would always count as true there.
 */
const untaken = new Set<unknown>()

const compare = (a: unknown, b: unknown): Reads => {
  const mask = readTwo(a, b)
  untaken.add(mask)
  return mask
}

const choose = (mask: unknown, a: unknown, b: unknown): Reads => {
  untaken.delete(mask)
  return readTwo(mask, readTwo(a, b))
}

const READING = {
  ...Object.fromEntries(
    Object.keys({ ...unary, ...binary, ...comparisons }).map((name) => [
      name,
      name in comparisons ? compare : name in binary ? readTwo : readOne,
    ]),
  ),
  where: choose,
} as unknown as Arithmetic<Reads, Reads>

function operationsOf<K extends string>(
  rows: Readonly<Record<K, UnaryRow | BinaryRow | TernaryRow>>,
): Readonly<Record<K, ScalarOperation>> {
  const entries = Object.entries<UnaryRow | BinaryRow | TernaryRow>(rows)
  return Object.fromEntries(
    entries.map(([name, row]) => [name, new ScalarOperation(name, row)]),
  ) as Record<K, ScalarOperation>
}

/** Every row of the tables, ready to use. */
export const operations: Readonly<Record<UnaryName | BinaryName | TernaryName, ScalarOperation>> = {
  ...operationsOf(unary),
  ...operationsOf(binary),
  ...operationsOf(ternary),
}
