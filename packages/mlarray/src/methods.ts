/**
 * The class with its methods: the rows of `@smol/value`, and the functions of this package that take an
 * array first.
 */
import { KIND } from '@smol/value/graph'
import { comparisons, operations, type ComparisonName } from '@smol/value/ops'
import { MLArray as Base, type DType } from './array.ts'
import { diag, pad, repeat, roll, tile, tril, triu } from './arrange.ts'
import { dotProduct, matmul, outer, trace } from './contract.ts'
import { allClose, arrayEqual, at, item, iterate, toList, toTypedArray } from './convert.ts'
import { checkDType, copy, toMask, type IntegerData } from './create.ts'
import {
  applyAll,
  applyOne,
  applyTwo,
  astype,
  compare,
  lift,
  type Elementwise,
  type Operand,
} from './elementwise.ts'
import { map } from './run.ts'
import { argumentsError, coercionError, operandError } from './errors.ts'
import { indexAdd, maskedSelect, nonzero, put, scatterAdd, take, takeAlongAxis } from './gather.ts'
import { assign, backward, grad, gradNode, onGradient, zeroGrad } from './gradient.ts'
import { index, set, sliceItems } from './indexing.ts'
import {
  broadcastTo,
  expandDims,
  flatten,
  flip,
  moveaxis,
  reshape,
  squeeze,
  swapaxes,
  transpose,
} from './move.ts'
import { checkOptions, METHOD_OPTIONS } from './options.ts'
import { showArray, showText } from './print.ts'
import { median, quantile } from './quantile.ts'
import { all, any, argmax, argmin, countNonzero, max, min, sum } from './reduce.ts'
import { cumprod, cumsum, prod } from './scan.ts'
import { broadcastShapes } from './shape.ts'
import { argsort, searchsorted, sort, topk, unique, uniqueAll } from './sort.ts'
import { logSoftmax, softmax } from './softmax.ts'
import { located } from './stack.ts'
import { logsumexp, mean, norm, std, variance } from './statistic.ts'

/** 1 where `holds`, else 0; untracked. */
function maskOf(x: Base, holds: (element: number) => boolean): Base {
  return map((element) => (holds(element) ? 1 : 0), x.shape, x.dtype, [x])
}

function combine(
  op: string,
  x: Base,
  given: IntegerData,
  holds: (a: number, b: number) => boolean,
): Base {
  const other = toMask(given, op)
  const own = toMask(x, op)
  return map((a, b) => (holds(a, b) ? 1 : 0), broadcastShapes(x.shape, other.shape, op), x.dtype, [
    own,
    other,
  ])
}

type Fn = (x: Base, ...rest: never[]) => unknown

// Functions that take an array first, by the name of the method that they become.

const masks = {
  isNaN: (x: Base) => maskOf(x, Number.isNaN),
  isFinite: (x: Base) => maskOf(x, Number.isFinite),
  logicalNot: (x: Base) => maskOf(toMask(x, 'logicalNot'), (element) => element === 0),
  logicalAnd: (x: Base, other: IntegerData) =>
    combine('logicalAnd', x, other, (a, b) => a !== 0 && b !== 0),
  logicalOr: (x: Base, other: IntegerData) =>
    combine('logicalOr', x, other, (a, b) => a !== 0 || b !== 0),
}
const products = { dot: dotProduct, matmul, outer, trace }
const sums = { sum, mean, prod }
const extremes = { max, min }
const spreads = { std, norm, logsumexp }
const counts = { argmax, argmin, any, all, countNonzero }
const scans = { cumsum, cumprod }
const shares = { var: variance, softmax, logSoftmax }
const views = { reshape, flatten, transpose, swapaxes, moveaxis, squeeze, expandDims, broadcastTo }
const arrangements = { flip, tile, repeat, roll, pad, triu, tril, diag }
const places = { slice: sliceItems, index, set, take, takeAlongAxis, scatterAdd, indexAdd, put }
const chosen = { maskedSelect, nonzero, sort, argsort, topk, unique, uniqueAll, searchsorted }
const quantiles = { median, quantile }
const gradients = { backward, grad, gradNode, zeroGrad, onGradient, assign }
const conversions = {
  at,
  item,
  toList,
  toTypedArray,
  allClose,
  arrayEqual,
  // A copy also where the dtype stays, as in NumPy.
  astype: (x: Base, dtype: DType) =>
    checkDType(dtype, 'astype') === x.dtype ? copy(x) : astype(x, dtype),
  toString: showText,
  toJSON: toList,
  [Symbol.iterator]: iterate,
  [Symbol.for('nodejs.util.inspect.custom')]: (x: Base) => showArray(x),
  [Symbol.toPrimitive]: (x: Base, hint: string) => {
    if (hint !== 'string') throw coercionError()
    return showText(x)
  },
}
const groups = [
  masks,
  products,
  sums,
  extremes,
  spreads,
  counts,
  scans,
  shares,
  views,
  arrangements,
  places,
  chosen,
  quantiles,
  gradients,
  conversions,
] as unknown as Record<string | symbol, Fn>[]

type Method = (this: Base, ...given: never[]) => unknown

/** Methods that take any number of arguments. */
const LISTS: ReadonlySet<string | symbol> = new Set(['at', 'slice', 'index'])

/**
 * How many arguments methods take that NumPy or PyTorch give more: dimensions one by one, or where to start. What
 * is beyond would go unnoticed, and the result have another shape.
 */
const TAKEN: ReadonlyMap<string | symbol, number> = new Map([
  ['flatten', 0],
  ['reshape', 1],
  ['transpose', 1],
  ['expandDims', 1],
  ['broadcastTo', 1],
  ['tile', 1],
])

/** A function as a method: its options are checked, and the stack of its errors starts at the caller's line. */
function methodOf(name: string | symbol, fn: Fn): Method {
  const call = fn as (x: Base, ...rest: unknown[]) => unknown
  if (LISTS.has(name))
    return function method(this: Base, ...rest) {
      try {
        return call(this, ...rest)
      } catch (error) {
        throw located(error, method)
      }
    }
  const [place = -1, names = []] = METHOD_OPTIONS.get(name) ?? []
  const taken = TAKEN.get(name) ?? 3
  // Most calls are of small arrays: a list of the arguments would be a good part of what they cost.
  return function method(this: Base, a?: unknown, b?: unknown, c?: unknown) {
    try {
      if (place >= 0) checkOptions(name as string, place === 0 ? a : b, names)
      if (taken < 3 && (taken === 0 ? a : b) !== undefined)
        throw argumentsError(name as string, taken === 0 ? [a] : [a, b], taken)
      return call(this, a, b, c)
    } catch (error) {
      throw located(error, method)
    }
  }
}

/** The method of a row: a missing last operand is the row's fallback. */
function rowMethod(op: Elementwise): Method {
  const { name, row } = op
  const { arity, fallback } = row
  if (arity === 1)
    return function method(this: Base, extra?: unknown) {
      try {
        // NumPy rounds to so many decimals.
        if (extra !== undefined) throw argumentsError(name, [extra], 0)
        return applyOne(op, this)
      } catch (error) {
        throw located(error, method)
      }
    }
  if (arity === 2)
    return function method(this: Base, other: Operand | undefined = fallback) {
      try {
        if (other === undefined) throw operandError(name, other)
        return applyTwo(op, this, other)
      } catch (error) {
        throw located(error, method)
      }
    }
  return function method(this: Base, a?: Operand, b?: Operand) {
    try {
      if (a === undefined || b === undefined) throw operandError(name, undefined)
      return applyAll(op, [this, a, b])
    } catch (error) {
      throw located(error, method)
    }
  }
}

function comparisonMethod(name: ComparisonName): Method {
  return function method(this: Base, other: Operand) {
    try {
      return compare(name, this, other)
    } catch (error) {
      throw located(error, method)
    }
  }
}

function withMethods(target: typeof Base): typeof Base {
  const install = (name: string | symbol, value: Method): void => {
    Object.defineProperty(target.prototype, name, { value, writable: true, configurable: true })
  }
  for (const row of Object.values(operations))
    if (row.name !== 'where') install(row.name, rowMethod(lift(row)))
  for (const name of Object.keys(comparisons) as ComparisonName[])
    install(name, comparisonMethod(name))
  for (const group of groups)
    for (const name of Reflect.ownKeys(group)) install(name, methodOf(name, group[name]!))
  Object.defineProperty(target.prototype, 'T', {
    get(this: Base) {
      return transpose(this)
    },
    configurable: true,
  })
  Object.defineProperty(target.prototype, KIND, { value: 'array' })
  // A bundler may have renamed the class, whose methods make others of it.
  Object.defineProperty(target, 'name', { value: 'MLArray' })
  return target
}

/** The class, as `typed.ts` declares it. */
export const MLArray = withMethods(Base)
