/**
 * Draws `docs/paths.svg`: the path of every optimiser down the same function of two numbers.
 * `pnpm generate optim` runs it; a test finds the picture out of date.
 */
import { writeFileSync } from 'node:fs'
import { MLArray } from '@smol/mlarray'
import { parse, View } from 'vega'
import { compile, type Config, type TopLevelSpec } from 'vega-lite'
import * as optim from '../src/index.ts'

const START = [-1.2, 1.6] as const
const STEEPNESS = 5
const STEPS = 60

/** `(1 − x)² + 5 (y − x²)²`: a bent valley with its lowest point at (1, 1). */
function valley(p: MLArray): MLArray {
  const [x, y] = [p.at(0, 0), p.at(0, 1)]
  const flat = x.mul(-1).add(1).square()
  return new MLArray([flat, y.sub(x.square()).square().mul(STEEPNESS)]).sum()
}

type Stepper = { zeroGrad(): void; step(closure: () => MLArray): unknown }
type Make = (p: MLArray) => Stepper

/** By title, the learning rate below it. */
const optimizers: Readonly<Record<string, readonly [learningRate: number, make: Make]>> = {
  SGD: at(0.02, optim.SGD),
  'SGD, momentum 0.9': at(0.005, optim.SGD, { momentum: 0.9 }),
  AdaGrad: at(0.4, optim.AdaGrad),
  Adadelta: at(20, optim.Adadelta),
  RMSprop: at(0.05, optim.RMSprop),
  Adam: at(0.2, optim.Adam),
  'AdamW, decay 0.2': at(0.2, optim.AdamW, { weightDecay: 0.2 }),
  NAdam: at(0.2, optim.NAdam),
  RAdam: at(0.25, optim.RAdam),
  Adamax: at(0.3, optim.Adamax),
  Adan: at(0.1, optim.Adan),
  Lion: at(0.06, optim.Lion),
  Muon: at(0.06, optim.Muon, { weightDecay: 0, momentum: 0.8 }),
  Rprop: at(0.1, optim.Rprop),
  ASGD: at(0.03, optim.ASGD, { lambd: 0.1 }),
  LBFGS: at(1, optim.LBFGS, { lineSearch: 'strongWolfe', maxIter: 1 }),
}

function at(
  learningRate: number,
  Optimizer: new (p: MLArray, options: never) => Stepper,
  options: object = {},
): readonly [number, Make] {
  return [learningRate, (p) => new Optimizer(p, { learningRate, ...options } as never)]
}

type Spot = { readonly x: number; readonly y: number; readonly order: number }

/** Where an optimiser has been, one point for each step. */
function pathOf(make: Make): Spot[] {
  const p = new MLArray([[...START]])
  const optimizer = make(p)
  const spots: Spot[] = []
  for (let order = 0; order <= STEPS; order++) {
    const [x, y] = p.toTypedArray() as unknown as [number, number]
    spots.push({ x, y, order })
    const loss = (): MLArray => {
      optimizer.zeroGrad()
      const value = valley(p)
      value.backward()
      return value
    }
    if (!(optimizer instanceof optim.LBFGS)) loss()
    optimizer.step(loss)
  }
  return spots
}

const ROUND = Array.from({ length: 73 }, (_, i) => (2 * Math.PI * i) / 72)

/** Lines of equal height: `1 − x = √h cos φ`, `y − x² = √(h/5) sin φ`. */
const contours = [0.05, 0.4, 1.5, 4, 8, 14].flatMap((height) =>
  ROUND.map((angle, order) => {
    const x = 1 - Math.sqrt(height) * Math.cos(angle)
    return { height, order, x, y: x ** 2 + Math.sqrt(height / STEEPNESS) * Math.sin(angle) }
  }),
)

const axis = (field: 'x' | 'y', domain: readonly [number, number]) => ({
  field,
  type: 'quantitative',
  scale: { domain, nice: false, zero: false },
  axis: null,
})

const POSITION = { x: axis('x', [-1.9, 2.1]), y: axis('y', [-0.9, 2.9]) }
const ORDER = { field: 'order', type: 'quantitative' }

const line = (values: readonly object[], mark: object, encoding: object = {}) => ({
  data: { values },
  mark: { type: 'line', clip: true, interpolate: 'linear', ...mark },
  encoding: { ...POSITION, order: ORDER, ...encoding },
})

const points = (values: readonly object[], mark: object) => ({
  data: { values },
  mark: { type: 'point', filled: true, clip: true, opacity: 1, ...mark },
  encoding: POSITION,
})

const panel = ([title, [learningRate, make]]: readonly [string, readonly [number, Make]]) => {
  const path = pathOf(make)
  return {
    title: { text: title, subtitle: `learning rate ${learningRate}` },
    width: 180,
    height: 170,
    layer: [
      line(
        contours,
        { stroke: '#8b919c', strokeWidth: 0.8, opacity: 0.55 },
        { detail: { field: 'height' } },
      ),
      line(path, { stroke: '#e8710a', strokeWidth: 1.6 }),
      points(path, { color: '#e8710a', size: 12 }),
      points([{ x: START[0], y: START[1] }], { color: '#3b82f6', size: 60 }),
      points([{ x: 1, y: 1 }], { color: '#16a34a', size: 90, shape: 'cross' }),
    ],
  }
}

const LOOK: Config = {
  background: '#ffffff',
  padding: 16,
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  title: { anchor: 'middle', fontSize: 13, offset: 4 },
}

/** Only a viewer that knows of colour schemes reads this; any other shows dark on white. */
const DARK = `@media (prefers-color-scheme: dark) {
  svg > rect { fill: #16181d }
  text { fill: #e4e6eb }
}`

const spec = {
  columns: 4,
  spacing: 14,
  concat: Object.entries(optimizers).map(panel),
  config: LOOK,
} as unknown as TopLevelSpec

/** The picture, as SVG. */
export async function draw(): Promise<string> {
  const svg = await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
  // Five hundred points need no description each, and no more digits than a screen shows.
  const short = svg
    .replaceAll(/ (aria-[a-z]+|role)="[^"]*"/g, '')
    .replaceAll(/"[^"]*"/g, (attribute) =>
      attribute.replaceAll(/-?\d+\.\d{2,}/g, (x) => String(Number(Number(x).toFixed(1)))),
    )
  return `${short.replace('>', `><style>${DARK}</style>`)}\n`
}

if (import.meta.main) writeFileSync(new URL('../docs/paths.svg', import.meta.url), await draw())
