import { Generator, noGrad } from '@smol/mlarray'
import { AdamW } from '@smol/optim'
import { expect, test } from 'vitest'
import { CHOICES, countSymbols, loadNames, toBatch, toName, toSymbols } from '../src/data.ts'
import { lossOfScalars, toScalars } from '../src/scalars.ts'
import { attentionOf, examine, logitsOf, lossOf, makeParameters } from '../src/transformer.ts'
import { sample, type Sampling } from '../src/transformer.ts'

const HEADS = 2
const sizes = { width: 8, heads: HEADS, layers: 2, context: 14 }
const make = () => makeParameters(sizes, new Generator(1), 'float64')
const { training } = loadNames()
const names = [...training.slice(0, 3), ...training.slice(-3)]

/** The logits of each place of a name, as one list. */
const logits = (name: string) =>
  noGrad(() => logitsOf(make(), HEADS, toBatch([toSymbols(name, 'female')]))).toTypedArray()

test('arrays and scalars have the same loss and the same gradients', () => {
  const arrays = make()
  const scalars = toScalars(arrays)
  const loss = lossOf(arrays, HEADS, names)
  const scalarLoss = lossOfScalars(scalars, HEADS, names)
  loss.backward()
  scalarLoss.backward()
  expect(scalarLoss.data).toBeCloseTo(loss.item(), 13)

  const pairs = [
    [arrays.symbols, scalars.symbols],
    [arrays.places, scalars.places],
    [arrays.lastGain, scalars.lastGain],
    [arrays.layers[0]!.queries, scalars.layers[0]!.queries],
    [arrays.layers[1]!.down, scalars.layers[1]!.down],
  ] as const
  for (const [array, matrix] of pairs) {
    const rowwise = array === arrays.symbols || array === arrays.places || array.ndim === 1
    const expected = (rowwise ? array.grad() : array.grad().T).toTypedArray()
    const given = matrix.flat().map(({ grad }) => grad)
    expect(given).toHaveLength(expected.length)
    expect(Math.max(...given.map((x, i) => Math.abs(x - expected[i]!)))).toBeLessThan(1e-14)
    expect(Math.max(...given.map(Math.abs))).toBeGreaterThan(1e-4)
  }
})

test('they stay the same over ten steps of AdamW, and the loss falls', () => {
  const arrays = make()
  const scalars = toScalars(arrays)
  const forArrays = new AdamW(arrays, { learningRate: 0.01 })
  const forScalars = new AdamW(scalars, { learningRate: 0.01 })
  const losses = Array.from({ length: 10 }, () => {
    const loss = lossOf(arrays, HEADS, names)
    forArrays.zeroGrad()
    loss.backward()
    forArrays.step()
    const scalarLoss = lossOfScalars(scalars, HEADS, names)
    forScalars.zeroGrad()
    scalarLoss.backward()
    forScalars.step()
    expect(scalarLoss.data).toBeCloseTo(loss.item(), 10)
    return loss.item()
  })
  expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.8)
})

test('a place knows nothing of what comes after it', () => {
  const [annas, annie] = [logits('Annas'), logits('Annie')]
  const common = 4 * CHOICES // start, a, n, n
  expect([...annas.subarray(0, common)]).toEqual([...annie.subarray(0, common)])
  expect(annas[common]).not.toBe(annie[common])
})

test('and all of what came before it', () => {
  const [anna, inna] = [logits('Anna'), logits('Inna')]
  const start = CHOICES
  expect([...anna.subarray(0, start)]).toEqual([...inna.subarray(0, start)])
  for (let i = start; i < anna.length; i++) expect(anna[i]).not.toBe(inna[i])
})

test('what fills up a short name beside a long one counts for nothing', () => {
  const parameters = make()
  const short = toSymbols('Al', 'male')
  const long = toSymbols('Christabella', 'female')
  const [a, b] = [short, long].map(
    (name) => countSymbols([name]) * lossOf(parameters, HEADS, [name]).item(),
  )
  expect(lossOf(parameters, HEADS, [short, long]).item()).toBeCloseTo((a! + b!) / 16, 13)
})

test('many names are examined in parts, each symbol with the same weight', () => {
  const parameters = make()
  const part = training.slice(0, 200)
  const whole = noGrad(() => lossOf(parameters, HEADS, part).item())
  expect(examine(parameters, HEADS, part)).toBeCloseTo(whole, 12)
})

test('attention is a distribution over the places up to one’s own', () => {
  const layers = attentionOf(make(), HEADS, toSymbols('Anna', 'female'))
  expect(layers.map((heads) => heads.length)).toEqual([2, 2])
  for (const rows of layers.flat()) {
    expect(rows).toHaveLength(5)
    rows.forEach((row, i) => {
      expect(row.slice(i + 1).every((weight) => weight === 0)).toBe(true)
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 14)
    })
  }
})

/** Fifty names, or what the options say, of a network that has learnt nothing. */
const draw = (seed: number, options: Partial<Sampling> = {}) =>
  sample(make(), HEADS, {
    list: 'male',
    count: 50,
    temperature: 1,
    generator: new Generator(seed),
    ...options,
  }).map(toName)

test('names are invented from a seed, and end in time', () => {
  expect(draw(1)).toHaveLength(50)
  expect(draw(1)).toEqual(draw(1))
  expect(draw(2)).not.toEqual(draw(1))
  expect(Math.max(...draw(1).map(({ length }) => length))).toBeLessThan(sizes.context)
  expect(draw(1, { count: 0 })).toEqual([])
})

test('a high temperature draws many different names, none at all always the same', () => {
  expect(new Set(draw(1)).size).toBeGreaterThan(40)
  expect(new Set(draw(1, { temperature: 1e-5 })).size).toBe(1)
})
