// How a neuron learns, in four short chapters: what a graph of numbers is and how gradients run
// through it, how they lead downhill, how far a step may go, and how a valley that is not the
// deepest is left again. To be read from top to bottom, beside what it prints.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Generator } from '@smol/mlarray'
import { SGD } from '@smol/optim'
import { grad, sum, toDot, Value } from '@smol/value'
import { drawGraph } from './graph.ts'
import { parseOptions } from './options.ts'
import { drawDescent, drawRates, drawValleys, type Point, type Walk } from './pictures.ts'
import { showProgress } from './progress.ts'
import { number, table } from './report.ts'

const { learningRate, momentum, steps, seed } = parseOptions(process.argv.slice(2))

// 1. A graph of numbers. A Value remembers what it was computed from; `backward` goes that way
// back and leaves in each Value how fast y changes when it does.

const a = new Value(2, { label: 'a' })
const b = new Value(-3, { label: 'b' })
const c = new Value(10, { label: 'c' })
const ab = a.mul(b)
const y = ab.add(c)
ab.label = 'a·b'
y.label = 'y'
y.backward()

// By hand it is the chain rule: a sum passes its gradient on, a product passes it on times the
// other factor. By trial: let one number grow a little, and shrink, and see what becomes of y.

const dy = 1
const dab = dy
const byHand = [dy, dab, dab * b.data, dab * a.data, dy]

const TINY = 1e-6
const yOf = (p: number, q: number, r: number) => p * q + r
const byTrial = [
  (yOf(2 + TINY, -3, 10) - yOf(2 - TINY, -3, 10)) / (2 * TINY),
  (yOf(2, -3 + TINY, 10) - yOf(2, -3 - TINY, 10)) / (2 * TINY),
  (yOf(2, -3, 10 + TINY) - yOf(2, -3, 10 - TINY)) / (2 * TINY),
]

const nodes = [y, ab, a, b, c]
console.log('1. y = a·b + c: how fast does y change with each number?\n')
console.log(
  table(
    ['', 'data', 'by hand', 'backward', 'by trial'],
    nodes.map((node, i) => {
      const trial = byTrial[i - 2]?.toFixed(6) ?? '–'
      return [node.label!, String(node.data), String(byHand[i]), String(node.grad), trial]
    }),
  ),
)

// 2. Downhill. A neuron with one weight predicts w·x. The loss says how wrong it is about twelve
// measurements of y = 1.5 x, each a little off; its gradient says where that would grow.

const random = new Generator(seed)
const measured = Array.from({ length: 12 }, (_, i) => {
  const x = (i + 1) / 6
  return { x, y: 1.5 * x + 0.3 * random.normal().item() }
})

/** The mean squared error of the predictions. */
const lossOf = (w: Value): Value =>
  sum(measured.map((point) => w.mul(point.x).sub(point.y).square())).div(measured.length)

/** Again and again: how wrong is it, what is the gradient, and then `move` changes the weight. */
async function walk(
  name: string,
  loss: (w: Value) => Value,
  w: Value,
  move: () => void,
): Promise<Walk> {
  const path: Point[] = []
  const progress = showProgress(steps + 1)
  for (let step = 0; step <= steps; step++) {
    const here = loss(w)
    w.zeroGrad()
    here.backward()
    path.push({ step, w: w.data, loss: here.data, gradient: w.grad })
    if (step < steps) move()
    // oxlint-disable-next-line no-await-in-loop -- the bar is drawn between two steps
    await progress.step(name)
  }
  const end = path.at(-1)!
  progress.end(`${name.padEnd(24)} w ${number(end.w)}  loss ${number(end.loss)}`)
  return { name, path }
}

/** Against the gradient, by the learning rate: the whole method is one line. */
function descend(name: string, rate: number): Promise<Walk> {
  const w = new Value(-1)
  return walk(name, lossOf, w, () => {
    w.data -= rate * w.grad
  })
}

console.log(`\n2. Gradient descent on one weight, ${steps} steps\n`)
const descent = await descend(`learning rate ${learningRate}`, learningRate)
const xx = measured.reduce((total, point) => total + point.x * point.x, 0)
const xy = measured.reduce((total, point) => total + point.x * point.y, 0)
const best = xy / xx
console.log(`${'the best weight, by hand'.padEnd(24)} w ${number(best)}\n`)
console.log(
  table(
    ['step', 'w', 'loss', 'gradient'],
    descent.path
      .slice(0, 6)
      .map((at) => [String(at.step), number(at.w), number(at.loss), number(at.gradient)]),
  ),
)

// 3. How far? Each step multiplies the distance to the best weight by 1 − rate · loss″. So the
// second derivative, the gradient of the gradient, tells which rates are too large.

const limit = 2 / grad(grad(lossOf))(0).data
console.log(`\n3. The learning rate: from 2 / loss″ = ${number(limit).trim()} on the steps grow\n`)
const walks: Walk[] = []
for (const [name, share] of [
  ['too small', 0.01],
  ['right', 0.2],
  ['large', 0.95],
  ['too large', 1.02],
] as const) {
  // oxlint-disable-next-line no-await-in-loop -- one bar at a time
  walks.push(await descend(`${name}: ${(share * limit).toFixed(3)}`, share * limit))
}

// 4. Two valleys. The gradient leads into the next one, deepest or not, and is 0 there. Momentum
// keeps a part of the last step, as a ball does that rolls, and gets over the hill between.

const valleys = (w: Value): Value => w.square().sub(4).square().div(16).add(w.mul(0.4))
const roll = (name: string, kept: number): Promise<Walk> => {
  const w = new Value(3)
  const optimizer = new SGD(w, { learningRate: 0.05, momentum: kept })
  return walk(name, valleys, w, () => optimizer.step())
}
console.log('\n4. A loss with two valleys: where does the weight come to rest?\n')
const balls = [await roll('without momentum', 0), await roll(`momentum ${momentum}`, momentum)]

// What is left: the pictures, and the figures for other programs.

/** A loss as a line, from `from` to `to`. */
const curve = (loss: (w: Value) => Value, from: number, to: number) =>
  Array.from({ length: 121 }, (_, i) => {
    const w = from + ((to - from) * i) / 120
    return { w, loss: loss(new Value(w)).data }
  })

const folder = resolve('out')
mkdirSync(folder, { recursive: true })
const save = (file: string, text: string) => writeFileSync(join(folder, file), text)
save('graph.svg', await drawGraph(toDot(y)))
save('descent.svg', await drawDescent(curve(lossOf, -1.5, 4.5), descent))
save('rates.svg', await drawRates(curve(lossOf, -1.5, 4.5), walks))
save('valleys.svg', await drawValleys(curve(valleys, -3.3, 3.3), balls))

const [alone, rolling] = balls.map(({ path }) => path.at(-1)!)
const figures = [
  { name: 'dy/da, by backward', value: a.grad, text: String(a.grad) },
  { name: 'weight found', value: descent.path.at(-1)!.w, text: descent.path.at(-1)!.w.toFixed(4) },
  { name: 'largest learning rate', value: limit, text: limit.toFixed(3) },
  { name: 'loss without momentum', value: alone!.loss, text: alone!.loss.toFixed(3) },
  { name: 'with momentum', value: rolling!.loss, text: rolling!.loss.toFixed(3) },
]
const pictures = [
  { file: 'rates.svg', alt: 'Four learning rates on one loss: too small, right, large, too large' },
  { file: 'valleys.svg', alt: 'Momentum carries the weight out of the valley where it got stuck' },
  { file: 'graph.svg', alt: 'The graph of a·b + c with the data and the gradient of each node' },
  { file: 'descent.svg', alt: 'Gradient descent on one weight, with the slope at each step' },
]
save('figures.json', `${JSON.stringify({ figures, pictures }, null, 2)}\n`)
console.log(`\npictures: ${pictures.map(({ file }) => join(folder, file)).join('\n          ')}`)
