// Values that nobody should pass, put in the place of one argument, option or element of a good call: it
// must either work or be refused in words of our own, and a refused call must have changed nothing. The
// packages above take this file from here, and add what only they know.
import { array, constantFrom, nat, record, type Arbitrary } from 'fast-check'

/** What a hostile object throws when it is looked into: not ours, and not to be swallowed. */
export class Trap extends Error {}

export const spring = (): never => {
  throw new Trap('sprung')
}

const getter = (name: string, target: object = {}): object =>
  Object.defineProperty(target, name, { get: spring, enumerable: true })

function cyclic(): unknown[] {
  const list: unknown[] = [1]
  list.push(list)
  return list
}

function cyclicObject(): object {
  const object: Record<string, unknown> = {}
  object['self'] = object
  return object
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

export type Strange = Readonly<Record<string, () => unknown>>

/** Each made anew, since a call may change what it is given. */
export const common: Strange = {
  symbol: () => Symbol('s'),
  bigint: () => 10n,
  '-0': () => -0,
  NaN: () => Number.NaN,
  Infinity: () => Infinity,
  '-Infinity': () => -Infinity,
  half: () => 0.5,
  minus: () => -7,
  '2^31': () => 2 ** 31,
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
  'an object of numbers': () => ({ a: 1 }),
  'null prototype': () => Object.create(null) as unknown,
  'own __proto__': () => JSON.parse('{ "__proto__": { "polluted": 1 } }') as unknown,
  'an object that holds itself': cyclicObject,
  function: () => () => 1,
  'function of nothing': () => () => undefined,
  'function of a text': () => () => 'x',
  'function of a promise': () => async () => 1,
  'function that throws': () => spring,
  generator: () =>
    function* numbers() {
      yield 1
    },
  class: () => Map,
  date: () => new Date(0),
  'bad date': () => new Date(Number.NaN),
  map: () => new Map([[1, 2]]),
  promise: () => Promise.resolve(1),
  thenable: () => JSON.parse('{ "then": 1 }') as unknown,
  empty: () => [],
  nested: () => [[]],
  ragged: () => [1, [2]],
  hole: () => Array.from({ length: 2 }).fill(1, 1),
  // oxlint-disable-next-line unicorn/no-new-array -- a list of holes is meant
  sparse: () => new Array(2 ** 32 - 1),
  'holes and a number': () => Object.assign([], { 4294967290: 1 }),
  'a number and holes': () => Object.assign([1], { length: 2 ** 31 }),
  cyclic,
  'doubled often': () => doubled(60, 1),
  'doubled often around nothing': () => doubled(60, []),
  deep: () => {
    let list: unknown = 1
    for (let i = 0; i < 1e5; i++) list = [list]
    return list
  },
  'deep object': () => {
    let object: unknown = 1
    for (let i = 0; i < 1e5; i++) object = { object }
    return object
  },
  'array-like': () => ({ length: 1e9 }),
  'array-like of negative length': () => ({ length: -1, 0: 1 }),
  'typed array look-alike': () => ({ length: 1e9, BYTES_PER_ELEMENT: 8 }),
  bigints: () => new BigInt64Array(2),
  'a view of bytes': () => new DataView(new ArrayBuffer(8)),
  buffer: () => new ArrayBuffer(8),
  detached,
  'typed array of nothing': () => new Uint8Array(0),
  'a label that throws': () => getter('label'),
  'a length that throws': () => getter('length'),
  'an element that throws': () => getter('0', [1, 2]),
  'a class that throws': () => getter('constructor'),
  'a class without a name': () => ({ constructor: { name: Symbol('s') } }),
  'a class of two lines': () => ({ constructor: { name: 'a\n\u001B[31mb' } }),
  'a class of a long name': () => ({ constructor: { name: 'x'.repeat(1e6) } }),
  'a text that throws': () => ({ toString: spring, valueOf: spring, [Symbol.toPrimitive]: spring }),
  'an iterator that throws': () => ({ [Symbol.iterator]: spring }),
  'a method that throws': () => ({ item: spring, step: spring }),
  trapped: () =>
    new Proxy(
      {},
      {
        get: spring,
        has: spring,
        ownKeys: spring,
        getPrototypeOf: spring,
        getOwnPropertyDescriptor: spring,
      },
    ),
  'a function that is trapped': () => new Proxy(() => 1, { get: spring, apply: spring }),
  'a list that is trapped': () => new Proxy([1, 2], { get: spring }),
}

// ---- Good calls ----

/** A call that works, made anew each time; `state` tells everything that a refused call must leave alone. */
export type Case = {
  readonly args: readonly unknown[]
  readonly call: (...given: unknown[]) => unknown
  readonly state?: () => string
}

export type Cases = Readonly<Record<string, () => Case>>

const isPlain = (x: unknown): x is Record<string, unknown> =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype

/* oxlint-disable oxc/no-map-spread -- paths are short */
/** Every place in arguments: the arguments themselves, elements of lists, options, an unknown option. */
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

/** Whether an error is one of ours, told as ours are, or the caller's own. */
function isDocumented(error: unknown): boolean {
  if (error instanceof Trap) return true
  // A class in place of a function can only be found out by calling it, and then the engine speaks.
  if (error instanceof TypeError && /^(Class c|C)onstructor \w+ /.test(error.message)) return true
  if (!(error instanceof Error)) return false
  const { op } = error as { op?: unknown }
  return (
    typeof op === 'string' &&
    // On one line, and nothing in it that a terminal would obey.
    /^[^\p{Cc}]{1,150}?: [^\p{Cc}]*\.$/u.test(error.message) &&
    error.message.length < 2000
  )
}

// ---- What must hold ----

/** Of which case, and what stands in which places of its arguments. */
export type Call = {
  readonly name: string
  readonly changes: readonly { readonly place: number; readonly value: string }[]
}

/** Calls of the cases with one value or two that are hostile. */
export const callsOf = (cases: Cases, strange: Strange): Arbitrary<Call> =>
  record({
    name: constantFrom(...Object.keys(cases)),
    changes: array(record({ place: nat(), value: constantFrom(...Object.keys(strange)) }), {
      minLength: 1,
      maxLength: 2,
    }),
  })

/** All with one: every value in every place. */
export function* everyCall(cases: Cases, strange: Strange): Generator<Call> {
  for (const [name, make] of Object.entries(cases))
    for (const place of placesOf(make().args).keys())
      for (const value of Object.keys(strange)) yield { name, changes: [{ place, value }] }
}

/** Makes the call; whether it was refused. */
export async function isRefused(cases: Cases, strange: Strange, call: Call): Promise<boolean> {
  return (await refusalOf(cases, strange, call)) !== undefined
}

/** The line at the top of an error's stack. */
const startOf = (error: unknown): string => (error as Error).stack?.split('\n')[1] ?? ''

/** The refusals of a package whose stacks start elsewhere than in the tests that call it. */
export async function misplaced(cases: Cases, strange: Strange, each = 1): Promise<string[]> {
  const found = new Set<string>()
  let i = 0
  for (const call of everyCall(cases, strange)) {
    if (i++ % each !== 0) continue
    // oxlint-disable-next-line no-await-in-loop -- one after the other, since they may change what all see
    const error = await refusalOf(cases, strange, call)
    const isOurs = error instanceof Error && 'op' in error
    if (isOurs && !startOf(error).includes('/test/')) found.add(`${call.name}: ${startOf(error)}`)
  }
  return [...found]
}

/**
 * Makes the call; the error where it was refused.
 *
 * @throws Error where it does not hold what is promised.
 */
async function refusalOf(
  cases: Cases,
  strange: Strange,
  { name, changes }: Call,
): Promise<unknown> {
  const { args, call, state = () => '' } = cases[name]!()
  const places = placesOf(args)
  // What is within another comes first.
  const at = changes
    .map(({ place, value }) => ({ path: places[place % places.length]!, value }))
    .toSorted((a, b) => b.path.length - a.path.length)
  const given = at.reduce<unknown>(
    (changed, { path, value }) => replaced(changed, path, strange[value]!()),
    args,
  ) as unknown[]
  const before = state()
  const own = Object.getOwnPropertyNames(Object.prototype).length
  const told = `${name}, ${at.map(({ path, value }) => `${value} at ${path.join('.')}`).join(', ')}`
  try {
    await call(...given)
    return undefined
  } catch (error) {
    if (!isDocumented(error)) throw new Error(`${told}: ${String(error)}`, { cause: error })
    if (state() !== before) throw new Error(`${told}: something has changed`, { cause: error })
    return error
  } finally {
    if (Object.getOwnPropertyNames(Object.prototype).length !== own)
      // oxlint-disable-next-line no-unsafe-finally -- worse than whatever else was found
      throw new Error(`${told}: Object.prototype has changed`)
  }
}
