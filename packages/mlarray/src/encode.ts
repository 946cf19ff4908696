/**
 * A pass as a WebAssembly module: one loop over all elements, four float32 or two float64 at a time, then one
 * at a time. It knows instructions and their encoding, see "WebAssembly Core Specification", chapter 5
 * (binary format), and neither arrays nor expressions.
 */
import type { DType } from './array.ts'

/** Operations of a pass; `store` writes its operand back to where an input came from. */
export type PassOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'maximum'
  | 'minimum'
  | 'gt'
  | 'lt'
  | 'square'
  | 'sqrt'
  | 'abs'
  | 'sign'
  | 'where'

/** What an instruction reads: an input, the result of an earlier step, or a number of the call, by place. */
export type Source = { readonly kind: 'input' | 'step' | 'constant'; readonly index: number }

export type Program = {
  readonly inputs: number
  readonly constants: number
  readonly steps: readonly { readonly op: PassOp; readonly from: readonly Source[] }[]
  readonly stores: readonly { readonly input: number; readonly from: Source }[]
}

const I32 = 0x7f
const V128 = 0x7b

/** Instructions after the prefix 0xfd, for both kinds of lanes. */
const SIMD: Readonly<Record<string, Readonly<Record<DType, number>>>> = {
  add: { float32: 0xe4, float64: 0xf0 },
  sub: { float32: 0xe5, float64: 0xf1 },
  mul: { float32: 0xe6, float64: 0xf2 },
  div: { float32: 0xe7, float64: 0xf3 },
  minimum: { float32: 0xe8, float64: 0xf4 },
  maximum: { float32: 0xe9, float64: 0xf5 },
  sqrt: { float32: 0xe3, float64: 0xef },
  abs: { float32: 0xe0, float64: 0xec },
  lt: { float32: 0x43, float64: 0x49 },
  gt: { float32: 0x44, float64: 0x4a },
  loadSplat: { float32: 0x09, float64: 0x0a },
  storeLane: { float32: 0x5a, float64: 0x5b },
  splat: { float32: 0x13, float64: 0x14 },
}
const LOAD = 0x00
const STORE = 0x0b
const BITSELECT = 0x52
const AND = 0x4e

/** Bytes in the order of the nesting. */
type Code = number | readonly Code[]

function bytes(code: Code): number[] {
  return typeof code === 'number' ? [code] : code.flatMap(bytes)
}

/** An unsigned number, seven bits to a byte (LEB128). */
function unsigned(n: number): Code {
  return n < 128 ? n : [(n & 127) | 128, unsigned(n >>> 7)]
}

/** A small signed number: bit 6 of its only byte is the sign. */
const small = (n: number): Code => n & 127

const vector = (items: readonly Code[]): Code => [unsigned(items.length), items]
const sized = (content: Code): Code => [unsigned(bytes(content).length), content]
const section = (id: number, content: Code): Code => [id, sized(content)]
const text = (name: string): Code => vector(Array.from(name, (letter) => letter.charCodeAt(0)))
const simd = (instruction: number): Code => [0xfd, unsigned(instruction)]
const get = (local: number): Code => [0x20, unsigned(local)]
const set = (local: number): Code => [0x21, unsigned(local)]
const i32 = (n: number): Code => [0x41, small(n)]

/** `while (n >= least) { … }` */
const loop = (least: number, content: Code): Code => [
  [0x02, 0x40, 0x03, 0x40],
  [get(N), i32(least), 0x48, 0x0d, 1],
  content,
  [0x0c, 0, 0x0b, 0x0b],
]

/**
 * A module that imports `env.memory` and exports `run(n, table)`. The table holds doubles: where each input
 * lies, then the numbers of the call.
 */
export function encode(program: Program, dtype: DType): Uint8Array<ArrayBuffer> {
  const memory = [text('env'), text('memory'), 2, 1, 1, unsigned(65_536)]
  return Uint8Array.from(
    bytes([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, vector([[0x60, vector([I32, I32]), 0]])),
      section(2, vector([memory])),
      section(3, vector([0])),
      section(7, vector([[text('run'), 0, 0]])),
      section(10, vector([sized(functionBody(program, dtype))])),
    ]),
  )
}

// Locals: the two parameters, the addresses of the inputs, then vectors: the inputs, the numbers of the call, the
// results of steps, and a vector of ones.
const N = 0
const TABLE = 1
const addressOf = (input: number): number => 2 + input

function functionBody(program: Program, dtype: DType): Code {
  const { inputs, constants, steps, stores } = program
  const width = dtype === 'float32' ? 4 : 8
  const align = dtype === 'float32' ? 2 : 3
  const code = (name: string): Code => simd(SIMD[name]![dtype])
  const places = { input: 2 + inputs, constant: 2 + 2 * inputs, step: 2 + 2 * inputs + constants }
  const one = places.step + steps.length
  const local = ({ kind, index }: Source): number => places[kind] + index
  const allInputs = Array.from({ length: inputs }, (_, i) => i)
  const allConstants = Array.from({ length: constants }, (_, i) => i)

  /** What is done with one element or with a whole vector, which `load` and `store` tell apart. */
  const round = (load: Code, store: Code, size: number): Code => [
    allInputs.map((i) => [get(addressOf(i)), load, set(places.input + i)]),
    steps.map(({ op, from }, i) => [
      instructions(op, from.map(local), one, dtype),
      set(places.step + i),
    ]),
    stores.map(({ input, from }) => [get(addressOf(input)), get(local(from)), store]),
    allInputs.map((i) => [get(addressOf(i)), i32(size), 0x6a, set(addressOf(i))]),
    [get(N), i32(size / width), 0x6b, set(N)],
  ]
  const double = (place: number): Code => [get(TABLE), 0x2b, 3, unsigned(8 * place)]
  return [
    vector([
      [unsigned(inputs), I32],
      [unsigned(inputs + constants + steps.length + 1), V128],
    ]),
    allInputs.map((i) => [double(i), 0xab, set(addressOf(i))]),
    allConstants.map((i) => [
      double(inputs + i),
      dtype === 'float32' ? 0xb6 : [],
      code('splat'),
      set(places.constant + i),
    ]),
    [i32(1), dtype === 'float32' ? 0xb2 : 0xb7, code('splat'), set(one)],
    loop(16 / width, round([simd(LOAD), align, 0], [simd(STORE), align, 0], 16)),
    loop(1, round([code('loadSplat'), align, 0], [code('storeLane'), align, 0, 0], width)),
    0x0b,
  ]
}

/** What leaves the result of an operation on the stack; `one` is a local that holds ones. */
function instructions(op: PassOp, from: readonly number[], one: number, dtype: DType): Code {
  const [a, b, c] = from.map(get) as [Code, Code, Code]
  const code = (name: string): Code => simd(SIMD[name]![dtype])
  const ones = get(one)
  const zeros = [ones, ones, code('sub')]
  switch (op) {
    case 'square':
      return [a, a, code('mul')]
    case 'sqrt':
    case 'abs':
      return [a, code(op)]
    case 'where':
      return [b, c, a, simd(BITSELECT)]
    case 'sign': {
      const onesWhere = (comparison: string): Code => [ones, a, zeros, code(comparison), simd(AND)]
      const sign = [onesWhere('gt'), onesWhere('lt'), code('sub')]
      // x itself where it is 0 (with its sign) or NaN.
      return [sign, a, [a, code('abs'), zeros, code('gt')], simd(BITSELECT)]
    }
    default:
      return [a, b, code(op)]
  }
}
