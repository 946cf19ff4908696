/**
 * Formulas of the rows. A derivative is run over an arithmetic whose results are terms: sums of products of
 * powers, simplified as they are made, differentiated by the same rows, and printed as mathematics. Nothing
 * here knows which operations there are.
 */
import { operations } from '../src/operation.ts'
import { comparisons, numbers, type Arithmetic } from '../src/ops.ts'

/** A number, an operand or result by name, a call, a product or a sum. */
export type Term = number | string | Call | Product | Sum
type Call = { readonly op: string; readonly operands: readonly Term[] }
type Factor = { readonly base: Term; readonly power: number }
type Product = { readonly coefficient: number; readonly factors: readonly Factor[] }
type Sum = { readonly terms: readonly Term[] }

const isCall = (x: Term): x is Call => typeof x === 'object' && 'op' in x
const isProduct = (x: Term): x is Product => typeof x === 'object' && 'factors' in x
const isSum = (x: Term): x is Sum => typeof x === 'object' && 'terms' in x

const same = (a: Term, b: Term): boolean => a === b || print(a) === print(b)

// ---- Products and sums ----

const asProduct = (x: Term): Product =>
  typeof x === 'number'
    ? { coefficient: x, factors: [] }
    : isProduct(x)
      ? x
      : { coefficient: 1, factors: [{ base: x, power: 1 }] }

function product(coefficient: number, factors: readonly Factor[]): Term {
  const powers = new Map<string, Factor>()
  for (const { base, power } of factors) {
    const key = print(base)
    powers.set(key, { base, power: power + (powers.get(key)?.power ?? 0) })
  }
  const left = [...powers.values()].filter(({ power }) => power !== 0)
  if (coefficient === 0 || left.length === 0) return coefficient
  const [only] = left
  return coefficient === 1 && left.length === 1 && only!.power === 1
    ? only!.base
    : { coefficient, factors: left }
}

function mul(a: Term, b: Term): Term {
  const [p, q] = [asProduct(a), asProduct(b)]
  return product(p.coefficient * q.coefficient, [...p.factors, ...q.factors])
}

function raise(x: Term, exponent: number): Term {
  if (typeof x === 'number') return x ** exponent
  const { coefficient, factors } = asProduct(x)
  // √(x²) is |x|: a root is taken of the whole.
  if (!Number.isInteger(exponent) && (coefficient !== 1 || factors.length > 1))
    return product(1, [{ base: x, power: exponent }])
  const raised = factors.map(({ base, power }) => ({ base, power: power * exponent }))
  return product(coefficient ** exponent, raised)
}

/** The summands of a term; a number times a sum is multiplied out. */
function summands(x: Term): readonly Term[] {
  if (isSum(x)) return x.terms
  const { coefficient, factors } = asProduct(x)
  const [only] = factors
  if (factors.length !== 1 || only!.power !== 1 || !isSum(only!.base)) return [x]
  return only!.base.terms.map((term) => mul(coefficient, term))
}

function add(a: Term, b: Term): Term {
  const like = new Map<string, Product>()
  for (const term of [...summands(a), ...summands(b)]) {
    const { coefficient, factors } = asProduct(term)
    const key = factors
      .map(({ base, power: p }) => `${print(base)}^${p}`)
      .toSorted()
      .join(' ')
    like.set(key, { coefficient: coefficient + (like.get(key)?.coefficient ?? 0), factors })
  }
  const terms = [...like.values()].filter(({ coefficient }) => coefficient !== 0)
  if (terms.length === 0) return 0
  if (terms.length === 1) return product(terms[0]!.coefficient, terms[0]!.factors)
  const shared = terms[0]!.factors.flatMap(({ base }) => {
    const powers = terms.map(({ factors }) => factors.find((f) => same(f.base, base))?.power ?? 0)
    return powers.every((p) => p > 0) ? [{ base, power: Math.min(...powers) }] : []
  })
  const inverse = shared.map(({ base, power: p }) => ({ base, power: -p }))
  const rest = terms.map(({ coefficient, factors }) =>
    product(coefficient, [...factors, ...inverse]),
  )
  if (shared.length === 0) return { terms: rest }
  return mul(product(1, shared), rest.reduce(add))
}

// ---- Calls ----

const ALGEBRA: Readonly<Record<string, (...operands: Term[]) => Term>> = {
  add: (a, b) => add(a, b),
  sub: (a, b) => add(a, mul(-1, b)),
  mul: (a, b) => mul(a, b),
  div: (a, b) => mul(a, raise(b, -1)),
  neg: (a) => mul(-1, a),
  square: (a) => raise(a, 2),
  sqrt: (a) => raise(a, 0.5),
  reciprocal: (a) => raise(a, -1),
}

const NUMBERS = numbers as unknown as Record<string, (...xs: number[]) => number | boolean>

function make(op: string, ...operands: Term[]): Term {
  const [a, b, c] = operands
  if (op in ALGEBRA) return ALGEBRA[op]!(...operands)
  if (op === 'where') return choice(a!, b!, c!)
  if (op === 'pow' && typeof b === 'number') return raise(a!, b)
  // ⌊t + ½⌋ is t, rounded.
  if (op === 'floor' && isSum(a!) && a.terms.includes(0.5))
    return { op: 'round', operands: [add(a, -0.5)] }
  if (operands.every((x) => typeof x === 'number')) return Number(NUMBERS[op]!(...operands))
  return { op, operands }
}

function choice(mask: Term, a: Term, b: Term): Term {
  if (typeof mask === 'number') return mask === 0 ? b : a
  const [yes, no] = [given(a, mask, 1), given(b, mask, 2)]
  // −x above 0 and x below are −|x|.
  if (isCall(mask) && mask.op === 'gt' && mask.operands[1] === 0 && same(yes, mul(-1, no)))
    if (same(no, mask.operands[0]!)) return mul(-1, { op: 'abs', operands: [no] })
  return same(yes, no) ? yes : { op: 'where', operands: [mask, yes, no] }
}

/** A term with another one in the place of each call that `replaced` knows. */
function rewrite(x: Term, replaced: (call: Call) => Term | undefined): Term {
  if (typeof x !== 'object') return x
  if (isSum(x)) return x.terms.map((term) => rewrite(term, replaced)).reduce(add)
  if (isProduct(x))
    return x.factors
      .map((factor) => raise(rewrite(factor.base, replaced), factor.power))
      .reduce(mul, x.coefficient)
  const found = replaced(x)
  if (found !== undefined) return found
  return make(x.op, ...x.operands.map((operand) => rewrite(operand, replaced)))
}

/** A term where a mask is known to hold (operand 1 of each choice by it) or not (2). */
function given(x: Term, mask: Term, taken: 1 | 2): Term {
  const text = print(mask)
  if (!print(x).includes(text)) return x
  return rewrite(x, ({ op, operands }) =>
    op === 'where' && print(operands[0]!) === text
      ? given(operands[taken]!, mask, taken)
      : undefined,
  )
}

/**
 * A term at an ordinary point: where no two things are equal that a rule compares, and nothing is so large that the
 * rule has another way to write the same, or a slope is 0 or 1 to the last digit.
 */
export function ordinary(x: Term): Term {
  return rewrite(x, ({ op, operands: [mask, , no] }) =>
    op === 'where' && isCall(mask!) && isExceptional(mask) ? ordinary(no!) : undefined,
  )
}

const isExceptional = ({ op, operands: [a] }: Call): boolean =>
  op === 'eq' || (op === 'gt' && isCall(a!) && a.op === 'abs')

const NAMES = ['where', ...Object.keys({ ...operations, ...comparisons })]

/** The arithmetic of terms. */
const terms = Object.fromEntries(
  NAMES.map((name) => [name, (...operands: Term[]) => make(name, ...operands)]),
) as unknown as Arithmetic<Term, Term>

type Rule = (m: Arithmetic<Term, Term>, ...operands: Term[]) => Term

/** The partial derivatives of a row at terms, the output last. */
export function partialsOf(name: string, operands: readonly Term[], y: Term): Term[] {
  const { partials } = operations[name as keyof typeof operations]
  return (partials as unknown as Rule[]).map((rule) => rule(terms, ...operands, y))
}

/** The derivative of a term in `x`, where the result `y` has the slope `dy`. */
export function derivative(term: Term, x: string, dy: Term): Term {
  if (typeof term === 'number') return 0
  if (typeof term === 'string') return term === x ? 1 : term === 'y' ? dy : 0
  const inner = (part: Term): Term => derivative(part, x, dy)
  if (isSum(term)) return term.terms.map(inner).reduce(add)
  if (isProduct(term))
    return term.factors
      .map(({ base, power: p }) => mul(mul(mul(p, term), raise(base, -1)), inner(base)))
      .reduce(add)
  const { op, operands } = term
  if (op in comparisons) return 0
  if (op === 'where') return choice(operands[0]!, inner(operands[1]!), inner(operands[2]!))
  const slopes = operands.map(inner)
  if (slopes.every((slope) => slope === 0)) return 0
  return partialsOf(op, operands, term)
    .map((partial, i) => mul(partial, slopes[i]!))
    .reduce(add)
}

// ---- Mathematics as text ----

const { LN2, LOG2E, LOG10E, SQRT1_2, PI } = Math
/** Numbers that are known by name, above and below the line. */
const CONSTANTS: readonly (readonly [number, above: string, below: string])[] = [
  [LN2, 'ln 2', '1'],
  [LN2 * LN2, '(ln 2)²', '1'],
  [LOG2E, 'log₂ e', '1'],
  [LOG10E, 'log₁₀ e', '1'],
  [SQRT1_2, '1', '√2'],
  [2 / Math.sqrt(PI), '2', '√π'],
  [4 / Math.sqrt(PI), '4', '√π'],
  [1 / Math.sqrt(2 * PI), '1', '√(2π)'],
  [2 / Math.sqrt(2 * PI), '√(2/π)', '1'],
  [2 * Math.sqrt(2 / PI), '√(8/π)', '1'],
  [8 / PI, '8', 'π'],
]

const isNear = (n: number): boolean => Math.abs(n - Math.round(n)) < 1e-12

/** The size of a number as numerator and denominator. */
function fraction(x: number): [above: string, below: string] {
  const known = CONSTANTS.find(([constant]) => Math.abs(constant - x) < 1e-15 * x)
  if (known !== undefined) return [known[1], known[2]]
  if (x === Infinity) return ['∞', '1']
  const below = [1, 2, 3, 4, 8, 9, 16, 27].find((n) => isNear(x * n))
  return below === undefined
    ? [String(Number(x.toPrecision(6))), '1']
    : [String(Math.round(x * below)), String(below)]
}

const SIGNS: Readonly<Record<string, string>> = {
  eq: '=',
  ne: '≠',
  lt: '<',
  le: '≤',
  gt: '>',
  ge: '≥',
}
const SUPERSCRIPTS: Readonly<Record<number, string>> = { 2: '²', 3: '³', 4: '⁴', 5: '⁵' }

/** As a factor, whatever is not one word or call stands in parentheses. */
const grouped = (x: Term): string =>
  typeof x === 'string' || (isCall(x) && !(x.op in SIGNS) && x.op !== 'where' && x.op !== 'pow')
    ? print(x)
    : `(${print(x)})`

function factorText({ base, power: p }: Factor): string {
  const n = Math.abs(p)
  if (n === 1) return isCall(base) && base.op === 'pow' ? print(base) : grouped(base)
  if (n === 0.5) return `√${typeof base === 'string' ? base : `(${print(base)})`}`
  return `${grouped(base)}${SUPERSCRIPTS[n] ?? `^${n}`}`
}

function productText({ coefficient, factors }: Product): string {
  const [number, divisor] = fraction(Math.abs(coefficient))
  const above = factors.filter((factor) => factor.power > 0).map(factorText)
  const below = factors.filter((factor) => factor.power < 0).map(factorText)
  if (number !== '1' || above.length === 0) above.unshift(number)
  if (divisor !== '1') below.unshift(divisor)
  const bottom = below.length > 1 ? `(${below.join(' · ')})` : below.join('')
  const sign = coefficient < 0 ? '−' : ''
  return `${sign}${above.join(' · ')}${bottom === '' ? '' : ` / ${bottom}`}`
}

/** A term as text. */
export function print(x: Term): string {
  if (typeof x === 'string') return x
  if (typeof x === 'number') return productText({ coefficient: x, factors: [] }).replace(' / ', '/')
  if (isProduct(x)) return productText(x)
  if (isSum(x)) {
    // What is added stands before what is taken away.
    const parts = x.terms.map((term) =>
      isCall(term) && term.op === 'where' ? grouped(term) : print(term),
    )
    const ordered = parts.toSorted((a, b) => Number(a.startsWith('−')) - Number(b.startsWith('−')))
    return ordered.join(' + ').replaceAll('+ −', '− ')
  }
  const { op, operands } = x
  const [a, b, c] = operands
  if (op in SIGNS) return `${print(a!)} ${SIGNS[op]} ${print(b!)}`
  if (op === 'pow') return `${grouped(a!)}^${grouped(b!)}`
  if (op === 'abs') return `|${print(a!)}|`
  if (op === 'where') {
    const isNested = isCall(b!) && b.op === 'where'
    return `${isNested ? `(${print(b)})` : print(b!)} where ${print(a!)}, else ${print(c!)}`
  }
  const { fallback } = operations[op as keyof typeof operations]
  const shown = operands.at(-1) === fallback ? operands.slice(0, -1) : operands
  return `${op}(${shown.map(print).join(', ')})`
}

/** The calls of functions in a term, the outermost first. */
function callsIn(x: Term): Call[] {
  if (typeof x !== 'object') return []
  if (isSum(x)) return x.terms.flatMap(callsIn)
  if (isProduct(x)) return x.factors.flatMap(({ base }) => callsIn(base))
  const inner = x.operands.flatMap(callsIn)
  return x.op === 'where' || x.op in SIGNS ? inner : [x, ...inner]
}

const TIMES = (text: string, part: string): number => text.split(part).length - 1

/** A long formula in which what stands there more than once has a letter: `s · (1 − s), s = sigmoid(x)`. */
export function printShort(x: Term): string {
  if (print(x).length < 40) return print(x)
  const letters = ['s', 't', 'u']
  const notes: string[] = []
  let term = x
  for (const letter of letters) {
    const repeated = callsIn(term)
      .map(print)
      .find((text) => text.length > 5 && TIMES(print(term), text) > 1)
    if (repeated === undefined) break
    term = rewrite(term, (call) => (print(call) === repeated ? letter : undefined))
    notes.push(`${letter} = ${repeated}`)
  }
  return [print(term), ...notes].join('; ')
}
