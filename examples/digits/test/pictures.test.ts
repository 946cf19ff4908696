import { decode } from 'fast-png'
import { expect, test } from 'vitest'
import { PIXELS, SIDE } from '../src/data.ts'
import { drawCurves, drawMistakes, toEpoch, type Mistake } from '../src/pictures.ts'
import { parseSvg } from './svg.ts'

const epochs = [0.9, 0.5, 0.3].map((loss) => ({
  training: { loss, accuracy: 1 - loss },
  validation: { loss: loss + 0.1, accuracy: 0.9 - loss },
  rate: loss / 100,
}))

const marksOf = (svg: string, role: string) =>
  [...parseSvg(svg).getElementsByTagName('path')].filter(
    (path) => path.getAttribute('aria-roledescription') === role,
  )

const mistake = (confidence: number): Mistake => ({
  pixels: new Float32Array(PIXELS).fill(confidence),
  label: 4,
  answer: 9,
  confidence,
})

test.each([1, 3])(
  'each of %i networks has its lines, and a dot for the weights it keeps',
  async (n) => {
    const names = ['first', 'second', 'third'].slice(0, n)
    const svg = await drawCurves(names.map((name) => ({ name, history: epochs, kept: 2 })))
    expect(marksOf(svg, 'line mark')).toHaveLength(n * 6)
    const dots = marksOf(svg, 'point').map((path) => path.getAttribute('aria-label') ?? '')
    expect(dots).toHaveLength(n * 3)
    for (const dot of dots) expect(dot).toContain('epoch: 2;')
    for (const name of names) expect(svg).toContain(`>${name}<`)
  },
)

test('where nothing else is said, the last epoch is the one that is kept', async () => {
  const svg = await drawCurves([{ name: 'only', history: epochs }])
  for (const dot of marksOf(svg, 'point'))
    expect(dot.getAttribute('aria-label')).toContain('epoch: 3;')
})

test('what train calls by names is an epoch', () => {
  const metrics = { loss: 1, accuracy: 0.5, validationLoss: 2, validationAccuracy: 0.25, rate: 0.1 }
  expect(toEpoch(metrics)).toEqual({
    training: { loss: 1, accuracy: 0.5 },
    validation: { loss: 2, accuracy: 0.25 },
    rate: 0.1,
  })
})

test('a mistake is drawn with its image, its label, the answer and the confidence', async () => {
  const svg = await drawMistakes([mistake(0.25)], 2000)
  parseSvg(svg)
  expect(svg).toContain('1 of 2,000 test images were misread')
  expect(svg).toContain('>4 → 9<')
  expect(svg).toContain('>25 %<')

  const [, base64 = ''] = /data:image\/png;base64,([^"]+)/.exec(svg) ?? []
  const png = decode(Buffer.from(base64, 'base64'))
  expect(png).toMatchObject({ width: SIDE, height: SIDE, channels: 2 })
  expect([...png.data.subarray(0, 4)]).toEqual([0, 64, 0, 64])
})

test('the surest mistakes come first, and no more than fit on a sheet', async () => {
  const many = Array.from({ length: 500 }, (_, i) => mistake((i + 0.5) / 500))
  const svg = await drawMistakes(many, 2000)
  expect(svg).toContain('500 of 2,000 test images were misread; here are 96')
  expect([...parseSvg(svg).getElementsByTagName('image')]).toHaveLength(96)
  expect(svg.indexOf('>100 %<')).toBeLessThan(svg.indexOf('>90 %<'))
  expect(svg).not.toContain('>50 %<')
})

test('a sheet without mistakes is a sheet', async () => {
  const svg = await drawMistakes([], 2000)
  parseSvg(svg)
  expect(svg).toContain('0 of 2,000 test images were misread')
})

test('the same numbers give the same pictures', async () => {
  const runs = [{ name: 'only', history: epochs }]
  expect(await drawCurves(runs)).toBe(await drawCurves(runs))
  expect(await drawMistakes([mistake(0.5)], 9)).toBe(await drawMistakes([mistake(0.5)], 9))
})
