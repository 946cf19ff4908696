import { expect, test } from 'vitest'
import { drawAttention, drawCurves, drawNames } from '../src/pictures.ts'
import { parseSvg } from './svg.ts'

const points = [1, 2, 3].map((i) => ({ epoch: i / 2, training: 3 / i, test: 3.1 / i }))

const named = (svg: string, role: string) =>
  [...parseSvg(svg).getElementsByTagName('path')].filter(
    (path) => path.getAttribute('aria-roledescription') === role,
  )

test.each([1, 3])('the curves of %i points, the bigrams’ line and the last figure', async (n) => {
  const svg = await drawCurves(points.slice(0, n), Math.log(11.42))
  expect(named(svg, 'line mark')).toHaveLength(2)
  expect(svg).toContain('>bigram table 11.4<')
  expect(svg).toContain(`>${Math.exp(points[n - 1]!.test).toFixed(1)}<`)
})

const column = (temperature: number) => ({
  temperature,
  female: [{ name: `Ada${temperature}`, origin: 'learnt' as const }],
  male: [{ name: `Bob${temperature}`, origin: 'held out' as const }],
})

test('names stand under their temperature, in the colour of their origin', async () => {
  const svg = await drawNames([column(0.5), column(1.5)])
  const texts = [...parseSvg(svg).getElementsByTagName('text')]
  const colour = (name: string) =>
    texts.find(({ textContent }) => textContent === name)?.getAttribute('fill')
  for (const text of ['temperature 0.5', 'temperature 1.5', 'female names', 'male names']) {
    expect(svg).toContain(`>${text}<`)
  }
  expect([colour('Ada0.5'), colour('Bob1.5')]).toEqual(['#8a8f98', '#e8710a'])
})

test('a square for each pair of places, as full as the attention', async () => {
  const rows = [
    [1, 0, 0],
    [0.25, 0.75, 0],
    [0.5, 0.5, 0],
  ]
  const svg = await drawAttention('Al', [[rows, rows]])
  const squares = named(svg, 'rect mark')
  expect(squares).toHaveLength(2 * 6)
  expect(squares.slice(0, 3).map((square) => square.getAttribute('fill-opacity'))).toEqual([
    '1',
    '0.25',
    '0.75',
  ])
  expect(svg).toContain('>•<')
  expect(svg).toContain('>l<')
})

test('the same numbers give the same picture', async () => {
  expect(await drawCurves(points, 2.4)).toBe(await drawCurves(points, 2.4))
})
