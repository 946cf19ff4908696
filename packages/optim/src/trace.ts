/**
 * A rule as a program: the third reading of an arithmetic. A program is text that names every operation in
 * order, with `#` for each number, and so is the key of the loop that was generated from it (`loops.ts`).
 * Where settings make a rule take another branch, the program is another one.
 */
import type { Arithmetic } from './arithmetic.ts'
import type { TypedArray } from './parameter.ts'
import type { Results } from './row.ts'

/** Runs a program over all numbers of a parameter; slots and numbers have the lengths that it needs. */
type Loop = (
  target: TypedArray,
  parameter: TypedArray,
  gradient: TypedArray,
  slots: never,
  numbers: never,
) => void

/** Loops by the text of their program. */
export type Loops = Readonly<Record<string, Loop>>

/** What a rule does, and with which numbers. */
export type Program = {
  /** `t0=ema(expAvg,#,gradient,#);t1=…|parameter=t5;expAvg=t0` */
  readonly text: string
  readonly numbers: readonly number[]
}

let lines = ''
let count = 0
let constants: number[] = []

function operand(x: string | number): string {
  if (typeof x === 'string') return x
  constants.push(x)
  return '#'
}

function emit(op: string, ...operands: readonly (string | number)[]): string {
  const name = `t${count++}`
  lines += `${name}=${op}(${operands.map(operand).join(',')});`
  return name
}

const binary =
  (op: string) =>
  (a: string | number, b: string | number): string =>
    emit(op, a, b)
const unary =
  (op: string) =>
  (a: string | number): string =>
    emit(op, a)

const programs: Arithmetic<string, string> = {
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  gt: binary('gt'),
  lt: binary('lt'),
  maximum: binary('maximum'),
  minimum: binary('minimum'),
  square: unary('square'),
  sqrt: unary('sqrt'),
  abs: unary('abs'),
  sign: unary('sign'),
  ema: (beta, average, x) => emit('ema', beta, average, 1 - beta, x),
  where: (mask, a, b) => emit('where', mask, a, b),
}

/** The program of a law; `stored` are the results that are kept, beside the parameter. */
export function trace(
  law: (m: Arithmetic<string, string>) => Results<string>,
  stored: readonly string[],
): Program {
  lines = ''
  count = 0
  constants = []
  const results = law(programs)
  const kept = ['parameter', ...stored].filter((name) => results[name] !== undefined)
  const ends = kept.map((name) => `${name}=${operand(results[name]!)}`).join(';')
  return { text: `${lines}|${ends}`, numbers: constants }
}
