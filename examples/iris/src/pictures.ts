// The three pictures: where the models see which species, what the best of them says of each
// flower, and what it takes for what.
import { encode } from 'fast-png'
import type { TopLevelSpec } from 'vega-lite'
import { FEATURES, PETAL, SPECIES } from './data.ts'
import { draw } from './look.ts'
import type { Verdict } from './report.ts'

const COLORS = ['#3b82f6', '#e8710a', '#16a34a']
const color = (extra: object = {}) => ({
  field: 'species',
  type: 'nominal',
  scale: { domain: SPECIES, range: COLORS },
  ...extra,
})

/** What a model says of flowers: the probabilities of the species for each row of measurements. */
export type Regions = {
  readonly name: string
  readonly probabilities: (rows: readonly (readonly number[])[]) => number[][]
}

const WIDTH = 240
const HEIGHT = 220
const PIXEL = 2
const X = [0.5, 7.3] as const
const Y = [-0.1, 2.7] as const

const petalAxis = (i: number, domain: readonly number[]) => ({
  type: 'quantitative',
  scale: { domain, nice: false, zero: false },
  axis: { title: `${FEATURES[PETAL[i]!]} in cm`, grid: false, tickCount: 6 },
})

/** A panel per model: its regions as colours, the surer the stronger, and the flowers on them. */
export function drawRegions(
  maps: readonly Regions[],
  petals: readonly (readonly number[])[],
  labels: readonly number[],
): Promise<string> {
  const points = petals.map(([x, y], i) => ({ x, y, species: SPECIES[labels[i]!] }))
  const panel = (map: Regions) => ({
    title: { text: map.name, offset: 6 },
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values: [{ url: toPng(map) }] },
        mark: {
          type: 'image',
          width: WIDTH,
          height: HEIGHT,
          aspect: false,
          x: WIDTH / 2,
          y: HEIGHT / 2,
        },
        encoding: { url: { field: 'url', type: 'nominal' } },
      },
      {
        data: { values: points },
        mark: {
          type: 'point',
          aria: false,
          filled: true,
          size: 34,
          opacity: 1,
          stroke: 'white',
          strokeWidth: 0.8,
        },
        encoding: {
          x: { field: 'x', ...petalAxis(0, X) },
          y: { field: 'y', ...petalAxis(1, Y) },
          color: color({ legend: { title: null, orient: 'top' } }),
        },
      },
    ],
  })
  return draw({ hconcat: maps.map(panel), spacing: 24 } as unknown as TopLevelSpec)
}

/** The map as an image that holds only the colours, to be laid on paper of any colour. */
function toPng({ probabilities }: Regions): string {
  const [width, height] = [WIDTH / PIXEL, HEIGHT / PIXEL]
  const rows = Array.from({ length: width * height }, (_, i) => [
    X[0] + ((X[1] - X[0]) * ((i % width) + 0.5)) / width,
    Y[1] - ((Y[1] - Y[0]) * (Math.floor(i / width) + 0.5)) / height,
  ])
  const data = new Uint8Array(4 * rows.length)
  probabilities(rows).forEach((shares, i) => {
    const largest = Math.max(...shares)
    const hex = COLORS[shares.indexOf(largest)]!
    const rgb = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
    const opacity = (0.45 * (largest - 1 / 3)) / (2 / 3)
    data.set([...rgb, Math.round(255 * opacity)], 4 * i)
  })
  const png = encode({ width, height, channels: 4, depth: 8, data })
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}

/** A thin column per flower, as high as the probabilities of the species. */
export function drawProbabilities(verdicts: readonly Verdict[]): Promise<string> {
  const panel = (species: string, label: number) => ({
    title: { text: species, offset: 6 },
    width: 240,
    height: 140,
    data: {
      values: verdicts
        .filter((verdict) => verdict.label === label)
        .toSorted((a, b) => b.shares[label]! - a.shares[label]!)
        .flatMap(({ shares }, place) =>
          shares.map((share, i) => ({
            place,
            share,
            species: SPECIES[i],
            order: i === label ? 0 : i + 1,
          })),
        ),
    },
    mark: { type: 'bar', opacity: 0.85, aria: false },
    encoding: {
      x: { field: 'place', type: 'ordinal', axis: null, scale: { padding: 0.12 } },
      y: {
        field: 'share',
        type: 'quantitative',
        scale: { domain: [0, 1] },
        axis: { title: label === 0 ? 'probability' : null, format: '.0%', tickCount: 3 },
      },
      color: color({ legend: { title: null, orient: 'top' } }),
      order: { field: 'order', type: 'quantitative' },
    },
  })
  return draw({
    hconcat: SPECIES.map(panel),

    spacing: 24,
  } as unknown as TopLevelSpec)
}

const names = (field: string, orient: string) => ({
  field,
  type: 'nominal',
  sort: null,
  axis: { title: field, orient, labelAngle: 0, ticks: false, domain: false, titlePadding: 8 },
})

/** Rows are species, columns answers; the stronger the colour, the more of the row. */
export function drawConfusion(counts: readonly (readonly number[])[]): Promise<string> {
  const values = counts.flatMap((row, i) => {
    const total = row.reduce((sum, n) => sum + n, 0)
    return row.map((n, j) => ({
      species: SPECIES[i],
      answer: SPECIES[j],
      n: String(n),
      share: n / total,
    }))
  })
  return draw({
    width: 330,
    height: 210,
    data: { values },
    encoding: {
      x: names('answer', 'top'),
      y: names('species', 'left'),
    },
    layer: [
      {
        mark: {
          type: 'rect',
          color: COLORS[0],
          cornerRadius: 5,
          stroke: 'white',
          strokeWidth: 4,
          strokeOpacity: 1,
        },
        encoding: {
          opacity: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, 1], range: [0.06, 0.7] },
            legend: null,
          },
        },
      },
      { mark: { type: 'text', fontSize: 16 }, encoding: { text: { field: 'n', type: 'nominal' } } },
    ],
  } as unknown as TopLevelSpec)
}
