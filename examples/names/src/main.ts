// Teaches a small transformer how given names are spelt, and lets it invent new ones: all of it,
// to be read from top to bottom. The transformer itself stands in `transformer.ts`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Generator } from '@smol/mlarray'
import { AdamW, oneCycle, type Parameters } from '@smol/optim'
import { batches } from '@smol/optim/training'
import { topologicalOrder, type Value } from '@smol/value'
import { bigramLoss, countBigrams } from './bigram.ts'
import { loadNames, toName, type List } from './data.ts'
import { parseOptions } from './options.ts'
import { drawAttention, drawCurves, drawNames, type Point } from './pictures.ts'
import { showProgress } from './progress.ts'
import { count, epochLine, milliseconds, namesTable, percent } from './report.ts'
import { perplexity, seconds, stepsTable, type Invented, type Origin } from './report.ts'
import { lossOfScalars, toScalars } from './scalars.ts'
import { attentionOf, examine, lossOf, makeParameters, sample } from './transformer.ts'

const options = parseOptions(process.argv.slice(2))
const { epochs, temperature } = options
const { training, test, known, dropped, context } = loadNames()
const random = new Generator(options.seed)
console.log(
  `${count(training.length)} names to learn from, ${count(test.length)} to be tested on; ${dropped} with a hyphen left out\n`,
)

// What has to be beaten: how often each letter follows each other one.

const bigram = bigramLoss(countBigrams(training), test)
console.log(
  `a table of bigrams: perplexity ${perplexity(bigram)} of names that it has never seen\n`,
)

// The training: read a batch, see how surprising its letters were, go a step downhill; again.
// The learning rate rises at first, and then falls to nothing.

const BATCH = 32
const POINTS = 5 // of the curves, in an epoch
const sizes = { width: 48, heads: 4, layers: 2, context }
const { heads } = sizes

const parameters = makeParameters(sizes, random, 'float32')
const readings = batches(training, { size: BATCH, shuffle: random })
const look = Math.ceil(readings.length / POINTS)
const schedule = oneCycle({
  maxLearningRate: 0.005,
  totalSteps: epochs * readings.length,
  pctStart: 0.1,
})
const optimizer = new AdamW(parameters, { weightDecay: 0.1, schedule })
const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length
const losses: number[] = []
const history: Point[] = []
const start = performance.now()

for (let epoch = 1; epoch <= epochs; epoch++) {
  const progress = showProgress(readings.length)
  const epochStart = performance.now()
  let step = 0
  const state = () =>
    epochLine(epoch, epochs, mean(losses.slice(-step)), step / (performance.now() - epochStart))

  for (const names of readings) {
    const loss = lossOf(parameters, heads, names)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()

    losses.push(loss.item())
    step++
    if (step % look === 0 || step === readings.length) {
      history.push({
        epoch: losses.length / readings.length,
        training: mean(losses.slice(-look)),
        test: examine(parameters, heads, test),
      })
    }
    // oxlint-disable-next-line no-await-in-loop -- the bar is drawn between two steps
    await progress.step(state())
  }
  const { test: tested } = history.at(-1)!
  progress.end(`${state()}  test ${tested.toFixed(4)}, perplexity ${perplexity(tested)}`)
}
const trainingTime = performance.now() - start

const { test: result } = history.at(-1)!
console.log(
  `\nperplexity of names that it has never seen: ${perplexity(result)} (bigrams ${perplexity(bigram)})`,
)

// The invention: letter by letter, each drawn with the probability that the network gives it.

function invent(list: List, number: number, heat = temperature): Invented[] {
  const drawn = sample(parameters, heads, {
    list,
    count: number,
    temperature: heat,
    generator: random,
  })
  return drawn.map(toName).map((name) => {
    if (!known.has(name)) return { name, origin: 'new' }
    return { name, origin: heldOut.has(name) ? 'held out' : 'learnt' }
  })
}
const heldOut = new Set(test.map(toName))
const half = Math.ceil(options.count / 2)

console.log(`
names at temperature ${temperature}: + is a real one that it has never seen, - one that it has read
${namesTable(invent('female', half))}

${namesTable(invent('male', options.count - half))}`)

const many = [...invent('female', 250), ...invent('male', 250)]
const share = (...origins: Origin[]) =>
  many.filter(({ origin }) => origins.includes(origin)).length / many.length
console.log(`
of 500 names ${percent(share('new'))} are in neither list, ${percent(share('held out'))} are real ones that it has never seen`)

// The same steps in arrays and in scalars, both in float64: four names, over and over.

const STEPS = 5
const four = training.filter((_, i) => i % 2000 === 0)
const arrays = makeParameters(sizes, new Generator(options.seed), 'float64')
const scalars = toScalars(arrays)
const inArrays = stepper(arrays, () => lossOf(arrays, heads, four).at())
const inScalars = stepper(scalars, () => lossOfScalars(scalars, heads, four))
const steps = Array.from({ length: STEPS }, () => ({ arrays: inArrays(), scalars: inScalars() }))

/** One more step: the loss before it, and how long it took. */
function stepper(of: Parameters, forward: () => Value) {
  const adam = new AdamW(of, { learningRate: 0.002 })
  return () => {
    const begin = performance.now()
    const loss = forward()
    adam.zeroGrad()
    loss.backward()
    adam.step()
    const time = performance.now() - begin
    return { loss: loss.data, time }
  }
}

const quickest = (which: 'arrays' | 'scalars') => Math.min(...steps.map((step) => step[which].time))
const [arrayTime, scalarTime] = [quickest('arrays'), quickest('scalars')]
const nodes = topologicalOrder(lossOfScalars(scalars, heads, four)).length
console.log(`
${STEPS} steps on four names, in float64
${stepsTable(steps.map((step) => ({ arrays: step.arrays.loss, scalars: step.scalars.loss })))}
time ${milliseconds(arrayTime).padStart(18)}${milliseconds(scalarTime).padStart(19)}, a graph of ${count(nodes)} Values`)

// What is left: the pictures, and the figures for other programs.

const TEMPERATURES = [0.3, 0.6, 0.9, 1.2, 1.5]
const columns = TEMPERATURES.map((heat) => ({
  temperature: heat,
  female: invent('female', 9, heat),
  male: invent('male', 9, heat),
}))
const shown = test.find((symbols) => toName(symbols).length === 8)!

const folder = resolve('out')
mkdirSync(folder, { recursive: true })
const save = (file: string, text: string) => writeFileSync(join(folder, file), text)
save('curves.svg', await drawCurves(history, bigram))
save('names.svg', await drawNames(columns))
save('attention.svg', await drawAttention(toName(shown), attentionOf(parameters, heads, shown)))

const figures = [
  { name: 'perplexity of unseen names', value: Math.exp(result), text: perplexity(result) },
  { name: 'of a bigram table', value: Math.exp(bigram), text: perplexity(bigram) },
  { name: 'invented names in no list', value: share('new'), text: percent(share('new')) },
  { name: 'training', value: trainingTime, text: seconds(trainingTime) },
  { name: 'a step in arrays', value: arrayTime, text: milliseconds(arrayTime) },
  { name: 'the same in scalars', value: scalarTime, text: milliseconds(scalarTime) },
]
const pictures = [
  { file: 'names.svg', alt: 'Invented names at five temperatures, from the likeliest to the wild' },
  { file: 'curves.svg', alt: 'Perplexity over the training, far below that of a bigram table' },
  { file: 'attention.svg', alt: 'What each letter of a name looks at, in each head of each layer' },
]
save('figures.json', `${JSON.stringify({ figures, pictures }, null, 2)}\n`)
console.log(`
training took ${seconds(trainingTime)}, everything ${seconds(performance.now())}
pictures: ${pictures.map(({ file }) => join(folder, file)).join('\n          ')}`)
