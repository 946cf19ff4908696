/**
 * The tables of `docs/operations.md`, from the rows themselves: derivatives by running the rules over terms,
 * what they give at kinks by computing it, kernels by the thresholds in the source, and array operations by
 * trying. `pnpm generate docs` writes the page; a test finds it out of date.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { watched, type Watcher } from '@smol/value/graph'
import { binary, comparisons, numbers, operations, ternary, unary } from '@smol/value/ops'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = join(ROOT, 'docs/operations.md')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const load = async (path: string): Promise<unknown> => import(pathToFileURL(join(ROOT, path)).href)

type ValueTables = {
  readonly commentsOf: (source: string) => ReadonlyMap<string, string>
  readonly OPERANDS: Readonly<Record<string, readonly string[]>>
}
/** A formula: what it is made of matters to its own tool alone. */
type Term = object
type Formulas = {
  readonly derivative: (term: Term, x: string, dy: Term) => Term
  readonly ordinary: (term: Term) => Term | number
  readonly partialsOf: (name: string, operands: readonly string[], y: string) => Term[]
  readonly printShort: (term: Term | number) => string
}
type ArrayTables = {
  readonly operationsFound: () => readonly {
    readonly name: string
    readonly isMethod: boolean
    readonly cells: readonly [gradient: string, second: string, memory: string]
    readonly run: () => void
  }[]
}
// The tables of the READMEs, and formulas, are made by the packages' own tools.
const { derivative, ordinary, partialsOf, printShort } = (await load(
  'packages/value/tools/formula.ts',
)) as Formulas
const { commentsOf, OPERANDS } = (await load('packages/value/tools/operations.ts')) as ValueTables
const { operationsFound } = (await load('packages/mlarray/tools/operations.ts')) as ArrayTables
const comments = commentsOf(read('packages/value/src/ops.ts'))

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, '\\|')).join(' | ')} |`

/** A table of markdown; a bar in a cell is not the end of it. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

const code = (text: string): string => `\`${text}\``

// ---- Kernels ----

/** From how many elements on the WebAssembly kernel is used, as the source has it. */
const thresholds = new Map(
  Array.from(
    /const THRESHOLDS[^{]*\{(.*?)\n\}/s
      .exec(read('packages/mlarray/src/vector.ts'))![1]!
      .matchAll(/'?([\w.]+)'?: \[(\w+), (\w+)\]/g),
    ([, name, float32, float64]) => [name!, [Number(float32), Number(float64)] as const],
  ),
)

function kernelOf(name: string): string {
  const sizes = thresholds.get(name)
  if (sizes === undefined) return ''
  return sizes
    .flatMap((size, i) => (size === Infinity ? [] : `${['float32', 'float64'][i]} from ${size}`))
    .join(', ')
}

/** The kernels of a row and of its partial derivatives. */
function kernelsOf(name: string): string {
  const own = ['', '.da', '.db', '.dc'].flatMap((part) => {
    const text = kernelOf(`${name}${part}`)
    return text === '' ? [] : `${part === '' ? '' : `d${part.at(-1)}: `}${text}`
  })
  return own.join('; ')
}

// ---- Derivatives ----

const operandsOf = (name: string, arity: number): readonly string[] =>
  OPERANDS[name] ?? (arity === 1 ? ['x'] : ['a', 'b'])

function derivativesOf(name: string, operands: readonly string[]): [first: string, second: string] {
  const first = partialsOf(name, operands, 'y')
  const second = first.flatMap((term, i) =>
    operands.slice(i).map((x, j) => derivative(term, x, first[i + j]!)),
  )
  const isFlat = second.every((term) => ordinary(term) === 0)
  const cell = (all: readonly Term[]): string =>
    all.map((term) => code(printShort(ordinary(term)))).join('<br>')
  return [cell(first), isFlat ? code('0') : cell(second)]
}

// ---- Kinks ----

type Row = (typeof operations)[keyof typeof operations]

const STEP = 1e-6
const short = (x: number): string =>
  String(Number(x.toPrecision(3)))
    .replace('Infinity', '∞')
    .replace('-', '−')

/** The partial derivative by the rule at a point, and the slopes on both sides by differences. */
function slopesAt({ f, partials }: Row, point: readonly number[], index: number) {
  const at = (step: number): number => f(...point.map((x, i) => (i === index ? x + step : x)))
  const y = at(0)
  return {
    y,
    rule: partials[index]!(numbers, ...point, y),
    left: (y - at(-STEP)) / STEP,
    right: (at(STEP) - y) / STEP,
  }
}

/** What a rule gives where the function has a kink, a jump or a pole of its slope. */
function edgeAt(row: Row, point: readonly number[], index: number): string | undefined {
  const { y, rule, left, right } = slopesAt(row, point, index)
  if (!Number.isFinite(y)) return undefined
  if (Math.abs(left) > 1e5 || Math.abs(right) > 1e5) return short(rule)
  const isKink = Math.abs(left - right) > 1e-3
  return isKink || !Number.isFinite(rule) ? short(rule) : undefined
}

const POINTS: readonly (readonly (readonly [text: string, point: readonly number[]])[])[] = [
  [-1, 0, 0.5, 1].map((x) => [`x = ${short(x)}`, [x]] as const),
  [
    ['a = b', [1, 1]],
    ['a = b = 0', [0, 0]],
    ['x = 0 (… 0.5)', [0, 0.5]],
  ],
  [
    ['x = min', [1, 1, 2]],
    ['x = max', [2, 1, 2]],
    ['min = max = x', [1, 1, 1]],
  ],
]

function edgesOf(name: string, row: Row, operands: readonly string[]): string {
  // Its condition is a choice, not a number that moves.
  if (name === 'where') return ''
  const places = new Map<string, string[]>()
  for (const [text, point] of POINTS[row.arity - 1]!) {
    if (row.arity === 2 && text.startsWith('x') !== (operands[0] === 'x')) continue
    const values = operands.flatMap((operand, i) => {
      const edge = edgeAt(row, point, i)
      return edge === undefined ? [] : row.arity === 1 ? edge : `d${operand} ${edge}`
    })
    const cell = values.join(', ')
    places.set(cell, [...(places.get(cell) ?? []), text.replace('…', operands[1] ?? '')])
  }
  return Array.from(places, ([values, at]) =>
    values === '' ? '' : `${values} at ${at.join(', ')}`,
  )
    .filter((text) => text !== '')
    .join('; ')
}

// ---- Tables ----

function rowsOf(rows: object): string[][] {
  return Object.keys(rows).map((name) => {
    const row = operations[name as keyof typeof operations]
    const operands = operandsOf(name, row.arity)
    const [first, second] = derivativesOf(name, operands)
    const [self, ...rest] = operands
    const call =
      name === 'where' ? `where(${operands.join(', ')})` : `${self}.${name}(${rest.join(', ')})`
    return [
      code(call),
      comments.get(name)!,
      first,
      second,
      edgesOf(name, row, operands),
      kernelsOf(name),
    ]
  })
}

const HEADS = [
  'operation',
  'what it is',
  'derivative',
  'second derivative',
  'at an edge',
  'WebAssembly',
]

/** The operations that were made on the way, in order. */
function madeBy(run: () => void): string[] {
  const names = new Set<string>()
  const watcher: Watcher = {
    made: ({ name }) => names.add(name),
    passes: () => {},
    derives: (_node, _dy, derive) => derive(),
  }
  watched(watcher, run)
  return [...names]
}

const COMMENT = '/\\*\\*((?:(?!\\*/)[^])*)\\*/\\n'
const PRIMITIVE = new RegExp(
  `${COMMENT}(?:export )?const \\w+: ArrayOperation = \\{\\n\\s+name: '(\\w+)'`,
  'g',
)
/** Primitives that differ in little are made by a function, which is called with their names. */
const FAMILY = new RegExp(`${COMMENT}function (\\w+)\\(name: string[^]*?\\bvjp:`, 'g')

/** The line above each primitive of arrays: what it is in reverse. */
function lawsOf(): Map<string, string> {
  const laws = new Map<string, string>()
  const note = (name: string, comment: string): void => {
    laws.set(
      name,
      comment
        .replaceAll(/\n\s*\*/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
  }
  for (const path of globSync('packages/mlarray/src/*.ts', { cwd: ROOT }).toSorted()) {
    const source = read(path)
    for (const [, comment, name] of source.matchAll(PRIMITIVE)) note(name!, comment!)
    for (const [, comment, family] of source.matchAll(FAMILY))
      for (const [, name] of source.matchAll(new RegExp(`= ${family}\\('(\\w+)'`, 'g')))
        note(name!, comment!)
  }
  return laws
}

/** The page. */
export function page(): string {
  const laws = lawsOf()
  const rows = Object.keys({ ...unary, ...binary, ...ternary, ...comparisons })
  const arrays = operationsFound().filter(({ name, isMethod }) => !isMethod || !rows.includes(name))
  return [
    '# Operations',
    '<!-- Generated by docs/tools/operations.ts: do not edit. -->',
    `Every row of [ops.ts](../packages/value/src/ops.ts) is a method of \`Value\` and of \`MLArray\`. Its derivative
is written once; the formulas here are that rule, run over an arithmetic of formulas, and differentiated by the
same rows. \`y\` is the result. They hold at ordinary points: what a rule gives where the function has a kink, a
jump or an infinite slope stands under _at an edge_, computed. With two operands, derivatives are listed in
order (in \`a\`, in \`b\`; second ones in \`a a\`, \`a b\`, \`b b\`).`,
    `On arrays every row has a plain loop for each dtype, generated from it, and so has each of its partial
derivatives. _WebAssembly_ says from how many elements on a vector kernel runs instead.`,
    '## On one operand',
    table(HEADS, rowsOf(unary)),
    '## On two operands',
    table(HEADS, rowsOf(binary)),
    '## On three operands',
    table(HEADS, rowsOf(ternary)),
    '## Comparisons',
    'Booleans of Values, masks of 0 and 1 of arrays; they have no derivative.',
    table(
      ['operation', 'what it is'],
      Object.keys(comparisons).map((name) => [code(`a.${name}(b)`), comments.get(name)!]),
    ),
    '## Of arrays',
    `Found by trying each on a small matrix: whether the result is a view of the operand's memory, whether its
gradient and second derivative are there (\`0\`: flat), and which operations ran on the way, whose
rules make up the gradient.`,
    table(
      ['operation', 'result', 'gradient', 'second derivative', 'by way of'],
      arrays.map(({ name, cells: [gradient, second, memory], run }) => [
        code(name),
        memory,
        gradient,
        second,
        gradient === 'none' ? '' : madeBy(run).map(code).join(' '),
      ]),
    ),
    '## Primitives of arrays',
    `What an operation is in reverse: the line that stands above its rule in the source. A row in reverse is \`dy\`
times its derivative, summed where its operand was broadcast. Kernels as above;
products of matrices always run in WebAssembly where there is one
([0030](decisions/0030-kernels.md)).`,
    table(
      ['primitive', 'in reverse', 'WebAssembly'],
      Array.from(laws, ([name, law]) => [code(name), law, kernelOf(name)]),
    ),
  ].join('\n\n')
}

if (import.meta.main) writeFileSync(PAGE, `${page()}\n`)
