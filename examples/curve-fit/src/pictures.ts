// The two pictures: the measurements with the fitted curve and its band, and the pulls of
// many experiments beside the normal curve that they should follow.
import type { TopLevelSpec } from 'vega-lite'
import { draw } from './look.ts'
import type { Check } from './report.ts'

type Numbers = ArrayLike<number>

/** A curve over `t`, with the half width of its 95 % band and the true one. */
export type Curve = {
  readonly t: Numbers
  readonly fitted: Numbers
  readonly width: Numbers
  readonly truth: Numbers
}

/** `residuals[i]` is how far the measurement `y[i]` at `t[i]` lies above the fitted curve. */
export type Measurements = {
  readonly t: Numbers
  readonly y: Numbers
  readonly residuals: Numbers
  readonly noise: number
}

const FITTED = '#e8710a'
const MEASURED = '#3b82f6'
const COLORS = {
  domain: ['measured', 'fitted, with its 95 % band', 'true'],
  range: [MEASURED, FITTED, 'black'],
}

/** The measurements, the curve through them, and below the residuals. */
export function drawFit(curve: Curve, measurements: Measurements): Promise<string> {
  const { t, y: measured, residuals, noise } = measurements
  const time = {
    field: 't',
    type: 'quantitative',
    scale: { domain: [t[0], t[t.length - 1]], nice: false },
    axis: { title: 'time in s', grid: false },
  }
  const dots = { type: 'point', filled: true, size: 22, opacity: 0.8 }
  const band = { type: 'area', color: FITTED, opacity: 0.3 }
  return draw({
    data: {
      values: Array.from(t, (at, i) => ({ t: at, measured: measured[i], residual: residuals[i] })),
    },
    vconcat: [
      {
        width: 640,
        height: 300,
        encoding: { x: { ...time, axis: { grid: false, labels: false, title: null } } },
        layer: [
          { mark: dots, encoding: { y: above('measured'), color: inColor(0) } },
          {
            data: { values: pointsOf(curve) },
            mark: band,
            encoding: { y: above('low'), y2: { field: 'high' } },
          },
          {
            data: { values: pointsOf(curve) },
            mark: { type: 'line', strokeWidth: 1.4, strokeDash: [4, 4] },
            encoding: { y: above('truth'), color: inColor(2) },
          },
          {
            data: { values: pointsOf(curve) },
            mark: 'line',
            encoding: { y: above('fitted'), color: inColor(1) },
          },
        ],
      },
      {
        width: 640,
        height: 110,
        layer: [
          {
            data: { values: [{ low: -noise, high: noise }] },
            mark: { ...band, type: 'rect', opacity: 0.15 },
            encoding: { y: below('low'), y2: { field: 'high' } },
          },
          {
            mark: { ...dots, color: MEASURED },
            encoding: { x: time, y: below('residual') },
          },
        ],
      },
    ],
    spacing: 12,
  } as unknown as TopLevelSpec)
}

const pointsOf = ({ t, fitted, width, truth }: Curve) =>
  Array.from(t, (at, i) => {
    const [low, high] = [fitted[i]! - width[i]!, fitted[i]! + width[i]!]
    return { t: at, fitted: fitted[i], low, high, truth: truth[i] }
  })

const height = (field: string, title: string, tickCount: number) => ({
  field,
  type: 'quantitative',
  axis: { title, tickCount },
})

const above = (field: string) => height(field, 'y', 5)
const below = (field: string) => height(field, 'residual, ± σ', 3)

const inColor = (series: number) => ({
  datum: COLORS.domain[series],
  scale: COLORS,
  legend: { title: null, orient: 'top', symbolType: 'circle', symbolStrokeWidth: 6, symbolSize: 9 },
})

const STEP = 0.5
const REACH = 4

/** A histogram for each parameter, with the normal curve of mean 0 and spread 1. */
export function drawPulls(checks: readonly Check[]): Promise<string> {
  const count = checks[0]!.pulls.length
  const bell = Array.from({ length: 81 }, (_, i) => {
    const pull = REACH * (i / 40 - 1)
    return { pull, n: (count * STEP * Math.exp(-(pull ** 2) / 2)) / Math.sqrt(2 * Math.PI) }
  })
  const x = {
    field: 'pull',
    type: 'quantitative',
    scale: { domain: [-REACH, REACH], nice: false },
    axis: { title: null, grid: false, values: [-4, -2, 0, 2, 4], format: 'd', labelFlush: false },
  }
  const panel = ({ name, pulls, mean, deviation }: Check) => ({
    title: {
      text: name,
      subtitle: `mean ${mean.toFixed(2)}, spread ${deviation.toFixed(2)}`,
      offset: 6,
    },
    width: 190,
    height: 120,
    layer: [
      {
        data: { values: pulls.map((pull) => ({ pull })) },
        mark: { type: 'bar', color: MEASURED, opacity: 0.8, clip: true },
        encoding: {
          x: { ...x, bin: { step: STEP, extent: [-REACH, REACH] } },
          y: { aggregate: 'count', type: 'quantitative', axis: { title: null, tickCount: 3 } },
        },
      },
      {
        data: { values: bell },
        mark: { type: 'line', stroke: FITTED },
        encoding: { x, y: { field: 'n', type: 'quantitative' } },
      },
    ],
  })
  return draw({
    resolve: { scale: { y: 'shared' } },
    title: {
      text: `(fitted − true) / error in ${count} experiments, and the normal curve`,
    },
    columns: 3,
    spacing: 24,
    concat: checks.map(panel),
  } as unknown as TopLevelSpec)
}
