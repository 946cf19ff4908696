/**
 * The state of a model: arrays in lists and plain objects, as one flat record with dotted names such as
 * `layers.0.w`. It knows no models; what holds the arrays is the caller's.
 */
import { copyOf, fromData, type MLArray as Untyped } from './array.ts'
import { show } from './errors.ts'
import {
  depthError,
  duplicateError,
  misfitError,
  quote,
  stateError,
  stateResultError,
} from './file-error.ts'
import { isBytes } from './file-number.ts'
import { checkName, isPlainObject } from './file-record.ts'
import { decodeTensors, encodeTensors } from './file-tensors.ts'
import { MLArray as WithMethods } from './methods.ts'
import { assign } from './mutate.ts'
import { sameShape, type Shape } from './shape.ts'
import type { MLArray } from './typed.ts'

/** Arrays in lists and plain objects, however nested. */
export type State =
  | readonly (MLArray | State)[]
  | { readonly [name: string]: MLArray | State }
  | Declared

/**
 * An object of a type that is an `interface`, which has no index signature. The compiler looks into it only
 * where it is written out on the spot; the walk at run time always does. What is no such object has one of
 * these symbols: lists, arrays, Values, functions, maps, promises, dates.
 */
export type Declared = object & {
  readonly [Symbol.iterator]?: never
  readonly [Symbol.hasInstance]?: never
  readonly [Symbol.toStringTag]?: never
  readonly [Symbol.toPrimitive]?: never
}

/**
 * The arrays of a state, and texts about them, as the bytes of a safetensors file. An array is named by the
 * way to it: `layers.0.w`.
 *
 * @throws TypeError where something else than an array is in it.
 * @throws RangeError where two ways have the same name.
 * @see torch.nn.Module.state_dict
 * @example
 * const model = { layers: [{ w: randn([2, 3]), b: zeros([3]) }] }
 * const bytes = saveState(model) // layers.0.b, layers.0.w
 */
export function saveState(
  state: State,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  return encodeTensors('saveState', collect('saveState', state), metadata)
}

/**
 * Writes saved numbers into the arrays of a state, in place: they stay the same objects, keep their dtype and
 * whether they are tracked. The source is the bytes of a safetensors file, or arrays by (dotted) name,
 * from wherever they come. Nothing is written unless both sides have the same names with the same shapes.
 * An array that the state has under two names gets the numbers of the last.
 *
 * @throws ShapeError that says which names are missing or unknown, and which shapes differ.
 * @throws TypeError where an array is the result of an operation, which cannot be changed in place.
 * @see torch.nn.Module.load_state_dict
 * @example
 * loadState(model, saveState(model))
 * loadState(model, await fromNpz(bytes))
 */
export function loadState(state: State, source: Uint8Array | State): void {
  const targets = collect('loadState', state)
  const sources = isBytes(source)
    ? (decodeTensors('loadState', source, { requiresGrad: false }) as unknown as typeof targets)
    : collect('loadState', source)
  checkFit(targets, sources)
  for (const [name, x] of targets)
    if (x.storage.madeBy !== '') throw stateResultError(name, x.storage.madeBy)
  // A source that shares memory with any target is copied before the first of them changes.
  const changing = new Set([...targets.values()].map((x) => x.storage))
  const values = [...targets.keys()].map((name) => {
    const x = sources.get(name)!
    return changing.has(x.storage) ? fromData(copyOf(x), x.shape) : x
  })
  ;[...targets.values()].forEach((x, i) => assign(x, values[i]!, 'loadState'))
}

const DEEPEST = 64

/** The arrays of a state by their dotted names, in the order in which they stand there. */
function collect(op: string, state: unknown): Map<string, Untyped> {
  const arrays = new Map<string, Untyped>()
  const visit = (x: unknown, name: string, depth: number): void => {
    if (x instanceof WithMethods && depth > 0) {
      if (arrays.has(name)) throw duplicateError(op, name)
      arrays.set(name, x)
      return
    }
    if (!Array.isArray(x) && !isPlainObject(x)) throw stateError(op, name, x)
    if (depth === DEEPEST) throw depthError(op, DEEPEST)
    for (const [key, value] of Object.entries<unknown>(x)) {
      checkName(op, key)
      visit(value, depth === 0 ? key : `${name}.${key}`, depth + 1)
    }
  }
  visit(state, '', 0)
  return arrays
}

/** Both sides must have the same names and shapes. */
function checkFit(
  targets: ReadonlyMap<string, Untyped>,
  sources: ReadonlyMap<string, Untyped>,
): void {
  const problems = new Map<string, string>()
  const shapes: Shape[] = []
  for (const [name, { shape }] of targets) {
    const source = sources.get(name)
    if (source !== undefined && sameShape(shape, source.shape)) continue
    const found = source === undefined ? 'is missing' : `has shape ${show(source.shape)}`
    problems.set(name, `${quote(name)} ${found}, the state has shape ${show(shape)}`)
    shapes.push(shape, ...(source === undefined ? [] : [source.shape]))
  }
  for (const [name, { shape }] of sources) {
    if (targets.has(name)) continue
    problems.set(name, `${quote(name)} of shape ${show(shape)} is not in the state`)
    shapes.push(shape)
  }
  if (problems.size > 0) throw misfitError([...problems.values()], [...problems.keys()], shapes)
}
