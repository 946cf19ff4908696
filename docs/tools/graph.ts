// A graph as a picture: Graphviz (in WebAssembly) lays out what `toDot` wrote, with what the guide wants to
// see at the arrows.
import { grad, toDot, type Value } from '@smol/value'
import { instance } from '@viz-js/viz'

const FONT = { fontname: 'system-ui, sans-serif', fontsize: 13 }
const ORANGE = '#e8710a'

/** The same two schemes as the plots have; Graphviz gives text no colour of its own. */
const STYLE = `<style>@media (prefers-color-scheme: dark) {
  [fill="black"], text:not([fill]) { fill: #e4e6eb }
  [stroke="black"] { stroke: #e4e6eb }
  [fill="white"] { fill: #16181d }
}</style>`

/** Graphviz' SVG of a graph in its language, from left to right. Numbers have four digits. */
export async function drawGraph(dot: string): Promise<string> {
  const short = dot
    .replaceAll(/-?\d+\.\d{4,}(e-?\d+)?/g, (x) => String(Number(Number(x).toPrecision(4))))
    .replaceAll(/(constant\\ndata [^"\\]*)\\ngrad 0/g, '$1')
  const svg = (await instance()).renderString(short, {
    format: 'svg',
    graphAttributes: { bgcolor: 'white', pad: 0.3, nodesep: 0.35, ranksep: 0.6 },
    nodeAttributes: { ...FONT, style: 'rounded', margin: '0.2,0.1' },
    edgeAttributes: { ...FONT, arrowsize: 0.7, fontcolor: ORANGE },
  })
  return svg.slice(svg.indexOf('<svg')).replace('>', `>${STYLE}`)
}

/** A drawing as it is before a pass. */
export const withoutGradients = (dot: string): string => dot.replaceAll(/\\ngrad [^"\\]*/g, '')

/** The graph with the local derivative at each arrow. */
export function withLocals(root: Value): string {
  const nodes = new Set([root])
  for (const node of nodes) for (const input of node.inputs) nodes.add(input as Value)
  // `toDot` lists the arrows in this order.
  const locals = [...nodes].flatMap(localsOf)
  let i = 0
  return toDot(root).replaceAll(
    /^ {2}n\d+ -> n\d+$/gm,
    (arrow) => `${arrow} [label="${locals[i++]}"]`,
  )
}

/** How fast a node changes with each of its inputs; nothing for constants. */
function localsOf({ op, inputs }: Value): string[] {
  const operation = (first: Value, ...others: Value[]) =>
    (first as unknown as Record<string, (...rest: Value[]) => Value>)[op]!(...others)
  const data = (inputs as readonly Value[]).map((input) => input.data)
  if (data.length === 0) return []
  const slopes: unknown = (grad as (f: unknown) => (...x: number[]) => unknown)(operation)(...data)
  return ([slopes].flat() as Value[]).map((slope, i) =>
    inputs[i]!.op === 'constant' ? '' : String(Number(slope.data.toPrecision(4))).replace('-', '−'),
  )
}

/** Two graphs in one picture. */
export const besides = (first: string, second: string): string =>
  first.replace(/\}$/, `${bodyOf(second).replaceAll(/\bn(\d+)\b(?=( \[label| -> |$))/gm, 'm$1')}}`)

const bodyOf = (dot: string) => dot.split('\n').slice(3, -1).join('\n') + '\n'
