// Values that nobody should pass, put in the place of one argument, option or element of a good call: it
// must either work or be refused in words of our own, and a refused call must have changed nothing.
import { constantFrom, record, nat, type Arbitrary } from 'fast-check'
import * as smol from '../../src/index.ts'
import { MLArray, Value } from '../../src/index.ts'

/** What a hostile object throws when it is looked into: not ours, and not to be swallowed. */
class Trap extends Error {}

const spring = (): never => {
  throw new Trap('sprung')
}

/** An object that throws whatever is done with it. */
const trapped = (): object =>
  new Proxy(
    {},
    {
      get: spring,
      has: spring,
      ownKeys: spring,
      getPrototypeOf: spring,
      getOwnPropertyDescriptor: spring,
    },
  )

const getter = (name: string, target: object = {}): object =>
  Object.defineProperty(target, name, { get: spring, enumerable: true })

function cyclic(): unknown[] {
  const list: unknown[] = [1]
  list.push(list)
  return list
}

/** A list of 2^depth elements, in little memory. */
function doubled(depth: number, last: unknown): unknown {
  let list = last
  for (let i = 0; i < depth; i++) list = [list, list]
  return list
}

function detached(): Float64Array {
  const elements = new Float64Array(3)
  structuredClone(elements.buffer, { transfer: [elements.buffer] })
  return elements
}

/** Each made anew, since a call may change what it is given. */
const strange: Readonly<Record<string, () => unknown>> = {
  symbol: () => Symbol('s'),
  bigint: () => 10n,
  '-0': () => -0,
  NaN: () => Number.NaN,
  Infinity: () => Infinity,
  '-Infinity': () => -Infinity,
  half: () => 0.5,
  minus: () => -7,
  '2^33': () => 2 ** 33,
  '2^53': () => 2 ** 53,
  '-2^53': () => -(2 ** 53),
  1e308: () => 1e308,
  tiny: () => 5e-324,
  '-1e308': () => -1e308,
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  text: () => 'x',
  'empty text': () => '',
  'long text': () => 'x'.repeat(1e6),
  number: () => '1',
  __proto__of: () => '__proto__',
  constructor: () => 'constructor',
  markup: () => '<img src=x onerror="alert(1)">\n\\',
  object: () => ({}),
  'null prototype': () => Object.create(null) as unknown,
  function: () => () => 1,
  class: () => MLArray,
  date: () => new Date(0),
  'bad date': () => new Date(Number.NaN),
  map: () => new Map([[1, 2]]),
  promise: () => Promise.resolve(1),
  empty: () => [],
  nested: () => [[]],
  ragged: () => [1, [2]],
  'ragged later': () => [[1, 2], [3]],
  hole: () => Array.from({ length: 2 }).fill(1, 1),
  // oxlint-disable-next-line unicorn/no-new-array -- a list of holes is meant
  sparse: () => new Array(2 ** 32 - 1),
  'holes and a number': () => Object.assign([], { 4294967290: 1 }),
  cyclic,
  'doubled often': () => doubled(60, 1),
  'doubled often around nothing': () => doubled(60, []),
  'doubled often around a text': () => doubled(60, 'x'),
  deep: () => {
    let list: unknown = 1
    for (let i = 0; i < 1e5; i++) list = [list]
    return list
  },
  'array-like': () => ({ length: 1e9 }),
  'array-like of negative length': () => ({ length: -1, 0: 1 }),
  'typed array look-alike': () => ({ length: 1e9, BYTES_PER_ELEMENT: 8 }),
  bigints: () => new BigInt64Array(2),
  'a view of bytes': () => new DataView(new ArrayBuffer(8)),
  buffer: () => new ArrayBuffer(8),
  detached,
  'typed array of nothing': () => new Uint8Array(0),
  'a getter that throws': () => getter('axis'),
  'a label that throws': () => getter('label'),
  'a length that throws': () => getter('length'),
  'an element that throws': () => getter('0', [1, 2]),
  'a class that throws': () => getter('constructor'),
  'a class without a name': () => ({ constructor: { name: Symbol('s') } }),
  'a class of a long name': () => ({ constructor: { name: 'x'.repeat(1e6) } }),
  'a text that throws': () => ({ toString: spring, valueOf: spring, [Symbol.toPrimitive]: spring }),
  'an iterator that throws': () => ({ [Symbol.iterator]: spring }),
  trapped,
  'a trap with a class': () => new Proxy(MLArray, { get: spring }),
  'a list that is trapped': () => new Proxy([1, 2], { get: spring }),
  'rank 0': () => smol.zeros([]),
  'size 0': () => smol.zeros([0, 3]),
  'rank 5': () => smol.zeros([1, 2, 1, 2, 1]),
  'not numbers': () => new MLArray([Number.NaN, Infinity, -0]),
  value: () => new Value(1),
}

export const names = Object.keys(strange)

// ---- Good calls ----

const matrix = (): MLArray => new MLArray([[1, 2, 3], [4, 5, 6]]) // prettier-ignore
const square = (): MLArray => new MLArray([[4, 1], [1, 3]]) // prettier-ignore
const vector = (): MLArray => new MLArray([1, 2, 3])
const reduction = [{ axis: [0], keepdims: true }]
const along = [{ axis: 0 }]
const creation = { dtype: 'float32', requiresGrad: true, label: 'w' }

/** The arguments of a good call of each method, of a matrix of 2 rows and 3 columns. */
const methods: Readonly<Record<string, () => readonly unknown[]>> = {
  logicalAnd: () => [[[1, 0, 1]]],
  logicalOr: () => [[[1, 0, 1]]],
  dot: () => [vector()],
  matmul: () => [vector()],
  outer: () => [vector()],
  sum: () => reduction,
  mean: () => reduction,
  prod: () => reduction,
  max: () => reduction,
  min: () => reduction,
  var: () => [{ axis: [0], keepdims: true, ddof: 1 }],
  std: () => [{ axis: [0], keepdims: true, ddof: 1 }],
  norm: () => [{ axis: [0], keepdims: true, ord: 3 }],
  logsumexp: () => reduction,
  argmax: () => [{ axis: 0, keepdims: true }],
  argmin: () => [{ axis: 0, keepdims: true }],
  any: () => reduction,
  all: () => reduction,
  countNonzero: () => reduction,
  cumsum: () => along,
  cumprod: () => along,
  softmax: () => along,
  logSoftmax: () => along,
  reshape: () => [[3, -1]],
  transpose: () => [[1, 0]],
  swapaxes: () => [0, 1],
  moveaxis: () => [[0, 1], [1, 0]], // prettier-ignore
  squeeze: () => [{ axis: [] }],
  expandDims: () => [[0, 2]],
  broadcastTo: () => [[2, 2, 3]],
  flip: () => [{ axis: [0] }],
  tile: () => [[2, 1]],
  repeat: () => [2, { axis: 0 }],
  roll: () => [[1], { axis: [0] }],
  pad: () => [[[1, 2], [0, 1]], { mode: 'constant', value: 1 }], // prettier-ignore
  triu: () => [1],
  tril: () => [1],
  diag: () => [1],
  slice: () => [1, '0:2:1', null],
  index: () => [[1, 0], '0:2:1'],
  set: () => [[[1, 0], 1], [1, 2]], // prettier-ignore
  take: () => [[1, 0], { axis: 0 }],
  takeAlongAxis: () => [[[1, 0, 1]], { axis: 0 }],
  scatterAdd: () => [0, [[1, 0, 1]], [[1, 2, 3]]],
  indexAdd: () => [0, [1], [[1, 2, 3]]],
  put: () => [[1, 2], [3, 4]], // prettier-ignore
  maskedSelect: () => [[[1, 0, 1], [0, 0, 1]]], // prettier-ignore
  sort: () => [{ axis: 0, descending: true }],
  argsort: () => [{ axis: 0, descending: true }],
  topk: () => [1, { axis: 0, largest: true }],
  searchsorted: () => [[1, 2], { side: 'left' }],
  median: () => reduction,
  quantile: () => [[0.5], { axis: [0], keepdims: true }],
  backward: () => [{ upstream: matrix(), createGraph: false }],
  onGradient: () => [() => undefined],
  assign: () => [[[1, 2, 3], [4, 5, 6]]], // prettier-ignore
  at: () => [1, 2],
  allClose: () => [matrix(), { rtol: 1, atol: 1, equalNan: true }],
  arrayEqual: () => [matrix()],
  astype: () => ['float32'],
  maximum: () => [matrix()],
  pow: () => [2],
  add: () => [matrix()],
  clip: () => [0, 1],
  lt: () => [matrix()],
}

/** The arguments of a good call of each function. */
const functions: Readonly<Record<string, () => readonly unknown[]>> = {
  MLArray: () => [[[1, 2], [3, 4]], { ...creation, shape: [4, 1] }], // prettier-ignore
  zeros: () => [[2, 3], creation],
  ones: () => [[2, 3], creation],
  full: () => [[2, 3], 7, creation],
  eye: () => [2, { ...creation, m: 3, k: 1 }],
  arange: () => [0, 3, 1, creation],
  linspace: () => [0, 1, 5, creation],
  zerosLike: () => [matrix(), creation],
  onesLike: () => [matrix(), creation],
  fullLike: () => [matrix(), 7, creation],
  oneHot: () => [[1, 0], 3, creation],
  rand: () => [[2, 3], { ...creation, generator: new smol.Generator(1) }],
  randn: () => [[2, 3], { ...creation, generator: new smol.Generator(1) }],
  xavierUniform: () => [[2, 3], { ...creation, gain: 2 }],
  xavierNormal: () => [[2, 3], { ...creation, gain: 2 }],
  heUniform: () => [[2, 3], { ...creation, mode: 'fanIn' }],
  heNormal: () => [[2, 3], { ...creation, mode: 'fanOut' }],
  orthogonal: () => [[2, 3], { ...creation, gain: 2 }],
  truncatedNormal: () => [[2, 3], { ...creation, low: -1, high: 1 }],
  solve: () => [square(), new MLArray([1, 2])],
  inv: () => [square()],
  det: () => [square()],
  cholesky: () => [square()],
  where: () => [[[1, 0, 1]], matrix(), 2],
  tensordot: () => [matrix(), matrix(), [[0], [0]]],
  einsum: () => ['ij,ij->i', matrix(), matrix()],
  concatenate: () => [[matrix(), matrix()], { axis: 0 }],
  stack: () => [[matrix(), matrix()], { axis: 0 }],
  split: () => [matrix(), [1], { axis: 0 }],
  unroll: () => [matrix(), { limit: 100 }],
  toDot: () => [matrix(), { limit: 3 }],
  toMermaid: () => [matrix(), { limit: 3 }],
  manualSeed: () => [1],
  setDefaultDtype: () => ['float64'],
  setKernels: () => [undefined],
  Generator: () => [3],
}

/** What a generator makes of good arguments. */
const draws: Readonly<Record<string, () => readonly unknown[]>> = {
  uniform: () => [[2, 3], { ...creation, low: -1, high: 1 }],
  normal: () => [[2, 3], { ...creation, mean: 1, std: 2 }],
  integers: () => [0, 5, [2, 3]],
  below: () => [5],
  split: () => [2],
  bernoulli: () => [0.5, [2, 3], creation],
  multinomial: () => [[0.5, 0.5], 2, { replacement: true }],
  permutation: () => [5, { axis: 0 }],
  choice: () => [5, [2], { replace: true, axis: 0 }],
}

type Call = {
  readonly kind: 'method' | 'function' | 'draw'
  readonly name: string
  /** Which of the places in the arguments. */
  readonly place: number
  /** The name of what stands there. */
  readonly value: string
}

export const tables = { method: methods, function: functions, draw: draws }

const isPlain = (x: unknown): x is Record<string, unknown> =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype

/* oxlint-disable oxc/no-map-spread -- paths are short */
/** Every place in arguments: the arguments themselves, elements of lists, options, one too many, an unknown option. */
export function placesOf(args: readonly unknown[]): (string | number)[][] {
  const inside = (x: unknown): (string | number)[][] => {
    const keys = Array.isArray(x) ? [...x.keys()] : isPlain(x) ? [...Object.keys(x), 'unknown'] : []
    return keys.flatMap((key) => [
      [key],
      ...inside((x as Record<string | number, unknown>)[key]).map((path) => [key, ...path]),
    ])
  }
  return inside(args)
}

function replaced(x: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by
  const change = (old: unknown): unknown => replaced(old, rest, by)
  if (Array.isArray(x)) return x.map((old: unknown, i) => (i === key ? change(old) : old))
  return { ...(x as object), [key]: change((x as Record<string, unknown>)[key]) }
}

// ---- What must hold ----

const LARGEST = 1e6

/** Everything about an array that a refused call must leave alone. */
const stateOf = (x: MLArray): string =>
  [x.shape, x.strides, x.dtype, x.requiresGrad, x.op, x.label, x.toTypedArray().join()]
    .concat(x.requiresGrad ? [x.grad().toTypedArray().join()] : [])
    .join('; ')

/** Whether an error is one of ours, told as ours are, or the caller's own. */
function isDocumented(error: unknown): boolean {
  if (error instanceof Trap) return true
  if (!(error instanceof Error)) return false
  const { op } = error as { op?: unknown }
  return (
    typeof op === 'string' &&
    error.message.startsWith(`${op}: `) &&
    error.message.endsWith('.') &&
    error.message.length < 2000
  )
}

function sizesOf(result: unknown): number[] {
  if (result instanceof MLArray) return [result.size]
  if (Array.isArray(result)) return result.slice(0, 1000).flatMap(sizesOf)
  return isPlain(result) ? Object.values(result).flatMap(sizesOf) : []
}

/** @throws Error where a call does not hold what is promised. */
export function checkCall({ kind, name, place, value }: Call): void {
  const args = tables[kind][name]!()
  const places = placesOf(args)
  const given = replaced(args, places[place % places.length]!, strange[value]!()) as unknown[]
  const x = matrix()
  const generator = new smol.Generator(1)
  const arrays = [x, ...args.flatMap((arg) => (arg instanceof MLArray ? [arg] : []))]
  const state = (): string => [...arrays.map(stateOf), JSON.stringify(generator.state)].join('\n')
  const before = state()
  const polluted = Object.getOwnPropertyNames(Object.prototype).length
  let result: unknown
  try {
    result = callOf(kind, name, x, generator)(...given)
  } catch (error) {
    if (!isDocumented(error)) throw error
    if (state() !== before) throw new Error(`${name} has changed something`, { cause: error })
    return
  } finally {
    smol.setDefaultDtype('float64')
    smol.setKernels()
    if (Object.getOwnPropertyNames(Object.prototype).length !== polluted)
      // oxlint-disable-next-line no-unsafe-finally -- worse than whatever else was found
      throw new Error(`${name} has changed Object.prototype`)
  }
  if (sizesOf(result).some((size) => size > LARGEST)) throw new Error(`${name} gave too much`)
}

function callOf(
  kind: Call['kind'],
  name: string,
  x: MLArray,
  generator: smol.Generator,
): (...given: unknown[]) => unknown {
  if (kind === 'method') return (...given) => methodOf(x, name)(...given)
  if (kind === 'draw') return (...given) => methodOf(generator, name)(...given)
  const made = (smol as unknown as Record<string, unknown>)[name]
  if (name !== 'MLArray' && name !== 'Generator') return made as (...given: unknown[]) => unknown
  return (...given) => Reflect.construct(made as new () => unknown, given) as unknown
}

const methodOf = (owner: object, name: string): ((...given: unknown[]) => unknown) =>
  (owner as Record<string, (...given: unknown[]) => unknown>)[name]!.bind(owner)

/** Hostile calls. */
export const calls: Arbitrary<Call> = constantFrom('method', 'function', 'draw').chain((kind) =>
  record({
    kind: constantFrom(kind),
    name: constantFrom(...Object.keys(tables[kind])),
    place: nat(),
    value: constantFrom(...names),
  }),
)
