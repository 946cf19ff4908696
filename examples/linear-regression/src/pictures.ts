// The two pictures: how good the predictions are, and how the descents close in on the formula.
import type { TopLevelSpec } from 'vega-lite'
import { draw } from './look.ts'

export type Judged = { readonly set: string; readonly actual: number; readonly predicted: number }

/** A point per car; a perfect prediction lies on the diagonal. */
export function drawPredictions(cars: readonly Judged[]): Promise<string> {
  const all = cars.flatMap(({ actual, predicted }) => [actual, predicted])
  const domain = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))]
  const axis = (field: string, title: string) => ({
    field,
    type: 'quantitative',
    scale: { domain, nice: false, zero: false },
    axis: { title, tickCount: 6 },
  })
  return draw({
    title: { text: 'Fuel consumption of cars, litres per 100 km', subtitle: 'a point per car' },
    width: 420,
    height: 420,
    encoding: { x: axis('actual', 'true'), y: axis('predicted', 'predicted') },
    layer: [
      {
        data: { values: domain.map((at) => ({ actual: at, predicted: at })) },
        mark: { type: 'line', color: 'black', strokeWidth: 1, strokeDash: [4, 4], opacity: 0.5 },
      },
      {
        data: { values: cars },
        mark: { type: 'point', filled: true, size: 38 },
        encoding: {
          color: series('set'),
          opacity: {
            condition: { test: "datum.set === 'unseen cars'", value: 0.95 },
            value: 0.45,
          },
        },
      },
    ],
  } as TopLevelSpec)
}

/** The largest difference of a weight to the formula's, step by step. */
export function drawConvergence(distances: Record<string, readonly number[]>): Promise<string> {
  const values = Object.entries(distances).flatMap(([method, list]) =>
    list.flatMap((distance, step) => (distance > 0 ? [{ method, step, distance }] : [])),
  )
  return draw({
    title: { text: 'How far from the formula', subtitle: 'the largest difference of a weight' },
    width: 460,
    height: 260,
    data: { values },
    mark: { type: 'line' },
    encoding: {
      x: { field: 'step', type: 'quantitative', axis: { grid: false }, scale: { nice: false } },
      y: {
        field: 'distance',
        type: 'quantitative',
        scale: { type: 'log' },
        axis: { title: null, format: '.0e', tickCount: 8 },
      },
      color: series('method'),
      strokeDash: series('method'), // The second line lies upon the first.
    },
  } as TopLevelSpec)
}

const series = (field: string) => ({
  field,
  type: 'nominal',
  sort: null,
  legend: { title: null, orient: 'bottom' },
})
