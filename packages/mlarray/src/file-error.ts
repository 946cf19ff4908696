/**
 * The messages of files: what the bytes say, and why they cannot be what they claim. The same data is on
 * the error as fields: `op`, and `entry` for the array of the file that is at fault.
 */
import { rangeError, show, showGiven, ShapeError, typeError } from './errors.ts'
import type { Shape } from './shape.ts'

/** Who reads or writes, and which array of the file. */
export type Origin = { readonly op: string; readonly entry?: string }

/** A name from a file, which may be anything, in quotes and of a bearable length. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)
}

const prefix = ({ entry }: Origin): string => (entry === undefined ? '' : `${quote(entry)}: `)

/** What is wrong with a file, in words. */
export function fileError(origin: Origin, problem: string, fields: object = {}): RangeError {
  return rangeError(origin.op, prefix(origin) + problem, { entry: origin.entry, ...fields })
}

// ---- Arguments ----

export function bytesError(op: string, given: unknown): TypeError {
  const hint = given instanceof ArrayBuffer ? ' new Uint8Array(buffer) is one.' : ''
  return typeError(op, `expected a Uint8Array, got ${showGiven(given)}.${hint}`, { given })
}

export function arrayError(origin: Origin, given: unknown): TypeError {
  const message = `expected an MLArray, got ${showGiven(given)}.`
  return typeError(origin.op, prefix(origin) + message, { entry: origin.entry, given })
}

export function recordError(op: string, what: string, given: unknown): TypeError {
  return typeError(op, `expected ${what}, got ${showGiven(given)}.`, { given })
}

export function metadataError(op: string, key: string, given: unknown): TypeError {
  return typeError(op, `metadata ${quote(key)} must be a string, got ${showGiven(given)}.`, {
    given,
  })
}

export function packageError(op: string, cause: unknown): Error {
  const message = `${op}: zip files need the package fflate, which could not be loaded. npm install fflate installs it.`
  return Object.assign(new Error(message, { cause }), { op })
}

// ---- Names ----

export function nameError(op: string, name: string, problem: string): RangeError {
  return rangeError(op, `the name ${quote(name)} ${problem}.`, { entry: name })
}

export function duplicateError(op: string, name: string): RangeError {
  return nameError(op, name, 'occurs twice')
}

// ---- Sizes ----

export function truncatedError(
  origin: Origin,
  part: string,
  needed: number,
  given: number,
): RangeError {
  return fileError(
    origin,
    `the file is cut off: ${part} would take ${needed} bytes, ${given} are there.`,
    { needed, given },
  )
}

export function headerSizeError(origin: Origin, size: number, largest: number): RangeError {
  return fileError(origin, `a header of ${size} bytes is too long; at most ${largest} are read.`, {
    size,
  })
}

export function rankError(origin: Origin, rank: number, most: number): RangeError {
  return fileError(origin, `${rank} axes are too many; NumPy's limit is ${most}.`, { rank })
}

export function dimensionError(origin: Origin, n: unknown, shape: readonly unknown[]): RangeError {
  return fileError(
    origin,
    `dimension ${showGiven(n)} of shape ${showGiven(shape)} is no integer from 0 to 2⁵³ − 1.`,
    { shape },
  )
}

export function elementsError(origin: Origin, shape: Shape): RangeError {
  return fileError(
    origin,
    `shape ${show(shape)} is too large; an array has at most 2³² elements.`,
    { shape },
  )
}

export function bytesMismatchError(
  origin: Origin,
  [shape, format]: readonly [shape: Shape, format: string],
  needed: number,
  given: number,
): RangeError {
  return fileError(
    origin,
    `shape ${show(shape)} of ${format} takes ${needed} bytes, the file has ${given} for it.`,
    { shape, needed, given },
  )
}

// ---- Numbers ----

const FORMATS = 'booleans, integers of 8 to 64 bits and floats of 16, 32 and 64 bits'

export function formatError(origin: Origin, name: string, meaning: string): TypeError {
  const message = `dtype ${quote(name)}${meaning} cannot be read; arrays are made from ${FORMATS}.`
  return typeError(origin.op, prefix(origin) + message, { entry: origin.entry, dtype: name })
}

export function numberError(origin: Origin, index: number, problem: string): RangeError {
  return fileError(origin, `element ${index} is ${problem}.`, { index })
}

// ---- Text ----

export function syntaxError(
  origin: Origin,
  text: string,
  at: number,
  expected: string,
): RangeError {
  const found = at < text.length ? `has ${quote(text.slice(at, at + 12))}` : 'ends'
  return fileError(origin, `the header ${found} at position ${at}; expected ${expected}.`, {
    position: at,
  })
}

export function encodingError(origin: Origin, what: string): RangeError {
  return fileError(origin, `${what} is not UTF-8.`)
}

// ---- States ----

export function stateError(op: string, name: string, given: unknown): TypeError {
  const what = 'a state consists of lists and plain objects of arrays'
  return typeError(
    op,
    `${name === '' ? '' : `${quote(name)}: `}${what}, got ${showGiven(given)}.`,
    {
      entry: name,
      given,
    },
  )
}

export function stateResultError(name: string, madeBy: string): TypeError {
  const message = `${quote(name)} is the result of ${madeBy}, which cannot be changed in place.`
  return typeError('loadState', message, { entry: name, madeBy })
}

export function depthError(op: string, most: number): RangeError {
  return rangeError(op, `the state is nested more than ${most} deep; does it contain itself?`)
}

/** `problems` are sentences without their full stop; at most eight of them are shown. */
export function misfitError(
  problems: readonly string[],
  entries: readonly string[],
  shapes: readonly Shape[],
): ShapeError {
  const more = problems.length > 8 ? `; and ${problems.length - 8} more` : ''
  const message = `nothing is loaded, since it does not fit: ${problems.slice(0, 8).join('; ')}${more}.`
  return Object.assign(new ShapeError('loadState', message, shapes), { entries })
}
