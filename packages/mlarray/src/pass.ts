/**
 * One pass over the elements of several arrays, from one expression: what an update rule of an optimiser, or
 * any other elementwise law, becomes.
 *
 * An expression is written over an arithmetic, like the derivative of a row. It is run once per pass, on
 * terms that only note what is done with them: the notes lead through a tree of all programs that were
 * ever met (a branch on a setting leads elsewhere in it) to the loop that was compiled for this one.
 * Where there is no WebAssembly, the same expression runs on blocks of elements (`blocks.ts`).
 */
import type { Arithmetic } from '@smol/value/ops'
import { runBlocks } from './blocks.ts'
import { encode, type PassOp, type Program, type Source } from './encode.ts'
import {
  passArraysError,
  passLengthError,
  passOperandError,
  passOperationError,
  passResultError,
} from './errors.ts'
import { wasm, type Engine } from './wasm.ts'
import type { DType, TypedArray } from './array.ts'
import { dtypeOf } from './dtype.ts'

type FromValue =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'square'
  | 'sqrt'
  | 'abs'
  | 'sign'
  | 'gt'
  | 'lt'
  | 'where'

/** What an expression is written in. A number may stand for any operand. */
export type PassArithmetic<T, Mask> = Pick<Arithmetic<T, Mask>, FromValue> & {
  readonly maximum: (a: T | number, b: T | number) => T
  readonly minimum: (a: T | number, b: T | number) => T
}

/** New elements of some of the arrays, from those of all; names that no array has are passed over. */
export type PassExpression = <T, M>(
  m: PassArithmetic<T, M>,
  x: Readonly<Record<string, T>>,
) => Readonly<Record<string, T | number>>

// ---- Noting what an expression does ----

/** What stands for the elements of an array, or for a result, while an expression is noted. */
type Term = { readonly place: number }

/** Arrays and results, and numbers, that an expression may have: what is one digit of a key. */
const MOST = 126
const TERMS: readonly Term[] = /* @__PURE__ */ Array.from({ length: MOST }, (_, place) => ({
  place,
}))
const BINARY = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'gt', 'lt'] as const
const UNARY = ['square', 'sqrt', 'abs', 'sign'] as const
const OPS: readonly PassOp[] = /* @__PURE__ */ (BINARY as readonly PassOp[]).concat(UNARY, 'where')
/** The first of what stores a result: above all operations. */
const STORE = 64
const NONE = 0
const CONSTANT = 1

/** A program as far as it was noted. */
class Prefix {
  readonly next = new Map<number, Prefix>()
  readonly keys: readonly number[]
  readonly loops: { [K in DType]?: Loop } = {}

  constructor(keys: readonly number[]) {
    this.keys = keys
  }

  follow(key: number): Prefix {
    let next = this.next.get(key)
    if (next === undefined) {
      next = new Prefix([...this.keys, key])
      this.next.set(key, next)
    }
    return next
  }
}

type Loop = {
  readonly engine: Engine
  readonly run: (n: number, table: number) => void
  readonly stores: readonly number[]
}

let prefix = /* @__PURE__ */ new Prefix([])
let terms = 0
const constants = /* @__PURE__ */ new Float64Array(MOST)
let constantCount = 0

/** An operand as a digit of a key; `where` says whose it is. */
function digit(x: Term | number, where: string): number {
  if (typeof x === 'number') {
    if (constantCount === MOST) throw passLengthError(MOST)
    constants[constantCount++] = x
    return CONSTANT
  }
  const place = (x as Term | undefined)?.place
  if (place === undefined || TERMS[place] !== x) throw passOperandError(where, x)
  return place + 2
}

function note(op: number, a: number, b = NONE, c = NONE): Term {
  if (terms === MOST) throw passLengthError(MOST)
  prefix = prefix.follow(((op * 128 + a) * 128 + b) * 128 + c)
  return TERMS[terms++]!
}

type Operand = Term | number

// In a function, so that who imports something else of the entry point does without.
const noting = /* @__PURE__ */ (() =>
  Object.assign(
    // What an expression names by mistake is looked for here, after the operations.
    Object.create(
      new Proxy(
        {},
        {
          get(_, name) {
            throw passOperationError(String(name), OPS)
          },
        },
      ),
    ) as object,
    Object.fromEntries(
      BINARY.map((name, op) => [
        name,
        (a: Operand, b: Operand) => note(op, digit(a, name), digit(b, name)),
      ]),
    ),
    Object.fromEntries(
      UNARY.map((name, i) => [name, (a: Operand) => note(BINARY.length + i, digit(a, name))]),
    ),
    {
      where: (mask: Operand, a: Operand, b: Operand) =>
        note(OPS.length - 1, digit(mask, 'where'), digit(a, 'where'), digit(b, 'where')),
    },
  ))() as unknown as PassArithmetic<Term, Term>

/** The program that the keys of a prefix spell. */
function programOf(keys: readonly number[], inputs: number): Program {
  let constant = 0
  const steps: { op: PassOp; from: Source[] }[] = []
  const stores: { input: number; from: Source }[] = []
  for (const key of keys) {
    const digits = [key >> 14, key >> 7, key].map((x) => x & 127).filter((x) => x !== NONE)
    const from = digits.map((x): Source => {
      if (x === CONSTANT) return { kind: 'constant', index: constant++ }
      const place = x - 2
      return place < inputs
        ? { kind: 'input', index: place }
        : { kind: 'step', index: place - inputs }
    })
    const op = key >> 21
    if (op >= STORE) stores.push({ input: op - STORE, from: from[0]! })
    else steps.push({ op: OPS[op]!, from })
  }
  return { inputs, constants: constant, steps, stores }
}

function compile(program: Program, dtype: DType, engine: Engine): Loop {
  const { memory } = engine
  const module = new WebAssembly.Module(encode(program, dtype))
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return {
    engine,
    run: exports['run'] as Loop['run'],
    stores: program.stores.map(({ input }) => input),
  }
}

// ---- Passes ----

/** A pass over arrays of these names. */
export class Pass {
  readonly #names: readonly string[]
  readonly #operands: Readonly<Record<string, Term>>
  readonly #start = new Prefix([])

  constructor(names: readonly string[]) {
    this.#names = names
    this.#operands = Object.fromEntries(names.map((name, i) => [name, TERMS[i]!]))
  }

  /**
   * Gives arrays the elements that the expression says, in place. All operations round to the dtype of the
   * arrays.
   *
   * @param arrays in the order of the names: of one length and dtype, no two over the same memory.
   * @throws TypeError where lengths or dtypes differ, or the expression names an operation or operand that
   *   there is not; nothing has changed then.
   * @throws RangeError where the expression is too long to be compiled; nothing has changed then.
   */
  run(expression: PassExpression, arrays: readonly TypedArray[]): void {
    const { length, BYTES_PER_ELEMENT } = arrays[0]!
    for (const array of arrays)
      if (array.length !== length || array.BYTES_PER_ELEMENT !== BYTES_PER_ELEMENT)
        throw passArraysError(this.#names, arrays)
    if (length === 0) return
    const program = this.#note(expression)
    const engine = wasm()
    const bytes = arrays.length * length * BYTES_PER_ELEMENT
    if (engine === undefined || !engine.fits(bytes + 16 * MOST, arrays.length + 1)) {
      runBlocks(expression, Object.fromEntries(this.#names.map((name, i) => [name, arrays[i]!])))
    } else runLoop(this.#loop(program, engine, dtypeOf(arrays[0]!)), arrays)
  }

  #note(expression: PassExpression): Prefix {
    prefix = this.#start
    terms = this.#names.length
    constantCount = 0
    const results: unknown = expression(noting, this.#operands)
    if (typeof results !== 'object' || results === null) throw passResultError(results)
    this.#names.forEach((name, i) => {
      const result = (results as Record<string, Operand | undefined>)[name]
      if (result !== undefined) note(STORE + i, digit(result, `the result ${name}`))
    })
    return prefix
  }

  #loop(noted: Prefix, engine: Engine, dtype: DType): Loop {
    const known = noted.loops[dtype]
    if (known?.engine === engine) return known
    const program = programOf(noted.keys, this.#names.length)
    return (noted.loops[dtype] = compile(program, dtype, engine))
  }
}

function runLoop({ engine, run, stores }: Loop, arrays: readonly TypedArray[]): void {
  const { mark, float64 } = engine
  const table = engine.reserve(8 * (arrays.length + constantCount))
  const first = table / 8
  for (let i = 0; i < arrays.length; i++)
    float64[first + i] = engine.place(arrays[i]!, 0, arrays[i]!.length)
  for (let i = 0; i < constantCount; i++) float64[first + arrays.length + i] = constants[i]!
  run(arrays[0]!.length, table)
  for (const i of stores) {
    const array = arrays[i]!
    if (array.buffer !== engine.memory.buffer)
      engine.take(float64[first + i]!, array, 0, array.length)
  }
  engine.release(mark)
}
