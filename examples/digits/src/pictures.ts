// The two pictures: how the training went, and the images that the network got wrong.
import { encode } from 'fast-png'
import type { TopLevelSpec } from 'vega-lite'
import { SIDE } from './data.ts'
import { draw } from './look.ts'
import { count, type Score } from './report.ts'

export type Epoch = { readonly training: Score; readonly test: Score }

/** An image that the network took for something else, and how sure it was (0 … 1). */
export type Mistake = {
  readonly pixels: Float32Array
  readonly label: number
  readonly answer: number
  readonly confidence: number
}

const LEARNING = 'training images, while learning'
const EXAMINED = 'test images, after each epoch'

/** Loss and accuracy of both sets over the epochs. */
export function drawCurves(history: readonly Epoch[]): Promise<string> {
  const panel = (field: keyof Score, title: string, axis: object) => ({
    title,
    width: 380,
    height: 260,
    encoding: {
      x: {
        field: 'epoch',
        type: 'quantitative',
        scale: { domain: [1, Math.max(2, history.length)], nice: false },
        axis: { title: 'epoch', tickMinStep: 1, grid: false, format: 'd', labelFlush: false },
      },
      y: {
        field,
        type: 'quantitative',
        scale: { zero: false },
        axis: { title: null, labelFlush: true, ...axis },
      },
      color: {
        field: 'set',
        type: 'nominal',
        scale: { domain: [LEARNING, EXAMINED] },
        legend: { title: null, orient: 'bottom', direction: 'horizontal' },
      },
    },
    mark: { type: 'line', point: { size: 36, filled: true } },
  })
  return draw({
    data: {
      values: history.flatMap(({ training, test }, i) => [
        { epoch: i + 1, set: LEARNING, ...training },
        { epoch: i + 1, set: EXAMINED, ...test },
      ]),
    },
    hconcat: [
      panel('loss', 'Loss (cross-entropy)', { tickCount: 6 }),
      panel('accuracy', 'Accuracy', { tickCount: 6, format: '.0%' }),
    ],
    spacing: 40,
  } as TopLevelSpec)
}

const COLUMNS = 12
const ROWS = 15

/** Those mistakes first that the network was most sure of. */
export function drawMistakes(mistakes: readonly Mistake[], images: number): Promise<string> {
  const worst = mistakes.toSorted((a, b) => b.confidence - a.confidence).slice(0, COLUMNS * ROWS)
  const shown = worst.length < mistakes.length ? `; here are ${worst.length}` : ''
  const rows = Math.ceil(worst.length / COLUMNS)
  const spec = {
    title: {
      text: `${count(mistakes.length)} of ${count(images)} test images were misread${shown}`,
      subtitle: 'what it is → what the network read, and how sure it was of that; the surest first',
    },
    width: COLUMNS * 70,
    height: Math.max(1, rows) * 92,
    data: {
      values: worst.map(({ pixels, label, answer, confidence }, i) => ({
        column: i % COLUMNS,
        row: Math.floor(i / COLUMNS),
        url: toPng(pixels),
        names: `${label} → ${answer}`,
        sure: `${Math.round(100 * confidence)} %`,
      })),
    },
    encoding: { x: position('column'), y: position('row') },
    layer: [
      {
        mark: { type: 'image', width: 2 * SIDE, height: 2 * SIDE, yOffset: -15, smooth: false },
        encoding: { url: { field: 'url', type: 'nominal' } },
      },
      {
        mark: { type: 'text', yOffset: 22, fontSize: 13, fontWeight: 600 },
        encoding: { text: { field: 'names', type: 'nominal' } },
      },
      {
        mark: { type: 'text', yOffset: 36, fontSize: 10.5, opacity: 0.65 },
        encoding: { text: { field: 'sure', type: 'nominal' } },
      },
    ],
  } as TopLevelSpec
  return draw(spec, 'image { filter: invert(0.9) }')
}

const position = (field: string) => ({ field, type: 'ordinal', axis: null })

/** The ink alone, without the paper, as an address that holds the whole image. */
function toPng(pixels: Float32Array): string {
  const data = new Uint8Array(2 * pixels.length)
  pixels.forEach((ink, i) => (data[2 * i + 1] = Math.round(255 * ink))) // [grey, opacity]
  const png = encode({ width: SIDE, height: SIDE, channels: 2, depth: 8, data })
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}
