// The two pictures: the paths of the racers down each landscape, which move, and the loss of the
// network under each of them.
import type { TopLevelSpec } from 'vega-lite'
import { animate } from './animation.ts'
import { contourLines } from './contours.ts'
import type { Landscape } from './landscapes.ts'
import { draw } from './look.ts'
import type { Race } from './report.ts'

const COLORS = ['#3b82f6', '#e8710a', '#16a34a', '#a855f7', '#e11d74', '#0d9aa8']

const colors = (race: Race) => ({
  domain: race.runs.map(({ racer }) => racer),
  range: COLORS,
})

/** A panel per landscape, with contour lines, the start, the lowest points and the paths. */
export async function drawRace(
  landscapes: readonly Landscape[],
  races: readonly Race[],
): Promise<string> {
  const spec = {
    columns: 2,
    spacing: { row: 58, column: 24 },
    bounds: 'flush',
    concat: landscapes.map((landscape, i) => panel(landscape, races[i]!)),
  } as unknown as TopLevelSpec
  // A screen shows no more digits than these.
  const short = (await draw(spec)).replaceAll(/"[^"]*"/g, (attribute) =>
    attribute.replaceAll(/-?\d+\.\d{2,}/g, (x) => String(Number(Number(x).toFixed(1)))),
  )
  return animate(short)
}

type Place = readonly [x: number, y: number]

const axis = (field: string, domain: readonly number[]) => ({
  field,
  type: 'quantitative',
  scale: { domain, nice: false, zero: false },
  axis: null,
})
const order = { field: 'order', type: 'quantitative' }
const marks = (type: string, extra: object) => ({ type, clip: true, opacity: 1, ...extra })
const unread = (type: string, extra: object) => marks(type, { aria: false, ...extra })
const at = (places: readonly Place[]) => ({ values: places.map(([x, y]) => ({ x, y })) })

function panel(landscape: Landscape, race: Race) {
  const { name, difficulty, window, start, lowest } = landscape
  const [[left, bottom], [right, top]] = window
  const position = { x: axis('x', [left, right]), y: axis('y', [bottom, top]) }
  return {
    title: { text: name, subtitle: difficulty, offset: 8 },
    width: 350,
    height: 270,
    layer: [
      {
        data: { values: contourLines(landscape) },
        mark: unread('line', { stroke: '#8b919c', strokeWidth: 0.8, opacity: 0.5 }),
        encoding: { ...position, order, detail: { field: 'line' } },
      },
      {
        data: at([start]),
        mark: unread('point', { stroke: 'black', size: 90, strokeWidth: 1.4 }),
        encoding: position,
      },
      {
        data: at(lowest),
        mark: unread('point', { shape: 'cross', filled: true, fill: 'black', size: 70 }),
        encoding: position,
      },
      ...race.runs.flatMap(({ racer, track }) => {
        const values = track.map(({ place: [x, y] }, i) => ({ x, y, order: i }))
        const color = { datum: racer, scale: colors(race), legend: LEGEND }
        return [
          {
            data: { values },
            mark: marks('line', {
              strokeWidth: 1.6,
              opacity: 0.85,
              description: `path of ${racer}`,
            }),
            encoding: { ...position, color, order },
          },
          {
            data: { values: values.slice(-1) },
            mark: marks('point', { filled: true, size: 55, description: `end of ${racer}` }),
            encoding: { ...position, color },
          },
        ]
      }),
    ],
  }
}

const LEGEND = {
  title: null,
  orient: 'top',
  symbolType: 'stroke',
  symbolStrokeWidth: 3,
  symbolSize: 200,
  columns: 6,
}

/** The loss over the gradients that were asked for. */
export function drawCurves(race: Race): Promise<string> {
  const best = race.runs.map(({ racer, track }) => ({ racer, track }))
  return draw({
    width: 640,
    height: 300,
    data: {
      values: best.flatMap(({ racer, track }) =>
        track.map(({ height }, i) => ({ racer, gradients: i, loss: height })),
      ),
    },
    mark: { type: 'line', clip: true, aria: false },
    encoding: {
      x: { field: 'gradients', type: 'quantitative', axis: { title: 'gradients', grid: false } },
      y: {
        field: 'loss',
        type: 'quantitative',
        scale: { type: 'log', domain: [0.0001, 2], nice: false },
        axis: { title: 'loss (cross-entropy)', values: [1, 0.1, 0.01, 0.001, 0.0001] },
      },
      color: { field: 'racer', type: 'nominal', scale: colors(race), legend: LEGEND },
    },
  } as unknown as TopLevelSpec)
}
