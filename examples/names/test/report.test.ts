import { expect, test } from 'vitest'
import { epochLine, milliseconds, namesTable, perplexity, stepsTable } from '../src/report.ts'

test('an epoch in one line, aligned with the others', () => {
  expect(epochLine(3, 12, 2.10241, 0.0623)).toBe('epoch  3/12  loss 2.1024    62 steps/s')
})

test('perplexity is e to the loss: a blind choice among 27', () => {
  expect(perplexity(Math.log(27))).toBe('27.00')
})

test.each([
  [1234.5, '1,235 ms'],
  [448.2, '448 ms'],
  [13.66, '13.7 ms'],
])('%d milliseconds are %s', (time, text) => expect(milliseconds(time)).toBe(text))

test('names with the mark of their origin, in columns', () => {
  const names = [
    { name: 'Elista', origin: 'new' },
    { name: 'Alysa', origin: 'learnt' },
    { name: 'Jose', origin: 'held out' },
  ] as const
  expect(namesTable(names, 2)).toBe('   Elista       -Alysa\n  +Jose')
  expect(namesTable([])).toBe('')
})

test('the losses of the same steps, side by side', () => {
  expect(stepsTable([{ arrays: 3.5, scalars: 3.5 }])).toMatchInlineSnapshot(`
    "step     loss in arrays    loss in scalars
       1     3.500000000000     3.500000000000"
  `)
})
