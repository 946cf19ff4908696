// The pictures of the guide, drawn from what its pages compute: a page is run, and the names that it gave are
// what is drawn. So a picture cannot show anything else than the page says.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MLArray, toDot, unroll, Value } from '@smol/mlarray'
import type { TopLevelSpec } from 'vega-lite'
import { valuesIn } from '../test/page.ts'
import { besides, drawGraph, withLocals, withoutGradients } from './graph.ts'
import { draw } from './look.ts'

const GUIDE = join(import.meta.dirname, '..', 'guide')

/** What names of a page of the guide stand for. */
async function from<T>(page: string, ...names: (string & keyof T)[]): Promise<T> {
  return (await valuesIn(readFileSync(join(GUIDE, `${page}.md`), 'utf8'), names)) as T
}

/** Pictures by the name of the page that they are for, each by the name of its file. */
export const pages: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  async '1-values-and-graphs'() {
    const { y } = await from<{ y: Value }>('1-values-and-graphs', 'y')
    return {
      'graph.svg': await drawGraph(withoutGradients(toDot(y))),
      'chain-rule.svg': await drawGraph(withLocals(y)),
    }
  },

  async '2-backpropagation'() {
    type Names = { result: Value; o: Value }
    const { result, o } = await from<Names>('2-backpropagation', 'result', 'o')
    return {
      'diamond.svg': await drawGraph(withLocals(result)),
      'neuron.svg': await drawGraph(withLocals(o)),
    }
  },

  async '3-learning'() {
    type Names = {
      lossOf: (w: Value) => Value
      path: readonly Place[]
      descend: (learningRate: number, steps: number) => number[]
      valleys: (w: Value) => Value
      rollingWith: (momentum: number) => number[]
    }
    const { lossOf, path, descend, valleys, rollingWith } = await from<Names>(
      '3-learning',
      'lossOf',
      'path',
      'descend',
      'valleys',
      'rollingWith',
    )
    return {
      'descent.svg': await drawDescent(lossOf, path),
      'rates.svg': await drawRates(descend),
      'valleys.svg': await drawValleys(valleys, rollingWith),
    }
  },

  async '4-arrays'() {
    type Names = { loss: MLArray; upstream: MLArray; x: MLArray; b: MLArray }
    const { loss, upstream, x, b } = await from<Names>('4-arrays', 'loss', 'upstream', 'x', 'b')
    return {
      'broadcast.svg': await drawBroadcast(upstream, x.grad(), b.grad()),
      'two-resolutions.svg': await drawGraph(
        besides(withoutGradients(toDot(unroll(loss) as Value)), toDot(loss)),
      ),
    }
  },

  async '5-training'() {
    type Network = object
    type Names = {
      curve: (t: MLArray) => MLArray
      predict: (network: Network, t: MLArray) => MLArray
      inputs: MLArray
      targets: MLArray
      byAdam: Network
      large: Network
    }
    return {
      'overfitting.svg': await drawFits(
        await from<Names & FitNames>(
          '5-training',
          'curve',
          'predict',
          'inputs',
          'targets',
          'byAdam',
          'large',
        ),
      ),
    }
  },

  async '6-classifier'() {
    type Names = {
      logitsOf: (points: MLArray) => MLArray
      test: { points: MLArray; labels: number[] }
      crossEntropyLoss: (logits: MLArray, label: number) => MLArray
    }
    const { crossEntropyLoss, logitsOf, test } = await from<Names>(
      '6-classifier',
      'logitsOf',
      'test',
      'crossEntropyLoss',
    )
    return {
      'cross-entropy.svg': await drawCrossEntropy(crossEntropyLoss),
      'spirals.svg': await drawSpirals(logitsOf, test),
    }
  },

  async '7-transformer'() {
    type Names = {
      attentionOf: (x: MLArray) => MLArray
      embed: (symbols: number[]) => MLArray
      unseen: { inputs: number[] }
      LENGTH: number
    }
    const { attentionOf, embed, unseen, LENGTH } = await from<Names>(
      '7-transformer',
      'attentionOf',
      'embed',
      'unseen',
      'LENGTH',
    )
    const symbols = unseen.inputs.slice(0, LENGTH)
    const [weights] = attentionOf(embed(symbols)).toList() as number[][][]
    return { 'attention.svg': await drawAttention(symbols, weights!) }
  },

  async '8-looking-inside'() {
    type Names = { sizesOf: (activation: (z: MLArray) => MLArray) => number[] }
    const { sizesOf } = await from<Names>('8-looking-inside', 'sizesOf')
    return { 'vanishing.svg': await drawSizes(sizesOf) }
  },
}

const ORANGE = '#e8710a'
const GREEN = '#16a34a'
const BLUE = '#3b82f6'

const range = (count: number, first: number, last: number) =>
  Array.from({ length: count }, (_, i) => first + ((last - first) * i) / (count - 1))

const quantitative = (field: string, rest: object = {}) => ({
  field,
  type: 'quantitative',
  ...rest,
})

const series = (colors: readonly string[], field = 'name') => ({
  field,
  type: 'nominal',
  sort: null,
  scale: { range: colors },
  legend: { title: null, orient: 'bottom', direction: 'horizontal' },
})

/** Vega counts its clips over all pictures of a program; here each begins at 0. */
async function drawSpec(spec: object): Promise<string> {
  const svg = await draw(spec as TopLevelSpec)
  const clips = [...new Set(svg.match(/\bclip\d+/g))]
  return svg.replaceAll(/\bclip\d+/g, (clip) => `clip${clips.indexOf(clip)}`)
}

// ---- 3. Learning ----

type Place = { readonly w: number; readonly loss: number; readonly slope: number }

/** The first steps downhill, and the tangents: they say which way is down, and how steep. */
function drawDescent(lossOf: (w: Value) => Value, path: readonly Place[]): Promise<string> {
  const line = range(121, -0.6, 4.6).map((w) => ({ w, loss: lossOf(new Value(w)).data }))
  const steps = path.slice(0, 4).map(({ w, loss, slope }, step) => ({ w, loss, slope, step }))
  const tangents = steps.flatMap(({ w, loss, slope, step }) => {
    const reach = 0.7 / Math.hypot(1, slope / 8)
    return [-reach, reach].map((d) => ({ w: w + d, loss: loss + slope * d, step }))
  })
  return drawSpec({
    width: 560,
    height: 280,
    encoding: {
      x: quantitative('w', {
        scale: { domain: [-0.6, 4.6], nice: false },
        axis: { title: 'weight w', grid: false },
      }),
      y: quantitative('loss', {
        scale: { domain: [-2, 33], nice: false },
        axis: { title: 'loss', grid: false, tickCount: 5 },
      }),
    },
    layer: [
      { data: { values: line }, mark: { type: 'line' } },
      {
        data: { values: tangents },
        mark: { type: 'line', clip: true, strokeWidth: 1.8, color: ORANGE },
        encoding: { detail: { field: 'step' } },
      },
      {
        data: { values: steps },
        mark: { type: 'point', filled: true, size: 46, opacity: 1, color: ORANGE },
      },
      {
        data: { values: steps },
        mark: { type: 'text', dx: 12, dy: -8, fontSize: 12 },
        encoding: { text: { field: 'step' } },
      },
    ],
  })
}

const parabola = (w: number) => (w - 3) ** 2

/** The loss (w − 3)² and where the weight has been, for four learning rates. */
function drawRates(descend: (learningRate: number, steps: number) => number[]): Promise<string> {
  const line = range(97, -2.4, 8.4).map((w) => ({ w, loss: parabola(w) }))
  const encoding = {
    x: quantitative('w', {
      scale: { domain: [-2.4, 8.4], nice: false },
      axis: { title: 'weight w', grid: false, tickCount: 5 },
    }),
    y: quantitative('loss', {
      scale: { domain: [-1.5, 29], nice: false },
      axis: { title: 'loss', grid: false, tickCount: 5 },
    }),
    order: quantitative('step'),
  }
  const panel = ([name, rate, color]: readonly [string, number, string]) => {
    const path = descend(rate, 12).map((w, step) => ({ step, w, loss: parabola(w) }))
    const data = { values: path }
    return {
      title: { text: `${name}: ${rate}`, fontSize: 13 },
      width: 230,
      height: 180,
      encoding,
      layer: [
        { data: { values: line }, mark: { type: 'line' }, encoding: { order: quantitative('w') } },
        { data, mark: { type: 'line', clip: true, strokeWidth: 1.2, opacity: 0.6, color } },
        { data, mark: { type: 'point', clip: true, filled: true, size: 40, opacity: 0.9, color } },
      ],
    }
  }
  return drawSpec({
    title: { text: 'One loss, four learning rates', subtitle: 'the first 12 steps of each' },
    columns: 2,
    spacing: 30,
    concat: (
      [
        ['too small', 0.01, ORANGE],
        ['right', 0.1, GREEN],
        ['large', 0.9, '#a855f7'],
        ['too large', 1.1, '#e11d74'],
      ] as const
    ).map(panel),
  })
}

/** Two ways down the same loss. */
function drawValleys(
  valleys: (w: Value) => Value,
  rollingWith: (momentum: number) => number[],
): Promise<string> {
  const lossOf = (w: number) => valleys(new Value(w)).data
  const line = range(121, -3.2, 3.2).map((w) => ({ w, loss: lossOf(w) }))
  const ways = [0, 0.9].flatMap((momentum, i) =>
    rollingWith(momentum)
      .slice(0, 120)
      .map((w, step) => ({
        step,
        w,
        // The second a little above the first.
        loss: lossOf(w) + 0.07 * i,
        name: momentum === 0 ? 'without momentum' : `momentum ${momentum}`,
      })),
  )
  return drawSpec({
    width: 560,
    height: 280,
    encoding: {
      x: quantitative('w', {
        scale: { domain: [-3.2, 3.2], nice: false },
        axis: { title: 'weight w', grid: false },
      }),
      y: quantitative('loss', { axis: { title: 'loss', grid: false, tickCount: 5 } }),
    },
    layer: [
      { data: { values: line }, mark: { type: 'line' } },
      {
        data: { values: ways },
        mark: { type: 'point', filled: true, size: 34, opacity: 0.8 },
        encoding: { color: series([ORANGE, GREEN]) },
      },
    ],
  })
}

// ---- 4. Arrays ----

const OPACITY = { domain: [0, 33], range: [0.12, 0.6] }

const tableOf = (title: string, subtitle: string, rows: number[][]) => ({
  title: { text: title, subtitle, fontSize: 13 },
  width: 180,
  height: rows.length * 44,
  data: {
    values: rows.flatMap((row, i) => row.map((value, j) => ({ row: i, column: j, value }))),
  },
  encoding: {
    x: { field: 'column', type: 'ordinal', axis: null },
    y: { field: 'row', type: 'ordinal', axis: null },
  },
  layer: [
    {
      mark: { type: 'rect', color: BLUE, stroke: 'white', strokeWidth: 2 },
      encoding: { opacity: quantitative('value', { scale: OPACITY, legend: null }) },
    },
    {
      mark: { type: 'text', fontSize: 15 },
      encoding: { text: quantitative('value') },
    },
  ],
})

/** Gradients as tables: of the result, of what was added whole, of what was broadcast. */
function drawBroadcast(dy: MLArray, dx: MLArray, db: MLArray): Promise<string> {
  return drawSpec({
    spacing: 40,
    resolve: { scale: { opacity: 'shared' } },
    hconcat: [
      tableOf('gradient of y = x + b', 'comes from above', dy.toList() as number[][]),
      tableOf('gradient of x', 'the same', dx.toList() as number[][]),
      tableOf('gradient of b', 'its columns, added up', [db.toList() as number[]]),
    ],
  })
}

// ---- 5. Training ----

type FitNames = {
  curve: (t: MLArray) => MLArray
  predict: (network: object, t: MLArray) => MLArray
  inputs: MLArray
  targets: MLArray
  byAdam: object
  large: object
}

/** The points to learn from, the curve they come from, and what two networks made of them. */
function drawFits({ curve, predict, inputs, targets, byAdam, large }: FitNames): Promise<string> {
  const places = range(401, -1.5, 1.5)
  const grid = new MLArray(places).reshape([-1, 1])
  const line = (name: string, y: MLArray) =>
    Array.from(y.toTypedArray(), (each, i) => ({ x: places[i], y: each, name }))
  const points = Array.from(targets.toTypedArray(), (y, i) => ({ x: inputs.at(i, 0).data, y }))
  return drawSpec({
    width: 600,
    height: 300,
    encoding: {
      x: quantitative('x', {
        scale: { domain: [-1.5, 1.5], nice: false },
        axis: { title: null, grid: false },
      }),
      y: quantitative('y', {
        scale: { domain: [-1.9, 1.9], nice: false },
        axis: { title: null, grid: false, tickCount: 5 },
      }),
    },
    layer: [
      {
        data: {
          values: [
            ...line('the curve', curve(grid)),
            ...line('10 hidden neurons', predict(byAdam, grid)),
            ...line('100 hidden neurons', predict(large, grid)),
          ],
        },
        mark: { type: 'line', clip: true, strokeWidth: 2 },
        encoding: { color: series(['#8a8f98', GREEN, ORANGE]) },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: true, size: 46, opacity: 1, color: BLUE },
      },
    ],
  })
}

// ---- 6. A classifier ----

const overLogit = (field: string) => ({
  width: 270,
  height: 220,
  mark: { type: 'line' },
  encoding: {
    x: quantitative('logit', { axis: { title: 'logit of the true class', grid: false } }),
    y: quantitative(field, { axis: { title: field, tickCount: 5 } }),
    color: series([BLUE, ORANGE]),
  },
})

/** Two losses of three logits, of which that of the true class changes; the other two are 0. */
function drawCrossEntropy(
  crossEntropyLoss: (logits: MLArray, label: number) => MLArray,
): Promise<string> {
  const losses: Readonly<Record<string, (logits: MLArray) => Value>> = {
    'cross-entropy': (logits) => crossEntropyLoss(logits, 0).at(),
    'squared error of the probability': (logits) => logits.softmax().at(0).sub(1).square(),
  }
  const values = Object.entries(losses).flatMap(([name, lossOf]) =>
    range(81, -8, 8).map((logit) => {
      const logits = new MLArray([logit, 0, 0])
      const loss = lossOf(logits)
      loss.backward()
      return { name, logit, loss: loss.data, gradient: logits.at(0).grad }
    }),
  )
  return drawSpec({
    data: { values },
    spacing: 40,
    hconcat: [overLogit('loss'), overLogit('gradient')],
  })
}

/** Which class the network sees at each place, and the test points. */
function drawSpirals(
  logitsOf: (points: MLArray) => MLArray,
  { points, labels }: { points: MLArray; labels: number[] },
): Promise<string> {
  const CELLS = 110
  const REACH = 1.15
  const size = (2 * REACH) / CELLS
  const places = Array.from({ length: CELLS }, (_, i) => -REACH + (i + 0.5) * size)
  const runs = places.flatMap((y) => {
    const row = new MLArray(places.map((x) => [x, y]))
    const classes = logitsOf(row).argmax({ axis: 1 }).toList() as number[]
    const starts = classes.flatMap((kind, i) => (i === 0 || kind !== classes[i - 1] ? [i] : []))
    return starts.map((start, i) => ({
      kind: classes[start],
      x: places[start]! - size / 2,
      x2: places[(starts[i + 1] ?? CELLS) - 1]! + size / 2,
      y: y - size / 2,
      y2: y + size / 2,
    }))
  })
  const axis = (field: string) =>
    quantitative(field, { scale: { domain: [-REACH, REACH], nice: false }, axis: null })
  const color = {
    field: 'kind',
    type: 'nominal',
    scale: { domain: [0, 1, 2], range: [BLUE, ORANGE, GREEN] },
    legend: null,
  }
  return drawSpec({
    width: 380,
    height: 380,
    layer: [
      {
        data: { values: runs },
        mark: { type: 'rect', opacity: 0.22, aria: false },
        encoding: { x: axis('x'), y: axis('y'), x2: { field: 'x2' }, y2: { field: 'y2' }, color },
      },
      {
        data: {
          values: labels.map((kind, i) => ({
            kind,
            x: points.at(i, 0).data,
            y: points.at(i, 1).data,
          })),
        },
        mark: { type: 'point', filled: true, size: 26, opacity: 1, aria: false },
        encoding: { x: axis('x'), y: axis('y'), color },
      },
    ],
  })
}

// ---- 7. A transformer ----

/** A row for each place that looks, a column for each that is looked at. */
function drawAttention(symbols: number[], weights: number[][]): Promise<string> {
  const name = (i: number) => `${i} ${'abcde'[symbols[i]!]!}`
  const places = symbols.map((_, i) => name(i))
  const values = weights.flatMap((row, i) =>
    row.map((weight, j) => ({ from: name(i), to: name(j), weight, shown: weight.toFixed(2) })),
  )
  const axis = { labelAngle: 0, ticks: false, domain: false }
  return drawSpec({
    width: 360,
    height: 360,
    data: { values },
    encoding: {
      x: {
        field: 'to',
        type: 'ordinal',
        sort: places,
        axis: { ...axis, orient: 'top', title: 'place and symbol that is looked at' },
      },
      y: {
        field: 'from',
        type: 'ordinal',
        sort: places,
        axis: { ...axis, title: 'place and symbol that looks' },
      },
    },
    layer: [
      {
        mark: { type: 'rect', color: BLUE },
        encoding: {
          opacity: quantitative('weight', {
            scale: { domain: [0, 1], range: [0.04, 0.8] },
            legend: null,
          }),
        },
      },
      {
        transform: [{ filter: 'datum.weight >= 0.005' }],
        mark: { type: 'text', fontSize: 11 },
        encoding: { text: { field: 'shown', type: 'nominal' } },
      },
    ],
  })
}

// ---- 8. Looking inside ----

/** The size of the gradient in each layer, on a scale of powers of ten. */
function drawSizes(sizesOf: (activation: (z: MLArray) => MLArray) => number[]): Promise<string> {
  const activations: Readonly<Record<string, (z: MLArray) => MLArray>> = {
    sigmoid: (z) => z.sigmoid(),
    relu: (z) => z.relu(),
  }
  const values = Object.entries(activations).flatMap(([name, activation]) =>
    sizesOf(activation).map((size, i) => ({ name, layer: i + 1, size })),
  )
  return drawSpec({
    width: 520,
    height: 260,
    data: { values },
    mark: { type: 'line', point: { size: 46, filled: true } },
    encoding: {
      x: quantitative('layer', {
        scale: { domain: [1, 10], nice: false },
        axis: { title: 'layer', grid: false, values: range(10, 1, 10) },
      }),
      y: quantitative('size', {
        scale: { type: 'log', domain: [1e-7, 100], nice: false },
        axis: { title: 'norm of the gradient', format: '.0e', tickCount: 5 },
      }),
      color: series([ORANGE, BLUE]),
    },
  })
}
