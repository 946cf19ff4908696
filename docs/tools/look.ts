// How the pictures look: one style for every example (each has a copy of this file), drawn by
// Vega-Lite as SVG. They follow the reader's light or dark colour scheme: black and white
// change places on a dark page, colours stay.
import { parse, View } from 'vega'
import { compile, type Config, type TopLevelSpec } from 'vega-lite'

const LOOK: Config = {
  background: 'white',
  padding: 20,
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  title: { anchor: 'start', fontSize: 15, subtitleFontSize: 12, offset: 14 },
  header: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal' },
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#e2e4e9' },
  legend: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', labelLimit: 0 },
  mark: { color: '#3b82f6' },
  line: { strokeWidth: 2.2 },
  // Series in their order; each stands out on white and on the dark paper.
  range: {
    category: ['#3b82f6', '#e8710a', '#16a34a', '#a855f7', '#e11d74', '#0d9aa8', '#b58900'],
  },
}

/** Only a viewer that knows of colour schemes reads this; any other shows dark on white. */
const DARK = `
  [fill="#000"], [fill="black"] { fill: #e4e6eb }
  [stroke="#000"], [stroke="black"] { stroke: #e4e6eb }
  [fill="white"] { fill: #16181d }
  [stroke="white"] { stroke: #16181d }
  .role-axis-grid line { stroke: #2c3038 }`

/** The picture as SVG. `dark` is CSS for what else changes on a dark page. */
export async function draw(spec: TopLevelSpec, dark = ''): Promise<string> {
  const compiled = compile({ ...spec, config: LOOK }).spec
  const svg = await new View(parse(compiled), { renderer: 'none' }).toSVG()
  const style = `<style>@media (prefers-color-scheme: dark) {${DARK}\n  ${dark}\n}</style>`
  return svg.replace('>', `>${style}`)
}
