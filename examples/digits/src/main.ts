// Two networks learn to read handwritten digits: a small one in seconds, and then a better one. After that,
// three questions are answered by trying. To be read from top to bottom.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { crossEntropyLoss } from '@smol/losses'
import { accuracy, confusionMatrix } from '@smol/losses/metrics'
import { Generator } from '@smol/mlarray'
import { loadState, saveState } from '@smol/mlarray/safetensors'
import { Adam, AdamW, oneCycle, polynomial } from '@smol/optim'
import { batchIndices, earlyStopping, train } from '@smol/optim/training'
import { compareThreads, makeLearner, sameBits, sameWeights } from './compare.ts'
import { CLASSES, imageAt, loadDigits, pick, PIXELS } from './data.ts'
import { trainByHand, trainWithHelper } from './loops.ts'
import { examine, learn, logitsOf, makeNetwork } from './network.ts'
import { PARTS, parseOptions, type Part } from './options.ts'
import { drawCurves, drawMistakes, toEpoch, type Epoch, type Run } from './pictures.ts'
import { showEpochs, showProgress } from './progress.ts'
import { count, epochLine, matrixTable, median, milliseconds, percent } from './report.ts'
import { seconds, table, times, yesNo } from './report.ts'
import { shifted } from './shift.ts'

const options = parseOptions(process.argv.slice(2))
const { epochs, seed } = options
const { training, validation, test } = loadDigits()
const images = training.labels.length
const folder = resolve('out')
mkdirSync(folder, { recursive: true })
const figures: { name: string; value: number; text: string }[] = []
console.log(
  `${count(images)} digits to learn from, ${count(validation.labels.length)} to choose by, ${count(test.labels.length)} to be tested on`,
)

/** A part of the program that `--only` can leave out. */
async function part(name: Part, title: string, tell: () => Promise<void>): Promise<void> {
  if (!options.only.includes(name)) return
  console.log(`\n${PARTS.indexOf(name) + 1}. ${title}\n`)
  await tell()
}

// 1. A small network, and a loop that hides nothing: read a batch, see how wrong that was, go a step
// downhill; again. The steps grow shorter, from the learning rate down to nothing.

const SMALL = [PIXELS, 128, CLASSES]
const runs: Run[] = []
let result: ReturnType<typeof examine> | undefined // of the last network

await part('first', `A small network, ${SMALL.join(' → ')}`, async () => {
  const random = new Generator(seed)
  const network = makeNetwork(SMALL, { generator: random })
  const readings = batchIndices(images, { size: 64, shuffle: random })
  const rounds = Math.min(8, epochs)
  const schedule = polynomial({ totalIters: rounds * readings.length })
  const optimizer = new Adam(network, { learningRate: 0.005, schedule })
  const history: Epoch[] = []
  const start = performance.now()

  for (let epoch = 1; epoch <= rounds; epoch++) {
    const progress = showProgress(readings.length)
    const epochStart = performance.now()
    const sum = { images: 0, loss: 0, right: 0 }
    const score = () => ({ loss: sum.loss / sum.images, accuracy: sum.right / sum.images })
    const speed = () => sum.images / (performance.now() - epochStart)

    for (const indices of readings) {
      const digits = pick(training, indices)
      const logits = logitsOf(network, digits)
      const loss = crossEntropyLoss(logits, digits.labels)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()

      sum.images += indices.length
      sum.loss += indices.length * loss.item()
      sum.right += indices.length * accuracy(logits, digits.labels)
      // oxlint-disable-next-line no-await-in-loop -- the bar is drawn between two steps
      await progress.step(epochLine([epoch, rounds], score(), speed()))
    }

    const lastSpeed = speed()
    const watched = examine(network, validation)
    const [rate = 0] = optimizer.learningRates()
    history.push({ training: score(), validation: watched, rate })
    progress.end(epochLine([epoch, rounds], score(), lastSpeed, watched))
  }

  const time = performance.now() - start
  runs.push({ name: 'first network', history })
  result = examine(network, test)
  console.log(`\ntest accuracy: ${percent(result.accuracy)}, training took ${seconds(time)}`)
  figures.push(
    { name: 'of the first network', value: result.accuracy, text: percent(result.accuracy) },
    { name: 'its training', value: time, text: seconds(time) },
  )
})

// 2. A better one. Each time it sees an image, that stands a little elsewhere, so that it cannot learn it by
// heart. AdamW keeps its weights small. The learning rate goes up, for large steps, and then down, for fine
// ones. `train` runs the epochs, and stops when images that it does not learn from have been read no
// better for too long; the weights of the best epoch are kept.

const SIZES = [PIXELS, 256, 128, CLASSES]

await part('second', `A better one, ${SIZES.join(' → ')}`, async () => {
  const { batch, learningRate, shift, patience } = options
  const random = new Generator(seed)
  const network = makeNetwork(SIZES, { generator: random })
  const readings = batchIndices(images, { size: batch, shuffle: random })
  const totalSteps = epochs * readings.length
  const schedule = oneCycle({ maxLearningRate: learningRate, totalSteps })
  const optimizer = new AdamW(network, { weightDecay: 0.3, schedule })
  const stopping = earlyStopping({ metric: 'validationLoss', patience, restore: network })
  const start = performance.now()

  const { epochs: history, stopped } = await train({
    epochs,
    batches: readings,
    step: (indices) => learn(network, optimizer, shifted(pick(training, indices), shift, random)),
    validate() {
      const watched = examine(network, validation)
      const [rate = 0] = optimizer.learningRates()
      return { validationLoss: watched.loss, validationAccuracy: watched.accuracy, rate }
    },
    callbacks: [
      stopping,
      showEpochs(({ kind, epoch, step, metrics, means }, time) => {
        const { training: learned, validation: watched } = toEpoch({ ...means, ...metrics })
        const speed = Math.min(images, step * batch) / time
        return epochLine([epoch, epochs], learned, speed, kind === 'epochEnd' ? watched : undefined)
      }),
    ],
  })
  const time = performance.now() - start
  const kept = stopping.bestEpoch
  runs.push({ name: 'second network', history: history.map(toEpoch), kept })
  result = examine(network, test)
  console.log(`
${stopped ? `stopped after ${history.length} epochs` : 'not stopped early'}; the weights of epoch ${kept} are kept
test accuracy: ${percent(result.accuracy)}, training took ${seconds(time)}`)
  figures.unshift(
    { name: 'test accuracy', value: result.accuracy, text: percent(result.accuracy) },
    { name: 'training', value: time, text: seconds(time) },
  )

  // Into a file that PyTorch and others can read, and from there into a network that knows nothing.

  const file = join(folder, 'network.safetensors')
  writeFileSync(file, saveState(network, { sizes: SIZES.join(' ') }))
  const loaded = makeNetwork(SIZES, { generator: random })
  const before = examine(loaded, test)
  loadState(loaded, readFileSync(file))
  const after = examine(loaded, test)
  console.log(`
saved: ${file}, ${count(statSync(file).size / 1000)} kB
a new network reads ${percent(before.accuracy)}, with the file ${percent(after.accuracy)}; its logits are equal to the bit: ${yesNo(sameBits(after.logits, result.logits))}`)
})

// What the last of them takes for what, as a table and in pictures.

const pictures: { file: string; alt: string }[] = []
const save = (file: string, alt: string, svg: string) => {
  writeFileSync(join(folder, file), svg)
  pictures.push({ file, alt })
}

if (result !== undefined) {
  const { logits } = result
  console.log('\nconfusion matrix: a row per digit, a column per answer')
  console.log(matrixTable(confusionMatrix(logits, test.labels)))
  const answers = logits.argmax({ axis: 1 }).toTypedArray()
  const confidences = logits.softmax({ axis: 1 }).max({ axis: 1 }).toTypedArray()
  const mistakes = Array.from(test.labels, (label, i) => ({
    pixels: imageAt(test, i),
    label,
    answer: answers[i]!,
    confidence: confidences[i]!,
  })).filter(({ label, answer }) => label !== answer)
  const sheet = await drawMistakes(mistakes, test.labels.length)
  save('mistakes.svg', 'The test images that the network misread', sheet)
  save('curves.svg', 'Loss and accuracy of both networks, epoch by epoch', await drawCurves(runs))
}

// 3. Do 24 bits of precision suffice, where 53 can be had? The same network, the same images, in both.

await part('precision', `Float32 against float64, ${SIZES.join(' → ')}`, async () => {
  const plan = { sizes: SIZES, batch: 64, seed }
  const single = makeLearner(training, { ...plan, dtype: 'float32' })
  const double = makeLearner(training, { ...plan, dtype: 'float64' })
  for (let step = 0; step < 200; step++) {
    single.step()
    double.step()
  }
  const rows = [1, 10, 100, 200].map((step) => [
    `at step ${step}`,
    single.losses[step - 1]!.toFixed(9),
    double.losses[step - 1]!.toFixed(9),
  ])
  const [short, long] = [median(single.times), median(double.times)]
  rows.push(['a step', milliseconds(short), milliseconds(long)])
  console.log(table(['loss', 'float32', 'float64'], rows))
  const figure = { value: long / short, text: `${times(long / short)} as long` }
  figures.push({ name: 'a step in float64 against float32', ...figure })
})

// 4. Are two threads faster than one? The larger the batch, the more there is to share.

await part('threads', `One thread against two, ${SIZES.join(' → ')}`, async () => {
  const rows: string[][] = []
  for (const batch of [64, 256, 1024]) {
    // oxlint-disable-next-line no-await-in-loop -- they would take the processor from each other
    const { one, two, same } = await compareThreads(training, { sizes: SIZES, batch, seed })
    rows.push([count(batch), milliseconds(one), milliseconds(two), times(one / two), yesNo(same)])
    if (batch !== 1024) continue
    const figure = { value: one / two, text: `${times(one / two)} as fast` }
    figures.push({ name: 'two threads, 1,024 images a step', ...figure })
  }
  console.log(table(['images a step', 'one thread', 'two threads', 'faster', 'same weights'], rows))
})

// 5. Does the helper do anything else than the loop? Both stand side by side in loops.ts.

await part('loops', `The loop against the helper, ${SIZES.join(' → ')}`, async () => {
  const plan = { sizes: SIZES, epochs: 2, seed }
  const start = performance.now()
  const byHand = trainByHand(training, plan)
  const between = performance.now()
  const withHelper = await trainWithHelper(training, plan)
  const end = performance.now()
  console.log(
    `${plan.epochs} epochs by hand ${seconds(between - start)}, with train ${seconds(end - between)}; same weights: ${yesNo(sameWeights(byHand, withHelper))}`,
  )
})

// What is left: the figures for other programs.

writeFileSync(join(folder, 'figures.json'), `${JSON.stringify({ figures, pictures }, null, 2)}\n`)
console.log(`\neverything took ${seconds(performance.now())}`)
if (pictures.length > 0)
  console.log(`pictures: ${pictures.map(({ file }) => join(folder, file)).join('\n          ')}`)
