// Values that nobody should pass are refused in words of our own, and a refused call changes nothing.
import { comparisons, operations } from '@smol/value/ops'
import { expect, test } from 'vitest'
import { MLArray } from '../src/index.ts'
import { checkCall, names, placesOf, tables } from './fuzz/hostile.ts'

test('in place of every argument, option and element', () => {
  for (const kind of ['method', 'function', 'draw'] as const)
    for (const [name, args] of Object.entries(tables[kind]))
      for (const place of placesOf(args()).keys())
        for (const value of names) checkCall({ kind, name, place, value })
})

test('every method is among them', () => {
  const silent =
    'constructor detach isNaN isFinite logicalNot trace flatten nonzero unique uniqueAll grad gradNode zeroGrad toList item toTypedArray toString toJSON'.split(
      ' ',
    )
  // One row of each kind stands for the others, which share its code.
  const known = new Set([
    ...Object.keys(tables.method),
    ...silent,
    ...Object.keys({ ...operations, ...comparisons }),
  ])
  const { prototype } = MLArray
  const methods = Object.getOwnPropertyNames(prototype).filter(
    (name) => typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === 'function',
  )
  expect(methods.length).toBeGreaterThan(100)
  expect(methods.filter((name) => !known.has(name))).toEqual([])
})
