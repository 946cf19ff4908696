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

/** How many arguments methods take, `this` not counted, where their function does not say so itself. */
const TAKEN: ReadonlyMap<string | symbol, number> = new Map([
  ['triu', 1],
  ['tril', 1],
  ['diag', 1],
])

/** What engines call, with arguments of their own. */
const CALLED: ReadonlySet<string | symbol> = new Set(['toString', 'toJSON'])

/** Whose only argument is a list, where NumPy and PyTorch take dimensions and axes one by one, too. */
const LISTED: ReadonlySet<string> = new Set([
  'reshape',
  'transpose',
  'expandDims',
  'broadcastTo',
  'tile',
])

/** @throws TypeError in the name of a method that was given more than it takes. */
function refuseMore(name: string, taken: number, ...given: readonly unknown[]): void {
  const shown = given.filter((each) => each !== undefined)
  throw argumentsError(name, shown, taken, LISTED.has(name))
}

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
  // What is beyond would go unnoticed: an argument of NumPy's or PyTorch's that would give another result. Options
  // are the last one.
  const isCalled = typeof name === 'symbol' || CALLED.has(name)
  const taken = isCalled ? Infinity : place >= 0 ? place + 1 : (TAKEN.get(name) ?? fn.length - 1)
  // Most calls are of small arrays: a list of the arguments would be a good part of what they cost.
  return function method(this: Base, a?: unknown, b?: unknown, c?: unknown, d?: unknown) {
    try {
      if (place >= 0) checkOptions(name as string, place === 0 ? a : b, names)
      const beyond = taken === 0 ? a : taken === 1 ? b : taken === 2 ? c : d
      if (beyond !== undefined && taken <= 3) refuseMore(name as string, taken, a, b, c, d)
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
        if (extra !== undefined) refuseMore(name, 0, extra)
        return applyOne(op, this)
      } catch (error) {
        throw located(error, method)
      }
    }
  if (arity === 2)
    return function method(this: Base, other: Operand | undefined = fallback, extra?: unknown) {
      try {
        if (other === undefined) throw operandError(name, other)
        // PyTorch adds a multiple, and rounds quotients.
        if (extra !== undefined) refuseMore(name, 1, other, extra)
        return applyTwo(op, this, other)
      } catch (error) {
        throw located(error, method)
      }
    }
  return function method(this: Base, a?: Operand, b?: Operand, extra?: unknown) {
    try {
      if (a === undefined || b === undefined) throw operandError(name, undefined)
      if (extra !== undefined) refuseMore(name, 2, a, b, extra)
      return applyAll(op, [this, a, b])
    } catch (error) {
      throw located(error, method)
    }
  }
}

function comparisonMethod(name: ComparisonName): Method {
  return function method(this: Base, other: Operand, extra?: unknown) {
    try {
      if (extra !== undefined) refuseMore(name, 1, other, extra)
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
