/**
 * Writes `src/loops.ts`: a loop for each program that the rows make of usual settings. A test finds the file
 * out of date; `pnpm --filter @smol/optim loops` writes it anew.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import type { AnyRow, Moment } from '../src/row.ts'
import { rows } from '../src/rows.ts'
import { trace } from '../src/trace.ts'

const DECAYED = [{ weightDecay: 0 }, { weightDecay: 0.1 }]

/** The settings of which loops are made. What is not here runs in blocks. */
const usual: Readonly<Record<keyof typeof rows, readonly object[]>> = {
  SGD: [
    ...DECAYED,
    ...DECAYED.map((o) => ({ ...o, momentum: 0.9 })),
    ...DECAYED.map((o) => ({ ...o, momentum: 0.9, nesterov: true })),
  ],
  AdaGrad: DECAYED,
  Adadelta: DECAYED,
  RMSprop: [...DECAYED, { momentum: 0.9 }, { centered: true }],
  Adam: [...DECAYED, { amsgrad: true }],
  AdamW: [{}, { amsgrad: true }],
  NAdam: [...DECAYED, { weightDecay: 0.1, decoupledWeightDecay: true }],
  RAdam: [...DECAYED, { weightDecay: 0.1, decoupledWeightDecay: true }],
  Adamax: DECAYED,
  Adan: DECAYED,
  Lion: DECAYED,
  Muon: [{}, { nesterov: false }],
  Rprop: [{}],
  ASGD: DECAYED,
}

const operations: Readonly<Record<string, (...operands: string[]) => string>> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  gt: (a, b) => `${a} > ${b}`,
  lt: (a, b) => `${a} < ${b}`,
  maximum: (a, b) => `Math.max(${a}, ${b})`,
  minimum: (a, b) => `Math.min(${a}, ${b})`,
  square: (a) => `${a} * ${a}`,
  sqrt: (a) => `Math.sqrt(${a})`,
  abs: (a) => `Math.abs(${a})`,
  sign: (a) => `Math.sign(${a})`,
  ema: (beta, a, rest, b) => `${beta} * ${a} + ${rest} * ${b}`,
  where: (mask, a, b) => `${mask} ? ${a} : ${b}`,
}

/** The programs of a row, each with the settings that it comes from. */
function programs(
  row: AnyRow,
  given: readonly object[],
): Map<string, readonly [object, readonly string[]]> {
  const found = new Map<string, readonly [object, readonly string[]]>()
  for (const options of given) {
    const settings = { ...row.defaults, ...options }
    const slots = Object.keys(row.slots(settings))
    const x = Object.fromEntries(['parameter', 'gradient', ...slots].map((s) => [s, s])) as never
    for (const moment of momentsOf(row, settings)) {
      const factors = row.factors(settings, moment)
      for (const law of lawsOf(row)) {
        const { text } = trace((m) => law(m, x, settings, factors), slots)
        if (!found.has(text)) found.set(text, [options, slots])
      }
    }
  }
  return found
}

/** An early step and a late one: some rules change their ways between them. */
function momentsOf(row: AnyRow, settings: AnyRow['defaults']): Moment[] {
  const kept = row.kept?.(settings) ?? {}
  const late = 'mu' in kept ? { ...kept, mu: 0.5 } : kept
  const common = { first: false, shape: [2, 2] }
  return [
    { ...common, step: 2, kept },
    { ...common, step: 1e7, kept: late },
  ]
}

function lawsOf({ update, matrix }: AnyRow): AnyRow['update'][] {
  return matrix === undefined
    ? [update]
    : [update, (m, x, o, c) => asLaw(matrix.direction(m, x, o, c))]
}

function asLaw<T>({ direction, ...rest }: { readonly direction: T }): { readonly parameter: T } {
  return { ...rest, parameter: direction }
}

function loop(text: string, slots: readonly string[]): string {
  let constants = 0
  const name = (x: string): string =>
    x === '#' ? `c${constants++}` : READS.has(x) || slots.includes(x) ? `${x}[i]!` : x
  const [body, ends] = text.split('|') as [string, string]
  const lines = body
    .split(';')
    .filter(Boolean)
    .map((line) => {
      const [, target, op, operands] = /^(t\d+)=(\w+)\((.*)\)$/.exec(line)!
      return `const ${target} = ${operations[op!]!(...operands!.split(',').map(name))}`
    })
  const stores = ends.split(';').map((end) => {
    const [target, value] = end.split('=') as [string, string]
    return `${target === 'parameter' ? 'target' : target}[i] = ${name(value)}`
  })
  const list = slots.map((slot) => (text.includes(slot) ? slot : '')).join(', ')
  const memory = /\w/.test(list) ? `[${list}]` : '_slots'
  const head = Array.from({ length: constants }, (_, i) => `c${i}`).join(', ')
  return [
    `(target, parameter, gradient, ${memory}: Slots<${slots.length}>, [${head}]: Numbers<${constants}>) => {`,
    'for (let i = 0; i < parameter.length; i++) {',
    ...lines,
    ...stores,
    '}',
    '}',
  ].join('\n')
}

const READS = new Set(['parameter', 'gradient'])

/** The text of `src/loops.ts`, before formatting. */
export function source(): string {
  const tables = Object.entries(rows).map(([name, row]) => {
    const found = programs(row as unknown as AnyRow, usual[name as keyof typeof rows])
    const entries = [...found].map(
      ([text, [options, slots]]) =>
        `// ${JSON.stringify(options)}\n'${text}': ${loop(text, slots)},`,
    )
    return `export const ${name}: Loops = {\n${entries.join('\n')}\n}\n`
  })
  return `/**
 * Generated by tools/loops.ts from the rows: do not edit. A loop over all numbers of a parameter for each
 * program of an update rule (\`trace.ts\`); decision 0010 says why.
 */
import type { TypedArray } from './parameter.ts'
import type { Loops } from './trace.ts'

type Tuple<T, N extends number, L extends readonly T[] = []> = L['length'] extends N
  ? L
  : Tuple<T, N, readonly [...L, T]>
type Slots<N extends number> = Tuple<TypedArray, N>
type Numbers<N extends number> = Tuple<number, N>

${tables.join('\n')}`
}

const target = new URL('../src/loops.ts', import.meta.url).pathname
if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(target, source())
  execFileSync('oxfmt', [target])
  console.log(`${readFileSync(target, 'utf8').split('\n').length} lines`)
}
