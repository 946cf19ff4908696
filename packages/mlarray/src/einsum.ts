/**
 * Einstein summation: letters name axes, and an axis that the result does not name is summed over.
 *
 * Each operand is brought to one axis per letter (a repeated letter is a diagonal); then operands are
 * contracted two at a time, as matrix products, so that every derivative is theirs.
 * https://numpy.org/doc/stable/reference/generated/numpy.einsum.html
 */
import type { MLArray } from './array.ts'
import { matmul } from './contract.ts'
import { mul, toOperands } from './elementwise.ts'
import { einsumError, subscriptsError } from './errors.ts'
import { diagonal, expandDims, reshape, spread, transpose } from './move.ts'
import { sum } from './reduce.ts'
import { sizeOf } from './shape.ts'

/** An array with a letter for each axis. The axes of an ellipsis have numbers from the right: `.0`, `.1`. */
type Lettered = { readonly x: MLArray; readonly letters: readonly string[] }

/**
 * @example
 * einsum('ij,jk->ik', a, b) // the matrix product
 * einsum('...ii->...', a) // the trace of each matrix
 */
export function einsum(subscripts: string, ...given: readonly MLArray[]): MLArray {
  if (typeof subscripts !== 'string') throw subscriptsError(subscripts)
  const operands = toOperands('einsum', given)
  const fail = (problem: string): never => {
    throw einsumError(
      subscripts,
      problem,
      operands.map((x) => x.shape),
    )
  }
  const [left = '', right, ...rest] = subscripts.replaceAll(' ', '').split('->')
  const terms = left.split(',')
  if (rest.length > 0) fail("'->' stands twice.")
  if (terms.length !== operands.length || given.length === 0)
    fail(
      `it has ${terms.length === 1 ? '1 term' : `${terms.length} terms`}, got ${operands.length} operands.`,
    )
  const lettered = terms.map((term, i) => ({
    x: operands[i]!,
    letters: lettersOf(term, operands[i]!.ndim, fail),
  }))
  const sizes = sizesOf(lettered, fail)
  const wanted = right === undefined ? implicit(lettered) : outputLetters(right, lettered, fail)
  const result = contract(lettered.map(takeDiagonals), wanted, sizes)
  return arrange(sumOut(result, new Set(wanted)), wanted)
}

type Fail = (problem: string) => never

/** The letters of a term, with one for each axis that `...` stands for. */
function lettersOf(term: string, rank: number, fail: Fail): string[] {
  if (!/^[a-zA-Z]*(\.\.\.[a-zA-Z]*)?$/.test(term)) fail(`'${term}' may hold letters and one '...'.`)
  const [before = '', after] = term.split('...')
  const named = before.length + (after?.length ?? 0)
  if (after === undefined ? named !== rank : named > rank)
    fail(`'${term}' does not fit an operand of rank ${rank}.`)
  const ellipsis = Array.from({ length: rank - named }, (_, i) => `.${rank - named - 1 - i}`)
  return [...Array.from(before), ...ellipsis, ...Array.from(after ?? '')]
}

/** The size that each letter stands for; an ellipsis broadcasts, a letter with size 1 does too. */
function sizesOf(operands: readonly Lettered[], fail: Fail): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const { x, letters } of operands) {
    letters.forEach((letter, axis) => {
      const n = x.shape[axis]!
      const twin = x.shape[letters.indexOf(letter)]!
      if (twin !== n) fail(`axis '${letter}' of one operand is ${twin} and ${n}.`)
      const known = sizes.get(letter) ?? 1
      if (known !== 1 && n !== 1 && known !== n) fail(`axis '${letter}' is ${known} and ${n}.`)
      sizes.set(letter, known === 1 ? n : known)
    })
  }
  return sizes
}

const isEllipsis = (letter: string): boolean => letter.startsWith('.')

/** Without '->': the axes of the ellipsis, then the letters that stand once, in alphabetical order. */
function implicit(operands: readonly Lettered[]): string[] {
  const all = operands.flatMap((operand) => operand.letters)
  const once = all.filter(
    (letter) => !isEllipsis(letter) && all.indexOf(letter) === all.lastIndexOf(letter),
  )
  return [...ellipsisOf(operands), ...once.toSorted()]
}

function ellipsisOf(operands: readonly Lettered[]): string[] {
  const dots = new Set(operands.flatMap((operand) => operand.letters.filter(isEllipsis)))
  return Array.from({ length: dots.size }, (_, i) => `.${dots.size - 1 - i}`)
}

function outputLetters(right: string, operands: readonly Lettered[], fail: Fail): string[] {
  const dots = ellipsisOf(operands)
  if (!/^[a-zA-Z]*(\.\.\.[a-zA-Z]*)?$/.test(right))
    fail(`'${right}' may hold letters and one '...'.`)
  if (dots.length > 0 && !right.includes('...')) fail(`the result must name '...'.`)
  const wanted = right
    .split(/(\.\.\.)/)
    .flatMap((part) => (part === '...' ? dots : Array.from(part)))
  if (new Set(wanted).size !== wanted.length) fail(`the result '${right}' names an axis twice.`)
  const known = new Set(operands.flatMap((operand) => operand.letters))
  for (const letter of wanted)
    if (!known.has(letter)) fail(`no operand has the axis '${letter}' of the result.`)
  return wanted
}

/** One axis for each letter. */
function takeDiagonals({ x, letters }: Lettered): Lettered {
  const second = letters.findIndex((letter, axis) => letters.indexOf(letter) !== axis)
  if (second < 0) return { x, letters }
  const letter = letters[second]!
  const first = letters.indexOf(letter)
  const rest = letters.filter((_, axis) => axis !== first && axis !== second)
  return takeDiagonals({ x: diagonal(x, 0, first, second), letters: [...rest, letter] })
}

/** The sum over the axes that nobody needs. */
function sumOut({ x, letters }: Lettered, needed: ReadonlySet<string>): Lettered {
  const axis = letters.flatMap((letter, i) => (needed.has(letter) ? [] : [i]))
  return {
    x: axis.length === 0 ? x : sum(x, { axis }),
    letters: letters.filter((letter) => needed.has(letter)),
  }
}

/** How many elements an array with these letters has. */
function sizeFor(letters: readonly string[], sizes: ReadonlyMap<string, number>): number {
  return sizeOf(letters.map((letter) => sizes.get(letter)!))
}

/** All operands as one, two at a time. */
function contract(
  operands: readonly Lettered[],
  wanted: readonly string[],
  sizes: ReadonlyMap<string, number>,
): Lettered {
  if (operands.length === 1) return operands[0]!
  const [a, b] = operands.length === 2 ? operands : nextPair(operands, wanted, sizes)
  const others = operands.filter((operand) => operand !== a && operand !== b)
  const result = contractPair(a!, b!, neededBy(wanted, others), sizes)
  return contract([result, ...others], wanted, sizes)
}

function neededBy(wanted: readonly string[], others: readonly Lettered[]): Set<string> {
  return new Set([...wanted, ...others.flatMap(({ letters }) => letters)])
}

/**
 * The two whose product saves most memory, and of these the least work: the greedy path of D. G. A. Smith and
 * J. Gray, "opt_einsum", JOSS 3 (2018). From left to right, two without a letter in common would become all
 * products of their elements.
 */
function nextPair(
  operands: readonly Lettered[],
  wanted: readonly string[],
  sizes: ReadonlyMap<string, number>,
): readonly Lettered[] {
  const pairs = operands.flatMap((a, i) => operands.slice(i + 1).map((b) => [a, b] as const))
  const costs = pairs.map(([a, b]) => {
    const others = operands.filter((operand) => operand !== a && operand !== b)
    const needed = neededBy(wanted, others)
    const all = Array.from(new Set([...a.letters, ...b.letters]))
    const kept = all.filter((letter) => needed.has(letter))
    return { growth: sizeFor(kept, sizes) - a.x.size - b.x.size, work: sizeFor(all, sizes) }
  })
  const least = costs.reduce((best, cost) =>
    cost.growth < best.growth || (cost.growth === best.growth && cost.work < best.work)
      ? cost
      : best,
  )
  return pairs[costs.indexOf(least)]!
}

/** Two operands as one: a batched matrix product over the letters that both have and nobody needs. */
function contractPair(
  a: Lettered,
  b: Lettered,
  needed: ReadonlySet<string>,
  sizes: ReadonlyMap<string, number>,
): Lettered {
  const left = sumOut(a, new Set([...needed, ...b.letters]))
  const right = sumOut(b, new Set([...needed, ...a.letters]))
  const shared = left.letters.filter((letter) => right.letters.includes(letter))
  const batch = shared.filter((letter) => needed.has(letter))
  const inner = shared.filter((letter) => !needed.has(letter))
  const rows = left.letters.filter((letter) => !shared.includes(letter))
  const columns = right.letters.filter((letter) => !shared.includes(letter))
  const letters = [...batch, ...rows, ...columns]
  if (inner.length === 0) return { x: mul(align(left, letters), align(right, letters)), letters }
  const stack = batch.map((letter) => sizes.get(letter)!)
  const grid = (operand: Lettered, ...groups: readonly (readonly string[])[]): MLArray => {
    const order = [...batch, ...groups.flat()]
    const full = spread(
      arrange(operand, order),
      order.map((letter) => sizes.get(letter)!),
    )
    return reshape(full, [...stack, ...groups.map((group) => sizeFor(group, sizes))])
  }
  const y = matmul(grid(left, rows, inner), grid(right, inner, columns))
  return {
    x: reshape(
      y,
      letters.map((letter) => sizes.get(letter)!),
    ),
    letters,
  }
}

/** The axes in the order of `order`. */
function arrange({ x, letters }: Lettered, order: readonly string[]): MLArray {
  return transpose(
    x,
    order.map((letter) => letters.indexOf(letter)),
  )
}

/** The same with axes of size 1 for letters that the operand does not have. */
function align(operand: Lettered, order: readonly string[]): MLArray {
  const own = order.filter((letter) => operand.letters.includes(letter))
  const missing = order.flatMap((letter, axis) => (own.includes(letter) ? [] : [axis]))
  return expandDims(arrange(operand, own), missing)
}
