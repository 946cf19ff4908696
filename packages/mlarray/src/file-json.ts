/**
 * JSON as headers of files need it: strings, integers, lists and objects. It knows nothing of tensors.
 *
 * `JSON.parse` would keep the last of two fields of one name, follow any depth, and round integers beyond
 * 2⁵³ in silence; here the first two are refused, and the last stays an integer that no check lets pass.
 */
import { duplicateError, fileError, nameError, syntaxError, type Origin } from './file-error.ts'

export type Json = string | number | readonly Json[] | JsonObject
export type JsonObject = ReadonlyMap<string, Json>

// What is open at once in a header: the header, a tensor, a list.
const DEEPEST = 3

type Cursor = { readonly origin: Origin; readonly text: string; at: number }

/** The object that `text` is. @throws RangeError at the first thing that it should not hold. */
export function parseObject(origin: Origin, text: string): JsonObject {
  const cursor: Cursor = { origin, text, at: 0 }
  if (text[0] !== '{') throw syntaxError(origin, text, 0, 'an object')
  const value = parseValue(cursor, 0)
  skipSpace(cursor)
  if (cursor.at < text.length)
    throw syntaxError(origin, text, cursor.at, 'nothing after the object')
  return value as JsonObject
}

function parseValue(cursor: Cursor, depth: number): Json {
  skipSpace(cursor)
  const first = cursor.text[cursor.at]
  if (first === '"') return parseString(cursor)
  if (first === '-' || isDigit(first)) return parseInteger(cursor)
  if (first !== '{' && first !== '[')
    throw unexpected(cursor, 'a string, an integer, a list or an object')
  if (depth === DEEPEST)
    throw fileError(cursor.origin, `the header is nested more than ${DEEPEST} deep.`)
  return first === '{' ? parseFields(cursor, depth + 1) : parseList(cursor, depth + 1)
}

function parseFields(cursor: Cursor, depth: number): JsonObject {
  const fields = new Map<string, Json>()
  eachItem(cursor, '}', () => {
    skipSpace(cursor)
    const name = parseString(cursor)
    if (fields.has(name)) throw duplicateError(cursor.origin.op, name)
    if (name === '__proto__') throw nameError(cursor.origin.op, name, 'is not allowed')
    skipSpace(cursor)
    if (cursor.text[cursor.at] !== ':') throw unexpected(cursor, 'a colon')
    cursor.at++
    fields.set(name, parseValue(cursor, depth))
  })
  return fields
}

function parseList(cursor: Cursor, depth: number): readonly Json[] {
  const list: Json[] = []
  eachItem(cursor, ']', () => list.push(parseValue(cursor, depth)))
  return list
}

/** Calls `parseItem` between an opening and a closing bracket, with commas between the items. */
function eachItem(cursor: Cursor, closing: string, parseItem: () => void): void {
  cursor.at++
  skipSpace(cursor)
  if (cursor.text[cursor.at] === closing) {
    cursor.at++
    return
  }
  for (;;) {
    parseItem()
    skipSpace(cursor)
    const next = cursor.text[cursor.at]
    if (next !== ',' && next !== closing) throw unexpected(cursor, `a comma or ${closing}`)
    cursor.at++
    if (next === closing) return
  }
}

function parseString(cursor: Cursor): string {
  const { text, at } = cursor
  if (text[at] !== '"') throw unexpected(cursor, 'a string')
  let end = at + 1
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  try {
    // Escapes and what may not stand in a string are JSON.parse's to judge.
    const string = JSON.parse(text.slice(at, end + 1)) as string
    cursor.at = end + 1
    return string
  } catch {
    throw unexpected(cursor, 'a whole string')
  }
}

function parseInteger(cursor: Cursor): number {
  const { text, at } = cursor
  let end = at + 1
  while (isDigit(text[end])) end++
  const digits = text.slice(at, end).replace('-', '')
  const isInteger = digits !== '' && (digits === '0' || !digits.startsWith('0'))
  if (!isInteger || '.eE'.includes(text[end] ?? ' ')) throw unexpected(cursor, 'an integer')
  cursor.at = end
  // Adding 0 makes -0 the 0 that it means.
  return Number(text.slice(at, end)) + 0
}

const isDigit = (char: string | undefined): boolean =>
  char !== undefined && char >= '0' && char <= '9'

function skipSpace(cursor: Cursor): void {
  while (cursor.at < cursor.text.length && ' \n\r\t'.includes(cursor.text[cursor.at]!)) cursor.at++
}

const unexpected = ({ origin, text, at }: Cursor, expected: string): RangeError =>
  syntaxError(origin, text, at, expected)
