/**
 * Arrays by name, on their way into a file.
 */
import type { MLArray as Untyped } from './array.ts'
import { nameError, recordError } from './file-error.ts'
import { toUntyped } from './file-number.ts'

/** The arrays of a record, checked, in their order. */
export function namedArrays(op: string, record: unknown): Map<string, Untyped> {
  if (!isPlainObject(record)) throw recordError(op, 'an object of arrays by name', record)
  return new Map(
    Object.entries(record).map(([name, x]) => [
      checkName(op, name),
      toUntyped({ op, entry: name }, x),
    ]),
  )
}

/** Whether something is an object literal, or has no prototype. */
export function isPlainObject(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== 'object' || x === null) return false
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === null || prototype === Object.prototype
}

/** @throws RangeError where the name cannot be written, or would not be a field of an object. */
export function checkName(op: string, name: string): string {
  if (name === '__proto__') throw nameError(op, name, 'is not allowed')
  // Half of a pair of code units has no UTF-8.
  if (/\p{Surrogate}/u.test(name)) throw nameError(op, name, 'is no valid Unicode')
  return name
}
