// The two pictures: how the trainings went, and the images that the network got wrong.
import { encode } from 'fast-png'
import type { Metrics } from '@smol/optim/training'
import type { TopLevelSpec } from 'vega-lite'
import { SIDE } from './data.ts'
import { draw } from './look.ts'
import { count, type Score } from './report.ts'

/** How well a network did while it learned and after it, and the learning rate that it had come to. */
export type Epoch = { readonly training: Score; readonly validation: Score; readonly rate: number }

/** How the training of a network went. */
export type Run = {
  readonly name: string
  readonly history: readonly Epoch[]
  /** The epoch whose weights were kept, where that is not the last. */
  readonly kept?: number
}

/** What `train` calls by names. */
export const toEpoch = (metrics: Metrics): Epoch => ({
  training: { loss: metrics['loss']!, accuracy: metrics['accuracy']! },
  validation: { loss: metrics['validationLoss']!, accuracy: metrics['validationAccuracy']! },
  rate: metrics['rate']!,
})

/** An image that the network took for something else, and how sure it was (0 … 1). */
export type Mistake = {
  readonly pixels: Float32Array
  readonly label: number
  readonly answer: number
  readonly confidence: number
}

const LEARNING = 'while learning'
const WATCHED = 'validation images'

/** Loss, accuracy and learning rate of each network over the epochs; a dot where its weights come from. */
export function drawCurves(runs: readonly Run[]): Promise<string> {
  const axis = { title: null, tickCount: 6, labelFlush: true }
  const x = {
    field: 'epoch',
    type: 'quantitative',
    scale: { domain: [1, Math.max(2, ...runs.map(({ history }) => history.length))], nice: false },
    axis: { title: 'epoch', tickMinStep: 1, grid: false, format: 'd', labelFlush: false },
  }
  const color = {
    field: 'network',
    type: 'nominal',
    scale: { domain: runs.map(({ name }) => name) },
    legend: { title: null, orient: 'bottom', direction: 'horizontal' },
  }
  const strokeDash = {
    field: 'set',
    type: 'nominal',
    scale: { domain: [WATCHED, LEARNING], range: [[], [2, 3]] },
    legend: { title: null, orient: 'bottom', direction: 'horizontal', symbolType: 'stroke' },
  }
  const panel = (field: string, title: string, y: object, least = 0) => ({
    title,
    transform: [{ filter: `datum.${field} >= ${least}` }],
    width: 290,
    height: 260,
    encoding: { x, y: { field, type: 'quantitative', ...y }, color },
    layer: [
      { mark: 'line', encoding: { strokeDash } },
      {
        transform: [{ filter: 'datum.kept' }],
        mark: { type: 'point', size: 70, filled: true, opacity: 1 },
      },
    ],
  })
  // A beginning that is far below would leave the rest of the picture flat.
  const ends = runs.map(({ history, kept = history.length }) => history[kept - 1]!.validation)
  const least = Math.min(0.85, ...ends.map((end) => end.accuracy))
  const shares = { scale: { domain: [least, 1] }, axis: { ...axis, format: '.0%' } }
  return draw({
    data: { values: runs.flatMap(pointsOf) },
    hconcat: [
      panel('loss', 'Loss', { scale: { type: 'log', nice: false }, axis }),
      panel('accuracy', 'Accuracy', shares, least),
      panel('rate', 'Learning rate', { axis }),
    ],
    spacing: 36,
  } as TopLevelSpec)
}

const pointsOf = ({ name, history, kept = history.length }: Run) =>
  history.flatMap(({ training, validation, rate }, i) => {
    const point = { network: name, epoch: i + 1, rate }
    return [
      { ...point, set: LEARNING, ...training },
      { ...point, set: WATCHED, ...validation, kept: kept === i + 1 },
    ]
  })

const COLUMNS = 12
const ROWS = 8

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
