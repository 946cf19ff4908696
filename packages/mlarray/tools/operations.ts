/**
 * The table of operations in the README, found by trying: every method of the class and every function is
 * called on a small matrix, and what it gives is asked for its gradient, for the gradient of that, and for
 * its memory. `pnpm generate mlarray` rewrites the README; a test sees to it that nobody forgets.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { binary, comparisons, ternary, unary } from '@smol/value/ops'
import * as functions from '../src/index.ts'
import { MLArray } from '../src/index.ts'

const README = new URL('../README.md', import.meta.url)
const [START, END] = ['<!-- operations -->', '<!-- /operations -->']

/** What is no operation on arrays: properties, conversion, gradients, and functions of functions. */
const OTHERS = new Set(
  `constructor ndim dtype requiresGrad op label detach set toList item toTypedArray at allClose arrayEqual
  backward grad gradNode zeroGrad onGradient assign toString inputs describe`.split(/\s+/),
)

type Loose = Record<string, (...given: unknown[]) => unknown>
type Call = (x: MLArray) => unknown

const other = new MLArray([
  [0.9, 0.4],
  [0.1, 0.5],
])
const free = functions as unknown as Loose

/** How to call what takes more than an array of the same shape. */
const CALLS: Readonly<Record<string, Call>> = {
  T: (x) => x.T,
  clip: (x) => x.clip(0.25, 0.65),
  logicalNot: () => other.gt(0.3).logicalNot(),
  logicalAnd: () => other.gt(0.3).logicalAnd([1, 0]),
  logicalOr: () => other.gt(0.3).logicalOr([1, 0]),
  reshape: (x) => x.reshape([4, 1] as never),
  swapaxes: (x) => x.swapaxes(0, 1),
  moveaxis: (x) => x.moveaxis(0, 1),
  expandDims: (x) => x.expandDims(0),
  broadcastTo: (x) => x.broadcastTo([3, 2, 2] as never),
  tile: (x) => x.tile(2),
  repeat: (x) => x.repeat(2),
  roll: (x) => x.roll(1),
  pad: (x) =>
    x.pad([
      [1, 1],
      [1, 1],
    ]),
  softmax: (x) => x.softmax(),
  astype: (x) => x.astype('float32').astype('float64'),
  where: (x) =>
    functions.where(
      [
        [1, 0],
        [0, 1],
      ],
      x as never,
      other as never,
    ),
  tensordot: (x) => functions.tensordot(x, other, 1),
  einsum: (x) => functions.einsum('ij,jk->ik', x, other),
  concatenate: (x) => functions.concatenate([x, other]),
  stack: (x) => functions.stack([x, other]),
  split: (x) => functions.split(x, 2),
  cholesky: (x) => free['cholesky']!(x.matmul(x.T).add(functions.eye(2))),
  slice: (x) => (x as unknown as Loose)['slice']!('0:1'),
  index: (x) => (x as unknown as Loose)['index']!([1, 0]),
  take: (x) => (x as unknown as Loose)['take']!([1, 0], { axis: 0 }),
  takeAlongAxis: (x) =>
    (x as unknown as Loose)['takeAlongAxis']!(
      [
        [1, 0],
        [0, 1],
      ],
      { axis: 0 },
    ),
  scatterAdd: (x) =>
    (x as unknown as Loose)['scatterAdd']!(
      0,
      [
        [1, 0],
        [0, 1],
      ],
      other,
    ),
  indexAdd: (x) => (x as unknown as Loose)['indexAdd']!(0, [1, 0], other),
  put: (x) => (x as unknown as Loose)['put']!([0, 3], [7, 8]),
  maskedSelect: (x) =>
    (x as unknown as Loose)['maskedSelect']!([
      [1, 0],
      [0, 1],
    ]),
  topk: (x) =>
    (x as unknown as Record<string, (k: number) => { values: MLArray }>)['topk']!(1).values,
  uniqueAll: (x) =>
    (x as unknown as Record<string, () => { values: MLArray }>)['uniqueAll']!().values,
  quantile: (x) => (x as unknown as Loose)['quantile']!(0.3),
  searchsorted: (x) => (x.flatten() as unknown as Loose)['searchsorted']!([0.5]),
}

/** Other calls, where what is given decides between view and copy. */
const MORE: Readonly<Record<string, Call>> = {
  diag: (x) => x.flatten().diag(),
  index: (x) => (x as unknown as Loose)['index']!('0:1'),
  einsum: (x) => functions.einsum('ij->ji', x),
}

type Cells = readonly [gradient: string, second: string, memory: string]

/** Its gradient, its second derivative, its memory: the most that was seen at positive and at other numbers. */
function cellsOf(name: string, call: Call): Cells | undefined {
  const seen = [1, -1, 5].map((scale) => {
    const x = new MLArray([
      [0.3 * Math.abs(scale), 0.7 * scale],
      [0.6 * Math.abs(scale), 0.2 * Math.abs(scale)],
    ])
    return derivativesOf(call, x)
  })
  if (seen[0] === undefined) return undefined
  const most = (k: number): string =>
    ['yes', '0', 'none'].find((cell) => seen.some((cells) => cells?.[k] === cell))!
  const x = new MLArray([
    [0.3, 0.7],
    [0.6, 0.2],
  ])
  const shared = new Set(
    [call, MORE[name] ?? call].flatMap((each) => [sharesMemory(each, x), sharesMemory(each, x.T)]),
  )
  const memory = shared.size > 1 ? 'view or copy' : shared.has(true) ? 'view' : 'copy'
  return [most(0), most(1), memory]
}

function derivativesOf(call: Call, x: MLArray): [gradient: string, second: string] | undefined {
  other.zeroGrad()
  const y = resultOf(call, x)
  if (y === undefined) return undefined
  if (!y.requiresGrad) return ['none', 'none']
  y.backward({ createGraph: true })
  const slope = x.gradNode()
  if (slope === undefined || isZero(slope)) return ['0', '0']
  x.zeroGrad()
  other.zeroGrad()
  if (slope.requiresGrad) slope.square().backward()
  return ['yes', isZero(x.grad()) && isZero(other.grad()) ? '0' : 'yes']
}

/** The array that a call gives, weighted so that no sum of gradients is 0; undefined where it gives none. */
function resultOf(call: Call, x: MLArray): MLArray | undefined {
  const given: unknown = call(x)
  const y: unknown = Array.isArray(given) ? given[0] : given
  if (!(y instanceof MLArray)) return undefined
  const weights = functions.arange(1, y.size + 1).reshape(y.shape)
  return y.requiresGrad ? y.mul(weights) : y
}

function sharesMemory(call: Call, x: MLArray): boolean {
  const given: unknown = call(x)
  const y = (Array.isArray(given) ? given[0] : given) as unknown as { storage: unknown }
  return y.storage === (x as unknown as { storage: unknown }).storage
}

const isZero = (x: MLArray): boolean =>
  Array.from(x.toTypedArray()).every((n) => n === 0 || !Number.isFinite(n))

function callOf(name: string, isMethod: boolean): Call {
  const method = (x: MLArray): ((...given: unknown[]) => unknown) =>
    isMethod ? (x as unknown as Loose)[name]!.bind(x) : (...given) => free[name]!(x, ...given)
  return (
    CALLS[name] ??
    ((x) => {
      try {
        return method(x)()
      } catch {
        return method(x)(other)
      }
    })
  )
}

/** One line for the operations that are alike. */
function lines(names: readonly string[], isMethod: boolean): string[] {
  const alike = new Map<string, string[]>()
  for (const name of names) {
    const cells = cellsOf(name, callOf(name, isMethod))?.join(' | ')
    if (cells !== undefined) alike.set(cells, [...(alike.get(cells) ?? []), `\`${name}\``])
  }
  return Array.from(alike, ([cells, own]) => `| ${own.join(' ')} | ${cells} |`)
}

const METHODS = Object.getOwnPropertyNames(MLArray.prototype).filter((name) => !OTHERS.has(name))
const ROWS = Object.keys({ ...unary, ...binary, ...ternary, ...comparisons })
const FREE = 'where tensordot einsum concatenate stack split solve inv det cholesky'.split(' ')

/** Every operation of arrays by name, with its cells, in the order of the table. @public */
export function operationsFound(): readonly Found[] {
  const all = [
    ...METHODS.map((name) => ({ name, isMethod: true })),
    ...FREE.filter((name) => name in functions).map((name) => ({ name, isMethod: false })),
  ]
  return all.flatMap(({ name, isMethod }) => {
    const call = callOf(name, isMethod)
    const cells = cellsOf(name, call)
    const run = (): void => {
      const x = new MLArray([
        [0.3, 0.7],
        [0.6, 0.2],
      ])
      for (const each of new Set([call, MORE[name] ?? call])) each(x)
    }
    return cells === undefined ? [] : [{ name, isMethod, cells, run }]
  })
}

type Found = {
  readonly name: string
  readonly isMethod: boolean
  readonly cells: Cells
  /** Calls it on a small matrix, in every way that is tried. */
  readonly run: () => void
}

/** The README with the table of today. */
export function withTable(readme: string): string {
  const table = [
    '| operations | gradient | second derivative | result |',
    '| --- | --- | --- | --- |',
    ...lines(
      METHODS.filter((name) => ROWS.includes(name)),
      true,
    ),
    ...lines(
      METHODS.filter((name) => !ROWS.includes(name)),
      true,
    ),
    ...lines(
      FREE.filter((name) => name in functions),
      false,
    ),
  ]
  const [before, rest] = [readme.indexOf(START) + START.length, readme.indexOf(END)]
  return `${readme.slice(0, before)}\n\n${table.join('\n')}\n\n${readme.slice(rest)}`
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(README, withTable(readFileSync(README, 'utf8')))
}
