/**
 * Parameters as memory: one face for arrays and Values, and how they are found in lists and objects.
 */
import { MLArray, Value, type Shape } from '@smol/mlarray'
import {
  changeElements,
  keepResident,
  readElements,
  readGradient,
  replaceGradient,
  residentElements,
  type Declared,
} from '@smol/mlarray/kernels'
import { isPlainObject } from './options.ts'
import {
  nestingError,
  noParametersError,
  parameterError,
  partsError,
  resultParameterError,
  untrackedParameterError,
} from './errors.ts'

export type TypedArray = Float64Array | Float32Array

/** What `map` of a typed array does, which takes many times as long as a loop. */
export function changed(numbers: TypedArray, change: (x: number) => number): TypedArray {
  const result = numbers.slice()
  for (let i = 0; i < result.length; i++) result[i] = change(result[i]!)
  return result
}

/** What is nested deeper, or has more parts, holds itself or the same list again and again. */
const DEEPEST = 64
const MOST_PARTS = 2 ** 18

/** What is trained: an array, a Value, or lists and plain objects of them, as deep as one likes. */
export type Parameters =
  | MLArray
  | Value
  | readonly Parameters[]
  | { readonly [name: string]: Parameters }
  | Declared

/** A parameter's numbers in row-major order, and what can be done with them. */
export interface Parameter {
  readonly owner: MLArray | Value
  readonly shape: Shape
  readonly size: number
  /** The numbers, for reading only. */
  read(): TypedArray
  /** The gradient, for reading only; undefined where no backward pass has left one. */
  gradient(): TypedArray | undefined
  /** Rewrites the numbers in place. */
  change(op: string, change: (elements: TypedArray) => void): void
  replaceGradient(elements: TypedArray): void
  zeroGrad(): void
  /** Memory for as many numbers, of the same dtype. */
  allocate(): TypedArray
}

class ArrayParameter implements Parameter {
  readonly owner: MLArray
  readonly shape: Shape
  readonly size: number

  constructor(owner: MLArray) {
    this.owner = owner
    this.shape = owner.shape
    this.size = owner.size
    // Every step reads and writes it, and so do the products that it takes part in.
    keepResident(owner)
  }

  read(): TypedArray {
    return readElements(this.owner)
  }

  gradient(): TypedArray | undefined {
    return readGradient(this.owner)
  }

  change(op: string, change: (elements: TypedArray) => void): void {
    changeElements(this.owner, op, change)
  }

  replaceGradient(elements: TypedArray): void {
    replaceGradient(this.owner, elements)
  }

  zeroGrad(): void {
    this.owner.zeroGrad()
  }

  allocate(): TypedArray {
    return residentElements(this.size, this.owner.dtype)
  }
}

/**
 * A Value's gradient is a number whether or not a pass has been there. A hook notes the first pass, and is
 * gone then, since it would slow every other one: a Value that no pass has ever reached has no gradient, and
 * from the first on 0 is a gradient like any other.
 */
class ValueParameter implements Parameter {
  readonly owner: Value
  readonly shape: Shape = []
  readonly size = 1
  private readonly data = new Float64Array(1)
  private readonly grad = new Float64Array(1)
  private received = false

  constructor(owner: Value) {
    this.owner = owner
    const remove = owner.onGradient(() => {
      this.received = true
      remove()
    })
  }

  read(): TypedArray {
    this.data[0] = this.owner.data
    return this.data
  }

  gradient(): TypedArray | undefined {
    this.grad[0] = this.owner.grad
    // One that was assigned counts, too.
    this.received ||= this.grad[0] !== 0
    return this.received ? this.grad : undefined
  }

  change(_op: string, change: (elements: TypedArray) => void): void {
    const elements = this.read()
    change(elements)
    this.owner.data = elements[0]!
  }

  replaceGradient(elements: TypedArray): void {
    this.owner.grad = elements[0]!
  }

  zeroGrad(): void {
    this.owner.zeroGrad()
  }

  allocate(): TypedArray {
    return new Float64Array(1)
  }
}

const known = new WeakMap<MLArray | Value, Parameter>()

/** The face of an array or Value: always the same one, so that a Value gets one hook. */
function parameterOf(owner: MLArray | Value): Parameter {
  let parameter = known.get(owner)
  if (parameter === undefined) {
    parameter = owner instanceof Value ? new ValueParameter(owner) : new ArrayParameter(owner)
    known.set(owner, parameter)
  }
  return parameter
}

/**
 * The parameters in `given`, each once, in the order in which they stand there.
 *
 * @throws TypeError where one is untracked or the result of an operation, or something else stands there.
 */
export function collect(op: string, given: unknown): Parameter[] {
  const found = new Map<MLArray | Value, string>()
  let parts = 0
  /** `w1`, `[0].weight`, or the label; the place among all where there is neither. */
  const find = (part: unknown, where: string, depth: number): void => {
    if (depth > DEEPEST) throw nestingError(op, DEEPEST)
    if (++parts > MOST_PARTS) throw partsError(op, MOST_PARTS)
    if (isMade(part)) {
      if (!found.has(part)) found.set(part, part.label ?? (where || String(found.size)))
    } else if (Array.isArray(part)) {
      // Not `forEach`, which passes over holes.
      for (let i = 0; i < part.length; i++) find(part[i], `${where}[${i}]`, depth + 1)
    } else if (isPlainObject(part)) {
      for (const [name, item] of Object.entries(part))
        find(item, where ? `${where}.${name}` : name, depth + 1)
    } else throw parameterError(op, where, part)
  }
  find(given, '', 0)
  if (found.size === 0) throw noParametersError(op)
  return [...found].map(([owner, where]) => {
    if (!isTracked(owner)) throw untrackedParameterError(op, where)
    if (owner.op !== 'leaf') throw resultParameterError(op, where, owner.op)
    return parameterOf(owner)
  })
}

/** Whether it is an array or Value, and not only an object of that class which was never made. */
export function isMade(x: unknown): x is MLArray | Value {
  return x instanceof MLArray
    ? Object.hasOwn(x, 'storage')
    : x instanceof Value && (x.operation as unknown) !== undefined
}

function isTracked(owner: MLArray | Value): boolean {
  return owner.op !== 'constant'
}
