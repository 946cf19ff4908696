import { decode } from 'fast-png'
import { expect, test } from 'vitest'
import { PIXELS, SIDE } from '../src/data.ts'
import { drawCurves, drawMistakes, type Mistake } from '../src/pictures.ts'
import { parseSvg } from './svg.ts'

const epochs = [0.9, 0.5, 0.3].map((loss) => ({
  training: { loss, accuracy: 1 - loss },
  test: { loss: loss + 0.1, accuracy: 0.9 - loss },
}))

const mistake = (confidence: number): Mistake => ({
  pixels: new Float32Array(PIXELS).fill(confidence),
  label: 4,
  answer: 9,
  confidence,
})

test.each([1, 3])('the curves of %i epochs have a point per epoch, set and panel', async (n) => {
  const svg = await drawCurves(epochs.slice(0, n))
  const paths = [...parseSvg(svg).getElementsByTagName('path')]
  const points = paths.filter((path) => path.getAttribute('aria-roledescription') === 'point')
  expect(points).toHaveLength(4 * n)
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
  expect(svg).toContain('500 of 2,000 test images were misread; here are 180')
  expect([...parseSvg(svg).getElementsByTagName('image')]).toHaveLength(180)
  expect(svg.indexOf('>100 %<')).toBeLessThan(svg.indexOf('>80 %<'))
  expect(svg).not.toContain('>50 %<')
})

test('a sheet without mistakes is a sheet', async () => {
  const svg = await drawMistakes([], 2000)
  parseSvg(svg)
  expect(svg).toContain('0 of 2,000 test images were misread')
})

test('the same numbers give the same pictures', async () => {
  expect(await drawCurves(epochs)).toBe(await drawCurves(epochs))
  expect(await drawMistakes([mistake(0.5)], 9)).toBe(await drawMistakes([mistake(0.5)], 9))
})
