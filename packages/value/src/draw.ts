/**
 * Drawings of a graph, as text for Graphviz and Mermaid. Any kind of node can be drawn: what stands in
 * its box below operation and label is the node's own `describe`.
 */
import { optionError } from './errors.ts'
import { labelOf, type Node } from './graph.ts'
import { checkNode } from './node.ts'
import { checkOptions } from './options.ts'

/** How much of a graph is drawn. */
export type DrawOptions = {
  /** How many nodes to draw at most, those nearest to the root; a last box says how many are left out. Default 200. */
  readonly limit?: number
}

type Drawing = {
  readonly boxes: readonly (readonly string[])[]
  /** Indices of boxes. */
  readonly arrows: readonly (readonly [from: number, to: number])[]
  /** The box that stands for what was left out, if there is one. */
  readonly rest: number | undefined
}

/**
 * The graph in Graphviz' language, from inputs to results.
 *
 * @throws TypeError where `root` is no Value or other node.
 * @throws RangeError where `limit` is no integer ≥ 1.
 */
export function toDot(root: Node, options: DrawOptions = {}): string {
  const { boxes, arrows, rest } = draw('toDot', root, options)
  const lines = boxes.map(
    (box, i) =>
      `  n${i} [label="${box.map(escapeDot).join('\\n')}"${i === rest ? ', style=dashed' : ''}]`,
  )
  const edges = arrows.map(([from, to]) => `  n${from} -> n${to}`)
  return ['digraph {', '  rankdir=LR', '  node [shape=box]', ...lines, ...edges, '}'].join('\n')
}

/**
 * The graph in Mermaid's language, from inputs to results.
 *
 * @throws TypeError where `root` is no Value or other node.
 * @throws RangeError where `limit` is no integer ≥ 1.
 */
export function toMermaid(root: Node, options: DrawOptions = {}): string {
  const { boxes, arrows } = draw('toMermaid', root, options)
  const lines = boxes.map((box, i) => `  n${i}["${box.map(escapeMermaid).join('<br/>')}"]`)
  const edges = arrows.map(([from, to]) => `  n${from} --> n${to}`)
  return ['flowchart LR', ...lines, ...edges].join('\n')
}

function draw(op: string, root: Node, options: DrawOptions): Drawing {
  const caller = op === 'toDot' ? toDot : toMermaid
  checkNode(op, root, caller)
  checkOptions(op, options, ['limit'], caller)
  const { limit = 200 } = options
  if (!Number.isInteger(limit) || limit < 1)
    throw optionError(op, 'limit', 'an integer ≥ 1', limit, caller)
  const reached = new Set([root])
  for (const node of reached) for (const input of node.inputs) reached.add(input)
  const drawn = [...reached].slice(0, limit)
  const index = new Map(drawn.map((node, i) => [node, i]))
  const boxes = drawn.map((node) => [titleOf(node), ...node.describe()])
  const leftOut = reached.size - drawn.length
  const rest = leftOut > 0 ? drawn.length : undefined
  if (rest !== undefined) boxes.push([`… ${leftOut} more ${leftOut === 1 ? 'node' : 'nodes'}`])
  const arrows = drawn.flatMap((node, to) => {
    const froms = node.inputs.map((input) => index.get(input) ?? rest!)
    // Several inputs may stand in the last box: one arrow is enough.
    return froms
      .filter((from, i) => from !== rest || froms.indexOf(from) === i)
      .map((from) => [from, to] as const)
  })
  return { boxes, arrows, rest }
}

function titleOf(node: Node): string {
  const label = labelOf(node)
  const title = label === undefined ? node.op : `${label}: ${node.op}`
  // Control characters and half characters have no place in SVG and HTML; tabs and line breaks have.
  return title.replaceAll(/(?![\t\n\r])\p{Cc}|\p{Cs}/gu, '\uFFFD')
}

function escapeDot(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\"]/g, '\\$&')
    .replaceAll(/\r\n?|\n/g, '\\n')
}

/**
 * Mermaid writes characters as `#code;`, in decimal. Formulas (`$$`), icons (`fa:fa-`) and line ends (`\n`) it
 * finds even then: a word joiner in them shows nothing and parts them.
 */
function escapeMermaid(text: string): string {
  return text
    .replaceAll(/["#&'<>\\`{}[\]]/g, (c) => `#${c.codePointAt(0)};`)
    .replaceAll(/\$(?=\$)|#92;(?=n)|fa[bklrs]?:(?=fa-)/gi, '$&#8288;')
    .replaceAll(/\r\n?|\n/g, '<br/>')
}
