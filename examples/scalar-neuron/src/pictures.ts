// The pictures of descents: the loss over the weight as a line, and on it the way of the weight.
import type { TopLevelSpec } from 'vega-lite'
import { draw } from './look.ts'

type Place = { readonly w: number; readonly loss: number }
export type Point = Place & { readonly step: number; readonly gradient: number }
export type Walk = { readonly name: string; readonly path: readonly Point[] }

/** One descent, and the tangents at its first steps: they say which way is down, and how steep. */
export function drawDescent(curve: readonly Place[], { name, path }: Walk): Promise<string> {
  const tangents = path.slice(0, 5).flatMap(({ step, w, loss, gradient }) => {
    const reach = 0.8 / Math.hypot(1, gradient / 4)
    return [-reach, reach].map((d) => ({ step, w: w + d, loss: loss + gradient * d }))
  })
  return draw({
    title: { text: `Gradient descent, ${name}`, subtitle: 'the slope says where to, and how far' },
    width: 560,
    height: 300,
    encoding: placeIn(curve),
    layer: [
      line(curve),
      {
        data: { values: tangents },
        mark: { type: 'line', clip: true, strokeWidth: 1.6, color: '#e8710a' },
        encoding: { detail: { field: 'step' } },
      },
      dots(path, '#e8710a'),
      {
        data: { values: path.slice(0, 5) },
        mark: { type: 'text', clip: true, dx: 12, dy: -8, fontSize: 12 },
        encoding: { text: { field: 'step' } },
      },
    ],
  } as TopLevelSpec)
}

/** Several descents side by side: the same loss, the same beginning, other learning rates. */
export function drawRates(curve: readonly Place[], walks: readonly Walk[]): Promise<string> {
  const panel = ({ name, path }: Walk, i: number) => ({
    title: { text: name, fontSize: 13 },
    width: 230,
    height: 190,
    encoding: placeIn(curve),
    layer: [line(curve), way(path.slice(0, 40), COLORS[i]!), dots(path.slice(0, 40), COLORS[i]!)],
  })
  return draw({
    title: { text: 'One loss, four learning rates', subtitle: 'the first 40 steps of each' },
    columns: 2,
    spacing: 30,
    concat: walks.map(panel),
  } as TopLevelSpec)
}

/** Two ways from the same place: one ends in the first valley, one gets further. */
export function drawValleys(curve: readonly Place[], walks: readonly Walk[]): Promise<string> {
  const lifted = walks.flatMap(({ name, path }, i) =>
    path.map((at) => ({ ...at, name, loss: at.loss + 0.1 * i })),
  )
  return draw({
    title: {
      text: 'Two valleys',
      subtitle: 'both ways begin on the right; the second is drawn a little above the loss',
    },
    width: 560,
    height: 300,
    encoding: placeIn(curve),
    layer: [
      line(curve),
      {
        data: { values: lifted },
        mark: { type: 'line', clip: true, strokeWidth: 1.2, opacity: 0.6 },
        encoding: { color: series, order: { field: 'step' } },
      },
      {
        data: { values: lifted },
        mark: { type: 'point', clip: true, filled: true, size: 34, opacity: 0.9 },
        encoding: { color: series },
      },
    ],
  } as TopLevelSpec)
}

const COLORS = ['#e8710a', '#16a34a', '#a855f7', '#e11d74']

const series = {
  field: 'name',
  type: 'nominal',
  scale: { range: ['#e8710a', '#16a34a'] },
  sort: null,
  legend: { title: null, orient: 'bottom' },
}

/** The axes, as far as the line of the loss goes. */
function placeIn(curve: readonly Place[]) {
  const highest = Math.max(...curve.map(({ loss }) => loss))
  const lowest = Math.min(...curve.map(({ loss }) => loss))
  const axis = { grid: false, tickCount: 5 }
  const from = lowest - 0.05 * (highest - lowest)
  return {
    x: {
      field: 'w',
      type: 'quantitative',
      scale: { domain: [curve[0]!.w, curve.at(-1)!.w], nice: false },
      axis: { title: 'weight w', ...axis },
    },
    y: {
      field: 'loss',
      type: 'quantitative',
      scale: { domain: [from, highest], nice: false, zero: false },
      axis: { title: 'loss', ...axis },
    },
  }
}

const line = (curve: readonly Place[]) => ({
  data: { values: curve },
  mark: { type: 'line', strokeWidth: 2.2 },
})

const way = (path: readonly Point[], color: string) => ({
  data: { values: path },
  mark: { type: 'line', clip: true, strokeWidth: 1.2, opacity: 0.6, color },
  encoding: { order: { field: 'step' } },
})

const dots = (path: readonly Point[], color: string) => ({
  data: { values: path },
  mark: { type: 'point', clip: true, filled: true, size: 40, opacity: 0.9, color },
})
