// The pictures: what the network says of every place, epoch after epoch, and the two losses.
import { encode } from 'fast-png'
import type { TopLevelSpec } from 'vega-lite'
import type { Moons } from './data.ts'
import { draw } from './look.ts'

/** The network after an epoch; `answers` are its answers for the places of `FIELD`. */
export type Epoch = {
  readonly epoch: number
  readonly loss: number
  readonly accuracy: number
  readonly answers: ArrayLike<number>
}

const X = [-1.6, 2.6] as const
const Y = [-1.2, 1.7] as const
const COLUMNS = 84
const ROWS = 58

const within = ([from, to]: readonly [number, number], share: number) => from + share * (to - from)

/** Places all over the picture, row by row from its upper left corner. */
export const FIELD = Array.from(
  { length: ROWS * COLUMNS },
  (_, i) =>
    [
      within(X, ((i % COLUMNS) + 0.5) / COLUMNS),
      within(Y, 1 - (Math.floor(i / COLUMNS) + 0.5) / ROWS),
    ] as const,
)

const UPPER = [0x3b, 0x82, 0xf6] as const
const LOWER = [0xe8, 0x71, 0x0a] as const
const hex = (rgb: readonly number[]) => `#${Buffer.from(rgb).toString('hex')}`

/** The more certain the answer the more colour, in ten steps; at the border none. */
function toPng(answers: ArrayLike<number>): string {
  const data = new Uint8Array(4 * ROWS * COLUMNS)
  for (let i = 0; i < ROWS * COLUMNS; i++) {
    const certainty = Math.abs(Math.tanh(answers[i]! / 2)) // 2p − 1, p the probability
    data.set(answers[i]! > 0 ? UPPER : LOWER, 4 * i)
    data[4 * i + 3] = Math.round(130 * (Math.ceil(10 * certainty) / 10))
  }
  const png = encode({ width: COLUMNS, height: ROWS, channels: 4, depth: 8, data })
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}

const axis = (field: string, domain: readonly [number, number]) => ({
  field,
  type: 'quantitative',
  scale: { domain, nice: false, zero: false },
  axis: null,
})

/** The points and the network's opinion: one picture, or an animation where there are several. */
export async function drawBoundary(moons: Moons, epochs: readonly Epoch[]): Promise<string> {
  const digits = String(epochs.at(-1)!.epoch).length
  const svg = await draw({
    width: 6 * COLUMNS,
    height: 6 * ROWS,
    encoding: { x: axis('x', X), y: axis('y', Y) },
    layer: [
      {
        name: 'field',
        data: {
          values: epochs.map(({ answers }) => ({ x: X[0], y: Y[1], url: toPng(answers) })),
        },
        mark: {
          type: 'image',
          width: 6 * COLUMNS,
          height: 6 * ROWS,
          align: 'left',
          baseline: 'top',
          aspect: false,
          aria: false,
        },
        encoding: { url: { field: 'url', type: 'nominal' } },
      },
      {
        data: {
          values: moons.points.map(([x, y], i) => ({ x, y, upper: moons.signs[i]! > 0 })),
        },
        mark: { type: 'point', filled: true, size: 42, opacity: 1, stroke: 'white', aria: false },
        encoding: {
          color: {
            field: 'upper',
            type: 'nominal',
            scale: { domain: [true, false], range: [hex(UPPER), hex(LOWER)] },
            legend: null,
          },
          strokeWidth: { value: 0.8 },
        },
      },
      {
        name: 'caption',
        data: {
          values: epochs.map(({ epoch, loss, accuracy }) => ({
            text: [
              `epoch ${String(epoch).padStart(digits)}`,
              `loss ${loss.toFixed(4)}`,
              `unseen points ${(100 * accuracy).toFixed(1)} %`,
            ].join(' · '),
          })),
        },
        mark: { type: 'text', align: 'left', fontSize: 13, fontWeight: 600, aria: false },
        encoding: {
          x: { value: 0 },
          y: { value: -12 },
          text: { field: 'text', type: 'nominal' },
        },
      },
    ],
  } as unknown as TopLevelSpec)
  return epochs.length === 1 ? svg : animate(svg, epochs.length)
}

const SECONDS_PER_EPOCH = 0.2
/** The last epoch stays on for so many more. */
const REST = 10

/** Shows the fields and captions one after another; whoever wants no motion sees the last. */
function animate(svg: string, frames: number): string {
  const slots = frames + REST
  const frame = '.field_marks > *, .caption_marks > *'
  const nth = (i: number) => frame.replaceAll('*', `:nth-child(${i + 1})`)
  const delays = Array.from(
    { length: frames },
    (_, i) => `${nth(i)} { animation-delay: ${((i - slots) * SECONDS_PER_EPOCH).toFixed(1)}s }`,
  )
  const style = `
@keyframes one { 0% { opacity: 1 } ${(100 / slots).toFixed(4)}% { opacity: 0 } }
@keyframes last { 0% { opacity: 1 } ${((100 * (REST + 1)) / slots).toFixed(4)}% { opacity: 0 } }
${frame} { opacity: 0 }
${nth(frames - 1)} { opacity: 1 }
@media (prefers-reduced-motion: no-preference) {
  ${frame} { animation: one ${slots * SECONDS_PER_EPOCH}s step-end infinite }
  ${nth(frames - 1)} { animation-name: last }
  ${delays.join('\n  ')}
}
`
  return svg.replace('</style>', `${style}</style>`)
}

/** The losses of both, and below, step by step, how far they are apart. */
export function drawLosses(
  losses: Record<string, readonly number[]>,
  apart: readonly number[],
): Promise<string> {
  const values = Object.entries(losses).flatMap(([computed, list]) =>
    list.map((loss, i) => ({ computed: `in ${computed}`, step: i + 1, loss })),
  )
  const step = {
    field: 'step',
    type: 'quantitative',
    scale: { domain: [1, apart.length], nice: false },
    axis: { grid: false, labelFlush: false },
  }
  const series = { field: 'computed', type: 'nominal', sort: null }
  const legend = { title: null, orient: 'bottom' }
  return draw({
    hconcat: [
      {
        title: 'Loss, step by step',
        width: 340,
        height: 240,
        data: { values: values.filter((each) => each.step <= apart.length) },
        mark: { type: 'line', clip: true },
        encoding: {
          x: step,
          y: { field: 'loss', type: 'quantitative', axis: { title: null } },
          color: { ...series, legend },
          strokeDash: { ...series, legend }, // The second line lies upon the first.
        },
      },
      {
        title: 'Relative difference of the two',
        width: 340,
        height: 240,
        data: { values: apart.map((difference, i) => ({ step: i + 1, difference })) },
        mark: { type: 'line', color: '#16a34a' },
        encoding: {
          x: step,
          y: {
            field: 'difference',
            type: 'quantitative',
            axis: { title: null, format: '.0e', tickCount: 5 },
          },
        },
      },
    ],
    spacing: 40,
  } as TopLevelSpec)
}
