// The pictures of the README: each loss and its derivative, as functions of one number.
//
//     pnpm generate losses      rewrites docs/*.svg
import { writeFileSync } from 'node:fs'
import { MLArray, stack } from '@smol/mlarray'
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import * as losses from '../src/index.ts'

type Picture = {
  /** What the number is. */
  readonly of: string
  readonly from: number
  readonly to: number
  /** What is shown of the vertical axis. */
  readonly range: readonly [from: number, to: number]
  readonly loss: (x: MLArray) => MLArray
}

const sum = { reduction: 'sum' } as const
const fixed = (values: number[]): MLArray => new MLArray(values, { requiresGrad: false })

/** Two logits, of which the second one is 0, as one sample. */
const twoLogits = (x: MLArray): MLArray => stack([x, fixed([0]).sum()]).expandDims(0)
const twoProbabilities = (p: MLArray): MLArray => stack([p, p.neg().add(1)]).expandDims(0)
const onCircle = (angle: MLArray): MLArray => stack([angle.cos(), angle.sin()]).expandDims(0)
const first = [[1, 0]]

const error = { of: 'p − t', from: -3, to: 3, range: [-2, 4] } as const
const logit = { of: 'logit', from: -4, to: 4, range: [-1.5, 4] } as const
const probability = { of: 'p of the true class', from: 0.02, to: 0.99, range: [-5, 4] } as const
const score = { of: 'score of a positive', from: -2, to: 3, range: [-2, 4] } as const

export const pictures: Readonly<Record<keyof typeof losses, Picture>> = {
  mseLoss: { ...error, loss: (x) => losses.mseLoss(x, 0) },
  maeLoss: { ...error, loss: (x) => losses.maeLoss(x, 0) },
  huberLoss: { ...error, loss: (x) => losses.huberLoss(x, 0) },
  smoothL1Loss: { ...error, loss: (x) => losses.smoothL1Loss(x, 0, { beta: 0.5 }) },
  logCoshLoss: { ...error, loss: (x) => losses.logCoshLoss(x, 0) },
  quantileLoss: {
    ...error,
    range: [-1, 3],
    loss: (x) => losses.quantileLoss(x, 0, { quantile: 0.8 }),
  },
  binaryCrossEntropyLoss: { ...probability, loss: (x) => losses.binaryCrossEntropyLoss(x, 1) },
  binaryCrossEntropyWithLogitsLoss: {
    ...logit,
    loss: (x) => losses.binaryCrossEntropyWithLogitsLoss(x, 1),
  },
  focalLoss: { ...logit, loss: (x) => losses.focalLoss(x, 1, { alpha: -1 }) },
  diceLoss: {
    of: 'p of the only pixel',
    from: 0,
    to: 1,
    range: [-1, 1],
    loss: (x) => losses.diceLoss(x, 1),
  },
  crossEntropyLoss: { ...logit, loss: (x) => losses.crossEntropyLoss(twoLogits(x), [0]) },
  nllLoss: {
    of: 'log p of the true class',
    from: -4,
    to: 0,
    range: [-1.5, 4],
    loss: (x) => losses.nllLoss(stack([x, x]).expandDims(0), [0]),
  },
  categoricalCrossEntropyLoss: {
    ...probability,
    loss: (x) => losses.categoricalCrossEntropyLoss(twoProbabilities(x), first),
  },
  klDivergenceLoss: {
    of: 'p beside t = 0.3',
    from: 0.02,
    to: 0.98,
    range: [-3, 3],
    loss: (x) => losses.klDivergenceLoss(twoProbabilities(x).log(), [[0.3, 0.7]], sum),
  },
  poissonNllLoss: {
    of: 'log rate, 2 counts',
    from: -2,
    to: 2.2,
    range: [-3, 5],
    loss: (x) => losses.poissonNllLoss(x, 2),
  },
  gaussianNllLoss: {
    of: 'variance at error 1',
    from: 0.1,
    to: 4,
    range: [-2, 4],
    loss: (x) => losses.gaussianNllLoss(x.mul(0).add(1), 0, x),
  },
  hingeLoss: { ...score, loss: (x) => losses.hingeLoss(x, 1) },
  squaredHingeLoss: { ...score, loss: (x) => losses.squaredHingeLoss(x, 1) },
  hingeEmbeddingLoss: {
    of: 'distance, unlike',
    from: 0,
    to: 3,
    range: [-1.5, 2],
    loss: (x) => losses.hingeEmbeddingLoss(x, -1),
  },
  softMarginLoss: { ...score, loss: (x) => losses.softMarginLoss(x, 1) },
  multiMarginLoss: { ...score, loss: (x) => losses.multiMarginLoss(twoLogits(x), [0]) },
  cosineEmbeddingLoss: {
    of: 'angle, if alike (rad)',
    from: -Math.PI,
    to: Math.PI,
    range: [-1.5, 2.5],
    loss: (x) => losses.cosineEmbeddingLoss(onCircle(x), first, [1]),
  },
  tripletMarginLoss: {
    of: 'd(a, p), d(a, n) = 1.5',
    from: 0,
    to: 3,
    range: [-0.5, 3],
    loss: (x) => losses.tripletMarginLoss(fixed([0]), x.expandDims(0), [1.5], { eps: 0 }),
  },
  marginRankingLoss: {
    of: 'a − b, a ranks higher',
    from: -3,
    to: 3,
    range: [-2, 4],
    loss: (x) => losses.marginRankingLoss(x, 0, 1),
  },
  contrastiveLoss: {
    of: 'angle of the views (rad)',
    from: -Math.PI,
    to: Math.PI,
    range: [-1, 2.5],
    loss: (x) =>
      losses.contrastiveLoss(stack([onCircle(x).sum({ axis: 0 }), fixed([0, 1])]), [
        [1, 0],
        [0, 1],
      ]),
  },
  ctcLoss: {
    of: 'logit of the label',
    from: -4,
    to: 4,
    range: [-2, 4],
    loss: (x) => {
      const step = stack([fixed([0]).sum(), x])
      return losses.ctcLoss(stack([step, step]).logSoftmax(), [1], 2, 1)
    },
  },
}

const BLUE = '#3b82f6'
const ORANGE = '#e8710a'
// Of middle lightness: legible on white and on black.
const GREY = '#808a99'
const POINTS = 161

function curves({ from, to, loss }: Picture): object[] {
  return Array.from({ length: POINTS }, (_, i) => {
    const x = from + ((to - from) * i) / (POINTS - 1)
    const at = new MLArray(x)
    const y = loss(at)
    y.backward()
    const show = (curve: string, value: number): object => ({
      curve,
      x: Number(x.toFixed(4)),
      y: Number(value.toFixed(4)),
    })
    return [show('loss', y.item()), show('derivative', at.grad().item())]
  }).flat()
}

const AXIS = {
  tickCount: 4,
  gridColor: GREY,
  gridOpacity: 0.2,
  domain: false,
  ticks: false,
  labelColor: GREY,
  titleColor: GREY,
  titleFontWeight: 'normal',
  titlePadding: 3,
}

/** By curve: the loss in one way, its derivative in another. */
const byCurve = (loss: unknown, derivative: unknown): object => ({
  field: 'curve',
  scale: { domain: ['loss', 'derivative'], range: [loss, derivative] },
  legend: null,
})

function specOf(picture: Picture): TopLevelSpec {
  const { of, from, to, range } = picture
  const x = { field: 'x', type: 'quantitative', title: of, axis: AXIS }
  const y = { field: 'y', type: 'quantitative', title: null, axis: AXIS }
  const zero = {
    data: { values: [{}] },
    mark: { type: 'rule', color: GREY, opacity: 0.6 },
    encoding: { y: { datum: 0 } },
  }
  const lines = {
    data: { values: curves(picture) },
    mark: { type: 'line', clip: true, strokeWidth: 2 },
    encoding: {
      x: { ...x, scale: { domain: [from, to], nice: false } },
      y: { ...y, scale: { domain: range } },
      color: byCurve(BLUE, ORANGE),
      strokeDash: byCurve([], [4, 3]),
    },
  }
  return {
    width: 190,
    height: 112,
    padding: 2,
    autosize: { type: 'fit', contains: 'padding' },
    background: null,
    config: { view: { stroke: null }, font: 'sans-serif' },
    layer: [zero, lines],
  } as unknown as TopLevelSpec
}

/** The picture of a loss, as SVG. */
export async function draw(name: keyof typeof pictures): Promise<string> {
  const { spec } = compile(specOf(pictures[name]))
  const svg = await new View(parse(spec), { renderer: 'none' }).toSVG()
  return `${svg}\n`
}

if (import.meta.main) {
  const names = Object.keys(pictures) as (keyof typeof pictures)[]
  const drawn = await Promise.all(names.map(draw))
  names.forEach((name, i) =>
    writeFileSync(new URL(`../docs/${name}.svg`, import.meta.url), drawn[i]!),
  )
}
