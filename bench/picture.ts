// The ratios of a run as a picture: a dot per peer, a line over four fifths of the
// turns, a bar to reach where one is set. Drawn by Vega-Lite as SVG; it follows the
// reader's light or dark colour scheme.
import { parse, View } from 'vega'
import { compile, type Config, type TopLevelSpec } from 'vega-lite'
import { LABELS } from './contender.ts'
import { summarize } from './statistics.ts'
import type { Result } from './table.ts'

/** In the middle of what can be read on white and on near-black. */
const COLORS: Readonly<Record<string, string>> = {
  [LABELS.tfjs]: '#e8710a',
  [LABELS.jax]: '#0e9fb5',
  [LABELS['jax-jit']]: '#3b82f6',
  [LABELS['numpy-ts']]: '#16a34a',
  [LABELS.peak]: '#8a8f98',
  [LABELS.numpy]: '#a855f7',
  [LABELS.torch]: '#e0384f',
  [LABELS.ours]: '#8a6d3b',
}

type Dot = {
  readonly work: string
  readonly peer: string
  readonly ratio: number
  readonly low: number
  readonly high: number
  readonly bar: number | null
}

/** The works that were measured against someone. */
export function drawRatios(results: readonly Result[], title: string): Promise<string> {
  const dots = results.flatMap(dotsOf)
  const peers = Object.keys(COLORS).filter((label) => dots.some(({ peer }) => peer === label))
  const x = { type: 'quantitative', scale: { type: 'log', nice: false, padding: 12 } }
  const color = {
    field: 'peer',
    type: 'nominal',
    scale: { domain: peers, range: peers.map((peer) => COLORS[peer]) },
    legend: { title: null, orient: 'top', direction: 'horizontal', columns: 4, labelLimit: 0 },
  }
  const y = {
    field: 'work',
    type: 'nominal',
    sort: null,
    axis: { title: null, labelLimit: 0, grid: true, ticks: false, domain: false },
  }
  const axis = { title: 'times as fast (logarithmic)', tickCount: 8, format: '~r', grid: false }
  return draw({
    title: {
      text: title,
      subtitle: 'right of the line smol is faster; a stroke is a bar to reach',
    },
    width: 560,
    height: { step: 24 },
    data: { values: dots },
    layer: [
      {
        data: { values: [{}] },
        mark: { type: 'rule', strokeWidth: 1.5, color: '#8a8f98' },
        encoding: { x: { datum: 1, ...x } },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.6 },
        encoding: { x: { field: 'low', ...x, axis }, x2: { field: 'high' }, y, color },
      },
      {
        transform: [{ filter: 'datum.bar !== null' }],
        mark: { type: 'tick', thickness: 2, size: 16, opacity: 0.8 },
        encoding: { x: { field: 'bar', ...x }, y, color },
      },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { x: { field: 'ratio', ...x }, y, color },
      },
    ],
  } as TopLevelSpec)
}

/** The first subject that was there: the one that has the bars, if it could be measured. */
function dotsOf({ row, comparison }: Result): readonly Dot[] {
  const name = row.subjects.find((each) =>
    comparison.ratios.some((pair) => pair.subject === LABELS[each]),
  )
  const subject = name && LABELS[name]
  const barred = name === row.subjects[0]
  const work = name === 'ours-kernels' ? `${row.title}, kernel` : row.title
  return comparison.ratios
    .filter((pair) => pair.subject === subject)
    .map(({ peer, ratios }) => {
      const { median, p10, p90 } = summarize(ratios)
      const bar = row.bars.find(
        (each) => 'over' in each && each.over.some((over) => LABELS[over] === peer),
      )
      return {
        work,
        peer,
        ratio: median,
        low: p10,
        high: p90,
        bar: barred && bar && 'times' in bar ? bar.times : null,
      }
    })
}

const LOOK: Config = {
  background: '#ffffff',
  padding: 20,
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  title: { anchor: 'start', fontSize: 15, subtitleFontSize: 12, offset: 14 },
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#e2e4e9' },
  legend: { labelFontSize: 12, symbolOpacity: 1 },
}

/** Only a viewer that knows of colour schemes reads this; any other shows dark on white. */
const DARK = `@media (prefers-color-scheme: dark) {
  svg > rect { fill: #16181d }
  text { fill: #e4e6eb }
  .role-axis-grid line { stroke: #2c3038 }
}`

async function draw(spec: TopLevelSpec): Promise<string> {
  const compiled = compile({ ...spec, config: LOOK }).spec
  const svg = await new View(parse(compiled), { renderer: 'none' }).toSVG()
  return `${svg.replace('>', `><style>${DARK}</style>`)}\n`
}
