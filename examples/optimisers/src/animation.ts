// Makes the paths of a picture grow, each with a dot at its end. The picture shows them whole
// where nothing moves: in a viewer without animations, and for readers who want none.

/** Of the duration; in the rest, all is seen as it ended. */
const RACING = 88
const SECONDS = 14
const FRAMES = 60

/**
 * The paths with the description `path …`, and the dots with `end …` that follow them in the same
 * order, move as one: a path has one point for each moment.
 */
export function animate(svg: string): string {
  const rules: string[] = []
  let [paths, ends] = [0, 0]
  const moving = svg
    .replaceAll(/<path aria-label="path ([^>]*) d="([^"]+)"/g, (_, rest: string, d: string) => {
      const name = `race-${paths++}`
      const { outline, alongAt } = trace(d)
      rules.push(
        `@keyframes ${name} { ${framesOf(alongAt)} }`,
        `.${name} { animation: ${name} ${SECONDS}s linear infinite }`,
        `.${name}.end { offset-path: path('${outline}') }`,
      )
      return `<path class="${name} path" pathLength="1" aria-label="path ${rest} d="${outline}"`
    })
    .replaceAll('<path aria-label="end ', () => `<path class="race-${ends++} end" aria-label="end `)
  return moving.replace(
    '</style>',
    `
@property --along { syntax: '&lt;number&gt;'; inherits: true; initial-value: 1 }
@media (prefers-reduced-motion: no-preference) {
  .path { stroke-dasharray: 1; stroke-dashoffset: calc(1 - var(--along)) }
  .end { transform: none; offset-distance: calc(100% * var(--along)); offset-rotate: 0deg }
${rules.join('\n')}
}</style>`,
  )
}

type Trace = { readonly outline: string; readonly alongAt: readonly number[] }

/**
 * A path without the points that are less than a pixel from the one before, and the share of its
 * length that is behind a racer at each point of the whole path.
 */
function trace(d: string): Trace {
  const points = [...d.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)])
  const kept = [points[0]!]
  let length = 0
  const lengths = points.map(([x, y]) => {
    const [beforeX, beforeY] = kept.at(-1)!
    const distance = Math.hypot(x! - beforeX!, y! - beforeY!)
    if (distance < 1) return length
    kept.push([x!, y!])
    length += distance
    return length
  })
  // A path of one point would have no direction, and its dot no place.
  if (kept.length === 1) kept.push(points[0]!)
  return { outline: `M${kept.join('L')}`, alongAt: lengths.map((at) => at / (length || 1)) }
}

/** Time runs faster and faster: most happens at the beginning. */
const framesOf = (alongAt: readonly number[]) =>
  Array.from({ length: FRAMES + 1 }, (_, frame) => {
    const at = (frame / FRAMES) ** 2 * (alongAt.length - 1)
    const [before, after] = [alongAt[Math.floor(at)]!, alongAt[Math.ceil(at)]!]
    const along = before + (at % 1) * (after - before)
    return `${Number(((RACING * frame) / FRAMES).toFixed(1))}%{--along:${Number(along.toFixed(3))}}`
  }).join('')
