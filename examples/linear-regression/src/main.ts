// How much fuel does a car need, given its weight, its power and four numbers more? The best
// linear answer, found in three ways: by a formula, and downhill with scalars and with arrays.
// To be read from top to bottom.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { concatenate, Generator, MLArray, noGrad, ones, solve, zeros } from '@smol/mlarray'
import { SGD } from '@smol/optim'
import { dot, sum, Value } from '@smol/value'
import { FEATURES, loadCars, split, type Car } from './data.ts'
import { parseOptions } from './options.ts'
import { drawConvergence, drawPredictions } from './pictures.ts'
import { showProgress } from './progress.ts'
import { milliseconds, percent, table } from './report.ts'

const { steps, learningRate, momentum, seed } = parseOptions(process.argv.slice(2))

// The data: rows of six features, and litres per 100 km. The features are standardised, that is
// shifted and scaled to mean 0 and deviation 1, by what the training cars say; a 1 comes before
// them, whose weight is what a car of average features needs.

const { cars, dropped } = loadCars()
const { training, test } = split(cars, new Generator(seed))
console.log(`${cars.length} cars (${dropped} more lack a value and were dropped):`)
console.log(`${training.length} to learn from, ${test.length} to be tested on\n`)

const featuresOf = (some: readonly Car[]) => new MLArray(some.map(({ features }) => features))
const litresOf = (some: readonly Car[]) => new MLArray(some.map(({ litres }) => litres)).detach()
const mean = featuresOf(training).mean({ axis: 0 })
const deviation = featuresOf(training).std({ axis: 0 })

const inputsOf = (some: readonly Car[]): MLArray =>
  noGrad(() => {
    const standardised = featuresOf(some).sub(mean).div(deviation)
    return concatenate([ones([some.length, 1]), standardised], { axis: 1 })
  })

const x = inputsOf(training)
const y = litresOf(training)
const WEIGHTS = 1 + FEATURES.length

// By a formula. Where the squared error is least, its gradient 2 xᵀ(xw − y) is 0: a system of
// linear equations for w.

const exact = noGrad(() => solve(x.T.matmul(x), x.T.matmul(y)))

// Downhill with Values: each weight is a number, each prediction a node of the graph. The steps
// have momentum, since the features go together (a heavy car has power) and make a long valley.

type Descent = { readonly weights: readonly number[][]; readonly time: number }

/** `step` goes one step downhill, `read` tells where that is. The bar waits outside the clock. */
async function descend(name: string, step: () => void, read: () => number[]): Promise<Descent> {
  const progress = showProgress(steps)
  const weights = [read()]
  let time = 0
  for (let i = 0; i < steps; i++) {
    const start = performance.now()
    step()
    time += performance.now() - start
    weights.push(read())
    // oxlint-disable-next-line no-await-in-loop -- the bar is drawn between two steps
    await progress.step(name)
  }
  progress.end(`${name}: ${steps} steps in ${milliseconds(time)}`)
  return { weights, time }
}

const rows = x.toList() as number[][]
const litres = y.toList()
const numbers = Array.from({ length: WEIGHTS }, () => new Value(0))
const numbersOptimizer = new SGD(numbers, { learningRate, momentum })
const scalars = await descend(
  'gradient descent with Values',
  () => {
    const errors = rows.map((row, i) => dot(numbers, row).sub(litres[i]!).square())
    const loss = sum(errors).div(rows.length)
    numbersOptimizer.zeroGrad()
    loss.backward()
    numbersOptimizer.step()
  },
  () => numbers.map((weight) => weight.data),
)

// Downhill with arrays: the same, in two lines less and all at once.

const w = zeros([WEIGHTS])
const arrayOptimizer = new SGD(w, { learningRate, momentum })
const arrays = await descend(
  'gradient descent with MLArrays',
  () => {
    const loss = x.matmul(w).sub(y).square().mean()
    arrayOptimizer.zeroGrad()
    loss.backward()
    arrayOptimizer.step()
  },
  () => w.toList(),
)

// Do they agree?

const formula = exact.toList() as number[]
const ends = [formula, scalars.weights.at(-1)!, arrays.weights.at(-1)!]
const distance = (one: readonly number[], other: readonly number[]) =>
  Math.max(...one.map((weight, i) => Math.abs(weight - other[i]!)))
const apart = Math.max(distance(ends[0]!, ends[1]!), distance(ends[0]!, ends[2]!))
console.log('\nlitres per 100 km more for each standard deviation more:\n')
console.log(
  table(
    ['', 'formula', 'Values', 'MLArrays'],
    ['average car', ...FEATURES].map((name, i) => {
      const [one, two, three] = ends.map((weights) => weights[i]!.toFixed(10))
      return [name, one!, two!, three!]
    }),
  ),
)
console.log(`\nthe largest difference between them: ${apart.toExponential(1)}`)

// How good is it? On cars that it has not seen: the typical error, and the share of the
// differences between cars that the six numbers explain.

const predictionsOf = (some: readonly Car[]) => inputsOf(some).matmul(exact)
const errors = predictionsOf(test).sub(litresOf(test))
const rmse = Math.sqrt(errors.square().mean().item())
const r2 = 1 - errors.square().mean().item() / litresOf(test).var().item()
console.log(`\non ${test.length} unseen cars it is wrong by ${rmse.toFixed(2)} l/100 km (RMS)`)
console.log(`and explains ${percent(r2)} of the differences between them (R²)`)

// The pictures, and the figures for other programs.

const folder = resolve('out')
mkdirSync(folder, { recursive: true })
const save = (file: string, text: string) => writeFileSync(join(folder, file), text)

const judged = (some: readonly Car[], set: string) => {
  const predictions = predictionsOf(some).toTypedArray()
  return some.map((car, i) => ({ set, actual: car.litres, predicted: predictions[i]! }))
}
save(
  'predictions.svg',
  await drawPredictions([...judged(training, 'training cars'), ...judged(test, 'unseen cars')]),
)
const distances = ({ weights }: Descent) => weights.map((at) => distance(at, formula))
save(
  'convergence.svg',
  await drawConvergence({ Values: distances(scalars), MLArrays: distances(arrays) }),
)

const figures = [
  { name: 'R² on unseen cars', value: r2, text: percent(r2) },
  { name: 'RMS error', value: rmse, text: `${rmse.toFixed(2)} l/100 km` },
  { name: 'largest difference of the three', value: apart, text: apart.toExponential(1) },
  { name: 'descent with Values', value: scalars.time, text: milliseconds(scalars.time) },
  { name: 'with MLArrays', value: arrays.time, text: milliseconds(arrays.time) },
]
const pictures = [
  { file: 'predictions.svg', alt: 'Predicted against true fuel consumption' },
  { file: 'convergence.svg', alt: 'Both descents come as close to the formula as doubles can' },
]
save('figures.json', `${JSON.stringify({ figures, pictures }, null, 2)}\n`)
console.log(`\npictures: ${pictures.map(({ file }) => join(folder, file)).join('\n          ')}`)
