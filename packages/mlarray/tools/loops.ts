/**
 * Writes `src/loops.ts`: for every row of `@smol/value/ops` a loop over typed arrays, and for every partial
 * derivative one for `dy · ∂f`. A test finds the file out of date; `pnpm generate mlarray` writes it anew.
 *
 * A derivative is run over an arithmetic whose results are source text. What a row computes on numbers is taken
 * from the source of its function, where that is one expression of its arguments.
 */
import { writeFileSync } from 'node:fs'
import * as special from '@smol/value/ops'
import { binary, comparisons, operations, ternary, unary } from '@smol/value/ops'

const OPERANDS = ['a', 'b', 'c', 'd']

type Scalar = (...operands: number[]) => unknown
const functions: Readonly<Record<string, Scalar>> = {
  ...functionsOf({ ...unary, ...binary, ...ternary }),
  ...comparisons,
  // A mask is a boolean here, and a number 0 or 1 in the row.
  where: ((mask, a, b) => (mask ? a : b)) satisfies Scalar,
}

function functionsOf(
  rows: Readonly<Record<string, { readonly f: unknown }>>,
): Record<string, Scalar> {
  return Object.fromEntries(Object.entries(rows).map(([name, { f }]) => [name, f as Scalar]))
}

// ---- What a row computes, as text ----

/** Functions that loops import. */
const imported = new Map<string, unknown>(
  Object.entries(special).filter(([, f]) => typeof f === 'function' && f.name in special),
)
const WORD = /(?<![\w.])[A-Za-z_]\w*/g

type Text = { readonly parameters: readonly string[]; readonly body: string }

/** The expression that the function of a row or comparison gives. */
function textOf(name: string): Text {
  const f = functions[name]!
  const [, head, body] = /^\(?([\w, ]+?)\)?\s*=>\s*([^{].*)$/s.exec(String(f)) ?? []
  if (body !== undefined) {
    const parameters = head!.split(/,\s*/)
    const known = new Set([...parameters, ...imported.keys(), 'Math', 'Infinity'])
    if ((body.match(WORD) ?? []).every((word) => known.has(word))) return { parameters, body }
  }
  const parameters = OPERANDS.slice(0, name in operations ? arityOf(name) : 2)
  const own = nameOf(f) ?? ownFunction(name)
  return { parameters, body: `${own}(${parameters.join(', ')})` }
}

function arityOf(name: string): number {
  return operations[name as keyof typeof operations].arity
}

function nameOf(f: Scalar): string | undefined {
  const math = Object.getOwnPropertyNames(Math).find((name) => Reflect.get(Math, name) === f)
  return math === undefined ? [...imported].find(([, g]) => g === f)?.[0] : `Math.${math}`
}

/** The row's own function, where it computes with constants of its file. */
function ownFunction(name: string): string {
  return `${name in unary ? 'unary' : name in binary ? 'binary' : 'ternary'}.${name}.f`
}

/** The text with other operands, none of which binds less tightly than a call. */
function apply(name: string, operands: readonly string[]): string {
  const { parameters, body } = textOf(name)
  return body.replace(WORD, (word) => {
    const at = parameters.indexOf(word)
    return at < 0 ? word : operands[at]!
  })
}

// ---- Rules as text ----

let lines = new Map<string, string>()

/** An operand that binds as tightly as a call; constants of `Math` have their names. */
function atom(x: string | number): string {
  if (typeof x === 'string') return x
  const size = Math.abs(x)
  const name = Object.getOwnPropertyNames(Math).find((key) => Reflect.get(Math, key) === size)
  const text = name === undefined ? `${size}` : `Math.${name}`
  return x < 0 ? `(-${text})` : text
}

/** An arithmetic whose results are names of lines; what was computed before has the same name. */
const texts = Object.fromEntries(
  Object.keys(functions).map((name) => [
    name,
    (...operands: (string | number)[]) => {
      const text = apply(name, operands.map(atom))
      const known = lines.get(text) ?? `t${lines.size}`
      lines.set(text, known)
      return known
    },
  ]),
) as never

/** Lines whose result is read once move to where it is read. */
function inlined(result: string): string[] {
  let entries = [...lines].map(([text, name]) => [name, text] as const)
  let last = result
  const count = (name: string): number =>
    [last, ...entries.map(([, text]) => text)].join(' ').match(new RegExp(`\\b${name}\\b`, 'g'))
      ?.length ?? 0
  for (const [name] of entries) {
    const uses = count(name)
    if (uses > 1) continue
    const [, text] = entries.find(([other]) => other === name)!
    const put = (where: string): string =>
      where.replace(new RegExp(`\\b${name}\\b`), () => (/^[\w.]+$/.test(text) ? text : `(${text})`))
    entries = entries.filter(([other]) => other !== name).map(([n, t]) => [n, put(t)] as const)
    last = put(last)
  }
  return [...entries.map(([name, text]) => `const ${name} = ${text}`), last]
}

// ---- Loops ----

/** Loops by the number of arrays that they read: name → the lines of what they store. */
const found: readonly Map<string, string>[] = Array.from({ length: 5 }, () => new Map())
const partials: Record<string, string[]> = {}

/** Notes a loop that stores the last of `body`; the name of an earlier one that does the same, if any. */
function noted(name: string, arrays: readonly string[], body: readonly string[]): string {
  const text = body
    .join('\n')
    .replace(WORD, (word) => (arrays.includes(word) ? OPERANDS[arrays.indexOf(word)]! : word))
  const group = found[arrays.length]!
  for (const [other, same] of group) if (withoutBlanks(same) === withoutBlanks(text)) return other
  group.set(name, text)
  return name
}

/** What is built has none, what is composed here has some. */
const withoutBlanks = (text: string): string => text.replaceAll(' ', '')

/** The loop of a partial derivative: which, and the bits of what it reads beside `dy`. */
function partialOf(name: string, index: number): string {
  const { arity, partials: rules, selects } = operations[name as keyof typeof operations]
  const inputs = ['x0', 'x1', 'x2'].slice(0, arity)
  lines = new Map()
  const d = rules[index]!<string, string>(texts, ...inputs, 'y')
  if (typeof d === 'number' && d !== -1) return 'undefined'
  const body = inlined(selects ? atom(d) : `dy * ${atom(d)}`)
  if (selects) body.push(...selected(body.pop()!))
  const reads = [...inputs, 'y'].filter((x) => body.join(' ').match(WORD)!.includes(x))
  const bits = reads.reduce((all, x) => all | (x === 'y' ? 8 : 1 << inputs.indexOf(x)), 0)
  const own = `${name}.d${'abc'[index]}`
  return `['${noted(own, ['dy', ...reads], body)}', ${bits}]`
}

for (const name of Object.keys(operations)) {
  const { arity } = operations[name as keyof typeof operations]
  const inputs = OPERANDS.slice(0, arity)
  noted(name, inputs, name === 'where' ? chosen('a !== 0', 'b', 'c') : [apply(name, inputs)])
}
for (const name of Object.keys(comparisons))
  noted(name, ['a', 'b'], [`+(${apply(name, ['a', 'b'])})`])
for (const name of Object.keys(operations)) {
  const { arity } = operations[name as keyof typeof operations]
  partials[name] = Array.from({ length: arity }, (_, index) => partialOf(name, index))
}

/** A partial that chooses: where it is 0, so is its product with whatever `dy`. */
function selected(slope: string): string[] {
  const [, condition, taken] = /^\(\(?(\([^?]*\)) \? ([01]) : [01]\)?\)$/.exec(slope) ?? []
  if (condition === undefined) return [`const slope = ${slope}`, 'slope === 0 ? 0 : dy * slope']
  return taken === '1' ? chosen(condition, 'dy', '0') : chosen(condition, '0', 'dy')
}

/** `x` where the condition holds, else `y`, without a branch, which an engine foresees in few masks. */
function chosen(condition: string, x: string, y: string): string[] {
  return [`pair[0] = ${y}`, `pair[1] = ${x}`, `pair[+(${condition})]!`]
}

function loop(name: string, arrays: number, text: string): string {
  const operands = OPERANDS.slice(0, arrays)
  const body = text.split('\n')
  const reads = operands.map((x) => `const ${x} = ${x.toUpperCase()}[${AT[x]}]!`)
  const steps = operands.map((x) => `, ${AT[x]} += d${AT[x]}`).join('')
  const head = operands.map((x) => `, ${x.toUpperCase()}, ${AT[x]}, d${AT[x]}`).join('')
  return [
    `'${name}': (out, at, n${head}) => {`,
    `for (let p = 0; p < n; p++${steps}) {`,
    ...reads,
    ...body.slice(0, -1),
    `out[at + p] = ${body.at(-1)}`,
    '}',
    '},',
  ].join('\n')
}

const AT: Readonly<Record<string, string>> = { a: 'i', b: 'j', c: 'k', d: 'l' }

/** The text of `src/loops.ts`, before formatting. */
export function source(): string {
  const groups = ['one', 'two', 'three', 'four'].map((group, i) => {
    const loops = Array.from(found[i + 1]!, ([name, text]) => loop(name, i + 1, text))
    return `${group}: {\n${loops.join('\n')}\n},`
  })
  const all = groups.join('\n')
  const used = [...imported.keys()].filter((name) => new RegExp(`(?<![\\w.])${name}\\(`).test(all))
  const tables = ['unary', 'binary', 'ternary'].filter((name) => all.includes(`${name}.`))
  const entries = Object.entries(partials)
    .filter(([, list]) => list.some((partial) => partial !== 'undefined'))
    .map(([name, list]) => `${name}: [${list.join(', ')}],`)
  return `/**
 * Generated by tools/loops.ts from the rows: do not edit. A loop for what each row computes, and one for
 * \`dy · ∂f\`, for each dtype, since a loop that meets both is slower; decision 0031 says why.
 */
import { ${[...tables, ...used].join(', ')} } from '@smol/value/ops'
import type { Loops } from './dispatch.ts'

/** Two numbers of which one is taken. */
const pair = /* @__PURE__ */ new Float64Array(2)

export const float64: Loops<Float64Array> = {
${all}
}

export const float32: Loops<Float32Array> = {
${all}
}

/** The loop of each partial derivative of a row, and what it reads beside \`dy\`, as bits like \`readsA\`. */
export const partials: Readonly<Record<string, readonly (readonly [loop: string, reads: number] | undefined)[]>> = {
${entries.join('\n')}
}
`
}

if (import.meta.main) writeFileSync(new URL('../src/loops.ts', import.meta.url), source())
