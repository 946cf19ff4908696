import { expect, test } from 'vitest'
import { countSymbols, loadNames, NOTHING, toBatch, toName, toSymbols } from '../src/data.ts'

const { training, test: examination, known, dropped, context } = loadNames()

test('every name of both lists is in one set, or has a hyphen', () => {
  expect([training.length, examination.length, dropped]).toEqual([7942, 888, 19])
  expect(training.length + examination.length + dropped).toBe(4951 + 3898)
  expect(new Set([...training, ...examination].map(toName))).toEqual(known)
})

test('no name is in both sets', () => {
  const learnt = new Set(training.map(toName))
  expect(examination.map(toName).filter((name) => learnt.has(name))).toEqual([])
})

test('the split is the same every time', () => {
  expect(loadNames().test).toEqual(examination)
  expect(examination.slice(0, 4).map(toName)).toMatchInlineSnapshot(`
    [
      "Adelaide",
      "Adena",
      "Adi",
      "Adore",
    ]
  `)
})

test('a name and its symbols', () => {
  expect(toSymbols('Bob', 'male')).toEqual([28, 2, 15, 2, 0])
  expect(toSymbols('Zoa', 'female')).toEqual([27, 26, 15, 1, 0])
  expect(toName([28, 2, 15, 2, 0])).toBe('Bob')
  expect(toName([28, 2, 15, 2, 0, 7, 7])).toBe('Bob')
  expect(toName([27, 26, 15])).toBe('Zo')
  expect(toName([27, 0])).toBe('')
})

test('the longest name fits', () => {
  expect(Math.max(...[...training, ...examination].map(({ length }) => length - 1))).toBe(context)
})

test('names side by side are filled up, and where a name is over nothing is expected', () => {
  const names = [toSymbols('Bob', 'male'), toSymbols('Al', 'male')]
  expect(toBatch(names)).toEqual({
    inputs: Int32Array.of(28, 2, 15, 2, 28, 1, 12, 0),
    targets: Int32Array.of(2, 15, 2, 0, 1, 12, 0, NOTHING),
    shape: [2, 4],
  })
  expect(countSymbols(names)).toBe(7)
})
