// The graph as a picture: Graphviz (in WebAssembly) lays out what `toDot` wrote.
import { instance } from '@viz-js/viz'

const FONT = { fontname: 'system-ui, sans-serif', fontsize: 13 }

/** The same two schemes as the other pictures have; Graphviz gives text no colour of its own. */
const STYLE = `<style>@media (prefers-color-scheme: dark) {
  [fill="black"], text { fill: #e4e6eb }
  [stroke="black"] { stroke: #e4e6eb }
  [fill="white"] { fill: #16181d }
}</style>`

/** Graphviz' SVG of a graph in its language, from left to right. */
export async function drawGraph(dot: string): Promise<string> {
  const svg = (await instance()).renderString(dot, {
    format: 'svg',
    graphAttributes: { bgcolor: 'white', pad: 0.3, nodesep: 0.35, ranksep: 0.6 },
    nodeAttributes: { ...FONT, style: 'rounded', margin: '0.2,0.1' },
    edgeAttributes: { arrowsize: 0.7 },
  })
  return svg.slice(svg.indexOf('<svg')).replace('>', `>${STYLE}`)
}
