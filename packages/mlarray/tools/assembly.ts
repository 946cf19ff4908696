/**
 * Loops over elements for the WebAssembly modules, as AssemblyScript: one for each function of
 * assembly/math.ts that is a row, and one for `dy · ∂f` of the rows below, whose derivative is run over an
 * arithmetic of source text, so that the rule stands once. build-wasm.mjs writes them to
 * assembly/generated/rows.ts.
 *
 * A loop is named like those of loops.ts: `tanh`, `tanh.da`; in the module `tanh_da_f32`. It takes where the
 * result lies, how long a row is, and where the operand lies; with several operands also how many rows there
 * are, and for each operand, in bytes, how far it steps from vector to vector (0 for a number, which must be
 * there 16 times) and from row to row. The result is dense.
 */
import { operations } from '@smol/value/ops'
import { constantsSource } from './constants.ts'

type Name = keyof typeof operations
type PartialName = `${Name}.d${'a' | 'b' | 'c'}`

/** Rows whose function is one of assembly/math.ts or one instruction. */
const FORWARD: readonly Name[] = [
  ...(['exp', 'log', 'tanh', 'sigmoid', 'expm1', 'log1p', 'logSigmoid', 'silu', 'mish'] as const),
  ...(['softplus', 'gelu', 'geluTanh', 'elu', 'selu', 'leakyRelu', 'clip', 'where'] as const),
  ...(['sqrt', 'abs', 'neg', 'square', 'reciprocal', 'relu'] as const),
  ...(['add', 'sub', 'mul', 'div', 'maximum', 'minimum'] as const),
]
/** Partial derivatives that are worth a loop; others are the same loops (tools/loops.ts). */
const PARTIALS: readonly PartialName[] = [
  ...(['log.da', 'tanh.da', 'sigmoid.da', 'logSigmoid.da', 'silu.da', 'gelu.da'] as const),
  ...(['geluTanh.da', 'mish.da', 'softplus.da', 'elu.da', 'selu.da', 'leakyRelu.da'] as const),
  ...(['log1p.da', 'sqrt.da', 'square.da', 'reciprocal.da', 'relu.da', 'abs.da'] as const),
  ...(['div.db', 'maximum.da', 'maximum.db', 'minimum.da', 'minimum.db'] as const),
  ...(['clip.da', 'where.db', 'where.dc'] as const),
]
/** What a derivative calls: functions that are not copied into each loop. */
const CALLED: Readonly<Record<string, string>> = {
  exp: 'expWide',
  tanh: 'tanhOf',
  erfc: 'erfcOf',
}
/** Functions in two, `expNear` for the usual vectors and `expWide` for all, and what tells them apart. */
const FAR: Readonly<Record<string, string>> = {
  exp: 'isFar',
  sigmoid: 'isFar',
  silu: 'isFar',
  expm1: 'isFar',
  log: 'isFarOfLog',
}
/** What has a float64 kernel: two numbers at a time gain nothing where memory is the limit. */
const DOUBLE = new Set<string>([
  'exp',
  'log',
  'tanh',
  'sigmoid',
  'expm1',
  'log1p',
  'logSigmoid',
  'silu',
  'softplus',
  'geluTanh',
])
/** One instruction, whose name is that of the row. */
const PLAIN: Readonly<Record<string, string>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  div: 'div',
  maximum: 'max',
  minimum: 'min',
}
const OPERANDS = ['a', 'b', 'c', 'd'] as const
const COMPARISONS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge']

// ---- Rules as text ----

const numbers: number[] = []
let lines = new Map<string, string>()

/** A vector of one number, read from memory. */
function text(x: string | number): string {
  if (typeof x === 'string') return x
  const known = numbers.findIndex((number) => Object.is(number, x))
  return `number${known < 0 ? numbers.push(x) - 1 : known}<T>()`
}

function lineOf(name: string | number): string | undefined {
  return [...lines].find(([, t]) => t === name)?.[0]
}

/** 1 less what a line gives, where few digits would lose those that matter. */
function complementOf(line: string): string | undefined {
  const [, curve, power] = /^sigmoidOf<T>\((\w+), (\w+)\)$/.exec(line) ?? []
  if (curve !== undefined) return `sigmoidOf<T>(neg<T>(${curve}), ${power})`
  const [, root] = /^square<T>\((\w+)\)$/.exec(line) ?? []
  if (root === undefined) return undefined
  const [, grown] = /^tanhOfSoftplus<T>\((\w+)\)$/.exec(lineOf(root) ?? '') ?? []
  return grown === undefined ? `lessSquare<T>(${root})` : `lessSquareOfTanh<T>(${grown})`
}

/** The name of a line; what was computed before has the same name. */
function named(line: string): string {
  if (!lines.has(line)) lines.set(line, `t${lines.size}`)
  return lines.get(line)!
}

function call(name: string, operands: readonly (string | number)[]): string {
  const complement = name === 'sub' && operands[0] === 1 && complementOf(lineOf(operands[1]!) ?? '')
  if (complement) return complement
  const list = operands.map(text)
  if (name === 'sigmoid') return `sigmoidOf<T>(${list[0]}, ${named(`expOfSize<T>(${list[0]})`)})`
  // The softplus stays as a line that nothing reads.
  const [, x, beta] = /^softplus<T>\((\w+), (\S+)\)$/.exec(lineOf(operands[0]!) ?? '') ?? []
  if (name === 'tanh' && x !== undefined && beta === text(1))
    return `tanhOfSoftplus<T>(${named(`expOfMish<T>(${x})`)})`
  if (name === 'where') return `v128.bitselect(${list[1]}, ${list[2]}, ${list[0]})`
  const instruction = PLAIN[name] ?? (COMPARISONS.includes(name) ? name : undefined)
  return `${instruction ? `v128.${instruction}` : (CALLED[name] ?? name)}<T>(${list.join(', ')})`
}

/** An arithmetic whose results are names of lines. */
const texts = Object.fromEntries(
  [...Object.keys(operations), ...COMPARISONS].map((name) => [
    name,
    (...operands: (string | number)[]) => named(call(name, operands)),
  ]),
) as never

/** `dy · ∂f` as a function of vectors, with what it reads: `dy` first, then inputs, then the output. */
function partial(of: PartialName): { name: string; reads: string[]; source: string } {
  const [name, slot] = of.split('.') as [Name, string]
  const { arity, partials: rules, selects } = operations[name]
  const inputs = OPERANDS.slice(0, arity)
  lines = new Map()
  const slope = rules['abc'.indexOf(slot[1]!)]!<string, string>(texts, ...inputs, 'y')
  const d = text(slope)
  // dy · (1/x) as one division, which neither rounds twice nor overflows in between.
  const inverse = /^v128\.div<T>\(number\d+<T>\(\), (\w+)\)$/.exec(lineOf(slope) ?? '')
  const isInverse = inverse !== null && lineOf(slope) === call('div', [1, inverse[1]!])
  const product = isInverse ? `v128.div<T>(dy, ${inverse[1]})` : `v128.mul<T>(dy, ${d})`
  // A partial that chooses: where it is 0, so is its product with whatever `dy`.
  const result = selects ? `v128.andnot(${product}, v128.eq<T>(${d}, zero<T>()))` : product
  const body = [
    ...Array.from(lines, ([line, t]) => `const ${t} = ${line}`),
    `return ${result}`,
  ].filter(
    (line, i, all) =>
      i === all.length - 1 ||
      all.slice(i + 1).some((later) => later.match(WORD)!.includes(line.match(WORD)![1]!)),
  )
  const used = new Set(body.join(' ').match(/\b[a-z]\b/g))
  const reads = ['dy', ...[...inputs, 'y'].filter((x) => used.has(x))]
  const own = `${name}_${slot}`
  const head = `${INLINE}function ${own}<T>(${reads.map((x) => `${x}: v128`).join(', ')}): v128 {`
  return { name: own, reads, source: [head, ...body, '}'].join('\n') }
}

const WORD = /[\w.]+/g
const INLINE = '// @inline\n'

// ---- Loops ----

type Type = 'f32' | 'f64'
const SHIFT = { f32: 2, f64: 3 } as const

/**
 * A loop over one dense operand. Where the function is in two, the inner loop ends at a vector that is far, so
 * that it calls nothing, and what it reads can stay in registers.
 */
function unaryLoop(name: string, type: Type): string {
  const far = FAR[name]
  const loop = `for (; out < end; a += 16, out += 16)`
  const body = far
    ? `while (out < end) {
    ${loop} {
      const x = v128.load(a)
      if (${far}<${type}>(x)) break
      v128.store(out, ${name}Near<${type}>(x))
    }
    if (out < end) v128.store(out, ${name}Wide<${type}>(v128.load(a)))
    a += 16
    out += 16
  }`
    : `${loop} v128.store(out, ${name}<${type}>(v128.load(a)))`
  return `export function ${name}_${type}(out: usize, n: i32, a: usize): void {
  const end = out + ((<usize>n) << ${SHIFT[type]})
  ${body}
}`
}

/** A loop over rows of several operands. What is one instruction is done four times in each turn. */
function rowLoop(name: string, type: Type, count: number, f: string, isShort: boolean): string {
  const operands = OPERANDS.slice(0, count)
  const head = operands.map((x) => `${x}: usize, ${x}Step: usize, ${x}Row: usize`).join(', ')
  const apply = (offset: number): string =>
    `${f}(${operands.map((x) => `v128.load(${x}At${offset ? `, ${offset}` : ''})`).join(', ')})`
  const step = (times: string): string =>
    operands.map((x) => `${x}At += ${x}Step${times}`).join(', ')
  const four = [0, 16, 32, 48].map((offset) => `v128.store(y, ${apply(offset)}, ${offset})`)
  return `export function ${name}_${type}(out: usize, n: i32, rows: i32, ${head}): void {
  const size = (<usize>n) << ${SHIFT[type]}
  for (; rows > 0; rows--, out += size, ${operands.map((x) => `${x} += ${x}Row`).join(', ')}) {
    let y = out
    const end = out + size
    ${operands.map((x) => `let ${x}At = ${x}`).join('\n    ')}
    ${isShort ? `for (; y + 48 < end; y += 64, ${step(' << 2')}) {\n${four.join('\n')}\n}` : ''}
    for (; y < end; y += 16, ${step('')}) v128.store(y, ${apply(0)})
  }
}`
}

function loops(): string[] {
  const all: string[] = []
  for (const name of FORWARD) {
    const { arity } = operations[name]
    for (const type of ['f32', 'f64'] as const) {
      if (type === 'f64' && !DOUBLE.has(name)) continue
      const plain = PLAIN[name]
      const f = plain ? `v128.${plain}<${type}>` : `${name}<${type}>`
      all.push(
        arity === 1
          ? unaryLoop(name, type)
          : rowLoop(name, type, arity, f, plain !== undefined && !/m[a-z]+imum/.test(name)),
      )
    }
  }
  for (const of of PARTIALS) {
    const { name, reads, source } = partial(of)
    all.push(source, rowLoop(name, 'f32', reads.length, `${name}<f32>`, false))
  }
  return all
}

/** The files of assembly/generated. */
export function sources(): Record<string, string> {
  const all = loops().join('\n')
  const called = new Set(
    Array.from(all.matchAll(/(?<![.\w])(\w+)<(?:T|f32|f64)>\(/g), ([, f]) => f!),
  )
  const made = new Set(Array.from(all.matchAll(/function (\w+)</g), ([, f]) => f!))
  const [own, read] = [[...called].filter((f) => /^number\d/.test(f)), 'zero']
  const used = [...called].filter((f) => !made.has(f) && !own.includes(f) && f !== read)
  return {
    'constants.ts': constantsSource(numbers),
    'rows.ts': `// Generated by tools/assembly.ts from the rows: do not edit.
import { ${used.join(', ')} } from '../math'
import { ${[...own, read].join(', ')} } from './constants'

${all}
`,
  }
}
