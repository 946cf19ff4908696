// The three pictures: how the training went, what was invented, and what the places of a
// name look at.
import type { TopLevelSpec } from 'vega-lite'
import { draw } from './look.ts'
import type { Invented } from './report.ts'

/** The losses after some steps, in nats per symbol. */
export type Point = { readonly epoch: number; readonly training: number; readonly test: number }

const LEARNING = 'names it learns from'
const EXAMINED = 'names it has never seen'
const ORANGE = '#e8710a'

/** Perplexity over the training, with the bigram table's as a line. */
export function drawCurves(history: readonly Point[], bigram: number): Promise<string> {
  const last = history.at(-1)!
  const line = { perplexity: Math.exp(bigram), text: `bigram table ${Math.exp(bigram).toFixed(1)}` }
  const end = { epoch: last.epoch, perplexity: Math.exp(last.test) }
  const y = {
    field: 'perplexity',
    type: 'quantitative',
    scale: { type: 'log', nice: false, padding: 8 },
    axis: { title: null, values: [5, 6, 7, 8, 9, 10, 12, 15, 20, 27], format: 'd' },
  }
  const x = {
    field: 'epoch',
    type: 'quantitative',
    scale: { domain: [0, Math.ceil(last.epoch)], nice: false },
    axis: { title: 'epoch', tickMinStep: 1, grid: false, format: 'd', labelFlush: false },
  }
  return draw({
    title: {
      text: 'Perplexity: among how many symbols it is still unsure',
      subtitle: 'the next letter of a name, or its end; blind guessing would be 27',
    },
    width: 620,
    height: 300,
    layer: [
      {
        data: {
          values: history.flatMap(({ epoch, training, test }) => [
            { epoch, set: LEARNING, perplexity: Math.exp(training) },
            { epoch, set: EXAMINED, perplexity: Math.exp(test) },
          ]),
        },
        mark: { type: 'line' },
        encoding: {
          x,
          y,
          color: {
            field: 'set',
            type: 'nominal',
            scale: { domain: [LEARNING, EXAMINED] },
            legend: { title: null, orient: 'bottom', direction: 'horizontal' },
          },
        },
      },
      {
        data: { values: [line] },
        encoding: { y },
        layer: [
          { mark: { type: 'rule', strokeDash: [6, 4], color: '#8a8f98', strokeWidth: 1.5 } },
          {
            mark: { type: 'text', x: 'width', align: 'right', dy: -9, fontSize: 12 },
            encoding: { text: { field: 'text', type: 'nominal' } },
          },
        ],
      },
      {
        data: { values: [end] },
        encoding: { x, y },
        layer: [
          { mark: { type: 'point', filled: true, size: 50, color: ORANGE, opacity: 1 } },
          {
            mark: { type: 'text', align: 'right', dy: -11, fontSize: 12 },
            encoding: { text: { field: 'perplexity', type: 'quantitative', format: '.1f' } },
          },
        ],
      },
    ],
  } as TopLevelSpec)
}

/** Names that were invented at one temperature. */
export type Column = {
  readonly temperature: number
  readonly female: readonly Invented[]
  readonly male: readonly Invented[]
}

const ORIGINS = {
  new: 'in neither list',
  'held out': 'a real name that it has never seen',
  learnt: 'a name that it has read',
}

/** A column of names per temperature, those of women above those of men. */
export function drawNames(columns: readonly Column[]): Promise<string> {
  const values = columns.flatMap(({ temperature, female, male }) =>
    (['female', 'male'] as const).flatMap((list) =>
      ({ female, male })[list].map(({ name, origin }, row) => ({
        temperature: `temperature ${temperature}`,
        list,
        row,
        name,
        origin: ORIGINS[origin],
      })),
    ),
  )
  const temperatures = columns.map(({ temperature }) => `temperature ${temperature}`)
  const part = (list: string, axis: object | null) => ({
    title: { text: `${list} names`, fontSize: 12, offset: 6 },
    width: columns.length * 150,
    height: columns[0]!.female.length * 21,
    transform: [{ filter: `datum.list === '${list}'` }],
    mark: { type: 'text', fontSize: 14, align: 'center' },
    encoding: {
      x: { field: 'temperature', type: 'ordinal', sort: temperatures, axis },
      y: { field: 'row', type: 'ordinal', axis: null },
      text: { field: 'name', type: 'nominal' },
      color: {
        field: 'origin',
        type: 'nominal',
        scale: { domain: Object.values(ORIGINS), range: ['#3b82f6', ORANGE, '#8a8f98'] },
        legend: { title: null, orient: 'bottom', direction: 'horizontal', symbolType: 'square' },
      },
    },
  })
  const axis = { title: null, orient: 'top', labelAngle: 0, ticks: false, domain: false }
  return draw({
    title: {
      text: 'Names that it invented',
      subtitle:
        'the warmer, the more daring: near 0 always the likeliest letter, at 1 as the names are',
    },
    data: { values },
    vconcat: [part('female', axis), part('male', null)],
  } as TopLevelSpec)
}

/** For each layer and head: the more a place (row) takes from another (column), the fuller the square. */
export function drawAttention(name: string, layers: readonly number[][][][]): Promise<string> {
  const places = ['•', ...Array.from(name.toLowerCase())].map((letter, i) => `${i}${letter}`)
  const values = layers.flatMap((heads, layer) =>
    heads.flatMap((rows, head) =>
      rows.flatMap((row, i) =>
        row.slice(0, i + 1).map((weight, j) => ({
          layer: `layer ${layer + 1}`,
          head: `head ${head + 1}`,
          reader: places[i],
          read: places[j],
          weight,
        })),
      ),
    ),
  )
  const axis = {
    labelExpr: "replace(datum.value, /[0-9]+/, '')",
    ticks: false,
    domain: false,
    labelAngle: 0,
    labelFontSize: 11,
    title: null,
  }
  return draw({
    title: {
      text: `What each place of “${name}” looks at`,
      subtitle:
        'a row per place (• is the start), which asks those up to itself: the fuller, the more it takes',
    },
    data: { values },
    facet: {
      row: { field: 'layer', type: 'nominal', header: { title: null } },
      column: { field: 'head', type: 'nominal', header: { title: null } },
    },
    spacing: 18,
    spec: {
      width: { step: 20 },
      height: { step: 20 },
      mark: { type: 'rect', stroke: '#8a8f98', strokeWidth: 0.3, fill: '#3b82f6' },
      encoding: {
        x: { field: 'read', type: 'ordinal', sort: places, axis },
        y: { field: 'reader', type: 'ordinal', sort: places, axis },
        fillOpacity: {
          field: 'weight',
          type: 'quantitative',
          scale: { domain: [0, 1], range: [0, 1] },
          legend: null,
        },
      },
    },
  })
}
