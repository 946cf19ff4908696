// Tells three kinds of irises apart and says how sure it is of each: all of it, from the
// measurements to the pictures, to be read from top to bottom.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { crossEntropyLoss } from '@smol/losses'
import { accuracy, confusionMatrix } from '@smol/losses/metrics'
import { concatenate, Generator, MLArray, noGrad, xavierNormal, zeros } from '@smol/mlarray'
import { AdamW } from '@smol/optim'
import { FEATURES, flowers, labels, PETAL, SPECIES, stratifiedFolds } from './data.ts'
import { parseOptions } from './options.ts'
import { drawConfusion, drawProbabilities, drawRegions } from './pictures.ts'
import { showProgress } from './progress.ts'
import { matrixTable, missedTable, percent, scoreTable, seconds } from './report.ts'

const { folds, repeats, steps, seed } = parseOptions(process.argv.slice(2))

// Three candidates: four measurements → three logits, straight or by way of hidden numbers.
// Weight decay keeps the weights small, and so the answers from being surer than they should.

type Candidate = { readonly name: string; readonly hidden: number[]; readonly weightDecay: number }

const CANDIDATES: readonly Candidate[] = [
  { name: 'linear', hidden: [], weightDecay: 0.01 },
  { name: 'network', hidden: [8], weightDecay: 0.3 },
  { name: 'network without decay', hidden: [16], weightDecay: 0 },
]

const table = (rows: readonly (readonly number[])[]) => new MLArray(rows, { requiresGrad: false })

/** Learns from rows of measurements and their labels; gives what turns rows into logits. */
function learn(
  { hidden, weightDecay }: Candidate,
  rows: readonly (readonly number[])[],
  answers: readonly number[],
  random: Generator,
): (rows: readonly (readonly number[])[]) => MLArray {
  const x = table(rows)
  const [mean, deviation] = [x.mean({ axis: 0 }), x.std({ axis: 0 })]
  const sizes = [rows[0]!.length, ...hidden, SPECIES.length]
  const layers = sizes.slice(1).map((size, i) => ({
    w: xavierNormal([sizes[i]!, size], { generator: random }),
    b: zeros([size]),
  }))
  const network = (input: MLArray) =>
    layers.reduce(
      (numbers, { w, b }, i) => (i === 0 ? numbers : numbers.tanh()).matmul(w).add(b),
      input.sub(mean).div(deviation),
    )

  const optimizer = new AdamW(layers, { learningRate: 0.05, weightDecay })
  for (let step = 0; step < steps; step++) {
    const loss = crossEntropyLoss(network(x), answers)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
  }
  return (others) => noGrad(() => network(table(others)))
}

// The examination: a candidate learns from nine tenths of the flowers and is asked about the
// last tenth, which it has never seen; ten times, until each flower was asked about once. All
// that is learned, mean and deviation too, is learned from the nine tenths alone.

const random = new Generator(seed)
const deals = Array.from({ length: repeats }, () => stratifiedFolds(labels, folds, random))
const pick = <T>(list: readonly T[], indices: readonly number[]) => indices.map((i) => list[i]!)

const start = performance.now()
const trainings = CANDIDATES.length * repeats * folds
console.log(
  `${flowers.length} flowers of ${SPECIES.length} species, ${FEATURES.length} measurements each\n`,
)
const progress = showProgress(trainings)

async function examine(candidate: Candidate) {
  const parts: { order: number[]; logits: MLArray; ownLoss: number }[] = []
  for (const deal of deals) {
    for (const asked of deal) {
      const known = deal.filter((fold) => fold !== asked).flat()
      const answers = pick(labels, known)
      const model = learn(candidate, pick(flowers, known), answers, random)
      const ownLoss = crossEntropyLoss(model(pick(flowers, known)), answers).item()
      parts.push({ order: asked, logits: model(pick(flowers, asked)), ownLoss })
      // oxlint-disable-next-line no-await-in-loop -- the bar is drawn between two trainings
      await progress.step(candidate.name)
    }
  }
  const order = parts.flatMap((part) => part.order)
  const logits = concatenate(parts.map((part) => part.logits))
  const asked = pick(labels, order)
  return {
    ...candidate,
    order,
    logits,
    accuracy: accuracy(logits, asked),
    loss: crossEntropyLoss(logits, asked).item(),
    ownLoss: parts.reduce((sum, part) => sum + part.ownLoss / parts.length, 0),
  }
}

const results: Awaited<ReturnType<typeof examine>>[] = []
// oxlint-disable-next-line no-await-in-loop -- one after the other
for (const candidate of CANDIDATES) results.push(await examine(candidate))
const duration = performance.now() - start
progress.end(`${trainings} trainings in ${seconds(duration)}\n`)
console.log(scoreTable(results))

// The choice: not who is right most often, but who gives the truth the highest probabilities
// (the least cross-entropy). Being wrong is bad, being wrong and sure of it is worse.

const best = results.reduce((a, b) => (b.loss < a.loss ? b : a))
const counts = confusionMatrix(best.logits, pick(labels, best.order))
console.log(`\n${best.name}: a row per species, a column per answer`)
console.log(matrixTable(SPECIES, counts))

// What it says about each flower when it has not seen it, the mean over the repeats.

const sums = zeros([flowers.length, SPECIES.length], { requiresGrad: false })
const answers = best.logits.softmax({ axis: 1 })
const probabilities = sums.indexAdd(0, best.order, answers).div(repeats)
const verdicts = (probabilities.toList() as number[][]).map((shares, i) => ({
  flower: i + 1,
  label: labels[i]!,
  shares,
}))
const missed = verdicts.filter(({ shares, label }) => Math.max(...shares) !== shares[label])
console.log(`\nflowers that were taken for another species, and how likely it found the three`)
console.log(missedTable(SPECIES, missed))

// The pictures, and the figures for other programs. A plane has room for two measurements: for
// the regions, the candidates learn once more, from the petals of all flowers.

const petals = flowers.map((flower) => pick(flower, PETAL))
const maps = CANDIDATES.map((candidate) => {
  const model = learn(candidate, petals, labels, random)
  const colors = (points: readonly (readonly number[])[]) =>
    model(points).softmax({ axis: 1 }).toList() as number[][]
  return { name: candidate.name, probabilities: colors }
})

const report = {
  figures: [
    { name: 'accuracy on unseen flowers', value: best.accuracy, text: percent(best.accuracy) },
    { name: 'cross-entropy on unseen flowers', value: best.loss, text: best.loss.toFixed(3) },
    ...results.slice(2).map(({ loss }) => ({
      name: 'the same without weight decay',
      value: loss,
      text: loss.toFixed(3),
    })),
    { name: `${trainings} trainings`, value: duration, text: seconds(duration) },
  ],
  pictures: [
    {
      file: 'regions.svg',
      alt: 'Where three models see which species, by length and width of the petals',
    },
    {
      file: 'probabilities.svg',
      alt: 'The probabilities of the three species for each of the 150 flowers',
    },
    { file: 'confusion.svg', alt: 'Which species was taken for which, and how often' },
  ],
}
const folder = resolve('out')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'regions.svg'), await drawRegions(maps, petals, labels))
writeFileSync(join(folder, 'probabilities.svg'), await drawProbabilities(verdicts))
writeFileSync(join(folder, 'confusion.svg'), await drawConfusion(counts))
writeFileSync(join(folder, 'figures.json'), `${JSON.stringify(report, null, 2)}\n`)
console.log(`
pictures: ${join(folder, 'regions.svg')}
          ${join(folder, 'probabilities.svg')}
          ${join(folder, 'confusion.svg')}`)
