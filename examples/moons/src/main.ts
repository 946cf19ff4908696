// One network, written once, learns to tell two moons apart: in scalars, where each number is a
// node of the graph, and in arrays, where each matrix is one. The digits are the same, the time
// is not. To be read from top to bottom.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Generator, noGrad, xavierNormal, type MLArray } from '@smol/mlarray'
import { Adam, type Parameters } from '@smol/optim'
import { makeMoons, pick } from './data.ts'
import { arrays, scalars, type Numbers } from './numbers.ts'
import { parseOptions } from './options.ts'
import { drawBoundary, drawLosses, FIELD, type Epoch } from './pictures.ts'
import { showProgress } from './progress.ts'
import { count, median, milliseconds, percent } from './report.ts'

const { epochs, hidden, learningRate, noise, seed } = parseOptions(process.argv.slice(2))
const POINTS = 256
const BATCH = 32
const STEPS_PER_EPOCH = POINTS / BATCH

// The data, the batches and the first weights, as plain numbers: the same for both.

const random = new Generator(seed)
const training = makeMoons(POINTS, noise, random)
const test = makeMoons(1000, noise, random)
const batches = Array.from({ length: epochs }, () => {
  const order = [...random.permutation(POINTS).toTypedArray()]
  return Array.from({ length: STEPS_PER_EPOCH }, (_, i) =>
    pick(training, order.slice(i * BATCH, (i + 1) * BATCH)),
  )
}).flat()

const sizes = [2, hidden, hidden, 1]
const initial = sizes.slice(1).flatMap((size, layer) => {
  const weights = xavierNormal([sizes[layer]!, size], { generator: random })
  return [weights.toList() as number[][], [Array<number>(size).fill(0)]]
})

// The network: 2 coordinates → hidden → hidden → 1 number, above 0 for the upper moon. `m` says
// what it is computed with; see numbers.ts.

type Weights<T> = readonly T[]

function network<T>(m: Numbers<T>, points: T, [w1, b1, w2, b2, w3, b3]: Weights<T>): T {
  const first = m.tanh(m.linear(points, w1!, b1!))
  const second = m.tanh(m.linear(first, w2!, b2!))
  return m.linear(second, w3!, b3!)
}

// The training, written once as well. The loss of a point with sign s is log(1 + e^(−s z)): next
// to nothing where the network's answer z has that sign and is large, and |z| where it is wrong.

type Run<T> = { readonly weights: Weights<T>; readonly losses: number[]; readonly times: number[] }

async function train<T>(
  m: Numbers<T>,
  name: string,
  steps: number,
  afterEpoch: (run: Run<T>) => void = () => {},
): Promise<Run<T>> {
  const run: Run<T> = { weights: initial.map((rows) => m.parameter(rows)), losses: [], times: [] }
  const optimizer = new Adam(run.weights as Parameters, { learningRate })
  const progress = showProgress(steps)
  for (let step = 0; step < steps; step++) {
    const start = performance.now()
    const { points, signs } = batches[step]!
    const logits = network(m, m.data(points), run.weights)
    const against = m.data(signs.map((sign) => [-sign]))
    const loss = m.mean(m.softplus(m.mul(logits, against)))
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    run.losses.push(loss.data)
    run.times.push(performance.now() - start)

    if ((step + 1) % STEPS_PER_EPOCH === 0) afterEpoch(run)
    // oxlint-disable-next-line no-await-in-loop -- the bar is drawn between two steps
    await progress.step(`${name}: loss ${loss.data.toFixed(4)}`)
  }
  progress.end(`${name}: ${steps} steps, ${milliseconds(median(run.times))} each (median)`)
  return run
}

// The first hundred steps in both. They add in another order, so the last digits may differ.

const compared = Math.min(100, batches.length)
console.log(`${POINTS} points to learn from, ${count(test.signs.length)} to be tested on\n`)
const slow = await train(scalars, 'scalars', compared)
const fast = await train(arrays, 'arrays ', compared)
const apart = slow.losses.map((loss, i) => Math.abs(loss - fast.losses[i]!) / loss)
const furthest = Math.max(...apart)
console.log('\nstep   loss in scalars      loss in arrays')
for (const step of [1, 10, 100].filter((each) => each <= compared)) {
  const [one, other] = [slow, fast].map(({ losses }) => losses[step - 1]!.toPrecision(17))
  console.log(`${String(step).padStart(4)}   ${one!.padEnd(18)}  ${other!}`)
}
console.log(`\nthe largest relative difference of ${compared} losses: ${furthest.toExponential(1)}`)
const [slowStep, fastStep] = [median(slow.times), median(fast.times)]
console.log(`a step is ${(slowStep / fastStep).toFixed(1)} times as fast in arrays\n`)

// All epochs, in arrays. After each: what does the network say of every place, and how often is
// it right about points that it has not seen?

const answersAt = (points: typeof test.points, weights: Weights<MLArray>) =>
  noGrad(() => network(arrays, arrays.data(points), weights).toTypedArray())

const history: Epoch[] = []
const all = await train(arrays, 'arrays, to the end', batches.length, ({ weights, losses }) => {
  const answers = answersAt(test.points, weights)
  history.push({
    epoch: history.length + 1,
    loss: losses.slice(-STEPS_PER_EPOCH).reduce((a, b) => a + b, 0) / STEPS_PER_EPOCH,
    accuracy: test.signs.filter((sign, i) => sign * answers[i]! > 0).length / test.signs.length,
    answers: answersAt(FIELD, weights),
  })
})
const { loss, accuracy } = history.at(-1)!
console.log(`\nloss ${loss.toFixed(4)}; of the unseen points it knows ${percent(accuracy)}`)

// The pictures, and the figures for other programs.

const folder = resolve('out')
rmSync(join(folder, 'epochs'), { recursive: true, force: true })
mkdirSync(join(folder, 'epochs'), { recursive: true })
const save = (file: string, text: string) => writeFileSync(join(folder, file), text)
for (const epoch of history) {
  const file = `epochs/${String(epoch.epoch).padStart(3, '0')}.svg`
  // oxlint-disable-next-line no-await-in-loop -- one picture at a time
  save(file, await drawBoundary(training, [epoch]))
}
save('boundary.svg', await drawBoundary(training, history))
save('losses.svg', await drawLosses({ scalars: slow.losses, arrays: all.losses }, apart))

const figures = [
  { name: 'unseen points known', value: accuracy, text: percent(accuracy) },
  {
    name: `largest difference of ${compared} losses`,
    value: furthest,
    text: furthest.toExponential(1),
  },
  { name: 'a step in scalars', value: slowStep, text: milliseconds(slowStep) },
  { name: 'in arrays', value: fastStep, text: milliseconds(fastStep) },
]
const pictures = [
  { file: 'boundary.svg', alt: 'The border between the two moons, epoch by epoch' },
  { file: 'losses.svg', alt: 'The loss in scalars and in arrays, and how little they differ' },
]
save('figures.json', `${JSON.stringify({ figures, pictures }, null, 2)}\n`)
console.log(`
pictures: ${pictures.map(({ file }) => join(folder, file)).join('\n          ')}
          ${join(folder, 'epochs')}: one for each epoch`)
